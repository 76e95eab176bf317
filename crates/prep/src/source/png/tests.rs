//! Photos of every kind, with filters and bytes by chance, held against the `png` crate, which shares nothing with this reader but
//! the inflating.

mod animations;
mod damage;
mod rows;

use std::io::{Cursor, Write};

use png::Transformations;

use super::header::ImageHeader;
use super::inflate::Inflate;
use super::passes::Rows;
use crate::photo::Photo;
use crate::pixels::Row;

/// Numbers that differ.
struct Random(u32);

impl Random {
    fn below(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as usize % below
    }
}

#[derive(Clone, Copy, Debug)]
struct Kind {
    width: u32,
    height: u32,
    depth: u8,
    color: u8,
    is_interlaced: bool,
    has_transparency: bool,
}

/// Every color type with every depth that it may have (table 11.1).
const COLORS: [(u8, &[u8]); 5] = [
    (0, &[1, 2, 4, 8, 16]),
    (2, &[8, 16]),
    (3, &[1, 2, 4, 8]),
    (4, &[8, 16]),
    (6, &[8, 16]),
];

impl Kind {
    fn all() -> impl Iterator<Item = Self> {
        let sizes = [(1, 1), (3, 2), (7, 9), (33, 17), (64, 21), (5, 1), (1, 6)];
        let colors = COLORS
            .into_iter()
            .flat_map(|(color, depths)| depths.iter().map(move |&depth| (color, depth)));
        colors.flat_map(move |(color, depth)| {
            sizes.into_iter().flat_map(move |(width, height)| {
                [false, true].into_iter().flat_map(move |is_interlaced| {
                    [false, true].map(|has_transparency| Self {
                        width,
                        height,
                        depth,
                        color,
                        is_interlaced,
                        has_transparency,
                    })
                })
            })
        })
    }

    fn row_bytes(self, pixels: u32) -> usize {
        let channels = [1, 0, 3, 1, 2, 0, 4][usize::from(self.color)];
        (pixels as usize * channels * usize::from(self.depth)).div_ceil(8)
    }

    /// Random scanlines: their filter types, and their bytes as filtered.
    fn scanlines(self, random: &mut Random) -> Vec<u8> {
        let passes: &[[u32; 4]] = match self.is_interlaced {
            false => &[[0, 0, 1, 1]],
            true => &[
                [0, 0, 8, 8],
                [4, 0, 8, 8],
                [0, 4, 4, 8],
                [2, 0, 4, 4],
                [0, 2, 2, 4],
                [1, 0, 2, 2],
                [0, 1, 1, 2],
            ],
        };
        let mut scanlines = Vec::new();
        for &[left, top, across, down] in passes {
            let pixels = (left..self.width).step_by(across as usize).count();
            for _ in (top..self.height).step_by(down as usize) {
                if pixels > 0 {
                    scanlines.push(random.below(5) as u8);
                    // Few values, so that one of them is the transparent one now and then.
                    let values = [2, 3, 256][random.below(3)];
                    scanlines.extend(
                        (0..self.row_bytes(pixels as u32)).map(|_| random.below(values) as u8),
                    );
                }
            }
        }
        scanlines
    }

    fn chunks_before_pixels(self) -> Vec<u8> {
        let mut header = [self.width, self.height].map(u32::to_be_bytes).concat();
        header.extend([self.depth, self.color, 0, 0, self.is_interlaced.into()]);
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        png.extend(chunk(b"IHDR", &header));
        if self.color == 3 {
            // Fewer colors than indices reach.
            let colors = (3_usize << self.depth).min(3 * 200);
            let palette: Vec<u8> = (0..colors).map(|at| (at * 89 % 251) as u8).collect();
            png.extend(chunk(b"PLTE", &palette));
        }
        if self.has_transparency {
            let transparency: &[u8] = match self.color {
                0 | 4 => &[0, 1],
                3 => &[0, 100],
                _ => &[0, 1, 0, 0, 0, 1],
            };
            png.extend(chunk(b"tRNS", transparency));
        }
        png
    }

    fn file(self, deflated: &[u8], random: &mut Random) -> Vec<u8> {
        let mut png = self.chunks_before_pixels();
        let mut rest = deflated;
        while !rest.is_empty() {
            let length = [0, 1, 2, 50, 1000][random.below(5)].min(rest.len());
            let (data, later) = rest.split_at(length);
            png.extend(chunk(b"IDAT", data));
            rest = later;
        }
        png.extend(chunk(b"IEND", &[]));
        png
    }
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [&kind[..], data].concat();
    let length = (data.len() as u32).to_be_bytes();
    let checksum = crc32fast::hash(&named).to_be_bytes();
    [&length[..], &named, &checksum].concat()
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// The samples of the first `columns` of a row as big-endian bytes; none from the first row on that did not come.
fn actual(photo: &[u8], rows: u32, columns: u32) -> Result<Vec<Vec<u8>>, String> {
    let photo = Photo::from(photo);
    let header = ImageHeader::read(&photo, |_| Ok(())).map_err(|error| error.to_string())?;
    let mut reader = Rows::new(&header, rows, columns, || {
        Inflate::new(&photo, header.data, None)
    });
    let mut done = Vec::new();
    for y in 0..rows {
        match reader.row(y) {
            Ok((Row::Narrow(row), _)) => done.push(row.to_vec()),
            Ok((Row::Wide(row), _)) => {
                done.push(row.iter().flat_map(|sample| sample.to_be_bytes()).collect());
            }
            _ => break,
        }
    }
    Ok(done)
}

/// The rows of the `png` crate; all of them if it is interlaced, or an error.
fn expected(photo: &[u8], kind: Kind) -> Result<Vec<Vec<u8>>, png::DecodingError> {
    let mut decoder = png::Decoder::new(Cursor::new(photo));
    decoder.set_transformations(Transformations::EXPAND);
    decoder.ignore_checksums(true);
    let mut reader = decoder.read_info()?;
    let row_bytes = reader.output_line_size(kind.width).unwrap();
    if kind.is_interlaced {
        let mut frame = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut frame)?;
        return Ok(frame.chunks(row_bytes).map(<[u8]>::to_vec).collect());
    }
    let mut done = Vec::new();
    while let Ok(Some(row)) = reader.next_row() {
        done.push(row.data().to_vec());
    }
    Ok(done)
}
