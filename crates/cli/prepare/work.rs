//! How pictures are made, and what that may cost, as the options say.

use std::thread;

use prep::batch::{Batch, MemoryBudget, TimeLimit};
use prep::{Color, Fit, Gravity, Limits, OnDamage, Options, Preset};
use upload::PhotoHosts;

use crate::interrupt::Interrupt;
use crate::prepare::file::Photos;
use crate::prepare::options::{LimitOptions, PictureOptions};
use crate::prepare::urls::Urls;
use crate::report::refusal::Refusal;

/// How pictures are made, and what that may cost.
#[derive(Debug)]
pub(crate) struct Work {
    /// What prepares photos so.
    batch: Batch,
    /// The number of its threads, unless that is the number of cores.
    threads: Option<usize>,
    /// The options that show the whole photo, whatever its square is.
    pub(crate) whole: Options,
    /// What is around and behind a photo, unless it is the photo itself.
    pub(crate) background: Color,
    urls: Urls,
}

impl Work {
    pub(crate) fn new(picture: &PictureOptions, work: &LimitOptions) -> Result<Self, Refusal> {
        let memory = MemoryBudget::new(work.memory);
        let limits = Limits {
            bytes: work.max_input,
            pixels: work.max_pixels,
            side: work.max_side,
            memory: memory.pixels(),
        };
        let fit = match picture.circle_safe {
            true => Fit::CircleSafe,
            false => picture.fit,
        };
        let options = over_preset(picture)
            .fit(fit)
            .backdrop(picture.backdrop)
            .enlarge(picture.enlarge)
            .gravity(picture.focal.map_or(picture.gravity, Gravity::FocalPoint))
            .coding(picture.coding)
            .background(picture.background)
            .frame(picture.frame)
            .on_damage(picture.on_damage)
            .reencode(picture.reencode)
            .limits(limits);
        let options = match picture.trim {
            Some(tolerance) => options.trim(tolerance),
            None => options,
        };
        let whole = Options::new()
            .minimum_side(1)
            .fit(Fit::Contain)
            .background(picture.background)
            .frame(picture.frame)
            .on_damage(OnDamage::Accept)
            .limits(limits);
        let batch = Batch::new(options).map_err(|error| Refusal::usage(error.to_string()))?;
        Ok(Self {
            threads: work.threads.map(usize::from),
            batch: batch
                .threads(work.threads.map_or(0, usize::from))
                .memory(memory)
                .time_limit(TimeLimit {
                    base: work.max_time,
                    ..TimeLimit::default()
                }),
            whole,
            background: picture.background,
            urls: Urls::new(work.urls.hosts, work.max_input),
        })
    }

    /// Prepares photos with these options on all cores.
    pub(crate) fn of(options: Options) -> Result<Self, Refusal> {
        let batch = Batch::new(options).map_err(|error| Refusal::usage(error.to_string()))?;
        Ok(Self {
            batch,
            threads: None,
            whole: Options::new().minimum_side(1).fit(Fit::Contain),
            background: Color::WHITE,
            urls: Urls::new(PhotoHosts::Public, Limits::default().bytes),
        })
    }

    /// Returns the way to photos, until the user interrupts it.
    pub(crate) fn photos<'a>(&'a self, interrupt: &'a Interrupt) -> Photos<'a> {
        Photos {
            urls: &self.urls,
            interrupt,
        }
    }

    /// Returns the hosts of photos by URL.
    pub(crate) fn hosts(&self) -> PhotoHosts {
        self.urls.hosts()
    }

    /// Like [`batch`](Self::batch), for one of several at once, which share the threads and the memory.
    pub(crate) fn batch_of(&self, batches: usize, interrupt: &Interrupt) -> Batch {
        let cores = || thread::available_parallelism().map_or(1, usize::from);
        let threads = self.threads.unwrap_or_else(cores);
        self.batch(interrupt)
            .threads(threads.div_ceil(batches.max(1)))
    }

    /// The batch that prepares photos so, until the user interrupts it.
    pub(crate) fn batch(&self, interrupt: &Interrupt) -> Batch {
        self.batch.clone().cancel(interrupt.cancel().clone())
    }
}

/// Returns the preset's options, overridden by those that were given.
fn over_preset(picture: &PictureOptions) -> Options {
    let mut options = picture.preset.map_or_else(Options::new, Preset::options);
    if let Some(side) = picture.size {
        options = options.side(side);
    }
    if let Some(side) = picture.min_size {
        options = options.minimum_side(side);
    }
    if let Some(quality) = picture.quality {
        options = options.quality(quality);
    }
    if let Some(subsampling) = picture.subsampling {
        options = options.subsampling(subsampling);
    }
    if let Some(bytes) = picture.max_bytes {
        options = options.max_bytes(bytes);
    }
    options
}
