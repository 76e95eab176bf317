//! Why nothing was started.

use std::fmt;

use crate::report::escape;
use crate::report::exit_code::ExitCode;

/// A reason to stop before any work, printed line by line.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) code: ExitCode,
    lines: Vec<String>,
}

impl Refusal {
    /// The command line or what it names cannot be used.
    pub(crate) fn usage(line: impl Into<String>) -> Self {
        Self::usage_lines(vec![line.into()])
    }

    /// Like [`usage`](Self::usage), with a line for each defect.
    pub(crate) fn usage_lines(lines: Vec<String>) -> Self {
        Self {
            code: ExitCode::Usage,
            lines,
        }
    }

    /// Like [`usage`](Self::usage), for an error that says what is wrong.
    pub(crate) fn of(error: impl fmt::Display) -> Self {
        Self::usage(error.to_string())
    }

    /// All of these together.
    pub(crate) fn all(refusals: Vec<Self>) -> Self {
        Self::usage_lines(
            refusals
                .into_iter()
                .flat_map(|refusal| refusal.lines)
                .collect(),
        )
    }

    /// The journal cannot be used.
    pub(crate) fn journal(line: impl Into<String>) -> Self {
        Self {
            code: ExitCode::Journal,
            lines: vec![line.into()],
        }
    }

    /// Says in each line where the reason is.
    pub(crate) fn within(mut self, place: &str) -> Self {
        for line in &mut self.lines {
            *line = format!("{place}: {line}");
        }
        self
    }

    /// There is nothing to do.
    pub(crate) fn nothing_found(line: impl Into<String>) -> Self {
        Self {
            code: ExitCode::NothingFound,
            lines: vec![line.into()],
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for line in self.lines.iter().take(MAX_LINES) {
            writeln!(f, "group-picture: {}", escape::text(line))?;
        }
        if self.lines.len() > MAX_LINES {
            writeln!(
                f,
                "group-picture: and {} more",
                self.lines.len() - MAX_LINES
            )?;
        }
        Ok(())
    }
}

/// A list of ten thousand groups may be wrong in every line.
const MAX_LINES: usize = 20;
