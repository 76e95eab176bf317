//! What decoding found missing of the rectangle that it was asked for.

/// What is missing of the rows that were decoded.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Damage {
    /// The share of the rows that is lost, 0…1.
    pub(crate) lost: f32,
    /// Whether the file ends before the photo does, even if nothing of the rows is lost.
    pub(crate) is_truncated: bool,
}

impl Damage {
    pub(crate) const NONE: Self = Self {
        lost: 0.0,
        is_truncated: false,
    };
}

/// From a format that doesn't tell a truncated file from a corrupt one.
impl From<f32> for Damage {
    fn from(lost: f32) -> Self {
        Self { lost, ..Self::NONE }
    }
}
