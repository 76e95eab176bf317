//! From photos to pictures: workers, memory, names and files.

pub(crate) mod memory;
pub(crate) mod names;
pub(crate) mod output;
pub(crate) mod preparer;
pub(crate) mod queue;
