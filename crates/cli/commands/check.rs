//! `group-picture check`: the credentials, the account and its groups, before anything is sent.

use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::thread::{self, ScopedJoinHandle};

use upload::blocking::Session;
use upload::{Editing, RetryConfig, State};

use crate::commands::below::{Example, below};
use crate::input::group_names::NameOptions;
use crate::input::groups::{Assignment, Folder, Groups, List, Member};
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
use crate::send::accounts::Accounts;
use crate::send::asking::{ask_all, own_account, patiently};
use crate::send::connection::Connection;
use crate::send::options::{AccountOptions, Mode, RetryOptions};

/// Check the credentials, the account and each group of a list before anything is sent
///
/// Asks for the account's state and, for each group, whether it exists and whether the account may change its picture;
/// the photos' files must exist. Of a list for several accounts all are asked. Nothing is changed. To see what the photos become, use `batch --dry-run`.
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

/// Asks about the accounts, and then about each group of the list, if there is one.
// One line a step, and what each tells the user.
pub(crate) fn run(args: Check, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    let token_file = args.account.token_file.as_deref();
    source::check_stdin(args.groups.as_deref().into_iter().chain(token_file))?;
    let list = args.groups.as_deref().map(List::open).transpose()?;
    let profiles = match &list {
        Some(list) => list.profiles(args.account.profile.as_deref())?,
        None => Vec::new(),
    };
    let accounts = Accounts::new(&profiles, &args.account, Mode::Send)?;
    let names = args.names.names.as_deref();
    let ours: Vec<&Path> = names.into_iter().collect();
    let folder = Folder {
        ours: &ours,
        non_images: args.folders.non_images,
    };
    let members = Member::all(accounts.members(), names)?;
    let groups = match &list {
        Some(list) => {
            let groups = list.read(&members, folder)?;
            groups.check_photos(args.urls.hosts)?;
            groups
        }
        None => Groups::default(),
    };
    let retries = args.retry.config();
    let opened = accounts
        .iter()
        .map(|account| Opened::new(account, &groups, retries));
    let mut opened: Vec<Opened<'_>> = opened.collect::<Result<_, _>>()?;
    let mut terminal = Terminal::new(args.output, Items::Checked, groups.list.len());
    terminal.note_passed(groups.passed);
    if let [opened, ..] = &*opened {
        opened.connection.note_emulator(&terminal);
    }
    let states = Opened::ask_states(&opened, interrupt);
    for (opened, state) in opened.iter_mut().zip(states) {
        opened.take_state(state, interrupt, &mut terminal);
    }

    let check = |&(opened, assignment): &(&Opened<'_>, &Assignment)| {
        let outcome = opened.group(assignment, interrupt);
        assignment.record(outcome.unwrap_or_else(Outcome::Failed))
    };
    let of_ready = |opened: &&Opened<'_>| opened.is_ready;
    let lists: Vec<Vec<_>> = opened
        .iter()
        .filter(of_ready)
        .map(|opened| opened.groups.iter().map(|group| (opened, *group)).collect())
        .collect();
    let lists: Vec<&[_]> = lists.iter().map(Vec::as_slice).collect();
    ask_all(&lists, check, &mut terminal, interrupt);
    Ok(terminal.finish())
}

/// An account that is asked, and its groups.
#[derive(Debug)]
struct Opened<'a> {
    account: &'a Account,
    groups: Vec<&'a Assignment>,
    connection: Connection,
    session: Session,
    retries: RetryConfig,
    /// Pictures can be set in it.
    is_ready: bool,
    own: Option<upload::Account>,
}

impl<'a> Opened<'a> {
    fn new(
        account: &'a Account,
        groups: &'a Groups,
        retries: RetryConfig,
    ) -> Result<Self, Refusal> {
        let connection = Connection::open(account)?;
        let is_own = |group: &&Assignment| group.target.profile == account.profile;
        Ok(Self {
            account,
            groups: groups.list.iter().filter(is_own).collect(),
            session: connection
                .client
                .session(|session| session.retries(retries)),
            connection,
            retries,
            is_ready: false,
            own: None,
        })
    }

    /// Asks for the states of all accounts at once.
    fn ask_states(opened: &[Self], interrupt: &Interrupt) -> Vec<Result<State, Failure>> {
        thread::scope(|scope| {
            let asked: Vec<_> = opened
                .iter()
                .map(|opened| scope.spawn(|| opened.state(interrupt)))
                .collect();
            let states = asked.into_iter().map(ScopedJoinHandle::join);
            states
                .map(|state| state.unwrap_or_else(|panic| resume_unwind(panic)))
                .collect()
        })
    }

    /// Returns the account's state if pictures can be set in it.
    fn state(&self, interrupt: &Interrupt) -> Result<State, Failure> {
        let client = &self.connection.client;
        let state = patiently(&self.retries, interrupt, || client.state_instance())?;
        match state.failure(client.messenger()) {
            None => Ok(state),
            Some(kind) => Err(Failure::new(
                Cause::Upload(kind),
                state.advice().unwrap_or("it is not ready"),
            )),
        }
    }

    /// Prints the state, and reads the account's own ids if there are groups to be asked about.
    fn take_state(
        &mut self,
        state: Result<State, Failure>,
        interrupt: &Interrupt,
        terminal: &mut Terminal,
    ) {
        let name = self.account.name();
        match state {
            Ok(state) => {
                self.is_ready = true;
                terminal.account(self.account.profile.as_ref(), &state.to_string());
                match (state.advice(), &self.account.profile) {
                    (None, _) => {}
                    (Some(advice), None) => terminal.note(advice),
                    (Some(advice), Some(_)) => terminal.note(format_args!("{name}: {advice}")),
                }
                if !self.groups.is_empty() {
                    let client = &self.connection.client;
                    self.own = own_account(client, &self.retries, interrupt, terminal);
                }
            }
            Err(failure) => {
                let code = failure.cause.exit_code();
                terminal.fail(format_args!("{name}: {failure}"), code);
            }
        }
    }

    /// Returns whether the group exists and the account may change its picture.
    fn group(&self, assignment: &Assignment, interrupt: &Interrupt) -> Result<Outcome, Failure> {
        let Some(chat) = &assignment.target.chat else {
            return Ok(Outcome::Editable {
                subject: None,
                editing: Editing::Everyone,
            });
        };
        let group = patiently(&self.retries, interrupt, || self.session.group_data(chat))?;
        let editing = group.editing(self.own.as_ref());
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
