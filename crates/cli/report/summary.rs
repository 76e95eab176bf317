//! How it went as a whole, by cause.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::report::exit_code::ExitCode;
use crate::report::failure::Cause;
use crate::report::json::json;
use crate::report::record::{Outcome, Planned, Record};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Items {
    /// Photos that are prepared.
    Photos,
    /// Photos that would be prepared.
    PhotosPlanned,
    /// Photos that are explained.
    Explained,
    /// Photos that are shown on a page.
    Previewed,
    /// Groups whose pictures are set.
    Groups,
    /// Accounts whose own pictures are set.
    Accounts,
    /// Pictures that would be set.
    Planned,
    /// Groups that are checked.
    Checked,
    /// Groups that are listed.
    Listed,
}

/// Counts what became of the items.
#[derive(Clone, Debug)]
pub(crate) struct Summary {
    items: Items,
    shard: Option<String>,
    total: u64,
    done: u64,
    kept: u64,
    skipped: u64,
    /// Those of `done` that are set by what the server says, and were not seen.
    unseen: u64,
    failed: BTreeMap<Cause, u64>,
}

impl Summary {
    /// Starts a summary of `total` items.
    pub(crate) fn of(items: Items, total: usize) -> Self {
        Self {
            items,
            shard: None,
            total: total as u64,
            done: 0,
            kept: 0,
            skipped: 0,
            unseen: 0,
            failed: BTreeMap::new(),
        }
    }

    /// Notes which part of a job this is.
    pub(crate) fn set_shard(&mut self, shard: impl fmt::Display) {
        self.shard = Some(shard.to_string());
    }

    pub(crate) fn add(&mut self, record: &Record) {
        self.unseen += u64::from(record.unseen().is_some());
        match &record.outcome {
            Outcome::Existed { .. }
            | Outcome::SetBefore { .. }
            | Outcome::Planned {
                step: Planned::Leave,
                ..
            } => self.kept += 1,
            Outcome::Prepared { .. }
            | Outcome::ToPrepare { .. }
            | Outcome::Explained(_)
            | Outcome::Previewed { .. }
            | Outcome::Set { .. }
            | Outcome::Planned { .. }
            | Outcome::Editable { .. }
            | Outcome::Listed => self.done += 1,
            Outcome::Skipped => self.skipped += 1,
            Outcome::NotBegun => {}
            Outcome::Failed(failure) => *self.failed.entry(failure.cause).or_default() += 1,
        }
    }

    /// What the failures make of the whole.
    pub(crate) fn exit_code(&self) -> ExitCode {
        let codes = self.failed.keys().map(|cause| cause.exit_code());
        let unseen = (self.unseen > 0).then_some(ExitCode::Temporary);
        codes.chain(unseen).max().unwrap_or(ExitCode::Done)
    }

    /// Whether there was anything to do.
    pub(crate) fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// Returns the number of items without a record.
    pub(crate) fn not_begun(&self) -> u64 {
        self.total - self.done - self.kept - self.skipped - self.failures()
    }

    /// The line for machines, without its end.
    pub(crate) fn json(&self) -> String {
        self.counts().json()
    }

    /// The same as numbers.
    pub(crate) fn counts(&self) -> Counts {
        let causes = self.failed.iter();
        Counts {
            shard: self.shard.clone(),
            total: self.total,
            done: self.done,
            kept: self.kept,
            skipped: self.skipped,
            unseen: self.unseen,
            failed: self.failures(),
            not_begun: self.not_begun(),
            causes: causes
                .map(|(cause, count)| (cause.to_string(), *count))
                .collect(),
        }
    }

    fn failures(&self) -> u64 {
        self.failed.values().sum()
    }
}

/// The line for people, without its end: `63 photos: 61 prepared, 2 damaged`.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (item, done) = match self.items {
            Items::Photos => ("photo", "prepared"),
            Items::PhotosPlanned => ("photo", "to be prepared"),
            Items::Explained => ("photo", "explained"),
            Items::Previewed => ("photo", "previewed"),
            Items::Groups => ("group", "set"),
            Items::Accounts => ("account", "set"),
            Items::Planned => ("group", "to be set"),
            Items::Checked => ("group", "editable"),
            Items::Listed => ("group", "listed"),
        };
        let plural = if self.total == 1 { "" } else { "s" };
        write!(f, "{} {item}{plural}: {} {done}", self.total, self.done)?;
        if self.unseen > 0 {
            write!(f, " ({} not seen)", self.unseen)?;
        }
        if self.kept > 0 {
            let word = match self.items {
                Items::Photos | Items::PhotosPlanned => "kept",
                _ => "set before",
            };
            write!(f, ", {} {word}", self.kept)?;
        }
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        for (cause, count) in &self.failed {
            write!(f, ", {count} {cause}")?;
        }
        if self.not_begun() > 0 {
            write!(f, ", {} not begun", self.not_begun())?;
        }
        Ok(())
    }
}

#[derive(Serialize, Deserialize)]
struct Line {
    summary: Counts,
}

/// Numbers of items, as machines read them and as several add up to one.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Counts {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    shard: Option<String>,
    total: u64,
    done: u64,
    kept: u64,
    #[serde(default)]
    skipped: u64,
    #[serde(default, skip_serializing_if = "is_zero")]
    unseen: u64,
    failed: u64,
    not_begun: u64,
    causes: BTreeMap<String, u64>,
}

impl Counts {
    /// Reads the line that [`json`](Self::json) wrote.
    pub(crate) fn read(line: &str) -> Option<Self> {
        let line: Line = serde_json::from_str(line).ok()?;
        Some(line.summary)
    }

    /// The line for machines, without its end.
    pub(crate) fn json(&self) -> String {
        json(&Line {
            summary: self.clone(),
        })
    }

    /// The part of a job that was counted, if it was not the whole.
    pub(crate) fn shard(&self) -> Option<&str> {
        self.shard.as_deref()
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.total += other.total;
        self.done += other.done;
        self.kept += other.kept;
        self.skipped += other.skipped;
        self.unseen += other.unseen;
        self.failed += other.failed;
        self.not_begun += other.not_begun;
        for (cause, count) in &other.causes {
            *self.causes.entry(cause.clone()).or_default() += count;
        }
    }

    /// Whether nothing is left and nothing has failed.
    pub(crate) fn is_all_done(&self) -> bool {
        self.failed == 0 && self.not_begun == 0
    }

    /// Returns the exit code as far as the numbers tell it.
    pub(crate) fn exit_code(&self) -> ExitCode {
        match (self.not_begun, self.failed) {
            (0, 0) => ExitCode::Done,
            (0, _) => ExitCode::SomeFailed,
            _ => ExitCode::Temporary,
        }
    }
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::report::failure::Failure;

    fn failed(cause: Cause) -> Record {
        Record::of_photo(PathBuf::new(), Outcome::Failed(Failure::new(cause, "")))
    }

    #[test]
    fn failures_are_counted_by_cause_in_an_order_of_their_own() {
        let mut summary = Summary::of(Items::Photos, 5);

        for cause in [
            Cause::NotWritten,
            Cause::Photo(prep::ErrorKind::TooSmall),
            Cause::Photo(prep::ErrorKind::Damaged),
            Cause::Photo(prep::ErrorKind::TooSmall),
        ] {
            summary.add(&failed(cause));
        }

        assert_eq!(
            summary.to_string(),
            "5 photos: 0 prepared, 1 damaged, 2 too small, 1 not written, 1 not begun"
        );
    }

    #[test]
    fn the_worst_cause_makes_the_exit_code() {
        use upload::ErrorKind::{Refused, TooManyRequests, Unauthorized};

        let mut summary = Summary::of(Items::Groups, 3);
        let mut codes = Vec::new();
        for kind in [Refused, TooManyRequests, Unauthorized] {
            summary.add(&failed(Cause::Upload(kind)));
            codes.push(summary.exit_code().number());
        }

        assert_eq!(codes, [1, 5, 4]);
    }
}
