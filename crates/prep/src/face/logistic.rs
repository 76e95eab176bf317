//! The exponential and the logistic function, with the same bits on every machine: those of the standard library are the
//! system's, and differ in the last digit.

/// Returns e to the power of `exponent`, which is kept within ±40.
pub(super) fn exp(exponent: f32) -> f64 {
    // A Taylor series of what is close to zero, then squared as often as the exponent was halved.
    let small = f64::from(exponent.clamp(-40.0, 40.0)) / f64::from(1 << HALVINGS);
    let mut power = (1..=TERMS)
        .rev()
        .fold(1.0, |sum, term| 1.0 + sum * small / f64::from(term));
    for _ in 0..HALVINGS {
        power *= power;
    }
    power
}

const HALVINGS: u32 = 8;
const TERMS: u32 = 10;

/// Returns the probability of which `logit` is the logarithm of the odds.
pub(super) fn logistic(logit: f32) -> f64 {
    1.0 / (1.0 + exp(-logit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_exponential_to_twelve_digits() {
        for step in -400_i16..=400 {
            let exponent = f32::from(step) / 10.0;

            let (actual, expected) = (exp(exponent), f64::from(exponent).exp());

            assert!(
                (actual / expected - 1.0).abs() < 1e-12,
                "{exponent}: {actual}"
            );
        }
        assert_eq!(exp(f32::INFINITY), exp(40.0));
        assert_eq!(exp(f32::NEG_INFINITY), exp(-40.0));
    }

    #[test]
    fn even_odds_are_a_half() {
        assert_eq!(logistic(0.0), 0.5);
        assert!((logistic(2.0) + logistic(-2.0) - 1.0).abs() < 1e-12);
    }
}
