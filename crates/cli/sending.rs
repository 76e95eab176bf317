//! Prepares photos ahead and sets them one after the other.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread;
use std::time::Instant;

use bytes::Bytes;
use upload::blocking::Client;

use crate::account::Connection;
use crate::config::{Account, Sending};
use crate::escape;
use crate::exit_code::ExitCode;
use crate::failure::{Cause, Failure};
use crate::groups::{Group, Groups};
use crate::interrupt::Interrupt;
use crate::memory::Memory;
use crate::names::{self, Task};
use crate::output::{self, Existing};
use crate::pace::Pace;
use crate::preparer::{Picture, Preparer};
use crate::queue::Queue;
use crate::refusal::Refusal;
use crate::report::{Outcome, Record};
use crate::summary::Items;
use crate::terminal::Terminal;

/// Sets the picture of each group, at most one request every [`Sending::interval`].
///
/// ```text
/// groups ─▶ preparers, a thread each ─▶ at most 4 pictures ─▶ uploader ─▶ records ─▶ terminal
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
    let mut terminal = Terminal::new(config.output, Items::Groups, groups.list.len());
    terminal.note_links(groups.links);
    if matches!(config.account, Account::Emulator) {
        terminal.note("this is the emulator: no group's picture changes");
    }

    let stopped = send_all(&groups.list, config, &connection, &mut terminal, interrupt);
    if let Some(cause) = stopped {
        terminal.warn_of_the_rest(cause);
    }
    Ok(terminal.finish())
}

/// Refuses to keep a picture where a photo is.
fn check_places(groups: &[Group], out: &Path) -> Result<(), Refusal> {
    let task = |group: &Group| Task {
        photo: group.photo.clone(),
        picture: kept_at(out, group),
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

fn kept_at(out: &Path, group: &Group) -> PathBuf {
    out.join(format!("{}.jpg", group.chat))
}

/// Tells why it stopped before the end, if the account was to blame.
fn send_all(
    groups: &[Group],
    config: &Sending,
    connection: &Connection,
    terminal: &mut Terminal,
    interrupt: &Interrupt,
) -> Option<Cause> {
    let memory = Memory::of(config.work.memory);
    let queue = Queue::new(groups, interrupt);
    let (records_sender, records) = channel();
    let (ready_sender, ready) = sync_channel(AHEAD);
    thread::scope(|scope| {
        for _ in 0..config.work.threads.min(groups.len()) {
            let (ready, records) = (ready_sender.clone(), records_sender.clone());
            let (queue, memory) = (&queue, &memory);
            scope.spawn(move || prepare(config, memory, queue, &ready, &records));
        }
        drop(ready_sender);
        let pace = Pace::new(config.interval);
        let uploader = scope
            .spawn(move || upload(&connection.client, pace, ready, &records_sender, interrupt));
        terminal.follow(&records, interrupt);
        uploader.join().unwrap_or_default()
    })
}

/// A picture on its way.
struct Ready<'a> {
    group: &'a Group,
    picture: Picture,
    jpeg: Bytes,
    path: Option<PathBuf>,
}

/// What each thread does that prepares. It ends when nothing is left, or nobody takes what it makes.
fn prepare<'a>(
    config: &Sending,
    memory: &Memory,
    queue: &Queue<'a, Group>,
    ready: &SyncSender<Ready<'a>>,
    records: &Sender<Record>,
) {
    let mut preparer = Preparer::new(&config.work, memory);
    while let Some(group) = queue.next() {
        let goes_on = match prepare_one(&mut preparer, group, config.out.as_deref()) {
            Ok(picture) => ready.send(picture).is_ok(),
            Err(failure) => records
                .send(record(group, Outcome::Failed(failure)))
                .is_ok(),
        };
        if !goes_on {
            return;
        }
    }
}

fn prepare_one<'a>(
    preparer: &mut Preparer<'_>,
    group: &'a Group,
    out: Option<&Path>,
) -> Result<Ready<'a>, Failure> {
    let mut jpeg = Vec::new();
    let picture = preparer.prepare(&group.photo, &mut jpeg)?;
    let path = out.map(|out| kept_at(out, group));
    if let Some(path) = &path {
        output::write(&jpeg, path, Existing::Replace)
            .map_err(|error| Failure::not_written(path, &error))?;
    }
    Ok(Ready {
        group,
        picture,
        jpeg: jpeg.into(),
        path,
    })
}

/// What the one thread does that sends. It ends when nothing is left, the program is asked to end, or all the rest
/// would fail for the cause that it then tells.
fn upload(
    client: &Client,
    mut pace: Pace,
    ready: Receiver<Ready<'_>>,
    records: &Sender<Record>,
    interrupt: &Interrupt,
) -> Option<Cause> {
    for picture in ready {
        interrupt.wait_at_most(pace.pause(Instant::now()));
        if interrupt.is_asked() {
            return None;
        }
        let group = picture.group;
        let outcome = set(client, picture).unwrap_or_else(Outcome::Failed);
        let cause = outcome.cause();
        if records.send(record(group, outcome)).is_err() {
            return None;
        }
        if cause.is_some_and(Cause::concerns_all) {
            return cause;
        }
    }
    None
}

fn set(client: &Client, ready: Ready<'_>) -> Result<Outcome, Failure> {
    let avatar = client.set_group_picture(&ready.group.chat, ready.jpeg)?;
    Ok(Outcome::Set {
        picture: ready.picture,
        path: ready.path,
        url: avatar.url,
    })
}

fn record(group: &Group, outcome: Outcome) -> Record {
    Record {
        chat: Some(group.chat.clone()),
        photo: group.photo.clone(),
        outcome,
    }
}

/// How many pictures may be ready before they are sent.
const AHEAD: usize = 4;
