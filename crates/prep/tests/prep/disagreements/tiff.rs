//! TIFF: tags that do not belong together, opacity beside any color, and fax with wrong bits.

use super::lzw;
use crate::common::{difference, finest, finest_of, fixture, picture_of, pixels, prepare};

const WIDTH: usize = 48;
const HEIGHT: usize = 40;

/// A page: its tags, all LONG, with the data of its chunks one after the other.
struct Page {
    tags: Vec<(u16, Vec<u32>)>,
    chunks: Vec<Vec<u8>>,
    /// The tags of the chunks' offsets and lengths.
    places: (u16, u16),
    /// The lengths, where they are not the true ones.
    lengths: Option<Vec<u32>>,
}

const STRIPS: (u16, u16) = (273, 279);
const TILES: (u16, u16) = (324, 325);

impl Page {
    /// One strip of `samples` samples of 8 bits a pixel.
    fn new(photometric: u32, samples: usize, sample: impl Fn(usize, usize) -> u8) -> Self {
        let bytes = (0..WIDTH * HEIGHT).flat_map(|at| {
            let sample = &sample;
            (0..samples).map(move |index| sample(at, index))
        });
        Self {
            tags: vec![
                (256, vec![WIDTH as u32]),
                (257, vec![HEIGHT as u32]),
                (258, vec![8; samples]),
                (259, vec![1]),
                (262, vec![photometric]),
                (277, vec![samples as u32]),
            ],
            chunks: vec![bytes.collect()],
            places: STRIPS,
            lengths: None,
        }
    }

    fn tag(mut self, tag: u16, values: &[u32]) -> Self {
        self.tags.retain(|(other, _)| *other != tag);
        self.tags.push((tag, values.to_vec()));
        self
    }

    fn write(&self) -> Vec<u8> {
        let mut file = b"II\x2A\0\0\0\0\0".to_vec();
        let mut offsets = Vec::new();
        for chunk in &self.chunks {
            offsets.push(file.len() as u32);
            file.extend(chunk);
        }
        let lengths = self.chunks.iter().map(|chunk| chunk.len() as u32).collect();
        let mut tags = self.tags.clone();
        tags.push((self.places.0, offsets));
        tags.push((self.places.1, self.lengths.clone().unwrap_or(lengths)));
        tags.sort();
        let mut entries = (tags.len() as u16).to_le_bytes().to_vec();
        for (tag, values) in tags {
            let bytes: Vec<u8> = values
                .iter()
                .flat_map(|value| value.to_le_bytes())
                .collect();
            entries.extend(tag.to_le_bytes());
            entries.extend(4_u16.to_le_bytes());
            entries.extend((values.len() as u32).to_le_bytes());
            if bytes.len() == 4 {
                entries.extend(bytes);
            } else {
                entries.extend((file.len() as u32).to_le_bytes());
                file.extend(bytes);
            }
        }
        let directory = (file.len() as u32).to_le_bytes();
        file[4..8].copy_from_slice(&directory);
        file.extend(entries);
        file.extend([0; 4]);
        file
    }

    fn picture(&self) -> Vec<u8> {
        picture_of(&self.write(), finest(), "the page")
    }
}

fn noise(at: usize, index: usize) -> u8 {
    ((at * 31 + index * 77) % 251) as u8
}

fn rgb() -> Page {
    Page::new(2, 3, noise)
}

/// Opaque but for the left third.
fn opacity(at: usize) -> u8 {
    if at % WIDTH < WIDTH / 3 { 0 } else { 255 }
}

/// The color map: red, green and blue of index `n` are `n`, `255 - n` and `n / 2`.
fn color_map(count: u32) -> Vec<u32> {
    let of = |color: fn(u32) -> u32| (0..count).map(move |n| color(n * 255 / (count - 1)) * 257);
    of(|n| n)
        .chain(of(|n| 255 - n))
        .chain(of(|n| n / 2))
        .collect()
}

fn mapped(index: u8, color: usize) -> u8 {
    [index, 255 - index, index / 2][color]
}

#[test]
fn a_predictor_counts_only_with_its_compressions() {
    let expected = rgb().picture();
    let packed = |page: &Page| -> Vec<u8> {
        let literals = page.chunks[0].chunks(128);
        literals
            .flat_map(|bytes| [&[bytes.len() as u8 - 1], bytes].concat())
            .collect()
    };
    for predictor in [2, 3, 9] {
        let plain = rgb().tag(317, &[predictor]);
        let mut runs = rgb().tag(317, &[predictor]).tag(259, &[32773]);
        runs.chunks = vec![packed(&runs)];

        assert!(plain.picture() == expected, "{predictor}");
        assert!(runs.picture() == expected, "{predictor}, PackBits");
    }
}

#[test]
fn a_palette_may_have_opacity_beside_it() {
    let expected = Page::new(2, 4, |at, index| match index {
        3 => opacity(at),
        _ => mapped(noise(at, 0), index),
    });
    let page = Page::new(3, 2, |at, index| match index {
        0 => noise(at, 0),
        _ => opacity(at),
    });

    let page = page.tag(338, &[2]).tag(320, &color_map(256));

    assert!(page.picture() == expected.tag(338, &[2]).picture());
}

#[test]
fn a_palette_of_4_bits_may_have_opacity_beside_it() {
    let index = |at: usize| (noise(at, 0) % 16) * 17;
    let expected = Page::new(2, 4, |at, color| match color {
        3 => opacity(at),
        _ => mapped(index(at), color),
    });
    let page = Page::new(3, 1, |at, _| index(at) & 0xF0 | opacity(at) & 0x0F)
        .tag(258, &[4, 4])
        .tag(277, &[2]);

    let page = page.tag(338, &[2]).tag(320, &color_map(16));

    assert!(page.picture() == expected.tag(338, &[2]).picture());
}

#[test]
fn inks_without_opacity_are_white_paper() {
    for (kind, stored) in [
        (2, noise as fn(usize, usize) -> u8),
        (1, |at, index| noise(at, index) & opacity(at)),
    ] {
        let expected = Page::new(5, 4, |at, index| noise(at, index) & opacity(at));
        let page = Page::new(5, 5, |at, index| match index {
            4 => opacity(at),
            _ => stored(at, index),
        });

        assert!(page.tag(338, &[kind]).picture() == expected.picture());
    }
}

#[test]
fn a_fifth_ink_is_not_taken_for_opacity() {
    let expected = Page::new(5, 4, noise);
    let page = Page::new(5, 5, |at, index| match index {
        4 => opacity(at),
        _ => noise(at, index),
    });

    assert!(page.picture() == expected.picture());
}

#[test]
fn luma_and_lab_may_have_opacity_beside_them() {
    for (photometric, shared) in [(6, &[1, 1][..]), (8, &[]), (9, &[])] {
        let page = |samples| {
            let page = Page::new(photometric, samples, |at, index| match index {
                3 => opacity(at),
                _ => 60 + noise(at, index) / 4,
            });
            if shared.is_empty() {
                page
            } else {
                page.tag(530, shared)
            }
        };
        let opaque = pixels(&page(3).picture());

        let picture = pixels(&page(4).tag(338, &[2]).picture());

        let side = picture.width();
        let [left, right] = [side / 8, side - 4];
        for y in [3, side / 2, side - 4] {
            let away = |x: u32, other: [u8; 3]| {
                let pixel = picture.get_pixel(x, y).0;
                (0..3)
                    .map(|index| pixel[index].abs_diff(other[index]))
                    .max()
            };
            assert!(away(left, [255; 3]) < Some(6), "{photometric}");
            assert!(
                away(right, opaque.get_pixel(right, y).0) < Some(6),
                "{photometric}"
            );
        }
    }
}

#[test]
fn clear_codes_in_a_row_are_as_good_as_one() {
    let expected = rgb().picture();
    for clears in [1, 2, 5] {
        let mut page = rgb().tag(259, &[5]);
        page.chunks = vec![lzw::pack(&page.chunks[0], clears, lzw::Order::HighestFirst)];

        assert!(page.picture() == expected, "{clears}");
    }
}

/// The strip of a page cut into tiles of 16 × 16.
fn tiles(strip: &[u8], samples: usize) -> Vec<Vec<u8>> {
    const SIDE: usize = 16;
    let mut tiles = Vec::new();
    for top in (0..HEIGHT).step_by(SIDE) {
        for left in (0..WIDTH).step_by(SIDE) {
            let mut tile = Vec::new();
            for y in top..top + SIDE {
                let first = (y * WIDTH + left) * samples;
                let row = strip.get(first..first + SIDE * samples);
                tile.extend_from_slice(row.unwrap_or(&[0; SIDE * 4][..SIDE * samples]));
            }
            tiles.push(tile);
        }
    }
    tiles
}

#[test]
fn tiles_and_strips_are_found_by_each_others_tags() {
    let expected = rgb().picture();
    for places in [TILES, STRIPS, (TILES.0, STRIPS.1), (STRIPS.0, TILES.1)] {
        let mut tiled = rgb().tag(322, &[16]).tag(323, &[16]);
        tiled.chunks = tiles(&tiled.chunks[0], 3);
        tiled.places = places;

        assert!(tiled.picture() == expected, "{places:?}");
    }
}

#[test]
fn a_strip_length_that_is_too_small_is_not_believed() {
    let expected = rgb().picture();
    let row = WIDTH * 3;
    for (rows, lengths) in [
        (HEIGHT, vec![100]),
        (HEIGHT, vec![1]),
        (16, vec![9, 700, 1]),
    ] {
        let mut page = rgb().tag(278, &[rows as u32]);
        page.chunks = page.chunks[0]
            .chunks(rows * row)
            .map(<[u8]>::to_vec)
            .collect();
        page.lengths = Some(lengths);

        assert!(page.picture() == expected);
    }
}

#[test]
fn a_strip_that_ends_where_the_next_begins_is_cut_off() {
    let row = WIDTH * 3;
    let mut page = rgb().tag(278, &[10]);
    page.chunks = page.chunks[0]
        .chunks(10 * row)
        .map(<[u8]>::to_vec)
        .collect();
    page.chunks[1].truncate(9 * row);

    let (prepared, _) = prepare(&page.write(), finest()).unwrap();

    assert_eq!(prepared.lost, 1.0 / HEIGHT as f32);
}

/// Where the only strip of a page of Pillow's lies.
fn strip(photo: &[u8]) -> std::ops::Range<usize> {
    let number = |at: usize| u32::from_le_bytes(*photo[at..].first_chunk().unwrap()) as usize;
    let directory = number(4);
    let count = usize::from(u16::from_le_bytes([photo[directory], photo[directory + 1]]));
    let value = |tag: u16| {
        let mut entries = photo[directory + 2..].chunks_exact(12).take(count);
        let entry = entries
            .position(|entry| entry.starts_with(&tag.to_le_bytes()))
            .unwrap();
        number(directory + 2 + entry * 12 + 8)
    };
    let (start, length) = (value(273), value(279));
    start..start + length
}

/// Codes of T.4, tables 2 and 3, for runs of so many pixels.
const WHITE_24: &str = "0101000";
const BLACK_24: &str = "00000010111";
const WHITE_40: &str = "00101001";
const BLACK_3: &str = "10";

/// Packs codes, the highest bit first.
fn packed(codes: &[String]) -> Vec<u8> {
    let codes: Vec<u8> = codes.concat().into_bytes();
    let byte = |bits: &[u8]| {
        let bits = (0..8).map(|bit| bits.get(bit) == Some(&b'1'));
        bits.fold(0, |byte, bit| byte << 1 | u8::from(bit))
    };
    codes.chunks(8).map(byte).collect()
}

/// A page of fax with one dimension, 48 pixels wide: white and black halves, and what `line` says of some lines.
fn fax(compression: u32, line: impl Fn(usize) -> Option<String>) -> Page {
    let lines: Vec<String> = (0..HEIGHT)
        .map(|y| {
            let line = line(y).unwrap_or_else(|| [WHITE_24, BLACK_24].concat());
            match compression {
                // Each line begins at a byte.
                2 => format!(
                    "{line}{}",
                    "0".repeat(line.len().next_multiple_of(8) - line.len())
                ),
                _ => format!("000000000001{line}"),
            }
        })
        .collect();
    let mut page = Page::new(0, 1, |_, _| 0)
        .tag(258, &[1])
        .tag(259, &[compression]);
    page.chunks = vec![packed(&lines)];
    page
}

#[test]
fn lines_of_fax_that_are_too_long_or_too_short_are_told() {
    let too_long = [WHITE_40, BLACK_24].concat();
    let too_short = [WHITE_24, BLACK_3].concat();
    for compression in [2, 3] {
        let sound = picture_of(&fax(compression, |_| None).write(), finest(), "the fax");
        for lines in [1, 3] {
            let page = fax(compression, |y| {
                (y < 4 + lines && y >= 4).then(|| too_long.clone())
            });

            let (prepared, picture) = prepare(&page.write(), finest()).unwrap();

            assert_eq!(prepared.lost, lines as f32 / HEIGHT as f32, "{compression}");
            // What is there of the line is shown, as libtiff shows it: white up to pixel 40, that is 36 of the square.
            let (picture, sound) = (pixels(&picture), pixels(&sound));
            let [long, usual] = [4, 20].map(|y| picture.get_pixel(30, y).0[0]);
            assert!(long > 200 && usual < 50, "{compression}: {long}, {usual}");
            assert!(sound.get_pixel(30, 4).0[0] < 50);
        }
    }
    let page = fax(3, |y| (y == 4).then(|| too_short.clone()));

    let (prepared, _) = prepare(&page.write(), finest()).unwrap();

    assert_eq!(prepared.lost, 1.0 / HEIGHT as f32);
}

#[test]
fn a_wrong_bit_in_a_fax_spoils_a_line_and_not_the_page() {
    // Of two dimensions a line may be coded by a lost one.
    for (name, most_lost) in [
        ("formats/bilevel-fax3.tif", 1.0),
        ("formats/bilevel-fax3-2d.tif", 4.0),
    ] {
        let whole = fixture(name);
        let expected = pixels(&finest_of(name));
        let strip = strip(&whole);
        let (mut spoilt, mut moved) = (0, 0);
        for number in 1..40 {
            let at = strip.start + strip.len() * number / 40;
            for bit in [0, 5] {
                let mut photo = whole.clone();
                photo[at] ^= 1 << bit;

                let (prepared, picture) = prepare(&photo, finest()).unwrap();

                let lines = prepared.lost * 240.0;
                assert!(lines <= most_lost + 0.01, "{name}, {at}, {bit}: {lines}");
                let difference = difference(&pixels(&picture), &expected);
                spoilt += u32::from(prepared.lost > 0.0);
                // A wrong bit in a mark joins two lines, and the page below is a line higher.
                moved += u32::from(difference > 3.0);
            }
        }
        // Most wrong bits make another valid line, which cannot be told from a right one.
        assert!(spoilt > 2 && moved < 8, "{name}: {spoilt}, {moved}");
    }
}
