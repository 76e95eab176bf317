//! `group-picture check`: the credentials, the account and its groups, before anything is sent.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use upload::blocking::{Client, Session};
use upload::{Editing, Error, RetryClass, RetryConfig, State};

use crate::input::groups::{self, Assignment, Folder, Groups};
use crate::input::walk::FolderOptions;
use crate::interrupt::Interrupt;
use crate::report::exit_code::{ExitCode, Help};
use crate::report::failure::{Cause, Failure};
use crate::report::options::Output;
use crate::report::record::Outcome;
use crate::report::refusal::Refusal;
use crate::report::summary::Items;
use crate::report::terminal::{Message, Terminal};
use crate::send::account::Account;
use crate::send::connection::Connection;
use crate::send::options::{AccountOptions, RetryOptions};
use crate::target::Target;

/// Check the credentials, the account and each group of a list before anything is sent
///
/// Asks for the account's state and, for each group, whether it exists and whether the account may change its picture;
/// the photos' files must exist. Nothing is changed. To see what the photos become, use `batch --dry-run`.
#[derive(Debug, clap::Args)]
#[command(after_help = Help::CHECK)]
pub(crate) struct Check {
    /// The list of groups and photos, as for `batch`. Without it, only the account is checked
    #[arg(value_name = "GROUPS.csv|DIR")]
    pub(crate) groups: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) folders: FolderOptions,

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
    let folder = Folder {
        ours: &[],
        non_images: args.folders.non_images,
    };
    let groups = match &args.groups {
        Some(path) => {
            let groups = groups::read(path, account.messenger, folder)?;
            groups.check_photos()?;
            groups
        }
        None => Groups::default(),
    };
    let connection = Connection::open(&account)?;
    let retries = args.retry.config();
    let mut terminal = Terminal::new(args.output, Items::Checked, groups.list.len());
    terminal.note_passed(groups.passed);
    connection.note_emulator(&terminal);
    match state(&connection.client, &retries) {
        Ok(state) => {
            terminal.account(&state.to_string());
            if let Some(advice) = state.advice() {
                terminal.note(advice);
            }
            let account = own_account(&connection.client, &retries, &groups, &terminal);
            let session = connection
                .client
                .session(|session| session.retries(retries));
            let checker = Checker {
                session: &session,
                account: account.as_ref(),
                retries: &retries,
            };
            check_all(&groups.list, checker, &mut terminal, interrupt);
        }
        Err(failure) => {
            let code = failure.cause.exit_code();
            terminal.fail(format_args!("the account: {failure}"), code);
        }
    }
    Ok(terminal.finish())
}

/// Returns the account's state if pictures can be set in it.
fn state(client: &Client, retries: &RetryConfig) -> Result<State, Failure> {
    let state = patiently(retries, || client.state_instance())?;
    match state.failure(client.messenger()) {
        None => Ok(state),
        Some(kind) => Err(Failure::new(
            Cause::Upload(kind),
            state.advice().unwrap_or("it is not ready"),
        )),
    }
}

/// Reads the account's own ids, if there are groups in which to look for them.
fn own_account(
    client: &Client,
    retries: &RetryConfig,
    groups: &Groups,
    terminal: &Terminal,
) -> Option<upload::Account> {
    if groups.list.is_empty() {
        return None;
    }
    match patiently(retries, || client.account()) {
        Ok(account) => Some(account),
        Err(failure) => {
            terminal.note(format_args!(
                "the account's own id cannot be read, so only an invite link shows whether it manages a group: {failure}"
            ));
            None
        }
    }
}

/// Asks about groups.
#[derive(Clone, Copy, Debug)]
struct Checker<'a> {
    session: &'a Session,
    account: Option<&'a upload::Account>,
    retries: &'a RetryConfig,
}

fn check_all(
    groups: &[Assignment],
    checker: Checker<'_>,
    terminal: &mut Terminal,
    interrupt: &Interrupt,
) {
    let taken = AtomicUsize::new(0);
    let next = || {
        if interrupt.is_asked() {
            return None;
        }
        groups.get(taken.fetch_add(1, Ordering::Relaxed))
    };
    let (teller, told) = channel();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(groups.len()) {
            let (teller, next) = (teller.clone(), &next);
            scope.spawn(move || checker.run(next, &teller));
        }
        drop(teller);
        terminal.follow(&told, interrupt);
    });
}

impl Checker<'_> {
    fn run<'a>(self, next: impl Fn() -> Option<&'a Assignment>, told: &Sender<Message>) {
        while let Some(assignment) = next() {
            let outcome = self.group(assignment).unwrap_or_else(Outcome::Failed);
            if told.send(assignment.record(outcome).into()).is_err() {
                return;
            }
        }
    }

    /// Returns whether the group exists and the account may change its picture.
    fn group(self, assignment: &Assignment) -> Result<Outcome, Failure> {
        let Target::Group(chat) = &assignment.target else {
            return Ok(Outcome::Editable {
                subject: None,
                editing: Editing::Everyone,
            });
        };
        let group = patiently(self.retries, || self.session.group_data(chat))?;
        let editing = group.editing(self.account);
        if editing == Editing::OthersOnly {
            return Err(Failure::new(
                Cause::NotEditable,
                "only those who manage the group may change its picture, and the account does not manage it",
            ));
        }
        Ok(Outcome::Editable {
            subject: group.subject,
            editing,
        })
    }
}

/// Asks again after a transient failure, a few times.
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
