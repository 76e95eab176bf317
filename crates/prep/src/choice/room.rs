//! Where a square may lie.

use crate::geometry::{Size, Square};

/// The photo, and how large a square of it may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    /// The upright size of what may be shown.
    pub(crate) seen: Size,
    pub(crate) min_side: f64,
    /// The shorter side, or more if the square may reach beyond the photo.
    pub(crate) max_side: f64,
}

impl Room {
    /// The side of the largest square that lies in the photo.
    pub(super) fn shorter(&self) -> f64 {
        self.seen.shorter().into()
    }

    /// The square with its middle at `center`, moved to lie in the photo; where it is larger, to cover it.
    pub(super) fn placed(&self, side: f64, center: (f64, f64)) -> Square {
        let along = |center: f64, length: u32| {
            let room = f64::from(length) - side;
            (center - side / 2.0).clamp(room.min(0.0), room.max(0.0))
        };
        Square {
            x: along(center.0, self.seen.width),
            y: along(center.1, self.seen.height),
            side,
        }
    }

    /// How far the square's middle is from the photo's, as a part of the longer side.
    pub(super) fn away(&self, square: Square) -> f64 {
        let along =
            |start: f64, length: u32| (start + square.side / 2.0 - f64::from(length) / 2.0).abs();
        let (across, down) = (
            along(square.x, self.seen.width),
            along(square.y, self.seen.height),
        );
        across.max(down) / f64::from(self.seen.width.max(self.seen.height))
    }

    /// Squares of this side all over the photo, in `steps` + 1 rows and columns.
    pub(super) fn positions(&self, side: f64, steps: u32) -> impl Iterator<Item = Square> {
        let room = |length: u32| f64::from(length) - side;
        let (across, down) = (room(self.seen.width), room(self.seen.height));
        let along = move |room: f64| if room == 0.0 { 0 } else { steps };
        let part = move |step: u32| f64::from(step) / f64::from(steps);
        (0..=along(down)).flat_map(move |row| {
            (0..=along(across)).map(move |column| Square {
                x: across * part(column),
                y: down * part(row),
                side,
            })
        })
    }
}
