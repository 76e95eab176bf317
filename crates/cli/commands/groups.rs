//! `group-picture groups`: which groups the account is in, as a list to start from.

mod listing;
mod reading;

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use self::listing::{ListFormat, Listed};
use self::reading::{Reader, Readings};
use crate::commands::below::{Example, below};
use crate::interrupt::Interrupt;
use crate::output::Inputs;
use crate::report::escape;
use crate::report::exit_code::{ExitCode, Help};
use crate::report::options::{Format, Output};
use crate::report::record::{Outcome, Record};
use crate::report::refusal::Refusal;
use crate::report::summary::Items;
use crate::report::terminal::Terminal;
use crate::send::account::Account;
use crate::send::asking::{ask_all, own_account, patiently};
use crate::send::connection::Connection;
use crate::send::options::{AccountOptions, Mode, RetryOptions};
use crate::target::Target;

/// List the groups that the account is in: id, name, the account's role, number of participants, avatar
///
/// MAX lists chats without their names, so each group is asked about, at the documented pace: ten a second on MAX, one on
/// WhatsApp and Telegram. The list is printed when it is complete. As CSV it is a list for `batch` once it has a column
/// photo, and a list for --names as it is.
#[derive(Debug, clap::Args)]
#[command(after_help = below(EXAMPLES, Help::GROUPS))]
pub(crate) struct Groups {
    /// How the list is printed [default: table on a terminal, csv elsewhere]
    #[arg(long = "format", value_name = "FORMAT", conflicts_with = "format")]
    pub(crate) list_format: Option<ListFormat>,

    /// Keep what was read in FILE until the list is complete: the same command again goes on from there
    #[arg(long, value_name = "FILE")]
    pub(crate) journal: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) account: AccountOptions,

    #[command(flatten)]
    pub(crate) retry: RetryOptions,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &[Example] = &[
    ("Show the account's groups", "group-picture groups"),
    (
        "Make a list of them, to add the column photo to",
        "group-picture groups --format csv > groups.csv",
    ),
];

/// Asks for the groups, then about each of them, and prints the list.
// One line a step, and what each tells the user.
pub(crate) fn run(args: Groups, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    let format = match (args.output.format, args.list_format) {
        (Format::Json, _) => ListFormat::Json,
        (Format::Human, Some(format)) => format,
        (Format::Human, None) => listing::default_format(),
    };
    let account = Account::new(&args.account, Mode::Send)?;
    let inputs = Inputs::of(account.files());
    let readings = Readings::open(args.journal, &inputs, &account)?;
    let connection = Connection::open(&account)?;
    let (client, retries) = (&connection.client, args.retry.config());
    let output = Output {
        format: Format::Human,
        ..args.output
    };
    let chats = match patiently(&retries, interrupt, || client.groups()) {
        Ok(chats) => chats,
        Err(failure) => {
            let mut terminal = Terminal::new(output, Items::Listed, 0);
            let code = failure.cause.exit_code();
            terminal.fail(format_args!("the groups cannot be listed: {failure}"), code);
            return Ok(terminal.finish());
        }
    };
    if chats.is_empty() {
        return Err(Refusal::nothing_found("the account is in no group"));
    }
    let mut terminal = Terminal::new(output, Items::Listed, chats.len());
    terminal.reserve_stdout();
    connection.note_emulator(&terminal);
    readings.note_resumed(&chats, &terminal);
    let own = own_account(client, &retries, interrupt, &terminal);
    let session = client.session(|session| session.retries(retries));
    let reader = Reader {
        session: &session,
        account: own.as_ref(),
        retries: &retries,
        interrupt,
        readings: &readings,
    };

    let list: Vec<Mutex<Listed>> = chats.iter().map(|chat| Mutex::new(chat.into())).collect();
    let numbered: Vec<_> = chats.iter().enumerate().collect();
    let ask = |&(index, chat): &(usize, _)| {
        let outcome = match reader.read(chat) {
            Ok(listed) => {
                *list[index].lock().unwrap_or_else(PoisonError::into_inner) = listed;
                Outcome::Listed
            }
            Err(failure) => Outcome::Failed(failure),
        };
        Record::of(
            Some(Target::group(chat.id.clone())),
            PathBuf::new(),
            outcome,
        )
    };
    ask_all(&[&numbered], ask, &mut terminal, interrupt);

    let list = list
        .into_iter()
        .map(|one| one.into_inner().unwrap_or_else(PoisonError::into_inner));
    finish(&list.collect::<Vec<_>>(), format, readings, terminal)
}

/// Prints the list if all groups were asked about.
fn finish(
    list: &[Listed],
    format: ListFormat,
    readings: Readings,
    mut terminal: Terminal,
) -> Result<ExitCode, Refusal> {
    let summary = terminal.summary();
    if summary.not_begun() > 0 {
        readings.note_unfinished(&terminal);
        return Ok(terminal.finish());
    }
    let printed = listing::print(list, format, summary);
    let is_complete = summary.counts().is_all_done();
    terminal.note(summary.to_string());
    match printed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            let error = format!("the list cannot be printed: {error}");
            terminal.fail(escape::text(&error), ExitCode::SomeFailed);
        }
        _ if is_complete => readings.remove(),
        _ => readings.note_unfinished(&terminal),
    }
    Ok(terminal.finish())
}
