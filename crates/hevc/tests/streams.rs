//! The streams of `fixtures/hevc`: every sample is that of another decoder, ffmpeg or HM, the reference software.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::fs;
use std::path::PathBuf;

use hevc::{CodedPicture, Decoder, Error, Filters, Picture, annex_b};
use simd::Level;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/hevc")
}

fn streams() -> Vec<(String, Vec<u8>, u64)> {
    let table = fs::read_to_string(folder().join("planes.csv")).unwrap();
    let rows = table.lines().skip(1).map(|line| {
        let (name, hash) = line.split_once(',').unwrap();
        let stream = fs::read(folder().join(name).with_extension("hevc")).unwrap();
        (
            name.to_owned(),
            stream,
            u64::from_str_radix(hash, 16).unwrap(),
        )
    });
    rows.collect()
}

fn decode(stream: &[u8], filters: Filters, level: Level) -> Result<Picture, Error> {
    open(stream, level)?.decode(filters)
}

fn open(stream: &[u8], level: Level) -> Result<CodedPicture, Error> {
    Decoder::new(&[])?.at_level(level).open(&annex_b(stream))
}

/// FNV-1a of the planes, whose samples of more than 8 bits take two bytes.
fn hash(picture: &Picture) -> u64 {
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    let mut add = |byte: u8| hash = (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3);
    for component in 0..picture.chroma().components() {
        for row in 0..picture.size(component).height {
            for sample in picture.row(component, row) {
                let bytes = sample.to_le_bytes();
                add(bytes[0]);
                if picture.bits(component) > 8 {
                    add(bytes[1]);
                }
            }
        }
    }
    hash
}

#[test]
fn every_sample_is_the_other_decoders() {
    let streams = streams();
    assert!(streams.len() >= 20);
    for (name, stream, expected) in streams {
        for level in Level::available() {
            let picture = decode(&stream, Filters::All, level).unwrap();

            assert_eq!(hash(&picture), expected, "{name} {level:?}");
        }
    }
}

#[test]
fn the_header_says_what_the_picture_is() {
    for (name, stream, _) in streams() {
        let coded = open(&stream, Level::detect()).unwrap();
        let header = *coded.header();
        let picture = decode(&stream, Filters::None, Level::detect()).unwrap();
        let (width, height) = match name.as_str() {
            "420-tall" => (40, 600),
            _ => (104, 72),
        };

        let size = (header.size.width, header.size.height);
        assert_eq!(size, (width, height), "{name}");
        assert_eq!(picture.header(), &header, "{name}");
        assert_eq!(picture.row(0, height - 1).len(), width as usize);
    }
}

/// As HM and x265 were asked: x265 makes an intra picture finer by 3.
#[test]
fn the_quantization_parameter_is_the_one_that_the_encoder_was_given() {
    for (name, expected) in [
        ("420-tiles", 27),
        ("420-dependent", 32),
        ("444-12-skips", 8),
        ("422", 27),
    ] {
        let stream = fs::read(folder().join(name).with_extension("hevc")).unwrap();

        let coded = open(&stream, Level::detect()).unwrap();

        assert_eq!(coded.slice_qp(), expected, "{name}");
    }
}

#[test]
fn without_filters_the_picture_is_nearly_the_same() {
    for (name, stream, _) in streams() {
        let [all, none] = [Filters::All, Filters::None]
            .map(|filters| decode(&stream, filters, Level::detect()).unwrap());
        let rows = (0..72).flat_map(|row| all.row(0, row).iter().zip(none.row(0, row)));
        let difference: u64 = rows.map(|(&a, &b)| u64::from(a.abs_diff(b))).sum();
        let mean = difference as f64 / (104.0 * 72.0) / f64::from(1 << (all.bits(0) - 8));

        assert!(mean < 2.0, "{name}: {mean}");
    }
}

/// Rows of blocks of the picture whose hash is the other decoder's, which is kept whole.
#[test]
fn rows_as_they_come_are_those_of_the_whole_picture() {
    for (name, stream, _) in streams() {
        for filters in [Filters::All, Filters::None] {
            let picture = decode(&stream, filters, Level::detect()).unwrap();
            let mut rows = open(&stream, Level::detect())
                .unwrap()
                .rows(filters)
                .unwrap();

            let height = picture.size(0).height;
            for luma in 0..height {
                // The rows around it, too: the next one, and again what was there up to 16 rows before.
                for luma in [(luma + 1).min(height - 1), luma.saturating_sub(15), luma] {
                    for component in 0..picture.chroma().components() {
                        let [_, vertical] = picture.chroma().halvings(component);
                        let row = luma >> vertical;

                        let actual = rows.row(component, row);

                        let expected = picture.row(component, row);
                        assert_eq!(actual, Ok(expected), "{name} {component} {row}");
                    }
                }
            }
        }
    }
}

#[test]
fn rows_above_damage_are_there_and_those_below_are_an_error() {
    let stream = fs::read(folder().join("420-tall.hevc")).unwrap();
    let whole = decode(&stream, Filters::All, Level::detect()).unwrap();
    let cut = &stream[..stream.len() / 2];
    let mut rows = open(cut, Level::detect())
        .unwrap()
        .rows(Filters::All)
        .unwrap();

    let sound = (0..600).take_while(|&row| rows.row(0, row).is_ok()).count();
    let mut rows = open(cut, Level::detect())
        .unwrap()
        .rows(Filters::All)
        .unwrap();

    assert!((100..500).contains(&sound), "{sound}");
    for row in 0..sound as u32 {
        assert_eq!(rows.row(0, row), Ok(whole.row(0, row)), "{row}");
    }
    assert!(rows.row(0, sound as u32).is_err());
}

#[test]
fn few_rows_of_a_tall_picture_are_kept_and_all_where_tiles_lie_side_by_side() {
    // Twice three rows of blocks of 16, or all five, and one more for sample adaptive offset.
    for (name, kept) in [("420-tall", 112), ("420-tiles", 96)] {
        let stream = fs::read(folder().join(name).with_extension("hevc")).unwrap();

        let coded = open(&stream, Level::detect()).unwrap();

        assert_eq!(coded.rows_kept(), kept, "{name}");
    }
}

#[test]
fn a_stream_cut_off_anywhere_is_an_error() {
    for (name, stream, _) in streams() {
        for length in (0..stream.len() - 8).step_by(stream.len() / 40) {
            let decoded = decode(&stream[..length], Filters::All, Level::detect());

            assert!(decoded.is_err(), "{name} at {length}");
        }
    }
}

#[test]
fn a_stream_that_is_changed_does_not_panic() {
    const CHANGES: u32 = 300;
    let mut state = 0x2545_F491_u32;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as usize % below
    };
    for (_, stream, _) in streams() {
        for _ in 0..CHANGES {
            let mut changed = stream.clone();
            for _ in 0..1 + random(4) {
                let at = random(changed.len());
                changed[at] = random(256) as u8;
            }
            // A header may claim any size, which is its caller's to check.
            if let Ok(coded) = open(&changed, Level::detect())
                && coded.header().coded.width.max(coded.header().coded.height) <= 512
            {
                let _ = coded.decode(Filters::All);
            }
        }
    }
}
