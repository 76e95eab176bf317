//! `group-picture restore`: the avatars that a batch has replaced are put back.

mod source;

use std::fs;
use std::path::PathBuf;

use prep::{OnDamage, Options};
use upload::Messenger;

use self::source::{Found, Pick, Source};
use crate::commands::below::{Example, below};
use crate::input::groups::Groups;
use crate::interrupt::Interrupt;
use crate::output::Inputs;
use crate::prepare::work::Work;
use crate::report::exit_code::{ExitCode, Help};
use crate::report::refusal::Refusal;
use crate::send::accounts::Accounts;
use crate::send::batch;
use crate::send::job::Job;
use crate::send::options::{JobOptions, Mode, SendingOptions};
use crate::send::sending::Sending;
use crate::units::either;

/// Put back the avatars that a batch has replaced
///
/// They are in the backup that `batch` made: give its folder or the batch's journal. Each group gets the avatar that it
/// had before its last picture, with --oldest the one before its first. Groups that the journal knows to show their old
/// avatar still are left alone. The API cannot remove an avatar, so a group that had none before keeps the one it has, and
/// counts as failed.
///
/// Of a list for several accounts, all put back what is theirs, or one of them with --profile.
///
/// It is a batch like any other: paced, journalled (in the batch's own journal) and continued by the same command. What it
/// replaces is not backed up.
#[derive(Debug, clap::Args)]
#[command(after_help = below(EXAMPLES, Help::ALL))]
pub(crate) struct Restore {
    /// The backup's folder, or the journal of the batch
    #[arg(value_name = "DIR|JOURNAL")]
    pub(crate) source: PathBuf,

    /// Put back this group's avatar only. May be repeated
    #[arg(long, value_name = "CHAT_ID", allow_hyphen_values = true)]
    pub(crate) only: Vec<String>,

    /// Put back the avatar from before the first picture of all, instead of that before the last
    #[arg(long = "oldest", action = clap::ArgAction::SetTrue, value_parser = either(Pick::Oldest, Pick::Latest))]
    pub(crate) pick: Pick,

    #[command(flatten)]
    pub(crate) job: JobOptions,

    #[command(flatten)]
    pub(crate) sending: SendingOptions,
}

const EXAMPLES: &[Example] = &[
    (
        "Look at what would be put back",
        "group-picture restore groups.csv.journal --dry-run",
    ),
    (
        "Put back one group's avatar",
        "group-picture restore groups.csv.journal --only -10000000000000",
    ),
];

/// Sets each group's kept avatar, as a batch of them.
pub(crate) fn run(args: Restore, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    let found = Found::at(&args.source)?;
    let profiles = found.profiles(args.sending.account.profile.as_deref())?;
    let accounts = Accounts::new(&profiles, &args.sending.account, args.sending.mode)?;
    let has_journal = !args.job.no_journal && !args.sending.account.emulator;
    let work = Work::of(options(accounts.messengers()))?;
    let sending = Sending::new(args.sending, accounts, work)?;
    let source = Source::open(found, &sending.accounts)?;
    let selection = source.select(&args.only, args.pick, &sending.accounts)?;

    let journal = args.job.journal.clone();
    let journal = has_journal.then(|| journal.unwrap_or_else(|| source.journal.clone()));
    let ledgers: Vec<PathBuf> = source.ledgers().collect();
    let mut inputs = Inputs::of(ledgers.iter().map(PathBuf::as_path));
    inputs.add(sending.accounts.files());
    let groups = Groups {
        list: selection.list,
        ..Groups::default()
    };
    let job = Job {
        groups: &groups,
        inputs,
        sending: &sending,
        options: &args.job,
        journal: journal.as_deref(),
        backup: None,
        known: selection.known,
    };
    let code = batch::run(job, interrupt)?;
    let is_own = journal
        .as_ref()
        .is_some_and(|journal| *journal == source.folder.join(source::JOURNAL));
    if let (ExitCode::Done, Mode::Send, true, Some(journal)) = (code, sending.mode, is_own, journal)
    {
        // It was for this one restore. If it stays, the next one takes what it says for done.
        let _ = fs::remove_file(journal);
    }
    Ok(code)
}

/// An avatar is put back as it is, bit for bit, if the messengers accept it so; if not, with the least loss.
fn options(messengers: impl Iterator<Item = Messenger>) -> Options {
    let pictures: Vec<_> = messengers
        .map(|messenger| messenger.spec().pictures)
        .collect();
    let max_side = pictures
        .iter()
        .filter_map(|pictures| pictures.max_side)
        .min();
    let max_bytes = pictures
        .iter()
        .filter_map(|pictures| pictures.max_bytes)
        .min();
    Options::new()
        .side(max_side.unwrap_or(MAX_SIDE))
        .minimum_side(1)
        .quality(100)
        .max_bytes(max_bytes.unwrap_or(MAX_BYTES).min(MAX_BYTES))
        .on_damage(OnDamage::Accept)
}

/// Messengers show avatars with 640 pixels; some keep more.
const MAX_SIDE: u32 = 1280;

/// MAX refuses more than about 850 KB.
const MAX_BYTES: u64 = 800_000;
