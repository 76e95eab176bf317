//! The scanlines of an image or of a pass (ISO/IEC 15948, 7.2), unfiltered a few at a time, and no further right than is needed.

use simd::Level;

use super::filter::{Band, Filter, ROWS};
use super::header::{malformed, missing_pixels};
use super::inflate::Inflate;
use crate::error::Error;

/// Scanlines of equal length, from top to bottom.
pub(super) struct Scanlines<'a> {
    data: Inflate<'a>,
    level: Level,
    band: Band,
    /// How many bytes of a row are left beyond those that are needed.
    rest: u64,
    /// How many of the rows that are needed were not inflated yet.
    left: u32,
    /// How many rows of the band are there, whether each is sound, and which is the next.
    there: usize,
    is_sound: [bool; ROWS],
    next: usize,
    /// Why no more rows come.
    end: Option<Error>,
}

/// The scanlines of an image or of a pass, as they are stored.
#[derive(Clone, Copy)]
pub(super) struct Extent {
    pub(super) rows: u32,
    pub(super) row_bytes: u64,
}

impl Extent {
    /// As many bytes are inflated: each row begins with the type of its filter.
    fn bytes(&self) -> u64 {
        u64::from(self.rows).saturating_mul(1 + self.row_bytes)
    }
}

/// A scanline.
pub(super) struct Scanline<'a> {
    /// The pixels that are needed, from the left edge on.
    pub(super) bytes: &'a [u8],
    /// Whether no chunk before its end may be corrupt.
    pub(super) is_sound: bool,
}

impl<'a> Scanlines<'a> {
    /// Scanlines of `extent` behind those of `before`. No filter looks to the right or down: only what is `needed` is unfiltered, from
    /// the upper left corner on, in whole pixels of `pixel_bytes`.
    pub(super) fn new(
        mut data: Inflate<'a>,
        before: &[Extent],
        extent: Extent,
        needed: Extent,
        pixel_bytes: usize,
    ) -> Self {
        let needed_rows = Extent {
            rows: needed.rows,
            ..extent
        };
        let inflated = before.iter().chain([&needed_rows]).map(Extent::bytes);
        data.end_after(inflated.fold(0, u64::saturating_add));
        let skipped = before
            .iter()
            .try_for_each(|extent| skip(&mut data, *extent));
        Self {
            data,
            level: Level::detect(),
            band: Band::new(needed.row_bytes as usize, pixel_bytes),
            rest: extent.row_bytes - needed.row_bytes,
            left: needed.rows,
            there: 0,
            is_sound: [true; ROWS],
            next: 0,
            end: skipped.err(),
        }
    }

    /// Returns the next row.
    ///
    /// # Errors
    ///
    /// If it did not come; then none below it does.
    pub(super) fn next(&mut self) -> Result<Scanline<'_>, Error> {
        if self.next == self.there {
            self.read_band()?;
        }
        let row = self.next;
        self.next += 1;
        Ok(Scanline {
            bytes: self.band.row(row),
            is_sound: self.is_sound[row],
        })
    }

    /// Reads and unfilters as many rows as there are, up to [`ROWS`].
    fn read_band(&mut self) -> Result<(), Error> {
        if let Some(last) = self.there.checked_sub(1) {
            self.band.continue_below(last);
        }
        (self.next, self.there) = (0, 0);
        let mut filters = [Filter::None; ROWS];
        while self.there < ROWS && self.left > 0 && self.end.is_none() {
            match self.read_row(self.there) {
                Ok(filter) => {
                    filters[self.there] = filter;
                    self.is_sound[self.there] = self.data.is_sound();
                    self.there += 1;
                    self.left -= 1;
                }
                Err(error) => self.end = Some(error),
            }
        }
        if self.there == 0 {
            return Err(self.end.take().unwrap_or_else(missing_pixels));
        }
        self.band.unfilter(self.level, filters);
        Ok(())
    }

    fn read_row(&mut self, row: usize) -> Result<Filter, Error> {
        let filter = read_filter(&mut self.data)?;
        self.data.read(self.band.row_mut(row))?;
        self.data.skip(self.rest)?;
        Ok(filter)
    }
}

/// Skips scanlines, whose filters must be known ones: a row that has none shows that the data are not what they were.
///
/// # Errors
///
/// If one of them did not come.
fn skip(data: &mut Inflate<'_>, extent: Extent) -> Result<(), Error> {
    for _ in 0..extent.rows {
        read_filter(data)?;
        data.skip(extent.row_bytes)?;
    }
    Ok(())
}

fn read_filter(data: &mut Inflate<'_>) -> Result<Filter, Error> {
    let mut filter = [0];
    data.read(&mut filter)?;
    let [filter] = filter;
    Filter::of_type(filter).ok_or_else(|| malformed(format!("unknown filter type {filter}")))
}
