//! The part of what was decoded that becomes the picture.

/// A part of what was decoded.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub(super) x: usize,
    pub(super) y: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Window {
    /// The part of rows of `stride` pixels of `N` bytes; copied to `part` unless it is all of them.
    pub(super) fn of<'a, const N: usize>(
        self,
        pixels: &'a [u8],
        stride: usize,
        part: &'a mut Vec<u8>,
    ) -> &'a [u8] {
        if self.width == stride && self.height * stride * N == pixels.len() {
            return pixels;
        }
        part.clear();
        for row in pixels
            .chunks_exact(stride * N)
            .skip(self.y)
            .take(self.height)
        {
            part.extend_from_slice(&row[self.x * N..(self.x + self.width) * N]);
        }
        part
    }
}
