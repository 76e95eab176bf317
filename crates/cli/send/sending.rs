//! How pictures are sent, as the options say.

use std::path::PathBuf;

use crate::output::Destination;
use crate::prepare::work::Work;
use crate::report::options::Output;
use crate::report::refusal::Refusal;
use crate::send::accounts::Accounts;
use crate::send::options::{Mode, SendingOptions};
use crate::send::pace::Pace;

/// How pictures are sent.
#[derive(Debug)]
pub(crate) struct Sending {
    pub(crate) mode: Mode,
    /// The folder that keeps what is sent.
    pub(crate) out: Option<PathBuf>,
    /// The file for the records, if they are wanted.
    pub(crate) report: Option<Destination>,
    pub(crate) accounts: Accounts,
    pub(crate) pace: Pace,
    pub(crate) work: Work,
    pub(crate) output: Output,
}

impl Sending {
    pub(crate) fn new(
        options: SendingOptions,
        accounts: Accounts,
        work: Work,
    ) -> Result<Self, Refusal> {
        Ok(Self {
            mode: options.mode,
            out: options.out,
            report: options.report,
            pace: Pace::new(&options.pace, &accounts, options.verify)?,
            accounts,
            work,
            output: options.output,
        })
    }
}
