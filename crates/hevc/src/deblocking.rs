//! The deblocking filter (8.7.2): smooths the edges of transform blocks.
//!
//! In an intra picture every edge has the boundary strength 2.

use std::ops::Range;

use crate::blocks::{Blocks, HORIZONTAL_EDGE, UNFILTERED, VERTICAL_EDGE};
use crate::picture::Picture;
use crate::pps::Pps;
use crate::qp::chroma_qp;
use crate::sps::Sps;

/// Filters the edges of a row of coding tree blocks, that of its upper side included: the vertical ones, then the horizontal ones.
///
/// The row above was filtered before. Of it the last three rows of luma are changed, and the last one of chroma.
pub(crate) fn filter(picture: &mut Picture, blocks: &Blocks, (sps, pps): (&Sps, &Pps), row: u32) {
    let top = row << sps.log2_ctb;
    let rows = top..(top + sps.ctb_size()).min(sps.height);
    for direction in [Direction::Vertical, Direction::Horizontal] {
        let edges = Edges {
            direction,
            blocks,
            sps,
            pps,
        };
        for component in 0..picture.planes.len() {
            edges.filter(picture, component, rows.clone());
        }
    }
}

/// How edges run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Vertical,
    Horizontal,
}

/// The edges of one direction.
struct Edges<'a> {
    direction: Direction,
    blocks: &'a Blocks,
    sps: &'a Sps,
    pps: &'a Pps,
}

/// The samples across an edge, and what limits their change.
struct Segment<'a> {
    samples: &'a mut [u16],
    /// The first sample after the edge.
    first: usize,
    /// From a sample to the next one across the edge.
    across: usize,
    /// From a line across the edge to the next.
    along: usize,
    lines: usize,
    tc: i32,
    largest: i32,
    /// Whether the samples before and after the edge may change.
    changes: [bool; 2],
}

impl Edges<'_> {
    fn filter(&self, picture: &mut Picture, component: usize, rows: Range<u32>) {
        /// The grid of edges, in samples of the component.
        const GRID: u32 = 8;
        const UNIT: u32 = 4;
        let [horizontal, vertical] = self.sps.chroma.halvings(component);
        let (flag, steps) = match self.direction {
            Direction::Vertical => (VERTICAL_EDGE, [GRID << horizontal, UNIT]),
            Direction::Horizontal => (HORIZONTAL_EDGE, [UNIT, GRID << vertical]),
        };
        for y in rows.step_by(steps[1] as usize) {
            for x in (0..self.sps.width).step_by(steps[0] as usize) {
                if self.blocks.flags.at(x, y) & flag != 0 {
                    self.filter_segment(picture, component, [x, y]);
                }
            }
        }
    }

    /// Filters the part of an edge that begins at a unit, in luma samples.
    fn filter_segment(&self, picture: &mut Picture, component: usize, [x, y]: [u32; 2]) {
        let [before_x, before_y] = match self.direction {
            Direction::Vertical => [x - 1, y],
            Direction::Horizontal => [x, y - 1],
        };
        let units = &self.blocks;
        let qps = [units.qps.at(before_x, before_y), units.qps.at(x, y)].map(i32::from);
        let mean = (qps[0] + qps[1] + 1) >> 1;
        let ctb = (y >> self.sps.log2_ctb) * self.sps.ctbs()[0] + (x >> self.sps.log2_ctb);
        let Some(slice) = units.slice(ctb) else {
            return;
        };
        let qp = match component.checked_sub(1) {
            None => mean,
            Some(chroma) => chroma_qp(mean + self.pps.qp_offsets[chroma], self.sps.chroma),
        };
        let depth = self.sps.depth(component);
        let tc_index = (qp + 2 + slice.deblocking.tc_offset).clamp(0, 53) as usize;
        let changes = [units.flags.at(before_x, before_y), units.flags.at(x, y)]
            .map(|flags| flags & UNFILTERED == 0);
        let [horizontal, vertical] = self.sps.chroma.halvings(component);
        let plane = &mut picture.planes[component];
        let stride = plane.width;
        let (across, along, lines) = match self.direction {
            Direction::Vertical => (1, stride, 4 >> vertical),
            Direction::Horizontal => (stride, 1, 4 >> horizontal),
        };
        let segment = Segment {
            first: plane
                .samples
                .index((x >> horizontal) as usize, (y >> vertical) as usize),
            samples: plane.samples.values_mut(),
            across,
            along,
            lines,
            tc: i32::from(TC[tc_index]) << (depth - 8),
            largest: (1 << depth) - 1,
            changes,
        };
        if component > 0 {
            return segment.filter_chroma();
        }
        let beta_index = (mean + slice.deblocking.beta_offset).clamp(0, 51) as usize;
        segment.filter_luma(i32::from(BETA[beta_index]) << (depth - 8));
    }
}

impl Segment<'_> {
    /// `p0` to `p3` and `q0` to `q3` of a line.
    fn line(&self, line: usize) -> [[i32; 4]; 2] {
        let first = self.first + line * self.along;
        let p = [1, 2, 3, 4].map(|at| self.samples[first - at * self.across].into());
        let q = [0, 1, 2, 3].map(|at| self.samples[first + at * self.across].into());
        [p, q]
    }

    /// Writes the samples of both sides that are nearest to the edge.
    fn write(&mut self, line: usize, p: &[i32], q: &[i32]) {
        let first = self.first + line * self.along;
        if self.changes[0] {
            for (at, &value) in p.iter().enumerate() {
                self.samples[first - (at + 1) * self.across] = value as u16;
            }
        }
        if self.changes[1] {
            for (at, &value) in q.iter().enumerate() {
                self.samples[first + at * self.across] = value as u16;
            }
        }
    }

    /// Decisions (8.7.2.5.3, 8.7.2.5.6) and filtering of four lines of luma.
    fn filter_luma(mut self, beta: i32) {
        let curvature = |side: [i32; 4]| (side[2] - 2 * side[1] + side[0]).abs();
        let [first, last] = [self.line(0), self.line(3)];
        let [first_d, last_d] = [first, last].map(|sides| sides.map(curvature));
        if first_d[0] + first_d[1] + last_d[0] + last_d[1] >= beta {
            return;
        }
        let tc = self.tc;
        let is_flat = |[p, q]: [[i32; 4]; 2], d: [i32; 2]| {
            2 * (d[0] + d[1]) < beta >> 2
                && (p[3] - p[0]).abs() + (q[0] - q[3]).abs() < beta >> 3
                && (p[0] - q[0]).abs() < (5 * tc + 1) >> 1
        };
        if is_flat(first, first_d) && is_flat(last, last_d) {
            for line in 0..4 {
                let [p, q] = self.line(line);
                self.write(line, &strong(p, q, tc), &strong(q, p, tc));
            }
            return;
        }
        let side_limit = (beta + (beta >> 1)) >> 3;
        let reaches = [0, 1].map(|side| first_d[side] + last_d[side] < side_limit);
        for line in 0..4 {
            self.filter_weakly(line, reaches);
        }
    }

    /// The normal filter (8.7.2.5.7).
    fn filter_weakly(&mut self, line: usize, reaches: [bool; 2]) {
        let (tc, largest) = (self.tc, self.largest);
        let [p, q] = self.line(line);
        let delta = (9 * (q[0] - p[0]) - 3 * (q[1] - p[1]) + 8) >> 4;
        if delta.abs() >= tc * 10 {
            return;
        }
        let delta = delta.clamp(-tc, tc);
        let second = |side: [i32; 4], delta: i32| {
            let limit = tc >> 1;
            let change = (((side[2] + side[0] + 1) >> 1) - side[1] + delta) >> 1;
            (side[1] + change.clamp(-limit, limit)).clamp(0, largest)
        };
        let new_p = [(p[0] + delta).clamp(0, largest), second(p, delta)];
        let new_q = [(q[0] - delta).clamp(0, largest), second(q, -delta)];
        let counts = reaches.map(|reaches| 1 + usize::from(reaches));
        self.write(line, &new_p[..counts[0]], &new_q[..counts[1]]);
    }

    /// 8.7.2.5.8.
    fn filter_chroma(mut self) {
        for line in 0..self.lines {
            let first = self.first + line * self.along;
            let at = |place: usize| i32::from(self.samples[place]);
            let p = [1, 2].map(|back| at(first - back * self.across));
            let q = [0, 1].map(|forth| at(first + forth * self.across));
            let delta = (((q[0] - p[0]) << 2) + p[1] - q[1] + 4) >> 3;
            let delta = delta.clamp(-self.tc, self.tc);
            let new = [p[0] + delta, q[0] - delta].map(|value| value.clamp(0, self.largest));
            self.write(line, &new[..1], &new[1..]);
        }
    }
}

/// The strong filter of one side (8.7.2.5.7).
fn strong(near: [i32; 4], far: [i32; 4], tc: i32) -> [i32; 3] {
    let new = [
        (near[2] + 2 * near[1] + 2 * near[0] + 2 * far[0] + far[1] + 4) >> 3,
        (near[2] + near[1] + near[0] + far[0] + 2) >> 2,
        (2 * near[3] + 3 * near[2] + near[1] + near[0] + far[0] + 4) >> 3,
    ];
    std::array::from_fn(|at| new[at].clamp(near[at] - 2 * tc, near[at] + 2 * tc))
}

/// `tC′` (table 8-12).
static TC: [u8; 54] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3,
    3, 3, 3, 4, 4, 4, 5, 5, 6, 6, 7, 8, 9, 10, 11, 13, 14, 16, 18, 20, 22, 24,
];

/// `β′` (table 8-12).
static BETA: [u8; 52] = [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
    20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62, 64,
];
