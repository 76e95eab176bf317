//! The exit code: how a run went, for scripts.

use std::fmt;

/// How a run went. Of several, the last in this order counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ExitCode {
    Done,
    SomeFailed,
    Temporary,
    LimitReached,
    CredentialsRefused,
    NothingFound,
    Usage,
    Journal,
    Interrupted,
}

impl ExitCode {
    /// Every exit code, by number.
    const ALL: [Self; 9] = [
        Self::Done,
        Self::SomeFailed,
        Self::Usage,
        Self::NothingFound,
        Self::CredentialsRefused,
        Self::Temporary,
        Self::LimitReached,
        Self::Journal,
        Self::Interrupted,
    ];

    pub(crate) const fn number(self) -> u8 {
        self.row().0
    }

    /// The number, and what it means: the only place that says so. `--help` is made of these rows,
    /// and a test holds the README to them.
    const fn row(self) -> (u8, &'static str) {
        match self {
            Self::Done => (0, "everything was done"),
            Self::SomeFailed => (
                1,
                "some items failed permanently: running the same command again will not help",
            ),
            Self::Usage => (
                2,
                "the command line, the list or the credentials are unusable; nothing was started",
            ),
            Self::NothingFound => (3, "there was nothing to do"),
            Self::CredentialsRefused => (4, "the account or its credentials were rejected"),
            Self::Temporary => (
                5,
                "some items failed transiently or could not be proven: run the same command again later",
            ),
            Self::LimitReached => (
                6,
                "`--limit` or `--max-duration` was reached: run the same command again for the rest",
            ),
            Self::Journal => (
                7,
                "the journal is unusable: another run holds it, or it is damaged or belongs to another account",
            ),
            Self::Interrupted => (130, "interrupted"),
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}

/// The exit codes that a command can give, below its help.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Help(&'static [ExitCode]);

impl Help {
    pub(crate) const ALL: Self = Self(&ExitCode::ALL);

    /// Of commands that make pictures of whatever they find.
    pub(crate) const PREPARE: Self = Self(&[
        ExitCode::Done,
        ExitCode::SomeFailed,
        ExitCode::Usage,
        ExitCode::NothingFound,
        ExitCode::Interrupted,
    ]);

    pub(crate) const EXPLAIN: Self = Self(&[
        ExitCode::Done,
        ExitCode::SomeFailed,
        ExitCode::Usage,
        ExitCode::Interrupted,
    ]);

    pub(crate) const MERGE: Self = Self(&[
        ExitCode::Done,
        ExitCode::SomeFailed,
        ExitCode::Usage,
        ExitCode::Temporary,
        ExitCode::Interrupted,
    ]);

    pub(crate) const SET: Self = Self(&[
        ExitCode::Done,
        ExitCode::SomeFailed,
        ExitCode::Usage,
        ExitCode::CredentialsRefused,
        ExitCode::Temporary,
        ExitCode::Interrupted,
    ]);

    pub(crate) const CHECK: Self = Self(&[
        ExitCode::Done,
        ExitCode::SomeFailed,
        ExitCode::Usage,
        ExitCode::NothingFound,
        ExitCode::CredentialsRefused,
        ExitCode::Temporary,
        ExitCode::Interrupted,
    ]);

    pub(crate) const GROUPS: Self = Self(&[
        ExitCode::Done,
        ExitCode::SomeFailed,
        ExitCode::Usage,
        ExitCode::NothingFound,
        ExitCode::CredentialsRefused,
        ExitCode::Temporary,
        ExitCode::Journal,
        ExitCode::Interrupted,
    ]);

    /// Of commands that print a generated text.
    pub(crate) const GENERATE: Self = Self(&[ExitCode::Done, ExitCode::Usage]);

    pub(crate) const EMULATOR: Self =
        Self(&[ExitCode::Done, ExitCode::Usage, ExitCode::Interrupted]);
}

impl fmt::Display for Help {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Exit codes:")?;
        for (number, meaning) in self.0.iter().map(|code| code.row()) {
            write!(f, "\n  {number:>3}  {}", meaning.replace('`', ""))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_has_the_same_exit_codes() {
        let readme = include_str!("../../../README.md");
        let (_, section) = readme.split_once("## Exit codes\n").unwrap();
        let rows: Vec<&str> = section
            .lines()
            .skip_while(|line| !line.starts_with("|---"))
            .skip(1)
            .take_while(|line| line.starts_with('|'))
            .collect();

        let expected = ExitCode::ALL.map(|code| {
            let (number, meaning) = code.row();
            format!("| {number} | {meaning} |")
        });

        assert_eq!(rows, expected);
    }
}
