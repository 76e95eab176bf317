//! `group-picture set`: one photo becomes one group's avatar, or the account's own.

use crate::config::Set;
use crate::input::groups::{Assignment, Groups};
use crate::input::overrides::Override;
use crate::interrupt::Interrupt;
use crate::report::exit_code::ExitCode;
use crate::report::refusal::Refusal;
use crate::send::batch;

/// Sets one picture: a batch of one, without a journal.
pub(crate) fn run(config: Set, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    let groups = Groups {
        list: vec![Assignment {
            target: config.target,
            photo: config.photo,
            instead: Override::default(),
        }],
        links: 0,
    };
    batch::run(&groups, &config.sending, &config.job, interrupt)
}
