//! `group-picture preview`: what would become of each photo, on one page to look at before anything is sent.

mod args;
mod card;
mod html;
mod items;
mod mark;
mod page;
mod spool;
mod thumbnails;

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread;

use crate::commands::preview::args::Embed;
pub(crate) use crate::commands::preview::args::Preview;
use crate::commands::preview::card::Card;
use crate::commands::preview::items::Item;
use crate::commands::preview::spool::Spool;
use crate::commands::preview::thumbnails::Thumbnails;
use crate::interrupt::Interrupt;
use crate::prepare::memory::Memory;
use crate::prepare::preparer::Preparer;
use crate::prepare::queue::Queue;
use crate::prepare::work::Work;
use crate::report::escape;
use crate::report::exit_code::ExitCode;
use crate::report::explanation::Explanation;
use crate::report::failure::Failure;
use crate::report::record::{Outcome, Record};
use crate::report::refusal::Refusal;
use crate::report::summary::Items;
use crate::report::terminal::{Terminal, Told};

/// Makes each picture as `prepare` or `batch` would, and writes them and what is to be said of them to one page.
///
/// ```text
/// items ─▶ preparers, a thread each ─▶ cards, in a file as they come ─▶ the page: failures and warnings first
/// ```
pub(crate) fn run(config: &Preview, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    check_place(&config.out)?;
    let found = items::find(config)?;
    if found.items.is_empty() {
        return Err(Refusal::nothing_found("no photos there"));
    }
    let spool = Spool::beside(&config.out).map_err(|error| {
        let shown = escape::path(&config.out);
        Refusal::usage(format!("the preview {shown} cannot be written: {error}"))
    })?;

    let mut terminal = Terminal::new(config.output, Items::Previewed, found.items.len());
    terminal.note_links(found.links);
    let work = Work::new(&config.picture, &config.limits);
    let worker = Worker {
        work: &work,
        embed: config.embed.unwrap_or_else(|| by_count(found.items.len())),
        memory: &Memory::of(work.memory),
        queue: &Queue::new(&found.items, interrupt),
        spool: &Mutex::new(spool),
        failed: &OnceLock::new(),
    };
    let (sender, records) = channel();
    thread::scope(|scope| {
        for _ in 0..work.threads.min(found.items.len()) {
            let sender = sender.clone();
            scope.spawn(move || worker.run(&sender));
        }
        drop(sender);
        terminal.follow(&records, interrupt);
    });
    write_page(config, worker, found.items.len(), &mut terminal);
    Ok(terminal.finish())
}

/// Puts the page in its place, unless something is missing in it.
fn write_page(config: &Preview, worker: Worker<'_>, total: usize, terminal: &mut Terminal) {
    // Whoever panicked held nothing that could be half done.
    let mut spool = worker.spool.lock().unwrap_or_else(PoisonError::into_inner);
    let shown = escape::path(&config.out);
    let written = match worker.failed.get() {
        Some(error) => Err(error.to_string()),
        None if spool.len() < total => {
            return terminal.note(format_args!(
                "{shown} is not written: it would not be whole"
            ));
        }
        None => page::write(
            &config.out,
            worker.work.background,
            worker.embed,
            &mut spool,
        )
        .map_err(|error| error.to_string()),
    };
    match written {
        Ok(()) => terminal.note(format_args!("look at {shown}")),
        Err(error) => {
            let error = format!("the preview {shown} cannot be written: {error}");
            terminal.fail(escape::text(&error), ExitCode::SomeFailed);
        }
    }
}

/// What the threads share that make cards.
#[derive(Clone, Copy)]
struct Worker<'a> {
    work: &'a Work,
    embed: Embed,
    memory: &'a Memory,
    queue: &'a Queue<'a, Item>,
    spool: &'a Mutex<Spool>,
    /// Why the cards cannot be kept, if they cannot.
    failed: &'a OnceLock<io::Error>,
}

impl Worker<'_> {
    /// What each thread does.
    fn run(self, told: &Sender<Told>) {
        let mut preparer = Preparer::glancing(self.work, self.memory);
        let mut thumbnails = Thumbnails::new(self.work, self.memory, self.embed);
        let mut picture = Vec::new();
        while let Some(item) = self.queue.next() {
            let made = thumbnails.make(item, &mut preparer, &mut picture);
            let card = Card {
                item,
                made: &made,
                photo: thumbnails.photo(),
                picture: thumbnails.picture(),
            };
            let kept = {
                let mut spool = self.spool.lock().unwrap_or_else(PoisonError::into_inner);
                spool.add(&card)
            };
            if let Err(error) = kept {
                self.failed.get_or_init(|| error);
                return;
            }
            if told.send(record(item, made).into()).is_err() {
                return;
            }
        }
    }
}

fn record(item: &Item, made: Result<Explanation, Failure>) -> Record {
    let outcome = match made {
        _ if item.instead.skip => Outcome::Skipped,
        Ok(explanation) => Outcome::Previewed {
            picture: explanation.into(),
        },
        Err(failure) => Outcome::Failed(failure),
    };
    let mut record = Record::of_photo(item.path.clone(), outcome);
    record.target = item.target.clone();
    record
}

/// The pictures themselves while the page stays small enough for every browser.
fn by_count(photos: usize) -> Embed {
    match photos {
        ..=MAX_PICTURES => Embed::Pictures,
        _ => Embed::Thumbnails,
    }
}

/// Some 20 MB of pictures.
const MAX_PICTURES: usize = 200;

/// Refuses to put the page in the place of anything but an earlier one.
fn check_place(path: &Path) -> Result<(), Refusal> {
    let Ok(metadata) = path.metadata() else {
        return Ok(());
    };
    let mut beginning = Vec::new();
    let is_earlier = metadata.is_file()
        && File::open(path)
            .and_then(|file| file.take(1024).read_to_end(&mut beginning))
            .is_ok()
        && String::from_utf8_lossy(&beginning).contains(page::GENERATOR);
    if is_earlier {
        return Ok(());
    }
    let shown = escape::path(path);
    Err(Refusal::usage(format!(
        "{shown} is there already, and is no earlier preview: choose another --out"
    )))
}
