//! `--report`: what became of each item, in one JSON file, written completely or not at all.

use std::io::{self, Write};

use crate::crash_points;
use crate::output::{Destination, Draft};
use crate::report::escape;
use crate::report::json::json;
use crate::report::record::Record;
use crate::report::refusal::Refusal;
use crate::report::summary::Summary;

/// A report that is being written beside its place, record by record.
///
/// ```text
/// { "groups": [ {"chat_id": "-100", "status": "set", …}, … ], "summary": {…} }
/// ```
#[derive(Debug)]
pub(crate) struct Report {
    file: Draft,
    is_empty: bool,
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
            is_empty: true,
        })
    }

    pub(crate) fn add(&mut self, record: &Record) -> io::Result<()> {
        let separator = if self.is_empty { "\n" } else { ",\n" };
        self.is_empty = false;
        write!(self.file, "{separator}{}", record.json())
    }

    /// Adds the groups that were not begun, then the summary, and puts the report in its place.
    pub(crate) fn finish(
        mut self,
        not_begun: impl Iterator<Item = Record>,
        summary: &Summary,
    ) -> io::Result<()> {
        for record in not_begun {
            self.add(&record)?;
        }
        write!(self.file, "\n],\"summary\":{}}}\n", json(&summary.counts()))?;
        self.file.flush()?;
        crash_points::at("report-written");
        self.file.finish()?;
        crash_points::at("report-renamed");
        Ok(())
    }
}
