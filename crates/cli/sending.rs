//! Prepares photos ahead and sets them, several on their way at once.

use std::path::Path;
use std::sync::mpsc::{Sender, SyncSender, channel, sync_channel};
use std::thread;

use upload::ErrorKind;

use crate::account::Connection;
use crate::config::Sending;
use crate::escape;
use crate::exit_code::ExitCode;
use crate::failure::Failure;
use crate::groups::{Assignment, Groups, Target};
use crate::interrupt::Interrupt;
use crate::memory::Memory;
use crate::names::{self, Task};
use crate::output::{self, Existing};
use crate::preparer::Preparer;
use crate::queue::Queue;
use crate::record::{Outcome, Record};
use crate::refusal::Refusal;
use crate::summary::Items;
use crate::terminal::Terminal;
use crate::uploader::{Ready, Uploader};

/// Sets the picture of each group, as fast as the account's pace allows.
///
/// ```text
/// groups ─▶ preparers, a thread each ─▶ at most 4 pictures ─▶ uploaders ─▶ records ─▶ terminal
/// ```
pub(crate) fn run(
    groups: &Groups,
    config: &Sending,
    interrupt: &Interrupt,
) -> Result<ExitCode, Refusal> {
    if let Some(out) = &config.out {
        check_places(&groups.list, out)?;
        output::make_folder(out)?;
    }
    let connection = Connection::open(&config.account)?;
    let mut terminal = Terminal::new(config.output, items(&groups.list), groups.list.len());
    terminal.note_links(groups.links);
    connection.note_emulator(&terminal);

    let stopped = send_all(&groups.list, config, &connection, &mut terminal, interrupt);
    if let Some(cause) = stopped {
        terminal.warn_of_the_rest(cause);
    }
    Ok(terminal.finish())
}

fn items(assignments: &[Assignment]) -> Items {
    match assignments {
        [
            Assignment {
                target: Target::Profile,
                ..
            },
        ] => Items::Accounts,
        _ => Items::Groups,
    }
}

/// Refuses to keep a picture where a photo is.
fn check_places(groups: &[Assignment], out: &Path) -> Result<(), Refusal> {
    let task = |assignment: &Assignment| Task {
        photo: assignment.photo.clone(),
        picture: out.join(assignment.target.file_name()),
    };
    let tasks: Vec<Task> = groups.iter().map(task).collect();
    let lines: Vec<String> = names::over_photos(&tasks)
        .map(|task| {
            let (photo, picture) = (escape::path(&task.photo), escape::path(&task.picture));
            format!("{photo}: its picture {picture} would take the place of a photo; choose another --out")
        })
        .collect();
    if lines.is_empty() {
        Ok(())
    } else {
        Err(Refusal::usage_lines(lines))
    }
}

/// Tells why the session stopped before the end, if it did.
fn send_all(
    groups: &[Assignment],
    config: &Sending,
    connection: &Connection,
    terminal: &mut Terminal,
    interrupt: &Interrupt,
) -> Option<ErrorKind> {
    let memory = Memory::of(config.work.memory);
    let queue = Queue::new(groups, interrupt);
    let session = connection.session(&config.pace);
    let (records_sender, records) = channel();
    let (ready_sender, ready) = sync_channel(AHEAD);
    thread::scope(|scope| {
        for _ in 0..config.work.threads.min(groups.len()) {
            let (ready, records) = (ready_sender.clone(), records_sender.clone());
            let (queue, memory) = (&queue, &memory);
            scope.spawn(move || prepare(config, memory, queue, &ready, &records));
        }
        drop(ready_sender);
        let uploader = Uploader::new(&session, interrupt, ready);
        for _ in 0..config.pace.at_once().min(groups.len()) {
            let (uploader, records) = (uploader.clone(), records_sender.clone());
            scope.spawn(move || uploader.run(&records));
        }
        // The preparers end when nobody takes pictures any more, the terminal when nobody tells of them.
        drop((uploader, records_sender));
        terminal.follow(&records, interrupt);
    });
    session.stopped()
}

/// What each thread does that prepares. It ends when nothing is left, or nobody takes what it makes.
fn prepare<'a>(
    config: &Sending,
    memory: &Memory,
    queue: &Queue<'a, Assignment>,
    ready: &SyncSender<Ready<'a>>,
    records: &Sender<Record>,
) {
    let mut preparer = Preparer::new(&config.work, memory);
    while let Some(assignment) = queue.next() {
        let goes_on = match prepare_one(&mut preparer, assignment, config.out.as_deref()) {
            Ok(picture) => ready.send(picture).is_ok(),
            Err(failure) => records
                .send(Record::of(assignment, Outcome::Failed(failure)))
                .is_ok(),
        };
        if !goes_on {
            return;
        }
    }
}

fn prepare_one<'a>(
    preparer: &mut Preparer<'_>,
    assignment: &'a Assignment,
    out: Option<&Path>,
) -> Result<Ready<'a>, Failure> {
    let mut jpeg = Vec::new();
    let picture = preparer.prepare(&assignment.photo, &mut jpeg)?;
    let path = out.map(|out| out.join(assignment.target.file_name()));
    if let Some(path) = &path {
        output::write(&jpeg, path, Existing::Replace)
            .map_err(|error| Failure::not_written(path, &error))?;
    }
    Ok(Ready {
        assignment,
        picture,
        jpeg: jpeg.into(),
        path,
    })
}

/// How many pictures may be ready before they are sent.
const AHEAD: usize = 4;
