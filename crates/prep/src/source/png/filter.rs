//! Filters of scanlines and how they are undone (ISO/IEC 15948, clause 9).

#[cfg(target_arch = "x86_64")]
mod avx2;
mod scalar;

use simd::Level;

/// How a scanline was filtered (9.2): what was subtracted from its bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Filter {
    None,
    Sub,
    Up,
    Average,
    Paeth,
}

impl Filter {
    /// Returns the filter that a scanline begins with; `None` if there is no such type.
    pub(super) fn of_type(filter_type: u8) -> Option<Self> {
        match filter_type {
            0 => Some(Self::None),
            1 => Some(Self::Sub),
            2 => Some(Self::Up),
            3 => Some(Self::Average),
            4 => Some(Self::Paeth),
            _ => None,
        }
    }

    /// Whether a row takes long alone, as each pixel is computed of the one to its left.
    #[cfg(target_arch = "x86_64")]
    fn is_slow(self) -> bool {
        matches!(self, Self::Average | Self::Paeth)
    }
}

/// How many scanlines are unfiltered at a time.
pub(super) const ROWS: usize = 4;

/// Bytes left of each row: zeros, as the standard has it for what is left of the first pixel.
const LEFT: usize = 32;

/// Bytes right of each row, which may hold anything: kernels read and write whole registers.
const RIGHT: usize = 64;

/// [`ROWS`] scanlines, one below the other, and the one above them.
///
/// ```text
/// zeros │ the row above │ anything │ zeros │ row 0 │ anything │ zeros │ row 1 │ anything │ …
/// ◄LEFT►                ◄─RIGHT──►
/// ◄───────── stride ─────────────►
/// ```
pub(super) struct Band {
    bytes: Vec<u8>,
    stride: usize,
    row_bytes: usize,
    pixel_bytes: usize,
}

impl Band {
    /// A band below a row of zeros. `row_bytes` are whole pixels, or bytes with several.
    pub(super) fn new(row_bytes: usize, pixel_bytes: usize) -> Self {
        let stride = LEFT + row_bytes + RIGHT;
        Self {
            bytes: vec![0; (1 + ROWS) * stride],
            stride,
            row_bytes,
            pixel_bytes,
        }
    }

    pub(super) fn row(&self, row: usize) -> &[u8] {
        &self.bytes[self.start(row)..][..self.row_bytes]
    }

    pub(super) fn row_mut(&mut self, row: usize) -> &mut [u8] {
        let start = self.start(row);
        &mut self.bytes[start..][..self.row_bytes]
    }

    /// Makes a row the one above.
    pub(super) fn continue_below(&mut self, row: usize) {
        let start = self.start(row);
        let end = start + self.row_bytes;
        self.bytes.copy_within(start..end, LEFT);
    }

    /// Undoes the filters of all rows.
    pub(super) fn unfilter(&mut self, level: Level, filters: [Filter; ROWS]) {
        match level {
            #[cfg(target_arch = "x86_64")]
            Level::Avx2(avx2) if filters.iter().filter(|filter| filter.is_slow()).count() > 1 => {
                avx2::unfilter(avx2, self, filters);
            }
            _ => scalar::unfilter(self, filters),
        }
    }

    fn start(&self, row: usize) -> usize {
        (1 + row) * self.stride + LEFT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILTERS: [Filter; 5] = [
        Filter::None,
        Filter::Sub,
        Filter::Up,
        Filter::Average,
        Filter::Paeth,
    ];

    /// The definitions of 9.2 and 9.4, a byte at a time.
    fn reconstruct(rows: &[Vec<u8>], filters: &[Filter], pixel_bytes: usize) -> Vec<Vec<u8>> {
        let mut done: Vec<Vec<u8>> = Vec::new();
        for (filtered, filter) in rows.iter().zip(filters) {
            let mut row = Vec::new();
            for (x, byte) in filtered.iter().enumerate() {
                let left = x.checked_sub(pixel_bytes);
                let above = done.last();
                let a = left.map_or(0, |left| i32::from(row[left]));
                let b = above.map_or(0, |above| i32::from(above[x]));
                let c = match (above, left) {
                    (Some(above), Some(left)) => i32::from(above[left]),
                    _ => 0,
                };
                let predicted = match filter {
                    Filter::None => 0,
                    Filter::Sub => a,
                    Filter::Up => b,
                    Filter::Average => (a + b) / 2,
                    Filter::Paeth => [a, b, c]
                        .into_iter()
                        .min_by_key(|candidate| (a + b - c - candidate).abs())
                        .expect("three candidates"),
                };
                row.push((i32::from(*byte) + predicted) as u8);
            }
            done.push(row);
        }
        done
    }

    #[test]
    fn all_levels_undo_all_filters_of_all_pixels() {
        let mut state = 1_u32;
        let mut next = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        for pixel_bytes in [1, 2, 3, 4, 6, 8] {
            for pixels in (1..=20).chain([333]) {
                let row_bytes = pixels * pixel_bytes;
                // A few bands, so that each has a row above but the first.
                let rows: Vec<Vec<u8>> = (0..12 * ROWS)
                    .map(|_| (0..row_bytes).map(|_| next(256) as u8).collect())
                    .collect();
                let mut filters: Vec<Filter> =
                    (0..rows.len()).map(|_| FILTERS[next(5) as usize]).collect();
                filters[ROWS..2 * ROWS].fill(Filter::Paeth);
                filters[2 * ROWS..3 * ROWS].fill(Filter::Up);
                filters[3 * ROWS..][..2].fill(Filter::Average);

                let expected = reconstruct(&rows, &filters, pixel_bytes);

                for level in Level::available() {
                    let mut band = Band::new(row_bytes, pixel_bytes);
                    let mut actual = Vec::new();
                    for (rows, filters) in rows.chunks(ROWS).zip(filters.as_chunks().0) {
                        for (index, row) in rows.iter().enumerate() {
                            band.row_mut(index).copy_from_slice(row);
                        }
                        band.unfilter(level, *filters);
                        actual.extend((0..ROWS).map(|row| band.row(row).to_vec()));
                        band.continue_below(ROWS - 1);
                    }
                    assert!(
                        actual == expected,
                        "{level:?}: {pixels} pixels of {pixel_bytes} bytes"
                    );
                }
            }
        }
    }

    #[test]
    fn no_other_type_is_a_filter() {
        let types = (0..=255).filter_map(Filter::of_type);

        assert!(types.eq(FILTERS));
    }
}
