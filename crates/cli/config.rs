//! The command line as it is meant: nothing in here needs to be read again.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::thread;

use prep::{Enlarge, Limits, Options};

use crate::args;
use crate::memory;
use crate::output::Existing;
use crate::terminal::{Format, Volume};
use crate::walk::Depth;

/// What `prepare` is asked to do.
#[derive(Debug)]
pub(crate) struct Prepare {
    pub(crate) inputs: Vec<PathBuf>,
    pub(crate) out: PathBuf,
    pub(crate) depth: Depth,
    pub(crate) existing: Existing,
    pub(crate) work: Work,
    pub(crate) output: Output,
}

/// How pictures are made, and what that may cost.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) options: Options,
    pub(crate) limits: Limits,
    pub(crate) threads: NonZeroUsize,
    /// Bytes for all photos in work.
    pub(crate) memory: u64,
}

/// What is told, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) volume: Volume,
}

impl From<args::Prepare> for Prepare {
    fn from(args: args::Prepare) -> Self {
        Self {
            inputs: args.inputs,
            out: args.out,
            depth: if args.recursive {
                Depth::All
            } else {
                Depth::One
            },
            existing: match (args.overwrite, args.skip_existing) {
                (true, _) => Existing::Replace,
                (false, true) => Existing::Skip,
                (false, false) => Existing::Refuse,
            },
            work: Work::new(&args.picture, &args.work),
            output: args.output.into(),
        }
    }
}

impl Work {
    fn new(picture: &args::Picture, work: &args::Work) -> Self {
        let limits = Limits {
            bytes: work.max_bytes,
            pixels: work.max_pixels,
            side: work.max_side,
            memory: memory::pixels_of(work.memory),
        };
        let enlarge = if picture.enlarge {
            Enlarge::WhenSmaller
        } else {
            Enlarge::Never
        };
        let options = Options::new()
            .side(picture.size)
            .minimum_side(picture.min_size)
            .enlarge(enlarge)
            .quality(picture.quality)
            .subsampling(picture.subsampling)
            .background(picture.background)
            .limits(limits);
        Self {
            options,
            limits,
            threads: work.threads.unwrap_or_else(all_cores),
            memory: work.memory,
        }
    }
}

impl From<args::Output> for Output {
    fn from(args: args::Output) -> Self {
        Self {
            format: if args.json {
                Format::Json
            } else {
                Format::Human
            },
            volume: if args.quiet {
                Volume::Failures
            } else {
                Volume::Normal
            },
        }
    }
}

fn all_cores() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
