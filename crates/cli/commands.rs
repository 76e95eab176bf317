//! The subcommands, one file each, and the way to them.

pub(crate) mod batch;
pub(crate) mod check;
pub(crate) mod emulator;
pub(crate) mod explain;
pub(crate) mod groups;
pub(crate) mod merge;
pub(crate) mod prepare;
pub(crate) mod preview;
pub(crate) mod restore;
pub(crate) mod set;

use std::io::{self, Write};
use std::process;
use std::sync::LazyLock;

use clap::{Parser, Subcommand};

use crate::interrupt::Interrupt;
use crate::report::exit_code::{ExitCode, Help};
use crate::report::log::{self, Log};
use crate::report::refusal::Refusal;

/// Any photo in, the group's avatar set.
#[derive(Debug, Parser)]
#[command(name = "group-picture", version, long_version = LONG_VERSION.as_str(), max_term_width = 100, after_help = Help::ALL)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

/// A subcommand is one variant here, one arm in [`Command::run`], and one file.
#[derive(Debug, Subcommand)]
enum Command {
    Prepare(prepare::Prepare),
    Preview(preview::Preview),
    Explain(explain::Explain),
    Merge(merge::Merge),
    Set(set::Set),
    Batch(batch::Batch),
    Restore(restore::Restore),
    Groups(groups::Groups),
    Check(check::Check),
    Emulator(emulator::Emulator),
}

/// Parses the command line, runs the subcommand, and returns how it went.
pub(crate) fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed output is not an error: there is no reader.
            let _ = error.print();
            return if error.use_stderr() {
                ExitCode::Usage
            } else {
                ExitCode::Done
            };
        }
    };
    if let Some(format) = cli.command.log() {
        log::install(format);
    }
    let result = listen().and_then(|interrupt| cli.command.run(&interrupt));
    result.unwrap_or_else(|refusal| {
        let _ = write!(io::stderr(), "{refusal}");
        refusal.code
    })
}

/// Listens for Ctrl-C; the second one ends the program at once.
fn listen() -> Result<Interrupt, Refusal> {
    Interrupt::listen(|| process::exit(ExitCode::Interrupted.number().into()))
        .map_err(|error| Refusal::usage(format!("cannot listen for Ctrl-C: {error}")))
}

impl Command {
    fn run(self, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
        match self {
            Self::Prepare(args) => prepare::run(&args, interrupt),
            Self::Preview(args) => preview::run(&args, interrupt),
            Self::Explain(args) => explain::run(&args, interrupt),
            Self::Merge(args) => merge::run(&args),
            Self::Set(args) => set::run(args, interrupt),
            Self::Batch(args) => batch::run(args, interrupt),
            Self::Restore(args) => restore::run(args, interrupt),
            Self::Groups(args) => groups::run(args, interrupt),
            Self::Check(args) => check::run(args, interrupt),
            Self::Emulator(args) => emulator::run(&args, interrupt),
        }
    }

    /// The format of `--log`, if it was given.
    fn log(&self) -> Option<Log> {
        match self {
            Self::Prepare(args) => args.output.log,
            Self::Preview(args) => args.output.log,
            Self::Explain(args) => args.output.log,
            Self::Set(args) => args.sending.output.log,
            Self::Batch(args) => args.sending.output.log,
            Self::Restore(args) => args.sending.output.log,
            Self::Groups(args) => args.output.log,
            Self::Check(args) => args.output.log,
            Self::Merge(_) | Self::Emulator(_) => None,
        }
    }
}

/// The version, and the formats that this build reads.
static LONG_VERSION: LazyLock<String> = LazyLock::new(|| {
    let formats: Vec<String> = prep::formats().map(|format| format.to_string()).collect();
    format!(
        "{}\nformats: {}",
        env!("CARGO_PKG_VERSION"),
        formats.join(", ")
    )
});

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    /// The test that no option replaces an input goes by the help, so nothing but this may be missing there.
    #[test]
    fn only_the_token_is_hidden_from_the_help() {
        let command = Cli::command();
        let arguments = command
            .get_subcommands()
            .flat_map(clap::Command::get_arguments);

        let mut hidden: Vec<_> = arguments
            .filter(|argument| argument.is_hide_set())
            .map(|argument| argument.get_id().as_str())
            .collect();

        hidden.dedup();
        assert_eq!(hidden, ["token"]);
    }
}
