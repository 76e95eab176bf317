//! `group-picture batch`: a list of photos become the avatars of their groups.

use std::path::{Path, PathBuf};

use crate::commands::below::{Example, below};
use crate::input::group_names::NameOptions;
use crate::input::groups::{Folder, List, Member};
use crate::input::overrides::{OverrideOptions, Overrides};
use crate::input::source::{self, Source};
use crate::input::walk::FolderOptions;
use crate::interrupt::Interrupt;
use crate::output::Inputs;
use crate::prepare::options::{LimitOptions, PictureOptions};
use crate::prepare::work::Work;
use crate::report::exit_code::{ExitCode, Help};
use crate::report::refusal::Refusal;
use crate::send::accounts::Accounts;
use crate::send::backup::{self, BackupConfig};
use crate::send::batch;
use crate::send::job::Job;
use crate::send::journal;
use crate::send::options::{BackupOptions, JobOptions, Mode, SendingOptions};
use crate::send::sending::Sending;

/// Prepare many photos and set each as its group's avatar
///
/// The list is a CSV file whose first line names the columns chat_id and photo; other columns are ignored. Photo paths are
/// relative to the list's folder; a photo may be an http or https URL. A photo that several groups share is prepared once.
/// Or the list is a folder of photos, each named by its group's id, such as -10000000000000.jpg. With --names, groups may
/// be given by name. A column profile says which account of the configuration file a group is for: all accounts send at the
/// same time, each at its own pace; with --profile only that one does. The whole list is checked before anything is sent, and
/// so are the credentials of all accounts.
///
/// An account that is rejected, or whose credentials are, ends its own part of the batch early.
///
/// A journal beside the list records what was sent and the outcome. Run the same command again to continue where a run
/// ended, however it ended: a picture that is set is not sent again unless its photo has changed, an unknown outcome is
/// settled by reading the avatar, and what failed transiently is sent again.
///
/// The avatars that are replaced are kept beside the journal; `restore` puts them back.
#[derive(Debug, clap::Args)]
#[command(after_help = below(EXAMPLES, Help::ALL))]
pub(crate) struct Batch {
    /// The list of groups and photos; - for a CSV file on stdin
    #[arg(value_name = "GROUPS.csv|DIR")]
    pub(crate) groups: PathBuf,

    #[command(flatten)]
    pub(crate) names: NameOptions,

    #[command(flatten)]
    pub(crate) job: JobOptions,

    #[command(flatten)]
    pub(crate) backup: BackupOptions,

    #[command(flatten)]
    pub(crate) folders: FolderOptions,

    #[command(flatten)]
    pub(crate) sending: SendingOptions,

    #[command(flatten)]
    pub(crate) limits: LimitOptions,

    #[command(flatten)]
    pub(crate) picture: PictureOptions,

    #[command(flatten)]
    pub(crate) overrides: OverrideOptions,
}

const EXAMPLES: &[Example] = &[
    (
        "Print what would be done; needs no credentials",
        "group-picture batch groups.csv --dry-run",
    ),
    (
        "Set the avatars of all groups, and look at each afterwards",
        "group-picture batch groups.csv --gravity auto --verify",
    ),
    (
        "Send again what was refused, and keep a report",
        "group-picture batch groups.csv --retry-failed --report report.json",
    ),
    (
        "Send at most 500 in a night",
        "group-picture batch groups.csv --limit 500 --max-duration 8h",
    ),
];

/// Sets the pictures of all groups in the list, once all of it was read and found right.
// One line a step, in the order in which each must be right before the next begins.
pub(crate) fn run(args: Batch, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    // An emulator that ends with the program leaves nothing to continue.
    let has_journal = !args.job.no_journal && !args.sending.account.emulator;
    let is_stdin = Source::of(&args.groups) == Source::Stdin;
    let journal = args.job.journal.clone();
    if is_stdin && has_journal && journal.is_none() && args.sending.mode == Mode::Send {
        return Err(Refusal::usage(
            "a list from stdin has no place for a journal beside it: give --journal FILE, or --no-journal",
        ));
    }
    let token_file = args.sending.account.token_file.clone();
    let read = [
        Some(&*args.groups),
        args.overrides.path.as_deref(),
        token_file.as_deref(),
    ];
    source::check_stdin(read.into_iter().flatten())?;
    let work = Work::new(&args.picture, &args.limits)?;
    let list = List::open(&args.groups)?;
    let profiles = list.profiles(args.sending.account.profile.as_deref())?;
    let accounts = Accounts::new(&profiles, &args.sending.account, args.sending.mode)?;
    let sending = Sending::new(args.sending, accounts, work)?;
    let overrides = args.overrides.path.as_deref();
    let mut inputs = Inputs::of([&*args.groups]);
    let names = args.names.names.as_deref();
    inputs.add(
        overrides
            .into_iter()
            .chain(names)
            .chain(sending.accounts.files()),
    );
    let ours: Vec<&Path> = overrides.into_iter().chain(names).collect();
    let folder = Folder {
        ours: &ours,
        non_images: args.folders.non_images,
    };
    let members = Member::all(sending.accounts.members(), names)?;
    let mut groups = list.read(&members, folder)?;
    let roster = groups.roster(&args.groups);
    groups.apply(&Overrides::read(overrides, &roster)?);
    groups.check_photos(sending.work.hosts())?;
    let journal = match journal {
        None if is_stdin || !has_journal => None,
        None => Some(journal::default_path(&args.groups)),
        given => given,
    };
    let job = Job {
        groups: &groups,
        inputs,
        sending: &sending,
        options: &args.job,
        backup: backup_config(&args.backup, journal.as_deref()),
        journal: journal.as_deref(),
        known: Vec::new(),
    };
    batch::run(job, interrupt)
}

/// Where the avatars are kept that are replaced.
fn backup_config(options: &BackupOptions, journal: Option<&Path>) -> Option<BackupConfig> {
    let folder = match (&options.backup, journal) {
        _ if options.no_backup => return None,
        (Some(folder), _) => folder.clone(),
        (None, Some(journal)) => backup::beside(journal),
        (None, None) => return None,
    };
    Some(BackupConfig {
        folder,
        on_failure: options.on_backup_failure,
        journal: journal.map(Path::to_owned),
    })
}
