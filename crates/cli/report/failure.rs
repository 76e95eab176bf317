//! Why one item has no picture.

use std::fmt;
use std::io;
use std::path::Path;

use prep::batch::Panic;
use upload::{ErrorKind, Recovery, Scope};

use crate::panics::Bug;
use crate::report::escape;
use crate::report::exit_code::ExitCode;
use crate::report::proof::Doubt;

/// The cause to count by, and a line to read.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    pub(crate) cause: Cause,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(cause: Cause, message: impl Into<String>) -> Self {
        Self {
            cause,
            message: message.into(),
        }
    }

    pub(crate) fn not_written(path: &Path, error: &io::Error) -> Self {
        Self::new(
            Cause::NotWritten,
            format!("{} cannot be written: {error}", escape::path(path)),
        )
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        escape::text(&self.message).fmt(f)
    }
}

impl From<Doubt> for Failure {
    fn from(doubt: Doubt) -> Self {
        let cause = match doubt.is_denial() {
            true => Cause::NotProven,
            false => Cause::NotSeen,
        };
        Self::new(cause, doubt.to_string())
    }
}

impl From<upload::Error> for Failure {
    fn from(error: upload::Error) -> Self {
        Self::new(Cause::Upload(error.kind()), error.to_string())
    }
}

impl From<prep::Error> for Failure {
    fn from(error: prep::Error) -> Self {
        let cause = match error.kind() {
            prep::ErrorKind::Unread => Cause::NotReadable,
            kind => Cause::Photo(kind),
        };
        Self::new(cause, error.to_string())
    }
}

impl From<Panic> for Failure {
    fn from(Panic { message }: Panic) -> Self {
        Bug(message).into()
    }
}

impl From<Bug> for Failure {
    fn from(Bug(told): Bug) -> Self {
        Self::new(
            Cause::Bug,
            format!("internal error: {told}; please report it with the photo"),
        )
    }
}

/// What went wrong, in the order of the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cause {
    /// The photo cannot be opened or read.
    NotReadable,
    /// The photo could not be fetched now.
    NotFetched,
    /// Two photos would have the same picture.
    Collision,
    /// The picture would take the place of a photo.
    OverPhoto,
    /// A file with the picture's name exists already.
    Exists,
    /// The photo itself.
    Photo(prep::ErrorKind),
    /// The picture cannot be written.
    NotWritten,
    /// The present avatar cannot be backed up now.
    BackupFailed,
    /// The present avatar cannot be backed up with these options.
    BackupRefused,
    /// There was no avatar that could be put back.
    NothingBefore,
    /// The picture was not set, or the outcome is unknown.
    Upload(ErrorKind),
    /// The picture was refused in an earlier run.
    RefusedBefore,
    /// An earlier run sent the picture, and the outcome is unknown.
    Unsettled,
    /// The group exists, but the account may not change its picture.
    NotEditable,
    /// The server reported success, and the avatar does not show the picture.
    NotProven,
    /// The server said that the picture is set, and the avatar could not be seen.
    NotSeen,
    /// A defect of this program.
    Bug,
}

impl Cause {
    /// What it alone makes of the whole.
    pub(crate) fn exit_code(self) -> ExitCode {
        let policy = match self {
            Self::Upload(kind) => kind.policy(),
            Self::NotFetched
            | Self::Unsettled
            | Self::NotProven
            | Self::NotSeen
            | Self::BackupFailed => {
                return ExitCode::Temporary;
            }
            _ => return ExitCode::SomeFailed,
        };
        match (policy.recovery, policy.scope) {
            (Recovery::Later, _) => ExitCode::Temporary,
            (Recovery::Change, Scope::Account) => ExitCode::CredentialsRefused,
            (Recovery::Change, Scope::Picture | Scope::Group | Scope::Setup | Scope::Service) => {
                ExitCode::SomeFailed
            }
        }
    }

    /// Whether the group may show the picture all the same.
    pub(crate) fn is_unknown_outcome(self) -> bool {
        match self {
            Self::Upload(kind) => kind.is_unknown_outcome(),
            cause => matches!(cause, Self::Unsettled | Self::NotSeen),
        }
    }

    /// Whether the server refused this picture for this group, and would again.
    pub(crate) fn is_refusal(self) -> bool {
        let Self::Upload(kind) = self else {
            return false;
        };
        match kind.policy().scope {
            Scope::Picture | Scope::Group => true,
            Scope::Account | Scope::Setup | Scope::Service => false,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotReadable => f.write_str("not readable"),
            Self::NotFetched => f.write_str("not fetched"),
            Self::Collision => f.write_str("name collision"),
            Self::OverPhoto => f.write_str("would replace a photo"),
            Self::Exists => f.write_str("picture exists"),
            Self::Photo(kind) => kind.fmt(f),
            Self::NotWritten => f.write_str("not written"),
            Self::BackupFailed => f.write_str("backup failed"),
            Self::BackupRefused => f.write_str("cannot be backed up"),
            Self::NothingBefore => f.write_str("no avatar before"),
            Self::Upload(kind) => kind.fmt(f),
            Self::RefusedBefore => f.write_str("refused before"),
            Self::Unsettled => f.write_str("unknown since an earlier run"),
            Self::NotEditable => f.write_str("not editable"),
            Self::NotProven => f.write_str("not proven"),
            Self::NotSeen => f.write_str("not seen"),
            Self::Bug => f.write_str("internal error"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The exit code that each kind of failure makes, written by hand from what scripts were
    /// promised.
    #[test]
    fn each_kind_of_failure_makes_the_exit_code_that_was_promised() {
        use ErrorKind::*;
        for (number, kinds) in [
            (
                1,
                &[
                    NotJpeg,
                    EmptyFile,
                    UnsupportedMedia,
                    TooLarge,
                    OtherMessenger,
                    WrongChat,
                    Refused,
                    InvalidField,
                    BadRequest,
                    NotFound,
                    Redirected,
                    Untrusted,
                    NoRootCertificates,
                    NoResources,
                    Unexpected,
                ][..],
            ),
            (
                4,
                &[
                    Unauthorized,
                    Forbidden,
                    Suspended,
                    AccountNotAuthorized,
                    Expired,
                    Deleted,
                ],
            ),
            (
                5,
                &[
                    QuotaExceeded,
                    Starting,
                    NotReady,
                    TooManyRequests,
                    MessengerLimit,
                    ServerError,
                    Unavailable,
                    ProxyRefused,
                    NoConnection,
                    NotRead,
                    OutOfTime,
                    Stopped,
                    ClientClosed,
                    TimedOut,
                    Interrupted,
                    Unreadable,
                ],
            ),
        ] {
            for kind in kinds {
                assert_eq!(
                    Cause::Upload(*kind).exit_code().number(),
                    number,
                    "{kind:?}"
                );
            }
        }
    }

    #[test]
    fn only_what_a_picture_or_a_group_is_refused_for_stays_refused_in_the_journal() {
        let refusals: Vec<ErrorKind> = ErrorKind::ALL
            .into_iter()
            .filter(|kind| Cause::Upload(*kind).is_refusal())
            .collect();

        // The first nine kinds are those of the picture and the group.
        assert_eq!(refusals, ErrorKind::ALL[..9]);
    }
}
