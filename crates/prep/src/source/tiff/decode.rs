//! TIFF (TIFF 6.0, BigTIFF, and the technical notes): strips and tiles, row by row, of every kind that people have.
//!
//! Our own, because the `tiff` crate refuses palettes, CIELab and shared chroma, fails on planes of tiles, and decodes a
//! chunk at once; what unpacks data is of well-kept crates.

mod chunk;
mod directory;
mod fax;
mod layout;
mod luma;
mod raw;
mod samples;
mod unpack;

use chunk::{Came, Chunk};
use directory::Directory;
use layout::{Compression, Layout, Meaning};
use samples::Meanings;
use unpack::Buffer;

use crate::color::ColorSpace;
use crate::error::Error;
use crate::header::Format;
use crate::resample::{Resampler, memory_to_reduce};
use crate::source::context::{Claims, OpenContext, Opened};
use crate::source::decoder::{Decoder, Rows};
use crate::source::jpeg;
use crate::source::lzw;

/// Reads the header of the first page.
pub(super) fn open<'a>(context: &mut OpenContext<'a, '_>) -> Result<Opened<'a>, Error> {
    if let Some(preview) = raw::preview(context.photo)? {
        return jpeg::open_preview(context, preview.jpeg, preview.orientation);
    }
    let directory = Directory::first_page(context.photo)
        .ok_or_else(|| Format::TIFF.malformed("its directory is missing"))?;
    let orientation = directory.orientation();
    let icc = directory.bytes(34675, ColorSpace::MAX_ICC_READ);
    let layout = Layout::read(directory)?;
    context.check_size(Format::TIFF, layout.size)?;
    let meanings = Meanings::new(&layout);
    let samples = meanings.samples();
    let memory = memory_to_decode(&layout).saturating_add(memory_to_reduce(layout.size, samples));
    let space = match layout.meaning {
        Meaning::Lab | Meaning::IccLab => ColorSpace::Lab,
        _ => ColorSpace::from_icc(icc),
    };
    let claims = Claims {
        orientation: orientation.unwrap_or_default(),
        bits: layout.bits,
        ..Claims::new(Format::TIFF, layout.size, samples, memory)
    };
    let tiff = Tiff { layout, meanings };
    context.accept(claims, space, Decoder::Rows(Box::new(tiff)))
}

/// The chunks of a row at once, each with what its unpacking keeps, and a few rows.
fn memory_to_decode(layout: &Layout<'_>) -> u64 {
    let planes = layout.samples / layout.samples_in_chunk();
    let chunks = (layout.chunk.across * planes) as u64;
    let chunk_bytes = layout.row_bytes() as u64 * layout.chunk.height as u64;
    let kept = match layout.compression {
        Compression::None | Compression::PackBits | Compression::Fax(_) => 1 << 10,
        Compression::Lzw => lzw::MEMORY,
        // The window and the tables.
        Compression::Deflate => 64 << 10,
        // All samples, and before them as many coefficients of two bytes.
        Compression::Jpeg => chunk_bytes.saturating_mul(2) + (64 << 10),
    };
    // What is packed at once of each.
    let read = match layout.reverses_bits || matches!(layout.compression, Compression::Fax(_)) {
        true => chunks.saturating_mul(layout.most_packed().min(layout.directory.photo().length())),
        false => chunks * layout.bytes_at_once() as u64,
    };
    let wide = 4 * layout.size.width as u64 * layout.samples as u64;
    let rows = wide * (layout.rows_at_once() as u64 + 1) + 3 * layout.row_bytes() as u64;
    chunks
        .saturating_mul(kept)
        .saturating_add(rows)
        .saturating_add(read)
}

struct Tiff<'a> {
    layout: Layout<'a>,
    meanings: Meanings,
}

impl Rows for Tiff<'_> {
    fn decode(&mut self, resampler: &mut Resampler) -> Result<(), Error> {
        let needed = resampler.rows();
        let height = self.layout.chunk.height;
        let at_once = self.layout.rows_at_once();
        let mut rows: Vec<Buffer> = (0..at_once)
            .map(|_| {
                let width = self.layout.size.width as usize;
                Buffer::new(&self.layout, width * self.layout.samples)
            })
            .collect();
        let mut raw = vec![0; self.layout.row_bytes()];
        let mut spare = Vec::new();
        let mut has_come = false;
        for band in needed.start as usize / height..self.layout.chunk.down {
            let mut chunks = self.chunks(band, resampler);
            for top in (band * height..(band + 1) * height).step_by(at_once) {
                if top >= needed.end as usize {
                    return Ok(());
                }
                let mut is_whole = true;
                for (place, chunk) in &mut chunks {
                    let came = chunk.next_row(&mut raw, &mut spare);
                    if came != Came::Nothing {
                        place.unpack(&raw, &self.layout, &mut rows);
                        has_come = true;
                    }
                    is_whole &= came == Came::Whole;
                }
                for (y, row) in (top..(band + 1) * height).zip(&rows) {
                    if !needed.contains(&(y as u32)) {
                        continue;
                    }
                    match is_whole {
                        true => resampler.push(self.meanings.row(row)),
                        // What is missing is still what was there a row above.
                        false if has_come => resampler.push_doubtful(self.meanings.row(row)),
                        false => resampler.lose(1),
                    }
                }
            }
        }
        Ok(())
    }
}

impl<'a> Tiff<'a> {
    /// The chunks of a band that hold columns of the square, and where each belongs.
    fn chunks(&self, band: usize, resampler: &Resampler) -> Vec<(Place, Chunk<'a>)> {
        let Layout { chunk, samples, .. } = self.layout;
        let planes = samples / self.layout.samples_in_chunk();
        let columns = resampler.columns();
        let used =
            columns.start as usize / chunk.width..(columns.end as usize).div_ceil(chunk.width);
        let photo = self.layout.directory.photo();
        let at_once = self.layout.bytes_at_once();
        let mut chunks = Vec::new();
        for plane in 0..planes {
            for across in used.clone() {
                let index = (plane * chunk.down + band) * chunk.across + across;
                let place = Place {
                    column: across * chunk.width,
                    plane,
                };
                let packed = photo.reader_in_steps(self.layout.packed(index), at_once);
                chunks.push((place, Chunk::new(packed, &self.layout)));
            }
        }
        chunks
    }
}

/// Where the rows of a chunk belong.
struct Place {
    column: usize,
    plane: usize,
}

impl Place {
    /// Unpacks a row of a chunk to the row of the photo; rows that share chroma come at once.
    fn unpack(&self, raw: &[u8], layout: &Layout<'_>, rows: &mut [Buffer]) {
        let samples = layout.samples;
        let first = self.column * samples + self.plane;
        let width = layout
            .chunk
            .width
            .min(layout.size.width as usize - self.column);
        match layout.meaning {
            Meaning::YCbCr { across, down } if (across, down) != (1, 1) => {
                // Y of all pixels that share, row by row, then their Cb and Cr.
                let units = raw.chunks_exact(across * down + 2);
                for (unit, left) in units.zip((0..width).step_by(across)) {
                    let [cb, cr] = [unit[across * down], unit[across * down + 1]];
                    for (row, lumas) in rows.iter_mut().zip(unit.chunks(across)) {
                        let Buffer::Narrow(row) = row else { return };
                        let pixels = row[first..].chunks_exact_mut(samples);
                        for (pixel, &y) in pixels.skip(left).take(width - left).zip(lumas) {
                            pixel[..3].copy_from_slice(&[y, cb, cr]);
                        }
                    }
                }
            }
            _ => {
                let in_chunk = layout.samples_in_chunk();
                let bits = width * in_chunk * usize::from(layout.bits);
                let step = if layout.is_planar { samples } else { 1 };
                for row in rows {
                    row.unpack(&raw[..bits.div_ceil(8)], layout, first, step);
                }
            }
        }
    }
}
