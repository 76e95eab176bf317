//! The command line as it is meant: nothing in here needs to be read again.

mod groups;
mod photos;
mod sending;
mod work;

use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;

pub(crate) use self::groups::{Batch, Check, Job, Mode, Set};
pub(crate) use self::photos::{Embed, Explain, Merge, Prepare, Preview};
pub(crate) use self::sending::{Account, OnUnknown, Pace, Sending, Server};
pub(crate) use self::work::Work;
use crate::args;
use crate::report::log::Log;
use crate::report::terminal::{Format, Volume};

/// What `emulator` is asked to do.
#[derive(Debug)]
pub(crate) struct Emulator {
    pub(crate) listen: SocketAddr,
    pub(crate) rate: Option<NonZeroU32>,
    pub(crate) pictures: Option<PathBuf>,
    pub(crate) script: Option<PathBuf>,
}

/// What is told, and how.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    pub(crate) format: Format,
    pub(crate) volume: Volume,
    pub(crate) log: Option<Log>,
}

impl From<args::Emulator> for Emulator {
    fn from(args: args::Emulator) -> Self {
        Self {
            listen: args.listen,
            rate: args.rate,
            pictures: args.pictures,
            script: args.script,
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
            log: args.log,
        }
    }
}
