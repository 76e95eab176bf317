//! How pictures are made, and what that may cost, as the options say.

use std::num::NonZeroUsize;
use std::thread;

use prep::{Color, Fit, Gravity, Limits, OnDamage, Options, Preset};

use crate::prepare::memory;
use crate::prepare::options::{LimitOptions, PictureOptions};

/// How pictures are made, and what that may cost.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) options: Options,
    /// The options that show the whole photo, whatever its square is.
    pub(crate) whole: Options,
    /// What is around and behind a photo, unless it is the photo itself.
    pub(crate) background: Color,
    pub(crate) limits: Limits,
    /// At least one.
    pub(crate) threads: usize,
    /// Bytes for all photos in progress.
    pub(crate) memory: u64,
}

impl Work {
    pub(crate) fn new(picture: &PictureOptions, work: &LimitOptions) -> Self {
        let limits = Limits {
            bytes: work.max_input,
            pixels: work.max_pixels,
            side: work.max_side,
            memory: memory::pixels_of(work.memory),
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
        Self {
            options,
            whole,
            background: picture.background,
            limits,
            threads: work.threads.map_or_else(all_cores, usize::from),
            memory: work.memory,
        }
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

fn all_cores() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}
