//! `group-picture emulator`: a GREEN-API instance on this machine, for people.

use std::fs::{self, DirEntry};
use std::io::{self, Write};
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};

use ::emulator::{Config, Group, Role, Script, State};
use upload::Messenger;

use crate::commands::below::{Example, below};
use crate::identity::Identity;
use crate::input::table::Table;
use crate::interrupt::Interrupt;
use crate::report::escape;
use crate::report::exit_code::{ExitCode, Help};
use crate::report::refusal::Refusal;
use crate::send::connection::emulated;

/// Run a GREEN-API instance on this machine, for trials and tests, until Ctrl-C
///
/// It prints its address and credentials as lines for the shell, and behaves as the API is documented.
#[derive(Debug, clap::Args)]
#[command(after_help = below(EXAMPLES, Help::EMULATOR))]
pub(crate) struct Emulator {
    /// Where to listen. Only this machine's own addresses are accepted
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,

    /// The messenger whose API is spoken: max, telegram or whatsapp
    #[arg(long, value_name = "NAME", default_value = "max")]
    pub(crate) messenger: Messenger,

    /// The account's state: authorized, notAuthorized, pendingPassword, blocked, starting, sleepMode, suspended, yellowCard
    #[arg(long, value_name = "STATE", default_value = "authorized", value_parser = state)]
    pub(crate) state: State,

    /// Answer 429 to more than N requests per second of a method [default: no limit]
    #[arg(long, value_name = "N", conflicts_with = "documented_rates")]
    pub(crate) rate: Option<NonZeroU32>,

    /// Answer 429 to more requests of a method than the messenger's page on rate limits allows
    #[arg(long)]
    pub(crate) documented_rates: bool,

    /// Save the pictures as DIR/CHAT_ID.jpg. The folder is created if needed
    #[arg(long, value_name = "DIR")]
    pub(crate) pictures: Option<PathBuf>,

    /// The account's groups: a CSV file with the columns chat_id, name and role (owner, admin, member), as `groups` prints
    /// it [default: every chat id is a group]
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) groups: Option<PathBuf>,

    /// Answer with the faults of a script (JSON; see docs/emulator.md)
    #[arg(long, value_name = "FILE")]
    pub(crate) script: Option<PathBuf>,
}

const EXAMPLES: &[Example] = &[
    (
        "Refuse what comes faster than the API allows",
        "group-picture emulator --documented-rates",
    ),
    (
        "Speak WhatsApp's API, for an account that is blocked",
        "group-picture emulator --messenger whatsapp --state blocked",
    ),
    (
        "Answer with the faults of a script",
        "group-picture emulator --script faults.json",
    ),
];

/// Runs the emulator until it is interrupted, which is its regular end.
pub(crate) fn run(args: &Emulator, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    let emulator = start(args)?;
    // Whoever closes stdout has read what they wanted.
    let _ = tell(&emulator);
    interrupt.wait();
    Ok(ExitCode::Done)
}

fn start(args: &Emulator) -> Result<::emulator::Emulator, Refusal> {
    let mut emulated = Config::new()
        .listen(args.listen)
        .messenger(emulated(args.messenger))
        .state(args.state);
    if let Some(rate) = args.rate {
        emulated = emulated.rate(rate);
    }
    if args.documented_rates {
        emulated = emulated.documented_rates();
    }
    if let (Some(folder), Some(script)) = (&args.pictures, &args.script) {
        check_places(folder, script)?;
    }
    if let Some(folder) = &args.pictures {
        fs::create_dir_all(folder).map_err(|error| refused(folder, error))?;
        emulated = emulated.folder(folder);
    }
    if let Some(path) = &args.groups {
        emulated = emulated.groups(groups(path)?);
    }
    if let Some(path) = &args.script {
        let text = fs::read_to_string(path).map_err(|error| refused(path, error))?;
        let script: Script = text.parse().map_err(|error| refused(path, error))?;
        emulated = emulated.script(script);
    }
    ::emulator::Emulator::start(emulated)
        .map_err(|error| Refusal::usage(format!("the emulator cannot be started: {error}")))
}

/// Reads the word of a state.
fn state(word: &str) -> Result<State, String> {
    let found = State::ALL.into_iter().find(|state| state.word() == word);
    found.ok_or_else(|| "expected the word that getStateInstance answers".to_owned())
}

/// Reads the account's groups.
fn groups(path: &Path) -> Result<Vec<Group>, Refusal> {
    let shown = escape::path(path);
    let refuse = |reason: String| Refusal::usage(format!("{shown}: {reason}"));
    let table = Table::read(path).map_err(refuse)?;
    let column = |name| table.column(name).map_err(refuse);
    let (chat, name, role) = (column("chat_id")?, column("name")?, column("role")?);
    let chat =
        chat.ok_or_else(|| refuse("the first line must name the column chat_id".to_owned()))?;
    let mut groups = Vec::new();
    for row in &table.rows {
        let cell = |column: Option<usize>| column.map_or("", |column| row.cell(column));
        let mut group = Group::new(row.cell(chat)).role(match cell(role) {
            "" | "owner" => Role::Owner,
            "admin" => Role::Administrator,
            "member" => Role::Participant,
            _ => {
                let reason = "a role is owner, admin or member";
                return Err(refuse(format!("line {}: {reason}", row.line)));
            }
        });
        let name = cell(name);
        if !name.is_empty() {
            group = group.subject(name.strip_prefix('\'').unwrap_or(name));
        }
        groups.push(group);
    }
    Ok(groups)
}

/// Refuses a script in the pictures' folder that has, or is linked to under, a name that a picture may have.
fn check_places(pictures: &Path, script: &Path) -> Result<(), Refusal> {
    let (Some(identity), Ok(entries)) = (Identity::of(script), pictures.read_dir()) else {
        return Ok(());
    };
    let is_replaceable = |entry: &DirEntry| {
        let name = entry.file_name().to_string_lossy().to_ascii_lowercase();
        PICTURES.iter().any(|suffix| name.ends_with(suffix))
            && Identity::of(&entry.path()).as_ref() == Some(&identity)
    };
    if entries.flatten().any(|entry| is_replaceable(&entry)) {
        let shown = escape::path(script);
        return Err(Refusal::usage(format!(
            "a picture could replace the script {shown}; choose another --pictures"
        )));
    }
    Ok(())
}

/// How the names end that the emulator gives to pictures, complete and partial.
const PICTURES: [&str; 2] = [".jpg", ".jpg.partial"];

/// The lines that make a shell's `group-picture` talk to this emulator.
fn tell(emulator: &::emulator::Emulator) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "export GREEN_API_URL={}", emulator.url())?;
    writeln!(stdout, "export GREEN_API_ID_INSTANCE={}", Config::INSTANCE)?;
    writeln!(stdout, "export GREEN_API_TOKEN={}", Config::TOKEN)?;
    stdout.flush()
}

fn refused(path: &Path, error: impl std::error::Error) -> Refusal {
    Refusal::usage(format!("{}: {error}", escape::path(path)))
}
