//! The only source of randomness.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// Returns a number from 0 up to, but not including, 1.
///
/// It only spreads backoffs, so the seed of a hash map is random enough.
pub(crate) fn draw() -> f64 {
    let bits = RandomState::new().hash_one(()) >> 11;
    bits as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_differ_and_stay_in_range() {
        let draws: Vec<f64> = (0..100).map(|_| draw()).collect();

        assert!(draws.iter().all(|draw| (0.0..1.0).contains(draw)));
        assert!(draws.windows(2).any(|pair| pair[0] != pair[1]));
    }
}
