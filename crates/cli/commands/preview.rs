//! `group-picture preview`: what would become of each photo, on one page to look at before anything is sent.

mod args;
mod card;
mod html;
mod items;
mod mark;
mod page;
mod parts;
mod spool;
mod svg;
mod thumbnails;

use std::fs::File;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::{self, Path};
use std::time::Duration;

use prep::batch::{Event, Order};

pub(crate) use crate::commands::preview::args::Preview;
use crate::commands::preview::args::{Embed, Then};
use crate::commands::preview::card::Card;
use crate::commands::preview::items::Item;
use crate::commands::preview::spool::Spool;
use crate::commands::preview::thumbnails::{Shown, Thumbnails};
use crate::interrupt::Interrupt;
use crate::output::{Destination, Obstacle};
use crate::prepare::work::Work;
use crate::report::escape;
use crate::report::exit_code::ExitCode;
use crate::report::explanation::Explanation;
use crate::report::failure::Failure;
use crate::report::record::{Outcome, Record};
use crate::report::refusal::Refusal;
use crate::report::summary::Items;
use crate::report::terminal::Terminal;

/// Makes each picture as `prepare` or `batch` would, and writes them and what is to be said of them to one page.
///
/// ```text
/// items ─▶ workers, a thread each ─▶ cards, in a file as they come ─▶ the page: failures and warnings first
/// ```
pub(crate) fn run(config: &Preview, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    match config.out.path() {
        Some(path) => check_place(path)?,
        None if config.then == Then::Open => {
            let reason = "--open needs a page in a file: choose another --out";
            return Err(Refusal::usage(reason));
        }
        None => {}
    }
    let found = items::find(config)?;
    if found.items.is_empty() {
        return Err(Refusal::nothing_found("no photos found"));
    }
    let mut spool = Spool::beside(&config.out).map_err(|error| {
        let shown = escape::destination(&config.out);
        Refusal::usage(format!("the preview {shown} cannot be written: {error}"))
    })?;

    let mut terminal = Terminal::new(config.output, Items::Previewed, found.items.len());
    terminal.reserve_stdout_for(&config.out, "--out -")?;
    terminal.note_passed(found.passed);
    let work = Work::new(&config.picture, &config.limits)?;
    let embed = config.embed.unwrap_or_else(|| by_count(found.items.len()));
    let page = Page {
        work: &work,
        items: &found.items,
        embed,
        out: &config.out,
        then: config.then,
    };
    let kept = keep_cards(page, &mut spool, &mut terminal, interrupt);
    finish(page, kept, &mut spool, &mut terminal);
    Ok(terminal.finish())
}

/// What is to be shown, and where.
#[derive(Clone, Copy)]
struct Page<'a> {
    work: &'a Work,
    items: &'a [Item],
    embed: Embed,
    out: &'a Destination,
    then: Then,
}

/// Writes the page, unless cards are missing.
fn finish(page: Page<'_>, kept: io::Result<()>, spool: &mut Spool, terminal: &mut Terminal) {
    if kept.is_ok() && spool.len() < page.items.len() {
        let shown = escape::destination(page.out);
        terminal.note(format_args!(
            "{shown} was not written: it would be incomplete"
        ));
    } else {
        let written =
            kept.and_then(|()| page::write(page.out, page.work.background, page.embed, spool));
        tell_of_page(page, written, terminal);
    }
}

/// Makes the card of each item, and keeps it in `spool`; the first that cannot be kept ends it.
fn keep_cards(
    page: Page<'_>,
    spool: &mut Spool,
    terminal: &mut Terminal,
    interrupt: &Interrupt,
) -> io::Result<()> {
    let thumbnails = Thumbnails::new(page.work, page.embed);
    let (batch, photos) = (page.work.batch(interrupt), page.work.photos(interrupt));
    let items = page.items;
    let mut kept = Ok(());
    let started = batch.with_overviews().order(Order::Completion).run(
        items,
        |worker, item| Ok(thumbnails.make(worker, photos, item)),
        |event| {
            if matches!(event, Event::Stalled) {
                // The page shows all the others; `run` would wait for decoders that may never return.
                finish(page, Ok(()), spool, terminal);
                terminal.leave();
            }
            let Some((index, result)) = terminal.result_of(event, interrupt) else {
                return ControlFlow::Continue(());
            };
            let item = &items[index];
            let shown = result.unwrap_or_else(Shown::failed);
            kept = spool.add(&Card {
                item,
                made: &shown.made,
                photo: shown.photo.as_ref(),
                picture: shown.picture.as_deref(),
            });
            if kept.is_err() {
                return ControlFlow::Break(());
            }
            terminal.show(&record(item, shown.made));
            ControlFlow::Continue(())
        },
    );
    // It may have ended by it, before there was anything to tell.
    terminal.note_interrupt(interrupt);
    terminal.note_start(started);
    kept
}

/// Says whether the page is in its place.
fn tell_of_page(page: Page<'_>, written: io::Result<()>, terminal: &mut Terminal) {
    let shown = escape::destination(page.out);
    match (written, page.out.path()) {
        (Ok(()), None) => {}
        (Ok(()), Some(path)) if page.then == Then::Open => {
            terminal.note(format_args!("wrote {shown}"));
            if let Err(error) = open(path) {
                let error = format!(
                    "{shown} was written but cannot be opened: {error}; open it in a browser"
                );
                terminal.warn(escape::text(&error));
            }
        }
        (Ok(()), Some(_)) => terminal.note(format_args!("wrote {shown}: open it in a browser")),
        (Err(error), _) => {
            let error = format!("the preview {shown} cannot be written: {error}");
            terminal.fail(escape::text(&error), ExitCode::SomeFailed);
        }
    }
}

/// Opens the page in the default browser.
fn open(page: &Path) -> io::Result<()> {
    ::open::that_detached_with_timeout(path::absolute(page)?, LAUNCH)
}

/// How long a program that opens the browser may take to fail; xdg-open may become the browser, and does not end.
const LAUNCH: Duration = Duration::from_secs(2);

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
    if path.symlink_metadata().is_err() {
        return Ok(());
    }
    let mut beginning = Vec::new();
    let is_earlier = Obstacle::at(path).is_none()
        && File::open(path)
            .and_then(|file| file.take(1024).read_to_end(&mut beginning))
            .is_ok()
        && String::from_utf8_lossy(&beginning).contains(page::GENERATOR);
    if is_earlier {
        return Ok(());
    }
    let shown = escape::path(path);
    Err(Refusal::usage(format!(
        "{shown} exists and is not an earlier preview: choose another --out"
    )))
}
