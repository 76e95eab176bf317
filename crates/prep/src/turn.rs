//! Turns pixels upright.

use crate::geometry::Orientation;

/// Writes `stored`, rows of `width` pixels of `N` bytes, upright into `seen`.
pub(crate) fn turn<const N: usize>(
    stored: &[u8],
    width: usize,
    orientation: Orientation,
    seen: &mut Vec<u8>,
) {
    seen.clear();
    if orientation == Orientation::Normal {
        seen.extend_from_slice(stored);
        return;
    }
    seen.resize(stored.len(), 0);
    turn_pixels::<N>(
        stored.as_chunks().0,
        width,
        orientation,
        seen.as_chunks_mut().0,
    );
}

/// Writes rows of `width` pixels upright into another image of as many.
pub(crate) fn turn_pixels<const N: usize>(
    from: &[[u8; N]],
    width: usize,
    orientation: Orientation,
    to: &mut [[u8; N]],
) {
    let height = from.len() / width;
    let (right, bottom) = (width - 1, height - 1);
    // Each closure maps the upright (x, y) to the stored column and row.
    match orientation {
        Orientation::Normal => to.copy_from_slice(from),
        Orientation::FlipHorizontal => copy(from, width, to, width, |x, y| (right - x, y)),
        Orientation::Rotate180 => copy(from, width, to, width, |x, y| (right - x, bottom - y)),
        Orientation::FlipVertical => copy(from, width, to, width, |x, y| (x, bottom - y)),
        Orientation::Transpose => copy(from, width, to, height, |x, y| (y, x)),
        Orientation::Rotate90 => copy(from, width, to, height, |x, y| (y, bottom - x)),
        Orientation::Transverse => copy(from, width, to, height, |x, y| (right - y, bottom - x)),
        Orientation::Rotate270 => copy(from, width, to, height, |x, y| (right - y, x)),
    }
}

/// Copies tile by tile, so that the columns of a quarter turn stay in the cache.
fn copy<const N: usize>(
    from: &[[u8; N]],
    from_width: usize,
    to: &mut [[u8; N]],
    to_width: usize,
    stored_at: impl Fn(usize, usize) -> (usize, usize),
) {
    const TILE: usize = 32;
    let height = to.len() / to_width;
    for top in (0..height).step_by(TILE) {
        for left in (0..to_width).step_by(TILE) {
            let end = (left + TILE).min(to_width);
            for y in top..(top + TILE).min(height) {
                for (x, pixel) in (left..end).zip(&mut to[y * to_width + left..y * to_width + end])
                {
                    let (column, row) = stored_at(x, y);
                    *pixel = from[row * from_width + column];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The letter F as each of the eight values of the tag stores it, from the Exif standard's
    /// own description: which edge of the scene the first row and the first column are.
    const STORED: [[&str; 4]; 8] = [
        ["####", "#...", "##..", "#..."],
        ["####", "...#", "..##", "...#"],
        ["...#", "..##", "...#", "####"],
        ["#...", "##..", "#...", "####"],
        ["####", "#.#.", "#...", "#..."],
        ["#...", "#...", "#.#.", "####"],
        ["...#", "...#", ".#.#", "####"],
        ["####", ".#.#", "...#", "...#"],
    ];

    #[test]
    fn a_turn_and_its_opposite_leave_all_where_it_was() {
        let (width, height) = (70, 45);
        let stored: Vec<u8> = (0..width * height * 3)
            .map(|i| (i * 7 % 251) as u8)
            .collect();
        for (value, opposite) in (1..=8).zip([1, 2, 3, 4, 5, 8, 7, 6]) {
            let [there, back] =
                [value, opposite].map(|value| Orientation::from_exif(value).unwrap());
            let (mut turned, mut returned) = (Vec::new(), Vec::new());

            turn::<3>(&stored, width, there, &mut turned);
            let seen_width = if there.swaps_sides() { height } else { width };
            turn::<3>(&turned, seen_width, back, &mut returned);

            assert!(returned == stored, "{there:?}");
        }
    }

    #[test]
    fn the_letter_f_stands_upright_from_all_eight_orientations() {
        for (value, stored) in (1..).zip(STORED) {
            let orientation = Orientation::from_exif(value).unwrap();
            let mut seen = Vec::new();

            turn::<1>(stored.concat().as_bytes(), 4, orientation, &mut seen);

            assert_eq!(
                String::from_utf8(seen).unwrap(),
                STORED[0].concat(),
                "{orientation:?}"
            );
        }
    }
}
