//! The command line as it is typed.

mod emulator;
mod groups;
mod photos;
mod picture;
mod sending;
mod units;

use std::sync::LazyLock;

use clap::{Parser, Subcommand};

pub(crate) use self::emulator::Emulator;
pub(crate) use self::groups::{Batch, Check, Job, Set};
pub(crate) use self::photos::{Embed, Explain, Merge, Prepare, Preview};
pub(crate) use self::picture::{Overrides, Picture, Work};
pub(crate) use self::sending::{Account, OnUnknown, Pace, Sending};
use crate::report::exit_code;
use crate::report::log::Log;

/// The version, and what this build reads.
static LONG_VERSION: LazyLock<String> = LazyLock::new(|| {
    let formats: Vec<String> = prep::formats().map(|format| format.to_string()).collect();
    format!(
        "{}\nformats: {}",
        env!("CARGO_PKG_VERSION"),
        formats.join(", ")
    )
});

/// Any photo in, the group's avatar set.
#[derive(Debug, Parser)]
#[command(name = "group-picture", version, long_version = LONG_VERSION.as_str(), max_term_width = 100, after_help = exit_code::HELP)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Prepare(Prepare),
    Preview(Preview),
    Explain(Explain),
    Merge(Merge),
    Set(Set),
    Batch(Batch),
    Check(Check),
    Emulator(Emulator),
}

impl Command {
    /// How events are written, if they are.
    pub(crate) fn log(&self) -> Option<Log> {
        match self {
            Self::Prepare(args) => args.output.log,
            Self::Preview(args) => args.output.log,
            Self::Explain(args) => args.output.log,
            Self::Set(args) => args.sending.output.log,
            Self::Batch(args) => args.sending.output.log,
            Self::Check(args) => args.output.log,
            Self::Merge(_) | Self::Emulator(_) => None,
        }
    }
}

/// What is told, and how.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// Print JSON lines on stdout and nothing else there: an object for each item, and a summary
    #[arg(long)]
    pub(crate) json: bool,

    /// Print failures only
    #[arg(short, long)]
    pub(crate) quiet: bool,

    /// Write each event (requests, pauses, ends) to stderr, as text or JSON lines; never the token
    #[arg(long, value_name = "FORMAT")]
    pub(crate) log: Option<Log>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_of_the_command_line_is_consistent() {
        Args::command().debug_assert();
    }
}
