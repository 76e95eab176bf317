//! The options for sending: whose account, at what pace, and what is kept.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use clap::builder::{OsStringValueParser, TypedValueParser};
use upload::Messenger;

use crate::output::Destination;
use crate::report::options::Output;
use crate::units::{duration, either, rate};

/// How pictures are sent.
#[derive(Debug, clap::Args)]
pub(crate) struct SendingOptions {
    /// Print what would be done, from the photos and the journal, and neither send nor write anything. Needs no credentials
    #[arg(short = 'n', long = "dry-run", action = clap::ArgAction::SetTrue, value_parser = either(Mode::DryRun, Mode::Send))]
    pub(crate) mode: Mode,

    /// Save each picture that is sent as DIR/CHAT_ID.jpg, replacing an earlier one. The folder is created if needed
    #[arg(short, long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,

    /// Fetch each avatar after it was set: it must have a new address and show the picture that was sent
    #[arg(long, action = clap::ArgAction::SetTrue, value_parser = either(Verify::Avatar, Verify::Off))]
    pub(crate) verify: Verify,

    /// Write a record of each group to FILE as JSON, replacing an earlier one; - for stdout, which then holds nothing else
    #[arg(long, value_name = "FILE", value_parser = OsStringValueParser::new().map(Destination::from))]
    pub(crate) report: Option<Destination>,

    #[command(flatten)]
    pub(crate) account: AccountOptions,

    #[command(flatten)]
    pub(crate) pace: PaceOptions,

    #[command(flatten)]
    pub(crate) output: Output,
}

/// Whether anything is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Send,
    DryRun,
}

/// How much proof is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verify {
    /// The server's word.
    Off,
    /// The avatar.
    Avatar,
}

/// Whose account is used.
///
/// Values are kept as they came: a wrong one may be the token in the wrong place, so only the code that parses it may say
/// what is wrong with it.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Account")]
pub(crate) struct AccountOptions {
    /// Send to an emulator inside this program: no account is needed, and no group's picture changes
    #[arg(long, conflicts_with_all = ["api_url", "id_instance", "token_file", "profile", "env_file"])]
    pub(crate) emulator: bool,

    /// Use the account of this name in the configuration file. Of a list with a column profile, only its groups are taken
    #[arg(long, value_name = "NAME", conflicts_with_all = ["api_url", "id_instance", "token_file", "env_file"])]
    pub(crate) profile: Option<String>,

    /// The configuration file [default: ~/.config/group-picture/config.toml]
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Read the variables GREEN_API_… from a file such as .env before the environment. No such file is read unasked
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Option<PathBuf>,

    /// The messenger of the instance: max, telegram or whatsapp [default: that of the profile, or max]. Each has its own form
    /// of group ids
    #[arg(long, value_name = "NAME")]
    pub(crate) messenger: Option<Messenger>,

    /// Fetch avatars from this host and its subdomains only, instead of the messenger's own hosts. May be repeated
    #[arg(long, value_name = "HOST")]
    pub(crate) avatar_host: Vec<String>,

    /// apiUrl [env: GREEN_API_URL] [default: derived from the instance]
    #[arg(long, value_name = "URL")]
    pub(crate) api_url: Option<OsString>,

    /// idInstance [env: GREEN_API_ID_INSTANCE]
    #[arg(long, value_name = "ID")]
    pub(crate) id_instance: Option<OsString>,

    /// The file that holds apiTokenInstance, - for stdin [env: GREEN_API_TOKEN holds the token itself]
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,

    /// Always refused: it is here so that the token is not repeated in an error message.
    #[arg(long, hide = true)]
    pub(crate) token: Option<OsString>,
}

/// How fast, how often and how long.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Pace")]
pub(crate) struct PaceOptions {
    /// Maximum number of pictures per second and account [default: 1, or no limit with --emulator]
    #[arg(long, value_name = "N", value_parser = rate)]
    pub(crate) rate: Option<f64>,

    /// How long one group may take: reading, all attempts and the waits between them. Below 100s, --verify may take up to
    /// 20 s longer
    #[arg(long, value_name = "TIME", default_value = "120s", value_parser = duration)]
    pub(crate) deadline: Duration,

    #[command(flatten)]
    pub(crate) retry: RetryOptions,

    /// What to do when the outcome is unknown and the avatar does not tell: retry sends the picture again (some
    /// messengers announce each change in the group), fail counts it as failed, ask asks at the terminal
    #[arg(long, value_name = "POLICY", default_value = "retry")]
    pub(crate) on_unknown: OnUnknown,
}

/// How long the waits between attempts are.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(next_help_heading = "Pace")]
pub(crate) struct RetryOptions {
    /// Wait before the first retry. The waits after HTTP 429 (1.1 times this) and after the messenger's own limit (10
    /// times) scale with it
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = duration)]
    pub(crate) initial_backoff: Duration,
}

/// What to do with an outcome that stays unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnUnknown {
    Retry,
    Fail,
    Ask,
}

/// One run of a batch.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Job")]
pub(crate) struct JobOptions {
    /// The journal [default: GROUPS.csv.journal, or .group-picture.journal in the folder; for `restore` that of the batch;
    /// none with --emulator]
    #[arg(long, value_name = "FILE", conflicts_with_all = ["no_journal", "emulator"])]
    pub(crate) journal: Option<PathBuf>,

    /// Write no journal: the same command sends everything again
    #[arg(long)]
    pub(crate) no_journal: bool,

    /// Send pictures again that an earlier run found refused
    #[arg(long = "retry-failed", action = clap::ArgAction::SetTrue, value_parser = either(Refused::Retry, Refused::Leave))]
    pub(crate) refused: Refused,

    /// Send at most N pictures in this run
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,

    /// How often groups that fail transiently are tried: once in their turn, the other times at the end of the run, after a
    /// pause that lets an outage pass
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=10))]
    pub(crate) passes: u32,

    /// Start no picture after this time
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) max_duration: Option<Duration>,
}

/// What is kept of the avatars that a batch replaces.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Job")]
pub(crate) struct BackupOptions {
    /// Keep each group's present avatar in this folder before it is replaced; `restore` puts them back [default:
    /// GROUPS.csv.backup, beside the journal; none without one]
    #[arg(long, value_name = "DIR", conflicts_with = "no_backup")]
    pub(crate) backup: Option<PathBuf>,

    /// Keep nothing of what is replaced
    #[arg(long)]
    pub(crate) no_backup: bool,

    /// What to do with a group whose avatar cannot be kept: fail (it is not replaced) or send
    #[arg(long, value_name = "POLICY", default_value = "fail")]
    pub(crate) on_backup_failure: OnBackupFailure,
}

/// What to do with a group whose avatar cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnBackupFailure {
    Fail,
    Send,
}

/// What becomes of pictures that were refused in an earlier run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// They count as failed.
    Leave,
    /// They are sent again.
    Retry,
}
