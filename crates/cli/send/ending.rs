//! The journal entry for a picture that was sent.

use upload::{Attempt, ErrorKind, Settled, UploadReport};

use crate::report::failure::Cause;
use crate::report::proof::{Doubt, Verified};
use crate::send::journal::Ending;

/// What is written down of a picture that was set, and of which this is the proof.
pub(super) fn proven(ending: Ending, proof: Option<&Result<Verified, Doubt>>) -> Ending {
    match proof {
        Some(Err(doubt)) if doubt.is_denial() => Ending::NotSet {
            reason: doubt.to_string(),
        },
        Some(Err(doubt)) => Ending::Unknown {
            reason: doubt.to_string(),
        },
        _ => ending,
    }
}

/// What is written down of an outcome.
pub(super) fn ending(report: &UploadReport) -> Ending {
    match &report.outcome {
        Ok(avatar) => Ending::Set {
            url: avatar.url.clone(),
        },
        Err(error) => {
            let (kind, reason) = (error.kind(), error.to_string());
            // A later try that failed says nothing of an earlier one whose answer was lost.
            if report.attempts.iter().any(is_doubtful) {
                Ending::Unknown { reason }
            } else if Cause::Upload(kind).is_refusal() {
                Ending::Refused { reason }
            } else {
                Ending::NotSet { reason }
            }
        }
    }
}

/// Whether the picture may have been set by this request, though nothing says so.
pub(super) fn is_doubtful(attempt: &Attempt) -> bool {
    let is_unknown = attempt.failure.is_some_and(ErrorKind::is_unknown_outcome);
    is_unknown && attempt.settled != Some(Settled::NotSet)
}
