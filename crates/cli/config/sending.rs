//! To whom pictures are sent, and at what pace.

use std::path::PathBuf;
use std::time::Duration;

use upload::blocking::{Client, Session};
use upload::{Messenger, RetryConfig, SessionBuilder};

use crate::args;
use crate::config::{Output, Work};
use crate::report::refusal::Refusal;
use crate::report::terminal;
use crate::send::credentials::Credentials;
use crate::send::verify::Verifier;

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
            .retries(RetryConfig::new().scale_backoff(self.retry_pauses))
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
