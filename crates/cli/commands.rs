//! The subcommands, one file each, and the way to them.

pub(crate) mod batch;
pub(crate) mod below;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod emulator;
pub(crate) mod explain;
pub(crate) mod groups;
pub(crate) mod man;
pub(crate) mod merge;
pub(crate) mod prepare;
pub(crate) mod preview;
pub(crate) mod restore;
pub(crate) mod set;

use std::io::{self, Write};
use std::process;
use std::sync::LazyLock;

use clap::{Parser, Subcommand};

use crate::commands::below::{Example, below};
use crate::interrupt::Interrupt;
use crate::report::exit_code::{ExitCode, Help};
use crate::report::log::{self, Log};
use crate::report::refusal::Refusal;

/// Any photo in, the group's avatar set.
#[derive(Debug, Parser)]
#[command(name = "group-picture", version, long_version = LONG_VERSION.as_str(), max_term_width = 100, after_help = below(EXAMPLES, Help::ALL))]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &[Example] = &[
    (
        "Try it all without an account",
        "group-picture batch groups.csv --emulator --out avatars",
    ),
    ("Check the account", "group-picture check"),
    (
        "Look at every picture before it is sent",
        "group-picture preview groups.csv --gravity auto",
    ),
    (
        "Set them",
        "group-picture batch groups.csv --gravity auto --verify",
    ),
];

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
    Completions(completions::Completions),
    Man(man::Manual),
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
            Self::Completions(args) => completions::run(&args),
            Self::Man(args) => man::run(&args),
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
            Self::Merge(_) | Self::Emulator(_) | Self::Completions(_) | Self::Man(_) => None,
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

    #[test]
    fn every_example_in_a_help_text_is_a_command_line() {
        let mut program = Cli::command();
        program.build();
        let helps: Vec<String> = program
            .get_subcommands()
            .chain([&program])
            .filter_map(|command| command.get_after_help())
            .map(ToString::to_string)
            .collect();
        let lines = helps.iter().flat_map(|help| help.lines());
        let examples: Vec<&str> = lines.filter(|line| line.starts_with("    ")).collect();

        assert!(examples.len() > 20, "{examples:?}");
        for line in examples {
            assert!(parses(line), "{line}");
        }
    }

    #[test]
    fn every_command_line_of_the_documentation_is_one() {
        for (page, text) in [
            ("README.md", include_str!("../../README.md")),
            ("manual.md", include_str!("../../docs/manual.md")),
            ("emulator.md", include_str!("../../docs/emulator.md")),
        ] {
            // Every second part is between fences.
            let blocks = text.split("```").skip(1).step_by(2);
            let blocks = blocks.filter(|block| block.starts_with("sh\n"));
            let lines: Vec<&str> = blocks
                .flat_map(str::lines)
                .filter(|line| line.contains("group-picture "))
                .collect();

            assert!(!lines.is_empty(), "{page}");
            for line in lines {
                assert!(parses(line), "{page}: {line}");
            }
        }
    }

    /// Whether each call of the program in a line for the shell is accepted by its parser.
    fn parses(line: &str) -> bool {
        let line = line.split(" #").next().unwrap_or_default();
        let commands = line.split(['|', ';']);
        let calls = commands
            .map(str::trim)
            .filter(|call| call.starts_with("group-picture "));
        let mut calls = calls.peekable();
        // A line about cargo or another program has none.
        calls.peek().is_none()
            || calls.all(|call| {
                let words = call
                    .split('>')
                    .next()
                    .unwrap_or_default()
                    .split_whitespace();
                Cli::try_parse_from(words).is_ok()
            })
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
