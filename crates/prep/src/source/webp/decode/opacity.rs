//! The opacity of a lossy image (RFC 9649, 2.7.1.2).

use std::io::Cursor;

use image_webp::WebPDecoder;

use crate::error::Error;
use crate::geometry::Size;
use crate::header::Format;

/// A sample of opacity for each pixel.
pub(super) struct Opacity {
    width: usize,
    samples: Vec<u8>,
}

impl Opacity {
    /// Unpacks the data of the chunk of an image of `size`.
    pub(super) fn unpack(chunk: &[u8], size: Size) -> Result<Self, Error> {
        let malformed = || Format::WEBP.malformed("its opacity cannot be unpacked");
        let (&head, packed) = chunk.split_first().ok_or_else(malformed)?;
        let (width, pixels) = (size.width as usize, size.pixels() as usize);
        let samples = match head & 3 {
            0 => packed.get(..pixels).map(<[u8]>::to_vec),
            1 => unpack_lossless(packed, size),
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

/// Unpacks opacity that is the green of a lossless image without its header.
fn unpack_lossless(packed: &[u8], size: Size) -> Option<Vec<u8>> {
    const SIGNATURE: u8 = 0x2F;
    let sides = (size.width - 1) | (size.height - 1) << 14;
    let length = (5 + packed.len()) as u32;
    let mut file = Vec::with_capacity(packed.len() + 26);
    file.extend(b"RIFF");
    file.extend((12 + length.next_multiple_of(2)).to_le_bytes());
    file.extend(b"WEBPVP8L");
    file.extend(length.to_le_bytes());
    file.push(SIGNATURE);
    file.extend(sides.to_le_bytes());
    file.extend(packed);
    if length % 2 == 1 {
        file.push(0);
    }
    let mut decoder = WebPDecoder::new(Cursor::new(file)).ok()?;
    let mut rgb = vec![0; decoder.output_buffer_size()?];
    decoder.read_image(&mut rgb).ok()?;
    Some(
        rgb.as_chunks()
            .0
            .iter()
            .map(|&[_, green, _]: &[u8; 3]| green)
            .collect(),
    )
}
