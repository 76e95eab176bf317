//! Photos written by the tests themselves, over all samplings, restarts, scripts and tables.

use std::f64::consts::PI;

use jpeg::{Decoder, Planes, Size, Square, Subsampling, Target, read_header};

use crate::writer::{
    Component, Kind, Photo, Process, Random, SAMPLINGS, photo, script, sequential, zigzag,
};

/// A component's samples by the definition of the inverse DCT, its own size and what belongs to whole blocks.
fn samples(component: &Component) -> (usize, Vec<f64>) {
    let wave: [[f64; 8]; 8] = std::array::from_fn(|x| {
        std::array::from_fn(|u| {
            let scale = if u == 0 { 0.125_f64.sqrt() } else { 0.5 };
            scale * ((2 * x + 1) as f64 * u as f64 * PI / 16.0).cos()
        })
    });
    let stride = component.columns * 8;
    let mut samples = vec![0.0; component.blocks.len() * 64];
    for (number, block) in component.blocks.iter().enumerate() {
        let (top, left) = (
            number / component.columns * 8,
            number % component.columns * 8,
        );
        let places = zigzag();
        for y in 0..8 {
            for x in 0..8 {
                let sum: f64 = (0..64)
                    .map(|index| {
                        let (v, u) = places[index];
                        f64::from(block[index])
                            * f64::from(component.steps[index])
                            * wave[y][v]
                            * wave[x][u]
                    })
                    .sum();
                samples[(top + y) * stride + left + x] = (sum + 128.0).clamp(0.0, 255.0);
            }
        }
    }
    (stride, samples)
}

/// Decodes and holds every sample against the definition.
fn check(photo: &Photo, what: &str) {
    let bytes = photo.write();
    let header = read_header(&bytes).unwrap();
    let mut actual = Vec::new();

    let damage = Decoder::new().decode(&bytes, &header, &mut actual).unwrap();

    assert!(damage.is_none(), "{what}: {damage:?}");
    let count = photo.components.len();
    assert_eq!(actual.len(), photo.width * photo.height * count, "{what}");
    let h_max = photo.components.iter().map(|c| c.h).max().unwrap();
    let v_max = photo.components.iter().map(|c| c.v).max().unwrap();
    for (index, component) in photo.components.iter().enumerate() {
        let (stride, expected) = samples(component);
        for y in 0..photo.height {
            for x in 0..photo.width {
                let expected = expected[y * component.v / v_max * stride + x * component.h / h_max];
                let actual = f64::from(actual[(y * photo.width + x) * count + index]);
                assert!(
                    (actual - expected).abs() < 1.01,
                    "{what}: component {index} at {x}, {y}: {actual} {expected}"
                );
            }
        }
    }
}

#[test]
fn every_sampling_restart_script_and_table_gives_the_samples_of_the_definition() {
    let mut random = Random(1);
    for (number, sampling) in SAMPLINGS.iter().enumerate() {
        for (width, height) in [(1, 1), (8, 8), (33, 17), (50, 71)] {
            for restart in [0, 1, 5] {
                for kind in 0..3 {
                    let blocks: usize = sampling.iter().map(|(h, v)| h * v).sum();
                    if blocks > 10 && kind != 1 {
                        // Too many to be interleaved.
                        continue;
                    }
                    let mut photo = photo(&mut random, width, height, sampling);
                    photo.has_fill = restart == 1;
                    match kind {
                        1 => {
                            photo.scans = (0..sampling.len())
                                .map(|index| sequential(index..index + 1))
                                .collect()
                        }
                        2 => {
                            (photo.scans, photo.process) =
                                (script(sampling.len()), Process::Progressive);
                        }
                        _ => {}
                    }
                    let tables = [Kind::Flat, Kind::Skewed][(number + restart) % 2];
                    check(
                        &photo.for_all_scans(tables, restart),
                        &format!("{sampling:?} {width}x{height} restart {restart} kind {kind}"),
                    );
                }
            }
        }
    }
}

#[test]
fn at_its_own_size_a_square_has_the_samples_of_a_whole_decode_at_every_level() {
    let mut random = Random(2);
    for kind in 0..2 {
        let mut photo = photo(&mut random, 90, 70, &[(1, 1), (1, 1), (1, 1)]);
        if kind == 1 {
            (photo.scans, photo.process) = (script(3), Process::Progressive);
        }
        let bytes = photo.write();
        let header = read_header(&bytes).unwrap();
        let mut whole = Vec::new();
        Decoder::new().decode(&bytes, &header, &mut whole).unwrap();
        let mut first: Option<Planes> = None;

        for level in simd::Level::available() {
            let mut planes = Planes::default();
            let square = Square {
                x: 21.0,
                y: 9.0,
                side: 50.0,
            };
            Decoder::with_level(level)
                .decode_resized(
                    &bytes,
                    &header,
                    &Target::new(square, Size::square(50)).subsampling(Subsampling::S444),
                    &mut planes,
                )
                .unwrap();

            for (index, plane) in planes.components().iter().enumerate() {
                for (place, &actual) in plane.samples.iter().enumerate() {
                    let (x, y) = (21 + place % 50, 9 + place / 50);
                    let expected = whole[(y * 90 + x) * 3 + index];
                    assert!(
                        actual.abs_diff(expected) <= 1,
                        "{level:?} at {x}, {y}: {actual} {expected}"
                    );
                }
            }
            assert_eq!(
                *first.get_or_insert_with(|| planes.clone()),
                planes,
                "{level:?}"
            );
        }
    }
}

#[test]
fn a_photo_cut_off_anywhere_is_an_error_or_damage_and_never_a_panic() {
    let mut random = Random(3);
    for kind in 0..2 {
        let mut photo = photo(&mut random, 70, 90, &[(2, 2), (1, 1), (1, 1)]);
        if kind == 1 {
            (photo.scans, photo.process) = (script(3), Process::Progressive);
        }
        let bytes = photo.for_all_scans(Kind::Flat, 3 * kind).write();
        let mut decoder = Decoder::new();
        let mut planes = Planes::default();
        let mut samples = Vec::new();

        for end in (0..bytes.len() - 2).step_by(7) {
            let Ok(header) = read_header(&bytes[..end]) else {
                continue;
            };
            let square = Square {
                x: 0.0,
                y: 10.0,
                side: 70.0,
            };
            let scaled = decoder.decode_resized(
                &bytes[..end],
                &header,
                &Target::new(square, Size::square(16)),
                &mut planes,
            );
            let whole = decoder.decode(&bytes[..end], &header, &mut samples);

            if kind == 0 {
                assert!(scaled.is_err() || whole.unwrap().is_truncated, "{end}");
            }
        }
    }
}

#[test]
fn bytes_that_were_changed_never_cause_a_panic() {
    let mut random = Random(4);
    let mut decoder = Decoder::new();
    let mut planes = Planes::default();
    let mut samples = Vec::new();
    for kind in 0..3 {
        let mut photo = photo(&mut random, 70, 90, &[(2, 2), (1, 1), (1, 1)]);
        if kind == 1 {
            (photo.scans, photo.process) = (script(3), Process::Progressive);
        }
        let bytes = photo.for_all_scans(Kind::Flat, 3 * (kind % 2)).write();
        for _ in 0..2000 {
            let mut changed = bytes.clone();
            for _ in 0..=random.below(3) {
                let place = random.below(changed.len() as u64) as usize;
                changed[place] = random.below(256) as u8;
            }
            let Ok(header) = read_header(&changed) else {
                continue;
            };
            // Sizes that were changed make whole decodes slow, and nothing else.
            if u64::from(header.width()) * u64::from(header.height()) > 1_000_000 {
                continue;
            }
            let square = Square {
                x: 0.0,
                y: 10.0,
                side: 60.0,
            };
            let _ = decoder.decode_resized(
                &changed,
                &header,
                &Target::new(square, Size::square(16)),
                &mut planes,
            );
            let _ = decoder.decode(&changed, &header, &mut samples);
        }
    }
}

#[test]
fn after_a_lost_interval_the_rest_is_found_again() {
    let mut random = Random(5);
    let photo = photo(&mut random, 64, 160, &[(1, 1)]);
    let whole = photo.for_all_scans(Kind::Flat, 8).write();
    let mut expected = Vec::new();
    let header = read_header(&whole).unwrap();
    Decoder::new()
        .decode(&whole, &header, &mut expected)
        .unwrap();
    // Everything between the third marker and the fourth goes, the third marker with it.
    let marker = |number: u8| {
        whole
            .windows(2)
            .position(|pair| pair == [0xff, 0xd0 + number])
            .unwrap()
    };
    let mut cut = whole.clone();
    cut.drain(marker(2)..marker(3));

    let mut actual = Vec::new();
    let damage = Decoder::new().decode(&cut, &header, &mut actual).unwrap();

    assert!(
        (1..=2).contains(&damage.lost_rows) && !damage.is_truncated,
        "{damage:?}"
    );
    assert_eq!(actual[..64 * 24], expected[..64 * 24]);
    assert_eq!(actual[64 * 32..], expected[64 * 32..]);
}

#[test]
fn a_reduced_square_is_near_lanczos_in_floating_point() {
    let mut random = Random(6);
    let mut photo = photo(&mut random, 400, 300, &[(1, 1)]);
    // Smooth blocks, so that no sample is clipped, which the reference would do before resampling.
    for block in &mut photo.components[0].blocks {
        for (index, coefficient) in block.iter_mut().enumerate().skip(1) {
            *coefficient = coefficient
                .clamp(&mut -6, &mut (40 / (index as i16 + 1)))
                .to_owned();
        }
    }
    let bytes = photo.write();
    let header = read_header(&bytes).unwrap();
    let (stride, samples) = samples(&photo.components[0]);
    for (square, side, tolerance) in [
        (
            Square {
                x: 17.25,
                y: 3.5,
                side: 290.0,
            },
            60,
            3.0,
        ),
        (
            Square {
                x: 0.0,
                y: 0.0,
                side: 300.0,
            },
            130,
            1.1,
        ),
        (
            Square {
                x: 100.0,
                y: 0.0,
                side: 300.0,
            },
            450,
            1.1,
        ),
        (
            Square {
                x: 50.5,
                y: 0.25,
                side: 299.0,
            },
            9,
            2.0,
        ),
    ] {
        let mut planes = Planes::default();
        Decoder::new()
            .decode_resized(
                &bytes,
                &header,
                &Target::new(square, Size::square(side)),
                &mut planes,
            )
            .unwrap();

        let across = weights(400, square.x, square.side, side as usize);
        let down = weights(300, square.y, square.side, side as usize);
        let mut most = 0.0_f64;
        for y in (0..side as usize).step_by(7) {
            for x in (0..side as usize).step_by(5) {
                let mut sum = 0.0;
                for &(row, weight) in &down[y] {
                    let line: f64 = across[x]
                        .iter()
                        .map(|&(column, weight)| weight * samples[row * stride + column])
                        .sum();
                    sum += weight * line;
                }
                let actual = f64::from(planes.components()[0].samples[y * side as usize + x]);
                most = most.max((sum.clamp(0.0, 255.0) - actual).abs());
            }
        }
        assert!(most < tolerance, "{square:?} to {side}: {most}");
    }
}

#[test]
fn squares_beyond_the_photo_and_squares_that_are_none_do_not_panic() {
    let mut random = Random(7);
    let bytes = photo(&mut random, 40, 30, &[(2, 2), (1, 1), (1, 1)]).write();
    let header = read_header(&bytes).unwrap();
    let mut decoder = Decoder::new();
    let mut planes = Planes::default();

    for (x, y, extent) in [
        (-20.0, -10.0, 80.0),
        (500.0, 700.0, 9.0),
        (0.0, 0.0, 0.0),
        (0.0, 0.0, -5.0),
        (f64::NAN, f64::INFINITY, f64::INFINITY),
        (0.0, 0.0, 1e300),
    ] {
        for side in [0, 1, 33] {
            let square = Square { x, y, side: extent };
            let damage = decoder.decode_resized(
                &bytes,
                &header,
                &Target::new(square, Size::square(side)),
                &mut planes,
            );

            assert!(damage.unwrap().is_none(), "{square:?}");
            assert_eq!(planes.components()[0].samples.len(), (side * side) as usize);
        }
    }
}

#[test]
fn what_is_cut_off_repeats_what_came_last() {
    let mut random = Random(8);
    let mut photo = photo(&mut random, 160, 160, &[(1, 1)]);
    for block in &mut photo.components[0].blocks {
        *block = [0; 64];
        block[0] = 400;
    }
    let bytes = photo.write();
    let header = read_header(&bytes).unwrap();
    let mut planes = Planes::default();
    let square = Square {
        x: 0.0,
        y: 0.0,
        side: 160.0,
    };

    let damage = Decoder::new().decode_resized(
        &bytes[..bytes.len() - 60],
        &header,
        &Target::new(square, Size::square(40)),
        &mut planes,
    );

    assert!(damage.unwrap().is_truncated);
    assert!(
        planes.components()[0]
            .samples
            .iter()
            .all(|&sample| sample == 128 + 50)
    );
}

fn weights(samples: usize, start: f64, extent: f64, side: usize) -> Vec<Vec<(usize, f64)>> {
    let step = extent / side as f64;
    let sinc = |x: f64| {
        if x == 0.0 {
            1.0
        } else {
            (PI * x).sin() / (PI * x)
        }
    };
    (0..side)
        .map(|result| {
            let center = start + (result as f64 + 0.5) * step;
            let taps =
                (0..samples).map(|sample| (sample, (sample as f64 + 0.5 - center) / step.max(1.0)));
            let taps: Vec<_> = taps
                .filter(|(_, x)| x.abs() < 3.0)
                .map(|(s, x)| (s, sinc(x) * sinc(x / 3.0)))
                .collect();
            let sum: f64 = taps.iter().map(|(_, weight)| weight).sum();
            taps.into_iter()
                .map(|(sample, weight)| (sample, weight / sum))
                .collect()
        })
        .collect()
}
