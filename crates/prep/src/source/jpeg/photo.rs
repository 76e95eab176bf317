//! Decodes JPEG photos, through the project's own core: only what the square needs.

use jpeg::{Color, PixelRect, Planes, Target};
use simd::Level;

use crate::cancel::Cancel;
use crate::damage::Damage;
use crate::error::{Error, Limit};
use crate::geometry::Resize;
use crate::header::{Format, Samples};
use crate::options::Subsampling;
use crate::pixels::Pixels;

/// A JPEG photo whose header was read.
pub(crate) struct JpegPhoto<'a> {
    pub(super) photo: &'a [u8],
    pub(super) jpeg: jpeg::Header<'a>,
}

impl JpegPhoto<'_> {
    /// Returns what its decoded pixels are made of.
    pub(super) fn samples(&self) -> Samples {
        match self.jpeg.color() {
            Color::Gray => Samples::Gray,
            Color::Cmyk | Color::Ycck => Samples::Cmyk,
            _ => Samples::Rgb,
        }
    }
}

/// The core's decoder and its memory, kept from photo to photo.
pub(crate) struct JpegDecoder {
    decoder: jpeg::Decoder,
    planes: Planes,
}

impl JpegDecoder {
    /// A decoder whose coefficients may take `memory` bytes.
    pub(crate) fn new(memory: u64) -> Self {
        Self {
            decoder: jpeg::Decoder::new().memory(memory),
            planes: Planes::default(),
        }
    }

    /// Sets the flag that ends a photo at its next row of MCUs, as if the file ended there.
    pub(crate) fn set_cancel(&mut self, cancel: &Cancel) {
        self.decoder.set_stop(cancel.flag());
    }

    /// Makes an overview of the photo, and decodes of a strip of it, where that costs no second reading, the square of `side`
    /// pixels that begins at `window`. None where the photo allows no overview.
    pub(crate) fn decode_with_overview(
        &mut self,
        photo: &JpegPhoto<'_>,
        strip: Resize,
        window: (u32, u32),
        side: u32,
        subsampling: Subsampling,
    ) -> Result<Option<WithOverview>, Error> {
        let part = PixelRect {
            x: window.0,
            y: window.1,
            width: side,
            height: side,
        };
        let decoded = self.decoder.decode_with_overview(
            photo.photo,
            &photo.jpeg,
            &target(strip, subsampling),
            part,
            &mut self.planes,
        )?;
        Ok(decoded.map(|decoded| WithOverview {
            damage: share_of(decoded.damage),
            has_window: decoded.has_part,
        }))
    }

    /// The last overview: luma and chroma, or luma alone.
    pub(crate) fn overview(&self) -> &[jpeg::Plane] {
        self.decoder.overview().components()
    }

    /// Decodes what the square that begins at `to` lacks of the strip, after an overview with which was decoded the one that begins at `from`.
    pub(crate) fn move_window(
        &mut self,
        photo: &JpegPhoto<'_>,
        strip: Resize,
        from: (u32, u32),
        to: (u32, u32),
        side: u32,
        subsampling: Subsampling,
    ) -> Result<(), Error> {
        let (x, width) = lacking(from.0, to.0, side);
        let (y, height) = lacking(from.1, to.1, side);
        // One of the two is nothing, for the strip has room in one direction alone.
        let beside = match width {
            0 => PixelRect {
                x: to.0,
                y,
                width: side,
                height,
            },
            _ => PixelRect {
                x,
                y: to.1,
                width,
                height: side,
            },
        };
        self.decoder.decode_part(
            &photo.jpeg,
            &target(strip, subsampling),
            beside,
            &mut self.planes,
        )?;
        Ok(())
    }

    /// Decodes to luma and chroma at the resolutions that the picture will have; returns what is missing.
    pub(crate) fn decode_ycbcr(
        &mut self,
        photo: &JpegPhoto<'_>,
        known: Known,
        resize: Resize,
        subsampling: Subsampling,
    ) -> Result<Damage, Error> {
        self.decode(photo, known, target(resize, subsampling))
    }

    /// What was decoded last: luma and chroma, or luma alone.
    pub(crate) fn components(&self) -> &[jpeg::Plane] {
        self.planes.components()
    }

    /// Decodes to whole pixels; returns what is missing.
    pub(crate) fn decode_pixels(
        &mut self,
        photo: &JpegPhoto<'_>,
        known: Known,
        resize: Resize,
        pixels: &mut Pixels,
    ) -> Result<Damage, Error> {
        let damage = self.decode(photo, known, target(resize, Subsampling::S444))?;
        let bytes = pixels.refill(photo.samples());
        join(photo.jpeg.color(), &self.planes, bytes);
        Ok(damage)
    }

    fn decode(
        &mut self,
        photo: &JpegPhoto<'_>,
        known: Known,
        target: Target,
    ) -> Result<Damage, Error> {
        let JpegPhoto { photo, jpeg } = photo;
        let (decoder, planes) = (&mut self.decoder, &mut self.planes);
        let damage = match known {
            Known::Nothing => decoder.decode_resized(photo, jpeg, &target, planes)?,
            Known::Overview => decoder.decode_after_overview(photo, jpeg, &target, planes)?,
        };
        Ok(share_of(damage))
    }
}

/// What is known of a photo before it is decoded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Known {
    Nothing,
    /// Its overview, the last that was made.
    Overview,
}

/// What came of a decode with an overview.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WithOverview {
    /// What of the photo is lost, as far as it was read.
    pub(crate) damage: Damage,
    /// Whether the square that was asked for was decoded, and can be moved.
    pub(crate) has_window: bool,
}

/// Where what is between two windows, and in the second alone, begins, and how long it is.
fn lacking(from: u32, to: u32, side: u32) -> (u32, u32) {
    match to < from {
        true => (to, (from - to).min(side)),
        false => {
            let begin = to.max(from + side);
            (begin, to + side - begin)
        }
    }
}

fn target(resize: Resize, subsampling: Subsampling) -> Target {
    Target::new(resize.rect, resize.size).subsampling(subsampling)
}

fn share_of(damage: jpeg::Damage) -> Damage {
    Damage {
        lost: damage.lost_rows as f32 / damage.rows.max(1) as f32,
        is_truncated: damage.is_truncated,
    }
}

/// Interleaves planes of equal size, one byte for each sample of the pixel.
fn join(color: Color, planes: &Planes, bytes: &mut Vec<u8>) {
    let planes = planes.components();
    let pixels = planes[0].samples.len();
    match (color, planes) {
        (Color::YCbCr, [y, cb, cr]) => {
            bytes.resize(pixels * 3, 0);
            let rgb = bytes.as_chunks_mut().0;
            jpeg::ycbcr_to_rgb(Level::detect(), &y.samples, &cb.samples, &cr.samples, rgb);
        }
        (Color::Ycck, [y, cb, cr, black]) => {
            let mut rgb = vec![[0; 3]; pixels];
            jpeg::ycbcr_to_rgb(
                Level::detect(),
                &y.samples,
                &cb.samples,
                &cr.samples,
                &mut rgb,
            );
            // What is stored is 255 minus what the conversion gives, and Adobe stores the inverse of ink.
            let inks = rgb.iter().zip(&black.samples);
            bytes.extend(
                inks.flat_map(|(&[red, green, blue], &black)| [red, green, blue, 255 - black]),
            );
        }
        (Color::Cmyk, [cyan, magenta, yellow, black]) => {
            let inks = cyan
                .samples
                .iter()
                .zip(&magenta.samples)
                .zip(&yellow.samples)
                .zip(&black.samples);
            bytes
                .extend(inks.flat_map(|(((&c, &m), &y), &k)| [255 - c, 255 - m, 255 - y, 255 - k]));
        }
        _ => {
            bytes.resize(pixels * planes.len(), 0);
            for (pixel, index) in bytes.chunks_exact_mut(planes.len()).zip(0..) {
                for (sample, plane) in pixel.iter_mut().zip(planes) {
                    *sample = plane.samples[index];
                }
            }
        }
    }
}

impl From<jpeg::Error> for Error {
    fn from(error: jpeg::Error) -> Self {
        match error {
            jpeg::Error::Unsupported(what) => Self::Unsupported {
                what: what.to_string(),
            },
            jpeg::Error::Memory { needed, allowed } => Self::TooLarge {
                what: Limit::Memory,
                actual: needed,
                limit: allowed,
            },
            other => Format::JPEG.malformed(other.to_string()),
        }
    }
}
