//! Interlaced photos (ISO/IEC 15948, 8.2): row by row, also where each row has pixels of several passes.

use png::Reader;

use super::reader::{decoder, malformed, missing_pixels};
use crate::error::Error;
use crate::geometry::Size;
use crate::options::Limits;
use crate::photo::{Photo, Reader as Bytes};

/// The first column and row of each pass, and how far apart its columns and rows are.
const ADAM7: [[u32; 4]; PASSES] = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
];

pub(super) const PASSES: usize = 7;

/// The passes of a photo.
///
/// Each is unpacked on its own, from the start of the data: the work is twice that of unpacking all once, and no more than a
/// row of each is in memory.
pub(super) struct Passes<'a> {
    passes: Vec<Pass<'a>>,
    pixel_bytes: usize,
}

struct Pass<'a> {
    place: [u32; 4],
    /// None once it has failed.
    reader: Option<Reader<Bytes<'a>>>,
    /// How many rows of this and the passes before it have come.
    come: u32,
    /// How many rows come before its own.
    before: u32,
}

impl<'a> Passes<'a> {
    /// Those that have pixels.
    pub(super) fn new(
        photo: &'a Photo<'a>,
        size: Size,
        limits: &Limits,
        pixel_bytes: usize,
    ) -> Result<Self, Error> {
        let mut passes = Vec::new();
        let mut before = 0;
        for place in ADAM7 {
            let [column, row, _, apart] = place;
            if column >= size.width || row >= size.height {
                continue;
            }
            let reader = decoder(photo.reader_of_all(), limits).read_info();
            passes.push(Pass {
                place,
                reader: Some(reader.map_err(malformed)?),
                come: 0,
                before,
            });
            before += (size.height - row).div_ceil(apart);
        }
        Ok(Self {
            passes,
            pixel_bytes,
        })
    }

    /// Reads a row of the photo; returns how many rows of the passes had to come for it. Rows are asked for from the top to
    /// the bottom.
    pub(super) fn read(&mut self, y: u32, row: &mut [u8]) -> Result<u32, Error> {
        let mut whole_with = 0;
        for pass in &mut self.passes {
            let [first_column, first_row, columns_apart, rows_apart] = pass.place;
            let Some(down) = y.checked_sub(first_row) else {
                continue;
            };
            if !down.is_multiple_of(rows_apart) {
                continue;
            }
            let with = pass.before + down / rows_apart + 1;
            whole_with = whole_with.max(with);
            let from = pass.read(with)?;
            let (first, apart) = (first_column as usize, columns_apart as usize);
            match self.pixel_bytes {
                1 => put::<1>(from, row, first, apart),
                2 => put::<2>(from, row, first, apart),
                3 => put::<3>(from, row, first, apart),
                4 => put::<4>(from, row, first, apart),
                6 => put::<6>(from, row, first, apart),
                _ => put::<8>(from, row, first, apart),
            }
        }
        Ok(whole_with)
    }
}

impl Pass<'_> {
    /// Reads on to the row with which so many have come.
    fn read(&mut self, with: u32) -> Result<&[u8], Error> {
        let mut reader = self.reader.take().ok_or_else(missing_pixels)?;
        while self.come + 1 < with {
            next_row(&mut reader)?;
            self.come += 1;
        }
        // Where it fails there is no reader any more.
        let reader = self.reader.insert(reader);
        self.come += 1;
        next_row(reader)
    }
}

/// Puts pixels of `N` bytes from a column on, so far apart.
fn put<const N: usize>(from: &[u8], row: &mut [u8], first: usize, apart: usize) {
    let pixels = row.as_chunks_mut::<N>().0[first..].iter_mut();
    for (pixel, from) in pixels.step_by(apart).zip(from.as_chunks::<N>().0) {
        *pixel = *from;
    }
}

fn next_row<'b>(reader: &'b mut Reader<Bytes<'_>>) -> Result<&'b [u8], Error> {
    let row = reader.next_interlaced_row().map_err(malformed)?;
    row.map_or_else(|| Err(missing_pixels()), |row| Ok(row.data()))
}
