//! Dequantization (T.81, A.3.4).

use crate::coefficients::Kept;
use crate::quantization::ZIGZAG;

/// Returns a quantization table in the order in which coefficients are stored.
pub(crate) fn steps_as_stored(kept: Kept, table: &[u16; 64]) -> [i16; 64] {
    let mut steps = [0; 64];
    for (&step, &at) in table.iter().zip(&ZIGZAG) {
        if let Some(position) = kept.position(usize::from(at) / 8, usize::from(at) % 8) {
            steps[position] = step as i16;
        }
    }
    steps
}

/// Returns, in the order in which coefficients are stored, how far it is from a coefficient whose low bits were not read to
/// the middle of its interval, or a little less because small ones are more frequent. Returns `None` if all are exact.
pub(crate) fn half_intervals(kept: Kept, lowest: &[u8; 64]) -> Option<[i16; 64]> {
    let mut halves = [0; 64];
    for (&low, &at) in lowest.iter().zip(&ZIGZAG) {
        if let Some(position) = kept.position(usize::from(at) / 8, usize::from(at) % 8) {
            halves[position] = (1_i16 << low >> 1).max(1) - 1;
        }
    }
    (halves != [0; 64]).then_some(halves)
}

simd::levels! {
    /// Moves every coefficient that is not zero to the middle of its interval, away from zero.
    pub(crate) fn to_midpoint<const LEN: usize>(level: Level, blocks: &mut [i16], halves: &[i16; 64]) {
        let Some(halves) = halves.first_chunk::<LEN>() else { return };
        for block in blocks.as_chunks_mut::<LEN>().0 {
            for (coefficient, half) in block.iter_mut().zip(halves) {
                *coefficient = coefficient.wrapping_add(coefficient.signum().wrapping_mul(*half));
            }
        }
    }

    /// Multiplies every coefficient of these blocks by its quantization step, wrapping: no sound photo has
    /// a product that does not fit into 16 bits.
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
    fn coefficients_move_to_the_middle_of_what_they_may_be() {
        let mut lowest = [0; 64];
        lowest[1] = 3;
        let halves = half_intervals(Kept::Corner, &lowest).unwrap();

        for level in Level::available() {
            // The zigzag index 1 is row 0, column 1: the third position.
            let mut block = [8, 8, -16, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 0];
            to_midpoint::<16>(level, &mut block, &halves);

            assert_eq!(block[..4], [8, 8, -19, 8], "{level:?}");
        }
        assert_eq!(half_intervals(Kept::Corner, &[1; 64]), None);
    }

    #[test]
    fn every_level_multiplies_each_coefficient_by_its_own_step() {
        let table: [u16; 64] = std::array::from_fn(|index| index as u16 + 1);
        let steps = steps_as_stored(Kept::Corner, &table);

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
