//! `group-picture check`: the credentials, the account and its groups, before anything is sent.

use std::path::{Path, PathBuf};

use upload::blocking::{Client, Session};
use upload::{Editing, RetryConfig, State};

use crate::commands::below::{Example, below};
use crate::input::group_names::{GroupNames, NameOptions};
use crate::input::groups::{self, Assignment, Folder, Groups, Rows};
use crate::input::source;
use crate::input::walk::FolderOptions;
use crate::interrupt::Interrupt;
use crate::prepare::options::UrlOptions;
use crate::report::exit_code::{ExitCode, Help};
use crate::report::failure::{Cause, Failure};
use crate::report::options::Output;
use crate::report::record::Outcome;
use crate::report::refusal::Refusal;
use crate::report::summary::Items;
use crate::report::terminal::Terminal;
use crate::send::account::Account;
use crate::send::asking::{ask_all, own_account, patiently};
use crate::send::connection::Connection;
use crate::send::options::{AccountOptions, RetryOptions};
use crate::target::Target;

/// Check the credentials, the account and each group of a list before anything is sent
///
/// Asks for the account's state and, for each group, whether it exists and whether the account may change its picture;
/// the photos' files must exist. Nothing is changed. To see what the photos become, use `batch --dry-run`.
#[derive(Debug, clap::Args)]
#[command(after_help = below(EXAMPLES, Help::CHECK))]
pub(crate) struct Check {
    /// The list of groups and photos, as for `batch`; - for stdin. Without it, only the account is checked
    #[arg(value_name = "GROUPS.csv|DIR")]
    pub(crate) groups: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) names: NameOptions,

    #[command(flatten)]
    pub(crate) folders: FolderOptions,

    #[command(flatten)]
    pub(crate) urls: UrlOptions,

    #[command(flatten)]
    pub(crate) account: AccountOptions,

    #[command(flatten)]
    pub(crate) retry: RetryOptions,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &[Example] = &[
    ("Check the account alone", "group-picture check"),
    (
        "Check each group of a list and its photo",
        "group-picture check groups.csv",
    ),
];

/// Asks about the account, and then about each group of the list, if there is one.
// One line a step, and what each tells the user.
pub(crate) fn run(args: Check, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    let token_file = args.account.token_file.as_deref();
    source::check_stdin(args.groups.as_deref().into_iter().chain(token_file))?;
    let profile = args.account.profile.clone();
    let account = Account::try_from(args.account)?;
    let names = args.names.names.as_deref();
    let ours: Vec<&Path> = names.into_iter().collect();
    let names = GroupNames::read(names, account.messenger)?;
    let folder = Folder {
        ours: &ours,
        non_images: args.folders.non_images,
    };
    let groups = match &args.groups {
        Some(path) => {
            let groups = groups::read(
                path,
                account.messenger,
                names.as_ref(),
                Rows::Of(profile.as_deref()),
                folder,
            )?;
            groups.check_photos(args.urls.hosts)?;
            groups
        }
        None => Groups::default(),
    };
    let connection = Connection::open(&account)?;
    let retries = args.retry.config();
    let mut terminal = Terminal::new(args.output, Items::Checked, groups.list.len());
    terminal.note_passed(groups.passed);
    connection.note_emulator(&terminal);
    match state(&connection.client, &retries, interrupt) {
        Ok(state) => {
            terminal.account(&state.to_string());
            if let Some(advice) = state.advice() {
                terminal.note(advice);
            }
            let account = match &*groups.list {
                [] => None,
                _ => own_account(&connection.client, &retries, interrupt, &terminal),
            };
            let session = connection
                .client
                .session(|session| session.retries(retries));
            let checker = Checker {
                session: &session,
                account: account.as_ref(),
                retries: &retries,
                interrupt,
            };
            let check = |assignment: &Assignment| {
                let outcome = checker.group(assignment);
                assignment.record(outcome.unwrap_or_else(Outcome::Failed))
            };
            ask_all(&groups.list, check, &mut terminal, interrupt);
        }
        Err(failure) => {
            let code = failure.cause.exit_code();
            terminal.fail(format_args!("the account: {failure}"), code);
        }
    }
    Ok(terminal.finish())
}

/// Returns the account's state if pictures can be set in it.
fn state(client: &Client, retries: &RetryConfig, interrupt: &Interrupt) -> Result<State, Failure> {
    let state = patiently(retries, interrupt, || client.state_instance())?;
    match state.failure(client.messenger()) {
        None => Ok(state),
        Some(kind) => Err(Failure::new(
            Cause::Upload(kind),
            state.advice().unwrap_or("it is not ready"),
        )),
    }
}

/// Asks about groups.
#[derive(Clone, Copy, Debug)]
struct Checker<'a> {
    session: &'a Session,
    account: Option<&'a upload::Account>,
    retries: &'a RetryConfig,
    interrupt: &'a Interrupt,
}

impl Checker<'_> {
    /// Returns whether the group exists and the account may change its picture.
    fn group(self, assignment: &Assignment) -> Result<Outcome, Failure> {
        let Target::Group(chat) = &assignment.target else {
            return Ok(Outcome::Editable {
                subject: None,
                editing: Editing::Everyone,
            });
        };
        let group = patiently(self.retries, self.interrupt, || {
            self.session.group_data(chat)
        })?;
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
