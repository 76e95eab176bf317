//! How a page is stored: what its tags say, checked.

use std::borrow::Cow;
use std::ops::Range;

use super::directory::Directory;
use super::fax::Coding;
use crate::error::Error;
use crate::geometry::Size;
use crate::header::Format;

/// A page's tags, in order.
pub(super) struct Layout<'a> {
    pub(super) directory: Directory<'a>,
    pub(super) size: Size,
    pub(super) bits: u8,
    /// Samples of a pixel, those that mean nothing counted.
    pub(super) samples: usize,
    pub(super) kind: Kind,
    pub(super) meaning: Meaning,
    pub(super) alpha: Alpha,
    pub(super) compression: Compression,
    pub(super) predictor: Predictor,
    /// Whether each kind of samples has chunks of its own.
    pub(super) is_planar: bool,
    pub(super) is_little_endian: bool,
    pub(super) reverses_bits: bool,
    pub(super) chunk: Chunks,
    pub(super) jpeg_tables: Cow<'a, [u8]>,
    pub(super) jpeg_is_ycbcr: bool,
}

/// Strips or tiles.
#[derive(Clone, Copy)]
pub(super) struct Chunks {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) across: usize,
    pub(super) down: usize,
    is_tiled: bool,
    offsets: u16,
    lengths: u16,
}

/// What a sample is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Whole,
    Float,
}

/// What the samples of a pixel mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Meaning {
    Gray,
    GrayInverted,
    Rgb,
    Palette,
    Cmyk,
    /// Luma and chroma, of which the latter may be shared by several pixels.
    YCbCr {
        across: usize,
        down: usize,
    },
    /// CIE L*a*b* with a* and b* below zero and above.
    Lab,
    /// The same as ICC profiles have it: nothing is below zero.
    IccLab,
}

/// What the first sample beyond the color's means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alpha {
    None,
    /// The colors are weighted by it already.
    Associated,
    Unassociated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compression {
    None,
    PackBits,
    Lzw,
    Deflate,
    Fax(Coding),
    Jpeg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Predictor {
    None,
    Horizontal,
    Float,
}

impl Meaning {
    /// How many samples the color has.
    pub(super) fn colors(self) -> usize {
        match self {
            Self::Gray | Self::GrayInverted | Self::Palette => 1,
            Self::Rgb | Self::YCbCr { .. } | Self::Lab | Self::IccLab => 3,
            Self::Cmyk => 4,
        }
    }
}

impl<'a> Layout<'a> {
    /// Reads and checks the tags of a page.
    // One tag after the other, each with its default and its limits: long, and flat.
    pub(super) fn read(directory: Directory<'a>) -> Result<Self, Error> {
        let number = |tag| directory.number(tag);
        let side = |tag| {
            let side = number(tag).and_then(|side| u32::try_from(side).ok());
            side.ok_or_else(|| malformed("it has no size"))
        };
        let size = Size {
            width: side(256)?,
            height: side(257)?,
        };
        let bits = number(258).unwrap_or(1);
        let samples = number(277).unwrap_or(1) as usize;
        let differ = (1..directory.count(258)).any(|index| directory.nth(258, index) != Some(bits));
        if differ || !(1..=MAX_SAMPLES).contains(&samples) {
            return Err(unsupported("TIFF with samples of different widths"));
        }
        let compression = compression(&directory)?;
        let mut meaning = meaning(&directory, samples)?;
        let is_planar = number(284) == Some(2) && samples > 1;
        let jpeg_is_ycbcr = compression == Compression::Jpeg
            && !is_planar
            && matches!(meaning, Meaning::YCbCr { .. });
        if jpeg_is_ycbcr {
            // The core gives red, green and blue.
            meaning = Meaning::Rgb;
        }
        if let Meaning::YCbCr { across, down } = meaning
            && (across, down) != (1, 1)
            && samples != 3
        {
            return Err(unsupported("TIFF with shared chroma and opacity"));
        }
        let kind = match number(339).unwrap_or(1) {
            2 if !matches!(meaning, Meaning::Lab) => {
                return Err(unsupported("TIFF with samples below zero"));
            }
            3 => Kind::Float,
            _ => Kind::Whole,
        };
        let fits = match (kind, meaning) {
            (Kind::Float, Meaning::Gray | Meaning::GrayInverted | Meaning::Rgb) => {
                matches!(bits, 16 | 32 | 64)
            }
            (Kind::Float, _) => false,
            (Kind::Whole, Meaning::YCbCr { .. }) => bits == 8,
            (Kind::Whole, Meaning::Lab | Meaning::IccLab) => matches!(bits, 8 | 16),
            (Kind::Whole, _) => matches!(bits, 1..=16 | 32),
        };
        let fits_compression = match compression {
            Compression::Fax(_) => bits == 1 && samples == 1,
            Compression::Jpeg => bits == 8 && matches!(samples, 1 | 3 | 4),
            _ => true,
        };
        let predictor = match number(317).unwrap_or(1) {
            // It belongs to these two; any other compression ignores the tag, as libtiff does.
            _ if !matches!(compression, Compression::Lzw | Compression::Deflate) => Predictor::None,
            2 if matches!(bits, 8 | 16 | 32) => Predictor::Horizontal,
            3 if kind == Kind::Float => Predictor::Float,
            1 => Predictor::None,
            _ => return Err(unsupported("TIFF with this predictor")),
        };
        if !fits || !fits_compression {
            return Err(unsupported("TIFF with samples of this width"));
        }
        if is_planar
            && matches!(meaning, Meaning::YCbCr { across, down } if (across, down) != (1, 1))
        {
            return Err(unsupported("TIFF with shared chroma in planes"));
        }
        Ok(Self {
            size,
            bits: bits as u8,
            samples,
            kind,
            meaning,
            alpha: alpha(&directory, meaning, samples),
            compression,
            predictor,
            is_planar,
            is_little_endian: directory.is_little_endian(),
            reverses_bits: number(266) == Some(2) && compression != Compression::Jpeg,
            chunk: Chunks::read(&directory, size)?,
            jpeg_tables: directory.bytes(347, MAX_JPEG_TABLES).unwrap_or_default(),
            jpeg_is_ycbcr,
            directory,
        })
    }

    /// How many samples of a pixel lie together in a chunk.
    pub(super) fn samples_in_chunk(&self) -> usize {
        if self.is_planar { 1 } else { self.samples }
    }

    /// The most bytes that a chunk's data may have where they are in memory at once: more than any packing needs, and the
    /// marks and zeros between lines of fax.
    pub(super) fn most_packed(&self) -> u64 {
        let rows = self.chunk.height as u64;
        let row = 2 * self.row_bytes() as u64 + self.chunk.width as u64 + 64;
        rows * row + (64 << 10)
    }

    /// How many bytes are read at a time of each chunk of a row: a megabyte of all.
    pub(super) fn bytes_at_once(&self) -> usize {
        let planes = self.samples / self.samples_in_chunk();
        ((1 << 20) / (self.chunk.across * planes)).clamp(512, 64 << 10)
    }

    /// How many rows of pixels come in one row of a chunk: those that share chroma.
    pub(super) fn rows_at_once(&self) -> usize {
        match self.meaning {
            Meaning::YCbCr { down, .. } => down,
            _ => 1,
        }
    }

    /// The bytes of one row of a chunk.
    pub(super) fn row_bytes(&self) -> usize {
        match self.meaning {
            Meaning::YCbCr { across, down } if (across, down) != (1, 1) => {
                self.chunk.width.div_ceil(across) * (across * down + 2)
            }
            _ => (self.chunk.width * self.samples_in_chunk() * usize::from(self.bits)).div_ceil(8),
        }
    }

    /// Where the data of a chunk lie in the file.
    pub(super) fn packed(&self, index: usize) -> Range<u64> {
        let Some(start) = self.directory.nth(self.chunk.offsets, index) else {
            return 0..0;
        };
        let end = match self.directory.nth(self.chunk.lengths, index).unwrap_or(0) {
            // Some programs leave the length out; the data tell where they end.
            0 => u64::MAX,
            length if self.is_too_short(index, start, length) => u64::MAX,
            length => start.saturating_add(length),
        };
        start..end
    }

    /// Whether an uncompressed chunk has room for all its rows before the next one begins, but its length says less: then the
    /// length is wrong (libtiff: "bogus StripByteCounts").
    fn is_too_short(&self, index: usize, start: u64, length: u64) -> bool {
        let band = index / self.chunk.across % self.chunk.down;
        let rows = match self.chunk.is_tiled {
            true => self.chunk.height,
            false => self
                .chunk
                .height
                .min(self.size.height as usize - band * self.chunk.height),
        };
        let needed = (rows.div_ceil(self.rows_at_once()) * self.row_bytes()) as u64;
        let next = self.directory.nth(self.chunk.offsets, index + 1);
        let room = next
            .filter(|&next| next > start)
            .map_or(u64::MAX, |next| next - start);
        self.compression == Compression::None && length < needed && needed <= room
    }
}

impl Chunks {
    fn read(directory: &Directory<'_>, size: Size) -> Result<Self, Error> {
        const STRIP_OFFSETS: u16 = 273;
        const STRIP_LENGTHS: u16 = 279;
        const TILE_WIDTH: u16 = 322;
        const TILE_HEIGHT: u16 = 323;
        const TILE_OFFSETS: u16 = 324;
        const TILE_LENGTHS: u16 = 325;
        let side = |tag| {
            let side = directory.number(tag).unwrap_or(0);
            match (1..=u64::from(u16::MAX) + 1).contains(&side) {
                true => Ok(side as usize),
                false => Err(malformed("its tiles have no size")),
            }
        };
        let (width, height) = (size.width as usize, size.height as usize);
        // What has the size of tiles has tiles, whichever tags say where they are.
        let has_tile_size = directory.count(TILE_WIDTH) > 0 && directory.count(TILE_HEIGHT) > 0;
        let first_of = |tags: [u16; 2]| tags.into_iter().find(|&tag| directory.count(tag) > 0);
        if has_tile_size || directory.count(TILE_OFFSETS) > 0 {
            let (tile_width, tile_height) = (side(TILE_WIDTH)?, side(TILE_HEIGHT)?);
            return Ok(Self {
                width: tile_width,
                height: tile_height,
                across: width.div_ceil(tile_width),
                down: height.div_ceil(tile_height),
                is_tiled: true,
                offsets: first_of([TILE_OFFSETS, STRIP_OFFSETS])
                    .ok_or_else(|| malformed("its tiles are nowhere"))?,
                lengths: first_of([TILE_LENGTHS, STRIP_LENGTHS]).unwrap_or(TILE_LENGTHS),
            });
        }
        if directory.count(STRIP_OFFSETS) == 0 {
            return Err(malformed("it has neither strips nor tiles"));
        }
        let rows = directory.number(278).unwrap_or(u64::MAX);
        let rows = rows.clamp(1, u64::from(size.height.max(1))) as usize;
        Ok(Self {
            width,
            height: rows,
            across: 1,
            down: height.div_ceil(rows),
            is_tiled: false,
            offsets: STRIP_OFFSETS,
            lengths: STRIP_LENGTHS,
        })
    }
}

/// The tables of a JPEG have no more bytes.
const MAX_JPEG_TABLES: u64 = 64 << 10;

/// More samples a pixel than photos have; satellites have hundreds.
const MAX_SAMPLES: usize = 64;

fn compression(directory: &Directory<'_>) -> Result<Compression, Error> {
    Ok(match directory.number(259).unwrap_or(1) {
        1 => Compression::None,
        2 => Compression::Fax(Coding::Runs),
        3 => Compression::Fax(Coding::Group3 {
            two_dimensional: directory.number(292).unwrap_or(0) & 1 == 1,
        }),
        4 => Compression::Fax(Coding::Group4),
        5 => Compression::Lzw,
        6 => return Err(unsupported("TIFF with JPEG as of 1992")),
        7 => Compression::Jpeg,
        8 | 32946 => Compression::Deflate,
        32773 => Compression::PackBits,
        34712 => return Err(unsupported("TIFF with JPEG 2000")),
        34925 => return Err(unsupported("TIFF with LZMA")),
        50000 => return Err(unsupported("TIFF with Zstandard")),
        50001 => return Err(unsupported("TIFF with WebP")),
        _ => return Err(unsupported("TIFF with this compression")),
    })
}

fn meaning(directory: &Directory<'_>, samples: usize) -> Result<Meaning, Error> {
    let usual = match samples {
        1 | 2 => 1,
        _ => 2,
    };
    let meaning = match directory.number(262).unwrap_or(usual) {
        0 => Meaning::GrayInverted,
        1 => Meaning::Gray,
        2 => Meaning::Rgb,
        3 => Meaning::Palette,
        5 => Meaning::Cmyk,
        6 => Meaning::YCbCr {
            across: shared(directory, 0)?,
            down: shared(directory, 1)?,
        },
        8 => Meaning::Lab,
        9 => Meaning::IccLab,
        32803 | 34892 => return Err(unsupported("TIFF with a camera's raw data")),
        32844 | 32845 => return Err(unsupported("TIFF with logarithmic light")),
        _ => return Err(unsupported("TIFF with these colors")),
    };
    if meaning.colors() > samples {
        return Err(malformed("it has fewer samples than its colors need"));
    }
    Ok(meaning)
}

/// How many pixels share a sample of chroma, across or down (TIFF 6.0, section 21).
fn shared(directory: &Directory<'_>, direction: usize) -> Result<usize, Error> {
    match directory.nth(530, direction).unwrap_or(2) {
        shared @ (1 | 2 | 4) => Ok(shared as usize),
        _ => Err(malformed("its chroma is shared in a way that cannot be")),
    }
}

fn alpha(directory: &Directory<'_>, meaning: Meaning, samples: usize) -> Alpha {
    if samples <= meaning.colors() {
        return Alpha::None;
    }
    let is_usual = matches!(
        meaning,
        Meaning::Gray | Meaning::GrayInverted | Meaning::Rgb
    );
    match directory.number(338) {
        Some(1) => Alpha::Associated,
        Some(2) => Alpha::Unassociated,
        // Whoever does not say what the one sample more is means opacity.
        None if is_usual && samples == meaning.colors() + 1 => Alpha::Unassociated,
        _ => Alpha::None,
    }
}

fn malformed(cause: &str) -> Error {
    Format::TIFF.malformed(cause)
}

fn unsupported(what: &str) -> Error {
    Error::Unsupported { what: what.into() }
}
