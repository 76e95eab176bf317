//! Which neighboring samples are decoded already, and belong to the same slice and tile (6.4.1).

use crate::blocks::Blocks;
use crate::sps::Sps;
use crate::tiles::Tiles;

/// What a coding tree block may see around itself.
#[derive(Clone, Copy, Default)]
pub(crate) struct Availability {
    /// The upper left luma sample.
    pub(crate) x: u32,
    pub(crate) y: u32,
    log2_ctb: u32,
    width: u32,
    height: u32,
    pub(crate) left: bool,
    pub(crate) above: bool,
    above_left: bool,
    pub(crate) above_right: bool,
}

impl Availability {
    /// Of the coding tree block at a raster address, whose slice is known to `blocks`.
    pub(crate) fn new(sps: &Sps, tiles: &Tiles, blocks: &Blocks, address: u32) -> Self {
        let (column, row) = (address % tiles.columns, address / tiles.columns);
        let slice = blocks.slice(address).map(|slice| slice.address);
        let sees = |dx: i64, dy: i64| {
            let (column, row) = (i64::from(column) + dx, i64::from(row) + dy);
            if column < 0 || row < 0 || column >= tiles.columns.into() {
                return false;
            }
            let neighbor = row as u32 * tiles.columns + column as u32;
            tiles.id(neighbor) == tiles.id(address)
                && blocks.slice(neighbor).map(|slice| slice.address) == slice
        };
        Self {
            x: column << sps.log2_ctb,
            y: row << sps.log2_ctb,
            log2_ctb: sps.log2_ctb,
            width: sps.width,
            height: sps.height,
            left: sees(-1, 0),
            above: sees(0, -1),
            above_left: sees(-1, -1),
            above_right: sees(1, -1),
        }
    }

    /// Whether the sample at `neighbor` is available to the block at `current`, which lies in this coding tree block.
    #[inline(always)]
    pub(crate) fn sees(&self, current: [u32; 2], neighbor: [i32; 2]) -> bool {
        let [nx, ny] = neighbor;
        if nx < 0 || ny < 0 || nx >= self.width as i32 || ny >= self.height as i32 {
            return false;
        }
        let side = 1 << self.log2_ctb;
        let (dx, dy) = (nx - self.x as i32, ny - self.y as i32);
        match (dx, dy) {
            (..0, ..0) => self.above_left,
            (_, ..0) if dx < side => self.above,
            (_, ..0) => self.above_right && dx < 2 * side,
            (..0, _) => self.left && dy < side,
            _ if dx < side && dy < side => {
                z_order(nx as u32, ny as u32) < z_order(current[0], current[1])
            }
            _ => false,
        }
    }
}

/// The place of a unit within its coding tree block, in the order of decoding (6.5.2).
#[inline(always)]
fn z_order(x: u32, y: u32) -> u32 {
    const SPREAD: [u8; 16] = {
        let mut spread = [0; 16];
        let mut at = 0;
        while at < 16 {
            let bits = at as u8;
            spread[at] = bits & 1 | (bits & 2) << 1 | (bits & 4) << 2 | (bits & 8) << 3;
            at += 1;
        }
        spread
    };
    let spread = |coordinate: u32| u32::from(SPREAD[(coordinate >> 2 & 15) as usize]);
    spread(x) | spread(y) << 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_decoded_in_z_order() {
        let order = [(0, 0), (4, 0), (0, 4), (4, 4), (8, 0), (60, 60)];

        assert!(
            order
                .windows(2)
                .all(|pair| z_order(pair[0].0, pair[0].1) < z_order(pair[1].0, pair[1].1))
        );
    }

    #[test]
    fn a_block_sees_what_was_decoded_before_it() {
        let availability = Availability {
            x: 64,
            y: 64,
            log2_ctb: 6,
            width: 128,
            height: 128,
            left: true,
            above: true,
            above_left: false,
            above_right: true,
        };
        let sees = |x, y| availability.sees([72, 72], [x, y]);

        assert!(sees(71, 72) && sees(72, 71) && sees(79, 71), "in the block");
        assert!(!sees(80, 71), "above to the right comes later");
        assert!(!sees(71, 80), "below to the left comes later");
        assert!(sees(63, 72) && !sees(63, 63), "left, not above to the left");
        assert!(!sees(128, 63), "outside of the picture");
    }
}
