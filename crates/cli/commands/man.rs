//! `group-picture man`: the manual pages.

use std::io;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::commands::Cli;
use crate::commands::below::{Example, below};
use crate::commands::completions::print;
use crate::report::exit_code::{ExitCode, Help};
use crate::report::refusal::Refusal;

/// Print a manual page: the program's, or that of a command
#[derive(Debug, clap::Args)]
#[command(after_help = below(EXAMPLES, Help::GENERATE))]
pub(crate) struct Manual {
    /// The command whose page is printed
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
}

const EXAMPLES: &[Example] = &[
    (
        "Install the program's page",
        "group-picture man > ~/.local/share/man/man1/group-picture.1",
    ),
    (
        "Read the page of batch",
        "group-picture man batch | man -l -",
    ),
];

/// Writes the page to stdout.
pub(crate) fn run(args: &Manual) -> Result<ExitCode, Refusal> {
    let mut program = Cli::command();
    program.build();
    let page = match &args.command {
        None => program,
        Some(name) => page_of(&program, name)?,
    };
    let mut text = Vec::new();
    render(page, &mut text).map_err(|error| Refusal::usage(error.to_string()))?;
    print(&text)
}

/// The command under the name of its page, `group-picture-batch`.
fn page_of(program: &Command, name: &str) -> Result<Command, Refusal> {
    let command = program.find_subcommand(name).ok_or_else(|| {
        let names: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
        Refusal::usage(format!(
            "there is no such command; there are {}",
            names.join(", ")
        ))
    })?;
    let full_name: &'static str = format!("group-picture-{name}").leak();
    Ok(command
        .clone()
        .name(full_name)
        .disable_help_subcommand(true))
}

fn render(page: Command, text: &mut Vec<u8>) -> io::Result<()> {
    Man::new(page).section("1").render(text)
}
