//! Sends pictures through one or several accounts at once, and shows what becomes of them.

use std::collections::HashMap;
use std::process;
use std::sync::mpsc::channel;
use std::thread;

use upload::blocking::Session;

use crate::input::groups::Assignment;
use crate::interrupt::Interrupt;
use crate::prepare::names;
use crate::report::escape;
use crate::report::eta::{Estimate, Eta};
use crate::report::exit_code::ExitCode;
use crate::report::record::Outcome;
use crate::report::refusal::Refusal;
use crate::report::summary::Items;
use crate::report::terminal::Terminal;
use crate::send::account::Account;
use crate::send::account_batch::{AccountBatch, Common};
use crate::send::backup::{Backup, BackupConfig};
use crate::send::bounds::{Bound, Bounds};
use crate::send::connection::Connection;
use crate::send::dry_run;
use crate::send::job::Job;
use crate::send::journal::{Journal, Past};
use crate::send::options::Mode;
use crate::send::preparation::Preparation;
use crate::send::shared::Shared;
use crate::send::verify::Verifier;
use crate::target::Target;

/// Sets the picture of each group, as fast as the pace of its account allows.
// What the threads share is set up here, once all of it was found right.
pub(crate) fn run(mut job: Job<'_>, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    job.check_outputs()?;
    let Job {
        groups,
        sending: config,
        options,
        ..
    } = job;
    if config.mode == Mode::DryRun {
        return dry_run::run(&job, interrupt);
    }
    if let Some(out) = &config.out {
        names::make_folder(out)?;
    }
    let journal = match job.journal {
        Some(path) => Some(Journal::open(path, &config.accounts)?),
        None => None,
    };
    let none = HashMap::new();
    let past = journal.as_ref().map_or(&none, Journal::past);
    let open = |account| Opened::new(account, &job);
    let opened: Vec<Opened<'_>> = config.accounts.iter().map(open).collect::<Result<_, _>>()?;
    let shared = Shared::of(&groups.list);
    let bounds = Bounds::new(options.limit, options.max_duration);
    let common = Common {
        preparation: Preparation {
            config,
            refused: options.refused,
            past,
            shared: &shared,
            interrupt,
            batches: opened.len(),
        },
        journal: journal.as_ref(),
        bounds: &bounds,
        passes: options.passes,
    };
    let batches = opened.iter().map(|opened| opened.batch(&job, common));
    let batches: Vec<AccountBatch<'_>> = batches.collect::<Result<_, _>>()?;
    if let (Some(journal), Some(config)) = (&journal, &job.backup) {
        let folder = std::path::absolute(&config.folder);
        // If it cannot be written, the first picture finds that the run is over.
        let _ = folder.map(|folder| journal.note_backup(&folder));
    }
    let mut terminal = Terminal::new(config.output, items(&groups.list), job.total());
    terminal.note_passed(groups.passed);
    if let [opened, ..] = &*opened {
        opened.connection.note_emulator(&terminal);
    }
    if let Some(report) = &config.report {
        terminal.report_to(report)?;
    }
    for opened in &opened {
        let session = opened.session.clone();
        interrupt.when_asked(move || session.wind_down());
    }
    job.known.iter().for_each(|record| terminal.show(record));
    terminal.estimate(Eta::new(
        opened.iter().map(|opened| opened.estimate(&job, past)),
    ));
    let batch = Batch {
        batches: &batches,
        common,
    };
    Ok(batch.run(&job, &mut terminal))
}

/// An account, ready to be sent to.
#[derive(Debug)]
struct Opened<'a> {
    account: &'a Account,
    groups: Vec<Assignment>,
    connection: Connection,
    session: Session,
}

impl<'a> Opened<'a> {
    fn new(account: &'a Account, job: &Job<'_>) -> Result<Self, Refusal> {
        let connection = Connection::open(account)?;
        let is_own = |group: &&Assignment| group.target.profile == account.profile;
        Ok(Self {
            account,
            groups: job.groups.list.iter().filter(is_own).cloned().collect(),
            session: connection.session(&job.sending.pace),
            connection,
        })
    }

    fn batch(&'a self, job: &Job<'_>, common: Common<'a>) -> Result<AccountBatch<'a>, Refusal> {
        let pace = &common.preparation.config.pace;
        let (client, session) = (&self.connection.client, &self.session);
        let patience = (pace.retry.config(), common.preparation.interrupt);
        let open = |config: &BackupConfig| {
            let config = config.of(self.account);
            Backup::open(&config, self.account, (client, session), patience)
        };
        Ok(AccountBatch::new(
            self.account,
            &self.groups,
            (session, Verifier::of(pace, client, session)),
            job.backup.as_ref().map(open).transpose()?,
            common,
        ))
    }

    fn estimate(&self, job: &Job<'_>, past: &HashMap<Target, Past>) -> Estimate {
        // Most groups that show a picture of an earlier run need nothing.
        let is_set =
            |group: &&Assignment| matches!(past.get(&group.target), Some(Past::Set { .. }));
        Estimate::new(
            self.account.profile.clone(),
            job.sending.pace.interval(self.account.messenger),
            self.groups.len() as u64,
            self.groups.iter().filter(is_set).count() as u64,
        )
    }
}

fn items(assignments: &[Assignment]) -> Items {
    match assignments {
        [only] if only.target.chat.is_none() => Items::Accounts,
        _ => Items::Groups,
    }
}

/// The accounts of a batch, each with its groups.
#[derive(Clone, Copy, Debug)]
struct Batch<'a> {
    batches: &'a [AccountBatch<'a>],
    common: Common<'a>,
}

impl Batch<'_> {
    /// Lets all accounts send at once, and shows what comes of it.
    ///
    /// If decoders or a server must not be waited for any longer, it ends the program.
    fn run(self, job: &Job<'_>, terminal: &mut Terminal) -> ExitCode {
        let interrupt = self.common.preparation.interrupt;
        let (teller, told) = channel();
        thread::scope(|scope| {
            for batch in self.batches {
                let teller = teller.clone();
                scope.spawn(move || batch.run(teller));
            }
            // The terminal ends when all senders of messages are dropped.
            drop(teller);
            terminal.follow(&told, interrupt);
            if interrupt.is_overdue() || self.batches.iter().any(AccountBatch::is_stalled) {
                let given_up = self.batches.iter().flat_map(AccountBatch::give_up);
                given_up.for_each(|record| terminal.show(&record));
                process::exit(self.conclude(job, terminal).number().into());
            }
        });
        self.conclude(job, terminal)
    }

    /// Prints how it ended and returns the exit code.
    fn conclude(self, job: &Job<'_>, terminal: &mut Terminal) -> ExitCode {
        let underway = self.batches.iter().flat_map(AccountBatch::underway);
        underway.for_each(|record| terminal.show(&record));
        self.tell_the_end(terminal);
        let groups = job.groups.list.iter();
        terminal.finish_report(groups.map(|group| group.record(Outcome::NotBegun)));
        terminal.finish()
    }

    /// Prints why it ended before the last group, if it did.
    fn tell_the_end(self, terminal: &mut Terminal) {
        if let Some(error) = self.common.journal.and_then(Journal::failed) {
            let error = format!("the journal cannot be written: {error}");
            terminal.fail(escape::text(&error), ExitCode::Journal);
        }
        let mut others = 0;
        for batch in self.batches {
            let is_left = |group: &&Assignment| !terminal.has_shown(&group.target);
            let left = batch.groups.iter().filter(is_left).count() as u64;
            match (batch.stopped(), &batch.account.profile) {
                (None, _) => others += left,
                (Some(cause), None) => terminal.stop(cause, left, ExitCode::Temporary),
                (Some(cause), Some(profile)) => {
                    let cause = format!("the account {profile}: {cause}");
                    terminal.stop(cause, left, ExitCode::Temporary);
                }
            }
        }
        if let Some(bound) = self.common.bounds.reached() {
            let bound = match bound {
                Bound::Count => "--limit was reached",
                Bound::Time => "--max-duration was reached",
            };
            terminal.stop(bound, others, ExitCode::LimitReached);
        }
    }
}
