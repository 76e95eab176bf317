//! Overviews, and the parts beside the one that is decoded with them: compared with the coefficients that the photo
//! was written from, and with a decode of everything at once.

use jpeg::{Decoder, PixelRect, Planes, Rect, Size, Target, WithOverview, read_header};
use simd::Level;

use crate::writer::{self, Photo, Process, Random, generate};

/// The samples of a strip, the part that is decoded with the overview, and the parts beside it.
#[derive(Debug)]
struct Request {
    size: Size,
    part: PixelRect,
    beside: Vec<PixelRect>,
}

impl Request {
    /// Along one side or the other, as a strip is.
    fn random(random: &mut Random) -> Self {
        let (long, short) = (12 + random.below(30) as u32, 4 + random.below(12) as u32);
        let begin = random.below(u64::from(long - 4)) as u32 / 2 * 2;
        let length = (2 + random.below(20) as u32 / 2 * 2).min(long - begin);
        let is_wide = random.below(2) == 0;
        let part = |at, length| match is_wide {
            true => PixelRect {
                x: at,
                y: 0,
                width: length,
                height: short,
            },
            false => PixelRect {
                x: 0,
                y: at,
                width: short,
                height: length,
            },
        };
        let end = begin + length;
        Self {
            size: match is_wide {
                true => Size {
                    width: long,
                    height: short,
                },
                false => Size {
                    width: short,
                    height: long,
                },
            },
            part: part(begin, length),
            beside: vec![part(end, long - end), part(0, begin)],
        }
    }
}

fn whole(photo: &Photo) -> Rect {
    Rect {
        x: 0.0,
        y: 0.0,
        width: photo.width as f64,
        height: photo.height as f64,
    }
}

/// The mean of each block that has a sample in the photo, by the coefficients of the first scan of each component.
fn means(photo: &Photo, component: usize) -> Vec<f64> {
    let of = &photo.components[component];
    let scan = photo
        .scans
        .iter()
        .find(|scan| scan.spectral.0 == 0 && scan.components.contains(&component));
    let coarseness = match photo.process {
        Process::Progressive => 1 << scan.unwrap().approximation.1,
        _ => 1,
    };
    let most = |factor: fn(&writer::Component) -> usize| {
        photo.components.iter().map(factor).max().unwrap()
    };
    let across = (photo.width * of.h).div_ceil(most(|c| c.h)).div_ceil(8);
    let down = (photo.height * of.v).div_ceil(most(|c| c.v)).div_ceil(8);
    let mean = |at: usize| {
        let block = of.blocks[at / across * of.columns + at % across];
        let dc = f64::from(block[0].div_euclid(coarseness) * coarseness);
        (dc * f64::from(of.steps[0]) / 8.0 + 128.0).clamp(0.0, 255.0)
    };
    (0..across * down).map(mean).collect()
}

#[test]
fn an_overview_has_the_mean_of_every_block_and_the_parts_are_those_of_the_whole() {
    let mut random = Random(5);
    let (mut overviews, mut parts) = (0, 0);
    let mut decoders: Vec<Decoder> = Level::available().map(Decoder::with_level).collect();
    for number in 0..660 {
        let photo = generate(number);
        let bytes = photo.write();
        let header = read_header(&bytes).unwrap();
        let request = Request::random(&mut random);
        let target = Target::new(whole(&photo), request.size);
        let mut expected = Planes::default();
        Decoder::new()
            .decode_resized(&bytes, &header, &target, &mut expected)
            .unwrap();
        let mut seen = Vec::new();

        for decoder in &mut decoders {
            let mut planes = Planes::default();
            let part = request.part;
            let outcome = decoder
                .decode_with_overview(&bytes, &header, &target, part, &mut planes)
                .unwrap();
            let Some(WithOverview { damage, has_part }) = outcome else {
                continue;
            };
            assert!(damage.is_none(), "{number}: {damage:?}");
            if has_part {
                for beside in &request.beside {
                    decoder
                        .decode_part(&header, &target, *beside, &mut planes)
                        .unwrap();
                }
            }
            seen.push((has_part, planes, decoder.overview().clone()));
        }

        let Some((has_part, planes, overview)) = seen.first() else {
            continue;
        };
        overviews += 1;
        parts += usize::from(*has_part);
        for (index, plane) in overview.components().iter().enumerate() {
            let means = means(&photo, index);
            assert_eq!(plane.samples.len(), means.len(), "{number}");
            for (sample, mean) in plane.samples.iter().zip(means) {
                let difference = (f64::from(*sample) - mean).abs();
                assert!(difference <= 0.5, "{number}: {sample}, not {mean}");
            }
        }
        if *has_part {
            for (plane, expected) in planes.components().iter().zip(expected.components()) {
                assert_eq!(plane.samples.len(), expected.samples.len());
                for (sample, expected) in plane.samples.iter().zip(&expected.samples) {
                    // The places of results are sums that round otherwise.
                    assert!(
                        sample.abs_diff(*expected) <= 1,
                        "{number}: {sample}, not {expected}: {request:?}"
                    );
                }
            }
        }
        assert!(
            seen.iter()
                .all(|other| other.2 == *overview && (!has_part || other.1 == *planes)),
            "{number}: levels differ"
        );
    }
    assert!(overviews > 300 && parts > 100, "{overviews}, {parts}");
}

/// Sound photos, and some that are cut off or have a byte changed.
#[test]
fn a_decode_after_an_overview_is_one_without() {
    let mut random = Random(7);
    let (mut sound, mut damaged) = (0, 0);
    let mut decoders: Vec<Decoder> = Level::available().map(Decoder::with_level).collect();
    for number in 0..600 {
        let photo = generate(number);
        let mut bytes = photo.write();
        let length = bytes.len();
        match number % 3 {
            0 => bytes.truncate(length - random.below(length as u64 / 3) as usize),
            1 => bytes[length - 1 - random.below(length as u64 / 3) as usize] ^= 0x55,
            _ => {}
        }
        let Ok(header) = read_header(&bytes) else {
            continue;
        };
        // Something is left below it, which the overview reads and the decode does not.
        let upper = Rect {
            height: photo.height as f64 * 0.6,
            ..whole(&photo)
        };
        let Request { size, part, .. } = Request::random(&mut random);
        let target = Target::new(upper, size);
        let mut expected = Planes::default();
        let expected_damage =
            Decoder::new().decode_resized(&bytes, &header, &target, &mut expected);

        for decoder in &mut decoders {
            let mut planes = Planes::default();
            let outcome = decoder.decode_with_overview(&bytes, &header, &target, part, &mut planes);
            let Ok(Some(_)) = outcome else { continue };
            let damage = decoder.decode_after_overview(&bytes, &header, &target, &mut planes);

            assert_eq!(
                format!("{damage:?}"),
                format!("{expected_damage:?}"),
                "{number}"
            );
            match damage {
                Ok(damage) if damage.is_none() => sound += 1,
                _ => damaged += 1,
            }
            assert!(damage.is_err() || planes == expected, "{number}");
        }
    }
    assert!(sound > 300 && damaged > 100, "{sound}, {damaged}");
}

#[test]
fn what_is_cut_off_is_told() {
    let mut random = Random(6);
    let mut cut_off = 0;
    for number in 0..200 {
        let photo = generate(number);
        let mut bytes = photo.write();
        let header = read_header(&photo.write()).unwrap().width();
        bytes.truncate(bytes.len() * 3 / 4);
        let Ok(cut) = read_header(&bytes) else {
            continue;
        };
        assert_eq!(cut.width(), header);
        let request = Request::random(&mut random);
        let target = Target::new(whole(&photo), request.size);
        let mut planes = Planes::default();

        let outcome =
            Decoder::new().decode_with_overview(&bytes, &cut, &target, request.part, &mut planes);

        if let Ok(Some(WithOverview {
            damage,
            has_part: true,
        })) = outcome
        {
            assert!(!damage.is_none(), "{number}");
            cut_off += 1;
        }
    }
    assert!(cut_off > 20, "{cut_off}");
}
