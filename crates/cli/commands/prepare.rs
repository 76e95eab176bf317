//! `group-picture prepare`: photos in, pictures in a folder out.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use prep::batch::{Batch, Event, Order};

use crate::input::overrides::{OverrideOptions, Overrides};
use crate::input::shard::Shard;
use crate::input::walk::{self, Depth, FolderOptions, Photo};
use crate::interrupt::Interrupt;
use crate::output::{self, Existing, Written};
use crate::prepare::file;
use crate::prepare::names::{self, Naming, Task};
use crate::prepare::options::{LimitOptions, PictureOptions};
use crate::prepare::work::Work;
use crate::report::escape;
use crate::report::exit_code::{ExitCode, Help};
use crate::report::failure::{Cause, Failure};
use crate::report::options::Output;
use crate::report::picture::Picture;
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
/// already is refused too, unless --overwrite or --skip-existing is given.
#[derive(Debug, clap::Args)]
#[command(after_help = Help::PREPARE)]
pub(crate) struct Prepare {
    /// Photos and folders. Every image in a folder is prepared unless it is hidden; links in folders are not followed
    #[arg(required = true, value_name = "PHOTO|DIR")]
    pub(crate) inputs: Vec<PathBuf>,

    /// The folder for the pictures. It is created if needed
    #[arg(short, long, value_name = "DIR")]
    pub(crate) out: PathBuf,

    /// Search subfolders too. The pictures get the same subfolders below OUT
    #[arg(short = 'r', long = "recursive", action = clap::ArgAction::SetTrue, value_parser = either(Depth::All, Depth::One))]
    pub(crate) depth: Depth,

    /// Name the picture of PHOTO.png OUT/PHOTO.png.jpg, so that PHOTO.png and PHOTO.jpg do not collide
    #[arg(long = "full-names", action = clap::ArgAction::SetTrue, value_parser = either(Naming::Full, Naming::Stem))]
    pub(crate) naming: Naming,

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

impl Prepare {
    fn existing(&self) -> Existing {
        match (self.overwrite, self.skip_existing) {
            (true, _) => Existing::Replace,
            (false, true) => Existing::Skip,
            (false, false) => Existing::Refuse,
        }
    }
}

/// Prepares what `config` asks for; one bad photo stops none of the others.
pub(crate) fn run(config: &Prepare, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    let batch = Work::new(&config.picture, &config.limits)?.batch(interrupt);
    let overrides = config.overrides.path.as_deref();
    let ours: Vec<&Path> = overrides.into_iter().chain([&*config.out]).collect();
    let found = walk::find(
        &config.inputs,
        config.depth,
        &ours,
        config.folders.non_images,
    );
    let overrides = Overrides::read(overrides, &found.roster())?;
    let photos = found.photos.len();
    let (skipped, wanted): (Vec<Photo>, Vec<Photo>) = found
        .photos
        .into_iter()
        .partition(|photo| overrides.of(&photo.path).skip);
    let left_out = skipped.iter().map(|photo| photo.path.as_path());
    let others: Vec<&Path> = left_out.chain(config.overrides.path.as_deref()).collect();
    let mut worklist = names::worklist(
        wanted,
        &others,
        &config.out,
        config.naming,
        config.existing(),
    );
    // Names are given to all, so that every part finds the same collisions.
    let is_ours = |photo: &PathBuf| config.shard.is_none_or(|shard| shard.takes(photo));
    worklist.tasks.retain(|task| is_ours(&task.photo));
    let known: Vec<Record> = found
        .failures
        .into_iter()
        .chain(worklist.refused)
        .map(|(photo, failure)| Record::of_photo(photo, Outcome::Failed(failure)))
        .chain(worklist.existing.into_iter().map(existed))
        .chain(skipped.into_iter().map(skipped_as_told))
        .filter(|record| is_ours(&record.photo))
        .collect();

    if !worklist.tasks.is_empty() {
        names::make_folder(&config.out)?;
        let subfolders: BTreeSet<_> = worklist
            .tasks
            .iter()
            .filter_map(|task| task.picture.parent())
            .collect();
        subfolders.into_iter().for_each(output::remove_stale);
    }

    let total = known.len() + worklist.tasks.len();
    let mut terminal = Terminal::new(config.output, Items::Photos, total);
    terminal.note_passed(found.passed);
    if let Some(shard) = config.shard {
        terminal.set_shard(shard);
    }
    for record in &known {
        terminal.show(record);
    }
    let batch = batch.order(Order::Completion);
    let tasks = (&worklist.tasks[..], config.existing());
    prepare_all(&batch, &overrides, tasks, &mut terminal, interrupt);
    let code = terminal.finish();
    if photos == 0 {
        return Err(Refusal::nothing_found("no photos found"));
    }
    Ok(code)
}

fn prepare_all(
    batch: &Batch,
    overrides: &Overrides,
    (tasks, existing): (&[Task], Existing),
    terminal: &mut Terminal,
    interrupt: &Interrupt,
) {
    let started = batch.run(
        tasks,
        |worker, task| {
            let mut jpeg = Vec::new();
            let instead = overrides.of(&task.photo);
            let picture = file::prepare(worker, &task.photo, instead, &mut jpeg)?;
            write(task, picture, &jpeg, existing)
        },
        |event| {
            terminal.note_interrupt(interrupt);
            if let Event::Finished { index, result } = event {
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
            format!(
                "its picture {} appeared during the run",
                escape::path(&path)
            ),
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
