//! The options for output.

use crate::report::log::Log;
use crate::units::either;

/// What is printed, and how.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// Print JSON lines to stdout and nothing else: an object for each item, then a summary
    #[arg(long = "json", action = clap::ArgAction::SetTrue, value_parser = either(Format::Json, Format::Human))]
    pub(crate) format: Format,

    /// Print failures only
    #[arg(short = 'q', long = "quiet", action = clap::ArgAction::SetTrue, value_parser = either(Volume::Failures, Volume::Normal))]
    pub(crate) volume: Volume,

    /// Write every event (requests, waits, results) to stderr; never the token
    #[arg(long, value_name = "FORMAT")]
    pub(crate) log: Option<Log>,
}

/// For whom stdout is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// A line for each item that succeeded, unless a progress bar counts them, and a summary.
    Human,
    /// A JSON object for each item, and one for the summary.
    Json,
}

/// How much is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Volume {
    /// Everything.
    Normal,
    /// Failures and warnings.
    Failures,
}
