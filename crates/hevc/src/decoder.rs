//! From NAL units to a picture.

use std::collections::BTreeMap;
use std::fmt;

use simd::Level;

use crate::bits::Bits;
use crate::blocks::Blocks;
use crate::error::{Error, Result, malformed};
use crate::header::Header;
use crate::nal::{self, Kind, SliceKind};
use crate::picture::Picture;
use crate::pps::Pps;
use crate::slice_data::{Parameters, Progress, Scratch, SliceDecoder, Target};
use crate::slice_header::{SliceHeader, Start};
use crate::sps::Sps;
use crate::tiles::Tiles;
use crate::{deblocking, sao};

/// Which in-loop filters are applied.
///
/// In an intra picture no block depends on filtered samples, so leaving the filters out changes nothing else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Filters {
    /// Deblocking and sample adaptive offset, as the standard asks.
    All,
    /// None: for who reduces the picture so far that they cannot be seen.
    None,
}

/// A decoder of pictures that share their parameter sets.
pub struct Decoder {
    level: Level,
    sets: ParameterSets,
}

/// Parameter sets by their number.
#[derive(Default)]
struct ParameterSets {
    sequences: BTreeMap<u32, Sps>,
    /// Payloads: they can be understood only together with the sequence's.
    pictures: BTreeMap<u32, Vec<u8>>,
}

/// A slice segment's unit.
struct Segment {
    kind: SliceKind,
    payload: Vec<u8>,
}

/// The parameter sets of a picture.
struct Active<'a> {
    sps: &'a Sps,
    pps: Pps,
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Decoder")
            .field("level", &self.level)
            .finish_non_exhaustive()
    }
}

impl Decoder {
    /// A decoder of pictures with these parameter sets, and those that come with them.
    ///
    /// # Errors
    ///
    /// Where a parameter set is malformed, or asks for what is not supported.
    pub fn new(parameter_sets: &[&[u8]]) -> Result<Self> {
        Ok(Self {
            level: Level::detect(),
            sets: ParameterSets::read(parameter_sets)?,
        })
    }

    /// The same decoder, at a level of its caller's choice. All levels give the same samples.
    #[must_use]
    pub fn at_level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// What the parameter sets that are known say of pictures.
    #[must_use]
    pub fn header(&self) -> Option<Header> {
        self.sets.sequences.values().next().map(Header::of)
    }

    /// Reads what these NAL units say of their picture, without decoding a sample.
    ///
    /// # Errors
    ///
    /// Where there is no picture, or its parameter sets are missing or malformed.
    pub fn read_header(&self, units: &[&[u8]]) -> Result<Header> {
        let own = ParameterSets::read(units)?;
        let mut segments = segments(units);
        let first = segments.next().ok_or(NO_PICTURE)?;
        let start = Start::read(&mut Bits::new(&first.payload), first.kind)?;
        Ok(Header::of(self.activate(&own, &start)?.sps))
    }

    /// Reads `SliceQpY` of the picture's first slice, the quantization parameter from which its blocks differ by deltas: from
    /// -48 to 51, and finer the smaller it is (7.4.7.1).
    ///
    /// # Errors
    ///
    /// As [`read_header`](Self::read_header), and where the slice's header is malformed.
    pub fn slice_qp(&self, units: &[&[u8]]) -> Result<i32> {
        let own = ParameterSets::read(units)?;
        let first = segments(units).next().ok_or(NO_PICTURE)?;
        let mut bits = Bits::new(&first.payload);
        let start = Start::read(&mut bits, first.kind)?;
        let Active { sps, pps } = &self.activate(&own, &start)?;
        let header = SliceHeader::read(&mut bits, (&start, first.kind), (sps, pps), None)?;
        Ok(header.slice.qp)
    }

    /// Decodes the picture of these NAL units.
    ///
    /// What it allocates follows from [`Header::coded`]: read the header first, and check it against your limits.
    ///
    /// # Errors
    ///
    /// Where the bitstream is malformed or incomplete, or asks for what is not supported.
    pub fn decode(&self, units: &[&[u8]], filters: Filters) -> Result<Picture> {
        let own = ParameterSets::read(units)?;
        let mut segments = segments(units).peekable();
        let first = segments.peek().ok_or(NO_PICTURE)?;
        let start = Start::read(&mut Bits::new(&first.payload), first.kind)?;
        let Active { sps, pps } = &self.activate(&own, &start)?;
        let tiles = Tiles::new(sps, pps);
        let parameters = Parameters {
            level: self.level,
            sps,
            pps,
            tiles: &tiles,
            filtered: filters == Filters::All,
        };
        let [left, _, top, _] = sps.window;
        let mut picture = Picture::new(Header::of(sps), [left, top])?;
        let mut blocks = Blocks::new(sps);
        let mut scratch = Scratch::new();
        let mut progress = Progress::default();
        for segment in segments {
            let mut bits = Bits::new(&segment.payload);
            let start = Start::read(&mut bits, segment.kind)?;
            if start.first_in_picture && progress.next > 0 {
                // Another picture: one is all that is asked for.
                break;
            }
            if start.pps_id != pps.id {
                return malformed("a picture has two picture parameter sets");
            }
            let kinds = (&start, segment.kind);
            let header = SliceHeader::read(&mut bits, kinds, (sps, pps), progress.slice.as_ref())?;
            let target = Target {
                picture: &mut picture,
                blocks: &mut blocks,
                scratch: &mut scratch,
            };
            SliceDecoder::decode(parameters, &header, bits.aligned(), target, &mut progress)?;
            if progress.next == tiles.count() {
                break;
            }
        }
        if progress.next < tiles.count() {
            return malformed("slices are missing");
        }
        if filters == Filters::All {
            deblocking::filter(&mut picture, &blocks, sps, pps);
            if sps.sao {
                sao::filter(&mut picture, &blocks, (sps, pps), &tiles);
            }
        }
        Ok(picture)
    }

    /// The parameter sets that a slice refers to: those that came with the picture, or those that all share.
    fn activate<'a>(&'a self, own: &'a ParameterSets, start: &Start) -> Result<Active<'a>> {
        const NO_PICTURE_SET: Error = Error::Malformed("a picture parameter set is missing");
        const NO_SEQUENCE_SET: Error = Error::Malformed("a sequence parameter set is missing");
        let pictures = [own, &self.sets].map(|sets| sets.pictures.get(&start.pps_id));
        let payload = pictures
            .into_iter()
            .flatten()
            .next()
            .ok_or(NO_PICTURE_SET)?;
        let sequence = |id| {
            let sets = [own, &self.sets].map(|sets| sets.sequences.get(&id));
            sets.into_iter().flatten().next()
        };
        let (pps, sps_id) = Pps::read(payload, sequence)?;
        let sps = sequence(sps_id).ok_or(NO_SEQUENCE_SET)?;
        Ok(Active { sps, pps })
    }
}

impl ParameterSets {
    /// Those among the units.
    fn read(units: &[&[u8]]) -> Result<Self> {
        let mut sets = Self::default();
        for (kind, payload) in units.iter().filter_map(|unit| nal::parse(unit)) {
            match kind {
                Kind::SequenceParameterSet => {
                    let sps = Sps::read(&nal::without_emulation_prevention(payload))?;
                    sets.sequences.insert(sps.id, sps);
                }
                Kind::PictureParameterSet => {
                    let payload = nal::without_emulation_prevention(payload);
                    let id = Bits::new(&payload).ue()?;
                    sets.pictures.insert(id, payload);
                }
                _ => {}
            }
        }
        Ok(sets)
    }
}

const NO_PICTURE: Error = Error::Malformed("there is no picture");

/// The units of slice segments.
fn segments(units: &[&[u8]]) -> impl Iterator<Item = Segment> {
    units.iter().filter_map(|unit| match nal::parse(unit)? {
        (Kind::SliceSegment(kind), payload) => Some(Segment {
            kind,
            payload: nal::without_emulation_prevention(payload),
        }),
        _ => None,
    })
}
