//! The definition: predictions byte by byte.

use super::{add, for_spans};

pub(super) fn add_predictions(
    blocks: (&[u32], u32),
    residuals: &[u32],
    above: &[u32],
    row: &mut [u32],
) {
    for_spans(blocks, residuals, above, row, |span| {
        let mut left = span.left;
        let pixels = span.pixels.iter_mut().zip(span.residuals);
        for ((pixel, &residual), above) in pixels.zip(span.above.windows(3)) {
            let &[corner, top, right] = above else {
                break;
            };
            left = add(residual, predict(span.mode, left, top, corner, right));
            *pixel = left;
        }
    });
}

/// Predicts a pixel from those to the left, above, and above to the left and to the right.
pub(super) fn predict(mode: usize, left: u32, top: u32, corner: u32, right: u32) -> u32 {
    match mode {
        1 => left,
        2 => top,
        3 => right,
        4 => corner,
        5 => average(average(left, right), top),
        6 => average(left, corner),
        7 => average(left, top),
        8 => average(corner, top),
        9 => average(top, right),
        10 => average(average(left, corner), average(top, right)),
        11 => select(left, top, corner),
        12 => by_bytes([left, top, corner], |[left, top, corner]| {
            left + top - corner
        }),
        13 => {
            let average = average(left, top);
            // The half is rounded toward zero.
            by_bytes([average, corner, 0], |[average, corner, _]| {
                average + (average - corner) / 2
            })
        }
        _ => super::BLACK,
    }
}

/// Computes each byte from those of three pixels, and clips it.
fn by_bytes(pixels: [u32; 3], compute: impl Fn([i32; 3]) -> i32) -> u32 {
    let bytes = pixels.map(u32::to_le_bytes);
    u32::from_le_bytes(std::array::from_fn(|place| {
        let computed = compute(bytes.map(|bytes| i32::from(bytes[place])));
        computed.clamp(0, 255) as u8
    }))
}

/// Averages the bytes of two pixels, rounding down.
fn average(a: u32, b: u32) -> u32 {
    by_bytes([a, b, 0], |[a, b, _]| (a + b) / 2)
}

/// Returns the left pixel or the top one, whichever is nearer to left + top − corner.
fn select(left: u32, top: u32, corner: u32) -> u32 {
    let distance = |a: u32, b: u32| {
        let bytes = a.to_le_bytes().into_iter().zip(b.to_le_bytes());
        bytes.map(|(a, b)| u32::from(a.abs_diff(b))).sum::<u32>()
    };
    // The estimate is as far from the left pixel as the top one is from the corner.
    match distance(top, corner) < distance(left, corner) {
        true => left,
        false => top,
    }
}
