//! The decoder against libjpeg-turbo's, as MozJPEG carries it: over a thousand photos of all samplings, processes, tables and
//! restarts, sample by sample. The inverse DCT is the same factorization and color conversion rounds alike, so nothing may differ.
//!
//! Both repeat the samples of components of lower resolution. What libjpeg-turbo does unless told otherwise, interpolating
//! them ("fancy upsampling"), has no counterpart here: squares are resampled from each component's own samples.

use std::collections::BTreeSet;
use std::panic::catch_unwind;

use jpeg::encoder::{Coding, Input, Options, PlaneRef, RgbRef, encode};
use jpeg::{Decoder, Subsampling, read_header};
use mozjpeg::decompress::{DecompressStarted, Format};
use mozjpeg::{CompInfoExt, Decompress};

use crate::writer::{Color, Kind, Photo, Process, Random, generate, photo, script};

/// What libjpeg makes of a photo: interleaved samples, as `Decoder::decode` gives them; none where it refuses.
fn libjpeg(photo: &[u8]) -> Option<Vec<u8>> {
    // Its errors unwind.
    catch_unwind(|| {
        let mut decompress = Decompress::new_mem(photo).ok()?;
        decompress.do_fancy_upsampling(false);
        decompress.do_block_smoothing(false);
        let samples = |mut started: DecompressStarted<&[u8]>| started.read_scanlines::<u8>().ok();
        match decompress.image().ok()? {
            Format::RGB(started) | Format::Gray(started) | Format::CMYK(started) => {
                samples(started)
            }
        }
    })
    .ok()
    .flatten()
}

/// The same without color conversion and upsampling, where libjpeg has none for these factors: each component's own
/// samples, repeated here.
fn libjpeg_by_planes(photo: &Photo, bytes: &[u8]) -> Vec<u8> {
    let mut planes = vec![Vec::new(); photo.components.len()];
    let decompress = Decompress::new_mem(bytes).unwrap();
    let strides: Vec<usize> = decompress
        .components()
        .iter()
        .map(|component| component.row_stride())
        .collect();
    let mut started = decompress.raw().unwrap();
    started.read_raw_data(&mut planes.iter_mut().collect::<Vec<_>>());
    let (h_max, v_max) = photo.factors();
    let mut samples = Vec::new();
    for y in 0..photo.height {
        for x in 0..photo.width {
            for ((component, plane), stride) in photo.components.iter().zip(&planes).zip(&strides) {
                samples.push(plane[y * component.v / v_max * stride + x * component.h / h_max]);
            }
        }
    }
    samples
}

/// Decodes what must be whole.
fn decode(decoder: &mut Decoder, bytes: &[u8]) -> Vec<u8> {
    let header = read_header(bytes).unwrap();
    let mut samples = Vec::new();
    let damage = decoder.decode(bytes, &header, &mut samples).unwrap();
    assert!(damage.is_none(), "{damage:?}");
    samples
}

/// Whether all components' resolutions divide the photo's, which libjpeg's upsampling asks for.
fn divides(factors: impl Iterator<Item = (u8, u8)> + Clone) -> bool {
    let h_max = factors.clone().map(|(h, _)| h).max().unwrap();
    let v_max = factors.clone().map(|(_, v)| v).max().unwrap();
    factors
        .into_iter()
        .all(|(h, v)| h_max % h == 0 && v_max % v == 0)
}

#[test]
fn photos_of_every_kind_decode_as_with_libjpeg() {
    let mut decoder = Decoder::new();
    let mut seen = BTreeSet::new();
    for number in 0..1320 {
        let mut photo = generate(number);
        let factors = photo.components.iter().map(|c| (c.h as u8, c.v as u8));
        let divides = divides(factors);
        if !divides {
            // Compared without color conversion.
            photo.color = Color::Adobe(0);
        }
        let bytes = photo.write();

        let actual = decode(&mut decoder, &bytes);
        let expected = if divides {
            libjpeg(&bytes).unwrap_or_else(|| panic!("libjpeg refuses photo {number}"))
        } else {
            libjpeg_by_planes(&photo, &bytes)
        };

        assert!(actual == expected, "photo {number}");
        let scan = &photo.scans[0];
        let is_interleaved = scan.components.len() > 1;
        seen.insert((
            photo.process,
            scan.kind,
            scan.restart.min(2),
            is_interleaved,
        ));
    }
    // Every process with every kind of table, no restarts, restarts at every MCU and others, interleaved and not.
    assert_eq!(seen.len(), 3 * 4 * 3 * 2);
}

#[test]
fn photos_longer_than_what_is_made_ready_at_a_time_decode_as_with_libjpeg() {
    let mut random = Random(11);
    let mut decoder = Decoder::new();
    for factors in [&[(1, 1)][..], &[(2, 2), (1, 1), (1, 1)], &[(1, 1); 4]] {
        let plain = photo(&mut random, 1000, 700, factors);
        let progressive = Photo {
            scans: script(factors.len()),
            process: Process::Progressive,
            ..plain.clone()
        };
        for photo in [plain, progressive] {
            for (kind, restart) in [(Kind::Deep, 0), (Kind::Skewed, 38), (Kind::Fitted, 5000)] {
                let bytes = photo.clone().for_all_scans(kind, restart).write();
                assert!(bytes.len() > 65536);

                let actual = decode(&mut decoder, &bytes);

                assert!(
                    Some(actual) == libjpeg(&bytes),
                    "{factors:?} {kind:?} {restart}"
                );
            }
        }
    }
}

#[test]
fn what_the_encoder_writes_decodes_as_with_libjpeg() {
    let mut random = Random(9);
    let mut decoder = Decoder::new();
    for (number, coding) in [Coding::Standard, Coding::Optimized, Coding::Progressive]
        .into_iter()
        .cycle()
        .take(150)
        .enumerate()
    {
        let [width, height] = [0; 2].map(|_| 1 + random.below(70) as usize);
        // Slopes with noise of different strength.
        let strength = random.one_of(&[1, 10, 256]);
        let samples: Vec<u8> = (0..width * height * 3)
            .map(|place| (place / 7 + random.below(strength) as usize) as u8)
            .collect();
        let subsampling = [Subsampling::S420, Subsampling::S422, Subsampling::S444][number / 3 % 3];
        let options = Options::new()
            .quality(random.one_of(&[1, 40, 85, 100]))
            .subsampling(subsampling)
            .coding(coding);
        let picture = match number % 5 {
            0 => Input::Gray(PlaneRef::new(&samples, width, height)),
            _ => Input::Rgb(RgbRef::new(&samples, width, height)),
        };
        let bytes = encode(picture, options).unwrap();

        let actual = decode(&mut decoder, &bytes);

        assert!(Some(actual) == libjpeg(&bytes), "{number}");
    }
}

#[test]
fn a_changed_photo_is_damaged_or_decodes_as_with_libjpeg() {
    let mut random = Random(10);
    let mut decoder = Decoder::new();
    let mut samples = Vec::new();
    let (mut whole, mut damaged) = (0, 0);
    for number in 0..4000 {
        let mut photo = generate(number);
        // Without color conversion and with steps of one, so that no sum that only changes can bring about overflows.
        photo.color = Color::Adobe(0);
        for component in &mut photo.components {
            (component.steps, component.slot) = ([1; 64], 0);
        }
        let mut bytes = photo.write();
        // Neither the steps nor the last marker, without which nothing is lost.
        let steps = bytes
            .windows(2)
            .position(|pair| pair == [0xff, 0xdb])
            .unwrap();
        let place = random.below(bytes.len() as u64 - 2) as usize;
        if (steps..steps + 69).contains(&place) {
            continue;
        }
        bytes[place] = random.below(256) as u8;
        let Ok(header) = read_header(&bytes) else {
            continue;
        };
        let pixels = u64::from(header.width()) * u64::from(header.height());
        if pixels > 1 << 16 || !divides(header.components().iter().map(|c| (c.h, c.v))) {
            continue;
        }

        match decoder.decode(&bytes, &header, &mut samples) {
            Ok(damage) if damage.is_none() => {
                let expected = libjpeg(&bytes).unwrap_or_else(|| panic!("{number} is refused"));
                // Beyond what samples can be, libjpeg wraps around.
                let differ = |(actual, expected): (&u8, &u8)| {
                    actual != expected && !matches!(actual, 0 | 255)
                };
                assert!(
                    !samples.iter().zip(&expected).any(differ),
                    "{number}, {place}"
                );
                whole += 1;
            }
            Ok(_) => damaged += 1,
            Err(_) => {}
        }
    }
    assert!(whole > 1000 && damaged > 1000, "{whole} {damaged}");
}
