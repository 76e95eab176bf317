//! How pictures are made, and what that may cost.

use std::num::NonZeroUsize;
use std::thread;

use prep::{Coding, Color, Enlarge, Fit, Gravity, Limits, OnDamage, Options, Preset, Reencode};

use crate::args;
use crate::prepare::memory;

/// How pictures are made, and what that may cost.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) options: Options,
    /// The whole photo instead, whatever is asked of its square.
    pub(crate) whole: Options,
    /// What is around and behind a photo, unless it is the photo itself.
    pub(crate) background: Color,
    pub(crate) limits: Limits,
    /// At least one.
    pub(crate) threads: usize,
    /// Bytes for all photos in work.
    pub(crate) memory: u64,
}

impl Work {
    pub(super) fn new(picture: &args::Picture, work: &args::Work) -> Self {
        let limits = Limits {
            bytes: work.max_input,
            pixels: work.max_pixels,
            side: work.max_side,
            memory: memory::pixels_of(work.memory),
        };
        let enlarge = if picture.enlarge {
            Enlarge::WhenSmaller
        } else {
            Enlarge::Never
        };
        let fit = match picture.circle_safe {
            true => Fit::InCircle,
            false => picture.fit,
        };
        let reencode = if picture.reencode {
            Reencode::Always
        } else {
            Reencode::WhenNeeded
        };
        let options = explicit(picture)
            .fit(fit)
            .backdrop(picture.backdrop)
            .enlarge(enlarge)
            .gravity(picture.focal.map_or(picture.gravity, Gravity::FocalPoint))
            .background(picture.background)
            .frame(picture.frame)
            .on_damage(picture.on_damage)
            .reencode(reencode)
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

/// The preset's options, and in their place those that were given.
fn explicit(picture: &args::Picture) -> Options {
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
    if picture.progressive {
        options = options.coding(Coding::Progressive);
    }
    options
}

fn all_cores() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}
