//! The opacity of a lossy image (RFC 9649, 2.7.1.2).

use crate::error::Error;
use crate::geometry::Size;
use crate::header::Format;

/// A sample of opacity for each pixel, of as many rows as could be unpacked.
pub(super) struct Opacity {
    width: usize,
    samples: Vec<u8>,
}

impl Opacity {
    /// Unpacks the first `rows` rows from the chunk of an image of `size`, or as many of them as it has.
    ///
    /// # Errors
    ///
    /// If it has none.
    pub(super) fn unpack(chunk: &[u8], size: Size, rows: u32) -> Result<Self, Error> {
        let malformed = || Format::WEBP.malformed("its opacity cannot be unpacked");
        let (&head, packed) = chunk.split_first().ok_or_else(malformed)?;
        let width = size.width as usize;
        let samples = match head & 3 {
            0 => {
                let there = (packed.len() / width).min(rows as usize);
                (there > 0).then(|| packed[..there * width].to_vec())
            }
            1 => vp8l::decode_opacity(packed, size.width, size.height, rows).ok(),
            _ => None,
        };
        let mut opacity = Self {
            width,
            samples: samples.ok_or_else(malformed)?,
        };
        match head >> 2 & 3 {
            0 => {}
            1 => opacity.add_predictions(|left, _, _| left),
            2 => opacity.add_predictions(|_, above, _| above),
            _ => opacity.add_predictions(|left, above, corner| {
                let gradient = i16::from(left) + i16::from(above) - i16::from(corner);
                gradient.clamp(0, 255) as u8
            }),
        }
        Ok(opacity)
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> u32 {
        (self.samples.len() / self.width) as u32
    }

    pub(super) fn row(&self, y: u32) -> &[u8] {
        &self.samples[y as usize * self.width..][..self.width]
    }

    /// Adds to each sample what is predicted from those to the left, above, and above to the left. In the first row and the first
    /// column it is the only neighbor.
    fn add_predictions(&mut self, predict: impl Fn(u8, u8, u8) -> u8) {
        let width = self.width;
        for at in 1..self.samples.len() {
            let prediction = match (at % width, at / width) {
                (0, _) => self.samples[at - width],
                (_, 0) => self.samples[at - 1],
                _ => {
                    let [left, above, corner] =
                        [1, width, width + 1].map(|back| self.samples[at - back]);
                    predict(left, above, corner)
                }
            };
            self.samples[at] = self.samples[at].wrapping_add(prediction);
        }
    }
}
