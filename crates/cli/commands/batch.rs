//! `group-picture batch`: a list of photos become the avatars of their groups.

use std::path::Path;

use crate::config::Batch;
use crate::input::groups;
use crate::input::overrides::Overrides;
use crate::interrupt::Interrupt;
use crate::report::exit_code::ExitCode;
use crate::report::refusal::Refusal;
use crate::send::batch;

/// Sets the pictures of all groups in the list, once all of it was read and found right.
pub(crate) fn run(config: &Batch, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    let overrides = config.overrides.as_deref();
    let ours: Vec<&Path> = overrides.into_iter().collect();
    let messenger = config.sending.account.messenger;
    let mut groups = groups::read(&config.groups, messenger, &ours)?;
    groups.apply(&Overrides::read(overrides, &groups.roster(&config.groups))?);
    batch::run(&groups, &config.sending, &config.job, interrupt)
}
