//! The streams of `fixtures/hevc`: every sample is that of another decoder, ffmpeg or HM, the reference software.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::fs;
use std::path::PathBuf;

use hevc::{Decoder, Error, Filters, Picture, annex_b};
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
    let decoder = Decoder::new(&[])?.at_level(level);
    decoder.decode(&annex_b(stream), filters)
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
        let header = Decoder::new(&[])
            .unwrap()
            .read_header(&annex_b(&stream))
            .unwrap();
        let picture = decode(&stream, Filters::None, Level::detect()).unwrap();

        assert_eq!((header.size.width, header.size.height), (104, 72), "{name}");
        assert_eq!(picture.header(), &header, "{name}");
        assert_eq!(picture.row(0, 71).len(), 104);
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

        let qp = Decoder::new(&[]).unwrap().slice_qp(&annex_b(&stream));

        assert_eq!(qp, Ok(expected), "{name}");
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
            let decoder = Decoder::new(&[]).unwrap();
            let units = annex_b(&changed);
            let header = decoder.read_header(&units);
            if header.is_ok_and(|header| header.coded.width.max(header.coded.height) <= 512) {
                let _ = decoder.decode(&units, Filters::All);
            }
        }
    }
}
