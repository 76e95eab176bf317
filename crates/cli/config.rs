//! The command line as it is meant: nothing in here needs to be read again.

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use prep::{Enlarge, Gravity, Limits, Options};
use upload::ChatId;

use crate::args;
use crate::credentials::Credentials;
use crate::memory;
use crate::names::Naming;
use crate::output::Existing;
use crate::refusal::Refusal;
use crate::terminal::{Format, Volume};
use crate::walk::Depth;

/// What `prepare` is asked to do.
#[derive(Debug)]
pub(crate) struct Prepare {
    pub(crate) inputs: Vec<PathBuf>,
    pub(crate) out: PathBuf,
    pub(crate) depth: Depth,
    pub(crate) naming: Naming,
    pub(crate) existing: Existing,
    pub(crate) work: Work,
    pub(crate) output: Output,
}

/// What `set` is asked to do.
#[derive(Debug)]
pub(crate) struct Set {
    pub(crate) chat: ChatId,
    pub(crate) photo: PathBuf,
    pub(crate) sending: Sending,
}

/// What `batch` is asked to do.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) groups: PathBuf,
    pub(crate) sending: Sending,
}

/// What `emulator` is asked to do.
#[derive(Debug)]
pub(crate) struct Emulator {
    pub(crate) listen: SocketAddr,
    pub(crate) rate: Option<NonZeroU32>,
    pub(crate) pictures: Option<PathBuf>,
    pub(crate) script: Option<PathBuf>,
}

/// How pictures are sent.
#[derive(Debug)]
pub(crate) struct Sending {
    /// The folder that keeps what is sent.
    pub(crate) out: Option<PathBuf>,
    pub(crate) account: Account,
    /// The least time from one request to the next.
    pub(crate) interval: Duration,
    pub(crate) work: Work,
    pub(crate) output: Output,
}

/// To whom pictures are sent.
#[derive(Debug)]
pub(crate) enum Account {
    /// To an emulator inside this program.
    Emulator,
    /// To GREEN-API, or whatever speaks like it.
    Api(Credentials),
}

/// How pictures are made, and what that may cost.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) options: Options,
    pub(crate) limits: Limits,
    /// At least one.
    pub(crate) threads: usize,
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
            work: Work::new(&args.picture, &args.work),
            output: args.output.into(),
        }
    }
}

impl TryFrom<args::Set> for Set {
    type Error = Refusal;

    fn try_from(args: args::Set) -> Result<Self, Refusal> {
        Ok(Self {
            chat: args
                .chat_id
                .parse()
                .map_err(|error| Refusal::usage(format!("{error}")))?,
            photo: args.photo,
            sending: Sending::new(args.sending, None)?,
        })
    }
}

impl TryFrom<args::Batch> for Batch {
    type Error = Refusal;

    fn try_from(args: args::Batch) -> Result<Self, Refusal> {
        Ok(Self {
            groups: args.groups,
            sending: Sending::new(args.sending, args.rate)?,
        })
    }
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

impl Sending {
    fn new(args: args::Sending, rate: Option<f64>) -> Result<Self, Refusal> {
        let account = Account::new(args.account)?;
        let interval = match (rate, &account) {
            (Some(rate), _) => Duration::from_secs_f64(1.0 / rate),
            (None, Account::Api(_)) => INTERVAL,
            (None, Account::Emulator) => Duration::ZERO,
        };
        Ok(Self {
            out: args.out,
            account,
            interval,
            work: Work::new(&args.picture, &args.work),
            output: args.output.into(),
        })
    }
}

impl Account {
    fn new(args: args::Account) -> Result<Self, Refusal> {
        if args.token.is_some() {
            return Err(Refusal::usage(
                "everyone on this machine can read a token on the command line: change it at the instance's page, \
                 and give it by GREEN_API_TOKEN or --token-file",
            ));
        }
        if args.emulator {
            return Ok(Self::Emulator);
        }
        Credentials::read(args.api_url, args.id_instance, args.token_file).map(Self::Api)
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
            .gravity(picture.focal.map_or(picture.gravity, Gravity::FocalPoint))
            .quality(picture.quality)
            .subsampling(picture.subsampling)
            .background(picture.background)
            .on_damage(picture.on_damage)
            .limits(limits);
        Self {
            options,
            limits,
            threads: work.threads.map_or_else(all_cores, usize::from),
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

fn all_cores() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// GREEN-API takes one `setGroupPicture` a second from an instance; it counts arrivals, which can come closer together
/// than they were sent.
const INTERVAL: Duration = Duration::from_millis(1020);
