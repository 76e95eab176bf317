//! Two passes over rows: along eight of them at a time, as soon as they wait, then down the reduced rows.

use std::ops::Range;

use simd::Level;

use super::axis::{Axis, Geometry, Weight};

/// How many rows are reduced at a time. A result's weights are the same in each: a register holds as many rows, and no sum runs
/// across it.
pub(super) const ROWS: usize = 8;

/// How many results are made of the same columns, which stay in the fastest cache meanwhile.
const RESULTS: usize = 64;

/// How many sums down the columns are made at a time: lines have room for a multiple of them.
pub(super) const LANES: usize = 32;

/// How many pairs of columns are gathered at a time, at most.
pub(super) const GATHERED: usize = 8;

/// Numbers in which rows are weighted and summed, and the loops over them.
pub(super) trait Numbers {
    /// A sample of a row that waits.
    type Sample: Copy + Default;
    /// A sample that is weighted, before or after the first pass, and its weight.
    type Number: Weight;
    /// A sum of the second pass.
    type Sum: Copy + Default;

    /// The most fractional bits of weights along rows and of those down columns.
    const WEIGHT_BITS: [u32; 2];

    /// Gathers two neighboring pixels of all rows at a time: a column for each of their channels.
    fn gather(
        level: Level,
        rows: Waiting<'_, Self::Sample>,
        channels: usize,
        columns: &mut [Column<Self::Number>],
    );

    /// Sums columns, which begin with the pair `first`, to a sample of all rows for each of the results' channels.
    fn along(
        level: Level,
        columns: &[Column<Self::Number>],
        first: usize,
        axis: &Axis<Self::Number>,
        results: Range<usize>,
        channels: usize,
        reduced: &mut [[Self::Number; ROWS]],
    );

    /// Sums pairs of reduced rows to a line.
    fn down(
        level: Level,
        rows: &[&[[Self::Number; 2]]],
        weights: &[[Self::Number; 2]],
        line: &mut [Self::Sum],
    );
}

/// Two neighboring samples of a channel in all rows, in the order that is best for these numbers.
pub(super) type Column<N> = [N; 2 * ROWS];

/// Rows that wait.
#[derive(Clone, Copy)]
pub(super) struct Waiting<'a, S> {
    /// The samples of all rows, and behind them as many as are read beyond the last one.
    pub(super) samples: &'a [S],
    /// How far rows are apart.
    pub(super) stride: usize,
    /// Where the first pixel begins in each.
    pub(super) start: usize,
}

/// Rows on their way to lines of results.
pub(super) struct Passes<N: Numbers> {
    level: Level,
    channels: usize,
    along: Axis<N::Number>,
    down: Axis<N::Number>,
    /// Room for [`ROWS`] rows, and how many of them wait.
    rows: Vec<N::Sample>,
    row_len: usize,
    stride: usize,
    waiting: usize,
    columns: Vec<Column<N::Number>>,
    reduced: Vec<[N::Number; ROWS]>,
    /// The last reduced rows, in pairs: as many as a line is made of, and those that came with its last one.
    ring: Vec<[N::Number; 2]>,
    line_stride: usize,
    /// How many rows have come, and the first line that is not finished.
    come: u32,
    result: usize,
    line: Vec<N::Sum>,
}

impl<N: Numbers> Passes<N> {
    pub(super) fn new(level: Level) -> Self {
        Self {
            level,
            channels: 1,
            along: Axis::new(),
            down: Axis::new(),
            rows: Vec::new(),
            row_len: 0,
            stride: 0,
            waiting: 0,
            columns: Vec::new(),
            reduced: Vec::new(),
            ring: Vec::new(),
            line_stride: 0,
            come: 0,
            result: 0,
            line: Vec::new(),
        }
    }

    /// New passes that [have begun](Self::begin).
    pub(super) fn begun(level: Level, along: Geometry, down: Geometry, channels: usize) -> Self {
        let mut passes = Self::new(level);
        passes.begin(along, down, channels);
        passes
    }

    /// Begins with the first row of another photo.
    pub(super) fn begin(&mut self, along: Geometry, down: Geometry, channels: usize) {
        let [along_bits, down_bits] = N::WEIGHT_BITS;
        self.along.set_geometry(along, along_bits);
        self.down.set_geometry(down, down_bits);
        self.channels = channels;
        self.row_len = along.needed().len() * channels;
        // Pairs are gathered a few at a time.
        self.stride = self.row_len + (2 * GATHERED + 2) * channels;
        refill(
            &mut self.rows,
            self.stride * ROWS + 2 * GATHERED,
            N::Sample::default(),
        );
        let pairs = self.along.longest_span(RESULTS).next_multiple_of(GATHERED);
        refill(
            &mut self.columns,
            pairs * channels,
            [N::Number::default(); 2 * ROWS],
        );
        refill(
            &mut self.reduced,
            RESULTS * channels,
            [N::Number::default(); ROWS],
        );
        self.line_stride = (self.along.results() * channels).next_multiple_of(LANES);
        let ring = self.ring_pairs() * self.line_stride;
        refill(&mut self.ring, ring, [N::Number::default(); 2]);
        refill(&mut self.line, self.line_stride, N::Sum::default());
        self.waiting = 0;
        self.come = 0;
        self.result = 0;
    }

    /// Returns the room for the next row.
    pub(super) fn room(&mut self) -> &mut [N::Sample] {
        &mut self.rows[self.waiting * self.stride..][..self.row_len]
    }

    /// Copies the last row to the room for the next one.
    pub(super) fn repeat(&mut self) {
        let last = (self.waiting + ROWS - 1) % ROWS * self.stride;
        self.rows
            .copy_within(last..last + self.row_len, self.waiting * self.stride);
    }

    /// Counts the row that is in its room; returns whether there is no room for another one.
    #[must_use]
    pub(super) fn take(&mut self) -> bool {
        self.come += 1;
        self.waiting += 1;
        self.waiting == ROWS
    }

    /// Reduces the rows that wait. Gives the lines that are finished with them, and the fractional bits of their weights.
    pub(super) fn reduce(&mut self, mut on_line: impl FnMut(&mut [N::Sum], u32)) {
        if self.waiting > 0 {
            self.reduce_rows();
            self.waiting = 0;
        }
        let len = self.along.results() * self.channels;
        while self
            .down
            .end(self.result)
            .is_some_and(|end| end <= self.come)
        {
            let (ring, stride) = (&self.ring, self.line_stride);
            let place = |pair| pair % self.ring_pairs() * stride;
            let pairs = self.down.pairs(self.result);
            let rows: Vec<_> = pairs.map(|pair| &ring[place(pair)..][..stride]).collect();
            N::down(
                self.level,
                &rows,
                self.down.weights(self.result),
                &mut self.line,
            );
            on_line(&mut self.line[..len], self.down.fractional_bits());
            self.result += 1;
        }
    }

    /// Reduces all [`ROWS`] rows. Those for which none came are not read again.
    fn reduce_rows(&mut self) {
        let (level, channels) = (self.level, self.channels);
        let first_row = self.come as usize - self.waiting;
        let place = first_row / 2 % self.ring_pairs() * self.line_stride;
        let ring = &mut self.ring[place..][..ROWS / 2 * self.line_stride];
        for first in (0..self.along.results()).step_by(RESULTS) {
            let results = first..(first + RESULTS).min(self.along.results());
            let pairs = self.along.pairs(first).start..self.along.pairs(results.end - 1).end;
            let rows = Waiting {
                samples: &self.rows,
                stride: self.stride,
                start: 2 * pairs.start * channels,
            };
            let count = pairs.len().next_multiple_of(GATHERED) * channels;
            N::gather(level, rows, channels, &mut self.columns[..count]);
            let reduced = &mut self.reduced[..results.len() * channels];
            N::along(
                level,
                &self.columns,
                pairs.start,
                &self.along,
                results,
                channels,
                reduced,
            );
            put(reduced, ring, self.line_stride, first * channels);
        }
    }

    fn ring_pairs(&self) -> usize {
        (self.down.longest() + ROWS / 2).next_multiple_of(ROWS / 2)
    }
}

/// Puts samples of [`ROWS`] rows where they belong in pairs of rows, from the place `start` on.
fn put<N: Copy>(reduced: &[[N; ROWS]], ring: &mut [[N; 2]], stride: usize, start: usize) {
    for (pair, row) in ring.chunks_exact_mut(stride).enumerate() {
        for (place, rows) in row[start..].iter_mut().zip(reduced) {
            *place = [rows[2 * pair], rows[2 * pair + 1]];
        }
    }
}

fn refill<T: Copy>(vec: &mut Vec<T>, len: usize, value: T) {
    vec.clear();
    vec.resize(len, value);
}
