//! What stands before the pixels and says how they are stored (ISO/IEC 15948, 11.2 and 11.3.1).

use super::chunks::{Chunk, Chunks};
use super::inflate::FirstChunk;
use crate::error::Error;
use crate::geometry::Size;
use crate::header::{Format, Samples};
use crate::photo::Photo;

/// IHDR, and the PLTE and tRNS that belong to it.
#[derive(Clone)]
pub(super) struct ImageHeader {
    pub(super) size: Size,
    /// Bits of a sample, or of an index.
    pub(super) depth: u8,
    pub(super) color: Color,
    pub(super) is_interlaced: bool,
    /// PLTE: red, green and blue of each color.
    pub(super) palette: Vec<u8>,
    /// tRNS, of a color type that may have it.
    pub(super) transparency: Option<Vec<u8>>,
    /// The first IDAT.
    pub(super) data: FirstChunk,
}

/// The color types of IHDR.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Color {
    Gray,
    Rgb,
    Palette,
    GrayAlpha,
    Rgba,
}

impl ImageHeader {
    /// Reads the chunks before the pixels. `check_size` may reject the photo once its size is known.
    ///
    /// # Errors
    ///
    /// If a chunk is missing or invalid that the pixels cannot be shown without.
    pub(super) fn read(
        photo: &Photo<'_>,
        check_size: impl FnOnce(Size) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let mut chunks = Chunks::of(photo);
        let first = chunks.next_begun().ok_or_else(cut_off)?;
        let mut header = Self::of_ihdr(photo, &first)?;
        check_size(header.size)?;
        loop {
            let chunk = chunks.next_begun().ok_or_else(cut_off)?;
            if &chunk.kind == b"IDAT" {
                header.data = FirstChunk::new(&chunk);
                break;
            }
            if !chunk.is_whole(photo) {
                return Err(cut_off());
            }
            header.read_chunk(photo, &chunk)?;
        }
        match header.color == Color::Palette && header.palette.is_empty() {
            true => Err(malformed("it has no palette")),
            false => Ok(header),
        }
    }

    /// Reads the first chunk.
    fn of_ihdr(photo: &Photo<'_>, chunk: &Chunk) -> Result<Self, Error> {
        if &chunk.kind != b"IHDR" {
            let name = chunk.kind.escape_ascii();
            return Err(malformed(format!("{name} stands before IHDR")));
        }
        if chunk.length() != 13 {
            return Err(wrong_length(chunk));
        }
        let fields: [u8; 13] = photo.array(chunk.data.start).ok_or_else(cut_off)?;
        let [w0, w1, w2, w3, h0, h1, h2, h3, rest @ ..] = fields;
        let [depth, color, compression, filters, interlacing] = rest;
        let color = Color::new(color, depth)?;
        for (method, value, most) in [
            ("compression", compression, 0),
            ("filter", filters, 0),
            ("interlace", interlacing, 1),
        ] {
            if value > most {
                return Err(malformed(format!("unknown {method} method {value}")));
            }
        }
        Ok(Self {
            size: Size {
                width: u32::from_be_bytes([w0, w1, w2, w3]),
                height: u32::from_be_bytes([h0, h1, h2, h3]),
            },
            depth,
            color,
            is_interlaced: interlacing == 1,
            palette: Vec::new(),
            transparency: None,
            data: FirstChunk::new(chunk),
        })
    }

    fn read_chunk(&mut self, photo: &Photo<'_>, chunk: &Chunk) -> Result<(), Error> {
        let name = chunk.kind.escape_ascii();
        let length = chunk.length();
        let data = || photo.bytes(chunk.data.clone()).into_owned();
        match &chunk.kind {
            b"PLTE" if !(3..=768).contains(&length) || !length.is_multiple_of(3) => {
                Err(wrong_length(chunk))
            }
            b"PLTE" if self.palette.is_empty() => {
                self.palette = data();
                Ok(())
            }
            b"IHDR" | b"PLTE" => Err(malformed(format!("there is a second {name}"))),
            b"tRNS" if self.may_be_transparency(length) => {
                self.transparency = Some(data());
                Ok(())
            }
            b"IEND" => Err(missing_pixels()),
            // The bit that makes a letter lowercase: what can be shown without it (5.4).
            [first, ..] if first & 0x20 != 0 => Ok(()),
            _ => Err(malformed(format!("unknown critical chunk {name}"))),
        }
    }

    /// Whether tRNS of this length is used: others, and a second one, are ignored, as other programs do.
    fn may_be_transparency(&self, length: u64) -> bool {
        let lengths = match self.color {
            Color::Gray => 2..=256,
            Color::Rgb => 6..=256,
            Color::Palette if !self.palette.is_empty() => 1..=256,
            _ => return false,
        };
        self.transparency.is_none() && lengths.contains(&length)
    }

    /// The samples that pixels have once palettes are looked up and transparency is made opacity.
    pub(super) fn samples(&self) -> Samples {
        match (self.color, &self.transparency) {
            (Color::Gray, None) => Samples::Gray,
            (Color::Gray, Some(_)) | (Color::GrayAlpha, _) => Samples::GrayAlpha,
            (Color::Rgb | Color::Palette, None) => Samples::Rgb,
            _ => Samples::Rgba,
        }
    }

    /// Bits of a pixel, as stored.
    pub(super) fn pixel_bits(&self) -> usize {
        let channels = match self.color {
            Color::Gray | Color::Palette => 1,
            Color::GrayAlpha => 2,
            Color::Rgb => 3,
            Color::Rgba => 4,
        };
        channels * usize::from(self.depth)
    }

    /// Bytes of as many pixels, as stored: the last one may not be used to its end.
    pub(super) fn row_bytes(&self, pixels: u32) -> u64 {
        (u64::from(pixels) * self.pixel_bits() as u64).div_ceil(8)
    }
}

impl Color {
    /// The color type, which must go with the depth (table 11.1).
    fn new(color: u8, depth: u8) -> Result<Self, Error> {
        match (color, depth) {
            (0, 1 | 2 | 4 | 8 | 16) => Ok(Self::Gray),
            (2, 8 | 16) => Ok(Self::Rgb),
            (3, 1 | 2 | 4 | 8) => Ok(Self::Palette),
            (4, 8 | 16) => Ok(Self::GrayAlpha),
            (6, 8 | 16) => Ok(Self::Rgba),
            _ => Err(malformed(format!(
                "invalid color type {color} with a bit depth of {depth}"
            ))),
        }
    }
}

pub(super) fn malformed(cause: impl Into<String>) -> Error {
    Format::PNG.malformed(cause)
}

pub(super) fn wrong_length(chunk: &Chunk) -> Error {
    let name = chunk.kind.escape_ascii();
    malformed(format!("the length of {name} is wrong"))
}

pub(super) fn cut_off() -> Error {
    malformed("it is cut off")
}

pub(super) fn missing_pixels() -> Error {
    malformed("pixels are missing")
}
