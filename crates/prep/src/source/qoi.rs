//! QOI, the Quite OK Image format (<https://qoiformat.org/qoi-specification.pdf>): each pixel from the one before it.

use super::context::{Claims, OpenContext, Opened};
use super::decoder::{Decoder, Rows};
use super::spec::{FormatSpec, Reading};
use crate::color::ColorSpace;
use crate::error::Error;
use crate::geometry::Size;
use crate::header::{Format, Samples};
use crate::photo::{Photo, Reader};
use crate::pixels::Row;
use crate::resample::{Resampler, memory_to_reduce};

impl Format {
    /// Quite OK Image.
    pub const QOI: Self = Self::named("QOI");
}

pub(super) const FORMAT: FormatSpec = FormatSpec {
    format: Format::QOI,
    extensions: &["qoi"],
    matches: |head| head.starts_with(b"qoif"),
    reading: Reading::Streamed,
    open: Some(open),
};

/// Reads the header.
///
/// ```text
/// 0 qoif │ 4 width │ 8 height, both big-endian │ 12 channels: 3 or 4 │ 13 colorspace: 0 or 1, which changes nothing
/// ```
fn open<'a>(context: &mut OpenContext<'a, '_>) -> Result<Opened<'a>, Error> {
    let photo = context.photo;
    let number = |at| photo.array(at).map(u32::from_be_bytes);
    let (Some(width), Some(height), Some([channels, _])) = (number(4), number(8), photo.array(12))
    else {
        return Err(malformed("its header is cut off"));
    };
    let size = Size { width, height };
    let samples = match channels {
        3 => Samples::Rgb,
        4 => Samples::Rgba,
        _ => return Err(malformed("its number of channels is neither 3 nor 4")),
    };
    let row = u64::from(width) * u64::from(channels);
    let memory = memory_to_reduce(size, samples).saturating_add(row);
    let claims = Claims::new(Format::QOI, size, samples, memory);
    let qoi = Qoi {
        photo,
        size,
        samples,
    };
    context.accept(claims, ColorSpace::Untagged, Decoder::Rows(Box::new(qoi)))
}

struct Qoi<'a> {
    photo: &'a Photo<'a>,
    size: Size,
    samples: Samples,
}

impl Rows for Qoi<'_> {
    fn decode(&mut self, resampler: &mut Resampler) -> Result<(), Error> {
        let mut pixels = Pixels::new(self.photo.reader(14..u64::MAX));
        let channels = self.samples.channels();
        let mut row = vec![0; self.size.width as usize * channels];
        let needed = resampler.rows();
        for y in 0..needed.end {
            for to in row.chunks_exact_mut(channels) {
                let pixel = pixels.next().ok_or_else(|| malformed("it is cut off"))?;
                to.copy_from_slice(&pixel[..channels]);
            }
            if needed.contains(&y) {
                resampler.push(Row::Narrow(&row));
            }
        }
        Ok(())
    }
}

type Pixel = [u8; 4];

/// The pixels in order, each red, green, blue and opacity.
struct Pixels<'a> {
    data: Reader<'a>,
    pixel: Pixel,
    /// How often the pixel is still to come.
    run: u8,
    /// Pixels seen before, each at its hash.
    seen: [Pixel; 64],
}

impl<'a> Pixels<'a> {
    fn new(data: Reader<'a>) -> Self {
        Self {
            data,
            pixel: [0, 0, 0, 255],
            run: 0,
            seen: [[0; 4]; 64],
        }
    }

    /// Returns the next pixel, or `None` if the data end.
    fn next(&mut self) -> Option<Pixel> {
        if self.run > 0 {
            self.run -= 1;
            return Some(self.pixel);
        }
        let [red, green, blue, alpha] = self.pixel;
        let tag = self.data.byte()?;
        self.pixel = match tag {
            0xFE => {
                let [red, green, blue] = self.data.array()?;
                [red, green, blue, alpha]
            }
            0xFF => self.data.array()?,
            // Two bits say what it is, six belong to it.
            0x00..=0x3F => self.seen[usize::from(tag)],
            0x40..=0x7F => {
                let step = |shift: u8| (tag >> shift & 3).wrapping_sub(2);
                [
                    red.wrapping_add(step(4)),
                    green.wrapping_add(step(2)),
                    blue.wrapping_add(step(0)),
                    alpha,
                ]
            }
            0x80..=0xBF => {
                let [apart] = self.data.array()?;
                let step = (tag & 63).wrapping_sub(32);
                let beside = |nibble: u8| step.wrapping_add(nibble).wrapping_sub(8);
                [
                    red.wrapping_add(beside(apart >> 4)),
                    green.wrapping_add(step),
                    blue.wrapping_add(beside(apart & 15)),
                    alpha,
                ]
            }
            0xC0.. => {
                self.run = tag & 63;
                self.pixel
            }
        };
        self.seen[hash(self.pixel)] = self.pixel;
        Some(self.pixel)
    }
}

fn hash([red, green, blue, alpha]: Pixel) -> usize {
    let [red, green, blue, alpha] = [red, green, blue, alpha].map(usize::from);
    (red * 3 + green * 5 + blue * 7 + alpha * 11) % 64
}

fn malformed(cause: &str) -> Error {
    Format::QOI.malformed(cause)
}
