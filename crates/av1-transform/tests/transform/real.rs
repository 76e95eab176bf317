//! The transforms are those of the textbook, but for rounding.

use std::f64::consts::{FRAC_1_SQRT_2, PI, SQRT_2};

use av1_transform::Inverse;
use simd::Level;

use crate::blocks::{Coded, Numbers, SIDES, WALSH, blocks};

#[test]
fn residuals_are_those_of_real_numbers_but_for_rounding() {
    let mut numbers = Numbers::new();
    let mut inverse = Inverse::new(Level::Scalar);
    for (width, height) in SIDES.iter().flat_map(|&w| SIDES.map(|h| (w, h))) {
        for tx_type in 0..WALSH {
            for mut block in blocks(&mut numbers, (width, height), (tx_type, 12), 8) {
                for coefficient in &mut block.coefficients {
                    *coefficient %= 1000;
                }

                let residual = block.residual(&mut inverse);

                let tolerance = tolerance(&block);
                for (actual, expected) in residual.iter().zip(real(&block)) {
                    let difference = (f64::from(*actual) - expected).abs();
                    assert!(
                        difference < tolerance,
                        "{actual} is not {expected}: {block:?}"
                    );
                }
            }
        }
    }
}

/// Of a block twice as wide as high, or as high as wide, each coefficient is first divided by the root of two and rounded. Coefficients
/// of two values, of which some blocks here consist, are rounded by a quarter too little in the mean: all cosines of that peak in a
/// corner.
fn tolerance(block: &Coded) -> f64 {
    let (width, height) = (block.width, block.height);
    let coded = block.coefficients.iter().filter(|&&c| c != 0).count();
    match width == 2 * height || height == 2 * width {
        true => 2.0 + 0.25 * coded as f64 * scale(block),
        false => 2.0,
    }
}

/// The bases of columns and of rows, by the standard's numbers.
const BASES: [&str; 16] = [
    "DD", "AD", "DA", "AA", "FD", "DF", "FF", "AF", "FA", "II", "DI", "ID", "AI", "IA", "FI", "IF",
];

fn real(block: &Coded) -> Vec<f64> {
    let (width, height) = (block.width, block.height);
    let bases = BASES[usize::from(block.tx_type)].as_bytes();
    let [columns, rows] = [basis(bases[0], height), basis(bases[1], width)];
    let coded = (width.min(32), height.min(32));
    let scale = scale(block);
    let mut residual = vec![0.0; width * height];
    for (place, &coefficient) in block.coefficients.iter().enumerate() {
        let (u, v) = (place / coded.1, place % coded.1);
        if coefficient == 0 {
            continue;
        }
        for y in 0..height {
            for x in 0..width {
                residual[y * width + x] +=
                    scale * f64::from(coefficient) * columns(v, y) * rows(u, x);
            }
        }
    }
    residual
}

/// What a coefficient's function is multiplied by.
fn scale(block: &Coded) -> f64 {
    // All sizes have the gain of an orthogonal transform of 8 × 8 samples times 8, but for those of 32 and of 64, which have a half and
    // a quarter of it.
    let area = block.width * block.height;
    let gain = match area {
        ..=256 => 8.0,
        257..=1024 => 4.0,
        _ => 2.0,
    };
    2.0 / (area as f64).sqrt() / gain
}

/// The value at a sample of the function that belongs to a coefficient, with a mean square of ½.
fn basis(letter: u8, length: usize) -> Box<dyn Fn(usize, usize) -> f64> {
    let n = length as f64;
    let adst = move |k: usize, x: usize| {
        let (k, x) = (k as f64, x as f64);
        match length {
            4 => 2.0 * SQRT_2 / 3.0 * (PI * (2.0 * k + 1.0) * (x + 1.0) / 9.0).sin(),
            _ => (PI * (2.0 * k + 1.0) * (2.0 * x + 1.0) / (4.0 * n)).sin(),
        }
    };
    match letter {
        b'D' => Box::new(move |k, x| match k {
            0 => FRAC_1_SQRT_2,
            _ => (PI * k as f64 * (2.0 * x as f64 + 1.0) / (2.0 * n)).cos(),
        }),
        b'A' => Box::new(adst),
        b'F' => Box::new(move |k, x| adst(k, length - 1 - x)),
        _ => Box::new(move |k, x| if k == x { (n / 2.0).sqrt() } else { 0.0 }),
    }
}
