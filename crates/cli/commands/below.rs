//! What stands below a command's help: examples, then the exit codes.

use std::fmt::Write as _;

use clap::builder::StyledStr;

use crate::report::exit_code::Help;

/// What a command line does, and the command line.
pub(crate) type Example = (&'static str, &'static str);

/// Returns the text below a command's help.
pub(crate) fn below(examples: &[Example], codes: Help) -> StyledStr {
    let mut text = String::from("Examples:");
    for (what, line) in examples {
        // Writing to a string does not fail.
        let _ = write!(text, "\n  {what}:\n    {line}");
    }
    format!("{text}\n\n{codes}").into()
}
