//! `group-picture restore`: the avatars that a batch has replaced are put back.

mod source;

use std::fs;
use std::path::PathBuf;

use prep::{OnDamage, Options};
use upload::Messenger;

use self::source::{Pick, Source};
use crate::commands::below::{Example, below};
use crate::input::groups::Groups;
use crate::interrupt::Interrupt;
use crate::output::Inputs;
use crate::prepare::work::Work;
use crate::report::exit_code::{ExitCode, Help};
use crate::report::refusal::Refusal;
use crate::send::account;
use crate::send::backup;
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
    let messenger = account::messenger(&args.sending.account)?;
    let has_journal = !args.job.no_journal && !args.sending.account.emulator;
    let sending = Sending::new(args.sending, Work::of(options(messenger))?)?;
    let source = Source::find(&args.source, &sending.account)?;
    let found = source.select(&args.only, args.pick, messenger)?;

    let journal = args.job.journal.clone();
    let journal = has_journal.then(|| journal.unwrap_or_else(|| source.journal.clone()));
    let ledger = source.folder.join(backup::LEDGER);
    let mut inputs = Inputs::of([&*ledger]);
    inputs.add(sending.account.files());
    let groups = Groups {
        list: found.list,
        ..Groups::default()
    };
    let job = Job {
        groups: &groups,
        inputs,
        sending: &sending,
        options: &args.job,
        journal: journal.as_deref(),
        backup: None,
        known: found.known,
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

/// An avatar is put back as it is, bit for bit, if the messenger accepts it so; if not, with the least loss.
fn options(messenger: Messenger) -> Options {
    let pictures = messenger.spec().pictures;
    Options::new()
        .side(pictures.max_side.unwrap_or(MAX_SIDE))
        .minimum_side(1)
        .quality(100)
        .max_bytes(pictures.max_bytes.unwrap_or(MAX_BYTES).min(MAX_BYTES))
        .on_damage(OnDamage::Accept)
}

/// Messengers show avatars with 640 pixels; some keep more.
const MAX_SIDE: u32 = 1280;

/// MAX refuses more than about 850 KB.
const MAX_BYTES: u64 = 800_000;
