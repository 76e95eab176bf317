//! Turns the small square upright.

use crate::geometry::Orientation;

/// Writes `stored`, a square of `side` pixels of `N` bytes, into `seen` as `orientation` says.
pub(crate) fn turn<const N: usize>(
    stored: &[u8],
    side: usize,
    orientation: Orientation,
    seen: &mut Vec<u8>,
) {
    let (stored, rest) = stored.as_chunks::<N>();
    debug_assert!(rest.is_empty() && stored.len() == side * side);
    let last = side - 1;
    seen.clear();
    seen.reserve(stored.len() * N);
    for y in 0..side {
        for x in 0..side {
            // Where the pixel that is seen at (x, y) is stored.
            let (column, row) = match orientation {
                Orientation::Normal => (x, y),
                Orientation::FlipHorizontal => (last - x, y),
                Orientation::Rotate180 => (last - x, last - y),
                Orientation::FlipVertical => (x, last - y),
                Orientation::Transpose => (y, x),
                Orientation::Rotate90 => (y, last - x),
                Orientation::Transverse => (last - y, last - x),
                Orientation::Rotate270 => (last - y, x),
            };
            seen.extend_from_slice(&stored[row * side + column]);
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
