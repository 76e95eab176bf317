//! What a run sends, and the files that it must not replace.

use std::path::Path;

use crate::identity::Identity;
use crate::input::groups::Groups;
use crate::output::{Inputs, Obstacle};
use crate::report::escape;
use crate::report::record::Record;
use crate::report::refusal::Refusal;
use crate::send::backup::BackupConfig;
use crate::send::options::JobOptions;
use crate::send::sending::Sending;

/// What a run sends, and how.
#[derive(Clone, Debug)]
pub(crate) struct Job<'a> {
    pub(crate) groups: &'a Groups,
    /// The files that the command reads; the photos of the groups are added.
    pub(crate) inputs: Inputs,
    pub(crate) sending: &'a Sending,
    pub(crate) options: &'a JobOptions,
    pub(crate) journal: Option<&'a Path>,
    pub(crate) backup: Option<BackupConfig>,
    /// What is known of other groups before anything is sent.
    pub(crate) known: Vec<Record>,
}

impl Job<'_> {
    /// How many groups there are.
    pub(super) fn total(&self) -> usize {
        self.groups.list.len() + self.known.len()
    }

    /// Refuses outputs that would replace a file that the command reads, another output, or no regular file.
    pub(super) fn check_outputs(&mut self) -> Result<(), Refusal> {
        let photos = self.groups.list.iter();
        self.inputs
            .add(photos.map(|assignment| assignment.photo.as_path()));
        if let Some(journal) = self.journal {
            self.check_journal(journal)?;
            self.inputs.reserve(journal);
        }
        let report = self.sending.report.as_ref();
        if let Some(report) = report.and_then(|report| report.path()) {
            if let Some(obstacle) = self.inputs.obstacle(report) {
                let shown = escape::path(report);
                return Err(Refusal::usage(format!(
                    "the report {shown} {obstacle}; choose another --report"
                )));
            }
            self.inputs.reserve(report);
        }
        match (&self.sending.out, &self.backup) {
            (Some(out), Some(backup)) if self.is_kept_in(out, backup) => {
                let shown = escape::path(out);
                let reason = "would replace what --backup keeps";
                Err(Refusal::usage(format!(
                    "--out {shown} {reason}; choose another folder"
                )))
            }
            (Some(out), _) => self.check_pictures(out),
            (None, _) => Ok(()),
        }
    }

    /// Returns whether a backup keeps its files in this folder.
    fn is_kept_in(&self, folder: &Path, backup: &BackupConfig) -> bool {
        let mut accounts = self.sending.accounts.iter();
        is_same(folder, &backup.folder)
            || accounts.any(|account| is_same(folder, &backup.of(account).folder))
    }

    /// A journal is appended to: a link to one may stay.
    fn check_journal(&self, journal: &Path) -> Result<(), Refusal> {
        let is_regular = journal
            .metadata()
            .map_or(true, |metadata| metadata.is_file());
        let obstacle = match is_regular {
            true => self.inputs.obstacle(journal),
            false => Some(Obstacle::NotRegular),
        };
        match obstacle {
            None | Some(Obstacle::Link) => Ok(()),
            Some(obstacle) => Err(Refusal::journal(format!(
                "the journal {} {obstacle}; choose another --journal",
                escape::path(journal)
            ))),
        }
    }

    fn check_pictures(&self, out: &Path) -> Result<(), Refusal> {
        let lines: Vec<String> = self
            .groups
            .list
            .iter()
            .filter_map(|assignment| {
                let picture = out.join(assignment.target.file_name());
                let obstacle = self.inputs.obstacle(&picture)?;
                Some(format!(
                    "{}: its picture {} {obstacle}; choose another --out",
                    escape::path(&assignment.photo),
                    escape::path(&picture)
                ))
            })
            .collect();
        if lines.is_empty() {
            Ok(())
        } else {
            Err(Refusal::usage_lines(lines))
        }
    }
}

fn is_same(one: &Path, other: &Path) -> bool {
    one == other || Identity::of(one).is_some_and(|one| Identity::of(other) == Some(one))
}
