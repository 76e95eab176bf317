//! How many retries all pictures of a session may have together, so that a storm is not made worse.

use crate::Rule;

/// Counts first sends and retries. Each of two purses grants a fifth of the first sends, or a fixed
/// few to begin with.
///
/// What asks to slow down has the small purse: 5 retries for the first picture, 8 in all up to the
/// 40th, then a fifth. Everything else has the large one: 60, then a fifth.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Budget {
    first_sends: u64,
    slowing: u64,
    other: u64,
}

impl Budget {
    /// Notes that a picture is sent for the first time.
    pub(crate) fn earn(&mut self) {
        self.first_sends += 1;
    }

    /// Takes a retry, if there is one left.
    pub(crate) fn spend(&mut self, rule: Rule) -> bool {
        let fifth = self.first_sends / 5;
        let (spent, granted) = match rule {
            Rule::Never => return false,
            Rule::TooManyRequests | Rule::MessengerLimit => (
                &mut self.slowing,
                ((24 + self.first_sends) / 5).min(8).max(fifth),
            ),
            _ => (&mut self.other, fifth.max(60)),
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
    fn one_picture_has_all_the_retries_of_its_rule() {
        for (rule, retries) in [
            (Rule::TooManyRequests, 5),
            (Rule::MessengerLimit, 3),
            (Rule::NotReady, 9),
        ] {
            let mut budget = Budget::default();
            budget.earn();

            assert!((0..retries).all(|_| budget.spend(rule)), "{rule:?}");
        }
    }

    #[test]
    fn twenty_pictures_in_a_storm_are_sent_twenty_eight_times() {
        let mut budget = Budget::default();
        let mut sends = 0;
        for _ in 0..20 {
            budget.earn();
            sends += 1
                + (0..5)
                    .take_while(|_| budget.spend(Rule::TooManyRequests))
                    .count();
        }

        assert_eq!(sends, 28);
    }

    proptest! {
        #[test]
        fn the_extra_load_holds_for_any_order(steps in prop::collection::vec(any::<(bool, bool)>(), 0..2000)) {
            let mut budget = Budget::default();
            let (mut firsts, mut slowing, mut other) = (0_u32, 0_u32, 0_u32);

            for (first, slow) in steps {
                if first {
                    budget.earn();
                    firsts += 1;
                } else if slow {
                    slowing += u32::from(budget.spend(Rule::TooManyRequests));
                } else {
                    other += u32::from(budget.spend(Rule::Unavailable));
                }

                prop_assert!(slowing <= 8 || f64::from(slowing) <= 0.2 * f64::from(firsts));
                prop_assert!(other <= 60 || f64::from(other) <= 0.2 * f64::from(firsts));
            }
        }
    }
}
