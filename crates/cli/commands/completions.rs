//! `group-picture completions`: what a shell needs to complete this program's command lines.

use std::io::{self, Write};

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use crate::commands::Cli;
use crate::commands::below::{Example, below};
use crate::report::exit_code::{ExitCode, Help};
use crate::report::refusal::Refusal;

/// Print the completions for a shell: bash, zsh, fish, powershell or elvish
#[derive(Debug, clap::Args)]
#[command(after_help = below(EXAMPLES, Help::GENERATE))]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    pub(crate) shell: Shell,
}

const EXAMPLES: &[Example] = &[
    (
        "Complete in bash, from the next shell on",
        "group-picture completions bash > ~/.local/share/bash-completion/completions/group-picture",
    ),
    (
        "In zsh, for a folder that is in fpath",
        "group-picture completions zsh > ~/.zfunc/_group-picture",
    ),
    (
        "In fish",
        "group-picture completions fish > ~/.config/fish/completions/group-picture.fish",
    ),
    (
        "In PowerShell, at the end of $PROFILE",
        "group-picture completions powershell | Out-String | Invoke-Expression",
    ),
];

/// Writes the script to stdout.
pub(crate) fn run(args: &Completions) -> Result<ExitCode, Refusal> {
    let mut script = Vec::new();
    generate(
        args.shell,
        &mut Cli::command(),
        "group-picture",
        &mut script,
    );
    print(&consistent(script, args.shell))
}

/// Gives the program one name in a script for bash.
///
/// `clap_complete` takes the hyphen of `group-picture` for the space before a subcommand in one of two places, so that no
/// subcommand's options would be found.
fn consistent(script: Vec<u8>, shell: Shell) -> Vec<u8> {
    match (shell, String::from_utf8(script)) {
        (Shell::Bash, Ok(text)) => text
            .replace("group__subcmd__picture", "group__picture")
            .into_bytes(),
        (_, Ok(text)) => text.into_bytes(),
        (_, Err(error)) => error.into_bytes(),
    }
}

/// Writes a generated text to stdout.
pub(super) fn print(text: &[u8]) -> Result<ExitCode, Refusal> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text).and_then(|()| stdout.flush()) {
        // Whoever closed it has read what they wanted.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Refusal::usage(format!("stdout cannot be written: {error}")))
        }
        _ => Ok(ExitCode::Done),
    }
}
