//! What a record says of a picture.

use prep::{Choice, Prepared, Profile, Treatment};

use crate::report::explanation::Explanation;

/// What a record says of a picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Picture {
    /// Width and height in pixels.
    pub(crate) side: u32,
    /// Length of the file.
    pub(crate) bytes: u64,
    /// The share of the square that the photo had lost, from 0 to 1.
    pub(crate) lost: f32,
    /// Whether the photo is cut off, visible or not.
    pub(crate) is_truncated: bool,
    /// Why its square is where it is.
    pub(crate) choice: Choice,
    /// What the photo's color space needed.
    pub(crate) profile: Profile,
    /// How it was made to fit its byte budget, if it had to be.
    pub(crate) fitted: Option<prep::Fitted>,
    /// Whether the photo was encoded, or was a finished picture already.
    pub(crate) treatment: Treatment,
}

impl From<Explanation> for Picture {
    fn from(explanation: Explanation) -> Self {
        let Prepared {
            header,
            plan,
            lost,
            is_truncated,
            fitted,
            ..
        } = explanation.prepared;
        Self {
            side: plan.side,
            bytes: explanation.picture_bytes,
            lost,
            is_truncated,
            choice: plan.choice,
            profile: header.profile,
            fitted,
            treatment: plan.treatment,
        }
    }
}
