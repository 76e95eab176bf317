//! What a script is told when the program ends.

/// How it went; each has its number. Of several, the last in this order is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ExitCode {
    /// 0: all done.
    Done,
    /// 1: some items failed, and will again.
    SomeFailed,
    /// 5: some items failed in a way that passes, so doing the same again helps.
    Temporary,
    /// 6: --limit or --max-duration was reached before the end.
    LimitReached,
    /// 4: the account or its credentials were refused.
    CredentialsRefused,
    /// 3: there was nothing to do.
    NothingFound,
    /// 2: the command line, the list of groups or the credentials cannot be used; nothing was begun.
    Usage,
    /// 7: the journal cannot be used: another run holds it, it is another account's or damaged, or the disk is full.
    Journal,
    /// 130: stopped by Ctrl-C or a signal to end.
    Interrupted,
}

impl ExitCode {
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::SomeFailed => 1,
            Self::Usage => 2,
            Self::NothingFound => 3,
            Self::CredentialsRefused => 4,
            Self::Temporary => 5,
            Self::LimitReached => 6,
            Self::Journal => 7,
            Self::Interrupted => 130,
        }
    }
}

impl From<ExitCode> for std::process::ExitCode {
    fn from(code: ExitCode) -> Self {
        Self::from(code.number())
    }
}

/// The same for people; it stands below every help.
pub(crate) const HELP: &str = "\
Exit codes:
    0  all done
    1  some items failed; the same again will fail again
    2  the command line, the list of groups or the credentials cannot be used; nothing was begun
    3  nothing found to work on
    4  the account or its credentials were refused
    5  some items failed for a reason that passes: run the same again later
    6  --limit or --max-duration was reached: run the same again for the rest
    7  the journal cannot be used: another run holds it, or it is damaged or another account's
  130  interrupted";
