//! What must hold for every photo, tried with many: orientation, opacity, 16 bits, palettes, gray.
//!
//! The photos are made of blocks of one color each, so that a picture of the best quality shows them as they are.

use png::{BitDepth, ColorType};
use prep::{Color, Options, Subsampling};

use crate::common::{Random, pixels, prepare};

/// Blocks across and down; each is as large as a block of JPEG.
const BLOCKS: usize = 3;
const BLOCK: usize = 8;
const SIDE: usize = BLOCKS * BLOCK;
const BACKGROUND: [f64; 3] = [30.0, 200.0, 90.0];

/// Where the block seen at column `x`, row `y` is stored, by Exif's own words: which side of the scene the
/// 0th row and the 0th column are (Exif 2.32, 4.6.4 A).
fn stored_at(orientation: u16, x: usize, y: usize) -> (usize, usize) {
    let (right, bottom) = (BLOCKS - 1 - x, BLOCKS - 1 - y);
    match orientation {
        1 => (x, y),          // row: top, column: left
        2 => (right, y),      // top, right
        3 => (right, bottom), // bottom, right
        4 => (x, bottom),     // bottom, left
        5 => (y, x),          // left, top
        6 => (y, right),      // right, top
        7 => (bottom, right), // right, bottom
        8 => (bottom, x),     // left, bottom
        _ => unreachable!(),
    }
}

/// An Exif block of one entry.
fn exif(orientation: u16) -> Vec<u8> {
    let [low, high] = orientation.to_le_bytes();
    let entry = [0x12, 1, 3, 0, 1, 0, 0, 0, low, high, 0, 0];
    [&b"II*\0\x08\0\0\0\x01\0"[..], &entry, &[0; 4]].concat()
}

/// A PNG of blocks, with the samples of each block as they are stored.
fn photo(
    color: ColorType,
    depth: BitDepth,
    orientation: u16,
    palette: &[[u8; 4]],
    blocks: &[[Vec<u32>; BLOCKS]; BLOCKS],
) -> Result<Vec<u8>, png::EncodingError> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, SIDE as u32, SIDE as u32);
    encoder.set_color(color);
    encoder.set_depth(depth);
    if color == ColorType::Indexed {
        encoder.set_palette(
            palette
                .iter()
                .flat_map(|c| [c[0], c[1], c[2]])
                .collect::<Vec<_>>(),
        );
        encoder.set_trns(palette.iter().map(|c| c[3]).collect::<Vec<_>>());
    }
    let mut writer = encoder.write_header()?;
    writer.write_chunk(png::chunk::ChunkType(*b"eXIf"), &exif(orientation))?;
    let mut data = Vec::new();
    for y in 0..SIDE {
        let samples: Vec<u32> = (0..SIDE)
            .flat_map(|x| blocks[y / BLOCK][x / BLOCK].clone())
            .collect();
        match depth {
            BitDepth::Sixteen => {
                data.extend(
                    samples
                        .iter()
                        .flat_map(|&sample| (sample as u16).to_be_bytes()),
                );
            }
            _ => {
                let bits = depth as usize;
                data.extend(samples.chunks(8 / bits).map(|samples| {
                    let packed = samples.iter().fold(0, |byte, sample| byte << bits | sample);
                    packed as u8
                }));
            }
        }
    }
    writer.write_image_data(&data)?;
    writer.finish()?;
    Ok(file)
}

/// What a block of these samples looks like on the background, in double precision.
fn looks(color: ColorType, depth: BitDepth, palette: &[[u8; 4]], samples: &[u32]) -> [f64; 3] {
    let most = f64::from((1_u32 << depth as u32) - 1);
    let part = |i: usize| f64::from(samples[i]) / most;
    let ([red, green, blue], opacity) = match color {
        ColorType::Grayscale => ([part(0); 3], 1.0),
        ColorType::GrayscaleAlpha => ([part(0); 3], part(1)),
        ColorType::Rgb => ([part(0), part(1), part(2)], 1.0),
        ColorType::Rgba => ([part(0), part(1), part(2)], part(3)),
        ColorType::Indexed => {
            let [red, green, blue, opacity] =
                palette[samples[0] as usize].map(|v| f64::from(v) / 255.0);
            ([red, green, blue], opacity)
        }
    };
    let colors = [red, green, blue];
    [0, 1, 2].map(|i| colors[i] * 255.0 * opacity + BACKGROUND[i] * (1.0 - opacity))
}

#[test]
fn blocks_are_where_and_what_they_should_be() {
    let mut random = Random::new(7);
    let [red, green, blue] = BACKGROUND.map(|v| v as u8);
    let options = Options::new()
        .minimum_side(1)
        .quality(100)
        .subsampling(Subsampling::S444)
        .background(Color::new(red, green, blue));
    use BitDepth::{Eight, Four, One, Sixteen, Two};
    use ColorType::{Grayscale, GrayscaleAlpha, Indexed, Rgb, Rgba};
    for (color, depth) in [
        (Grayscale, One),
        (Grayscale, Two),
        (Grayscale, Four),
        (Grayscale, Eight),
        (Grayscale, Sixteen),
        (GrayscaleAlpha, Eight),
        (GrayscaleAlpha, Sixteen),
        (Rgb, Eight),
        (Rgb, Sixteen),
        (Rgba, Eight),
        (Rgba, Sixteen),
        (Indexed, One),
        (Indexed, Two),
        (Indexed, Four),
        (Indexed, Eight),
    ] {
        for orientation in 1..=8 {
            for _ in 0..4 {
                let levels = 1 << depth as u32;
                let palette: Vec<[u8; 4]> = (0..levels.min(256))
                    .map(|_| [(); 4].map(|()| random.below(256) as u8))
                    .collect();
                let blocks: [[Vec<u32>; BLOCKS]; BLOCKS] = std::array::from_fn(|_| {
                    std::array::from_fn(|_| {
                        (0..color.samples())
                            .map(|_| random.below(levels) as u32)
                            .collect()
                    })
                });

                let file = photo(color, depth, orientation, &palette, &blocks).unwrap();
                let picture = pixels(&prepare(&file, options).unwrap().1);

                assert_eq!(picture.dimensions(), (SIDE as u32, SIDE as u32));
                for (y, x) in (0..BLOCKS).flat_map(|y| (0..BLOCKS).map(move |x| (y, x))) {
                    let (column, row) = stored_at(orientation, x, y);
                    let expected = looks(color, depth, &palette, &blocks[row][column]);
                    let at = [x, y].map(|block| (block * BLOCK + BLOCK / 2) as u32);
                    let actual = picture.get_pixel(at[0], at[1]).0;
                    for (actual, expected) in actual.into_iter().zip(expected) {
                        assert!(
                            (f64::from(actual) - expected).abs() <= 3.0,
                            "{color:?} {depth:?} orientation {orientation}: {actual} {expected}"
                        );
                    }
                }
            }
        }
    }
}
