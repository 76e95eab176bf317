//! One file a subcommand.

pub(crate) mod batch;
pub(crate) mod check;
pub(crate) mod emulator;
pub(crate) mod explain;
pub(crate) mod merge;
pub(crate) mod prepare;
pub(crate) mod preview;
pub(crate) mod set;
