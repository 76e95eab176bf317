//! From photos to pictures: options, workers, memory, names.

pub(crate) mod memory;
pub(crate) mod names;
pub(crate) mod options;
pub(crate) mod preparer;
pub(crate) mod queue;
pub(crate) mod work;
