//! The definition.

pub(super) fn add_shares((blocks, bits): (&[u32], u32), pixels: &[u32], to: &mut [u32]) {
    let side = 1 << bits;
    let spans = to.chunks_mut(side).zip(pixels.chunks(side));
    for ((to, pixels), block) in spans.zip(blocks) {
        let [green_to_red, green_to_blue, red_to_blue, _] = block.to_le_bytes();
        for (to, pixel) in to.iter_mut().zip(pixels) {
            let [blue, green, red, alpha] = pixel.to_le_bytes();
            let red = red.wrapping_add(share(green_to_red, green));
            let blue = blue.wrapping_add(share(green_to_blue, green));
            let blue = blue.wrapping_add(share(red_to_blue, red));
            *to = u32::from_le_bytes([blue, green, red, alpha]);
        }
    }
}

fn share(factor: u8, color: u8) -> u8 {
    ((i32::from(factor as i8) * i32::from(color as i8)) >> 5) as u8
}
