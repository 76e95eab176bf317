//! `--report`: what became of each item, in one JSON file, written completely or not at all.

use std::collections::HashSet;
use std::io::{self, Write};

use crate::crash_points;
use crate::output::{Destination, Draft};
use crate::report::escape;
use crate::report::json::json;
use crate::report::record::Record;
use crate::report::refusal::Refusal;
use crate::report::summary::Summary;
use crate::target::Target;

/// A report that is being written beside its place, record by record.
///
/// ```text
/// { "groups": [ {"chat_id": "-100", "status": "set", …}, … ], "summary": {…} }
/// ```
#[derive(Debug)]
pub(crate) struct Report {
    file: Draft,
    told: HashSet<Target>,
}

impl Report {
    /// Starts a report, so that a wrong path is reported before any work.
    pub(crate) fn begin(destination: &Destination) -> Result<Self, Refusal> {
        let begun = || {
            let mut file = Draft::new(destination)?;
            file.write_all(b"{\"groups\":[")?;
            Ok(file)
        };
        let file = begun().map_err(|error: io::Error| {
            let shown = escape::destination(destination);
            Refusal::usage(format!("the report {shown} cannot be written: {error}"))
        })?;
        Ok(Self {
            file,
            told: HashSet::new(),
        })
    }

    pub(crate) fn add(&mut self, record: &Record) -> io::Result<()> {
        let separator = if self.told.is_empty() { "\n" } else { ",\n" };
        self.told.extend(record.target.clone());
        write!(self.file, "{separator}{}", record.json())
    }

    /// Adds those of `not_begun` that have no record yet, then the summary, and puts the report in its place.
    pub(crate) fn finish(
        mut self,
        not_begun: impl Iterator<Item = Record>,
        summary: &Summary,
    ) -> io::Result<()> {
        for record in not_begun {
            if !(record.target.as_ref()).is_some_and(|target| self.told.contains(target)) {
                self.add(&record)?;
            }
        }
        write!(self.file, "\n],\"summary\":{}}}\n", json(&summary.counts()))?;
        self.file.flush()?;
        crash_points::at("report-written");
        self.file.finish()?;
        crash_points::at("report-renamed");
        Ok(())
    }
}
