//! What of a photo's square is missing.

/// What decoding found missing.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Loss {
    /// The share of the square's rows, 0…1.
    pub(crate) share: f32,
    /// Whether the file ends before the photo does, even if none of that would be seen.
    pub(crate) is_truncated: bool,
}

impl Loss {
    pub(crate) const NONE: Self = Self {
        share: 0.0,
        is_truncated: false,
    };
}

/// Of formats that don't say why it is missing.
impl From<f32> for Loss {
    fn from(share: f32) -> Self {
        Self {
            share,
            ..Self::NONE
        }
    }
}
