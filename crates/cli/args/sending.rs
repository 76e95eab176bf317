//! Whose account is used, and at what pace.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use upload::Messenger;

use crate::args::units::{duration, rate};
use crate::args::{Output, Picture, Work};

/// How pictures are sent.
#[derive(Debug, clap::Args)]
pub(crate) struct Sending {
    /// Tell what would be done, from the photos and the journal; send nothing, write nothing
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,

    /// Keep each picture that is sent as DIR/CHAT_ID.jpg, in place of an earlier one; made if there is none
    #[arg(short, long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,

    /// Look at each avatar after it was set: it must have a new address, and show the picture that was sent
    #[arg(long)]
    pub(crate) verify: bool,

    /// Write what became of each group to FILE, as JSON; in place of an earlier one
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) account: Account,

    #[command(flatten)]
    pub(crate) pace: Pace,

    #[command(flatten)]
    pub(crate) picture: Picture,

    #[command(flatten)]
    pub(crate) work: Work,

    #[command(flatten)]
    pub(crate) output: Output,
}

/// Whose account is used.
///
/// Here everything is still as it came: a value that is wrong may be the token in the wrong place, so only what reads it may
/// say what is wrong with it.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Account")]
pub(crate) struct Account {
    /// Send to an emulator inside this program: no account is needed, and no group's picture changes
    #[arg(long, conflicts_with_all = ["api_url", "id_instance", "token_file"])]
    pub(crate) emulator: bool,

    /// The messenger that the instance is for: max, telegram or whatsapp; each has its own form of a group's id
    #[arg(long, value_name = "NAME", default_value = "max")]
    pub(crate) messenger: Messenger,

    /// Look at avatars on this host and those below it only, in place of the messengers' own; may be given several times
    #[arg(long, value_name = "HOST")]
    pub(crate) avatar_host: Vec<String>,

    /// apiUrl, also taken from GREEN_API_URL; by default what belongs to the instance
    #[arg(long, value_name = "URL")]
    pub(crate) api_url: Option<OsString>,

    /// idInstance, also taken from GREEN_API_ID_INSTANCE
    #[arg(long, value_name = "ID")]
    pub(crate) id_instance: Option<OsString>,

    /// The file that holds apiTokenInstance, - for stdin; without it, GREEN_API_TOKEN is taken
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,

    /// Not to be used: it is here to be refused without being repeated.
    #[arg(long, hide = true)]
    pub(crate) token: Option<OsString>,
}

/// How fast, how often and how long.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Pace")]
pub(crate) struct Pace {
    /// Most pictures a second; 1 by default, and no limit with --emulator
    #[arg(long, value_name = "N", value_parser = rate)]
    pub(crate) rate: Option<f64>,

    /// How long one group may take, whatever the server does: reading, all tries and the pauses between them; where it is
    /// less than 100s, --verify may take up to 20 s more
    #[arg(long, value_name = "TIME", default_value = "120s", value_parser = duration)]
    pub(crate) deadline: Duration,

    /// Shortest pause before a try is repeated; the pauses after a 429 (1.1 times this) and after the messenger's own
    /// limit (10 times) go with it
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = duration)]
    pub(crate) retry_pause: Duration,

    /// What to do when nobody knows whether a picture was set and the avatar does not tell: retry sets it again (some
    /// messengers tell the group of each change), fail counts it as failed, ask asks whoever sits at the terminal
    #[arg(long, value_name = "POLICY", default_value = "retry")]
    pub(crate) on_unknown: OnUnknown,
}

/// What to do with an outcome that stays unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnUnknown {
    Retry,
    Fail,
    Ask,
}
