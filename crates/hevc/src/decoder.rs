//! From NAL units to a coded picture.

use std::collections::BTreeMap;
use std::fmt;

use simd::Level;

use crate::bits::Bits;
use crate::coded_picture::{CodedPicture, SegmentUnit};
use crate::error::{Error, Result};
use crate::header::Header;
use crate::nal::{self, Kind};
use crate::pps::Pps;
use crate::rows::rows_kept;
use crate::slice_header::{SliceHeader, Start};
use crate::sps::Sps;

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

    /// The most rows of luma that [`Rows`](crate::Rows) has in memory at once, as the parameter sets that are known say it of pictures.
    #[must_use]
    pub fn rows_kept(&self) -> Option<u32> {
        let sequence = |id| self.sets.sequences.get(&id);
        let kept = self.sets.pictures.values().map(|payload| {
            let (pps, sps_id) = Pps::read(payload, sequence).ok()?;
            Some(rows_kept(sequence(sps_id)?, &pps))
        });
        kept.reduce(|one, other| Some(one?.max(other?)))?
    }

    /// Reads the headers of these NAL units' picture, without decoding a sample.
    ///
    /// # Errors
    ///
    /// Where there is no picture, its parameter sets are missing or malformed, or the header of its first slice is.
    pub fn open(&self, units: &[&[u8]]) -> Result<CodedPicture> {
        let own = ParameterSets::read(units)?;
        let segments = segments(units);
        let first = segments.first().ok_or(NO_PICTURE)?;
        let mut bits = Bits::new(&first.payload);
        let start = Start::read(&mut bits, first.kind)?;
        let (sps, pps) = self.activate(&own, &start)?;
        let header = SliceHeader::read(&mut bits, (&start, first.kind), (sps, &pps), None)?;
        Ok(CodedPicture {
            level: self.level,
            header: Header::of(sps),
            slice_qp: header.slice.qp,
            sps: sps.clone(),
            pps,
            segments,
        })
    }

    /// The parameter sets that a slice refers to: those that came with the picture, or those that all share.
    fn activate<'a>(&'a self, own: &'a ParameterSets, start: &Start) -> Result<(&'a Sps, Pps)> {
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
        Ok((sps, pps))
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
fn segments(units: &[&[u8]]) -> Vec<SegmentUnit> {
    let segments = units.iter().filter_map(|unit| match nal::parse(unit)? {
        (Kind::SliceSegment(kind), payload) => Some(SegmentUnit {
            kind,
            payload: nal::without_emulation_prevention(payload),
        }),
        _ => None,
    });
    segments.collect()
}
