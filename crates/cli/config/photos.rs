//! What `prepare`, `explain` and `merge` are asked to do.

use std::path::PathBuf;

use upload::Messenger;

use crate::args;
use crate::config::{Output, Work};
use crate::input::shard::Shard;
use crate::input::walk::Depth;
use crate::prepare::names::Naming;
use crate::prepare::output::Existing;

/// What `prepare` is asked to do.
#[derive(Debug)]
pub(crate) struct Prepare {
    pub(crate) inputs: Vec<PathBuf>,
    pub(crate) out: PathBuf,
    pub(crate) depth: Depth,
    pub(crate) naming: Naming,
    pub(crate) existing: Existing,
    /// The part that is to be prepared, if not all.
    pub(crate) shard: Option<Shard>,
    /// Where it says what is done otherwise for single photos.
    pub(crate) overrides: Option<PathBuf>,
    pub(crate) work: Work,
    pub(crate) output: Output,
}

/// What `preview` is asked to do.
#[derive(Debug)]
pub(crate) struct Preview {
    pub(crate) inputs: Vec<PathBuf>,
    pub(crate) out: PathBuf,
    pub(crate) depth: Depth,
    /// What the page holds, if that does not follow from the number of photos.
    pub(crate) embed: Option<Embed>,
    pub(crate) messenger: Messenger,
    /// Where it says what is done otherwise for single photos.
    pub(crate) overrides: Option<PathBuf>,
    pub(crate) work: Work,
    pub(crate) output: Output,
}

/// What a preview holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Embed {
    /// Each picture as it would be sent.
    Pictures,
    /// Each picture much smaller.
    Thumbnails,
}

/// What `explain` is asked to do.
#[derive(Debug)]
pub(crate) struct Explain {
    pub(crate) photos: Vec<PathBuf>,
    pub(crate) work: Work,
    pub(crate) output: Output,
}

/// What `merge` is asked to do.
#[derive(Debug)]
pub(crate) struct Merge {
    pub(crate) reports: Vec<PathBuf>,
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
            naming: if args.full_names {
                Naming::Full
            } else {
                Naming::Stem
            },
            existing: match (args.overwrite, args.skip_existing) {
                (true, _) => Existing::Replace,
                (false, true) => Existing::Skip,
                (false, false) => Existing::Refuse,
            },
            shard: args.shard,
            overrides: args.overrides.overrides,
            work: Work::new(&args.picture, &args.work),
            output: args.output.into(),
        }
    }
}

impl From<args::Preview> for Preview {
    fn from(args: args::Preview) -> Self {
        Self {
            inputs: args.inputs,
            out: args.out,
            depth: if args.recursive {
                Depth::All
            } else {
                Depth::One
            },
            embed: args.embed.map(|embed| match embed {
                args::Embed::Pictures => Embed::Pictures,
                args::Embed::Thumbnails => Embed::Thumbnails,
            }),
            messenger: args.messenger,
            overrides: args.overrides.overrides,
            work: Work::new(&args.picture, &args.work),
            output: args.output.into(),
        }
    }
}

impl From<args::Explain> for Explain {
    fn from(args: args::Explain) -> Self {
        Self {
            photos: args.photos,
            work: Work::new(&args.picture, &args.work),
            output: args.output.into(),
        }
    }
}

impl From<args::Merge> for Merge {
    fn from(args: args::Merge) -> Self {
        Self {
            reports: args.reports,
        }
    }
}
