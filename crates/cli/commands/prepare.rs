//! `group-picture prepare`: photos in, pictures in a folder out.

mod listing;
mod to_stdout;
mod write;

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::PathBuf;

use prep::batch::{Batch, Order};

use crate::commands::below::{Example, below};
use crate::commands::prepare::listing::Listing;
use crate::commands::prepare::write::{Mode, Writer};
use crate::input::overrides::OverrideOptions;
use crate::input::shard::Shard;
use crate::input::walk::{Depth, FolderOptions};
use crate::interrupt::Interrupt;
use crate::output::{self, Existing};
use crate::prepare::manifest::Manifest;
use crate::prepare::names::{self, Naming, Task};
use crate::prepare::options::{LimitOptions, PictureOptions};
use crate::prepare::work::Work;
use crate::report::escape;
use crate::report::exit_code::{ExitCode, Help};
use crate::report::options::Output;
use crate::report::record::{Outcome, Record};
use crate::report::refusal::Refusal;
use crate::report::summary::Items;
use crate::report::terminal::Terminal;
use crate::units::either;

/// Make the picture of each photo: upright, square, sRGB, a JPEG with nothing but pixels
///
/// The picture of `PHOTO.png` is `OUT/PHOTO.jpg`. A photo is any image file, whatever its name: JPEG, PNG, WebP, GIF,
/// BMP, TIFF, ICO, QOI, PNM, TGA, AVIF, HEIC, JPEG XL, SVG.
///
/// Nothing is overwritten by accident. Photos whose pictures would have the same name (a.png and a.jpg, A.png and a.jpg)
/// are refused, all of them, and so is a picture with the name of a photo; the others are prepared. A picture that exists
/// already is refused too, unless --overwrite, --skip-existing or --update is given.
#[derive(Debug, clap::Args)]
#[command(after_help = below(EXAMPLES, Help::PREPARE))]
pub(crate) struct Prepare {
    /// Photos (files, URLs, or - for stdin) and folders. Every image in a folder is prepared unless it is hidden; links in folders are not followed
    #[arg(required = true, value_name = "PHOTO|DIR")]
    pub(crate) inputs: Vec<PathBuf>,

    /// The folder for the pictures, created if needed; - writes the picture of one photo to stdout
    #[arg(short, long, value_name = "DIR")]
    pub(crate) out: PathBuf,

    /// Search subfolders too. The pictures get the same subfolders below OUT
    #[arg(short = 'r', long = "recursive", action = clap::ArgAction::SetTrue, value_parser = either(Depth::All, Depth::One))]
    pub(crate) depth: Depth,

    /// Name the picture of PHOTO.png OUT/PHOTO.png.jpg, so that PHOTO.png and PHOTO.jpg do not collide
    #[arg(long = "full-names", action = clap::ArgAction::SetTrue, value_parser = either(Naming::Full, Naming::Stem))]
    pub(crate) naming: Naming,

    /// Write nothing: make each picture and print what would become of it
    #[arg(short = 'n', long = "dry-run", action = clap::ArgAction::SetTrue, value_parser = either(Mode::DryRun, Mode::Write))]
    pub(crate) mode: Mode,

    /// Put SUFFIX before the extension: with --suffix=-avatar the picture of PHOTO.png is OUT/PHOTO-avatar.jpg
    #[arg(long, value_name = "SUFFIX", default_value = "", hide_default_value = true, allow_hyphen_values = true, value_parser = suffix)]
    pub(crate) suffix: String,

    /// Make again only pictures whose photo or options have changed, replacing them; a hidden file in OUT says what they
    /// were made of
    #[arg(long, conflicts_with_all = ["overwrite", "skip_existing"])]
    pub(crate) update: bool,

    /// Replace pictures that exist already
    #[arg(long, conflicts_with = "skip_existing")]
    pub(crate) overwrite: bool,

    /// Keep pictures that exist already, and count them as done
    #[arg(long)]
    pub(crate) skip_existing: bool,

    /// Prepare one part of a job that several machines share, such as 2/8. A photo's content decides its part
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<Shard>,

    #[command(flatten)]
    pub(crate) folders: FolderOptions,

    #[command(flatten)]
    pub(crate) overrides: OverrideOptions,

    #[command(flatten)]
    pub(crate) picture: PictureOptions,

    #[command(flatten)]
    pub(crate) limits: LimitOptions,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &[Example] = &[
    (
        "Prepare a folder of photos, subfolders too",
        "group-picture prepare ~/Pictures --recursive --out pictures",
    ),
    (
        "Keep faces in the square, and make again only what has changed",
        "group-picture prepare team --out pictures --gravity auto --update",
    ),
    (
        "Fit logos into the circle that messengers show",
        "group-picture prepare logos --out pictures --trim --circle-safe",
    ),
    (
        "Fetch a photo and write its picture to stdout",
        "group-picture prepare https://example.com/team.jpg --out - > team.jpg",
    ),
];

impl Prepare {
    fn existing(&self) -> Existing {
        match (self.overwrite || self.update, self.skip_existing) {
            (true, _) => Existing::Replace,
            (false, true) => Existing::Skip,
            (false, false) => Existing::Refuse,
        }
    }
}

/// Prepares what `config` asks for; one bad photo stops none of the others.
pub(crate) fn run(config: &Prepare, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    if *config.out == *"-" {
        return to_stdout::run(config, interrupt);
    }
    let work = Work::new(&config.picture, &config.limits)?;
    let listing = Listing::of(config)?;
    let tasks = &*listing.tasks;
    if config.mode == Mode::Write && !tasks.is_empty() {
        names::make_folder(&config.out)?;
        let subfolders: BTreeSet<_> = tasks
            .iter()
            .filter_map(|task| task.picture.parent())
            .collect();
        subfolders.into_iter().for_each(output::remove_stale);
    }
    let manifest = match config.update {
        true => Some(Manifest::open(&config.out)?),
        false => None,
    };
    let items = match config.mode {
        Mode::Write => Items::Photos,
        Mode::DryRun => Items::PhotosPlanned,
    };
    let mut terminal = Terminal::new(config.output, items, listing.known.len() + tasks.len());
    terminal.note_passed(listing.passed);
    if let Some(shard) = config.shard {
        terminal.set_shard(shard);
    }
    for record in &listing.known {
        terminal.show(record);
    }
    let writer = Writer {
        photos: work.photos(interrupt),
        overrides: &listing.overrides,
        existing: config.existing(),
        mode: config.mode,
        manifest: manifest.as_ref(),
    };
    let batch = work.batch(interrupt);
    prepare_all(batch, writer, tasks, &mut terminal, interrupt);
    if let (Some(manifest), Mode::Write, false) = (&manifest, config.mode, tasks.is_empty()) {
        save(manifest, &mut terminal);
    }
    let code = terminal.finish();
    if !listing.has_photos {
        return Err(Refusal::nothing_found("no photos found"));
    }
    Ok(code)
}

fn save(manifest: &Manifest, terminal: &mut Terminal) {
    if let Err(error) = manifest.save() {
        let error = format!(
            "what the pictures were made of cannot be written, so the next --update makes them again: {error}"
        );
        terminal.fail(escape::text(&error), ExitCode::SomeFailed);
    }
}

fn prepare_all(
    batch: Batch,
    writer: Writer<'_>,
    tasks: &[Task],
    terminal: &mut Terminal,
    interrupt: &Interrupt,
) {
    let started = batch.order(Order::Completion).run(
        tasks,
        |worker, task| writer.run(worker, task),
        |event| {
            if let Some((index, result)) = terminal.result_of(event, interrupt) {
                let outcome = result.unwrap_or_else(Outcome::Failed);
                terminal.show(&Record::of_photo(tasks[index].photo.clone(), outcome));
            }
            ControlFlow::Continue(())
        },
    );
    // It may have ended by it, before there was anything to tell.
    terminal.note_interrupt(interrupt);
    terminal.note_start(started);
}

/// Reads a part of a file's name.
fn suffix(text: &str) -> Result<String, &'static str> {
    let is_part = !text.contains(['/', '\\', ':', '\0']) && !text.contains(char::is_control);
    is_part
        .then(|| text.to_owned())
        .ok_or("expected a part of a file's name, without / and \\")
}
