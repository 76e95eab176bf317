//! A glance at a photo, and what lies beside the part that is decoded meanwhile: held against the coefficients that the photo
//! was written from, and against a decode of all at once.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod writer;

use jpeg::{Chroma, Decoder, Glanced, Part, Planes, Rect, read_header};
use simd::Level;
use writer::{Photo, Process, Random, generate};

/// A strip of results, the part that is decoded with the glance, and the others beside it.
#[derive(Debug)]
struct Request {
    size: (u32, u32),
    part: Part,
    beside: Vec<Part>,
}

impl Request {
    /// Along one side or the other, as a strip is.
    fn random(random: &mut Random) -> Self {
        let (long, short) = (12 + random.below(30) as u32, 4 + random.below(12) as u32);
        let begin = random.below(u64::from(long - 4)) as u32 / 2 * 2;
        let length = (2 + random.below(20) as u32 / 2 * 2).min(long - begin);
        let is_wide = random.below(2) == 0;
        let part = |at, length| match is_wide {
            true => Part {
                x: at,
                y: 0,
                width: length,
                height: short,
            },
            false => Part {
                x: 0,
                y: at,
                width: short,
                height: length,
            },
        };
        let end = begin + length;
        Self {
            size: if is_wide {
                (long, short)
            } else {
                (short, long)
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
fn a_glance_sees_the_mean_of_every_block_and_the_parts_are_those_of_the_whole() {
    let mut random = Random(5);
    let (mut glances, mut parts) = (0, 0);
    let mut decoders: Vec<Decoder> = Level::available().map(Decoder::with_level).collect();
    for number in 0..660 {
        let photo = generate(number);
        let bytes = photo.write();
        let header = read_header(&bytes).unwrap();
        let request = Request::random(&mut random);
        let (rect, size) = (whole(&photo), request.size);
        let mut expected = Planes::default();
        Decoder::new()
            .decode_rect(&bytes, &header, rect, size, Chroma::Half, &mut expected)
            .unwrap();
        let mut seen = Vec::new();

        for decoder in &mut decoders {
            let (mut picture, mut small) = (Planes::default(), Planes::default());
            let part = request.part;
            let glanced = decoder
                .glance(
                    &bytes,
                    &header,
                    rect,
                    size,
                    part,
                    Chroma::Half,
                    &mut picture,
                    &mut small,
                )
                .unwrap();
            let Some(Glanced { damage, has_part }) = glanced else {
                continue;
            };
            assert!(damage.is_none(), "{number}: {damage:?}");
            if has_part {
                for beside in &request.beside {
                    decoder
                        .decode_beside(&header, rect, size, *beside, Chroma::Half, &mut picture)
                        .unwrap();
                }
            }
            seen.push((has_part, picture, small));
        }

        let Some((has_part, picture, small)) = seen.first() else {
            continue;
        };
        glances += 1;
        parts += usize::from(*has_part);
        for (index, plane) in small.components().iter().enumerate() {
            let means = means(&photo, index);
            assert_eq!(plane.samples.len(), means.len(), "{number}");
            for (sample, mean) in plane.samples.iter().zip(means) {
                let difference = (f64::from(*sample) - mean).abs();
                assert!(difference <= 0.5, "{number}: {sample}, not {mean}");
            }
        }
        if *has_part {
            for (plane, expected) in picture.components().iter().zip(expected.components()) {
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
                .all(|other| other.2 == *small && (!has_part || other.1 == *picture)),
            "{number}: levels differ"
        );
    }
    assert!(glances > 300 && parts > 100, "{glances}, {parts}");
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
        let (mut picture, mut small) = (Planes::default(), Planes::default());

        let glanced = Decoder::new().glance(
            &bytes,
            &cut,
            whole(&photo),
            request.size,
            request.part,
            Chroma::Half,
            &mut picture,
            &mut small,
        );

        if let Ok(Some(Glanced {
            damage,
            has_part: true,
        })) = glanced
        {
            assert!(!damage.is_none(), "{number}");
            cut_off += 1;
        }
    }
    assert!(cut_off > 20, "{cut_off}");
}
