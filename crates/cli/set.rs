//! `group-picture set`: one photo becomes one group's avatar, or the account's own.

use crate::config::Set;
use crate::exit_code::ExitCode;
use crate::groups::{Assignment, Groups};
use crate::interrupt::Interrupt;
use crate::overrides::Override;
use crate::refusal::Refusal;
use crate::sending;

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
    sending::run(&groups, &config.sending, &config.job, interrupt)
}
