//! TIFF of every kind: whatever way the same scene is stored, the picture is the same.

#![cfg(feature = "tiff")]

use image::{ExtendedColorType, ImageEncoder};
use prep::{ErrorKind, Limits, OnDamage, Options};

use crate::common::{finest, fixture, prepare};

mod page;
pub(crate) mod variants;

use page::{Kind, RGB};

const WIDTH: usize = 83;
const HEIGHT: usize = 70;

fn options() -> Options {
    finest().side(64)
}

fn picture_of(photo: &[u8]) -> Vec<u8> {
    crate::common::picture_of(photo, options(), "the photo")
}

/// Red, green, blue and opacity of a pixel of the scene, 16 bits each.
fn scene(x: usize, y: usize) -> [u16; 4] {
    let wave = |phase: usize| ((x * 797 + y * 1213 + phase * 9001) * 257 % 65536) as u16;
    let disc = (x as i32 - 40).pow(2) + (y as i32 - 30).pow(2) < 900;
    let opacity = if disc { 65535 } else { 20000 };
    [wave(0), (x * 780) as u16, (y * 930) as u16, opacity]
}

/// The scene as a PNG of `channels` samples of 8 or 16 bits: the picture to be had.
fn png(channels: usize, bits: usize) -> Vec<u8> {
    let mut samples = Vec::new();
    for (y, x) in (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (y, x))) {
        for channel in 0..channels {
            match bits {
                8 => samples.push((scene(x, y)[channel] >> 8) as u8),
                _ => samples.extend(scene(x, y)[channel].to_ne_bytes()),
            }
        }
    }
    let color = match (channels, bits) {
        (1, 8) => ExtendedColorType::L8,
        (3, 8) => ExtendedColorType::Rgb8,
        (4, 8) => ExtendedColorType::Rgba8,
        (1, _) => ExtendedColorType::L16,
        (3, _) => ExtendedColorType::Rgb16,
        _ => ExtendedColorType::Rgba16,
    };
    let mut png = Vec::new();
    image::codecs::png::PngEncoder::new(&mut png)
        .write_image(&samples, WIDTH as u32, HEIGHT as u32, color)
        .expect("the samples are as many as the pixels need");
    png
}

fn scene_of(bits: usize) -> impl Fn(usize, usize, usize) -> u64 {
    move |x, y, channel| match bits {
        32 => u64::from(scene(x, y)[channel]) << 16,
        bits => u64::from(scene(x, y)[channel]) >> (16 - bits),
    }
}

#[test]
fn strips_tiles_planes_and_both_orders_hold_the_same_scene() {
    for (bits, expected) in [(8, png(3, 8)), (16, png(3, 16))] {
        let expected = picture_of(&expected);
        for tile in [None, Some((16, 16)), Some((32, 48)), Some((128, 16))] {
            for is_planar in [false, true] {
                for (is_little_endian, is_big_tiff) in
                    [(true, false), (false, false), (true, true), (false, true)]
                {
                    for (compression, predictor) in
                        [(1, 1), (5, 1), (5, 2), (8, 1), (8, 2), (32773, 1)]
                    {
                        let kind = Kind {
                            is_little_endian,
                            is_big_tiff,
                            tile,
                            is_planar,
                            bits,
                            compression,
                            predictor,
                            ..RGB
                        };

                        let photo = kind.write(scene_of(bits));

                        assert!(picture_of(&photo) == expected, "{kind:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn strips_may_have_any_number_of_rows() {
    let expected = picture_of(&png(3, 8));
    for rows_per_strip in [1, 7, HEIGHT, 1000] {
        let kind = Kind {
            rows_per_strip,
            ..RGB
        };

        assert!(
            picture_of(&kind.write(scene_of(8))) == expected,
            "{rows_per_strip}"
        );
    }
}

#[test]
fn few_bits_are_spread_over_the_whole_range() {
    for bits in [1, 2, 3, 4, 6, 10, 12, 14] {
        let spread = |x, y| {
            let (value, most) = (scene_of(bits)(x, y, 0), (1 << bits) - 1);
            let wide = if bits < 8 { 255 } else { 65535 };
            (value * wide + most / 2) / most
        };
        let plain = Kind {
            channels: 1,
            photometric: 1,
            bits: if bits < 8 { 8 } else { 16 },
            ..RGB
        };
        let expected = picture_of(&plain.write(|x, y, _| spread(x, y)));
        for (photometric, tile) in [(1, None), (1, Some((16, 32))), (0, None)] {
            let kind = Kind {
                photometric,
                tile,
                channels: 1,
                bits,
                ..RGB
            };
            let most = (1 << bits) - 1;

            let photo = kind.write(|x, y, channel| match photometric {
                1 => scene_of(bits)(x, y, channel),
                _ => most - scene_of(bits)(x, y, channel),
            });

            assert!(picture_of(&photo) == expected, "{kind:?}");
        }
    }
}

#[test]
fn a_palette_is_looked_up() {
    let color = |index: u64| {
        [
            index * 255 % 65536,
            index * 4099 % 65536,
            65535 - index * 200,
        ]
        .map(|v| v / 257 * 257)
    };
    for bits in [1, 2, 4, 8] {
        let index = scene_of(bits);
        let rgb = Kind { ..RGB };
        let expected = picture_of(&rgb.write(|x, y, channel| color(index(x, y, 0))[channel] >> 8));
        let table = |shift: u64| -> Vec<u64> {
            (0..3)
                .flat_map(|channel| (0..1 << bits).map(move |index| color(index)[channel] >> shift))
                .collect()
        };
        // As it should be, and as some programs write it.
        for shift in [0, 8] {
            let kind = Kind {
                photometric: 3,
                channels: 1,
                bits,
                more: vec![(320, 3, table(shift))],
                ..RGB
            };

            assert!(
                picture_of(&kind.write(&index)) == expected,
                "{bits} bits, {shift}"
            );
        }
    }
}

#[test]
fn floats_of_every_width_are_what_they_say() {
    let expected = picture_of(&png(3, 16));
    let value = |x, y, channel| f64::from(scene(x, y)[channel]) / 65535.0;
    for is_little_endian in [true, false] {
        for is_planar in [true, false] {
            for (compression, predictor) in [(1, 1), (5, 3), (8, 3)] {
                let kind = Kind {
                    is_little_endian,
                    is_planar,
                    compression,
                    predictor,
                    bits: 32,
                    more: vec![(339, 3, vec![3; 3])],
                    ..RGB
                };

                let single =
                    kind.write(|x, y, channel| u64::from((value(x, y, channel) as f32).to_bits()));

                assert!(picture_of(&single) == expected, "{kind:?}");
            }
        }
    }
    // Numbers that 16 bits can hold: sign, 5 bits of exponent, 10 of fraction.
    let halves = [
        (0x0000, 0.0),
        (0x3800, 0.5),
        (0x3C00, 1.0),
        (0x3555, 0.333_251_95),
        (0x0001, 5.960_464_5e-8),
        (0xBC00, -1.0),
        (0x4400, 4.0),
        (0x7C00, f32::INFINITY),
        (0x7E00, f32::NAN),
    ];
    let kind = |bits| Kind {
        bits,
        channels: 1,
        photometric: 1,
        more: vec![(339, 3, vec![3])],
        ..RGB
    };
    let which = |x: usize, y: usize| halves[(x / 9 + y / 7) % halves.len()];
    let expected = picture_of(&kind(32).write(|x, y, _| which(x, y).1.to_bits().into()));
    assert!(picture_of(&kind(16).write(|x, y, _| which(x, y).0)) == expected);
}

#[test]
fn opacity_is_found_whether_colors_are_weighted_by_it_or_not() {
    for bits in [8, 16] {
        let expected = picture_of(&png(4, bits));
        let opaque = picture_of(&png(3, bits));
        let kind = |more| Kind {
            channels: 4,
            bits,
            more,
            ..RGB
        };
        let said = vec![(338, 3, vec![2])];

        assert!(picture_of(&kind(said).write(scene_of(bits))) == expected);
        assert!(
            picture_of(&kind(vec![]).write(scene_of(bits))) == expected,
            "it is not said"
        );
        assert!(
            picture_of(&kind(vec![(338, 3, vec![0])]).write(scene_of(bits))) == opaque,
            "it is something else"
        );
    }
    // Where what is visible is opaque, weights change nothing.
    let weighted = |x, y, channel| match scene(x, y)[3] {
        65535 => scene_of(8)(x, y, channel),
        _ => 0,
    };
    let kind = |what| Kind {
        channels: 4,
        more: vec![(338, 3, vec![what])],
        ..RGB
    };
    assert!(picture_of(&kind(1).write(weighted)) == picture_of(&kind(2).write(weighted)));
    // Half of a half is all of it at half opacity.
    let [associated, unassociated] = [(1, 60), (2, 120)].map(|(what, color)| {
        picture_of(&kind(what).write(|_, _, channel| if channel == 3 { 128 } else { color }))
    });
    let [a, b] = [associated, unassociated]
        .map(|picture| crate::common::pixels(&picture).get_pixel(9, 9).0[0]);
    assert!(a.abs_diff(b) <= 1, "{a} {b}");
}

#[test]
fn inks_and_lightness_come_to_the_color_converter_as_they_are() {
    // Without ink all is white, with all of it dark; L* of 100 is white, of 0 black, whatever the width.
    let level = |kind: &Kind, value: [u64; 4]| {
        let photo = kind.write(|_, _, channel| value[channel]);
        crate::common::pixels(&picture_of(&photo))
            .get_pixel(30, 30)
            .0
    };
    for bits in [8, 16] {
        let most = (1 << bits) - 1;
        let cmyk = Kind {
            channels: 4,
            bits,
            photometric: 5,
            ..RGB
        };
        assert!(level(&cmyk, [0; 4]).iter().all(|&v| v > 250));
        assert!(level(&cmyk, [0, 0, 0, most]).iter().all(|&v| v < 70));
        let [r, g, b] = level(&cmyk, [0, most, most, 0]);
        assert!(
            r > 150 && g < 100 && b < 100,
            "magenta and yellow are red: {r} {g} {b}"
        );

        // sRGB red is L* 54.29, a* 80.81, b* 69.89 (CSS Color 4, relative to D50).
        let signed =
            |value: f64| (value * f64::from(1_u32 << (bits - 8))).round() as i64 as u64 & most;
        let offset = |value: f64| ((value + 128.0) * f64::from(1_u32 << (bits - 8))).round() as u64;
        let lightness = (0.5429 * most as f64).round() as u64;
        let icc_lightness = if bits == 8 {
            lightness
        } else {
            (0.5429 * 65280.0) as u64
        };
        for (photometric, red) in [
            (8, [lightness, signed(80.81), signed(69.89), 0]),
            (9, [icc_lightness, offset(80.81), offset(69.89), 0]),
        ] {
            let lab = Kind {
                bits,
                photometric,
                ..RGB
            };
            let [r, g, b] = level(&lab, red);
            assert!(
                r > 248 && g < 12 && b < 12,
                "{photometric}, {bits}: {r} {g} {b}"
            );
        }
    }
}

#[test]
fn luma_and_chroma_that_pixels_share_are_given_to_each() {
    // A surface of one color, and a scene in gray: Y is what it is, chroma in the middle is none.
    let expected = picture_of(
        &Kind {
            channels: 1,
            photometric: 1,
            ..RGB
        }
        .write(scene_of(8)),
    );
    for (across, down) in [(1, 1), (2, 1), (1, 2), (2, 2), (4, 1), (4, 2), (4, 4)] {
        let rows_per_strip = 16;
        let kind = Kind {
            photometric: 6,
            more: vec![(530, 3, vec![across as u64, down as u64])],
            ..RGB
        };
        let mut strips = Vec::new();
        for top in (0..HEIGHT).step_by(rows_per_strip) {
            let mut strip = Vec::new();
            for y in (top..(top + rows_per_strip).min(HEIGHT)).step_by(down) {
                for x in (0..WIDTH).step_by(across) {
                    for (dy, dx) in (0..down).flat_map(|dy| (0..across).map(move |dx| (dy, dx))) {
                        strip.push(
                            scene_of(8)((x + dx).min(WIDTH - 1), (y + dy).min(HEIGHT - 1), 0) as u8,
                        );
                    }
                    strip.extend([128, 128]);
                }
            }
            strips.push(strip);
        }

        assert!(
            picture_of(&kind.assemble(&strips)) == expected,
            "{across}:{down}"
        );

        for strip in &mut strips {
            for unit in strip.chunks_exact_mut(across * down + 2) {
                unit.fill(81);
                unit[across * down..].copy_from_slice(&[90, 240]);
            }
        }
        // T.871's equations: 81 + 1.402 · 112, 81 + 0.344 · 38 − 0.714 · 112, 81 − 1.772 · 38.
        let picture = crate::common::pixels(&picture_of(&kind.assemble(&strips)));
        let pixel = picture.get_pixel(20, 20).0;
        assert!(
            pixel
                .iter()
                .zip([238, 14, 14])
                .all(|(a, e): (&u8, u8)| a.abs_diff(e) <= 2),
            "{pixel:?}"
        );
    }
}

#[test]
fn a_reduced_copy_that_comes_first_is_passed_over() {
    let mut small = Kind {
        more: vec![(254, 4, vec![1])],
        ..RGB
    }
    .write(|_, _, _| 0);
    let page = RGB.write(scene_of(8));
    // The page behind the copy: all that points into it moves along.
    let shift = small.len();
    let next = small.len() - 4;
    let number = |at: usize| u32::from_le_bytes(page[at..at + 4].try_into().unwrap()) as usize;
    let directory = number(4);
    let mut moved = page.clone();
    let move_pointer = |moved: &mut Vec<u8>, at: usize| {
        let place = (number(at) + shift) as u32;
        moved[at..at + 4].copy_from_slice(&place.to_le_bytes());
    };
    for entry in 0..usize::from(page[directory]) {
        let at = directory + 2 + entry * 12;
        let (tag, count) = (page[at], number(at + 4));
        if count > 2 || (tag == 17 && count > 1) {
            move_pointer(&mut moved, at + 8);
        }
        if page[at..at + 2] == [17, 1] {
            (0..count).for_each(|index| move_pointer(&mut moved, number(at + 8) + index * 4));
        }
    }
    small[next..].copy_from_slice(&((directory + shift) as u32).to_le_bytes());
    small.extend(moved);

    assert!(picture_of(&small) == picture_of(&page));
}

#[test]
fn what_is_cut_off_or_corrupt_is_told_by_its_share() {
    let share = |photo: &[u8]| {
        prepare(photo, options().on_damage(OnDamage::Accept)).map(|(prepared, _)| prepared.lost)
    };
    for compression in [1, 5, 8, 32773] {
        let kind = Kind {
            compression,
            rows_per_strip: 10,
            ..RGB
        };
        let whole = kind.write(scene_of(8));
        assert_eq!(share(&whole).unwrap(), 0.0);

        // The third of seven strips points beyond the file.
        let mut broken = whole.clone();
        let offsets = kind.assemble(&vec![Vec::new(); 7]);
        assert_eq!(offsets[..4], broken[..4]);
        let directory = u32::from_le_bytes(whole[4..8].try_into().unwrap()) as usize;
        let entry = (0..usize::from(whole[directory]))
            .map(|index| directory + 2 + index * 12)
            .find(|&at| whole[at..at + 2] == [17, 1])
            .unwrap();
        let table = u32::from_le_bytes(whole[entry + 8..entry + 12].try_into().unwrap()) as usize;
        broken[table + 8..table + 12].copy_from_slice(&u32::MAX.to_le_bytes());

        let lost = share(&broken).unwrap();
        assert!((lost - 10.0 / 70.0).abs() < 0.01, "{compression}: {lost}");
        let refused = prepare(&broken, options().on_damage(OnDamage::Refuse)).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Damaged);
    }
}

#[test]
fn a_directory_that_makes_no_sense_is_an_error_at_once() {
    let whole = RGB.write(scene_of(8));
    let with = |tag: u16, values: Vec<u64>| {
        let kind = Kind {
            more: vec![(tag, 4, values)],
            ..RGB
        };
        prep::read_header(&kind.write(scene_of(8)), &Limits::default())
    };
    // No planes of tiles a pixel wide for a photo of any size; each would keep its own window.
    assert!(
        with(330, vec![0; 100_000]).is_ok(),
        "a large table is only as large as the file"
    );
    for length in 0..whole.len() {
        let _ = prepare(&whole[..length], options());
    }
    let slivers = Kind {
        tile: Some((1, 1)),
        compression: 8,
        ..RGB
    };
    let memory = Limits {
        memory: 1 << 20,
        ..Limits::default()
    };
    let error = prep::read_header(&slivers.write(scene_of(8)), &memory).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge, "{error}");
    assert!(prepare(&fixture("formats/rgb-lzw.tif"), options()).is_ok());
}
