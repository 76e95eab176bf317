//! Tiles (6.5.1): the order in which coding tree blocks are decoded.

use crate::pps::{Division, Pps};
use crate::sps::Sps;

/// The order of coding tree blocks, and the tile of each.
pub(crate) struct Tiles {
    /// Columns of coding tree blocks.
    pub(crate) columns: u32,
    /// `CtbAddrTsToRs`.
    to_raster: Vec<u32>,
    /// `CtbAddrRsToTs`.
    from_raster: Vec<u32>,
    /// `TileId`, by raster address.
    ids: Vec<u32>,
    /// The first column of each tile, by column of blocks.
    first_columns: Vec<u32>,
}

impl Tiles {
    pub(crate) fn new(sps: &Sps, pps: &Pps) -> Self {
        let [columns, rows] = sps.ctbs();
        let (across, down) = match &pps.tiles {
            Some(grid) => (
                boundaries(&grid.columns, columns),
                boundaries(&grid.rows, rows),
            ),
            None => (vec![0, columns], vec![0, rows]),
        };
        let count = (columns * rows) as usize;
        let mut tiles = Self {
            columns,
            to_raster: Vec::with_capacity(count),
            from_raster: vec![0; count],
            ids: vec![0; count],
            first_columns: vec![0; columns as usize],
        };
        let mut id = 0;
        for tile_rows in down.windows(2) {
            for tile_columns in across.windows(2) {
                for y in tile_rows[0]..tile_rows[1] {
                    for x in tile_columns[0]..tile_columns[1] {
                        let address = y * columns + x;
                        tiles.from_raster[address as usize] = tiles.to_raster.len() as u32;
                        tiles.to_raster.push(address);
                        tiles.ids[address as usize] = id;
                        tiles.first_columns[x as usize] = tile_columns[0];
                    }
                }
                id += 1;
            }
        }
        tiles
    }

    /// How many coding tree blocks there are.
    pub(crate) fn count(&self) -> u32 {
        self.to_raster.len() as u32
    }

    pub(crate) fn raster(&self, address: u32) -> u32 {
        self.to_raster[address as usize]
    }

    pub(crate) fn decoding_order(&self, raster: u32) -> u32 {
        self.from_raster[raster as usize]
    }

    pub(crate) fn id(&self, raster: u32) -> u32 {
        self.ids[raster as usize]
    }

    /// Whether the block is the first of its tile's row.
    pub(crate) fn begins_row(&self, raster: u32) -> bool {
        let x = raster % self.columns;
        self.first_columns[x as usize] == x
    }

    /// Whether the block is the second of its tile's row, or the first where there is no second.
    pub(crate) fn is_second_in_row(&self, raster: u32) -> bool {
        let x = raster % self.columns;
        self.first_columns[x as usize] + 1 == x
    }
}

/// Where parts begin, and where the last one ends.
fn boundaries(division: &Division, side: u32) -> Vec<u32> {
    match division {
        Division::Uniform(count) => (0..=*count)
            .map(|at| (u64::from(at) * u64::from(side) / u64::from(*count)) as u32)
            .collect(),
        Division::Lengths(lengths) => {
            let mut boundaries = vec![0];
            let mut end = 0;
            for length in lengths {
                end += length;
                boundaries.push(end);
            }
            boundaries.push(side);
            boundaries
        }
    }
}
