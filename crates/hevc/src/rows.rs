//! From a coded picture to rows of samples: decodes a row of coding tree blocks at a time, and filters those above it.

use std::{fmt, vec};

use simd::Level;

use crate::bits::Bits;
use crate::blocks::Blocks;
use crate::coded_picture::{CodedPicture, Filters, SegmentUnit};
use crate::error::{Error, Result, malformed};
use crate::header::Header;
use crate::picture::Picture;
use crate::pps::Pps;
use crate::slice_data::{Parameters, Progress, Scratch, Segment, Target};
use crate::slice_header::{SliceHeader, Start};
use crate::sps::Sps;
use crate::tiles::Tiles;
use crate::{deblocking, sao};

/// A picture that is decoded from the top to the bottom, as its rows are asked for.
pub struct Rows {
    level: Level,
    filters: Filters,
    sps: Sps,
    pps: Pps,
    tiles: Tiles,
    /// Those that are not begun.
    units: vec::IntoIter<SegmentUnit>,
    segment: Option<Segment>,
    progress: Progress,
    scratch: Scratch,
    picture: Picture,
    blocks: Blocks,
    sao: Option<sao::Filter>,
    /// For how many rows of coding tree blocks there is room.
    room: u32,
    /// The first row of coding tree blocks that is kept.
    first: u32,
    /// How many rows of coding tree blocks are decoded, deblocked, and done with.
    decoded: u32,
    deblocked: u32,
    finished: u32,
}

/// Which rows of a picture stay in memory.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kept {
    All,
    /// Those that later ones need, and a few more.
    Latest,
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows")
            .field("header", self.header())
            .finish_non_exhaustive()
    }
}

impl Rows {
    pub(crate) fn new(coded: CodedPicture, filters: Filters, kept: Kept) -> Result<Self> {
        let (sps, pps) = (coded.sps, coded.pps);
        let [_, ctb_rows] = sps.ctbs();
        let room = match kept {
            Kept::All => ctb_rows,
            Kept::Latest => room(&sps, &pps, filters),
        };
        let rows = (room << sps.log2_ctb).min(sps.height);
        let [left, _, top, _] = sps.window;
        let picture = Picture::new(coded.header, [left, top], rows)?;
        let has_sao = filters == Filters::All && sps.sao;
        Ok(Self {
            level: coded.level,
            filters,
            tiles: Tiles::new(&sps, &pps),
            units: coded.segments.into_iter(),
            segment: None,
            progress: Progress::default(),
            scratch: Scratch::new(),
            sao: has_sao.then(|| sao::Filter::new(&picture, &sps)),
            picture,
            blocks: Blocks::new(&sps, rows)?,
            sps,
            pps,
            room,
            first: 0,
            decoded: 0,
            deblocked: 0,
            finished: 0,
        })
    }

    /// What the bitstream says of the picture.
    #[must_use]
    pub fn header(&self) -> &Header {
        self.picture.header()
    }

    /// The bits of a component's samples.
    #[must_use]
    pub fn bits(&self, component: usize) -> u8 {
        self.picture.bits(component)
    }

    /// Decodes as far as is needed for the samples of a row of a component: 0 is luma, 1 is Cb, 2 is Cr.
    ///
    /// Rows are asked for from the top to the bottom, those of all components together. Of what was asked for, the last 16 rows of
    /// luma can be asked for again.
    ///
    /// # Errors
    ///
    /// Where the bitstream is malformed or incomplete before that row is done with.
    ///
    /// # Panics
    ///
    /// Where the picture has no such component or row, or does not keep it any more.
    pub fn row(&mut self, component: usize, row: u32) -> Result<&[u16]> {
        let [_, vertical] = self.sps.chroma.halvings(component);
        let coded = self.picture.coded_row(component, row) << vertical;
        while coded >= self.finished << self.sps.log2_ctb {
            self.advance()?;
        }
        Ok(self.picture.row(component, row))
    }

    /// Decodes all of a picture of which all rows are kept.
    pub(crate) fn whole(mut self) -> Result<Picture> {
        let [_, rows] = self.sps.ctbs();
        while self.finished < rows {
            self.advance()?;
        }
        Ok(self.picture)
    }

    /// Decodes the next row of coding tree blocks, or all of them where tiles lie side by side.
    fn advance(&mut self) -> Result<()> {
        let [columns, rows] = self.sps.ctbs();
        if self.decoded == self.first + self.room {
            self.first = self.decoded - kept_above(self.filters);
            let row = self.first << self.sps.log2_ctb;
            self.picture.drop_before(row);
            self.blocks.drop_before(row);
        }
        let end = match self.pps.has_one_tile_column() {
            true => self.decoded + 1,
            false => rows,
        };
        self.decode_to(end * columns)?;
        self.decoded = end;
        if self.filters == Filters::All {
            self.filter();
        } else {
            self.finished = end;
        }
        Ok(())
    }

    /// Decodes up to a coding tree block, in decoding order.
    fn decode_to(&mut self, end: u32) -> Result<()> {
        while self.progress.next < end {
            // A segment in which an error is found is not put back.
            let mut segment = match self.segment.take() {
                Some(segment) => segment,
                None => self.next_segment()?,
            };
            let parameters = Parameters {
                level: self.level,
                sps: &self.sps,
                pps: &self.pps,
                tiles: &self.tiles,
                filtered: self.filters == Filters::All,
            };
            let target = Target {
                picture: &mut self.picture,
                blocks: &mut self.blocks,
                scratch: &mut self.scratch,
            };
            if segment.decode_to(end, parameters, target, &mut self.progress)? {
                self.segment = Some(segment);
            }
        }
        Ok(())
    }

    fn next_segment(&mut self) -> Result<Segment> {
        const MISSING: Error = Error::Malformed("slices are missing");
        let SegmentUnit { kind, payload } = self.units.next().ok_or(MISSING)?;
        let mut bits = Bits::new(&payload);
        let start = Start::read(&mut bits, kind)?;
        if start.first_in_picture && self.progress.next > 0 {
            // Another picture: one is all that is asked for.
            return Err(MISSING);
        }
        if start.pps_id != self.pps.id {
            return malformed("a picture has two picture parameter sets");
        }
        let previous = self.progress.slice.as_ref();
        let header =
            SliceHeader::read(&mut bits, (&start, kind), (&self.sps, &self.pps), previous)?;
        let header_length = bits.aligned();
        Segment::new(
            &header,
            payload,
            header_length,
            &self.tiles,
            &mut self.blocks,
            &mut self.progress,
        )
    }

    /// Filters the rows of coding tree blocks for which all that filters need is decoded.
    fn filter(&mut self) {
        let [_, rows] = self.sps.ctbs();
        let is_whole = self.decoded == rows;
        let above = |count| match is_whole {
            true => rows,
            false => self.decoded.saturating_sub(count),
        };
        // The next row is predicted from the last one, before it is filtered.
        let deblocked = above(1);
        // Sample adaptive offset compares with deblocked samples of the row below.
        let finished = above(2);
        let sets = (&self.sps, &self.pps);
        for row in self.deblocked..deblocked {
            deblocking::filter(&mut self.picture, &self.blocks, sets, row);
        }
        if let Some(sao) = &mut self.sao {
            for row in self.finished..finished {
                sao.filter_row(&mut self.picture, &self.blocks, sets, &self.tiles, row);
            }
        }
        (self.deblocked, self.finished) = (deblocked, finished);
    }
}

/// How many rows of coding tree blocks above the next one are needed: one of which it is predicted, those that are not filtered
/// yet, and one that the caller may ask for again.
fn kept_above(filters: Filters) -> u32 {
    match filters {
        Filters::All => 3,
        Filters::None => 1,
    }
}

/// How many rows of coding tree blocks there is room for: twice as many as are needed, for when there is no more room, these are
/// moved.
fn room(sps: &Sps, pps: &Pps, filters: Filters) -> u32 {
    let [_, rows] = sps.ctbs();
    match pps.has_one_tile_column() {
        true => rows.min(2 * kept_above(filters)),
        false => rows,
    }
}

/// The most rows of luma that are in memory at once, a copy of deblocked ones for sample adaptive offset included.
pub(crate) fn rows_kept(sps: &Sps, pps: &Pps) -> u32 {
    let copied = match sps.sao {
        true => 1,
        false => 0,
    };
    (room(sps, pps, Filters::All) + copied) << sps.log2_ctb
}
