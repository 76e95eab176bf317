//! How long a batch will take: by its pace so far, without what needs nothing, with what is tried again.

use std::time::Duration;

use crate::profile_name::ProfileName;
use crate::report::record::{Outcome, Record};

/// The estimate of a run: that of the account that will take longest.
#[derive(Clone, Debug)]
pub(crate) struct Eta(Vec<Estimate>);

/// The estimate of one account.
#[derive(Clone, Debug)]
pub(crate) struct Estimate {
    profile: Option<ProfileName>,
    /// The least time from one picture to the next.
    interval: Duration,
    /// How many groups have no record yet.
    groups: u64,
    /// How many of these show their picture already.
    kept: u64,
    /// How many pictures were sent, whatever became of them.
    sent: u64,
}

impl Eta {
    pub(crate) fn new(accounts: impl IntoIterator<Item = Estimate>) -> Self {
        Self(accounts.into_iter().collect())
    }

    /// Takes a record into account.
    pub(crate) fn note(&mut self, record: &Record) {
        let profile = record
            .target
            .as_ref()
            .and_then(|target| target.profile.as_ref());
        let is_own = |estimate: &&mut Estimate| estimate.profile.as_ref() == profile;
        if let Some(estimate) = self.0.iter_mut().find(is_own) {
            estimate.note(record);
        }
    }

    /// Returns how long the groups without a record will take, those that are tried again among them.
    pub(crate) fn left(&self, elapsed: Duration) -> Duration {
        let times = self.0.iter().map(|estimate| estimate.left(elapsed));
        times.max().unwrap_or_default()
    }
}

impl Estimate {
    /// So many groups of an account, of which so many show their picture already.
    pub(crate) fn new(
        profile: Option<ProfileName>,
        interval: Duration,
        groups: u64,
        kept: u64,
    ) -> Self {
        Self {
            profile,
            interval,
            groups,
            kept,
            sent: 0,
        }
    }

    fn note(&mut self, record: &Record) {
        self.groups = self.groups.saturating_sub(1);
        match record.outcome {
            Outcome::SetBefore { .. } => self.kept = self.kept.saturating_sub(1),
            _ if record.delivery.is_some() => self.sent += 1,
            _ => {}
        }
    }

    fn left(&self, elapsed: Duration) -> Duration {
        let to_send = self.groups.saturating_sub(self.kept);
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
    use crate::target::Target;

    fn sent(profile: Option<&str>) -> Record {
        let target = Target {
            profile: profile.map(|name| name.parse().unwrap()),
            chat: Some("-1".parse().unwrap()),
        };
        let mut record = Record::of(Some(target), PathBuf::new(), Outcome::NotBegun);
        record.delivery = Some(Delivery::ended(Duration::ZERO, Vec::new()));
        record
    }

    #[test]
    fn it_knows_the_pace_and_what_needs_nothing() {
        let seconds = Duration::from_secs;
        let mut eta = Eta::new([Estimate::new(None, seconds(1), 100, 60)]);

        // A hundred groups, sixty of which are set: forty seconds at one a second.
        assert_eq!(eta.left(seconds(0)), seconds(40));

        // Ten were sent, in three seconds each: thirty are left.
        (0..10).for_each(|_| eta.note(&sent(None)));
        assert_eq!(eta.left(seconds(30)), seconds(90));

        // A server that was faster than the pace does not make it faster.
        assert_eq!(eta.left(seconds(5)), seconds(30));

        // Fewer are left than were expected to be set.
        (0..70).for_each(|_| eta.note(&sent(None)));
        assert_eq!(eta.left(seconds(30)), seconds(0));
    }

    #[test]
    fn the_slowest_account_is_waited_for() {
        let seconds = Duration::from_secs;
        let named = |name: &str| Some(name.parse().unwrap());
        let mut eta = Eta::new([
            Estimate::new(named("fast"), seconds(1), 20, 0),
            Estimate::new(named("slow"), seconds(5), 10, 0),
        ]);

        assert_eq!(eta.left(seconds(0)), seconds(50));

        // Nine in 45 s leave one; of the other twenty none was sent.
        (0..9).for_each(|_| eta.note(&sent(Some("slow"))));
        assert_eq!(eta.left(seconds(45)), seconds(20));
    }
}
