//! What `set`, `batch` and `check` are asked to do.

use std::path::{Path, PathBuf};
use std::time::Duration;

use upload::RetryConfig;

use crate::args;
use crate::config::{Account, Output, Sending};
use crate::input::groups::Target;
use crate::report::refusal::Refusal;
use crate::send::journal;
use crate::send::plan::Refused;

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
    /// Where it says what is done otherwise for single photos.
    pub(crate) overrides: Option<PathBuf>,
    pub(crate) job: Job,
    pub(crate) sending: Sending,
}

/// What `check` is asked to do.
#[derive(Debug)]
pub(crate) struct Check {
    pub(crate) groups: Option<PathBuf>,
    pub(crate) account: Account,
    pub(crate) retries: RetryConfig,
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
            overrides: args.overrides.overrides,
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
            retries: RetryConfig::new().scale_backoff(args.retry_pause.as_secs_f64()),
            output: args.output.into(),
        })
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
