//! Gives an image's rows while only one row of its tiles is in memory, or less.

use std::ops::Range;

use super::boxes::Flaw;
use super::codec::Codec;
use super::coded::{Chroma, Coded, Keep};
use super::items::Items;
use super::still::Image;

/// The rows of an image, from the top to the bottom, of the tiles that are needed.
pub(super) struct Bands<'a> {
    items: &'a Items<'a>,
    image: &'a Image<'a>,
    /// How chroma must be sampled; `None` where luma alone is read.
    chroma: Option<Chroma>,
    codec: Codec<'a>,
    columns: Range<u32>,
    /// How many pixels become one.
    step: f64,
    /// The row of tiles that is decoded; `None` where that failed.
    band: u32,
    tiles: Option<Vec<Box<dyn Coded>>>,
}

impl<'a> Bands<'a> {
    /// Rows of the tiles in which the luma columns `pixels` lie, for a reduction of `step` pixels to one.
    pub(super) fn new(
        items: &'a Items<'a>,
        image: &'a Image<'a>,
        chroma: Option<Chroma>,
        pixels: Range<u32>,
        step: f64,
    ) -> Result<Self, Flaw> {
        let width = image.tile.width;
        Ok(Self {
            items,
            image,
            chroma,
            codec: Codec::new(image.config)?,
            columns: pixels.start / width..pixels.end.div_ceil(width).min(image.columns),
            step,
            band: u32::MAX,
            tiles: None,
        })
    }

    /// Writes the samples of a plane's row from a column on; returns whether they are there.
    ///
    /// Where a tile of a grid is broken, its whole row of tiles is lost.
    pub(super) fn row(
        &mut self,
        plane: usize,
        row: u32,
        column: u32,
        into: &mut [u16],
    ) -> Result<bool, Flaw> {
        let [horizontal, vertical] = self.chroma.map_or([0, 0], |chroma| chroma.halvings(plane));
        let tile = self.image.tile;
        let band = (row << vertical) / tile.height;
        self.load_band(band)?;
        let Some(tiles) = &mut self.tiles else {
            return Ok(false);
        };
        let row = row - ((band * tile.height) >> vertical);
        let width = tile.width.div_ceil(1 << horizontal);
        for (tile, tile_column) in tiles.iter_mut().zip(self.columns.clone()) {
            let begin = tile_column * width;
            let (skipped, at) = match begin < column {
                true => (column - begin, 0),
                false => (0, (begin - column) as usize),
            };
            let Some(rest) = into.get_mut(at..).filter(|_| skipped < width) else {
                continue;
            };
            let count = rest.len().min((width - skipped) as usize);
            tile.row(plane, row, skipped, &mut rest[..count])?;
        }
        Ok(true)
    }

    /// Returns a plane's row as it is, where there is one tile, whose samples are kept in 8 bits.
    pub(super) fn narrow_row(&mut self, plane: usize, row: u32) -> Result<Option<&[u8]>, Flaw> {
        if self.image.tiles.len() > 1 {
            return Ok(None);
        }
        self.load_band(0)?;
        let tile = self.tiles.as_deref().and_then(<[_]>::first);
        Ok(tile.and_then(|tile| tile.narrow_row(plane, row)))
    }

    /// Decodes a row of tiles, unless it is the last one.
    fn load_band(&mut self, band: u32) -> Result<(), Flaw> {
        if band != self.band {
            // What is no longer needed makes place first.
            self.tiles = None;
            self.band = band;
            self.tiles = self.decode_band(band)?;
        }
        Ok(())
    }

    fn decode_band(&self, band: u32) -> Result<Option<Vec<Box<dyn Coded>>>, Flaw> {
        let first = (band * self.image.columns) as usize;
        let wanted = first + self.columns.start as usize..first + self.columns.end as usize;
        let decoded: Result<Vec<_>, _> = self.image.tiles[wanted]
            .iter()
            .map(|&tile| self.decode(tile))
            .collect();
        match decoded {
            Ok(tiles) => Ok(Some(tiles)),
            Err(Flaw::Malformed(_)) if self.image.tiles.len() > 1 => Ok(None),
            Err(flaw) => Err(flaw),
        }
    }

    fn decode(&self, tile: u32) -> Result<Box<dyn Coded>, Flaw> {
        let data = self.items.bytes(tile)?;
        let keep = match self.image.tiles.len() {
            1 => Keep::Latest,
            _ => Keep::All,
        };
        let coded = self.codec.decode(&data, self.image.tile, self.step, keep)?;
        if coded.size() != self.image.tile
            || self.chroma.is_some_and(|chroma| coded.chroma() != chroma)
        {
            return Err(Flaw::Malformed("a coded image is not what was promised"));
        }
        Ok(coded)
    }
}
