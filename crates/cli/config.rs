//! The command line as it is meant: nothing in here needs to be read again.

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use prep::{Coding, Enlarge, Fit, Gravity, Limits, Options, Preset};
use upload::blocking::{Client, Session};
use upload::{Messenger, Retries, SessionBuilder};

use crate::args;
use crate::credentials::Credentials;
use crate::groups::Target;
use crate::journal;
use crate::log::Log;
use crate::memory;
use crate::names::Naming;
use crate::output::Existing;
use crate::plan::Refused;
use crate::refusal::Refusal;
use crate::shard::Shard;
use crate::terminal::{self, Format, Volume};
use crate::verify::Verifier;
use crate::walk::Depth;

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
    pub(crate) work: Work,
    pub(crate) output: Output,
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

/// What `set` is asked to do.
#[derive(Debug)]
pub(crate) struct Set {
    pub(crate) target: Target,
    pub(crate) photo: PathBuf,
    pub(crate) job: Job,
    pub(crate) sending: Sending,
}

/// What `batch` is asked to do.
#[derive(Debug)]
pub(crate) struct Batch {
    pub(crate) groups: PathBuf,
    pub(crate) job: Job,
    pub(crate) sending: Sending,
}

/// What `check` is asked to do.
#[derive(Debug)]
pub(crate) struct Check {
    pub(crate) groups: Option<PathBuf>,
    pub(crate) account: Account,
    pub(crate) retries: Retries,
    pub(crate) output: Output,
}

/// One run.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) mode: Mode,
    /// Where it is written down, if it is.
    pub(crate) journal: Option<PathBuf>,
    pub(crate) refused: Refused,
    /// The most pictures that are sent.
    pub(crate) limit: Option<u64>,
    /// How long pictures are begun to be sent.
    pub(crate) max_duration: Option<Duration>,
}

/// Whether anything is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Send,
    DryRun,
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
    /// Where what became of each group is written, if it is.
    pub(crate) report: Option<PathBuf>,
    pub(crate) account: Account,
    pub(crate) pace: Pace,
    pub(crate) work: Work,
    pub(crate) output: Output,
}

/// To whom pictures are sent.
#[derive(Debug)]
pub(crate) struct Account {
    pub(crate) messenger: Messenger,
    pub(crate) server: Server,
    /// Where avatars may be; where the messengers have them, if it is empty.
    pub(crate) avatar_hosts: Vec<String>,
}

/// Where an account is.
#[derive(Debug)]
pub(crate) enum Server {
    /// To an emulator inside this program.
    Emulator,
    /// To GREEN-API, or whatever speaks like it.
    Api(Credentials),
}

/// How fast, how often and how long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// The least time from one picture to the next; what the API allows by default.
    interval: Option<Duration>,
    deadline: Duration,
    /// How many times as long as by default the pauses between tries are.
    retry_pauses: f64,
    pub(crate) on_unknown: OnUnknown,
    verify: Verify,
}

/// How much proof is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verify {
    /// The server's word.
    No,
    /// A look at the avatar.
    Look,
}

/// What to do with an outcome that stays unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OnUnknown {
    Retry,
    Fail,
    Ask,
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
    pub(crate) log: Option<Log>,
}

impl From<args::Merge> for Merge {
    fn from(args: args::Merge) -> Self {
        Self {
            reports: args.reports,
        }
    }
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
            work: Work::new(&args.picture, &args.work),
            output: args.output.into(),
        }
    }
}

impl TryFrom<args::Set> for Set {
    type Error = Refusal;

    fn try_from(args: args::Set) -> Result<Self, Refusal> {
        let mut what = args.what.into_iter();
        let (target, photo) = match (args.profile, what.next(), what.next()) {
            (true, Some(photo), None) => (Target::Profile, photo),
            (false, Some(chat), Some(photo)) => {
                let chat = args
                    .sending
                    .account
                    .messenger
                    .chat_id(&chat.to_string_lossy());
                let chat = chat.map_err(|error| Refusal::usage(error.to_string()))?;
                (Target::Group(chat), photo)
            }
            (true, ..) => {
                return Err(Refusal::usage(
                    "with --profile there is a photo and no chat id",
                ));
            }
            (false, ..) => {
                return Err(Refusal::usage(
                    "there must be a chat id and a photo, or --profile and a photo",
                ));
            }
        };
        Ok(Self {
            target,
            photo: photo.into(),
            job: Job {
                mode: Mode::of(&args.sending),
                journal: None,
                refused: Refused::Retry,
                limit: None,
                max_duration: None,
            },
            sending: args.sending.try_into()?,
        })
    }
}

impl TryFrom<args::Batch> for Batch {
    type Error = Refusal;

    fn try_from(args: args::Batch) -> Result<Self, Refusal> {
        Ok(Self {
            job: Job::new(args.job, &args.groups, &args.sending),
            groups: args.groups,
            sending: args.sending.try_into()?,
        })
    }
}

impl TryFrom<args::Check> for Check {
    type Error = Refusal;

    fn try_from(args: args::Check) -> Result<Self, Refusal> {
        Ok(Self {
            groups: args.groups,
            account: args.account.try_into()?,
            retries: Retries::new().scaled(args.retry_pause.as_secs_f64()),
            output: args.output.into(),
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

impl Job {
    fn new(args: args::Job, groups: &Path, sending: &args::Sending) -> Self {
        // An emulator that ends with the program leaves nothing to go on with.
        let has_journal = !args.no_journal && !sending.account.emulator;
        Self {
            mode: Mode::of(sending),
            journal: has_journal.then(|| args.journal.unwrap_or_else(|| journal::beside(groups))),
            refused: if args.retry_failed {
                Refused::Retry
            } else {
                Refused::Leave
            },
            limit: args.limit,
            max_duration: args.max_duration,
        }
    }
}

impl Mode {
    fn of(args: &args::Sending) -> Self {
        if args.dry_run {
            Self::DryRun
        } else {
            Self::Send
        }
    }
}

impl TryFrom<args::Sending> for Sending {
    type Error = Refusal;

    fn try_from(args: args::Sending) -> Result<Self, Refusal> {
        let account = Account::try_from(args.account)?;
        Ok(Self {
            out: args.out,
            report: args.report,
            pace: Pace::new(&args.pace, &account.server, args.verify)?,
            account,
            work: Work::new(&args.picture, &args.work),
            output: args.output.into(),
        })
    }
}

impl Pace {
    fn new(args: &args::Pace, server: &Server, verify: bool) -> Result<Self, Refusal> {
        if args.on_unknown == args::OnUnknown::Ask && !terminal::can_ask() {
            return Err(Refusal::usage(
                "--on-unknown ask needs a terminal to ask at: use retry or fail",
            ));
        }
        let interval = args.rate.map(|rate| Duration::from_secs_f64(1.0 / rate));
        let by_default = match server {
            Server::Api(_) => None,
            Server::Emulator => Some(Duration::ZERO),
        };
        Ok(Self {
            interval: interval.or(by_default),
            deadline: args.deadline,
            retry_pauses: args.retry_pause.as_secs_f64(),
            on_unknown: match args.on_unknown {
                args::OnUnknown::Retry => OnUnknown::Retry,
                args::OnUnknown::Fail => OnUnknown::Fail,
                args::OnUnknown::Ask => OnUnknown::Ask,
            },
            verify: if verify { Verify::Look } else { Verify::No },
        })
    }

    pub(crate) fn apply(&self, session: SessionBuilder) -> SessionBuilder {
        let session = session
            .deadline(self.sending())
            .retries(Retries::new().scaled(self.retry_pauses))
            .on_unknown(match self.on_unknown {
                OnUnknown::Retry => upload::OnUnknown::Retry,
                OnUnknown::Fail | OnUnknown::Ask => upload::OnUnknown::Fail,
            });
        match self.interval {
            None => session,
            // Each picture may want its avatar read before and after.
            Some(interval) => session
                .interval(interval)
                .read_interval((interval / 2).min(READ_INTERVAL)),
        }
    }

    /// The part of the deadline in which a picture is sent. The session takes at most a tenth of it more for reading the
    /// avatar before.
    fn sending(&self) -> Duration {
        match self.verify {
            Verify::No => self.deadline * 10 / 11,
            Verify::Look => self.deadline * 10 / 14,
        }
    }

    /// Who looks at avatars in the rest of the deadline, if that is wanted.
    pub(crate) fn verifier<'a>(
        &self,
        client: &'a Client,
        session: &'a Session,
    ) -> Option<Verifier<'a>> {
        match self.verify {
            Verify::No => None,
            Verify::Look => Some(Verifier {
                client,
                session,
                pause: PAUSE.mul_f64(self.retry_pauses),
                // A look may take as long as reading the address and the picture may.
                patience: (self.deadline * 3 / 14).saturating_sub(LOOK),
            }),
        }
    }

    /// How many pictures must be on their way at once to keep the pace where each takes seconds.
    pub(crate) fn at_once(&self) -> usize {
        let interval = self.interval.unwrap_or(INTERVAL);
        let in_time = SLOW.as_secs_f64() / interval.as_secs_f64().max(0.001);
        (in_time as usize).clamp(4, 64)
    }
}

impl TryFrom<args::Account> for Account {
    type Error = Refusal;

    fn try_from(args: args::Account) -> Result<Self, Refusal> {
        if args.token.is_some() {
            return Err(Refusal::usage(
                "everyone on this machine can read a token on the command line: change it at the instance's page, \
                 and give it by GREEN_API_TOKEN or --token-file",
            ));
        }
        let server = if args.emulator {
            Server::Emulator
        } else {
            Server::Api(Credentials::read(
                args.api_url,
                args.id_instance,
                args.token_file,
            )?)
        };
        Ok(Self {
            messenger: args.messenger,
            server,
            avatar_hosts: args.avatar_host,
        })
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

impl Work {
    fn new(picture: &args::Picture, work: &args::Work) -> Self {
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
        let options = explicit(picture)
            .fit(fit)
            .backdrop(picture.backdrop)
            .enlarge(enlarge)
            .gravity(picture.focal.map_or(picture.gravity, Gravity::FocalPoint))
            .background(picture.background)
            .frame(picture.frame)
            .on_damage(picture.on_damage)
            .limits(limits);
        let options = match picture.trim {
            Some(tolerance) => options.trim(tolerance),
            None => options,
        };
        Self {
            options,
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

fn all_cores() -> usize {
    thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

/// About what a session keeps by default.
const INTERVAL: Duration = Duration::from_secs(1);

/// GREEN-API takes ten `getAvatar` a second; it counts arrivals, which can come closer together than they were sent.
const READ_INTERVAL: Duration = Duration::from_millis(102);

/// From one look at an avatar to the next.
const PAUSE: Duration = Duration::from_secs(1);

/// The longest look at an avatar: 10 s for its address, and 10 s for its picture.
const LOOK: Duration = Duration::from_secs(20);

/// A server that takes this long to answer does not slow down the others.
const SLOW: Duration = Duration::from_secs(10);
