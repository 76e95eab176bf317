//! `group-picture set`: one photo becomes one group's avatar.

use crate::config::Set;
use crate::exit_code::ExitCode;
use crate::groups::{Group, Groups};
use crate::interrupt::Interrupt;
use crate::refusal::Refusal;
use crate::sending;

/// Sets the group's picture: a batch of one.
pub(crate) fn run(config: Set, interrupt: &Interrupt) -> Result<ExitCode, Refusal> {
    let group = Group {
        chat: config.chat,
        photo: config.photo,
    };
    let groups = Groups {
        list: vec![group],
        links: 0,
    };
    sending::run(&groups, &config.sending, interrupt)
}
