//! Lengths and distances of backward references (RFC 9649, 3.6.2.2).

/// How many prefixes lengths have, and distances.
pub(crate) const LENGTH_PREFIXES: usize = 24;
pub(crate) const DISTANCE_PREFIXES: usize = 40;

/// No distance is longer: that of the last prefix with all its bits set, less those that stand for places near by.
pub(crate) const MAX_DISTANCE: usize = (1 << 20) - NEAR.len();

/// How many bits follow a prefix.
#[inline(always)]
pub(crate) fn extra_bits(prefix: u32) -> u32 {
    prefix.saturating_sub(2) >> 1
}

/// Returns the value of a prefix and the bits that follow it, from 1 on.
#[inline(always)]
pub(crate) fn value(prefix: u32, extra: u32) -> usize {
    let base = match prefix {
        0..4 => prefix,
        _ => (2 + (prefix & 1)) << extra_bits(prefix),
    };
    (base + extra + 1) as usize
}

/// The distances of an image whose rows have this many pixels.
#[derive(Clone, Debug)]
pub(crate) struct Distances([u32; NEAR.len()]);

impl Distances {
    pub(crate) fn new(width: usize) -> Self {
        Self(NEAR.map(|[x, y]| {
            let distance = i64::from(x) + i64::from(y) * width as i64;
            distance.max(1) as u32
        }))
    }

    /// Returns the distance of a code, in pixels.
    #[inline(always)]
    pub(crate) fn of(&self, code: usize) -> usize {
        match self.0.get(code - 1) {
            Some(&near) => near as usize,
            None => code - NEAR.len(),
        }
    }
}

/// The places of codes from 1 on: columns to the left and rows above.
#[rustfmt::skip]
const NEAR: [[i8; 2]; 120] = [
    [0, 1],  [1, 0],  [1, 1],  [-1, 1], [0, 2],  [2, 0],  [1, 2],  [-1, 2], [2, 1],  [-2, 1], [2, 2],  [-2, 2],
    [0, 3],  [3, 0],  [1, 3],  [-1, 3], [3, 1],  [-3, 1], [2, 3],  [-2, 3], [3, 2],  [-3, 2], [0, 4],  [4, 0],
    [1, 4],  [-1, 4], [4, 1],  [-4, 1], [3, 3],  [-3, 3], [2, 4],  [-2, 4], [4, 2],  [-4, 2], [0, 5],  [3, 4],
    [-3, 4], [4, 3],  [-4, 3], [5, 0],  [1, 5],  [-1, 5], [5, 1],  [-5, 1], [2, 5],  [-2, 5], [5, 2],  [-5, 2],
    [4, 4],  [-4, 4], [3, 5],  [-3, 5], [5, 3],  [-5, 3], [0, 6],  [6, 0],  [1, 6],  [-1, 6], [6, 1],  [-6, 1],
    [2, 6],  [-2, 6], [6, 2],  [-6, 2], [4, 5],  [-4, 5], [5, 4],  [-5, 4], [3, 6],  [-3, 6], [6, 3],  [-6, 3],
    [0, 7],  [7, 0],  [1, 7],  [-1, 7], [5, 5],  [-5, 5], [7, 1],  [-7, 1], [4, 6],  [-4, 6], [6, 4],  [-6, 4],
    [2, 7],  [-2, 7], [7, 2],  [-7, 2], [3, 7],  [-3, 7], [7, 3],  [-7, 3], [5, 6],  [-5, 6], [6, 5],  [-6, 5],
    [8, 0],  [4, 7],  [-4, 7], [7, 4],  [-7, 4], [8, 1],  [8, 2],  [6, 6],  [-6, 6], [8, 3],  [5, 7],  [-5, 7],
    [7, 5],  [-7, 5], [8, 4],  [6, 7],  [-6, 7], [7, 6],  [-7, 6], [8, 5],  [7, 7],  [-7, 7], [8, 6],  [8, 7],
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_follow_each_other_without_a_gap() {
        let mut next = 1;

        for prefix in 0..DISTANCE_PREFIXES as u32 {
            let bits = extra_bits(prefix);

            assert_eq!(value(prefix, 0), next);
            next += 1 << bits;
        }
        assert_eq!(value(23, (1 << 10) - 1), 4096);
        assert_eq!(next - 1, 1 << 20);
    }

    #[test]
    fn near_places_come_by_their_distance_and_each_once() {
        let squares = NEAR.map(|[x, y]| i32::from(x).pow(2) + i32::from(y).pow(2));
        let mut places = NEAR.to_vec();
        places.sort_unstable();
        places.dedup();

        // Half a disc of eight columns and seven rows.
        assert!(squares.is_sorted_by(|a, b| a <= b));
        assert_eq!(places.len(), NEAR.len());
    }

    #[test]
    fn no_distance_is_less_than_a_pixel_or_more_than_the_longest() {
        let narrow = Distances::new(1);
        let wide = Distances::new(16384);

        assert_eq!(narrow.of(4), 1);
        assert_eq!((wide.of(1), wide.of(4)), (16384, 16383));
        assert_eq!(wide.of(121), 1);
        assert_eq!(wide.of(1 << 20), MAX_DISTANCE);
        assert!((1..=120).all(|code| (1..MAX_DISTANCE).contains(&wide.of(code))));
    }
}
