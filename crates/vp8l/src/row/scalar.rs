//! The definition.

pub(super) fn write_rgb(pixels: &[u32], to: &mut [u8]) {
    for (to, pixel) in to.as_chunks_mut().0.iter_mut().zip(pixels) {
        let [blue, green, red, _] = pixel.to_le_bytes();
        *to = [red, green, blue];
    }
}
