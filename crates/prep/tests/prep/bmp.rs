//! Bitmaps with every header, depth and coding: the same scene gives the same picture.

use prep::{Color, ErrorKind, OnDamage, Options, Samples};

use crate::common::{finest, pixels, prepare};

const WIDTH: usize = 45;
const HEIGHT: usize = 38;

fn options() -> Options {
    finest().side(32)
}

fn picture_of(photo: &[u8], what: &str) -> Vec<u8> {
    crate::common::picture_of(photo, options(), what)
}

/// The index of a pixel in a palette of so many colors; runs of different lengths.
fn index(x: usize, y: usize, colors: usize) -> usize {
    (x / (1 + y % 7) + y) % colors
}

fn color(index: usize) -> [u8; 3] {
    [index * 37 % 256, 255 - index * 11 % 256, index * 91 % 256].map(|value| value as u8)
}

/// The truth, as a bitmap of the plainest kind: what all others must equal.
fn plain(color_at: impl Fn(usize, usize) -> [u8; 3]) -> Vec<u8> {
    let rows = (0..HEIGHT).rev().flat_map(|y| {
        let mut row: Vec<u8> = (0..WIDTH)
            .flat_map(|x| {
                let [r, g, b] = color_at(x, y);
                [b, g, r]
            })
            .collect();
        row.resize(row.len().next_multiple_of(4), 0);
        row
    });
    file(
        &header(40, HEIGHT as i32, 24, 0, 0),
        &[],
        &rows.collect::<Vec<_>>(),
    )
}

/// A header of `length` bytes.
fn header(length: u32, height: i32, bits: u16, coding: u32, colors: u32) -> Vec<u8> {
    let mut header = length.to_le_bytes().to_vec();
    if length == 12 {
        header.extend((WIDTH as u16).to_le_bytes());
        header.extend((height as u16).to_le_bytes());
        header.extend(1_u16.to_le_bytes());
        header.extend(bits.to_le_bytes());
        return header;
    }
    header.extend((WIDTH as u32).to_le_bytes());
    header.extend(height.to_le_bytes());
    header.extend(1_u16.to_le_bytes());
    header.extend(bits.to_le_bytes());
    for field in [coding, 0, 2835, 2835, colors, 0] {
        header.extend(field.to_le_bytes());
    }
    header.resize(length as usize, 0);
    header
}

fn file(header: &[u8], between: &[u8], pixels: &[u8]) -> Vec<u8> {
    let start = (14 + header.len() + between.len()) as u32;
    let mut file = b"BM".to_vec();
    file.extend((start + pixels.len() as u32).to_le_bytes());
    file.extend([0; 4]);
    file.extend(start.to_le_bytes());
    [&file, header, between, pixels].concat()
}

fn palette(colors: usize, entry: usize) -> Vec<u8> {
    (0..colors)
        .flat_map(|index| {
            let [r, g, b] = color(index);
            [b, g, r, 0][..entry].to_vec()
        })
        .collect()
}

fn indexed_rows(bits: usize, colors: usize, is_top_down: bool) -> Vec<u8> {
    let rows: Vec<usize> = match is_top_down {
        true => (0..HEIGHT).collect(),
        false => (0..HEIGHT).rev().collect(),
    };
    rows.into_iter()
        .flat_map(|y| {
            let mut row = vec![0; (WIDTH * bits).div_ceil(32) * 4];
            for x in 0..WIDTH {
                row[x * bits / 8] |= (index(x, y, colors) << (8 - bits - x * bits % 8)) as u8;
            }
            row
        })
        .collect()
}

#[test]
fn a_palette_of_any_depth_in_any_header_is_looked_up() {
    for bits in [1, 2, 4, 8] {
        let colors = 1 << bits;
        let expected = picture_of(&plain(|x, y| color(index(x, y, colors))), "plain");
        for length in [12, 16, 40, 52, 56, 64, 108, 124] {
            // Windows never read more than 2 bits of height in the first header: they are from the bottom up.
            for is_top_down in [false, true] {
                if is_top_down && length == 12 {
                    continue;
                }
                let height = if is_top_down {
                    -(HEIGHT as i32)
                } else {
                    HEIGHT as i32
                };
                let entry = if length == 12 { 3 } else { 4 };
                let header = header(length, height, bits as u16, 0, 0);

                let photo = file(
                    &header,
                    &palette(colors, entry),
                    &indexed_rows(bits, colors, is_top_down),
                );

                let what = format!("{bits} bits, header of {length}, {is_top_down}");
                assert!(picture_of(&photo, &what) == expected, "{what}");
            }
        }
    }
}

#[test]
fn a_count_of_colors_that_cannot_be_is_taken_for_all() {
    let expected = picture_of(&plain(|x, y| color(index(x, y, 256))), "plain");
    for count in [0, 256, 257, 305_402_420, u32::MAX] {
        let header = header(40, HEIGHT as i32, 8, 0, count);
        let photo = file(&header, &palette(256, 4), &indexed_rows(8, 256, false));

        assert!(picture_of(&photo, "count") == expected, "{count}");
    }
    // Fewer than the depth allows: what is not there is black.
    let few = file(
        &header(40, HEIGHT as i32, 8, 0, 10),
        &palette(10, 4),
        &indexed_rows(8, 12, false),
    );
    let black_beyond = plain(|x, y| match index(x, y, 12) {
        known @ 0..10 => color(known),
        _ => [0; 3],
    });
    assert!(picture_of(&few, "few") == picture_of(&black_beyond, "plain"));
}

#[test]
fn words_have_their_samples_where_the_masks_say() {
    // Header, bits, coding, masks of red, green, blue, opacity.
    let kinds: [(u32, u16, u32, [u32; 4]); 9] = [
        (40, 16, 0, [0x7C00, 0x3E0, 0x1F, 0]),
        (40, 16, 3, [0xF800, 0x7E0, 0x1F, 0]),
        (40, 32, 0, [0xFF_0000, 0xFF00, 0xFF, 0]),
        (40, 32, 3, [0xFF, 0xFF00, 0xFF_0000, 0]),
        (52, 16, 3, [0xF00, 0xF0, 0xF, 0]),
        (56, 32, 3, [0x3FF0_0000, 0xF_FC00, 0x3FF, 0]),
        (108, 32, 3, [0xFF00_0000, 0xFF_0000, 0xFF00, 0xFF]),
        (124, 16, 3, [0xF000, 0xF00, 0xF0, 0xF]),
        (40, 32, 6, [0xFF_0000, 0xFF00, 0xFF, 0xFF00_0000]),
    ];
    for (length, bits, coding, masks) in kinds {
        let what = format!("header of {length}, {bits} bits, {masks:x?}");
        let scene = |x: usize, y: usize| {
            [x * 5, y * 6, x + y * 4, 100 + x * 3].map(|value| value as u64 % 256)
        };
        let most = |mask: u32| u64::from(mask >> mask.trailing_zeros().min(31));
        let stored = |value: u64, mask: u32| (value * most(mask) + 127) / 255;
        let rows: Vec<u8> = (0..HEIGHT)
            .rev()
            .flat_map(|y| {
                let mut row: Vec<u8> = (0..WIDTH)
                    .flat_map(|x| {
                        let word: u32 = (0..4)
                            .filter(|&sample| masks[sample] != 0)
                            .map(|sample| {
                                (stored(scene(x, y)[sample], masks[sample]) as u32)
                                    << masks[sample].trailing_zeros()
                            })
                            .sum();
                        word.to_le_bytes()[..usize::from(bits / 8)].to_vec()
                    })
                    .collect();
                row.resize(row.len().next_multiple_of(4), 0);
                row
            })
            .collect();
        let mut head = header(length, HEIGHT as i32, bits, coding, 0);
        let fields: Vec<u8> = masks.iter().flat_map(|mask| mask.to_le_bytes()).collect();
        let mut between = Vec::new();
        match (length, coding) {
            (_, 0) => {}
            (40, 3) => between.extend(&fields[..12]),
            (40, _) => between.extend(&fields),
            (52, _) => head[40..52].copy_from_slice(&fields[..12]),
            _ => head[40..56].copy_from_slice(&fields),
        }
        let over = |value: u64, alpha: u64| (value * alpha + 255 * (255 - alpha)) as f64 / 255.0;
        let truth = |x: usize, y: usize| -> [f64; 3] {
            let spread = |sample: usize| {
                stored(scene(x, y)[sample], masks[sample]) as f64 * 255.0
                    / most(masks[sample]) as f64
            };
            let alpha = if masks[3] == 0 {
                255
            } else {
                spread(3).round() as u64
            };
            [0, 1, 2].map(|sample| over(spread(sample).round() as u64, alpha))
        };

        let (prepared, picture) =
            prepare(&file(&head, &between, &rows), options().side(38)).unwrap();

        let alpha = masks[3] != 0;
        assert_eq!(prepared.header.samples == Samples::Rgba, alpha, "{what}");
        // The square is as large as the picture: columns from 3.5 on, so two neighbors are mixed.
        let picture = pixels(&picture);
        let (left, right) = (truth(3 + 20, 17), truth(4 + 20, 17));
        for channel in 0..3 {
            let actual = f64::from(picture.get_pixel(20, 17).0[channel]);
            let (low, high) = (
                left[channel].min(right[channel]) - 9.0,
                left[channel].max(right[channel]) + 9.0,
            );
            assert!(
                (low..=high).contains(&actual),
                "{what}: {actual}, not {low}…{high}"
            );
        }
    }
}

/// Codes each row as runs and literals in turn, in pairs of bytes.
fn runs(bits: usize, colors: usize) -> Vec<u8> {
    let mut coded = Vec::new();
    for y in (0..HEIGHT).rev() {
        let row: Vec<usize> = (0..WIDTH).map(|x| index(x, y, colors)).collect();
        let mut x = 0;
        while x < WIDTH {
            let run = row[x..]
                .iter()
                .take_while(|&&next| next == row[x])
                .count()
                .min(255);
            // Literals of fewer than three pixels cannot be told from commands.
            if run >= 3 || WIDTH - x < 3 {
                let index = row[x] as u8;
                coded.extend([
                    run as u8,
                    if bits == 4 { index << 4 | index } else { index },
                ]);
                x += run;
                continue;
            }
            let literals = &row[x..WIDTH.min(x + 5)];
            coded.extend([0, literals.len() as u8]);
            let mut bytes: Vec<u8> = match bits {
                4 => literals
                    .chunks(2)
                    .map(|two| (two[0] << 4 | two.get(1).copied().unwrap_or(0)) as u8)
                    .collect(),
                _ => literals.iter().map(|&index| index as u8).collect(),
            };
            bytes.resize(bytes.len().next_multiple_of(2), 0);
            coded.extend(bytes);
            x += literals.len();
        }
        coded.extend([0, 0]);
    }
    coded.extend([0, 1]);
    coded
}

#[test]
fn runs_are_unpacked() {
    for (bits, coding, colors) in [(8, 1, 200), (4, 2, 16)] {
        let expected = picture_of(&plain(|x, y| color(index(x, y, colors))), "plain");
        let header = header(40, HEIGHT as i32, bits as u16, coding, 0);
        let photo = file(&header, &palette(1 << bits, 4), &runs(bits, colors));

        assert!(picture_of(&photo, "runs") == expected, "{bits} bits");
    }
}

#[test]
fn what_a_jump_leaves_out_has_the_first_color() {
    // A run of 20, a jump by 5 columns and 3 rows, a run of 10, and the end.
    let header = header(40, HEIGHT as i32, 8, 1, 2);
    let photo = file(&header, &palette(2, 4), &[20, 1, 0, 2, 5, 3, 10, 1, 0, 1]);
    let expected = plain(|x, y| {
        let from_bottom = HEIGHT - 1 - y;
        let is_run = (from_bottom == 0 && x < 20) || (from_bottom == 3 && (25..35).contains(&x));
        color(usize::from(is_run))
    });

    assert!(picture_of(&photo, "jump") == picture_of(&expected, "plain"));
}

#[test]
fn a_bitmap_that_is_cut_off_is_lost_from_its_top() {
    let whole = plain(|x, y| color(index(x, y, 50)));
    let stride = (WIDTH * 3).next_multiple_of(4);
    let cut = &whole[..whole.len() - stride * 10];
    let accepting = options().on_damage(OnDamage::Accept);

    let (prepared, picture) = prepare(cut, accepting).unwrap();

    assert!(
        (prepared.lost - 10.0 / 38.0).abs() < 0.01,
        "{}",
        prepared.lost
    );
    let (picture, expected) = (pixels(&picture), pixels(&picture_of(&whole, "whole")));
    let bottom = |picture: &image::RgbImage| {
        picture
            .rows()
            .skip(16)
            .flatten()
            .copied()
            .collect::<Vec<_>>()
    };
    assert!(
        bottom(&picture) == bottom(&expected),
        "what is there is what it was"
    );
    let refused = prepare(cut, options().on_damage(OnDamage::Refuse)).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Damaged);
    // Runs that end early.
    let coded = runs(8, 200);
    let photo = file(
        &header(40, HEIGHT as i32, 8, 1, 0),
        &palette(256, 4),
        &coded[..coded.len() / 2],
    );
    let (prepared, _) = prepare(&photo, accepting).unwrap();
    assert!((0.3..0.7).contains(&prepared.lost), "{}", prepared.lost);
}

#[test]
fn every_beginning_and_impossible_fields_are_a_picture_or_an_error() {
    let photo = file(
        &header(40, HEIGHT as i32, 8, 1, 0),
        &palette(256, 4),
        &runs(8, 200),
    );
    for length in 0..photo.len() {
        let _ = prepare(&photo[..length], options());
    }
    for (at, value) in [
        (10, u32::MAX),
        (14, u32::MAX),
        (18, u32::MAX),
        (18, 0),
        (22, i32::MIN as u32),
        (22, 0),
        (28, 0),
        (30, 9),
    ] {
        let mut photo = photo.clone();
        photo[at..at + 4].copy_from_slice(&value.to_le_bytes());
        let _ = prepare(&photo, options().background(Color::BLACK));
    }
}

/// Palettes of every depth in the headers that are common, and three bytes a pixel, for [`crate::differential`].
pub(crate) fn variants() -> Vec<(String, Vec<u8>)> {
    let mut photos = vec![("24.bmp".into(), plain(|x, y| color(index(x, y, 256))))];
    for bits in [1, 4, 8] {
        for (length, is_top_down) in [
            (12, false),
            (40, false),
            (40, true),
            (108, false),
            (124, true),
        ] {
            let height = HEIGHT as i32 * if is_top_down { -1 } else { 1 };
            let entry = if length == 12 { 3 } else { 4 };
            let photo = file(
                &header(length, height, bits as u16, 0, 0),
                &palette(1 << bits, entry),
                &indexed_rows(bits, 1 << bits, is_top_down),
            );
            photos.push((format!("{bits}-{length}-{is_top_down}.bmp"), photo));
        }
    }
    photos
}
