//! What became of each item and of the whole: for people, for machines, for scripts.

pub(crate) mod escape;
pub(crate) mod eta;
pub(crate) mod exit_code;
pub(crate) mod explanation;
pub(crate) mod explanation_json;
pub(crate) mod failure;
pub(crate) mod file;
pub(crate) mod json;
pub(crate) mod log;
pub(crate) mod message;
pub(crate) mod options;
pub(crate) mod passed;
pub(crate) mod picture;
pub(crate) mod proof;
pub(crate) mod record;
pub(crate) mod refusal;
pub(crate) mod summary;
pub(crate) mod terminal;
pub(crate) mod text;
