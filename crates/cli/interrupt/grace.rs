//! How long a program that was asked to end may go on.

use std::time::{Duration, Instant};

/// What is known of the pictures on their way.
#[derive(Debug, Default)]
pub(super) struct Grace {
    sending: usize,
    /// When the last answer came.
    answered: Option<Instant>,
}

impl Grace {
    /// Counts a picture that is sent from now on.
    pub(super) fn begin(&mut self) {
        self.sending += 1;
    }

    /// Notes that a picture's outcome is known, or will stay unknown.
    pub(super) fn finish(&mut self, now: Instant) {
        self.sending -= 1;
        self.answered = Some(now);
    }

    /// Returns when the program must end, by what is known now, if it was asked to at `asked`.
    pub(super) fn end(&self, asked: Instant) -> Instant {
        let last = asked + FOR_SENDING;
        if self.sending > 0 {
            return last;
        }
        let since = self.answered.map_or(asked, |answered| answered.max(asked));
        (since + FOR_ANYTHING).min(last)
    }
}

/// For photos in progress, and for what follows an answer.
const FOR_ANYTHING: Duration = Duration::from_secs(2);

/// While uploads are in flight: without the answer, the outcome is unknown.
const FOR_SENDING: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_picture_on_its_way_is_waited_for() {
        let asked = Instant::now();
        let after = |seconds| asked + Duration::from_secs(seconds);
        let mut grace = Grace::default();
        let mut ends = vec![grace.end(asked)];

        grace.begin();
        grace.begin();
        ends.push(grace.end(asked));
        grace.finish(after(5));
        ends.push(grace.end(asked));
        grace.finish(after(7));
        ends.push(grace.end(asked));

        assert_eq!(ends, [after(2), after(60), after(60), after(9)]);
    }

    #[test]
    fn an_answer_from_before_gives_no_time_and_one_at_the_end_no_more() {
        let begin = Instant::now();
        let asked = begin + Duration::from_secs(10);
        let mut grace = Grace::default();

        grace.begin();
        grace.finish(begin);
        let early = grace.end(asked);
        grace.begin();
        grace.finish(asked + Duration::from_secs(59));
        let late = grace.end(asked);

        assert_eq!(early, asked + FOR_ANYTHING);
        assert_eq!(late, asked + FOR_SENDING);
    }
}
