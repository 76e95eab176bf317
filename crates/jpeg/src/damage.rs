//! The damage of a photo.

/// How much of a photo is lost because its data is corrupt or cut off; [`Damage::is_none`] if nothing is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub struct Damage {
    /// Rows of MCUs, of those that were read, in which something is missing or doubtful.
    pub lost_rows: u32,
    /// Rows of MCUs that were to be read.
    pub rows: u32,
    /// Whether the data ended early. If no rows are lost, then in a part that was not needed.
    pub is_truncated: bool,
}

impl Damage {
    /// Returns whether nothing was lost.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.lost_rows == 0 && !self.is_truncated
    }

    /// Counts all rows as lost.
    pub(crate) fn everywhere(self) -> Self {
        Self {
            lost_rows: self.rows,
            ..self
        }
    }

    /// Takes the worse of two scans over the same rows.
    pub(crate) fn merge(&mut self, other: Self) {
        self.lost_rows = self.lost_rows.max(other.lost_rows);
        self.rows = self.rows.max(other.rows);
        self.is_truncated |= other.is_truncated;
    }
}
