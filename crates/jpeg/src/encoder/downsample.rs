//! Chroma at a lower resolution: the mean of two or four samples.
//!
//! A mean that lies between two values is rounded down in even columns and up in odd ones (and the other way for quarters), so
//! that a flat area does not drift.

simd::levels! {
    /// Halves a row. `row` has two samples for each of `half`.
    pub(super) fn halve_row(level: Level, row: &[u8], half: &mut [u8]) {
        for (mean, four) in half.as_chunks_mut::<2>().0.iter_mut().zip(row.as_chunks::<4>().0) {
            let [a, b, c, d] = four.map(u16::from);
            *mean = [((a + b) >> 1) as u8, ((c + d + 1) >> 1) as u8];
        }
    }

    /// Halves two rows in both directions. Both have two samples for each of `half`.
    pub(super) fn halve_rows(level: Level, upper: &[u8], lower: &[u8], half: &mut [u8]) {
        let upper = upper.as_chunks::<4>().0;
        let lower = lower.as_chunks::<4>().0;
        for ((mean, upper), lower) in half.as_chunks_mut::<2>().0.iter_mut().zip(upper).zip(lower) {
            let [a, b, c, d]: [u16; 4] = std::array::from_fn(|i| u16::from(upper[i]) + u16::from(lower[i]));
            *mean = [((a + b + 1) >> 2) as u8, ((c + d + 2) >> 2) as u8];
        }
    }
}

#[cfg(test)]
mod tests {
    use simd::Level;

    use super::*;

    #[test]
    fn halves_are_rounded_down_and_up_by_turns() {
        for level in Level::available() {
            let mut half = [0; 4];

            halve_row(level, &[0, 1, 0, 1, 255, 254, 255, 254], &mut half);

            assert_eq!(half, [0, 1, 254, 255], "{level:?}");
        }
    }

    #[test]
    fn quarters_are_rounded_like_the_mean_in_real_numbers() {
        let upper: Vec<u8> = (0..256u32).map(|i| (i * 97 % 251) as u8).collect();
        let lower: Vec<u8> = (0..256u32).map(|i| (i * 31 % 256) as u8).collect();
        for level in Level::available() {
            let mut half = [0; 128];

            halve_rows(level, &upper, &lower, &mut half);

            for (x, &actual) in half.iter().enumerate() {
                let sum: f64 = [
                    upper[2 * x],
                    upper[2 * x + 1],
                    lower[2 * x],
                    lower[2 * x + 1],
                ]
                .map(f64::from)
                .iter()
                .sum();
                // Even columns: up from three quarters. Odd ones: up from one half.
                let bias = if x % 2 == 0 { 0.25 } else { 0.5 };
                assert_eq!(
                    f64::from(actual),
                    (sum / 4.0 + bias).floor(),
                    "{level:?} {x}"
                );
            }
        }
    }
}
