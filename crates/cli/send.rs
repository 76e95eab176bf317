//! From pictures to avatars: the account, the journal, the uploader, the proof.

pub(crate) mod account;
pub(crate) mod asking;
pub(crate) mod backup;
pub(crate) mod batch;
pub(crate) mod bounds;
pub(crate) mod checked;
pub(crate) mod connection;
pub(crate) mod credentials;
pub(crate) mod dry_run;
pub(crate) mod ending;
pub(crate) mod job;
pub(crate) mod journal;
pub(crate) mod ledger;
pub(crate) mod likeness;
pub(crate) mod options;
mod outlets;
pub(crate) mod pace;
pub(crate) mod passes;
pub(crate) mod preparation;
pub(crate) mod profiles;
pub(crate) mod sending;
pub(crate) mod shared;
pub(crate) mod step;
mod underway;
pub(crate) mod uploader;
pub(crate) mod variables;
pub(crate) mod verify;
