//! The pixels of a frame, line by line from its top, also where they are interlaced; nothing is kept of them.

use std::io::Read;

use super::blocks::{Data, Head};
use crate::photo::{Photo, Reader};
use crate::source::lzw::{self, Lzw};

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

type Indices<'a> = Lzw<Data<Reader<'a>>, lzw::Gif>;

struct Pass<'a> {
    first: u32,
    distance: u32,
    /// None where nothing can be unpacked.
    indices: Option<Indices<'a>>,
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
                indices: unpack(photo.reader_in_steps(head.data..u64::MAX, 16 << 10)),
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
            pass.indices.as_mut()?.read_exact(&mut self.line).ok()?;
            pass.come += 1;
        }
        Some(&self.line)
    }
}

/// The indices of a frame, which begin with the size of a symbol; none where that makes no sense.
fn unpack(mut packed: Reader<'_>) -> Option<Indices<'_>> {
    let symbol_bits = packed.byte().filter(|size| (1..=8).contains(size))?;
    Some(Lzw::new(Data::new(packed), symbol_bits))
}
