//! The colors that were used last (RFC 9649, 3.6.2.3).

/// How many bits an index has, at most.
pub(crate) const MAX_BITS: u32 = 11;

#[derive(Clone, Debug)]
pub(crate) struct ColorCache {
    pub(crate) colors: Box<[u32; 1 << MAX_BITS]>,
    shift: u32,
}

impl ColorCache {
    /// Makes a cache whose index has 1 to 11 bits.
    pub(crate) fn new(bits: u32) -> Self {
        Self {
            colors: Box::new([0; 1 << MAX_BITS]),
            shift: 32 - bits,
        }
    }

    /// How many colors there are.
    pub(crate) fn len(&self) -> usize {
        1 << (32 - self.shift)
    }

    #[inline(always)]
    pub(crate) fn insert(&mut self, pixel: u32) {
        let index = pixel.wrapping_mul(0x1E35_A7BD) >> self.shift;
        // The mask changes nothing: it spares a comparison.
        self.colors[index as usize & ((1 << MAX_BITS) - 1)] = pixel;
    }

    /// Returns the color of an index; the alphabet has no index beyond the last.
    #[inline(always)]
    pub(crate) fn color(&self, index: u32) -> u32 {
        self.colors[index as usize & ((1 << MAX_BITS) - 1)]
    }
}
