//! The one writer of the terminal: results to stdout, everything else to stderr.

use std::collections::HashSet;
use std::fmt::Display;
use std::io::{self, IsTerminal, Stdout, Write};
use std::process;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use prep::batch::Event;

use crate::interrupt::Interrupt;
use crate::output::Destination;
use crate::profile_name::ProfileName;
use crate::report::escape;
use crate::report::eta::Eta;
use crate::report::exit_code::ExitCode;
use crate::report::failure::Failure;
use crate::report::file::Report;
use crate::report::message::Message;
use crate::report::options::{Format, Output, Volume};
use crate::report::passed::Passed;
use crate::report::record::{self, Record};
use crate::report::refusal::Refusal;
use crate::report::summary::{Items, Summary};
use crate::target::Target;

/// Shows each record as it comes, and the summary at the end.
pub(crate) struct Terminal {
    output: Output,
    stdout: Stdout,
    results: Results,
    bar: ProgressBar,
    summary: Summary,
    eta: Option<Eta>,
    report: Option<Report>,
    /// The targets of all records so far.
    shown: HashSet<Target>,
    interrupted: bool,
    /// Why the rest was not tried.
    stopped: Option<ExitCode>,
    /// A failure of the whole run.
    failed: Option<ExitCode>,
}

/// Whether results can still be written.
#[derive(Debug)]
enum Results {
    Open,
    /// Another output goes to stdout.
    Reserved,
    /// The reader has closed the pipe.
    Closed,
    Failed(io::Error),
}

impl Terminal {
    /// Starts the output for `total` items.
    pub(crate) fn new(output: Output, items: Items, total: usize) -> Self {
        let has_bar = output.volume == Volume::Normal && output.log.is_none() && total > 1;
        let bar = if has_bar && io::stderr().is_terminal() {
            ProgressBar::new(total as u64).with_style(style("{eta}"))
        } else {
            ProgressBar::hidden()
        };
        Self {
            output,
            stdout: io::stdout(),
            results: Results::Open,
            bar,
            summary: Summary::of(items, total),
            eta: None,
            report: None,
            shown: HashSet::new(),
            interrupted: false,
            stopped: None,
            failed: None,
        }
    }

    /// Shows how long it will take by this estimate, where there is a progress bar.
    pub(crate) fn estimate(&mut self, eta: Eta) {
        self.bar.set_style(style("{msg}"));
        self.eta = Some(eta);
    }

    fn show_eta(&mut self, record: &Record) {
        if let Some(eta) = &mut self.eta {
            eta.note(record);
            let left = eta.left(self.bar.elapsed());
            let left = Duration::from_secs(left.as_secs());
            self.bar
                .set_message(humantime::format_duration(left).to_string());
        }
    }

    /// Notes which part of a job this is.
    pub(crate) fn set_shard(&mut self, shard: impl Display) {
        self.summary.set_shard(shard);
    }

    /// Prints a note, unless --quiet is given.
    pub(crate) fn note(&self, note: impl Display) {
        if self.output.volume == Volume::Normal {
            self.warn(note);
        }
    }

    /// Prints a warning that is not about one item.
    pub(crate) fn warn(&self, warning: impl Display) {
        self.complain(format_args!("group-picture: {warning}"));
    }

    /// Notes what was skipped in folders.
    pub(crate) fn note_passed(&self, passed: Passed) {
        if passed != Passed::default() {
            self.note(passed);
        }
    }

    /// Writes a report as well.
    pub(crate) fn report_to(&mut self, destination: &Destination) -> Result<(), Refusal> {
        self.reserve_stdout_for(destination, "--report -")?;
        self.report = Some(Report::begin(destination)?);
        Ok(())
    }

    /// Prints no results if an output of this name goes to stdout.
    pub(crate) fn reserve_stdout_for(
        &mut self,
        destination: &Destination,
        name: &str,
    ) -> Result<(), Refusal> {
        if *destination == Destination::Stdout {
            if self.output.format == Format::Json {
                return Err(Refusal::usage(format!(
                    "{name} and --json both write to stdout: use one of them"
                )));
            }
            self.results = Results::Reserved;
        }
        Ok(())
    }

    /// Puts the report in its place, with those of `not_begun` that have no record yet.
    pub(crate) fn finish_report(&mut self, not_begun: impl Iterator<Item = Record>) {
        let shown = &self.shown;
        let is_left =
            |record: &Record| (record.target.as_ref()).is_none_or(|target| !shown.contains(target));
        let not_begun = not_begun.filter(is_left);
        if let Some(report) = self.report.take()
            && let Err(error) = report.finish(not_begun, &self.summary)
        {
            self.fail_to_report(&error);
        }
    }

    fn fail_to_report(&mut self, error: &io::Error) {
        let error = format!("the report cannot be written: {error}");
        self.fail(escape::text(&error), ExitCode::SomeFailed);
    }

    /// Prints the state of an account, which `profile` names if there are several.
    pub(crate) fn account(&mut self, profile: Option<&ProfileName>, state: &str) {
        match (self.output.format, self.output.volume, profile) {
            (Format::Json, _, None) => self.result(format_args!("{{\"account\":\"{state}\"}}")),
            (Format::Json, _, Some(profile)) => self.result(format_args!(
                "{{\"account\":\"{state}\",\"profile\":\"{profile}\"}}"
            )),
            (Format::Human, Volume::Normal, None) => {
                self.result(format_args!("the account: {state}"));
            }
            (Format::Human, Volume::Normal, Some(profile)) => {
                self.result(format_args!("the account {profile}: {state}"));
            }
            (Format::Human, Volume::Failures, _) => {}
        }
    }

    /// Returns whether there is a record of this target.
    pub(crate) fn has_shown(&self, target: &Target) -> bool {
        self.shown.contains(target)
    }

    /// Prints why the rest was not tried, if there is a rest.
    pub(crate) fn stop(&mut self, cause: impl Display, rest: u64, code: ExitCode) {
        if rest > 0 {
            self.warn(format_args!("stopped: {cause}; not tried: {rest}"));
            self.stopped = self.stopped.max(Some(code));
        }
    }

    /// Prints a failure of the whole run.
    pub(crate) fn fail(&mut self, error: impl Display, code: ExitCode) {
        self.warn(error);
        self.failed = self.failed.max(Some(code));
    }

    /// Prints what became of one item.
    pub(crate) fn show(&mut self, record: &Record) {
        self.summary.add(record);
        self.shown.extend(record.target.clone());
        self.bar.inc(1);
        self.show_eta(record);
        log(record);
        if let Some(report) = &mut self.report
            && let Err(error) = report.add(record)
        {
            self.report = None;
            self.fail_to_report(&error);
        }
        let failed = record.outcome.cause().is_some();
        if failed {
            self.complain(record);
        }
        if let Some(why) = record.unseen() {
            let (photo, why) = (escape::path(&record.photo), why.to_string());
            self.complain(format_args!(
                "{photo}: set, as the server says and the avatar's new address shows; its picture was not seen: {}",
                escape::text(&why)
            ));
        }
        if let Some(lost) = record.outcome.lost() {
            let photo = escape::path(&record.photo);
            self.complain(format_args!("{photo}: {}", record::damage(lost)));
        } else if record.outcome.is_truncated() {
            let photo = escape::path(&record.photo);
            self.complain(format_args!("{photo}: {}", record::TRUNCATED));
        }
        if record.outcome.has_unusable_profile() {
            let photo = escape::path(&record.photo);
            self.complain(format_args!("{photo}: {}", record::UNUSABLE_PROFILE));
        }
        if let Some(doubt) = record.outcome.doubt() {
            let photo = escape::path(&record.photo);
            self.complain(format_args!("{photo}: {doubt}"));
        }
        match self.output.format {
            Format::Json => self.result(record.json()),
            Format::Human if !failed && self.tells_each() => self.result(record),
            Format::Human => {}
        }
    }

    /// Prints what is sent until all senders are gone, or the program was asked to end and the time for that is over.
    pub(crate) fn follow(&mut self, told: &Receiver<Message>, interrupt: &Interrupt) {
        loop {
            let received = told.recv_timeout(POLL);
            self.note_interrupt(interrupt);
            match received {
                Ok(Message::Record(record)) => self.show(&record),
                Ok(Message::Note(note)) => self.note(note),
                Ok(Message::NotStarted(error)) => self.note_start(Err(error)),
                Ok(Message::Deferred(why)) => {
                    self.note(format_args!("{why}; it is tried again at the end"));
                }
                Ok(Message::Warning(warning)) => self.complain(warning),
                Ok(Message::Question { doubt, answer }) => {
                    // Whoever asked may have ended meanwhile.
                    let _ = answer.send(self.ask(&doubt));
                }
                Err(RecvTimeoutError::Timeout) if interrupt.is_overdue() => return,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Says once that Ctrl-C was heard, if it was.
    pub(crate) fn note_interrupt(&mut self, interrupt: &Interrupt) {
        if interrupt.is_asked() && !self.interrupted {
            self.note("ending: only pictures on their way are waited for; press Ctrl-C again to stop at once");
            self.interrupted = true;
        }
    }

    /// Says that nothing could be begun, if a batch could start no threads.
    pub(crate) fn note_start(&mut self, started: io::Result<()>) {
        if let Err(error) = started {
            let error = format!("no threads can be started: {error}");
            self.fail(escape::text(&error), ExitCode::SomeFailed);
        }
    }

    /// The summary so far.
    pub(crate) fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Leaves stdout to another output; only failures and notes are printed, to stderr.
    pub(crate) fn reserve_stdout(&mut self) {
        self.results = Results::Reserved;
    }

    /// Returns what a batch's event says of an item.
    ///
    /// Ends the program if it was asked to and the time for that is over, or if nothing is left but decoders that do not
    /// return.
    pub(crate) fn result_of<R>(
        &mut self,
        event: Event<R, Failure>,
        interrupt: &Interrupt,
    ) -> Option<(usize, Result<R, Failure>)> {
        self.note_interrupt(interrupt);
        if interrupt.is_overdue() {
            self.leave();
        }
        match event {
            Event::Finished { index, result } => Some((index, result)),
            Event::Overdue { index, error } => Some((index, Err(error.into()))),
            Event::Stalled => self.leave(),
            Event::Tick => None,
        }
    }

    /// Prints the summary and ends the program, whatever other threads are doing.
    pub(crate) fn leave(&mut self) -> ! {
        process::exit(self.finish().number().into())
    }

    /// Prints the summary and returns the exit code.
    pub(crate) fn finish(&mut self) -> ExitCode {
        self.bar.finish_and_clear();
        match (self.output.format, self.output.volume) {
            (Format::Json, _) => self.result(self.summary.json()),
            (Format::Human, Volume::Normal) if !self.summary.is_empty() => {
                self.result(self.summary.to_string());
            }
            (Format::Human, _) => {}
        }
        let mut code = self.summary.exit_code();
        if self.summary.not_begun() > 0 {
            // Whatever kept the rest from being tried, it may be tried again.
            code = code.max(self.stopped.unwrap_or(ExitCode::Temporary));
            if self.interrupted {
                code = ExitCode::Interrupted;
            }
        }
        code = code.max(self.failed.unwrap_or(ExitCode::Done));
        if let Results::Failed(error) = &self.results {
            let note = format!("stdout cannot be written, results are missing: {error}");
            self.warn(escape::text(&note));
            return code.max(ExitCode::SomeFailed);
        }
        code
    }

    /// Returns whether items that succeeded get a line each: not where a progress bar counts them on the same terminal.
    fn tells_each(&self) -> bool {
        self.output.volume == Volume::Normal
            && (self.bar.is_hidden() || !io::stdout().is_terminal())
    }

    fn result(&mut self, line: impl Display) {
        if !matches!(self.results, Results::Open) {
            return;
        }
        let Self { bar, stdout, .. } = self;
        if let Err(error) = bar.suspend(|| writeln!(stdout, "{line}")) {
            self.results = if error.kind() == io::ErrorKind::BrokenPipe {
                Results::Closed
            } else {
                Results::Failed(error)
            };
        }
    }

    /// Only "y" and "yes" are yes.
    fn ask(&self, doubt: &str) -> bool {
        let question = format!("{}\nSet it again? [y/N] ", escape::text(doubt));
        self.bar.suspend(|| {
            let mut answer = String::new();
            let mut stderr = io::stderr();
            let asked = stderr
                .write_all(question.as_bytes())
                .and_then(|()| stderr.flush());
            let read = asked.and_then(|()| io::stdin().read_line(&mut answer));
            let answer = answer.trim().to_ascii_lowercase();
            read.is_ok() && matches!(&*answer, "y" | "yes")
        })
    }

    pub(crate) fn complain(&self, line: impl Display) {
        // A closed stderr is not an error: there is no reader.
        let _ = self.bar.suspend(|| writeln!(io::stderr(), "{line}"));
    }
}

/// The event of an item's end.
fn log(record: &Record) {
    tracing::info!(
        chat = record.target.as_ref().and_then(Target::chat_id),
        photo = %escape::path(&record.photo),
        status = record.outcome.status(),
        reason = record.outcome.cause().map(tracing::field::display),
        "over"
    );
}

fn style(eta: &str) -> ProgressStyle {
    ProgressStyle::with_template(&format!("{{bar:32}} {{pos}}/{{len}} {eta}"))
        .expect("the template is a valid one")
}

/// How often Ctrl-C is checked for while nothing else happens.
const POLL: Duration = Duration::from_millis(100);
