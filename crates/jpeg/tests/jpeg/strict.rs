//! What is read strictly is whole and nothing but a picture; whatever else a file holds is refused or left out.

use std::panic::catch_unwind;

use jpeg::encoder::{Coding, Input, Options, RgbRef, encode};
use jpeg::{
    Decoder, Planes, Process, Size, Square, Subsampling, Target, read_header, read_strictly,
};

use crate::encode::reader::File;
use crate::writer::{self, Color, Kind, generate};

const CODINGS: [Coding; 3] = [Coding::Standard, Coding::Optimized, Coding::Progressive];
const SUBSAMPLINGS: [Subsampling; 3] = [Subsampling::S420, Subsampling::S422, Subsampling::S444];

/// Waves and some noise, in color.
fn pixels(width: usize, height: usize) -> Vec<u8> {
    let sample = |x: usize, y: usize, channel: usize| {
        let noise = (x * 7919 + y * 104_729 + channel * 31) % 61;
        128.0
            + 60.0 * (x as f64 / 5.0 + channel as f64).sin() * (y as f64 / 9.0).cos()
            + noise as f64
    };
    (0..height)
        .flat_map(|y| (0..width).flat_map(move |x| [0, 1, 2].map(|c| sample(x, y, c) as u8)))
        .collect()
}

fn picture(width: usize, height: usize, options: Options) -> Vec<u8> {
    let pixels = pixels(width, height);
    encode(Input::Rgb(RgbRef::new(&pixels, width, height)), options).unwrap()
}

/// What is left of a file that is read strictly; none where it is not.
fn rewritten(file: &[u8]) -> Option<Vec<u8>> {
    let mut bare = b"whatever".to_vec();
    read_strictly(file)?.write_into(&mut bare);
    Some(bare)
}

/// The markers of a file, which must follow each other without a gap up to the last byte.
fn markers(file: &[u8]) -> Vec<u8> {
    let (mut found, mut at) = (vec![], 0);
    while at < file.len() {
        assert_eq!(file[at], 0xff, "a marker at {at}");
        found.push(file[at + 1]);
        at += 2;
        if !matches!(found.last(), Some(0xd8 | 0xd9)) {
            at += usize::from(file[at]) << 8 | usize::from(file[at + 1]);
        }
        if found.last() == Some(&0xda) {
            let is_data = |pair: &[u8]| pair[0] != 0xff || matches!(pair[1], 0 | 0xd0..=0xd7);
            at += file[at..]
                .windows(2)
                .take_while(|pair| is_data(pair))
                .count();
        }
    }
    found
}

fn samples(file: &[u8]) -> Planes {
    let header = read_header(file).unwrap();
    let square = Square {
        x: 0.0,
        y: 0.0,
        side: f64::from(header.width().min(header.height())),
    };
    let mut planes = Planes::default();
    let damage = Decoder::new()
        .decode_resized(
            file,
            &header,
            &Target::new(square, Size::square(64)).subsampling(Subsampling::S444),
            &mut planes,
        )
        .unwrap();
    assert!(damage.is_none());
    planes
}

#[test]
fn all_that_the_encoder_writes_comes_through_as_it_is() {
    for (number, coding) in (0..20).flat_map(|number| CODINGS.map(|coding| (number, coding))) {
        let (width, height) = (1 + number * 11 % 67, 1 + number * 23 % 53);
        let options = Options::new()
            .subsampling(SUBSAMPLINGS[number % 3])
            .quality([1, 30, 85, 100][number % 4])
            .coding(coding);
        let file = picture(width, height, options);

        let strict = read_strictly(&file).expect("it is as the standard has it");

        let is_progressive = strict.process() == Process::Progressive;
        assert_eq!(is_progressive, coding == Coding::Progressive);
        assert_eq!(strict.has_fitted_tables(), coding != Coding::Standard);
        let steps = jpeg::encoder::steps([1, 30, 85, 100][number % 4]);
        assert_eq!(
            [0, 1, 2].map(|i| strict.steps(i)),
            [steps[0], steps[1], steps[1]]
        );
        assert!(
            rewritten(&file).unwrap() == file,
            "{width}×{height} {coding:?}"
        );
    }
}

#[test]
fn what_others_write_keeps_its_samples_and_loses_all_else() {
    let mut accepted = [0; 2];
    for number in 0..1500 {
        let mut photo = generate(number);
        if photo.components.len() != 3 {
            continue;
        }
        photo.color = Color::Jfif;
        photo.tail = b"\xff\xe1\0\x09secret".to_vec();
        let restart = photo.scans[0].restart;
        let file = photo.for_all_scans(Kind::Fitted, restart).write();

        let Some(bare) = rewritten(&file) else {
            continue;
        };

        let process = read_header(&file).unwrap().process();
        accepted[usize::from(process == Process::Progressive)] += 1;
        let markers = markers(&bare);
        assert_eq!(markers[..3], [0xd8, 0xe0, 0xdb], "{number}");
        assert!(
            markers[3..]
                .iter()
                .all(|marker| matches!(marker, 0xdb | 0xc0 | 0xc2 | 0xc4 | 0xdd | 0xda | 0xd9)),
            "{number}: {markers:02x?}"
        );
        assert_eq!(markers.iter().filter(|&&marker| marker == 0xd9).count(), 1);
        assert!(samples(&bare) == samples(&file), "{number}");
        assert_eq!(rewritten(&bare).as_ref(), Some(&bare), "{number}");
    }
    assert!(accepted[0] > 40 && accepted[1] > 40, "{accepted:?}");
}

#[test]
fn a_file_that_ends_early_is_never_whole() {
    for coding in CODINGS {
        let file = picture(24, 24, Options::new().coding(coding));

        for length in 0..file.len() {
            assert!(
                read_strictly(&file[..length]).is_none(),
                "{coding:?} {length}"
            );
        }
    }
}

/// Each bit of three small files is turned over: what is still accepted must still be a file to the letter, by the judgement of
/// a reader that was not written for this and panics at all that it doesn't expect.
#[test]
fn no_wrong_bit_leads_to_a_wrong_file() {
    let (mut accepted, mut refused) = (0, 0);
    for coding in CODINGS {
        let whole = picture(17, 9, Options::new().coding(coding).quality(60));
        for bit in 0..whole.len() * 8 {
            let mut file = whole.clone();
            file[bit / 8] ^= 1 << (bit % 8);

            let Some(bare) = rewritten(&file) else {
                refused += 1;
                continue;
            };

            accepted += 1;
            assert!(bare.len() <= whole.len(), "{coding:?} bit {bit}");
            let is_read = catch_unwind(|| File::read(&bare)).is_ok();
            assert!(is_read, "{coding:?} bit {bit}");
        }
    }
    assert!(accepted > 100 && refused > 2000, "{accepted} {refused}");
}

/// Where the segment of this marker begins, with its 0xFF, and where the next one does.
fn segment(file: &[u8], marker: u8) -> std::ops::Range<usize> {
    let start = file
        .windows(2)
        .position(|pair| pair == [0xff, marker])
        .unwrap();
    let length = usize::from(file[start + 2]) << 8 | usize::from(file[start + 3]);
    start..start + 2 + length
}

fn spliced(file: &[u8], at: usize, what: &[u8]) -> Vec<u8> {
    [&file[..at], what, &file[at..]].concat()
}

#[test]
fn what_does_not_show_is_left_out() {
    for coding in CODINGS {
        let whole = picture(48, 40, Options::new().coding(coding));
        let (jfif, frame) = (segment(&whole, 0xe0), segment(&whole, 0xc4));
        let scan = segment(&whole, 0xda);
        let end = whole.len() - 2;
        let with_thumbnail = {
            let mut file = spliced(&whole, jfif.end, &[1, 2, 3]);
            (file[5], file[18], file[19]) = (19, 1, 1);
            file
        };
        let with_density = {
            let mut file = whole.clone();
            file[13..18].copy_from_slice(&[1, 0, 72, 0, 96]);
            file
        };
        for (what, file) in [
            (
                "a comment",
                spliced(&whole, jfif.end, b"\xff\xfe\0\x06hey!"),
            ),
            ("Exif", spliced(&whole, 2, b"\xff\xe1\0\x0aExif\0\0II")),
            ("no JFIF", [&whole[..2], &whole[jfif.end..]].concat()),
            (
                "JFIF twice",
                spliced(&whole, jfif.end, &whole[jfif.clone()]),
            ),
            ("a thumbnail", with_thumbnail),
            ("a density", with_density),
            (
                "a comment after the frame",
                spliced(&whole, frame.start, b"\xff\xfe\0\x06hey!"),
            ),
            (
                "APP9 before the scan",
                spliced(&whole, scan.start, b"\xff\xe9\0\x06hey!"),
            ),
            (
                "APP9 after the data",
                spliced(&whole, end, b"\xff\xe9\0\x06hey!"),
            ),
            ("fill bytes", spliced(&whole, jfif.end, &[0xff; 9])),
            ("fill bytes at the end", spliced(&whole, end, &[0xff; 3])),
            ("bytes after the end", [&whole[..], b"anything"].concat()),
            (
                "another file after the end",
                [&whole[..], &whole[..]].concat(),
            ),
            (
                "an interval that never ends",
                spliced(&whole, scan.start, &[0xff, 0xdd, 0, 4, 0, 99]),
            ),
            (
                "no interval",
                spliced(&whole, scan.start, &[0xff, 0xdd, 0, 4, 0, 0]),
            ),
        ] {
            assert!(
                rewritten(&file).as_ref() == Some(&whole),
                "{coding:?}: {what}"
            );
        }
        let order = spliced(&whole, 2, b"\xff\xfe\0\x02");
        assert_eq!(rewritten(&order), Some(whole));
    }
}

#[test]
fn what_the_standard_does_not_have_is_refused() {
    for coding in CODINGS {
        let whole = picture(48, 40, Options::new().coding(coding));
        let (steps, tables) = (segment(&whole, 0xdb), segment(&whole, 0xc4));
        let scan = segment(&whole, 0xda);
        let end = whole.len() - 2;
        let frame = tables.start - 19..tables.start;
        let with_number = |at: usize, byte: u8| {
            let mut file = whole.clone();
            file[at] = byte;
            file
        };
        let more_steps = [&[0xff, 0xdb, 0, 67, 2][..], &[9; 64]].concat();
        let more_codes = [&[0xff, 0xc4, 0, 20, 0x13, 1][..], &[0; 15], b"s"].concat();
        let unpadded = {
            // The last byte's lowest bit, if it fills; else a byte that nobody needs.
            let mut file = spliced(&whole, end, &[0x00]);
            if whole[end - 1] & 1 == 1 {
                file.remove(end);
                file[end - 1] &= !1;
            }
            file
        };
        for (what, file) in [
            ("nothing", vec![]),
            ("no end", whole[..end].to_vec()),
            (
                "a table that no component uses",
                spliced(&whole, steps.end, &more_steps),
            ),
            (
                "a table that no scan uses",
                spliced(&whole, tables.end, &more_codes),
            ),
            (
                "a table after the last scan",
                spliced(&whole, end, &more_codes),
            ),
            (
                "steps twice",
                spliced(&whole, steps.end, &whole[steps.clone()]),
            ),
            (
                "steps after the scan",
                spliced(&whole, end, &whole[steps.clone()]),
            ),
            ("a step of zero", with_number(steps.start + 9, 0)),
            (
                "two frames",
                spliced(&whole, frame.end, &whole[frame.clone()]),
            ),
            ("a longer frame", {
                let mut file = spliced(&whole, frame.end, b"!");
                file[frame.start + 3] += 1;
                file
            }),
            ("a height of zero", with_number(frame.start + 6, 0)),
            ("DNL", spliced(&whole, end, &[0xff, 0xdc, 0, 4, 0, 40])),
            (
                "a second scan",
                spliced(&whole, end, &whole[scan.start..end]),
            ),
            ("a number of its own", with_number(frame.start + 10, 7)),
            ("RST after the data", spliced(&whole, end, &[0xff, 0xd0])),
            (
                "RST before the data",
                spliced(&whole, scan.end, &[0xff, 0xd0]),
            ),
            ("a byte too many", spliced(&whole, end, &[0x55])),
            ("0xFF too many", spliced(&whole, end, &[0xff, 0])),
            ("bits that fill with a zero", unpadded),
            (
                "bytes between segments",
                spliced(&whole, tables.start, b"!"),
            ),
            ("two starts", spliced(&whole, 2, &[0xff, 0xd8])),
            ("TEM", spliced(&whole, 2, &[0xff, 0x01])),
            ("JPG0", spliced(&whole, 2, &[0xff, 0xf0, 0, 2])),
            (
                "an interval after the scan",
                spliced(&whole, end, &[0xff, 0xdd, 0, 4, 0, 99]),
            ),
            (
                "an interval without its markers",
                spliced(&whole, scan.start, &[0xff, 0xdd, 0, 4, 0, 1]),
            ),
            ("12 bits", with_number(frame.start + 4, 12)),
            (
                "a last coefficient of its own",
                with_number(scan.end - 2, 62),
            ),
            (
                "red, green, blue",
                spliced(
                    &[&whole[..2], &whole[20..]].concat(),
                    2,
                    b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0",
                ),
            ),
        ] {
            assert!(read_strictly(&file).is_none(), "{coding:?}: {what}");
        }
        assert!(read_strictly(&whole).is_some());
    }
}

#[test]
fn a_symbol_that_is_never_used_tells_nothing_only_in_the_tables_of_the_standard() {
    let fitted = picture(40, 40, Options::new().coding(Coding::Optimized));
    let tables = segment(&fitted, 0xc4);
    let mut spare = fitted.clone();
    // The first table gets one more code of 16 bits, which is never read.
    spare[tables.start + 5 + 15] += 1;
    let symbols: usize = spare[tables.start + 5..][..16]
        .iter()
        .map(|&count| usize::from(count))
        .sum();
    spare.insert(tables.start + 5 + 16 + symbols - 1, 11);
    spare[tables.start + 3] += 1;

    assert_eq!(samples(&spare), samples(&fitted));
    assert!(read_strictly(&spare).is_none());
    assert!(read_strictly(&picture(40, 40, Options::new())).is_some());
}

#[test]
fn restarts_stay_where_they_are_and_nowhere_else() {
    let mut photo = writer::photo(&mut writer::Random(5), 60, 40, &[(2, 2), (1, 1), (1, 1)]);
    (photo.color, photo.process) = (Color::Jfif, writer::Process::Baseline);
    let file = photo.for_all_scans(Kind::Fitted, 2).write();
    let restarts: Vec<usize> = file
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| pair[0] == 0xff && (0xd0..0xd8).contains(&pair[1]))
        .map(|(at, _)| at)
        .collect();

    let bare = rewritten(&file).expect("a baseline file with restarts");

    assert_eq!(restarts.len(), 5, "12 MCUs");
    let data = segment(&file, 0xda).start..;
    assert!(bare.ends_with(&file[data]));
    assert!(samples(&bare) == samples(&file));
    for &at in &restarts {
        let mut wrong = file.clone();
        wrong[at + 1] = 0xd0 | (wrong[at + 1] + 1) & 7;
        let missing = [&file[..at], &file[at + 2..]].concat();
        let twice = spliced(&file, at, &file[at..at + 2]);
        let filled = spliced(&file, at, &[0xff]);
        for file in [wrong, missing, twice, filled] {
            assert!(read_strictly(&file).is_none(), "{at}");
        }
    }
}

/// Found by the fuzz target `strict`: the differences were within their bits, and what they added up to no photo's.
#[test]
fn a_level_that_no_photo_has_is_refused() {
    let mut photo = writer::photo(&mut writer::Random(6), 40, 40, &[(1, 1), (1, 1), (1, 1)]);
    (photo.color, photo.process) = (Color::Jfif, writer::Process::Baseline);
    let mut of_level = |level| {
        for component in &mut photo.components {
            component.steps[0] = 16;
            component.blocks.iter_mut().for_each(|block| block[0] = 0);
        }
        photo.components[1].blocks[12][0] = level;
        photo.clone().for_all_scans(Kind::Fitted, 0).write()
    };

    let (white, beyond) = (of_level(63), of_level(200));

    assert!(read_strictly(&white).is_some());
    assert!(read_strictly(&beyond).is_none());
}
