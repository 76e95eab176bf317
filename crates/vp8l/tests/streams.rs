//! Images, held against `image-webp`, which was written by others.

use std::fs;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use image_webp::{ColorType, WebPDecoder, WebPEncoder};
use vp8l::{Error, Header, Region};

/// The chunk of a lossless WebP file.
fn chunk_of(file: &[u8]) -> Option<&[u8]> {
    let mut rest = file.get(12..)?;
    loop {
        let (name, after) = rest.split_first_chunk::<4>()?;
        let (length, data) = after.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        if name == b"VP8L" {
            return data.get(..length);
        }
        rest = data.get(length.next_multiple_of(2)..)?;
    }
}

/// The rows of a chunk as red, green, blue and opacity, and how decoding ended.
fn rows_of(chunk: &[u8], region: Region) -> (Vec<Vec<u8>>, Result<(), Error>) {
    let header = Header::read(chunk).expect("a header");
    let mut rows = Vec::new();
    let first = region.rows.start as usize;
    let decoded = vp8l::decode(chunk, region, |row| {
        assert_eq!(row.index() as usize, first + rows.len());
        let mut bytes = vec![0; 4 * header.width as usize];
        row.write_rgba(&mut bytes);
        rows.push(bytes);
        ControlFlow::Continue(())
    });
    (rows, decoded)
}

fn whole(chunk: &[u8]) -> Region {
    let header = Header::read(chunk).expect("a header");
    Region::whole(header.width, header.height)
}

/// Red, green, blue and opacity; what has no opacity is opaque.
fn expected(file: &[u8]) -> Vec<u8> {
    let mut decoder = WebPDecoder::new(Cursor::new(file)).expect("a WebP file");
    let mut pixels = vec![0; decoder.output_buffer_size().expect("a size")];
    decoder.read_image(&mut pixels).expect("a picture");
    match decoder.has_alpha() {
        true => pixels,
        false => {
            let (pixels, _) = pixels.as_chunks::<3>();
            let opaque = |&[red, green, blue]: &[u8; 3]| [red, green, blue, 255];
            pixels.iter().flat_map(opaque).collect()
        }
    }
}

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/vp8l");
    let entries = fs::read_dir(folder).expect("fixtures");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    assert_eq!(paths.len(), 12);
    paths
}

fn fixture(name: &str) -> Vec<u8> {
    let path = fixtures().into_iter().find(|path| path.ends_with(name));
    fs::read(path.expect("a fixture")).expect("its bytes")
}

#[test]
fn pixels_are_those_of_image_webp() {
    for path in fixtures() {
        let file = fs::read(&path).unwrap();
        let chunk = chunk_of(&file).expect("a chunk");

        let (rows, decoded) = rows_of(chunk, whole(chunk));

        assert_eq!(decoded, Ok(()), "{path:?}");
        assert!(rows.concat() == expected(&file), "{path:?}");
    }
}

#[test]
fn what_the_encoder_of_image_webp_writes_is_read_back() {
    let mut state = 1_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    for (width, height) in [(1, 1), (2, 7), (16_383, 2), (1, 900), (131, 64)] {
        for kind in 0..4 {
            let pixels: Vec<u8> = (0..4 * width * height)
                .map(|at| match kind {
                    0 => noise(),
                    1 => (at / 40) as u8,
                    2 => 77,
                    _ => 200 + noise() % 3,
                })
                .collect();
            let mut file = Vec::new();
            let encoder = WebPEncoder::new(&mut file);
            encoder
                .encode(&pixels, width, height, ColorType::Rgba8)
                .unwrap();

            let chunk = chunk_of(&file).expect("a chunk");
            let (rows, decoded) = rows_of(chunk, whole(chunk));

            assert_eq!(decoded, Ok(()));
            assert!(rows.concat() == pixels, "{width} × {height}, {kind}");
        }
    }
}

#[test]
fn a_region_has_the_pixels_of_the_whole_image() {
    for name in [
        "203x135-z9.webp",
        "127x91-4-colors.webp",
        "127x91-near.webp",
    ] {
        let file = fixture(name);
        let chunk = chunk_of(&file).expect("a chunk");
        let (all, _) = rows_of(chunk, whole(chunk));
        let region = Region {
            columns: 37..90,
            rows: 21..60,
        };

        let (rows, decoded) = rows_of(chunk, region);

        assert_eq!(decoded, Ok(()));
        assert_eq!(rows.len(), 39);
        for (row, expected) in rows.iter().zip(&all[21..]) {
            assert!(row[4 * 37..4 * 90] == expected[4 * 37..4 * 90], "{name}");
        }
    }
}

#[test]
fn every_beginning_has_the_first_rows_of_the_whole_image() {
    for name in [
        "127x91-z3.webp",
        "127x91-16-colors.webp",
        "400x300-repeated.webp",
    ] {
        let file = fixture(name);
        let chunk = chunk_of(&file).expect("a chunk");
        let region = whole(chunk);
        let (all, _) = rows_of(chunk, region.clone());
        let mut most = 0;

        for length in (5..chunk.len()).step_by(37) {
            let (rows, decoded) = rows_of(&chunk[..length], region.clone());

            assert_eq!(decoded, Err(Error::CutOff), "{name}, {length}");
            assert!(
                rows.len() >= most && rows.len() < all.len(),
                "{name}, {length}"
            );
            most = rows.len();
            assert!(rows[..] == all[..most], "{name}, {length}");
        }
        assert!(most > all.len() / 2, "{name}: {most}");
    }
}

#[test]
fn decoding_stops_where_the_caller_does() {
    let file = fixture("127x91-z0.webp");
    let chunk = chunk_of(&file).expect("a chunk");
    let mut count = 0;

    let decoded = vp8l::decode(chunk, whole(chunk), |row| {
        count += 1;
        match row.index() {
            4 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    });

    assert_eq!((decoded, count), (Ok(()), 5));
}

#[test]
fn opacity_is_the_green_of_an_image_without_a_header() {
    let file = fixture("127x91-16-colors.webp");
    let chunk = chunk_of(&file).expect("a chunk");
    let pixels = expected(&file);
    let green: Vec<u8> = pixels
        .as_chunks::<4>()
        .0
        .iter()
        .map(|&[_, green, ..]| green)
        .collect();

    let samples = vp8l::decode_opacity(&chunk[5..], 127, 91, 40);
    let damaged = vp8l::decode_opacity(&chunk[5..1500], 127, 91, 91).unwrap();

    assert_eq!(samples.as_deref(), Ok(&green[..127 * 40]));
    assert!(damaged.len().is_multiple_of(127) && damaged.len() > 127 * 10);
    assert!(green.starts_with(&damaged));
    assert_eq!(vp8l::decode_opacity(&[], 127, 91, 91), Err(Error::CutOff));
}

#[test]
fn changed_bytes_are_rows_or_an_error() {
    let mut state = 7_u32;
    let mut random = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    for name in [
        "127x91-z3.webp",
        "127x91-16-colors.webp",
        "127x91-alpha.webp",
    ] {
        let file = fixture(name);
        let whole_chunk = chunk_of(&file).expect("a chunk");
        for round in 0..200 {
            let mut chunk = whole_chunk.to_vec();
            // The header stays; codes are hit more often than pixels.
            let reach = [chunk.len() - 5, 200][round % 2];
            for _ in 0..=round % 4 {
                chunk[5 + random(reach)] = random(256) as u8;
            }

            let (rows, decoded) = rows_of(&chunk, whole(&chunk));

            assert_eq!(decoded.is_ok(), rows.len() == 91, "{name}, {round}");
        }
    }
}
