//! How it went as a whole, by cause.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::exit_code::ExitCode;
use crate::failure::Cause;
use crate::report::{Outcome, Record, json};

/// Counts what became of the items.
#[derive(Clone, Debug, Default)]
pub(crate) struct Summary {
    total: u64,
    prepared: u64,
    existed: u64,
    failed: BTreeMap<Cause, u64>,
}

impl Summary {
    /// Of `total` items, of which nothing is known yet.
    pub(crate) fn of(total: usize) -> Self {
        Self {
            total: total as u64,
            ..Self::default()
        }
    }

    pub(crate) fn add(&mut self, record: &Record) {
        match &record.outcome {
            Outcome::Prepared { .. } => self.prepared += 1,
            Outcome::Existed { .. } => self.existed += 1,
            Outcome::Failed(failure) => *self.failed.entry(failure.cause).or_default() += 1,
        }
    }

    /// The worst that happened.
    pub(crate) fn exit_code(&self) -> ExitCode {
        if self.not_begun() > 0 {
            return ExitCode::Interrupted;
        }
        self.failed
            .keys()
            .map(|cause| cause.exit_code())
            .max()
            .unwrap_or(ExitCode::Done)
    }

    /// The line for machines, without its end.
    pub(crate) fn json(&self) -> String {
        json(&Line {
            summary: Counts {
                photos: self.total,
                prepared: self.prepared,
                existed: self.existed,
                failed: self.failed.values().sum(),
                not_begun: self.not_begun(),
                causes: self
                    .failed
                    .iter()
                    .map(|(cause, count)| (cause.to_string(), *count))
                    .collect(),
            },
        })
    }

    /// Whether there was anything to do.
    pub(crate) fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// The items that nothing was said about.
    fn not_begun(&self) -> u64 {
        self.total - self.prepared - self.existed - self.failed.values().sum::<u64>()
    }
}

/// The line for people, without its end: `63 photos: 61 prepared, 2 damaged`.
impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.total == 1 { "photo" } else { "photos" };
        write!(f, "{} {noun}: {} prepared", self.total, self.prepared)?;
        if self.existed > 0 {
            write!(f, ", {} kept", self.existed)?;
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

#[derive(Serialize)]
struct Line {
    summary: Counts,
}

#[derive(Serialize)]
struct Counts {
    photos: u64,
    prepared: u64,
    existed: u64,
    failed: u64,
    not_begun: u64,
    causes: BTreeMap<String, u64>,
}
