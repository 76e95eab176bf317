use super::*;
use crate::geometry::Square;

/// Values in 0…`below`, which differ from pixel to pixel.
pub(super) fn noise(count: usize, below: u32) -> Vec<u32> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % below
    };
    (0..count).map(|_| next()).collect()
}

const SIZE: Size = Size {
    width: 157,
    height: 121,
};

/// From a few pixels to more than there are, with fractions, at the edges and beyond them.
const CROPS: [(Square, u32); 6] = [
    (square(0.0, 0.0, 121.0), 17),
    (square(18.5, 0.25, 120.5), 64),
    (square(36.0, 0.0, 121.0), 121),
    (square(70.3, 50.7, 20.1), 50),
    (square(5.0, 6.0, 1.0), 8),
    (square(-20.0, -30.0, 180.0), 20),
];

const fn square(x: f64, y: f64, side: f64) -> Square {
    Square { x, y, side }
}

fn reduce(level: Level, samples: Samples, crop: Square, side: u32, rows: &[Row<'_>]) -> Values {
    let mut resampler = Resampler::with_level(level);
    let mut pixels = Pixels::default();
    resampler.begin(SIZE, samples, Resize::square(crop, side));
    for y in resampler.rows() {
        resampler.push(rows[y as usize]);
    }
    assert_eq!(resampler.finish(&mut pixels), Some(0.0));
    pixels.values
}

/// The whole photo at once, by the definition: for each result all pixels of the photo, in double precision.
fn by_definition(photo: &[f64], channels: usize, crop: Square, side: u32) -> Vec<f64> {
    let sinc = |x: f64| match x {
        0.0 => 1.0,
        _ => (std::f64::consts::PI * x).sin() / (std::f64::consts::PI * x),
    };
    let step = crop.side / f64::from(side);
    let stretch = step.max(1.0);
    let weights = |samples: u32, start: f64, result: u32| -> Vec<f64> {
        let center = start + (f64::from(result) + 0.5) * step;
        let all: Vec<f64> = (0..samples)
            .map(|sample| (f64::from(sample) + 0.5 - center) / stretch)
            .map(|x| {
                if x.abs() < 3.0 {
                    sinc(x) * sinc(x / 3.0)
                } else {
                    0.0
                }
            })
            .collect();
        let sum: f64 = all.iter().sum();
        if !(0.0..=f64::from(samples)).contains(&center) {
            let edge = if center < 0.0 { 0 } else { samples - 1 };
            return (0..samples)
                .map(|sample| f64::from(u8::from(sample == edge)))
                .collect();
        }
        all.iter().map(|weight| weight / sum).collect()
    };
    let mut results = Vec::new();
    for y in 0..side {
        let down = weights(SIZE.height, crop.y, y);
        for x in 0..side {
            let along = weights(SIZE.width, crop.x, x);
            for channel in 0..channels {
                let mut sum = 0.0;
                for (row, down) in down.iter().enumerate().filter(|(_, w)| **w != 0.0) {
                    for (column, along) in along.iter().enumerate().filter(|(_, w)| **w != 0.0) {
                        let pixel = row * SIZE.width as usize + column;
                        sum += photo[pixel * channels + channel] * down * along;
                    }
                }
                results.push(sum);
            }
        }
    }
    results
}

/// Half a step for rounding, and the errors of weights of 15 fractional bits and of reduced rows of 7.
const MAX_DIFFERENCE: f64 = 0.53;

#[test]
fn row_by_row_is_the_same_as_the_whole_by_definition() {
    for (samples, channels) in [(Samples::Gray, 1), (Samples::Rgb, 3), (Samples::Cmyk, 4)] {
        let pixels = SIZE.pixels() as usize;
        let photo: Vec<u8> = noise(pixels * channels, 256)
            .iter()
            .map(|&v| v as u8)
            .collect();
        let exact: Vec<f64> = photo.iter().map(|&v| f64::from(v)).collect();
        let rows: Vec<_> = photo.chunks(157 * channels).map(Row::Narrow).collect();
        for (crop, side) in CROPS {
            let expected = by_definition(&exact, channels, crop, side);

            let Values::Narrow(actual) = reduce(Level::detect(), samples, crop, side, &rows) else {
                panic!("8 bits stay 8 bits");
            };

            assert_eq!(actual.len(), expected.len());
            for (actual, expected) in actual.iter().zip(expected) {
                let difference = f64::from(*actual) - expected.clamp(0.0, 255.0);
                assert!(
                    difference.abs() < MAX_DIFFERENCE,
                    "{crop:?}: {actual}, not {expected}"
                );
            }
        }
    }
}

#[test]
fn rounding_to_whole_samples_is_nearly_all_that_is_lost() {
    let photo: Vec<u8> = noise(SIZE.pixels() as usize * 3, 256)
        .iter()
        .map(|&v| v as u8)
        .collect();
    let exact: Vec<f64> = photo.iter().map(|&v| f64::from(v)).collect();
    let rows: Vec<_> = photo.chunks(157 * 3).map(Row::Narrow).collect();
    for (crop, side) in CROPS {
        let expected = by_definition(&exact, 3, crop, side);

        let Values::Narrow(actual) = reduce(Level::detect(), Samples::Rgb, crop, side, &rows)
        else {
            panic!("8 bits stay 8 bits");
        };

        let squares = actual
            .iter()
            .zip(&expected)
            .map(|(&actual, expected)| (f64::from(actual) - expected.clamp(0.0, 255.0)).powi(2));
        let mean = squares.sum::<f64>() / actual.len() as f64;
        let psnr = 10.0 * (255.0_f64.powi(2) / mean).log10();
        // The nearest whole samples have 58.9 dB.
        assert!(psnr > 58.8, "{crop:?}: {psnr} dB");
    }
}

#[test]
fn a_constant_photo_stays_so() {
    for value in [0, 1, 127, 128, 254, 255] {
        let row = [value; 157 * 3];
        let rows = vec![Row::Narrow(&row); 121];
        for (crop, side) in CROPS {
            let Values::Narrow(actual) = reduce(Level::detect(), Samples::Rgb, crop, side, &rows)
            else {
                panic!("8 bits stay 8 bits");
            };

            assert!(actual.iter().all(|&v| v == value), "{crop:?}: {value}");
        }
    }
}

#[cfg(feature = "webp")]
#[test]
fn planes_of_8_bits_keep_fractions_if_they_are_asked_to() {
    let photo: Vec<u8> = noise(SIZE.pixels() as usize, 256)
        .iter()
        .map(|&v| v as u8)
        .collect();
    let exact: Vec<f64> = photo.iter().map(|&v| f64::from(v) * 256.0).collect();
    for (crop, side) in CROPS {
        let expected = by_definition(&exact, 1, crop, side);
        let mut resampler = Resampler::default();
        let mut pixels = Pixels::default();

        resampler.begin(SIZE, Samples::Gray, Resize::square(crop, side));
        resampler.keep_wide();
        for y in resampler.rows() {
            resampler.push(Row::Narrow(&photo[y as usize * 157..][..157]));
        }
        resampler.finish(&mut pixels);

        let Values::Wide(actual) = pixels.values else {
            panic!("16 bits are asked for");
        };
        assert_eq!(actual.len(), expected.len());
        for (actual, expected) in actual.iter().zip(expected) {
            let difference = f64::from(*actual) - expected.clamp(0.0, 65535.0);
            assert!(difference.abs() < 256.0 * 0.03, "{actual}, not {expected}");
        }
    }
}

#[test]
fn sixteen_bits_and_floats_are_kept_to_the_end() {
    let photo: Vec<u16> = noise(SIZE.pixels() as usize, 65536)
        .iter()
        .map(|&v| v as u16)
        .collect();
    let floats: Vec<f32> = photo.iter().map(|&v| f32::from(v) / 65535.0).collect();
    let exact: Vec<f64> = photo.iter().map(|&v| f64::from(v)).collect();
    let wide: Vec<_> = photo.chunks(157).map(Row::Wide).collect();
    let float: Vec<_> = floats.chunks(157).map(Row::Float).collect();
    for (crop, side) in CROPS {
        let expected = by_definition(&exact, 1, crop, side);

        for rows in [&wide, &float] {
            let Values::Wide(actual) = reduce(Level::detect(), Samples::Gray, crop, side, rows)
            else {
                panic!("16 bits stay 16 bits");
            };

            for (actual, expected) in actual.iter().zip(&expected) {
                let difference = f64::from(*actual) - expected.clamp(0.0, 65535.0);
                assert!(difference.abs() < 0.6, "{crop:?}: {actual}, not {expected}");
            }
        }
    }
}

#[test]
fn colors_count_as_much_as_they_are_opaque() {
    let photo: Vec<u8> = noise(SIZE.pixels() as usize * 4, 256)
        .iter()
        .map(|&v| v as u8)
        .collect();
    let weighted: Vec<f64> = photo
        .as_chunks()
        .0
        .iter()
        .flat_map(|&[r, g, b, a]| {
            let weigh = |color: u8| f64::from(color) * f64::from(a) / 255.0;
            [weigh(r), weigh(g), weigh(b), f64::from(a)]
        })
        .collect();
    let rows: Vec<_> = photo.chunks(157 * 4).map(Row::Narrow).collect();
    for (crop, side) in CROPS {
        let expected = by_definition(&weighted, 4, crop, side);

        let Values::Narrow(actual) = reduce(Level::detect(), Samples::Rgba, crop, side, &rows)
        else {
            panic!("8 bits stay 8 bits");
        };

        for (actual, expected) in actual
            .as_chunks::<4>()
            .0
            .iter()
            .zip(expected.as_chunks::<4>().0)
        {
            let alpha = expected[3];
            if alpha < 1.0 {
                continue;
            }
            for channel in 0..3 {
                let expected = (expected[channel] * 255.0 / alpha).clamp(0.0, 255.0);
                let difference = f64::from(actual[channel]) - expected;
                assert!(
                    difference.abs() < 0.52,
                    "{crop:?}: {actual:?}, not {expected}"
                );
            }
            assert!((f64::from(actual[3]) - alpha.clamp(0.0, 255.0)).abs() < 0.51);
        }
    }
}

#[test]
fn all_levels_give_the_same_bits() {
    for (samples, channels) in [
        (Samples::Gray, 1),
        (Samples::GrayAlpha, 2),
        (Samples::Rgb, 3),
        (Samples::Rgba, 4),
        (Samples::Cmyk, 4),
    ] {
        let pixels = SIZE.pixels() as usize;
        let wide: Vec<u16> = noise(pixels * channels, 65536)
            .iter()
            .map(|&v| v as u16)
            .collect();
        let narrow: Vec<u8> = wide.iter().map(|&v| (v >> 8) as u8).collect();
        let float: Vec<f32> = wide.iter().map(|&v| f32::from(v) / 60000.0).collect();
        let rows: [Vec<Row<'_>>; 3] = [
            narrow.chunks(157 * channels).map(Row::Narrow).collect(),
            wide.chunks(157 * channels).map(Row::Wide).collect(),
            float.chunks(157 * channels).map(Row::Float).collect(),
        ];
        for (crop, side) in CROPS {
            for rows in &rows {
                let expected = reduce(Level::Scalar, samples, crop, side, rows);

                for level in Level::available() {
                    let actual = reduce(level, samples, crop, side, rows);

                    match (&actual, &expected) {
                        (Values::Narrow(a), Values::Narrow(e)) => assert!(a == e, "{level:?}"),
                        (Values::Wide(a), Values::Wide(e)) => assert!(a == e, "{level:?}"),
                        _ => panic!("{level:?}: another width"),
                    }
                }
            }
        }
    }
}

#[test]
fn what_is_no_number_is_black() {
    let row = [f32::NAN, -1.0, 0.5, f32::INFINITY];
    let size = Size {
        width: 4,
        height: 4,
    };
    let mut resampler = Resampler::default();
    let mut pixels = Pixels::default();

    resampler.begin(
        size,
        Samples::Gray,
        Resize::square(square(0.0, 0.0, 4.0), 4),
    );
    for _ in 0..4 {
        resampler.push(Row::Float(&row));
    }
    resampler.finish(&mut pixels);

    let Values::Wide(values) = pixels.values else {
        panic!("floats are wide");
    };
    assert_eq!(values[..4], [0, 0, 32768, 65535]);
}

#[test]
fn what_is_lost_is_counted_and_repeats_what_is_there() {
    let crop = square(0.0, 0.0, 121.0);
    let row = |value| vec![value; 157];
    let (black, white) = (row(0), row(200));
    let mut resampler = Resampler::default();
    let mut pixels = Pixels::default();

    // Lost, then 60 black, of which 10 are doubtful, then 11 lost, then 20 white, and the rest never comes.
    resampler.begin(SIZE, Samples::Gray, Resize::square(crop, 121));
    resampler.lose(10);
    for _ in 0..50 {
        resampler.push(Row::Narrow(&black));
    }
    for _ in 0..10 {
        resampler.push_doubtful(Row::Narrow(&black));
    }
    resampler.lose(11);
    for _ in 0..20 {
        resampler.push(Row::Narrow(&white));
    }
    let lost = resampler.finish(&mut pixels);

    assert_eq!(lost, Some(51.0 / 121.0));
    let Values::Narrow(values) = pixels.values else {
        panic!("8 bits stay 8 bits");
    };
    let column: Vec<u8> = values.iter().copied().step_by(121).collect();
    assert_eq!(column[..81], [0; 81]);
    assert_eq!(column[81..], [200; 40]);
    resampler.begin(SIZE, Samples::Gray, Resize::square(crop, 121));
    assert_eq!(
        resampler.finish(&mut Pixels::default()),
        None,
        "nothing came"
    );
}
