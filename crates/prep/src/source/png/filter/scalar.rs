//! The reference.

use super::{Band, Filter, ROWS};

pub(super) fn unfilter(band: &mut Band, filters: [Filter; ROWS]) {
    match band.pixel_bytes {
        1 => unfilter_pixels::<1>(band, filters),
        2 => unfilter_pixels::<2>(band, filters),
        3 => unfilter_pixels::<3>(band, filters),
        4 => unfilter_pixels::<4>(band, filters),
        6 => unfilter_pixels::<6>(band, filters),
        _ => unfilter_pixels::<8>(band, filters),
    }
}

/// Undoes the filters of pixels of `N` bytes.
fn unfilter_pixels<const N: usize>(band: &mut Band, filters: [Filter; ROWS]) {
    for (row, filter) in filters.into_iter().enumerate() {
        let start = band.start(row);
        let (above, row) = band.bytes.split_at_mut(start);
        let above = &above[start - band.stride..][..band.row_bytes];
        let above = above.as_chunks::<N>().0;
        let row = row[..band.row_bytes].as_chunks_mut::<N>().0;
        match filter {
            Filter::None => {}
            Filter::Sub => add(row, above, |left, _, _| left),
            Filter::Up => add(row, above, |_, above, _| above),
            Filter::Average => add(row, above, |left, above, _| left.midpoint(above)),
            Filter::Paeth => add(row, above, paeth),
        }
    }
}

/// Adds to each byte what is predicted of the one to its left, the one above it, and the one above that to its left.
#[inline(always)]
#[allow(
    clippy::needless_range_loop,
    reason = "bytes stay in registers: with whole pixels Paeth took up to seven times as long"
)]
fn add<const N: usize>(row: &mut [[u8; N]], above: &[[u8; N]], predict: impl Fn(u8, u8, u8) -> u8) {
    let (mut left, mut above_left) = ([0; N], [0; N]);
    for (pixel, above) in row.iter_mut().zip(above) {
        for byte in 0..N {
            let predicted = predict(left[byte], above[byte], above_left[byte]);
            left[byte] = pixel[byte].wrapping_add(predicted);
            above_left[byte] = above[byte];
            pixel[byte] = left[byte];
        }
    }
}

/// Returns the neighbor that is nearest to *a* + *b* − *c*: *a* is left, *b* above, *c* above left (9.4).
///
/// The greater of *a* and *b* is nearest if 3*c* − *a* − *b* is the lower one or less, the lower one if it is the greater one or
/// more, and *c* if it lies between. So no distance is computed, and nothing is a branch.
#[inline(always)]
fn paeth(left: u8, above: u8, above_left: u8) -> u8 {
    let [a, b, c] = [left, above, above_left].map(i16::from);
    let threshold = 3 * c - (a + b);
    let (low, high) = (a.min(b), a.max(b));
    let nearest = if high <= threshold { low } else { c };
    let nearest = if threshold <= low { high } else { nearest };
    nearest as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_neighbor_is_found_for_all_bytes() {
        for a in 0..=255 {
            for (b, c) in (0..=255).flat_map(|b| (0..=255).map(move |c| (b, c))) {
                let [left, above, above_left] = [a, b, c].map(i32::from);
                let estimate = left + above - above_left;

                let expected = [a, b, c]
                    .into_iter()
                    .min_by_key(|&neighbor| estimate.abs_diff(neighbor.into()));

                assert_eq!(Some(paeth(a, b, c)), expected, "{a} {b} {c}");
            }
        }
    }
}
