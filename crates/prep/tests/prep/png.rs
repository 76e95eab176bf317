//! PNG of every color type, depth, interlacing and transparency, and what is told of damaged ones.

use std::io::Write;

use prep::{ErrorKind, OnDamage, Options, Samples};

use crate::common::{finest, prepare};

const WIDTH: usize = 43;
const HEIGHT: usize = 61;

fn options() -> Options {
    finest().side(32)
}

fn picture_of(photo: &[u8]) -> Vec<u8> {
    crate::common::picture_of(photo, options(), "the photo")
}

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let named = [&name[..], data].concat();
    [
        &(data.len() as u32).to_be_bytes()[..],
        &named,
        &crc32fast::hash(&named).to_be_bytes(),
    ]
    .concat()
}

/// How a photo is stored (ISO/IEC 15948, 11.2.2).
#[derive(Clone, Copy, Debug)]
struct Kind {
    color: u8,
    depth: usize,
    is_interlaced: bool,
    height: usize,
}

const GRAY: u8 = 0;
const RGB: u8 = 2;
const PALETTE: u8 = 3;
const GRAY_ALPHA: u8 = 4;
const RGBA: u8 = 6;

impl Kind {
    fn channels(self) -> usize {
        match self.color {
            GRAY | PALETTE => 1,
            GRAY_ALPHA => 2,
            RGB => 3,
            _ => 4,
        }
    }

    /// Writes the photo; the data come in chunks of `split` bytes.
    fn write(
        self,
        more: &[Vec<u8>],
        split: usize,
        sample: impl Fn(usize, usize, usize) -> usize,
    ) -> Vec<u8> {
        let mut rows = Vec::new();
        // First column and row, and the steps between them (8.2).
        let passes: &[[usize; 4]] = match self.is_interlaced {
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
        for &[left, top, across, down] in passes {
            if left >= WIDTH {
                continue;
            }
            for y in (top..self.height).step_by(down) {
                rows.push(0);
                let mut bits = Vec::new();
                for x in (left..WIDTH).step_by(across) {
                    for channel in 0..self.channels() {
                        let value = sample(x, y, channel);
                        bits.extend((0..self.depth).rev().map(|bit| value >> bit & 1 == 1));
                    }
                }
                rows.extend(bits.chunks(8).map(|byte| -> u8 {
                    byte.iter()
                        .enumerate()
                        .map(|(at, &bit)| u8::from(bit) << (7 - at))
                        .sum()
                }));
            }
        }
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(&rows).expect("memory takes all");
        let data = encoder.finish().expect("memory takes all");
        let mut header = [WIDTH as u32, self.height as u32]
            .map(u32::to_be_bytes)
            .concat();
        header.extend([
            self.depth as u8,
            self.color,
            0,
            0,
            u8::from(self.is_interlaced),
        ]);
        let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
        png.extend(chunk(b"IHDR", &header));
        png.extend(more.concat());
        for data in data.chunks(split) {
            png.extend(chunk(b"IDAT", data));
        }
        png.extend(chunk(b"IEND", &[]));
        png
    }
}

fn value(x: usize, y: usize, channel: usize) -> usize {
    (x * 1511 + y * 977 + channel * 21001 + x * y * 53) % 65536
}

/// A value of `depth` bits spread over 8 or 16.
fn spread(value: usize, depth: usize) -> usize {
    let wide = if depth == 16 { 65535 } else { 255 };
    let most = (1 << depth) - 1;
    (value * wide + most / 2) / most
}

/// The same photo without any of what is tested: red, green, blue (and opacity), plainly stored.
fn plain(depth: usize, has_alpha: bool, sample: impl Fn(usize, usize, usize) -> usize) -> Vec<u8> {
    let kind = Kind {
        color: if has_alpha { RGBA } else { RGB },
        depth: if depth == 16 { 16 } else { 8 },
        is_interlaced: false,
        height: HEIGHT,
    };
    kind.write(&[], usize::MAX, sample)
}

#[test]
fn every_color_type_depth_and_interlacing_shows_its_samples() {
    let kinds = [
        (GRAY, &[1, 2, 4, 8, 16][..], Samples::Gray),
        (RGB, &[8, 16], Samples::Rgb),
        (GRAY_ALPHA, &[8, 16], Samples::GrayAlpha),
        (RGBA, &[8, 16], Samples::Rgba),
    ];
    for (color, depths, samples) in kinds {
        for &depth in depths {
            let stored = |x, y, channel| value(x, y, channel) >> (16 - depth);
            let is_gray = color == GRAY || color == GRAY_ALPHA;
            let has_alpha = color == GRAY_ALPHA || color == RGBA;
            let expected = picture_of(&plain(depth, has_alpha, |x, y, channel| {
                let channel = match (is_gray, channel) {
                    (true, 0..=2) => 0,
                    (true, _) => 1,
                    (false, channel) => channel,
                };
                spread(stored(x, y, channel), depth)
            }));
            for is_interlaced in [false, true] {
                let kind = Kind {
                    color,
                    depth,
                    is_interlaced,
                    height: HEIGHT,
                };
                let photo = kind.write(&[], 100, stored);

                let (prepared, picture) = prepare(&photo, options()).unwrap();

                assert_eq!(prepared.header.samples, samples, "{kind:?}");
                assert_eq!(usize::from(prepared.header.bits), depth, "{kind:?}");
                assert!(picture == expected, "{kind:?}");
            }
        }
    }
}

#[test]
fn palettes_are_looked_up_with_their_opacity() {
    for depth in [1, 2, 4, 8] {
        for opaque_from in [None, Some(1), Some(1 << depth)] {
            let colors = 1 << depth;
            let entry = |index: usize| [index * 83 % 256, 255 - index * 29 % 256, index * 7 % 256];
            let alpha = |index: usize| match opaque_from {
                Some(from) if index < from => index * 50 % 256,
                _ => 255,
            };
            let stored = |x, y, _| value(x, y, 0) >> (16 - depth);
            let expected = picture_of(&plain(8, opaque_from.is_some(), |x, y, channel| {
                let index = stored(x, y, 0);
                match channel {
                    3 => alpha(index),
                    channel => entry(index)[channel],
                }
            }));
            let mut more = vec![chunk(
                b"PLTE",
                &(0..colors)
                    .flat_map(entry)
                    .map(|value| value as u8)
                    .collect::<Vec<_>>(),
            )];
            if let Some(from) = opaque_from {
                let alphas: Vec<u8> = (0..from).map(|index| alpha(index) as u8).collect();
                more.push(chunk(b"tRNS", &alphas));
            }
            for is_interlaced in [false, true] {
                let kind = Kind {
                    color: PALETTE,
                    depth,
                    is_interlaced,
                    height: HEIGHT,
                };

                assert!(
                    picture_of(&kind.write(&more, 77, stored)) == expected,
                    "{kind:?}, {opaque_from:?}"
                );
            }
        }
    }
}

#[test]
fn one_color_may_be_invisible() {
    for (color, depth) in [
        (GRAY, 1),
        (GRAY, 2),
        (GRAY, 4),
        (GRAY, 8),
        (GRAY, 16),
        (RGB, 8),
        (RGB, 16),
    ] {
        // Few colors, so that one of them is there often.
        let stored = |x: usize, y: usize, channel: usize| {
            (((x / 5 + y / 7 + channel) % 4 * 21845) >> (16 - depth)) & ((1 << depth) - 1)
        };
        let kind = Kind {
            color,
            depth,
            is_interlaced: false,
            height: HEIGHT,
        };
        let invisible: Vec<usize> = (0..kind.channels())
            .map(|channel| stored(5, 0, channel))
            .collect();
        let bytes: Vec<u8> = invisible
            .iter()
            .flat_map(|&value| (value as u16).to_be_bytes())
            .collect();
        let expected = picture_of(&plain(depth, true, |x, y, channel| {
            let is_invisible =
                (0..invisible.len()).all(|channel| stored(x, y, channel) == invisible[channel]);
            let most = if depth == 16 { 65535 } else { 255 };
            match channel {
                3 => {
                    if is_invisible {
                        0
                    } else {
                        most
                    }
                }
                _ if color == GRAY => spread(stored(x, y, 0), depth),
                channel => spread(stored(x, y, channel), depth),
            }
        }));

        for is_interlaced in [false, true] {
            let kind = Kind {
                is_interlaced,
                ..kind
            };
            let photo = kind.write(&[chunk(b"tRNS", &bytes)], 1000, stored);

            assert!(picture_of(&photo) == expected, "{kind:?}");
        }
    }
}

fn share(photo: &[u8]) -> Result<f32, prep::Error> {
    let (prepared, picture) = prepare(photo, options().on_damage(OnDamage::Accept))?;
    assert!(!picture.is_empty());
    Ok(prepared.lost)
}

const PHOTO: Kind = Kind {
    color: RGB,
    depth: 8,
    is_interlaced: false,
    height: HEIGHT,
};

fn stored(x: usize, y: usize, channel: usize) -> usize {
    value(x, y, channel) >> 8
}

#[test]
fn what_is_cut_off_is_lost_from_there_on() {
    let whole = PHOTO.write(&[], 100, stored);
    let mut before = 1.0;
    // The square is rows 9 to 52 of 61, and the kernel sees a few more.
    for (percent, range) in [
        (30, 0.5..0.95),
        (50, 0.3..0.7),
        (80, 0.02..0.25),
        (95, 0.0..0.01),
        (100, 0.0..0.001),
    ] {
        let lost = share(&whole[..whole.len() * percent / 100]).unwrap();

        assert!(range.contains(&lost), "{percent} %: {lost}");
        assert!(lost <= before);
        before = lost;
    }
    let half = &whole[..whole.len() / 2];
    let refused = prepare(half, options()).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Damaged, "{refused}");
    assert!(share(&whole[..100]).is_err(), "not a row is there");
}

#[test]
fn rows_behind_a_wrong_checksum_are_doubtful() {
    for is_interlaced in [false, true] {
        let kind = Kind {
            is_interlaced,
            ..PHOTO
        };
        let whole = kind.write(&[], 500, stored);
        let chunks: Vec<usize> = (0..whole.len())
            .filter(|&at| whole[at..].starts_with(b"IDAT"))
            .collect();
        let mut broken = whole.clone();
        // The checksum alone: what is decoded is what it was, but that cannot be known.
        broken[chunks[chunks.len() / 2] - 8] ^= 1;

        let lost = share(&broken).unwrap();

        match is_interlaced {
            false => assert!((0.3..0.8).contains(&lost), "{lost}"),
            // All passes are needed for a row, and the last are the longest.
            true => assert!(lost > 0.9, "{lost}"),
        }
        let (_, picture) = prepare(&broken, options().on_damage(OnDamage::Accept)).unwrap();
        assert!(
            picture == picture_of(&whole),
            "what can be decoded is shown"
        );
        assert_eq!(
            prepare(&broken, options()).unwrap_err().kind(),
            ErrorKind::Damaged
        );
    }
    for name in [b"IHDR", b"PLTE"] {
        let kind = Kind {
            color: PALETTE,
            ..PHOTO
        };
        let mut broken = kind.write(&[chunk(b"PLTE", &[0; 768])], 500, stored);
        let at = (0..broken.len())
            .find(|&at| broken[at..].starts_with(name))
            .unwrap();
        let length = u32::from_be_bytes(broken[at - 4..at].try_into().unwrap()) as usize;
        broken[at + 4 + length] ^= 1;

        assert_eq!(share(&broken).unwrap_err().kind(), ErrorKind::Damaged);
    }
}

#[test]
fn what_lies_below_the_square_is_not_read() {
    // Half of what is below the square; the decoder looks ahead by the window of deflate, 32 KiB.
    let kind = Kind {
        height: 2000,
        ..PHOTO
    };
    let whole = kind.write(&[], 100, stored);
    let mut broken = whole.clone();
    let end = broken.len() * 3 / 4;
    broken[end..].fill(0);

    let (prepared, picture) = prepare(&broken, options().on_damage(OnDamage::Refuse)).unwrap();

    assert_eq!(prepared.lost, 0.0);
    assert!(picture == picture_of(&whole));
}

#[test]
fn an_interlaced_photo_that_is_cut_off_in_its_last_pass_keeps_every_other_row() {
    let kind = Kind {
        is_interlaced: true,
        ..PHOTO
    };
    let whole = kind.write(&[], 100, stored);

    // The last pass is half of all.
    let lost = share(&whole[..whole.len() * 55 / 100]).unwrap();

    assert!((0.35..0.55).contains(&lost), "{lost}");
}

#[test]
fn any_beginning_is_a_picture_or_an_error() {
    for is_interlaced in [false, true] {
        let kind = Kind {
            is_interlaced,
            ..PHOTO
        };
        let whole = kind.write(&[], 90, stored);
        for length in 0..whole.len() {
            let _ = prepare(&whole[..length], options().on_damage(OnDamage::Accept));
        }
    }
}

/// Every color type and depth, interlaced and not, for [`crate::differential`].
pub(crate) fn variants() -> Vec<(String, Vec<u8>)> {
    let palette: Vec<u8> = (0..768).map(|at| (at * 89 % 256) as u8).collect();
    let mut photos = Vec::new();
    for (color, depths) in [
        (GRAY, &[1, 2, 4, 8, 16][..]),
        (RGB, &[8, 16]),
        (PALETTE, &[1, 2, 4, 8]),
        (GRAY_ALPHA, &[8, 16]),
        (RGBA, &[8, 16]),
    ] {
        for (&depth, is_interlaced) in depths
            .iter()
            .flat_map(|depth| [(depth, false), (depth, true)])
        {
            let kind = Kind {
                color,
                depth,
                is_interlaced,
                height: HEIGHT,
            };
            let more = match color {
                PALETTE => vec![chunk(b"PLTE", &palette[..3 << depth])],
                _ => Vec::new(),
            };
            let photo = kind.write(&more, 100, |x, y, channel| {
                value(x, y, channel) >> (16 - depth)
            });
            photos.push((format!("{color}-{depth}-{is_interlaced}.png"), photo));
        }
    }
    photos
}
