//! How long a batch will take: by its pace so far, without what needs nothing, with what is tried again.

use std::time::Duration;

use crate::report::record::{Outcome, Record};

/// The estimate of a run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Eta {
    /// The least time from one picture to the next.
    interval: Duration,
    /// How many of the groups without a record show their picture already.
    kept: u64,
    /// How many pictures were sent, whatever became of them.
    sent: u64,
}

impl Eta {
    pub(crate) fn new(interval: Duration, kept: u64) -> Self {
        Self {
            interval,
            kept,
            sent: 0,
        }
    }

    /// Takes a record into account.
    pub(crate) fn note(&mut self, record: &Record) {
        match record.outcome {
            Outcome::SetBefore { .. } => self.kept = self.kept.saturating_sub(1),
            _ if record.delivery.is_some() => self.sent += 1,
            _ => {}
        }
    }

    /// Returns how long the groups without a record will take, those that are tried again among them.
    pub(crate) fn left(&self, groups: u64, elapsed: Duration) -> Duration {
        let to_send = groups.saturating_sub(self.kept);
        let measured = elapsed.as_secs_f64() / (self.sent.max(1) as f64);
        let each = match self.sent {
            0 => self.interval.as_secs_f64(),
            _ => measured.max(self.interval.as_secs_f64()),
        };
        Duration::try_from_secs_f64(each * to_send as f64).unwrap_or(Duration::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::report::record::Delivery;

    fn sent() -> Record {
        let mut record = Record::of_photo(PathBuf::new(), Outcome::NotBegun);
        record.delivery = Some(Delivery::ended(Duration::ZERO, Vec::new()));
        record
    }

    #[test]
    fn it_knows_the_pace_and_what_needs_nothing() {
        let seconds = Duration::from_secs;
        let mut eta = Eta::new(seconds(1), 60);

        // A hundred groups, sixty of which are set: forty seconds at one a second.
        assert_eq!(eta.left(100, seconds(0)), seconds(40));

        // Ten were sent, in three seconds each: thirty are left.
        (0..10).for_each(|_| eta.note(&sent()));
        assert_eq!(eta.left(90, seconds(30)), seconds(90));

        // A server that was faster than the pace does not make it faster.
        assert_eq!(eta.left(90, seconds(5)), seconds(30));

        // Fewer are left than were expected to be set.
        assert_eq!(eta.left(20, seconds(30)), seconds(0));
    }
}
