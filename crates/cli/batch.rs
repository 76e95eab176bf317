//! `group-picture batch`: a list of photos become the avatars of their groups.

use crate::config::Batch;
use crate::exit_code::ExitCode;
use crate::groups;
use crate::interrupt::Interrupt;
use crate::refusal::Refusal;
use crate::sending;

/// Sets the pictures of all groups in the list, once all of it was read and found right.
pub(crate) fn run(config: &Batch, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    let groups = groups::read(&config.groups, config.sending.account.messenger)?;
    sending::run(&groups, &config.sending, &config.job, interrupt)
}
