//! How large the inputs of a transform in 16 bits may be.

use crate::block::Basis;

/// The largest sum of the magnitudes of `inputs` of which no intermediate value leaves 16 bits, with room for rounding.
pub(super) const fn limit(basis: Basis, length: usize) -> i16 {
    match (basis, length) {
        // By how much the identity transforms scale: √2, 2, 2√2, 4.
        (Basis::Identity, 4) => 23_000,
        (Basis::Identity, 8) => 16_383,
        (Basis::Identity, 16) => 11_500,
        (Basis::Identity, _) => 8_191,
        // No value that is made of one input alone is greater than that input.
        _ => 32_000,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::limit;
    use crate::block::Basis;
    use crate::network::{ADST_OUTPUTS, REVERSED, SINE, angle, networks};

    /// A value as a sum of inputs, and by how much rounding may have changed it.
    #[derive(Clone, Copy)]
    pub(super) struct Form {
        weights: [f64; 64],
        error: f64,
    }

    thread_local! {
        /// The greatest magnitude of a value whose inputs have magnitudes of `INPUTS` together.
        static GREATEST: Cell<f64> = const { Cell::new(0.0) };
        static INPUTS: Cell<f64> = const { Cell::new(0.0) };
    }

    impl Form {
        fn sum<const N: usize>(forms: [Self; N], factors: [f64; N], rounding: f64) -> Self {
            let mut sum = Self {
                weights: [0.0; 64],
                error: rounding,
            };
            for (form, factor) in forms.iter().zip(factors) {
                for (to, weight) in sum.weights.iter_mut().zip(form.weights) {
                    *to += factor * weight;
                }
                sum.error += factor.abs() * form.error;
            }
            let heaviest = sum
                .weights
                .iter()
                .fold(0.0_f64, |most, weight| most.max(weight.abs()));
            let magnitude = heaviest * INPUTS.get() + sum.error;
            GREATEST.set(GREATEST.get().max(magnitude));
            sum
        }
    }

    networks!(Form, ());

    fn add(a: Form, b: Form, (): ()) -> Form {
        Form::sum([a, b], [1.0, 1.0], 0.0)
    }

    fn subtract(a: Form, b: Form, (): ()) -> Form {
        Form::sum([a, b], [1.0, -1.0], 0.0)
    }

    fn plus(a: Form, b: Form) -> Form {
        Form::sum([a, b], [1.0, 1.0], 0.0)
    }

    fn negate(a: Form) -> Form {
        Form::sum([a], [-1.0], 0.0)
    }

    fn rotate(x: Form, y: Form, matrix: [[i32; 2]; 2]) -> [Form; 2] {
        matrix.map(|factors| weigh([x, y], factors))
    }

    fn scale(x: Form, factor: i32) -> Form {
        weigh([x], [factor])
    }

    fn mix(x: &[Form; 4], factors: [i32; 4]) -> Form {
        weigh(*x, factors)
    }

    fn weigh<const N: usize>(forms: [Form; N], factors: [i32; N]) -> Form {
        Form::sum(forms, factors.map(|factor| f64::from(factor) / 4096.0), 0.5)
    }

    fn greatest<const N: usize>(basis: Basis, inputs: usize) -> f64 {
        let mut forms: [Form; N] = std::array::from_fn(|input| Form {
            weights: std::array::from_fn(|i| f64::from(u8::from(i == input && input < inputs))),
            error: 0.0,
        });
        INPUTS.set(f64::from(limit(basis, N)));
        GREATEST.set(0.0);
        transform(basis, inputs, &mut forms, ());
        GREATEST.get()
    }

    #[test]
    fn no_value_within_the_limits_leaves_16_bits() {
        let dcts = [
            greatest::<4>(Basis::Dct, 4),
            greatest::<4>(Basis::Dct, 2),
            greatest::<8>(Basis::Dct, 8),
            greatest::<8>(Basis::Dct, 4),
            greatest::<16>(Basis::Dct, 16),
            greatest::<16>(Basis::Dct, 8),
            greatest::<32>(Basis::Dct, 32),
            greatest::<32>(Basis::Dct, 16),
            greatest::<64>(Basis::Dct, 32),
        ];
        let adsts = [
            greatest::<4>(Basis::Adst, 4),
            greatest::<8>(Basis::Adst, 8),
            greatest::<16>(Basis::FlipAdst, 16),
        ];
        let identities = [
            greatest::<4>(Basis::Identity, 4),
            greatest::<8>(Basis::Identity, 8),
            greatest::<16>(Basis::Identity, 16),
            greatest::<32>(Basis::Identity, 32),
        ];

        for values in [&dcts[..], &adsts[..], &identities[..]] {
            for &value in values {
                // Nothing much smaller is refused either.
                assert!(
                    (29_000.0..32_767.0).contains(&value),
                    "{dcts:?} {adsts:?} {identities:?}"
                );
            }
        }
    }
}
