//! `group-picture check`: the credentials, the account and its groups, before anything is sent.

use std::path::PathBuf;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use upload::blocking::{Client, Session};
use upload::{Editing, Error, ErrorKind, RetryClass, RetryConfig, State};

use crate::input::groups::{self, Assignment, Groups};
use crate::interrupt::Interrupt;
use crate::prepare::queue::Queue;
use crate::report::exit_code::{self, ExitCode};
use crate::report::failure::{Cause, Failure};
use crate::report::options::Output;
use crate::report::record::Outcome;
use crate::report::refusal::Refusal;
use crate::report::summary::Items;
use crate::report::terminal::{Terminal, Told};
use crate::send::account::Account;
use crate::send::connection::Connection;
use crate::send::options::{AccountOptions, RetryOptions};
use crate::target::Target;

/// Check the credentials, the account and each group of a list before anything is sent
///
/// Asks for the account's state and, for each group, whether it exists and whether the account may change its picture.
/// Nothing is changed. To see what the photos become, use `batch --dry-run`.
#[derive(Debug, clap::Args)]
#[command(after_help = exit_code::HELP)]
pub(crate) struct Check {
    /// The list of groups and photos, as for `batch`. Without it, only the account is checked
    #[arg(value_name = "GROUPS.csv|DIR")]
    pub(crate) groups: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) account: AccountOptions,

    #[command(flatten)]
    pub(crate) retry: RetryOptions,

    #[command(flatten)]
    pub(crate) output: Output,
}

/// Asks about the account, and then about each group of the list, if there is one.
pub(crate) fn run(args: Check, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    let account = Account::try_from(args.account)?;
    let groups = match &args.groups {
        Some(path) => groups::read(path, account.messenger, &[])?,
        None => Groups::default(),
    };
    let connection = Connection::open(&account)?;
    let retries = args.retry.config();
    let mut terminal = Terminal::new(args.output, Items::Checked, groups.list.len());
    terminal.note_links(groups.links);
    connection.note_emulator(&terminal);
    match account_state(&connection.client, &retries) {
        Ok(state) => {
            terminal.account(state);
            let session = connection
                .client
                .session(|session| session.retries(retries));
            check_all(&groups.list, &session, &retries, &mut terminal, interrupt);
        }
        Err(failure) => {
            let code = failure.cause.exit_code();
            terminal.fail(format_args!("the account: {failure}"), code);
        }
    }
    Ok(terminal.finish())
}

/// Whether the account is ready.
fn account_state(client: &Client, retries: &RetryConfig) -> Result<&'static str, Failure> {
    let state = patiently(retries, || client.state_instance())?;
    let failure = |kind, what: &str| Err(Failure::new(Cause::Upload(kind), what));
    match state {
        State::Authorized => Ok("authorized"),
        State::NotAuthorized => failure(
            ErrorKind::AccountNotAuthorized,
            "no account is logged in: log in on the instance's page",
        ),
        State::Blocked => failure(ErrorKind::Suspended, "the messenger has banned it"),
        State::Suspended => failure(ErrorKind::Suspended, "it is suspended"),
        State::Starting => failure(
            ErrorKind::Starting,
            "the instance is starting: try again in a few minutes",
        ),
        _ => failure(ErrorKind::NotReady, "its state is none that is known here"),
    }
}

fn check_all(
    groups: &[Assignment],
    session: &Session,
    retries: &RetryConfig,
    terminal: &mut Terminal,
    interrupt: &Interrupt,
) {
    let queue = Queue::new(groups, interrupt);
    let (teller, told) = channel();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(groups.len()) {
            let (teller, queue) = (teller.clone(), &queue);
            scope.spawn(move || work(queue, session, retries, &teller));
        }
        drop(teller);
        terminal.follow(&told, interrupt);
    });
}

fn work(
    queue: &Queue<'_, Assignment>,
    session: &Session,
    retries: &RetryConfig,
    told: &Sender<Told>,
) {
    while let Some(assignment) = queue.next() {
        let outcome = group(assignment, session, retries).unwrap_or_else(Outcome::Failed);
        if told.send(assignment.record(outcome).into()).is_err() {
            return;
        }
    }
}

/// Whether the group is there and its picture may be changed.
fn group(
    assignment: &Assignment,
    session: &Session,
    retries: &RetryConfig,
) -> Result<Outcome, Failure> {
    let Target::Group(chat) = &assignment.target else {
        return Ok(Outcome::Editable {
            subject: None,
            editing: Editing::Everyone,
        });
    };
    let group = patiently(retries, || session.group_data(chat))?;
    if group.editing == Editing::OthersOnly {
        return Err(Failure::new(
            Cause::NotEditable,
            "only those who manage the group may change its picture, and the account seems to be none of them",
        ));
    }
    Ok(Outcome::Editable {
        subject: group.subject,
        editing: group.editing,
    })
}

/// Asks again after a failure that passes, a few times.
fn patiently<T>(retries: &RetryConfig, ask: impl Fn() -> Result<T, Error>) -> Result<T, Failure> {
    let mut asked = 0;
    loop {
        asked += 1;
        let error = match ask() {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        let class = error.kind().policy().retry;
        let retry = retries.of(class);
        if class == RetryClass::Never || asked > retry.max_retries.min(MAX_RETRIES) {
            return Err(error.into());
        }
        thread::sleep(retry.initial_backoff * asked);
    }
}

/// How many groups are asked about at once; the session paces them.
const AT_ONCE: usize = 4;

/// How many times the same is asked again.
const MAX_RETRIES: u32 = 3;
