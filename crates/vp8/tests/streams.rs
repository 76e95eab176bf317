//! Frames, held against `image-webp`, which was written by others.

use std::fs;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use image_webp::WebPDecoder;
use vp8::{Filter, Picture, Plane};

/// The frame of a lossy WebP file; none if it is not one, or has an animation.
fn frame_of(file: &[u8]) -> Option<&[u8]> {
    let mut rest = file.get(12..)?;
    loop {
        let (name, after) = rest.split_first_chunk::<4>()?;
        let (length, data) = after.split_first_chunk::<4>()?;
        let length = u32::from_le_bytes(*length) as usize;
        if name == b"VP8 " {
            return data.get(..length);
        }
        rest = data.get(length.next_multiple_of(2)..)?;
    }
}

/// The pixels by the definition: chroma from the four samples around each pixel, weighted 9, 3, 3 and 1.
fn rgb(picture: &Picture) -> Vec<u8> {
    let (width, height) = (
        u32::from(picture.header().width),
        u32::from(picture.header().height),
    );
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let chroma = |plane| {
                let last = [width.div_ceil(2) - 1, height.div_ceil(2) - 1];
                let near = [x / 2, y / 2];
                let far = [
                    if x % 2 == 1 {
                        (x / 2 + 1).min(last[0])
                    } else {
                        (x / 2).saturating_sub(1)
                    },
                    if y % 2 == 1 {
                        (y / 2 + 1).min(last[1])
                    } else {
                        (y / 2).saturating_sub(1)
                    },
                ];
                let at = |x: u32, y: u32| u32::from(picture.row(plane, y)[x as usize]);
                let sum = 9 * at(near[0], near[1])
                    + 3 * at(far[0], near[1])
                    + 3 * at(near[0], far[1])
                    + at(far[0], far[1]);
                ((sum + 8) / 16) as i32
            };
            let (cb, cr) = (chroma(Plane::Cb), chroma(Plane::Cr));
            let luma = (i32::from(picture.row(Plane::Luma, y)[x as usize]) * 19077) >> 8;
            let red = luma + ((cr * 26149) >> 8) - 14234;
            let green = luma - ((cb * 6419) >> 8) - ((cr * 13320) >> 8) + 8708;
            let blue = luma + ((cb * 33050) >> 8) - 17685;
            pixels.extend([red, green, blue].map(|color| (color >> 6).clamp(0, 255) as u8));
        }
    }
    pixels
}

fn expected(file: &[u8]) -> Vec<u8> {
    let mut decoder = WebPDecoder::new(Cursor::new(file)).expect("a WebP file");
    let mut pixels = vec![0; decoder.output_buffer_size().expect("a size")];
    decoder.read_image(&mut pixels).expect("a picture");
    match decoder.has_alpha() {
        false => pixels,
        true => pixels
            .as_chunks::<4>()
            .0
            .iter()
            .flat_map(|[rgb @ .., _]| *rgb)
            .collect(),
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = files.map(|file| file.path()).collect();
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "webp")
    });
    files.sort();
    files
}

/// As `webpinfo -bitstream_info` prints them.
#[test]
fn the_quantizer_index_is_the_one_that_libwebp_reads() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/vp8");
    for (name, expected) in [("127x90-q50", 52), ("1x1-q80", 19), ("96x64-q5", 102)] {
        let path = folder.join(name).with_extension("webp");
        let file = fs::read(path).unwrap();

        let index = vp8::quantizer_index(frame_of(&file).unwrap());

        assert_eq!(index, Ok(expected), "{name}");
    }
}

#[test]
fn frames_are_what_they_are_elsewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut compared = 0;
    for folder in ["fixtures/vp8", "fixtures/formats", "../shared/corpus/mixed"] {
        for path in files(&root.join(folder)) {
            let file = fs::read(&path).expect("it is there");
            let Some(frame) = frame_of(&file) else {
                continue;
            };
            let picture = vp8::decode(frame, Filter::Applied).expect("a frame");
            let (actual, expected) = (rgb(&picture), expected(&file));
            let different = actual.iter().zip(&expected).position(|(a, e)| a != e);
            let row = different.map(|at| at / 3 / usize::from(picture.header().width));
            assert!(
                actual == expected,
                "{}: from row {row:?} on",
                path.display()
            );
            assert_eq!(picture.intact_rows(), u32::from(picture.header().height));
            compared += 1;
        }
    }
    assert!(compared >= 8, "only {compared} files");
}

#[test]
fn bands_hold_the_rows_of_the_whole_picture_without_its_filter() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for path in files(&root.join("fixtures/vp8")) {
        let file = fs::read(&path).expect("it is there");
        let frame = frame_of(&file).expect("a frame");
        for frame in [frame, &frame[..frame.len() * 3 / 4]] {
            let Ok(whole) = vp8::decode(frame, Filter::LeftOut) else {
                continue;
            };
            for plane in [Plane::Luma, Plane::Cb, Plane::Cr] {
                let mut next = 0;

                vp8::decode_bands(frame, |band| {
                    for row in band.rows(plane) {
                        assert_eq!(row, next, "{}", path.display());
                        assert!(band.row(plane, row) == whole.row(plane, row), "{row}");
                        next += 1;
                    }
                    ControlFlow::Continue(())
                })
                .expect("a frame");

                let rows = match plane {
                    Plane::Luma => whole.intact_rows(),
                    Plane::Cb | Plane::Cr => whole.intact_rows().div_ceil(2),
                };
                assert_eq!(next, rows, "{}", path.display());
            }
        }
    }
}

#[test]
fn decoding_ends_after_the_band_that_is_enough() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for path in files(&root.join("fixtures/vp8")) {
        let file = fs::read(&path).expect("it is there");
        let mut bands = 0;

        let decoded = vp8::decode_bands(frame_of(&file).expect("a frame"), |_| {
            bands += 1;
            ControlFlow::Break(())
        });

        assert_eq!((decoded, bands), (Ok(()), 1), "{}", path.display());
    }
}

#[test]
fn damaged_frames_end_and_frames_that_are_cut_off_keep_their_rows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut state = 1_u32;
    let mut random = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    for path in files(&root.join("fixtures/vp8")) {
        let file = fs::read(&path).expect("it is there");
        let frame = frame_of(&file).expect("a frame");
        let whole = vp8::decode(frame, Filter::LeftOut).expect("a picture");
        for _ in 0..200 {
            let mut damaged = frame.to_vec();
            for _ in 0..1 + random(4) {
                // All but the size: a large one is refused by limits that are the caller's.
                let place = random(frame.len() - 4);
                let place = if place < 6 { place } else { place + 4 };
                damaged[place] = random(256) as u8;
            }
            if let Ok(picture) = vp8::decode(&damaged, Filter::Applied) {
                assert_eq!(picture.header(), whole.header());
            }
            let _ = vp8::decode_bands(&damaged, |_| ControlFlow::Continue(()));
        }
        for _ in 0..50 {
            let cut = &frame[..random(frame.len())];
            let Ok(picture) = vp8::decode(cut, Filter::LeftOut) else {
                continue;
            };
            for row in 0..picture.intact_rows() {
                assert_eq!(picture.row(Plane::Luma, row), whole.row(Plane::Luma, row));
            }
        }
    }
}

#[test]
fn versions_that_are_reserved_are_refused_and_others_change_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let file = fs::read(root.join("fixtures/vp8/96x64-q5.webp")).expect("it is there");
    let frame = frame_of(&file).expect("a frame");
    let whole = vp8::decode(frame, Filter::Applied).expect("a picture");
    for version in 0..8_u8 {
        let mut frame = frame.to_vec();
        frame[0] = frame[0] & 0b1111_0001 | version << 1;

        let result = vp8::decode(&frame, Filter::Applied);

        match version {
            0..=3 => assert!(rgb(&result.expect("a picture")) == rgb(&whole), "{version}"),
            _ => assert!(matches!(result, Err(vp8::Error::Malformed(_))), "{version}"),
        }
    }
}
