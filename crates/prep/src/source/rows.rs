//! Photos that are decoded row by row: what a decoder is, and what becomes of those that fail.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::color::ColorSpace;
use crate::error::Error;
use crate::geometry::Cut;
use crate::header::{Format, Header};
use crate::pixels::Pixels;
use crate::resample::Resampler;

/// A photo of any format but JPEG whose header was read.
pub(crate) struct RowsPhoto<'a> {
    pub(crate) header: Header,
    pub(crate) space: ColorSpace<'a>,
    /// What decodes it.
    pub(crate) rows: Box<dyn Rows + 'a>,
}

/// Decodes a photo from its first row to its last.
pub(crate) trait Rows {
    /// Gives the resampler the rows that it [needs](Resampler::rows), and stops where it can.
    ///
    /// A format that tells where it is corrupt says so: [`push_doubtful`](Resampler::push_doubtful),
    /// [`lose`](Resampler::lose).
    ///
    /// # Errors
    ///
    /// What was given before [`Error::Malformed`] makes the picture, and the rest is lost. Any other error is one of the
    /// photo as a whole.
    fn decode(self: Box<Self>, resampler: &mut Resampler) -> Result<(), Error>;
}

impl RowsPhoto<'_> {
    /// Decodes what the cut needs, and reduces it; returns the share that was lost, 0…1.
    pub(crate) fn reduce(
        self,
        cut: Cut,
        resampler: &mut Resampler,
        pixels: &mut Pixels,
    ) -> Result<f32, Error> {
        let Header {
            format,
            size,
            samples,
            ..
        } = self.header;
        resampler.begin(size, samples, cut);
        let decoded = contain(format, || self.rows.decode(resampler));
        match decoded {
            Ok(()) | Err(Error::Malformed { .. }) => {}
            Err(other) => return Err(other),
        }
        match (resampler.finish(pixels), decoded) {
            (Some(lost), _) => Ok(lost),
            (None, Err(error)) => Err(error),
            (None, Ok(())) => Err(Error::Malformed {
                format,
                cause: "all of its pixels are missing".into(),
            }),
        }
    }
}

/// Runs a foreign decoder; should it panic, that is this file's error and nobody else's.
pub(super) fn contain<T>(
    format: Format,
    work: impl FnOnce() -> Result<T, Error>,
) -> Result<T, Error> {
    // Whatever `work` touches is begun anew for the next photo.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Error::Decoder { format }))
}
