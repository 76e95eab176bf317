//! `group-picture check`: the credentials, the account and its groups, before anything is sent.

use std::sync::mpsc::{Sender, channel};
use std::thread;

use upload::blocking::{Client, Session};
use upload::{Editing, Error, ErrorKind, RetryClass, RetryConfig, State};

use crate::config::Check;
use crate::input::groups::{self, Assignment, Groups, Target};
use crate::interrupt::Interrupt;
use crate::prepare::queue::Queue;
use crate::report::exit_code::ExitCode;
use crate::report::failure::{Cause, Failure};
use crate::report::record::{Outcome, Record};
use crate::report::refusal::Refusal;
use crate::report::summary::Items;
use crate::report::terminal::{Terminal, Told};
use crate::send::connection::Connection;

/// Asks about the account, and then about each group of the list, if there is one.
pub(crate) fn run(config: &Check, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    let groups = match &config.groups {
        Some(path) => groups::read(path, config.account.messenger, &[])?,
        None => Groups::default(),
    };
    let connection = Connection::open(&config.account)?;
    let mut terminal = Terminal::new(config.output, Items::Checked, groups.list.len());
    terminal.note_links(groups.links);
    connection.note_emulator(&terminal);
    match account(&connection.client, &config.retries) {
        Ok(state) => {
            terminal.account(state);
            let session = connection
                .client
                .session(|session| session.retries(config.retries));
            check_all(&groups.list, &session, config, &mut terminal, interrupt);
        }
        Err(failure) => {
            let code = failure.cause.exit_code();
            terminal.fail(format_args!("the account: {failure}"), code);
        }
    }
    Ok(terminal.finish())
}

/// Whether the account is ready.
fn account(client: &Client, retries: &RetryConfig) -> Result<&'static str, Failure> {
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
    config: &Check,
    terminal: &mut Terminal,
    interrupt: &Interrupt,
) {
    let queue = Queue::new(groups, interrupt);
    let (teller, told) = channel();
    thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(groups.len()) {
            let (teller, queue) = (teller.clone(), &queue);
            scope.spawn(move || work(queue, session, config, &teller));
        }
        drop(teller);
        terminal.follow(&told, interrupt);
    });
}

fn work(queue: &Queue<'_, Assignment>, session: &Session, config: &Check, told: &Sender<Told>) {
    while let Some(assignment) = queue.next() {
        let outcome = group(assignment, session, config).unwrap_or_else(Outcome::Failed);
        if told.send(Record::of(assignment, outcome).into()).is_err() {
            return;
        }
    }
}

/// Whether the group is there and its picture may be changed.
fn group(assignment: &Assignment, session: &Session, config: &Check) -> Result<Outcome, Failure> {
    let Target::Group(chat) = &assignment.target else {
        return Ok(Outcome::Editable {
            subject: None,
            editing: Editing::Everyone,
        });
    };
    let group = patiently(&config.retries, || session.group_data(chat))?;
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
