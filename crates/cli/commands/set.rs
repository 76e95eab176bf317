//! `group-picture set`: one photo becomes one group's avatar, or the account's own.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::commands::below::{Example, below};
use crate::input::groups::{Assignment, Groups};
use crate::input::overrides::Override;
use crate::input::source;
use crate::interrupt::Interrupt;
use crate::output::Inputs;
use crate::prepare::options::{LimitOptions, PictureOptions};
use crate::prepare::work::Work;
use crate::report::exit_code::{ExitCode, Help};
use crate::report::refusal::Refusal;
use crate::send::accounts::Accounts;
use crate::send::batch;
use crate::send::job::Job;
use crate::send::options::{JobOptions, Refused, SendingOptions};
use crate::send::sending::Sending;
use crate::target::Target;

/// Prepare one photo and set it as a group's avatar, or as the account's own
#[derive(Debug, clap::Args)]
#[command(
    after_help = below(EXAMPLES, Help::SET),
    override_usage = "group-picture set [OPTIONS] <CHAT_ID> <PHOTO>\n       group-picture set [OPTIONS] --own <PHOTO>"
)]
pub(crate) struct Set {
    /// The group's id, such as -10000000000000, and the photo: a file, a URL, or - for stdin
    #[arg(required = true, num_args = 1..=2, value_names = ["CHAT_ID", "PHOTO"], allow_negative_numbers = true)]
    pub(crate) what: Vec<OsString>,

    /// Set the account's own avatar. Messengers want at most one change in 10 s
    #[arg(long)]
    pub(crate) own: bool,

    #[command(flatten)]
    pub(crate) sending: SendingOptions,

    #[command(flatten)]
    pub(crate) limits: LimitOptions,

    #[command(flatten)]
    pub(crate) picture: PictureOptions,
}

const EXAMPLES: &[Example] = &[
    (
        "Set one group's avatar, and look at it afterwards",
        "group-picture set -10000000000000 photo.jpg --verify",
    ),
    (
        "Set the account's own avatar",
        "group-picture set --own photo.jpg",
    ),
    (
        "Try it without an account",
        "group-picture set -10000000000000 photo.jpg --emulator",
    ),
];

/// Sets one picture: a batch of one, without a journal.
pub(crate) fn run(args: Set, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    let photo = args.what.last().map(Path::new);
    let token_file = args.sending.account.token_file.as_deref();
    source::check_stdin(photo.into_iter().chain(token_file))?;
    let accounts = Accounts::new(&[], &args.sending.account, args.sending.mode)?;
    let (target, photo) = args.target(&accounts)?;
    let work = Work::new(&args.picture, &args.limits)?;
    let sending = Sending::new(args.sending, accounts, work)?;
    let inputs = Inputs::of(sending.accounts.files());
    let groups = Groups {
        list: vec![Assignment {
            target,
            photo,
            instead: Override::default(),
            place: "the command line".to_owned(),
        }],
        ..Groups::default()
    };
    let job = Job {
        groups: &groups,
        inputs,
        sending: &sending,
        options: &ONE,
        journal: None,
        backup: None,
        known: Vec::new(),
    };
    batch::run(job, interrupt)
}

impl Set {
    fn target(&self, accounts: &Accounts) -> Result<(Target, PathBuf), Refusal> {
        match (self.own, &*self.what) {
            (true, [photo]) => Ok((Target::OWN, photo.into())),
            (false, [chat, photo]) => {
                let messenger = accounts.messengers().next().unwrap_or_default();
                let chat = messenger.chat_id(&chat.to_string_lossy());
                let chat = chat.map_err(Refusal::of)?;
                Ok((Target::group(chat), photo.into()))
            }
            (true, _) => Err(Refusal::usage("--own takes a photo and no chat id")),
            (false, _) => Err(Refusal::usage(
                "expected a chat id and a photo, or --own and a photo",
            )),
        }
    }
}

/// The job of one picture.
const ONE: JobOptions = JobOptions {
    journal: None,
    no_journal: true,
    refused: Refused::Retry,
    limit: None,
    passes: 1,
    max_duration: None,
};
