//! `group-picture prepare`: photos in, pictures in a folder out.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::thread;

use crate::config::Prepare;
use crate::input::overrides::Overrides;
use crate::input::walk::{self, Photo};
use crate::interrupt::Interrupt;
use crate::prepare::memory::Memory;
use crate::prepare::names::{self, Task};
use crate::prepare::output::{self, Existing, Written};
use crate::prepare::preparer::{Picture, Preparer};
use crate::prepare::queue::Queue;
use crate::report::escape;
use crate::report::exit_code::ExitCode;
use crate::report::failure::{Cause, Failure};
use crate::report::record::{Outcome, Record};
use crate::report::refusal::Refusal;
use crate::report::summary::Items;
use crate::report::terminal::{Terminal, Told};

/// Prepares what `config` asks for; one bad photo stops none of the others.
pub(crate) fn run(config: &Prepare, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    let overrides = config.overrides.as_deref();
    let ours: Vec<&Path> = overrides.into_iter().chain([&*config.out]).collect();
    let found = walk::find(&config.inputs, config.depth, &ours);
    let overrides = Overrides::read(overrides, &found.roster())?;
    let photos = found.photos.len();
    let (skipped, wanted): (Vec<Photo>, Vec<Photo>) = found
        .photos
        .into_iter()
        .partition(|photo| overrides.of(&photo.path).skip);
    let mut plan = names::plan(
        wanted,
        &skipped,
        &config.out,
        config.naming,
        config.existing,
    );
    // Names are planned for all, so that every part finds the same collisions.
    let is_ours = |photo: &PathBuf| config.shard.is_none_or(|shard| shard.takes(photo));
    plan.tasks.retain(|task| is_ours(&task.photo));
    let known: Vec<Record> = found
        .failures
        .into_iter()
        .chain(plan.refused)
        .map(|(photo, failure)| Record::of_photo(photo, Outcome::Failed(failure)))
        .chain(plan.existing.into_iter().map(existed))
        .chain(skipped.into_iter().map(skipped_as_told))
        .filter(|record| is_ours(&record.photo))
        .collect();

    if !plan.tasks.is_empty() {
        output::make_folder(&config.out)?;
    }

    let total = known.len() + plan.tasks.len();
    let mut terminal = Terminal::new(config.output, Items::Photos, total);
    terminal.note_links(found.links);
    if let Some(shard) = config.shard {
        terminal.is_of(shard);
    }
    for record in &known {
        terminal.show(record);
    }
    prepare_all(config, &overrides, &plan.tasks, &mut terminal, interrupt);
    let code = terminal.finish();
    if photos == 0 {
        return Err(Refusal::nothing_found("no photos there"));
    }
    Ok(code)
}

fn prepare_all(
    config: &Prepare,
    overrides: &Overrides,
    tasks: &[Task],
    terminal: &mut Terminal,
    interrupt: &Interrupt,
) {
    let memory = Memory::of(config.work.memory);
    let queue = Queue::new(tasks, interrupt);
    let (sender, records) = channel();
    thread::scope(|scope| {
        for _ in 0..config.work.threads.min(tasks.len()) {
            let (sender, queue, memory) = (sender.clone(), &queue, &memory);
            scope.spawn(move || work(config, overrides, memory, queue, &sender));
        }
        drop(sender);
        terminal.follow(&records, interrupt);
    });
}

/// What each thread does.
fn work(
    config: &Prepare,
    overrides: &Overrides,
    memory: &Memory,
    queue: &Queue<'_, Task>,
    sender: &Sender<Told>,
) {
    let mut preparer = Preparer::new(&config.work, memory);
    let mut picture = Vec::new();
    while let Some(task) = queue.next() {
        let outcome = preparer
            .prepare(&task.photo, overrides.of(&task.photo), &mut picture)
            .and_then(|made| write(task, made, &picture, config.existing))
            .unwrap_or_else(Outcome::Failed);
        let record = Record::of_photo(task.photo.clone(), outcome);
        if sender.send(record.into()).is_err() {
            return;
        }
    }
}

fn write(
    task: &Task,
    picture: Picture,
    jpeg: &[u8],
    existing: Existing,
) -> Result<Outcome, Failure> {
    let path = task.picture.clone();
    match (output::write(jpeg, &path, existing), existing) {
        (Ok(Written::Yes), _) => Ok(Outcome::Prepared { picture, path }),
        (Ok(Written::Existed), Existing::Skip) => Ok(Outcome::Existed { path }),
        (Ok(Written::Existed), _) => Err(Failure::new(
            Cause::Exists,
            format!("its picture {} came there meanwhile", escape::path(&path)),
        )),
        (Err(error), _) => Err(Failure::not_written(&path, &error)),
    }
}

fn skipped_as_told(photo: Photo) -> Record {
    Record::of_photo(photo.path, Outcome::Skipped)
}

fn existed(task: Task) -> Record {
    Record::of_photo(task.photo, Outcome::Existed { path: task.picture })
}
