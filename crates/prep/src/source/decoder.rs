//! What decodes an opened photo: rows for the resampler, finished pixels, or the planes of a JPEG.

use super::catch_panic::catch_panic;
use super::jpeg::photo::JpegPhoto;
use crate::cancel::Cancel;
use crate::error::Error;
use crate::geometry::Resize;
use crate::header::Header;
use crate::pixels::Pixels;
use crate::resample::Resampler;

/// How a format gives its pixels.
#[allow(
    clippy::large_enum_variant,
    reason = "one at a time, on the stack; a box would allocate for each photo"
)]
pub(crate) enum Decoder<'a> {
    /// Planes, straight to the picture's size, by the project's own core: the one format whose luma and chroma may reach the
    /// picture without ever becoming RGB.
    Jpeg(JpegPhoto<'a>),
    /// Row by row, each reduced as it comes.
    Rows(Box<dyn Rows + 'a>),
    /// Pixels that have the size of the resize already.
    #[cfg_attr(
        not(any(feature = "avif", feature = "heic", feature = "svg", feature = "webp")),
        allow(
            dead_code,
            reason = "the formats that do so may be left out of a build"
        )
    )]
    Render(Box<dyn Render + 'a>),
}

/// Decodes a photo from its first row to its last.
pub(crate) trait Rows {
    /// Gives the resampler the rows that it [needs](Resampler::rows), and stops where it can. May be called again.
    ///
    /// A format that tells where it is corrupt says so: [`push_doubtful`](Resampler::push_doubtful),
    /// [`lose`](Resampler::lose).
    ///
    /// # Errors
    ///
    /// Rows given before an [`Error::Malformed`] make the picture, and the rest is lost. Any other error concerns the photo
    /// as a whole.
    fn decode(&mut self, resampler: &mut Resampler) -> Result<(), Error>;
}

/// Decodes a rectangle of a photo to the size that it becomes.
pub(crate) trait Render {
    /// Leaves what was asked for in `pixels`; returns the share of its rows that is lost, 0…1. May be called again.
    ///
    /// Calls [`leave_if_canceled`](Cancel::leave_if_canceled) between rows, where it has rows.
    ///
    /// # Errors
    ///
    /// If nothing of the rectangle could be decoded.
    fn render(
        &mut self,
        resize: Resize,
        pixels: &mut Pixels,
        cancel: &Cancel,
    ) -> Result<f32, Error>;
}

/// Decodes the rows that are needed, and resizes them; returns the share of rows that is lost, 0…1.
pub(crate) fn reduce(
    rows: &mut dyn Rows,
    header: &Header,
    resize: Resize,
    resampler: &mut Resampler,
    pixels: &mut Pixels,
) -> Result<f32, Error> {
    resampler.begin(header.size, header.samples, resize);
    let decoded = catch_panic(header.format, || rows.decode(resampler));
    match decoded {
        Ok(()) | Err(Error::Malformed { .. }) => {}
        Err(other) => return Err(other),
    }
    match (resampler.finish(pixels), decoded) {
        (Some(lost), _) => Ok(lost),
        (None, Err(error)) => Err(error),
        (None, Ok(())) => Err(header.format.malformed("all of its pixels are missing")),
    }
}
