//! Scan orders (6.5.3 to 6.5.5): which place is the n-th.

/// A way over the places of a block (`scanIdx`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Scan {
    Diagonal,
    Horizontal,
    Vertical,
}

/// A column and a row, in the low and the high half.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place(u8);

impl Place {
    const fn new(x: u8, y: u8) -> Self {
        Self(y << 4 | x)
    }

    pub(crate) const fn x(self) -> usize {
        (self.0 & 15) as usize
    }

    pub(crate) const fn y(self) -> usize {
        (self.0 >> 4) as usize
    }
}

impl Scan {
    /// The places of a block of `1 << log2` columns and rows, up to 8.
    pub(crate) fn places(self, log2: u32) -> &'static [Place] {
        match (self, log2) {
            (_, 0) => &SINGLE,
            (Self::Diagonal, 1) => &DIAGONAL_2,
            (Self::Diagonal, 2) => &DIAGONAL_4,
            (Self::Diagonal, _) => &DIAGONAL_8,
            (Self::Horizontal, 1) => &HORIZONTAL_2,
            (Self::Horizontal, _) => &HORIZONTAL_4,
            (Self::Vertical, 1) => &VERTICAL_2,
            (Self::Vertical, _) => &VERTICAL_4,
        }
    }

    /// The places of a sub-block of 4 columns and rows.
    pub(crate) const fn sub_block(self) -> &'static [Place; 16] {
        match self {
            Self::Diagonal => &DIAGONAL_4,
            Self::Horizontal => &HORIZONTAL_4,
            Self::Vertical => &VERTICAL_4,
        }
    }
}

static SINGLE: [Place; 1] = [Place::new(0, 0)];
static DIAGONAL_2: [Place; 4] = diagonal(2);
static DIAGONAL_4: [Place; 16] = diagonal(4);
static DIAGONAL_8: [Place; 64] = diagonal(8);
static HORIZONTAL_2: [Place; 4] = rows(2, false);
static HORIZONTAL_4: [Place; 16] = rows(4, false);
static VERTICAL_2: [Place; 4] = rows(2, true);
static VERTICAL_4: [Place; 16] = rows(4, true);

/// Up-right diagonals (6.5.3).
const fn diagonal<const N: usize>(side: u8) -> [Place; N] {
    let mut places = [Place(0); N];
    let (mut x, mut y) = (0_i32, 0_i32);
    let mut at = 0;
    while at < N {
        if x < side as i32 && y < side as i32 {
            places[at] = Place::new(x as u8, y as u8);
            at += 1;
        }
        y -= 1;
        x += 1;
        if y < 0 {
            y = x;
            x = 0;
        }
    }
    places
}

/// Rows (6.5.4), or columns (6.5.5).
const fn rows<const N: usize>(side: u8, transposed: bool) -> [Place; N] {
    let mut places = [Place(0); N];
    let mut at = 0;
    while at < N {
        let (major, minor) = (at as u8 / side, at as u8 % side);
        places[at] = match transposed {
            false => Place::new(minor, major),
            true => Place::new(major, minor),
        };
        at += 1;
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(places: &[Place]) -> Vec<(usize, usize)> {
        places.iter().map(|place| (place.x(), place.y())).collect()
    }

    #[test]
    fn diagonals_go_up_and_right() {
        let places = pairs(Scan::Diagonal.places(2));

        assert_eq!(
            places[..6],
            [(0, 0), (0, 1), (1, 0), (0, 2), (1, 1), (2, 0)]
        );
        assert_eq!(places[15], (3, 3));
    }

    #[test]
    fn every_scan_visits_every_place_once() {
        for scan in [Scan::Diagonal, Scan::Horizontal, Scan::Vertical] {
            for log2 in 0..=if scan == Scan::Diagonal { 3 } else { 2 } {
                let mut places = pairs(scan.places(log2));
                places.sort_unstable();
                places.dedup();

                assert_eq!(places.len(), 1 << (2 * log2));
            }
        }
    }
}
