//! Run-length coding of bitmaps, of 4, 8 and 24 bits.

use std::io::Read;

use super::Bitmap;
use crate::photo::Reader;
use crate::pixels::Row;
use crate::resample::Resampler;

impl Bitmap<'_> {
    /// How many bytes a pixel of a run has.
    fn run_bytes(&self) -> usize {
        usize::from(self.bits / 8).max(1)
    }

    /// Rows of runs: what is left out has the first color.
    pub(super) fn runs(&self, resampler: &mut Resampler) {
        let starts = self.starts_of_runs();
        let bytes = self.run_bytes();
        let mut stored = vec![0; self.size.width as usize * bytes];
        let mut row = vec![0; self.size.width as usize * 3];
        let colors: [_; 256] = std::array::from_fn(|index| self.color(index as u8));
        for y in resampler.rows() {
            let Some(start) = starts.get(self.stored_index(y) as usize) else {
                resampler.lose(1);
                continue;
            };
            stored.fill(0);
            if let Some((start, x)) = *start {
                let mut data = Data(self.photo.reader_in_steps(start..u64::MAX, 4096));
                self.run_row(&mut data, x, &mut stored);
            }
            let pixels = row.as_chunks_mut::<3>().0.iter_mut();
            match bytes {
                1 => {
                    for (pixel, &index) in pixels.zip(&stored) {
                        *pixel = colors[usize::from(index)];
                    }
                }
                _ => {
                    for (pixel, &[blue, green, red]) in pixels.zip(stored.as_chunks::<3>().0) {
                        *pixel = [red, green, blue];
                    }
                }
            }
            resampler.push(Row::Narrow(&row));
        }
    }

    /// Where the runs of each row begin, in the order of the file, and at which pixel; none if a row is skipped. A row
    /// that is cut off is not among them.
    fn starts_of_runs(&self) -> Vec<Option<(u64, usize)>> {
        let height = self.size.height as usize;
        let mut data = Data(self.photo.reader(self.start..u64::MAX));
        let mut starts = Vec::with_capacity(height);
        let mut x = 0;
        while starts.len() < height {
            let start = data.0.place();
            match self.run_row(&mut data, x, &mut []) {
                RowEnd::CutOff => break,
                RowEnd::Last => {
                    starts.push(Some((start, x)));
                    starts.resize(height, None);
                }
                RowEnd::Next { rows, x: next } => {
                    starts.push(Some((start, x)));
                    starts.resize((starts.len() + rows - 1).min(height), None);
                    x = next;
                }
            }
        }
        starts
    }

    /// Unpacks the runs of a row from a pixel on.
    // One arm a code of the format, each of which moves both the data and the pixel.
    fn run_row(&self, data: &mut Data<'_>, mut x: usize, row: &mut [u8]) -> RowEnd {
        let bytes = self.run_bytes();
        loop {
            let Some([count, what]) = data.two() else {
                return RowEnd::CutOff;
            };
            let place = (x * bytes).min(row.len());
            let row = &mut row[place..];
            match (count, what) {
                (0, 0) => return RowEnd::Next { rows: 1, x: 0 },
                (0, 1) => return RowEnd::Last,
                (0, 2) => {
                    let Some([right, up]) = data.two() else {
                        return RowEnd::CutOff;
                    };
                    x += usize::from(right);
                    if up > 0 {
                        let rows = up.into();
                        return RowEnd::Next { rows, x };
                    }
                }
                (0, count) => {
                    let count = usize::from(count);
                    let packed = (count * usize::from(self.bits)).div_ceil(8);
                    let mut literals = [0; 3 * 255];
                    let literals = &mut literals[..packed];
                    if data.fill(literals).is_none() {
                        return RowEnd::CutOff;
                    }
                    match self.bits {
                        4 => {
                            let indices = literals.iter().flat_map(|byte| [byte >> 4, byte & 15]);
                            for (pixel, index) in row.iter_mut().zip(indices.take(count)) {
                                *pixel = index;
                            }
                        }
                        _ => {
                            let fits = row.len().min(literals.len());
                            row[..fits].copy_from_slice(&literals[..fits]);
                        }
                    }
                    x += count;
                }
                (count, first) => {
                    let count = usize::from(count);
                    let more = match bytes {
                        3 => data.two(),
                        _ => Some([0, 0]),
                    };
                    let Some(more) = more else {
                        return RowEnd::CutOff;
                    };
                    let pattern = match self.bits {
                        4 => &[first >> 4, first & 15][..],
                        8 => &[first],
                        _ => &[first, more[0], more[1]],
                    };
                    for (pixel, byte) in row
                        .iter_mut()
                        .take(count * bytes)
                        .zip(pattern.iter().cycle())
                    {
                        *pixel = *byte;
                    }
                    x += count;
                }
            }
        }
    }
}

/// How the runs of a row end.
enum RowEnd {
    /// So many rows later, at this pixel.
    Next {
        rows: usize,
        x: usize,
    },
    /// With the bitmap.
    Last,
    CutOff,
}

/// What is left of the runs.
struct Data<'a>(Reader<'a>);

impl Data<'_> {
    fn two(&mut self) -> Option<[u8; 2]> {
        self.0.array()
    }

    /// Takes bytes, and one more where they are odd in number.
    fn fill(&mut self, bytes: &mut [u8]) -> Option<()> {
        self.0.read_exact(bytes).ok()?;
        if !bytes.len().is_multiple_of(2) {
            self.0.byte();
        }
        Some(())
    }
}
