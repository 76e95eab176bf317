//! From photos to pictures: options, files, names.

pub(crate) mod file;
pub(crate) mod manifest;
pub(crate) mod names;
pub(crate) mod options;
pub(crate) mod urls;
pub(crate) mod work;
