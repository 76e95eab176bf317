//! What the network computes with: maps of channels, and a convolution's weights, both in lanes of eight.

/// Eight channels.
pub(super) type Lanes = [f32; 8];

/// Returns how many lanes hold the channels.
pub(super) fn lanes(channels: usize) -> usize {
    channels.div_ceil(8)
}

/// A convolution's weights: for each position of the kernel and each input the lanes of all outputs; if the kernel is one pixel,
/// for each lane of outputs all inputs.
pub(super) struct Convolution {
    pub(super) weights: Vec<Lanes>,
    pub(super) biases: Vec<Lanes>,
}

/// A map of pixels, each in lanes of channels: zeros fill the last lane up, and a border of zero pixels spares the convolutions a
/// test for the edge.
#[derive(Clone, Default)]
pub(super) struct Map {
    pub(super) side: usize,
    /// Lanes of a pixel.
    pub(super) lanes: usize,
    pub(super) values: Vec<Lanes>,
}

impl Map {
    /// Becomes a map of this size. The border is zero; the rest holds old values, to be overwritten.
    pub(super) fn reshape(&mut self, side: usize, lanes: usize) {
        let is_as_before = (self.side, self.lanes) == (side, lanes) && !self.values.is_empty();
        (self.side, self.lanes) = (side, lanes);
        if !is_as_before {
            self.values.clear();
            self.values.resize((side + 2) * self.stride(), [0.0; 8]);
        }
    }

    /// Lanes from row to row.
    pub(super) fn stride(&self) -> usize {
        (self.side + 2) * self.lanes
    }

    /// Where a pixel begins; the border's first is −1.
    fn at(&self, x: isize, y: isize) -> usize {
        (y + 1) as usize * self.stride() + (x + 1) as usize * self.lanes
    }

    /// The values from a pixel on.
    pub(super) fn from(&self, x: isize, y: isize) -> &[Lanes] {
        &self.values[self.at(x, y)..]
    }

    /// A row without its border.
    pub(super) fn row_mut(&mut self, y: usize) -> &mut [Lanes] {
        let start = self.at(0, y as isize);
        &mut self.values[start..start + self.side * self.lanes]
    }

    /// The pixel of a cell.
    pub(super) fn cell(&self, cell: usize) -> &[Lanes] {
        let (x, y) = (cell % self.side, cell / self.side);
        &self.from(x as isize, y as isize)[..self.lanes]
    }
}
