//! Writes a page of TIFF in every way that the tests need.

use std::io::Write;

use super::{HEIGHT, WIDTH};

/// How a page is stored.
#[derive(Clone, Debug)]
pub(super) struct Kind {
    pub(super) is_little_endian: bool,
    pub(super) is_big_tiff: bool,
    /// Width and height of tiles, or the rows of a strip.
    pub(super) tile: Option<(usize, usize)>,
    pub(super) rows_per_strip: usize,
    pub(super) is_planar: bool,
    pub(super) channels: usize,
    pub(super) bits: usize,
    pub(super) compression: u64,
    pub(super) predictor: u64,
    pub(super) photometric: u64,
    pub(super) more: Vec<(u16, u16, Vec<u64>)>,
}

pub(super) const RGB: Kind = Kind {
    is_little_endian: true,
    is_big_tiff: false,
    tile: None,
    rows_per_strip: 16,
    is_planar: false,
    channels: 3,
    bits: 8,
    compression: 1,
    predictor: 1,
    photometric: 2,
    more: Vec::new(),
};

impl Kind {
    fn number(&self, value: u64, bytes: usize) -> Vec<u8> {
        match self.is_little_endian {
            true => value.to_le_bytes()[..bytes].to_vec(),
            false => value.to_be_bytes()[8 - bytes..].to_vec(),
        }
    }

    /// Writes the page whose sample at x, y and channel is as told: whole numbers of `bits` bits.
    pub(super) fn write(&self, sample: impl Fn(usize, usize, usize) -> u64) -> Vec<u8> {
        let (width, height) = self.tile.unwrap_or((WIDTH, self.rows_per_strip));
        let planes: Vec<Vec<usize>> = match self.is_planar {
            true => (0..self.channels).map(|channel| vec![channel]).collect(),
            false => vec![(0..self.channels).collect()],
        };
        let mut chunks = Vec::new();
        for channels in &planes {
            for top in (0..HEIGHT).step_by(height) {
                for left in (0..WIDTH).step_by(width) {
                    let bottom = if self.tile.is_some() {
                        top + height
                    } else {
                        (top + height).min(HEIGHT)
                    };
                    let mut raw = Vec::new();
                    for y in top..bottom {
                        raw.extend(self.row(y, left..left + width, channels, &sample));
                    }
                    chunks.push(self.pack(&raw));
                }
            }
        }
        self.assemble(&chunks)
    }

    fn row(
        &self,
        y: usize,
        columns: std::ops::Range<usize>,
        channels: &[usize],
        sample: &impl Fn(usize, usize, usize) -> u64,
    ) -> Vec<u8> {
        let mut values: Vec<u64> = columns
            .flat_map(|x| channels.iter().map(move |&channel| (x, channel)))
            .map(|(x, channel)| match x < WIDTH && y < HEIGHT {
                true => sample(x, y, channel),
                // What tiles have beyond the page.
                false => 0x5A5A_5A5A_5A5A_5A5A & ((1 << self.bits) - 1),
            })
            .collect();
        let step = channels.len();
        if self.predictor == 2 {
            for index in (step..values.len()).rev() {
                values[index] =
                    values[index].wrapping_sub(values[index - step]) & ((1 << self.bits) - 1);
            }
        }
        if self.predictor == 3 {
            let bytes = self.bits / 8;
            let mut apart: Vec<u8> = (0..bytes)
                .flat_map(|byte| {
                    values
                        .iter()
                        .map(move |value| (value >> (8 * (bytes - 1 - byte))) as u8)
                })
                .collect();
            for index in (step..apart.len()).rev() {
                apart[index] = apart[index].wrapping_sub(apart[index - step]);
            }
            return apart;
        }
        if self.bits.is_multiple_of(8) {
            return values
                .iter()
                .flat_map(|&value| self.number(value, self.bits / 8))
                .collect();
        }
        let bits: Vec<bool> = values
            .iter()
            .flat_map(|value| (0..self.bits).rev().map(move |bit| value >> bit & 1 == 1))
            .collect();
        bits.chunks(8)
            .map(|byte| {
                byte.iter()
                    .enumerate()
                    .map(|(at, &bit)| u8::from(bit) << (7 - at))
                    .sum()
            })
            .collect()
    }

    fn pack(&self, raw: &[u8]) -> Vec<u8> {
        match self.compression {
            5 => weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8)
                .encode(raw)
                .expect("all bytes can be coded"),
            8 => {
                let mut encoder =
                    flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
                encoder.write_all(raw).expect("memory takes all");
                encoder.finish().expect("memory takes all")
            }
            32773 => raw
                .chunk_by(|a, b| a == b)
                .flat_map(|run| run.chunks(128))
                .flat_map(|run| match run.len() {
                    1 => vec![0, run[0]],
                    long => vec![(1 - long as i32) as u8, run[0]],
                })
                .collect(),
            _ => raw.to_vec(),
        }
    }

    pub(super) fn assemble(&self, chunks: &[Vec<u8>]) -> Vec<u8> {
        let word = if self.is_big_tiff { 8 } else { 4 };
        let mut file = if self.is_little_endian {
            b"II".to_vec()
        } else {
            b"MM".to_vec()
        };
        match self.is_big_tiff {
            false => file.extend(self.number(42, 2)),
            true => {
                file.extend([self.number(43, 2), self.number(8, 2), self.number(0, 2)].concat())
            }
        }
        let pointer = file.len();
        file.extend(vec![0; word]);
        let mut offsets = Vec::new();
        for chunk in chunks {
            offsets.push(file.len() as u64);
            file.extend(chunk);
            file.resize(file.len().next_multiple_of(2), 0);
        }
        let lengths = chunks.iter().map(|chunk| chunk.len() as u64).collect();
        let short = |value: usize| vec![value as u64];
        let mut tags = vec![
            (256, 4, short(WIDTH)),
            (257, 4, short(HEIGHT)),
            (258, 3, vec![self.bits as u64; self.channels]),
            (259, 3, vec![self.compression]),
            (262, 3, vec![self.photometric]),
            (277, 3, short(self.channels)),
            (284, 3, short(1 + usize::from(self.is_planar))),
            (317, 3, vec![self.predictor]),
        ];
        match self.tile {
            Some((width, height)) => tags.extend([
                (322, 4, short(width)),
                (323, 4, short(height)),
                (324, 4, offsets),
                (325, 4, lengths),
            ]),
            None => tags.extend([
                (273, 4, offsets),
                (278, 4, short(self.rows_per_strip)),
                (279, 4, lengths),
            ]),
        }
        tags.extend(self.more.clone());
        tags.sort();
        let mut values = Vec::new();
        let mut entries = Vec::new();
        for (tag, kind, numbers) in &tags {
            let size = [0, 1, 1, 2, 4][usize::from(*kind)];
            let mut bytes: Vec<u8> = numbers
                .iter()
                .flat_map(|&number| self.number(number, size))
                .collect();
            if bytes.len() > word {
                values.resize(values.len() + values.len() % 2, 0);
                let place = (file.len() + values.len()) as u64;
                values.extend(bytes);
                bytes = self.number(place, word);
            }
            bytes.resize(word, 0);
            entries.push((*tag, *kind, numbers.len() as u64, bytes));
        }
        file.extend(values);
        file.resize(file.len().next_multiple_of(2), 0);
        let directory = file.len() as u64;
        file[pointer..pointer + word].copy_from_slice(&self.number(directory, word));
        file.extend(self.number(entries.len() as u64, if self.is_big_tiff { 8 } else { 2 }));
        for (tag, kind, count, bytes) in entries {
            file.extend(self.number(tag.into(), 2));
            file.extend(self.number(kind.into(), 2));
            file.extend(self.number(count, word));
            file.extend(bytes);
        }
        // There is a next directory: this one. Whoever follows must not do so for ever.
        file.extend(self.number(directory, word));
        file
    }
}
