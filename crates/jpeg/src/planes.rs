//! Decoded samples, a plane for each component.

/// The samples of one component, row by row.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Plane {
    /// Samples in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width` × `height` samples without gaps.
    pub samples: Vec<u8>,
}

/// The decoded components, in the photo's own color space. Decoding into it again reuses its memory.
#[derive(Clone, Debug, Default)]
pub struct Planes {
    /// Memory for four; only the first `count` are in use.
    planes: [Plane; 4],
    count: usize,
}

impl Planes {
    /// Returns the components in the order of the frame.
    #[must_use]
    pub fn components(&self) -> &[Plane] {
        &self.planes[..self.count]
    }

    /// Takes these widths and heights, one pair for each component; the samples are unspecified.
    pub(crate) fn reshape(&mut self, sizes: impl Iterator<Item = (u32, u32)>) {
        self.count = 0;
        for (plane, (width, height)) in self.planes.iter_mut().zip(sizes) {
            (plane.width, plane.height) = (width, height);
            plane.samples.resize(width as usize * height as usize, 0);
            self.count += 1;
        }
    }

    /// Returns the samples of a component from a row on, and the distance from row to row.
    pub(crate) fn rows_from_mut(&mut self, component: usize, row: usize) -> (&mut [u8], usize) {
        let plane = &mut self.planes[component];
        let width = plane.width as usize;
        (&mut plane.samples[row * width..], width)
    }

    pub(crate) fn row_mut(&mut self, component: usize, row: usize) -> &mut [u8] {
        let plane = &mut self.planes[component];
        let width = plane.width as usize;
        &mut plane.samples[row * width..(row + 1) * width]
    }
}

/// Memory that an earlier photo left behind is not compared.
impl PartialEq for Planes {
    fn eq(&self, other: &Self) -> bool {
        self.components() == other.components()
    }
}

impl Eq for Planes {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_are_equal_whatever_was_in_their_memory_before() {
        let (mut new, mut used) = (Planes::default(), Planes::default());
        used.reshape([(2, 2); 3].into_iter());

        for planes in [&mut new, &mut used] {
            planes.reshape([(1, 1)].into_iter());
        }

        assert_eq!(new, used);
    }
}
