//! The pixels of a frame, line by line from its top, also where they are interlaced; nothing is kept of them.

use std::io::BufRead;

use weezl::BitOrder;
use weezl::decode::{Configuration, Decoder};

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
            decoder,
        }
    }

    /// Unpacks a whole line; none, for ever, where it is not there.
    fn fill(&mut self, line: &mut [u8]) -> Option<()> {
        let decoder = self.decoder.as_mut()?;
        let mut come = 0;
        while come < line.len() {
            let packed = self.data.fill_buf().unwrap_or_default();
            let result = decoder.decode_bytes(packed, &mut line[come..]);
            let is_stuck = result.consumed_in == 0 && result.consumed_out == 0;
            self.data.consume(result.consumed_in);
            come += result.consumed_out;
            // At the end of the data there may still be a run that goes over several lines.
            if (result.status.is_err() || is_stuck) && come < line.len() {
                self.decoder = None;
                return None;
            }
        }
        Some(())
    }
}
