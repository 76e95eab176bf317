//! Sample adaptive offset (8.7.3).

use crate::blocks::{Blocks, UNFILTERED};
use crate::picture::{Picture, Plane};
use crate::pps::Pps;
use crate::sao_offsets::{Sao, Shape};
use crate::sps::Sps;
use crate::tiles::Tiles;

/// The filter of a picture, from the top to the bottom.
pub(crate) struct Filter {
    /// Of each component.
    deblocked: Vec<Deblocked>,
}

impl Filter {
    pub(crate) fn new(picture: &Picture, sps: &Sps) -> Self {
        let planes = picture.planes.iter().enumerate();
        let deblocked = planes.map(|(component, plane)| {
            let [_, vertical] = sps.chroma.halvings(component);
            Deblocked::new(plane, (sps.ctb_size() >> vertical) as usize)
        });
        Self {
            deblocked: deblocked.collect(),
        }
    }

    /// Filters the next row of coding tree blocks, which was deblocked with the row below it.
    pub(crate) fn filter_row(
        &mut self,
        picture: &mut Picture,
        blocks: &Blocks,
        (sps, pps): (&Sps, &Pps),
        tiles: &Tiles,
        row: u32,
    ) {
        let may_be_unfiltered =
            pps.transquant_bypass || sps.pcm.is_some_and(|pcm| pcm.loop_filter_disabled);
        let planes = picture.planes.iter_mut().zip(&mut self.deblocked);
        for (component, (plane, deblocked)) in planes.enumerate() {
            let halvings = sps.chroma.halvings(component);
            deblocked.load(plane);
            for column in 0..tiles.columns {
                let address = row * tiles.columns + column;
                let sao = &blocks.sao(address)[component];
                if sao.shape == Shape::None {
                    continue;
                }
                let ctb = Ctb {
                    x: ((column << sps.log2_ctb) >> halvings[0]) as usize,
                    width: (sps.ctb_size() >> halvings[0]) as usize,
                    sees: sees(blocks, pps, tiles, address),
                };
                deblocked.filter(plane, sao, &ctb);
                if may_be_unfiltered {
                    let luma = [column, row].map(|at| at << sps.log2_ctb);
                    restore(deblocked, plane, (sps, blocks), luma, halvings);
                }
            }
            deblocked.advance();
        }
    }
}

/// A coding tree block of one component.
struct Ctb {
    x: usize,
    width: usize,
    /// Whether samples of each block around it may be read, by row and column.
    sees: [[bool; 3]; 3],
}

/// Which blocks around a coding tree block may be read.
fn sees(blocks: &Blocks, pps: &Pps, tiles: &Tiles, address: u32) -> [[bool; 3]; 3] {
    let (column, row) = (address % tiles.columns, address / tiles.columns);
    let rows = tiles.count() / tiles.columns;
    let across_tiles = pps.tiles.as_ref().is_none_or(|tiles| tiles.filter_across);
    std::array::from_fn(|dy| {
        std::array::from_fn(|dx| {
            let (Some(x), Some(y)) = (
                (column + dx as u32).checked_sub(1),
                (row + dy as u32).checked_sub(1),
            ) else {
                return false;
            };
            if x >= tiles.columns || y >= rows {
                return false;
            }
            let other = y * tiles.columns + x;
            let [Some(here), Some(there)] = [address, other].map(|at| blocks.slice(at)) else {
                return false;
            };
            // Of two slices, the later one says whether filters cross their border.
            let is_later = tiles.decoding_order(other) > tiles.decoding_order(address);
            let later = if is_later { there } else { here };
            (here.address == there.address || later.filter_across)
                && (across_tiles || tiles.id(address) == tiles.id(other))
        })
    })
}

/// The samples of a row of coding tree blocks as they were deblocked, with the row above and below.
struct Deblocked {
    samples: Vec<u16>,
    stride: usize,
    /// Of a coding tree block.
    height: usize,
    /// The first row of the present blocks.
    y: usize,
}

impl Deblocked {
    fn new(plane: &Plane, height: usize) -> Self {
        Self {
            samples: vec![0; (height + 2) * plane.width],
            stride: plane.width,
            height,
            y: 0,
        }
    }

    /// Copies the present rows, and the one below; that above is there already.
    fn load(&mut self, plane: &Plane) {
        let count = (self.height + 1).min(plane.height - self.y) * self.stride;
        let rows = &plane.samples_at(0, self.y)[..count];
        self.samples[self.stride..][..count].copy_from_slice(rows);
    }

    /// Goes on to the next row of blocks.
    fn advance(&mut self) {
        let last = self.height * self.stride;
        self.samples.copy_within(last..last + self.stride, 0);
        self.y += self.height;
    }

    /// The row at `y`, counted from the row above.
    fn row(&self, y: usize) -> &[u16] {
        &self.samples[y * self.stride..][..self.stride]
    }

    fn filter(&self, plane: &mut Plane, sao: &Sao, ctb: &Ctb) {
        let depth = plane.depth;
        let largest = (1 << depth) - 1;
        let end = (ctb.x + ctb.width).min(plane.width);
        // A block that the picture's side cuts off has nothing beyond it, which `sees` knows.
        let rows = self.height.min(plane.height - self.y);
        for y in 0..rows {
            let to = &mut plane.samples_at_mut(0, self.y + y)[ctb.x..end];
            match sao.shape {
                Shape::None => {}
                Shape::Band(first) => {
                    add_bands(to, sao, first, depth);
                }
                Shape::Edge(class) => {
                    let is_last = y + 1 == rows;
                    let vertical = [usize::from(y > 0), 1, 1 + usize::from(is_last)];
                    self.add_edges(to, (sao, largest), (y, class), ctb, vertical);
                }
            }
        }
    }

    /// A row of `SaoTypeIdx` 2; `bands` are the rows of blocks in which the rows above, here and below lie.
    fn add_edges(
        &self,
        to: &mut [u16],
        (sao, largest): (&Sao, i32),
        (y, class): (usize, u8),
        ctb: &Ctb,
        bands: [usize; 3],
    ) {
        // hPos and vPos of the first neighbor; the second lies opposite.
        let [dx, dy] = [[-1, 0], [0, -1], [-1, -1], [1, -1]][usize::from(class & 3)];
        let here = self.row(y + 1);
        let (above, below) = match dy {
            0 => (here, here),
            _ => (self.row(y), self.row(y + 2)),
        };
        let band_of = |dy: i32| bands[(dy + 1) as usize];
        // By edgeIdx as it is counted before the exchange of 8.7.3.2.
        let [first, second, third, fourth] = sao.offsets.map(i32::from);
        let offsets = [first, second, 0, third, fourth];
        let count = to.len();
        for (at, to) in to.iter_mut().enumerate() {
            let column_of = |dx: i32| match (at, dx) {
                (0, -1) => 0,
                (at, 1) if at + 1 == count => 2,
                _ => 1,
            };
            let is_border = at == 0 || at + 1 == count || bands != [1; 3];
            if is_border {
                let sees = |dx: i32, dy: i32| ctb.sees[band_of(dy)][column_of(dx)];
                if !sees(dx, dy) || !sees(-dx, -dy) {
                    continue;
                }
            }
            let x = ctb.x + at;
            let sample = i32::from(here[x]);
            let a = i32::from(above[x.wrapping_add_signed(dx as isize)]);
            let b = i32::from(below[x.wrapping_add_signed(-dx as isize)]);
            let index = 2 + (sample - a).signum() + (sample - b).signum();
            *to = (sample + offsets[index as usize]).clamp(0, largest) as u16;
        }
    }
}

/// A row of `SaoTypeIdx` 1.
fn add_bands(to: &mut [u16], sao: &Sao, first: u8, depth: u32) {
    let mut bands = [0_i32; 32];
    for (at, &offset) in sao.offsets.iter().enumerate() {
        bands[(usize::from(first) + at) & 31] = offset.into();
    }
    for sample in to {
        let offset = bands[usize::from(*sample >> (depth - 5)) & 31];
        *sample = (i32::from(*sample) + offset).clamp(0, (1 << depth) - 1) as u16;
    }
}

/// Puts back the samples of units that filters do not change.
fn restore(
    deblocked: &Deblocked,
    plane: &mut Plane,
    (sps, blocks): (&Sps, &Blocks),
    [left, top]: [u32; 2],
    [horizontal, vertical]: [u32; 2],
) {
    const UNIT: usize = 4;
    let right = (left + sps.ctb_size()).min(sps.width);
    let bottom = (top + sps.ctb_size()).min(sps.height);
    for y in (top..bottom).step_by(UNIT) {
        for x in (left..right).step_by(UNIT) {
            if blocks.flags.at(x, y) & UNFILTERED == 0 {
                continue;
            }
            let (x, y) = ((x >> horizontal) as usize, (y >> vertical) as usize);
            for row in y..y + (UNIT >> vertical) {
                let columns = x..x + (UNIT >> horizontal);
                let from = &deblocked.row(row - deblocked.y + 1)[columns.clone()];
                plane.samples_at_mut(0, row)[columns].copy_from_slice(from);
            }
        }
    }
}
