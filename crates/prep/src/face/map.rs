//! What the network computes with: maps of channels, and the weights of its two kinds of convolutions, all in lanes of sixteen.

/// Sixteen channels.
pub(super) type Lanes = [i16; 16];

/// Returns how many lanes hold the channels.
pub(super) fn lanes(channels: usize) -> usize {
    channels.div_ceil(16)
}

/// Both weights of a pair of inputs for each output of a lane.
pub(super) type Pair = [[i16; 2]; 16];

/// A convolution of all channels of a pixel into each.
///
/// An output is `start + Σ input · weight`, moved right by `shift`. The sizes of an output's weights add up to 2¹⁵ at most, and its
/// start lies within ±2³⁰, so no sum of 16-bit inputs overflows 32 bits.
pub(super) struct Pointwise {
    /// For each lane of outputs all pairs of inputs.
    pub(super) weights: Vec<Pair>,
    /// What sums start with: the bias, and a half for rounding.
    pub(super) starts: Vec<[i32; 16]>,
    pub(super) shifts: Vec<[i32; 16]>,
    /// Results below this become this: zero for a ReLU.
    pub(super) floor: i16,
}

/// A convolution of three by three pixels of every channel by itself, by weights of 15 fractional bits.
pub(super) struct Depthwise {
    /// For each position of the kernel the lanes of all channels.
    pub(super) weights: Vec<Lanes>,
    pub(super) biases: Vec<Lanes>,
    /// Results below this become this: zero for a ReLU.
    pub(super) floor: i16,
}

/// A map of pixels, each in lanes of channels: zeros fill the last lane up, and a border of zero pixels spares the convolutions a
/// test for the edge.
#[derive(Clone, Default)]
pub(super) struct Map {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Lanes of a pixel.
    pub(super) lanes: usize,
    values: Vec<Lanes>,
}

impl Map {
    /// Becomes a map of this size. The border is zero; the rest holds old values, to be overwritten.
    pub(super) fn reshape(&mut self, width: usize, height: usize, lanes: usize) {
        (self.width, self.height, self.lanes) = (width, height, lanes);
        let stride = self.stride();
        let (last, end) = ((height + 1) * stride, (height + 2) * stride);
        // What is beyond the end stays, for a larger map to come.
        if self.values.len() < end {
            self.values.resize(end, [0; 16]);
        }
        self.values[..stride].fill([0; 16]);
        self.values[last..end].fill([0; 16]);
        for row in self.values[stride..last].chunks_exact_mut(stride) {
            row[..lanes].fill([0; 16]);
            row[stride - lanes..].fill([0; 16]);
        }
    }

    /// Lanes from row to row.
    pub(super) fn stride(&self) -> usize {
        (self.width + 2) * self.lanes
    }

    /// A row with its border, counted from the border above.
    pub(super) fn bordered(&self, y: usize) -> &[Lanes] {
        let stride = self.stride();
        &self.values[y * stride..][..stride]
    }

    /// A row without its border.
    pub(super) fn row(&self, y: usize) -> &[Lanes] {
        &self.values[(y + 1) * self.stride() + self.lanes..][..self.width * self.lanes]
    }

    /// A row without its border.
    pub(super) fn row_mut(&mut self, y: usize) -> &mut [Lanes] {
        let start = (y + 1) * self.stride() + self.lanes;
        &mut self.values[start..][..self.width * self.lanes]
    }
}

/// The last three rows of a map that is used row by row, which stay in the cache.
#[derive(Default)]
pub(super) struct Ring {
    rows: Map,
    height: usize,
}

impl Ring {
    /// Becomes the ring of a map of this size.
    pub(super) fn reshape(&mut self, width: usize, height: usize, lanes: usize) {
        self.rows.reshape(width, 3, lanes);
        self.height = height;
    }

    pub(super) fn width(&self) -> usize {
        self.rows.width
    }

    pub(super) fn height(&self) -> usize {
        self.height
    }

    /// A row of the map without its border; it replaces the third before it.
    pub(super) fn row_mut(&mut self, y: usize) -> &mut [Lanes] {
        self.rows.row_mut(y % 3)
    }

    /// A row of the map and its neighbors, with their border.
    pub(super) fn rows_around(&self, y: usize) -> [&[Lanes]; 3] {
        let row = |y: usize| self.rows.bordered(y % 3 + 1);
        let border = self.rows.bordered(0);
        [
            y.checked_sub(1).map_or(border, row),
            row(y),
            if y + 1 < self.height {
                row(y + 1)
            } else {
                border
            },
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_has_each_row_s_neighbors_and_zeros_beyond_the_edge() {
        let mut ring = Ring::default();
        ring.reshape(2, 5, 1);
        let mut seen = Vec::new();

        for y in 0..=5 {
            if y < 5 {
                ring.row_mut(y).fill([y as i16 + 1; 16]);
            }
            if y > 0 {
                let rows = ring.rows_around(y - 1);
                assert!(
                    rows.iter()
                        .all(|row| row[0] == [0; 16] && row[3] == [0; 16])
                );
                seen.push(rows.map(|row| row[1][0]));
            }
        }

        let expected = [[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 0]];
        assert_eq!(seen, expected);
    }
}
