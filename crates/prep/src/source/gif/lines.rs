//! The pixels of a frame, line by line from its top, also where they are interlaced; nothing is kept of them.

use std::io::BufRead;

use weezl::decode::{Configuration, Decoder};
use weezl::{BitOrder, LzwStatus};

use super::blocks::{Data, Head};
use crate::photo::{Photo, Reader};

/// Where an interlaced frame's passes begin, and how far apart their lines are (GIF89a, appendix E).
const PASSES: [[u32; 2]; 4] = [[0, 8], [4, 8], [2, 4], [1, 2]];

/// The lines of a frame.
///
/// Each pass is unpacked on its own, from the start of the data: the work is less than twice that of unpacking all once, and
/// no more than a line is in memory.
pub(super) struct Lines<'a> {
    passes: Vec<Pass<'a>>,
    line: Vec<u8>,
}

struct Pass<'a> {
    first: u32,
    distance: u32,
    packed: Packed<'a>,
    /// How many lines of this and the passes before it have come.
    come: u32,
    /// How many lines come before its own.
    before: u32,
}

impl<'a> Lines<'a> {
    pub(super) fn new(photo: &'a Photo<'a>, head: &Head) -> Self {
        let passes: &[[u32; 2]] = match head.is_interlaced {
            true => &PASSES,
            false => &[[0, 1]],
        };
        let mut before = 0;
        let passes = passes.iter().map(|&[first, distance]| {
            let pass = Pass {
                first,
                distance,
                packed: Packed::new(photo.reader_in_steps(head.data..u64::MAX, 16 << 10)),
                come: 0,
                before,
            };
            before += (first..head.area.height).step_by(distance as usize).len() as u32;
            pass
        });
        Self {
            passes: passes.collect(),
            line: vec![0; head.area.width as usize],
        }
    }

    /// The indices of a line; none where it did not come. Lines are asked for from the top to the bottom.
    pub(super) fn line(&mut self, row: u32) -> Option<&[u8]> {
        let pass = self.passes.iter_mut().find(|pass| {
            row.checked_sub(pass.first)
                .is_some_and(|row| row.is_multiple_of(pass.distance))
        })?;
        let wanted = pass.before + (row - pass.first) / pass.distance;
        while pass.come <= wanted {
            pass.packed.fill(&mut self.line)?;
            pass.come += 1;
        }
        Some(&self.line)
    }
}

/// Packed indices (GIF89a, appendix F).
struct Packed<'a> {
    data: Data<Reader<'a>>,
    /// What is unpacked: how much of it was used, and where it ends.
    unpacked: Vec<u8>,
    used: usize,
    end: usize,
    /// None where the data cannot be unpacked.
    decoder: Option<Decoder>,
}

impl<'a> Packed<'a> {
    fn new(mut reader: Reader<'a>) -> Self {
        let size = reader.byte().filter(|size| (1..=8).contains(size));
        let decoder = size.map(|size| {
            Configuration::new(BitOrder::Lsb, size)
                .with_yield_on_full_buffer(true)
                .build()
        });
        Self {
            data: Data::new(reader),
            unpacked: vec![0; MAX_UNPACKED],
            used: 0,
            end: 0,
            decoder,
        }
    }

    /// Unpacks a whole line; none, for ever, where it is not there.
    fn fill(&mut self, line: &mut [u8]) -> Option<()> {
        let mut come = 0;
        while come < line.len() {
            if self.used == self.end {
                self.unpack()?;
            }
            let there = &self.unpacked[self.used..self.end];
            let count = there.len().min(line.len() - come);
            line[come..come + count].copy_from_slice(&there[..count]);
            self.used += count;
            come += count;
        }
        Some(())
    }

    /// Unpacks so few codes that all they stand for has room: of what has none the decoder forgets the rest at its end.
    fn unpack(&mut self) -> Option<()> {
        let mut decoder = self.decoder.take()?;
        (self.used, self.end) = (0, 0);
        loop {
            let packed = self.data.fill_buf().unwrap_or_default();
            let packed = &packed[..packed.len().min(PACKED_AT_ONCE)];
            let result = decoder.decode_bytes(packed, &mut self.unpacked);
            self.data.consume(result.consumed_in);
            let come = result.consumed_out;
            // A Clear code gives nothing, and may come of bits that were taken in before: there can be several in a row.
            let goes_on = matches!(result.status, Ok(LzwStatus::Ok)) || result.consumed_in > 0;
            let ends = result.status.is_err() || (!goes_on && come == 0);
            if come > 0 || ends {
                self.end = come;
                self.decoder = (!ends).then_some(decoder);
                return (come > 0).then_some(());
            }
        }
    }
}

/// With what the decoder holds back, eight codes of twelve bits, or more of fewer…
const PACKED_AT_ONCE: usize = 4;
/// …each of which stands for 4096 pixels at most.
const MAX_UNPACKED: usize = 16 * 4096;
