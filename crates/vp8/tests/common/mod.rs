//! What a decoded frame looks like, for the tests and for the fuzz target `vp8` of the crate `prep`.

use vp8::{Picture, Plane};

/// The pixels by the definition: chroma from the four samples around each pixel, weighted 9, 3, 3 and 1.
pub(crate) fn rgb(picture: &Picture) -> Vec<u8> {
    let (width, height) = (
        u32::from(picture.header().width),
        u32::from(picture.header().height),
    );
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let chroma = |plane| {
                let last = [width.div_ceil(2) - 1, height.div_ceil(2) - 1];
                let near = [x / 2, y / 2];
                let far = [
                    if x % 2 == 1 {
                        (x / 2 + 1).min(last[0])
                    } else {
                        (x / 2).saturating_sub(1)
                    },
                    if y % 2 == 1 {
                        (y / 2 + 1).min(last[1])
                    } else {
                        (y / 2).saturating_sub(1)
                    },
                ];
                let at = |x: u32, y: u32| u32::from(picture.row(plane, y)[x as usize]);
                let sum = 9 * at(near[0], near[1])
                    + 3 * at(far[0], near[1])
                    + 3 * at(near[0], far[1])
                    + at(far[0], far[1]);
                ((sum + 8) / 16) as i32
            };
            let (cb, cr) = (chroma(Plane::Cb), chroma(Plane::Cr));
            let luma = (i32::from(picture.row(Plane::Luma, y)[x as usize]) * 19077) >> 8;
            let red = luma + ((cr * 26149) >> 8) - 14234;
            let green = luma - ((cb * 6419) >> 8) - ((cr * 13320) >> 8) + 8708;
            let blue = luma + ((cb * 33050) >> 8) - 17685;
            pixels.extend([red, green, blue].map(|color| (color >> 6).clamp(0, 255) as u8));
        }
    }
    pixels
}
