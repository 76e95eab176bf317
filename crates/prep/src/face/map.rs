//! What the network computes with: maps of channels, and a convolution's weights, both in lanes of eight.

/// Eight channels.
pub(super) type Lanes = [f32; 8];

/// Returns how many lanes hold the channels.
pub(super) fn lanes(channels: usize) -> usize {
    channels.div_ceil(8)
}

/// A convolution's weights: for each position of the kernel the lanes of all channels; if the kernel is one pixel, for each lane
/// of outputs all inputs.
pub(super) struct Convolution {
    pub(super) weights: Vec<Lanes>,
    pub(super) biases: Vec<Lanes>,
    /// Results below this become this: zero for a ReLU.
    pub(super) floor: f32,
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
            self.values.resize(end, [0.0; 8]);
        }
        self.values[..stride].fill([0.0; 8]);
        self.values[last..end].fill([0.0; 8]);
        for row in self.values[stride..last].chunks_exact_mut(stride) {
            row[..lanes].fill([0.0; 8]);
            row[stride - lanes..].fill([0.0; 8]);
        }
    }

    /// Lanes from row to row.
    pub(super) fn stride(&self) -> usize {
        (self.width + 2) * self.lanes
    }

    /// Three rows with their border, of which `y` is the middle one.
    pub(super) fn rows_around(&self, y: usize) -> &[Lanes] {
        let stride = self.stride();
        &self.values[y * stride..][..3 * stride]
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
