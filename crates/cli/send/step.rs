//! What is to be done for a group: decided from what earlier runs recorded, before anything is sent.

use upload::Avatar;

use crate::digest::Digest;
use crate::send::journal::Past;
use crate::send::options::Refused;

/// What is to be done with a picture that is ready.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is sent.
    Send,
    /// It was sent, and the outcome is unknown: the avatar, and what it was before, may tell.
    Settle { before: Option<Avatar> },
    /// It is the avatar already.
    Leave,
    /// It was refused, and would be again.
    StayRefused { reason: String },
}

/// The step for a picture. What happened to another picture of the same group does not count.
pub(crate) fn step(past: Option<&Past>, picture: Digest, refused: Refused) -> Step {
    match past {
        Some(Past::Set { picture: earlier }) if *earlier == picture => Step::Leave,
        Some(Past::Sent {
            picture: earlier,
            before,
        }) if *earlier == picture => Step::Settle {
            before: before.clone(),
        },
        Some(Past::Refused {
            picture: earlier,
            reason,
        }) if *earlier == picture && refused == Refused::Leave => Step::StayRefused {
            reason: reason.clone(),
        },
        _ => Step::Send,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_with_the_same_picture_decides() {
        let (same, other) = (Digest::of(b"same"), Digest::of(b"other"));
        let before = Some(Avatar { url: None });
        let reason = || "not allowed".to_owned();

        for (past, refused, expected) in [
            (None, Refused::Leave, Step::Send),
            (
                Some(Past::Set { picture: same }),
                Refused::Retry,
                Step::Leave,
            ),
            (
                Some(Past::Set { picture: other }),
                Refused::Leave,
                Step::Send,
            ),
            (
                Some(Past::Sent {
                    picture: same,
                    before: before.clone(),
                }),
                Refused::Leave,
                Step::Settle {
                    before: before.clone(),
                },
            ),
            (
                Some(Past::Sent {
                    picture: other,
                    before,
                }),
                Refused::Leave,
                Step::Send,
            ),
            (
                Some(Past::Refused {
                    picture: same,
                    reason: reason(),
                }),
                Refused::Leave,
                Step::StayRefused { reason: reason() },
            ),
            (
                Some(Past::Refused {
                    picture: same,
                    reason: reason(),
                }),
                Refused::Retry,
                Step::Send,
            ),
            (
                Some(Past::Refused {
                    picture: other,
                    reason: reason(),
                }),
                Refused::Leave,
                Step::Send,
            ),
        ] {
            assert_eq!(step(past.as_ref(), same, refused), expected, "{past:?}");
        }
    }
}
