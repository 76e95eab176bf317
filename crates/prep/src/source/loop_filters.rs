//! Whether filters that follow prediction are worth their time.

#![cfg_attr(
    not(any(feature = "avif", feature = "heic", feature = "webp")),
    allow(
        dead_code,
        reason = "of JPEG XL the decoder itself tells what is coarse"
    )
)]

/// Whether a decoder smooths block edges and what else follows prediction.
///
/// In a still image prediction uses the samples before these filters, so leaving them out changes nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LoopFilters {
    Applied,
    LeftOut,
}

/// How much of the image the encoder gave up: what is coarsely quantized has blocks whose edges show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantizer {
    Fine,
    Coarse,
}

impl Quantizer {
    pub(crate) fn fine_if(is_fine: bool) -> Self {
        match is_fine {
            true => Self::Fine,
            false => Self::Coarse,
        }
    }
}

impl LoopFilters {
    /// Leaves the filters out where reducing `step` pixels to one hides what they do.
    ///
    /// What leaving them out costs, in SSIMULACRA2 of finished pictures (quality 85) against those of a full decode, median of three or
    /// four photos (2026-11-27):
    ///
    /// | quantizer | reduced by 3 | by 4 | by 5 | by 6.5 |
    /// |---|---|---|---|---|
    /// | VP8, index 24, 39 | 0.0, 0.0 | 0.0, −0.2 | 0.0 | 0.0 |
    /// | VP8, 48 | −0.2 | −0.1 | | |
    /// | VP8, 59, 73, 92 | −0.3, −0.5, −1.1 | −0.3, −0.4, −0.7 | –, −0.3, −0.2 | –, 0.1, 0.0 |
    /// | HEVC, QP 17, 22 | −0.1, −0.1 | –, −0.2 | | |
    /// | HEVC, 27, 37 | −0.3, −1.0 | −0.4, −0.7 | –, −0.6 | –, −0.4 |
    /// | AV1, index 100, 148 | −0.1, −0.1 | 0.0, −0.1 | | |
    /// | AV1, 188 | −0.4 | 0.0 | −0.2 | −0.1 |
    /// | JPEG XL, 1 iteration, 2 iterations | −0.1, 0.0 | 0.0, 0.0 | | |
    pub(crate) fn for_step(step: f64, quantizer: Quantizer) -> Self {
        const HIDDEN_FROM: f64 = 3.0;
        match quantizer {
            Quantizer::Fine if step >= HIDDEN_FROM => Self::LeftOut,
            _ => Self::Applied,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_left_out_of_fine_images_that_are_reduced_far() {
        for (step, quantizer, expected) in [
            (2.9, Quantizer::Fine, LoopFilters::Applied),
            (3.0, Quantizer::Fine, LoopFilters::LeftOut),
            (9.0, Quantizer::Coarse, LoopFilters::Applied),
        ] {
            assert_eq!(LoopFilters::for_step(step, quantizer), expected);
        }
    }
}
