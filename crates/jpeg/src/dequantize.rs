//! Dequantization (T.81, A.3.4).

use crate::coefficients::Kept;
use crate::quantization::ZIGZAG;

/// A quantization table in the order in which the kept coefficients lie.
pub(crate) fn in_places(kept: Kept, table: &[u16; 64]) -> [i16; 64] {
    let mut steps = [0; 64];
    for (&step, &at) in table.iter().zip(&ZIGZAG) {
        if let Some(place) = kept.place(usize::from(at) / 8, usize::from(at) % 8) {
            steps[place] = step as i16;
        }
    }
    steps
}

/// Where low bits were not read, moves coefficients to the middle of what they may be, or a little below: small ones
/// are more frequent.
pub(crate) fn lift(kept: Kept, blocks: &mut [i16], lowest: &[u8; 64]) {
    let mut halves = [0; 64];
    for (&low, &at) in lowest.iter().zip(&ZIGZAG) {
        if let Some(place) = kept.place(usize::from(at) / 8, usize::from(at) % 8) {
            halves[place] = (1_i16 << low >> 1).max(1) - 1;
        }
    }
    for block in blocks.chunks_exact_mut(kept.len()) {
        for (coefficient, half) in block.iter_mut().zip(halves) {
            *coefficient = coefficient.wrapping_add(coefficient.signum() * half);
        }
    }
}

simd::levels! {
    /// Multiplies every coefficient of these blocks by its quantization step, wrapping: what does not fit into 16 bits
    /// is no photo's.
    pub(crate) fn dequantize<const LEN: usize>(level: Level, blocks: &mut [i16], steps: &[i16; 64]) {
        let Some(steps) = steps.first_chunk::<LEN>() else { return };
        for block in blocks.as_chunks_mut::<LEN>().0 {
            for (coefficient, step) in block.iter_mut().zip(steps) {
                *coefficient = coefficient.wrapping_mul(*step);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use simd::Level;

    use super::*;

    #[test]
    fn every_level_multiplies_each_coefficient_by_its_own_step() {
        let table: [u16; 64] = std::array::from_fn(|index| index as u16 + 1);
        let steps = in_places(Kept::Corner, &table);

        for level in Level::available() {
            let mut blocks = [3; 32];
            dequantize::<16>(level, &mut blocks, &steps);

            // The corner's last coefficient, (3, 3), has the zigzag index 24.
            assert_eq!(
                (blocks[0], blocks[15], blocks[31]),
                (3, 75, 75),
                "{level:?}"
            );
        }
    }
}
