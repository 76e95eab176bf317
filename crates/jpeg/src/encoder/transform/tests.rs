use super::super::ZIGZAG;
use super::super::options::Quantizing;
use super::super::quantization::Quantization;
use super::*;

/// Transforms by the definition (T.81, A.3.3) in real numbers.
fn exact_dct(samples: &[[u8; 8]; 8]) -> [[f64; 8]; 8] {
    let scale = |frequency: usize| if frequency == 0 { 0.5f64.sqrt() } else { 1.0 };
    let wave = |place: usize, frequency: usize| {
        ((2 * place + 1) as f64 * frequency as f64 * std::f64::consts::PI / 16.0).cos()
    };
    std::array::from_fn(|v| {
        std::array::from_fn(|u| {
            let mut sum = 0.0;
            for (y, row) in samples.iter().enumerate() {
                for (x, sample) in row.iter().enumerate() {
                    sum += (f64::from(*sample) - 128.0) * wave(x, u) * wave(y, v);
                }
            }
            sum * scale(u) * scale(v) / 4.0
        })
    })
}

fn transform_pair(level: Level, pair: [&[[u8; 8]; 8]; 2], divisors: &Divisors) -> [Block; 2] {
    let rows: [Vec<u8>; 8] = std::array::from_fn(|y| [pair[0][y], pair[1][y]].concat());
    let mut blocks = [Block::ZERO; 2];
    transform(
        level,
        &rows.each_ref().map(Vec::as_slice),
        divisors,
        &mut blocks,
    );
    blocks
}

/// Noise of different strengths, and blocks that drive each coefficient to its ends.
fn test_blocks() -> Vec<[[u8; 8]; 8]> {
    let mut state = 3u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state >> 16
    };
    let mut blocks: Vec<[[u8; 8]; 8]> = (0..400)
        .map(|round| {
            let strength = 1 << (round % 9);
            let base = random() % (257 - strength);
            std::array::from_fn(|_| std::array::from_fn(|_| (base + random() % strength) as u8))
        })
        .collect();
    for place in 0..64 {
        for (high, low) in [(255, 0), (0, 255)] {
            blocks.push(std::array::from_fn(|y| {
                std::array::from_fn(|x| {
                    let wave = |place: usize, frequency: usize| {
                        ((2 * place + 1) as f64 * frequency as f64 * std::f64::consts::PI / 16.0)
                            .cos()
                    };
                    if wave(x, place % 8) * wave(y, place / 8) >= 0.0 {
                        high
                    } else {
                        low
                    }
                })
            }));
        }
    }
    blocks
}

#[test]
fn coefficients_are_those_of_the_definition() {
    let finest = &Quantization::new(Quantizing::Quality(100)).tables[0];
    for level in Level::available() {
        let (mut squares, mut count) = (0.0, 0);
        for samples in test_blocks() {
            let [block, same] = transform_pair(level, [&samples; 2], finest);

            let exact = exact_dct(&samples);
            assert_eq!(block, same);
            for (k, &place) in ZIGZAG.iter().enumerate() {
                let exact = exact[usize::from(place) / 8][usize::from(place) % 8];
                let difference = exact - f64::from(block.coefficients[k]);
                assert!(
                    difference.abs() < 0.75,
                    "{level:?} {k}: {} for {exact}",
                    block.coefficients[k]
                );
                assert_eq!(block.nonzero >> k & 1 == 1, block.coefficients[k] != 0);
                squares += difference * difference;
                count += 1;
            }
        }
        // Rounding to whole numbers alone gives 1/12.
        assert!(
            squares / f64::from(count) < 0.1,
            "{level:?}: {}",
            squares / f64::from(count)
        );
    }
}

#[test]
fn no_block_leaves_the_ranges_of_baseline() {
    let finest = &Quantization::new(Quantizing::Quality(100)).tables[0];
    for level in Level::available() {
        for samples in test_blocks() {
            let [block, _] = transform_pair(level, [&samples; 2], finest);

            // Eleven bits for DC differences, ten for AC coefficients (T.81, tables F.1 and F.2).
            assert!(
                (-1024..=1023).contains(&block.coefficients[0]),
                "{:?}",
                block.coefficients
            );
            assert!(
                block.coefficients[1..]
                    .iter()
                    .all(|ac| (-1023..=1023).contains(ac)),
                "{:?}",
                block.coefficients
            );
        }
    }
}

#[test]
fn all_levels_give_the_same_bits() {
    let blocks = test_blocks();
    for quality in [1, 30, 50, 85, 95, 100] {
        for divisors in &Quantization::new(Quantizing::Quality(quality)).tables {
            for pair in blocks.windows(2) {
                let expected = transform_pair(Level::Scalar, [&pair[0], &pair[1]], divisors);
                for level in Level::available() {
                    let actual = transform_pair(level, [&pair[0], &pair[1]], divisors);
                    assert_eq!(actual, expected, "{level:?} {quality}");
                }
            }
        }
    }
}
