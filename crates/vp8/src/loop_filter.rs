//! The loop filter (RFC 6386, 15): smooths the edges of blocks.

use crate::header::FilterHeader;
use crate::picture::{Picture, Samples};

/// How a macroblock is filtered.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Smoothing {
    /// 0…63; zero is not at all.
    pub(crate) level: i32,
    /// Whether the edges between its blocks are filtered, too.
    pub(crate) is_inner: bool,
}

/// The lines across an edge: the first sample behind it, how far apart samples are across and along it, and how many there
/// are.
#[derive(Clone, Copy)]
struct Edge {
    first: usize,
    across: usize,
    along: usize,
    count: usize,
}

/// How different samples may be for an edge to be filtered.
#[derive(Clone, Copy)]
struct Limits {
    edge: i32,
    interior: i32,
    /// Above this, the edge is in the picture.
    high_variance: i32,
}

/// What is done with the samples of a line.
#[derive(Clone, Copy)]
enum Kind {
    Simple,
    /// Between blocks of a macroblock.
    Block,
    /// Between macroblocks.
    Macroblock,
}

/// Filters a picture whose macroblocks are smoothed as `smoothing` says, row by row.
pub(crate) fn apply(picture: &mut Picture, header: FilterHeader, smoothing: &[Smoothing]) {
    let [columns, _] = picture.header().macroblocks();
    for (index, smoothing) in smoothing
        .iter()
        .enumerate()
        .filter(|(_, smoothing)| smoothing.level > 0)
    {
        let place = [index % columns, index / columns];
        let limits = Limits::new(smoothing.level, header.sharpness);
        let kinds = match header.is_simple {
            true => [Kind::Simple; 2],
            false => [Kind::Macroblock, Kind::Block],
        };
        filter_macroblock::<16>(&mut picture.luma, place, limits, kinds, smoothing.is_inner);
        if !header.is_simple {
            for samples in &mut picture.chroma {
                filter_macroblock::<8>(samples, place, limits, kinds, smoothing.is_inner);
            }
        }
    }
}

impl Limits {
    /// The limits within a macroblock (15.2, 15.4).
    fn new(level: i32, sharpness: i32) -> Self {
        let interior = match sharpness {
            0 => level,
            1..=4 => (level >> 1).min(9 - sharpness),
            _ => (level >> 2).min(9 - sharpness),
        };
        let interior = interior.max(1);
        Self {
            edge: 2 * level + interior,
            interior,
            high_variance: match level {
                40.. => 2,
                15.. => 1,
                _ => 0,
            },
        }
    }

    /// Those between macroblocks.
    fn of_macroblocks(self) -> Self {
        Self {
            edge: self.edge + 4,
            ..self
        }
    }
}

/// Filters the edges to the left and above, if there is anything beyond them, and those inside.
fn filter_macroblock<const SIDE: usize>(
    samples: &mut Samples,
    [column, row]: [usize; 2],
    limits: Limits,
    [outer, inner]: [Kind; 2],
    is_inner: bool,
) {
    let stride = samples.stride;
    let first = row * SIDE * stride + column * SIDE;
    let directions = [(column, 1, stride), (row, stride, 1)];
    for (beyond, across, along) in directions {
        let edge = |place: usize| Edge {
            first: first + place * across,
            across,
            along,
            count: SIDE,
        };
        if beyond > 0 {
            filter(&mut samples.values, edge(0), limits.of_macroblocks(), outer);
        }
        if is_inner {
            for place in (4..SIDE).step_by(4) {
                filter(&mut samples.values, edge(place), limits, inner);
            }
        }
    }
}

fn filter(samples: &mut [u8], edge: Edge, limits: Limits, kind: Kind) {
    for line in 0..edge.count {
        let at = edge.first + line * edge.along;
        match kind {
            Kind::Simple => filter_simple(samples, at, edge.across, limits),
            Kind::Block => filter_line(samples, at, edge.across, limits, smooth_block),
            Kind::Macroblock => filter_line(samples, at, edge.across, limits, smooth_macroblock),
        }
    }
}

/// The simple filter (15.2).
fn filter_simple(samples: &mut [u8], at: usize, across: usize, limits: Limits) {
    let mut line: [i32; 4] =
        std::array::from_fn(|index| samples[at + index * across - 2 * across].into());
    let [p1, p0, q0, q1] = line;
    if 4 * (p0 - q0).abs() + (p1 - q1).abs() <= 2 * limits.edge + 1 {
        smooth_two(&mut line);
        samples[at - across] = line[1] as u8;
        samples[at] = line[2] as u8;
    }
}

/// The normal filter (15.3): where the edge is one of blocks rather than of the picture.
#[inline(always)]
fn filter_line(
    samples: &mut [u8],
    at: usize,
    across: usize,
    limits: Limits,
    smooth: impl Fn(&mut [i32; 8]),
) {
    let first = at - 4 * across;
    let mut line: [i32; 8] = std::array::from_fn(|index| samples[first + index * across].into());
    let [p3, p2, p1, p0, q0, q1, q2, q3] = line;
    let is_smooth = [p3 - p2, p2 - p1, p1 - p0, q3 - q2, q2 - q1, q1 - q0]
        .iter()
        .all(|step| step.abs() <= limits.interior);
    if 4 * (p0 - q0).abs() + (p1 - q1).abs() > 2 * limits.edge + 1 || !is_smooth {
        return;
    }
    if (p1 - p0).abs() > limits.high_variance || (q1 - q0).abs() > limits.high_variance {
        let mut inner = [p1, p0, q0, q1];
        smooth_two(&mut inner);
        line[3] = inner[1];
        line[4] = inner[2];
    } else {
        smooth(&mut line);
    }
    for (index, sample) in line.iter().enumerate() {
        samples[first + index * across] = *sample as u8;
    }
}

/// Clamps to what a signed byte holds.
fn signed(value: i32) -> i32 {
    value.clamp(-128, 127)
}

/// Clamps to what a sample can be.
fn sample(value: i32) -> i32 {
    value.clamp(0, 255)
}

/// Moves the two samples at the edge towards each other.
fn smooth_two(line: &mut [i32; 4]) {
    let [p1, p0, q0, q1] = *line;
    let step = signed(3 * (q0 - p0) + signed(p1 - q1));
    line[1] = sample(p0 + (signed(step + 3) >> 3));
    line[2] = sample(q0 - (signed(step + 4) >> 3));
}

/// Moves two samples on each side.
fn smooth_block(line: &mut [i32; 8]) {
    let [_, _, p1, p0, q0, q1, _, _] = *line;
    let step = signed(3 * (q0 - p0));
    let (up, down) = (signed(step + 4) >> 3, signed(step + 3) >> 3);
    let outer = (up + 1) >> 1;
    line[2] = sample(p1 + outer);
    line[3] = sample(p0 + down);
    line[4] = sample(q0 - up);
    line[5] = sample(q1 - outer);
}

/// Moves three samples on each side.
fn smooth_macroblock(line: &mut [i32; 8]) {
    let [_, p2, p1, p0, q0, q1, q2, _] = *line;
    let step = signed(3 * (q0 - p0) + signed(p1 - q1));
    let [near, next, far] = [27, 18, 9].map(|weight| (weight * step + 63) >> 7);
    line[1] = sample(p2 + far);
    line[2] = sample(p1 + next);
    line[3] = sample(p0 + near);
    line[4] = sample(q0 - near);
    line[5] = sample(q1 - next);
    line[6] = sample(q2 - far);
}
