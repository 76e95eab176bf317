//! What is to become of a picture that meets a fault.

use upload::{ErrorKind, UploadReport};

/// Which sends meet the fault.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Mode {
    /// The first; after it, all is well.
    First,
    /// The second, the first having met a 502.
    Second,
    /// All.
    Storm,
}

impl Mode {
    pub(crate) const ALL: [Self; 3] = [Self::First, Self::Second, Self::Storm];

    /// Whether the nth send that reaches the fault, from 1, meets it.
    pub(crate) fn meets(self, nth: usize) -> bool {
        match self {
            Self::First | Self::Second => nth == 1,
            Self::Storm => true,
        }
    }
}

/// How a fault is to end.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Expect {
    /// It does no harm: the picture is set, and that is understood.
    Harmless,
    /// The picture is not set, and sending again would not help.
    Never(ErrorKind),
    /// The picture is not set and is sent again, so many times in all if it goes on.
    Again(ErrorKind, usize),
    /// The picture is set though nobody says so; reading it back tells.
    SetUnsaid,
}

/// The state at the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Final {
    Set,
    Failed(ErrorKind),
}

impl Final {
    pub(crate) fn of(report: &UploadReport) -> Self {
        match &report.outcome {
            Ok(_) => Self::Set,
            Err(error) => Self::Failed(error.kind()),
        }
    }
}

impl Expect {
    /// The state at the end, and how many sends it takes.
    pub(crate) fn end(self, mode: Mode) -> (Final, usize) {
        let (end, sends) = match (self, mode) {
            (Self::Harmless | Self::SetUnsaid, _) => (Final::Set, 1),
            (Self::Never(kind), _) => (Final::Failed(kind), 1),
            (Self::Again(kind, sends), Mode::Storm) => (Final::Failed(kind), sends),
            (Self::Again(..), _) => (Final::Set, 2),
        };
        (end, sends + usize::from(mode == Mode::Second))
    }
}
