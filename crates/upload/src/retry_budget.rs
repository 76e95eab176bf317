//! Limits the retries of all pictures of a session together, so that a storm is not made worse.

use crate::RetryClass;

/// Counts pictures and retries. Retries may be a fifth of the pictures, or a fixed few to begin with.
///
/// Failures that ask to slow down have the smaller allowance: 5 retries for the first picture, 8 in
/// all up to the 40th, then a fifth. All others have 60, then a fifth.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RetryBudget {
    pictures: u64,
    slowing: u64,
    other: u64,
}

impl RetryBudget {
    /// Counts a picture that is sent for the first time.
    pub(crate) fn earn(&mut self) {
        self.pictures += 1;
    }

    /// Takes a retry, and returns whether there was one left.
    pub(crate) fn spend(&mut self, class: RetryClass) -> bool {
        let fifth = self.pictures / 5;
        let (spent, granted) = match class {
            RetryClass::Never => return false,
            RetryClass::TooManyRequests | RetryClass::MessengerLimit => (
                &mut self.slowing,
                ((24 + self.pictures) / 5).min(8).max(fifth),
            ),
            RetryClass::Unavailable
            | RetryClass::ServerError
            | RetryClass::WrongChat
            | RetryClass::NotReady
            | RetryClass::Unknown => (&mut self.other, fifth.max(60)),
        };
        let left = *spent < granted;
        *spent += u64::from(left);
        left
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_picture_has_all_the_retries_of_its_class() {
        for (class, retries) in [
            (RetryClass::TooManyRequests, 5),
            (RetryClass::MessengerLimit, 3),
            (RetryClass::NotReady, 9),
        ] {
            let mut budget = RetryBudget::default();
            budget.earn();

            assert!((0..retries).all(|_| budget.spend(class)), "{class:?}");
        }
    }

    #[test]
    fn twenty_pictures_in_a_storm_are_sent_twenty_eight_times() {
        let mut budget = RetryBudget::default();
        let mut sends = 0;
        for _ in 0..20 {
            budget.earn();
            sends += 1
                + (0..5)
                    .take_while(|_| budget.spend(RetryClass::TooManyRequests))
                    .count();
        }

        assert_eq!(sends, 28);
    }

    proptest! {
        #[test]
        fn the_extra_load_holds_for_any_order(steps in prop::collection::vec(any::<(bool, bool)>(), 0..2000)) {
            let mut budget = RetryBudget::default();
            let (mut firsts, mut slowing, mut other) = (0_u32, 0_u32, 0_u32);

            for (first, slow) in steps {
                if first {
                    budget.earn();
                    firsts += 1;
                } else if slow {
                    slowing += u32::from(budget.spend(RetryClass::TooManyRequests));
                } else {
                    other += u32::from(budget.spend(RetryClass::Unavailable));
                }

                prop_assert!(slowing <= 8 || f64::from(slowing) <= 0.2 * f64::from(firsts));
                prop_assert!(other <= 60 || f64::from(other) <= 0.2 * f64::from(firsts));
            }
        }
    }
}
