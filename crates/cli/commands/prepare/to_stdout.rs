//! `prepare --out -`: one photo, its picture to stdout.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use crate::commands::prepare::Prepare;
use crate::commands::prepare::write::Mode;
use crate::input::overrides::Override;
use crate::interrupt::Interrupt;
use crate::output::Destination;
use crate::prepare::work::Work;
use crate::report::exit_code::ExitCode;
use crate::report::failure::Failure;
use crate::report::record::{Outcome, Record};
use crate::report::refusal::Refusal;
use crate::report::summary::Items;
use crate::report::terminal::Terminal;

/// Makes the picture of the one photo that was given, and writes it to stdout once it is complete.
pub(super) fn run(config: &Prepare, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    let [photo] = &*config.inputs else {
        return Err(Refusal::usage("--out - takes one photo"));
    };
    if photo.is_dir() || config.shard.is_some() || config.overrides.path.is_some() {
        return Err(Refusal::usage(
            "--out - takes one photo: no folder, no --shard and no --overrides",
        ));
    }
    if config.mode == Mode::DryRun || config.update {
        return Err(Refusal::usage(
            "--out - writes the picture: no --dry-run and no --update",
        ));
    }
    if io::stdout().is_terminal() {
        return Err(Refusal::usage(
            "a picture is not shown by a terminal: redirect stdout to a file or a program",
        ));
    }
    let mut terminal = Terminal::new(config.output, Items::Photos, 1);
    terminal.reserve_stdout_for(&Destination::Stdout, "--out -")?;
    let work = Work::new(&config.picture, &config.limits)?;
    let photos = work.photos(interrupt);
    let mut jpeg = Vec::new();
    let made: Result<_, Failure> = work.batch(interrupt).run_one(|worker| {
        let picture = photos.prepare(worker, photo, Override::default(), &mut jpeg)?;
        let mut stdout = io::stdout().lock();
        let path = Path::new("-").to_owned();
        match stdout.write_all(&jpeg).and_then(|()| stdout.flush()) {
            Ok(()) => Ok(Outcome::Prepared { picture, path }),
            Err(error) => Err(Failure::not_written(&path, &error)),
        }
    });
    let outcome = made.unwrap_or_else(Outcome::Failed);
    terminal.show(&Record::of_photo(photo.clone(), outcome));
    Ok(terminal.finish())
}
