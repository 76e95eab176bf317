//! What stands before the macroblocks of a frame (RFC 6386, 9 and 19.2).

use crate::bool_decoder::BoolDecoder;
use crate::error::{Error, Result};
use crate::probabilities::{self, Probabilities};
use crate::quantization::Indices;

/// How large a frame is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// In pixels, 1…16383.
    pub width: u16,
    /// In pixels, 1…16383.
    pub height: u16,
}

impl Header {
    /// Reads the first bytes of a frame.
    ///
    /// # Errors
    ///
    /// If `frame` is no key frame, or is cut off before its size.
    pub fn read(frame: &[u8]) -> Result<Self> {
        Ok(Tag::read(frame)?.header)
    }
}

/// Returns the coarsest index of quantization that a frame uses, 0…127 (9.6): its segments may have different ones.
///
/// # Errors
///
/// If the frame is no key frame, or is cut off in its header.
pub fn quantizer_index(frame: &[u8]) -> Result<u8> {
    let frame = Frame::read(frame)?;
    let coarsest = (0..4).map(|segment| frame.quantizer(segment)).max();
    Ok(coarsest.unwrap_or(0).clamp(0, 127) as u8)
}

/// The bytes before the first partition.
struct Tag {
    header: Header,
    /// How long the first partition is.
    length: usize,
}

impl Tag {
    const LEN: usize = 10;

    fn read(frame: &[u8]) -> Result<Self> {
        const CUT_OFF: Error = Error::Malformed("the frame is cut off in its header");
        let Some(&[b0, b1, b2, start @ .., w0, w1, h0, h1]) = frame.first_chunk::<{ Self::LEN }>()
        else {
            return Err(CUT_OFF);
        };
        let tag = u32::from_le_bytes([b0, b1, b2, 0]);
        if tag & 1 == 1 {
            return Err(Error::NotAKeyFrame);
        }
        // Those up to 3 are other filters for video, which libwebp and so WebP do not heed.
        const MAX_VERSION: u32 = 3;
        if tag >> 1 & 7 > MAX_VERSION {
            return Err(Error::Malformed("its version is reserved"));
        }
        if start != [0x9D, 0x01, 0x2A] {
            return Err(Error::Malformed("the start code is missing"));
        }
        // Above the size are two bits that tell players to scale; images are shown as they are.
        let side = |bytes| u16::from_le_bytes(bytes) & 0x3FFF;
        let header = Header {
            width: side([w0, w1]),
            height: side([h0, h1]),
        };
        if header.width == 0 || header.height == 0 {
            return Err(Error::Malformed("a side is zero"));
        }
        Ok(Self {
            header,
            length: (tag >> 5) as usize,
        })
    }
}

/// A frame's header, and the partitions of its coefficients.
pub(crate) struct Frame<'a> {
    pub(crate) header: Header,
    /// The first partition, of which the macroblocks' modes are left.
    pub(crate) modes: BoolDecoder<'a>,
    pub(crate) segments: Option<Segments>,
    pub(crate) filter: FilterHeader,
    pub(crate) quantization: Indices,
    pub(crate) probabilities: Box<Probabilities>,
    /// How probable it is that a macroblock has coefficients, if it says so at all.
    pub(crate) has_coefficients: Option<u8>,
    /// The coefficients of every nth row of macroblocks.
    pub(crate) partitions: Vec<BoolDecoder<'a>>,
}

/// Groups of macroblocks with a quantization and a filter of their own (9.3).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Segments {
    /// The probabilities in the tree of segments, if each macroblock says which is its own.
    pub(crate) tree: Option<[u8; 3]>,
    /// Whether the values are added to those of the frame.
    is_relative: bool,
    quantizers: [i32; 4],
    filter_levels: [i32; 4],
}

/// The header of the loop filter (9.6).
#[derive(Clone, Copy, Debug)]
pub(crate) struct FilterHeader {
    pub(crate) is_simple: bool,
    level: i32,
    pub(crate) sharpness: i32,
    /// What is added to the level of macroblocks of a key frame, and of those that are predicted block by block.
    additions: Option<[i32; 2]>,
}

impl<'a> Frame<'a> {
    pub(crate) fn read(frame: &'a [u8]) -> Result<Self> {
        let Tag { header, length } = Tag::read(frame)?;
        let rest = &frame[Tag::LEN..];
        let (first, rest) = rest.split_at(length.min(rest.len()));
        let mut bools = BoolDecoder::new(first);
        // How colors are coded, which WebP fixes, and whether sums need no clamping, which they get regardless.
        bools.literal(2);
        let segments = bools.flag().then(|| Segments::read(&mut bools));
        let filter = FilterHeader::read(&mut bools);
        let partitions = partitions(rest, 1 << bools.literal(2));
        let quantization = Indices::read(&mut bools);
        // Whether probabilities are kept for frames to come.
        bools.flag();
        let probabilities = read_probabilities(&mut bools);
        let has_coefficients = bools.flag().then(|| bools.literal(8));
        if bools.is_past_end() {
            return Err(Error::Malformed("the frame is cut off in its header"));
        }
        Ok(Self {
            header,
            modes: bools,
            segments,
            filter,
            quantization,
            probabilities,
            has_coefficients,
            partitions,
        })
    }

    /// The index of quantization of a segment.
    pub(crate) fn quantizer(&self, segment: usize) -> i32 {
        match &self.segments {
            Some(segments) if segments.is_relative => {
                self.quantization.base + segments.quantizers[segment]
            }
            Some(segments) => segments.quantizers[segment],
            None => self.quantization.base,
        }
    }

    /// The level of the loop filter, 0…63, for macroblocks of a segment.
    pub(crate) fn filter_level(&self, segment: usize, is_by_blocks: bool) -> i32 {
        let level = match &self.segments {
            Some(segments) if segments.is_relative => {
                self.filter.level + segments.filter_levels[segment]
            }
            Some(segments) => segments.filter_levels[segment],
            None => self.filter.level,
        };
        let addition = match self.filter.additions {
            Some([key, blocks]) if is_by_blocks => key + blocks,
            Some([key, _]) => key,
            None => 0,
        };
        (level + addition).clamp(0, 63)
    }
}

impl Segments {
    fn read(bools: &mut BoolDecoder<'_>) -> Self {
        let mut segments = Self::default();
        let has_tree = bools.flag();
        if bools.flag() {
            segments.is_relative = !bools.flag();
            segments.quantizers = [(); 4].map(|()| bools.optional_signed(7).unwrap_or(0));
            segments.filter_levels = [(); 4].map(|()| bools.optional_signed(6).unwrap_or(0));
        }
        segments.tree = has_tree.then(|| {
            [(); 3].map(|()| match bools.flag() {
                true => bools.literal(8),
                false => 255,
            })
        });
        segments
    }
}

impl FilterHeader {
    fn read(bools: &mut BoolDecoder<'_>) -> Self {
        let is_simple = bools.flag();
        let level = bools.literal(6).into();
        let sharpness = bools.literal(3).into();
        let additions = bools.flag().then(|| {
            let mut by_reference = [0; 4];
            let mut by_mode = [0; 4];
            if bools.flag() {
                by_reference = by_reference.map(|_| bools.optional_signed(6).unwrap_or(0));
                by_mode = by_mode.map(|_| bools.optional_signed(6).unwrap_or(0));
            }
            [by_reference[0], by_mode[0]]
        });
        Self {
            is_simple,
            level,
            sharpness,
            additions,
        }
    }
}

/// Splits the data into partitions, all but the last with their lengths before them (9.5). What is cut off is empty.
fn partitions(data: &[u8], count: usize) -> Vec<BoolDecoder<'_>> {
    const LENGTH: usize = 3;
    let lengths = data.len().min(LENGTH * (count - 1));
    let (lengths, mut data) = data.split_at(lengths);
    let mut partitions = Vec::with_capacity(count);
    for index in 0..count {
        let length = match lengths.get(LENGTH * index..LENGTH * (index + 1)) {
            Some(length) if index + 1 < count => {
                u32::from_le_bytes([length[0], length[1], length[2], 0]) as usize
            }
            _ => data.len(),
        };
        let (partition, rest) = data.split_at(length.min(data.len()));
        partitions.push(BoolDecoder::new(partition));
        data = rest;
    }
    partitions
}

fn read_probabilities(bools: &mut BoolDecoder<'_>) -> Box<Probabilities> {
    let mut probabilities = Box::new(probabilities::DEFAULT);
    let all = probabilities
        .as_flattened_mut()
        .as_flattened_mut()
        .as_flattened_mut();
    let updates = probabilities::UPDATE
        .as_flattened()
        .as_flattened()
        .as_flattened();
    for (probability, &update) in all.iter_mut().zip(updates) {
        if bools.bool(update) {
            *probability = bools.literal(8);
        }
    }
    probabilities
}
