//! The commands that set avatars: `set`, `batch` and `check`.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use crate::args::units::duration;
use crate::args::{Account, Output, Overrides, Sending};
use crate::report::exit_code;

/// Prepare one photo and set it as a group's avatar, or as the account's own
#[derive(Debug, clap::Args)]
#[command(
    after_help = exit_code::HELP,
    override_usage = "group-picture set [OPTIONS] <CHAT_ID> <PHOTO>\n       group-picture set [OPTIONS] --profile <PHOTO>"
)]
pub(crate) struct Set {
    /// The group's id, such as -10000000000000; and the photo
    #[arg(required = true, num_args = 1..=2, value_names = ["CHAT_ID", "PHOTO"], allow_negative_numbers = true)]
    pub(crate) what: Vec<OsString>,

    /// Set the account's own avatar; messengers want no more than one change in 10 s
    #[arg(long)]
    pub(crate) profile: bool,

    #[command(flatten)]
    pub(crate) sending: Sending,
}

/// Prepare many photos and set each as its group's avatar
///
/// The list is a CSV file whose first line names the columns chat_id and photo; others are passed over. Photos are
/// found from the folder that the list is in. Or it is a folder of photos, each named by its group's id, such as
/// -10000000000000.jpg. The whole list is checked before anything is sent.
///
/// The batch stops early when the account or its credentials are refused.
///
/// A journal beside the list says what was sent and what became of it. The same command again goes on where a run ended,
/// however it ended: what is set is left alone unless its photo has changed, what nobody knows of is settled by reading
/// the avatar, what failed for a reason that passes is sent again.
#[derive(Debug, clap::Args)]
#[command(after_help = exit_code::HELP)]
pub(crate) struct Batch {
    /// The list of groups and photos
    #[arg(value_name = "GROUPS.csv|DIR")]
    pub(crate) groups: PathBuf,

    #[command(flatten)]
    pub(crate) overrides: Overrides,

    #[command(flatten)]
    pub(crate) job: Job,

    #[command(flatten)]
    pub(crate) sending: Sending,
}

/// See whether the credentials, the account and each group of a list are right, before anything is sent
///
/// It asks for the account's state and, for each group, whether it is there and whether the account may change its
/// picture. Nothing is changed. What the photos become, `batch --dry-run` tells.
#[derive(Debug, clap::Args)]
#[command(after_help = exit_code::HELP)]
pub(crate) struct Check {
    /// The list of groups and photos, as for batch; without it, only the account is looked at
    #[arg(value_name = "GROUPS.csv|DIR")]
    pub(crate) groups: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) account: Account,

    /// Shortest pause before a question is repeated
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = duration)]
    pub(crate) retry_pause: Duration,

    #[command(flatten)]
    pub(crate) output: Output,
}

/// One run of a batch.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Job")]
pub(crate) struct Job {
    /// The journal; by default GROUPS.csv.journal, or .group-picture.journal in the folder, and none with --emulator
    #[arg(long, value_name = "FILE", conflicts_with_all = ["no_journal", "emulator"])]
    pub(crate) journal: Option<PathBuf>,

    /// Write no journal: the same command again sends everything again
    #[arg(long)]
    pub(crate) no_journal: bool,

    /// Send pictures again that were refused in an earlier run
    #[arg(long)]
    pub(crate) retry_failed: bool,

    /// Send at most N pictures in this run
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,

    /// Begin to send none after this time
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) max_duration: Option<Duration>,
}
