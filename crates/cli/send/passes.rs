//! Transient failures are tried again at the end of the run, when what caused them may be over.
//!
//! ```text
//! first pass     all groups                       an outage fails some of them
//! pause          5 s, then 15 s, then 40 s: longer than a minute in all
//! another pass   one of those that failed; the others only if that one shows that the outage is over
//! ```

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use upload::{Attempt, Avatar, Recovery, RetryClass};

use crate::digest::Digest;
use crate::input::groups::Assignment;
use crate::report::failure::Cause;
use crate::report::message::Message;
use crate::report::record::{Outcome, Record};
use crate::send::ending::is_doubtful;
use crate::send::journal::Past;
use crate::send::options::OnUnknown;
use crate::target::Target;

/// The groups that failed transiently in a pass, and are tried again in the next.
#[derive(Debug, Default)]
pub(crate) struct Deferred(Mutex<Vec<Failed>>);

/// A group whose picture was not set, and may be if it is sent again.
#[derive(Clone, Debug)]
pub(crate) struct Failed {
    pub(crate) assignment: Assignment,
    /// What is reported of it if it is not tried again.
    pub(crate) record: Record,
    /// The picture, and what the avatar was before, if it may have been set all the same.
    pub(crate) unknown: Option<(Digest, Option<Avatar>)>,
}

/// One pass over groups.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pass<'a> {
    /// What became of the groups in earlier passes; `None` in the first.
    pub(crate) earlier: Option<&'a HashMap<Target, Record>>,
    /// Takes what fails transiently, unless nothing is tried again.
    pub(crate) deferred: Option<&'a Deferred>,
}

impl Pass<'_> {
    /// Returns what is to be told of a group: its record, or why it failed if it is tried again; `picture` is what was sent,
    /// and what the avatar was before.
    pub(crate) fn message(
        self,
        assignment: &Assignment,
        record: Record,
        on_unknown: OnUnknown,
        picture: Option<(Digest, Option<Avatar>)>,
    ) -> Message {
        let record = self.joined(record);
        match self.deferred {
            Some(deferred) if Failed::is_to_be_tried(&record, on_unknown) => {
                let notice = record.to_string();
                deferred.add(Failed {
                    assignment: assignment.clone(),
                    unknown: picture.filter(|_| is_unknown(&record)),
                    record,
                });
                Message::Deferred(notice)
            }
            _ => record.into(),
        }
    }

    /// Returns whether an earlier pass sent the group's picture: its photo may not have been fetched.
    pub(crate) fn was_sent(self, target: &Target) -> bool {
        let earlier = self.earlier.and_then(|earlier| earlier.get(target));
        earlier.is_some_and(|record| record.outcome.cause() != Some(Cause::NotFetched))
    }

    /// Adds what earlier passes did.
    fn joined(self, record: Record) -> Record {
        let target = record.target.as_ref();
        let earlier = self
            .earlier
            .zip(target)
            .and_then(|(earlier, target)| earlier.get(target));
        match earlier {
            Some(earlier) => joined(earlier, record),
            None => record,
        }
    }
}

impl Deferred {
    pub(crate) fn add(&self, failed: Failed) {
        self.list().push(failed);
    }

    /// Takes those that failed since it was last asked.
    pub(crate) fn take(&self) -> Vec<Failed> {
        std::mem::take(&mut *self.list())
    }

    fn list(&self) -> MutexGuard<'_, Vec<Failed>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Failed {
    /// Returns whether time alone may help, and sending again is what the policy allows.
    pub(crate) fn is_to_be_tried(record: &Record, on_unknown: OnUnknown) -> bool {
        let is_transient = match record.outcome.cause() {
            Some(Cause::BackupFailed | Cause::NotFetched) => true,
            Some(Cause::Upload(kind)) => kind.policy().recovery == Recovery::Later,
            _ => false,
        };
        is_transient && (on_unknown == OnUnknown::Retry || !is_unknown(record))
    }

    /// Returns whether the failure is one of the service, which other groups meet too.
    fn is_outage(&self) -> bool {
        let Some(Cause::Upload(kind)) = self.record.outcome.cause() else {
            return false;
        };
        match kind.policy().retry {
            RetryClass::TooManyRequests
            | RetryClass::MessengerLimit
            | RetryClass::Unavailable
            | RetryClass::NotReady => true,
            // These may be one picture's own.
            RetryClass::Never | RetryClass::WrongChat | RetryClass::ServerError => false,
            RetryClass::Unknown => true,
        }
    }
}

/// Returns whether the picture may have been set though the record says that it failed.
pub(crate) fn is_unknown(record: &Record) -> bool {
    let attempts: &[Attempt] = record
        .delivery
        .as_ref()
        .map_or(&[], |delivery| &delivery.attempts);
    let is_unknown = record
        .outcome
        .cause()
        .is_some_and(Cause::is_unknown_outcome);
    is_unknown || attempts.iter().any(is_doubtful)
}

/// Those that another pass tries first, and those that it tries if one of the first shows that an outage is over.
pub(crate) fn split(mut failed: Vec<Failed>) -> (Vec<Failed>, Vec<Failed>) {
    // The outage's own failures come last, so one of them is enough to find out.
    failed.sort_by_key(Failed::is_outage);
    let alone = failed.iter().filter(|one| !one.is_outage()).count();
    let rest = failed.split_off((alone + 1).min(failed.len()));
    (failed, rest)
}

/// Returns whether an outage goes on: one of those that were tried has met it again.
pub(crate) fn goes_on(failed: &[Failed]) -> bool {
    failed.iter().any(Failed::is_outage)
}

/// What a pass is to know of the pictures that may have been set.
pub(crate) fn past(failed: &[Failed]) -> HashMap<Target, Past> {
    let known = failed.iter().filter_map(|one| {
        let (picture, before) = one.unknown.clone()?;
        let target = one.assignment.target.clone();
        Some((target, Past::Sent { picture, before }))
    });
    known.collect()
}

/// The pauses before each pass but the first.
pub(crate) fn pauses(initial_backoff: Duration, passes: u32) -> impl Iterator<Item = Duration> {
    let again = passes.saturating_sub(1) as usize;
    let longest = PAUSES.last().copied();
    let pauses = PAUSES
        .into_iter()
        .chain(std::iter::repeat_with(move || longest.unwrap_or(0)));
    pauses.take(again).map(move |pause| initial_backoff * pause)
}

/// Adds the attempts of earlier passes to what became of a group.
fn joined(earlier: &Record, mut record: Record) -> Record {
    let (Some(first), Some(last)) = (&earlier.delivery, &mut record.delivery) else {
        if record.delivery.is_none() && matches!(record.outcome, Outcome::Failed(_)) {
            record.delivery.clone_from(&earlier.delivery);
        }
        return record;
    };
    let between = last
        .started
        .duration_since(first.started)
        .unwrap_or_default();
    let mut attempts = first.attempts.clone();
    attempts.extend(last.attempts.iter().map(|attempt| {
        let mut attempt = *attempt;
        attempt.started += between;
        attempt
    }));
    last.attempts = attempts;
    last.took += between;
    last.started = first.started;
    record
}

/// In first backoffs, which are seconds by default.
const PAUSES: [u32; 3] = [5, 15, 40];

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use upload::ErrorKind;

    use super::*;
    use crate::input::overrides::Override;
    use crate::report::failure::Failure;

    fn failed(kind: ErrorKind) -> Failed {
        let target = Target::group("-1".parse().unwrap());
        let failure = Failure::new(Cause::Upload(kind), "");
        let assignment = Assignment {
            target,
            photo: PathBuf::new(),
            instead: Override::default(),
            place: String::new(),
        };
        Failed {
            record: assignment.record(Outcome::Failed(failure)),
            assignment,
            unknown: None,
        }
    }

    #[test]
    fn time_helps_what_is_transient_and_policy_decides_what_is_unknown() {
        use ErrorKind::*;
        for (kind, on_retry, on_fail) in [
            (Unavailable, true, true),
            (ServerError, true, true),
            (NoConnection, true, true),
            (TimedOut, true, false),
            (Interrupted, true, false),
            (Refused, false, false),
            (WrongChat, false, false),
            (Unauthorized, false, false),
            (TooLarge, false, false),
        ] {
            let record = failed(kind).record;

            assert_eq!(
                Failed::is_to_be_tried(&record, OnUnknown::Retry),
                on_retry,
                "{kind}"
            );
            assert_eq!(
                Failed::is_to_be_tried(&record, OnUnknown::Fail),
                on_fail,
                "{kind}"
            );
            assert_eq!(
                Failed::is_to_be_tried(&record, OnUnknown::Ask),
                on_fail,
                "{kind}"
            );
        }
    }

    #[test]
    fn one_group_finds_out_whether_an_outage_is_over() {
        use ErrorKind::{ServerError, Unavailable};
        for (kinds, first, rest) in [
            (&[][..], 0, 0),
            (&[Unavailable], 1, 0),
            (&[Unavailable, Unavailable, Unavailable], 1, 2),
            (&[ServerError, Unavailable, ServerError, Unavailable], 3, 1),
            (&[ServerError, ServerError], 2, 0),
        ] {
            let (tried, kept) = split(kinds.iter().map(|kind| failed(*kind)).collect());

            assert_eq!((tried.len(), kept.len()), (first, rest), "{kinds:?}");
            assert!(kept.iter().all(Failed::is_outage));
        }
    }

    #[test]
    fn the_pauses_outlast_an_outage_of_a_minute() {
        let second = Duration::from_secs(1);

        let pauses = |passes| super::pauses(second, passes).collect::<Vec<_>>();

        assert_eq!(pauses(1), []);
        assert_eq!(pauses(4), [5 * second, 15 * second, 40 * second]);
        assert_eq!(pauses(6).last(), Some(&(40 * second)));
        assert!(pauses(4).iter().sum::<Duration>() >= 60 * second);
    }
}
