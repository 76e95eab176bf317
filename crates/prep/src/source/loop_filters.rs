//! Whether filters that follow prediction are worth their time.

/// Whether a decoder smooths block edges and what else follows prediction.
///
/// In a still image prediction uses the samples before these filters, so leaving them out changes nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LoopFilters {
    Applied,
    LeftOut,
}

impl LoopFilters {
    /// Leaves the filters out where reducing `step` pixels to one hides what they do.
    pub(crate) fn for_step(step: f64) -> Self {
        /// From here on no difference was measured, not even in coarse images (SSIMULACRA2, 2026-11-25).
        const HIDDEN_FROM: f64 = 3.0;
        match step >= HIDDEN_FROM {
            true => Self::LeftOut,
            false => Self::Applied,
        }
    }
}
