//! Portable any maps of every kind: the same scene gives the same picture.

use prep::{ErrorKind, OnDamage, Options, Samples};

use crate::common::{finest, fixture, prepare};

const WIDTH: usize = 37;
const HEIGHT: usize = 33;

fn options() -> Options {
    finest().side(32)
}

fn picture_of(photo: &[u8], what: &str) -> Vec<u8> {
    crate::common::picture_of(photo, options(), what)
}

fn value(x: usize, y: usize, channel: usize, most: usize) -> usize {
    (x * 41 + y * 67 + channel * 101 + x * y) % (most + 1)
}

/// All samples, row by row.
fn samples(channels: usize, most: usize) -> Vec<usize> {
    (0..HEIGHT)
        .flat_map(|y| (0..WIDTH).map(move |x| (x, y)))
        .flat_map(|(x, y)| (0..channels).map(move |channel| value(x, y, channel, most)))
        .collect()
}

fn with_header(header: &str, bytes: impl IntoIterator<Item = u8>) -> Vec<u8> {
    header.bytes().chain(bytes).collect()
}

/// The plainest: 8 or 16 bits, white all ones.
fn plain(channels: usize, most: usize) -> Vec<u8> {
    let kind = if channels == 1 { 5 } else { 6 };
    let wide = if most > 255 { 65535 } else { 255 };
    let spread = samples(channels, most)
        .into_iter()
        .map(|value| (value * wide + most / 2) / most);
    let bytes = spread.flat_map(|value| match wide {
        255 => vec![value as u8],
        _ => (value as u16).to_be_bytes().to_vec(),
    });
    with_header(&format!("P{kind}\n{WIDTH} {HEIGHT}\n{wide}\n"), bytes)
}

#[test]
fn text_and_bytes_of_any_white_are_the_same() {
    for most in [1, 3, 100, 255, 256, 1023, 65535] {
        for (channels, text, binary) in [(1, "P2", "P5"), (3, "P3", "P6")] {
            let expected = picture_of(&plain(channels, most), "plain");
            let numbers: Vec<String> = samples(channels, most)
                .iter()
                .map(usize::to_string)
                .collect();
            let text = format!(
                "{text} # a comment\n#another\n{WIDTH}\t{HEIGHT}\n# white\n{most}\n{}",
                numbers.join(" ")
            );
            let bytes = samples(channels, most)
                .into_iter()
                .flat_map(|value| match most {
                    ..=255 => vec![value as u8],
                    _ => (value as u16).to_be_bytes().to_vec(),
                });
            let binary = with_header(
                &format!("{binary} {WIDTH} {HEIGHT} {most}\n"),
                bytes.clone(),
            );
            let arbitrary = with_header(
                &format!(
                    "P7\nDEPTH {channels}\nHEIGHT {HEIGHT}\nWIDTH {WIDTH}\nMAXVAL {most}\nENDHDR\n"
                ),
                bytes,
            );

            assert!(
                picture_of(text.as_bytes(), "text") == expected,
                "text, {most}"
            );
            assert!(picture_of(&binary, "binary") == expected, "binary, {most}");
            assert!(
                picture_of(&arbitrary, "arbitrary") == expected,
                "arbitrary, {most}"
            );
        }
    }
}

#[test]
fn one_is_black_in_a_bit_map() {
    let expected = picture_of(&plain(1, 1), "plain");
    let rows = samples(1, 1);
    let spaced: Vec<String> = rows.iter().map(|white| (1 - white).to_string()).collect();
    let packed = rows.chunks(WIDTH).flat_map(|row| {
        row.chunks(8).map(|byte| -> u8 {
            byte.iter()
                .enumerate()
                .map(|(at, &white)| ((1 - white) as u8) << (7 - at))
                .sum()
        })
    });

    let text = format!("P1\n{WIDTH} {HEIGHT}\n{}", spaced.join(" "));
    let dense = format!("P1\n{WIDTH} {HEIGHT}\n{}", spaced.concat());
    let bits = with_header(&format!("P4\n{WIDTH} {HEIGHT}\n"), packed);

    assert!(picture_of(text.as_bytes(), "text") == expected);
    assert!(picture_of(dense.as_bytes(), "dense") == expected);
    assert!(picture_of(&bits, "bits") == expected);
}

#[test]
fn opacity_is_the_last_sample() {
    for (channels, expected) in [(2, Samples::GrayAlpha), (4, Samples::Rgba)] {
        let bytes = samples(channels, 255).into_iter().map(|value| value as u8);
        let header = format!(
            "P7\nWIDTH {WIDTH}\nHEIGHT {HEIGHT}\nDEPTH {channels}\nMAXVAL 255\nTUPLTYPE X\nENDHDR\n"
        );

        let (prepared, _) = prepare(&with_header(&header, bytes), options()).unwrap();

        assert_eq!(prepared.header.samples, expected);
    }
}

#[test]
fn what_is_cut_off_is_told_and_nonsense_is_an_error() {
    let whole = plain(3, 255);
    let accepting = options().on_damage(OnDamage::Accept);

    let (half, _) = prepare(&whole[..whole.len() / 2], accepting).unwrap();

    assert!((half.lost - 0.5).abs() < 0.05, "{}", half.lost);
    for bad in [
        "P6 4 4 0\n",
        "P6 4 4 70000\n",
        "P6 99999999999 1 255\n",
        "P6",
        "P5 4\n",
        "P7\nWIDTH 4\n",
        "P3 0 4 255\n",
    ] {
        let error = prepare(bad.as_bytes(), options()).unwrap_err();
        assert_ne!(error.kind(), ErrorKind::Decoder, "{bad}: {error}");
    }
    let text = fixture("formats/rgb.ppm");
    for length in (0..200).chain((200..text.len()).step_by(9973)) {
        let _ = prepare(&text[..length], accepting);
    }
}

/// Gray and color as text and bytes, of several whites, for [`crate::differential`].
pub(crate) fn variants() -> Vec<(String, Vec<u8>)> {
    let mut photos = Vec::new();
    for most in [255, 1023, 65535] {
        for (channels, text, extension) in [(1, "P2", "pgm"), (3, "P3", "ppm")] {
            let samples = samples(channels, most);
            let numbers: Vec<String> = samples.iter().map(usize::to_string).collect();
            let text = format!("{text}\n{WIDTH} {HEIGHT}\n{most}\n{}\n", numbers.join(" "));
            photos.push((format!("text-{most}.{extension}"), text.into_bytes()));
            photos.push((format!("bytes-{most}.{extension}"), plain(channels, most)));
        }
    }
    photos
}
