//! From what the user named to photos, groups and overrides.

pub(crate) mod group_names;
pub(crate) mod groups;
pub(crate) mod natural;
pub(crate) mod overrides;
pub(crate) mod quoted;
pub(crate) mod shard;
pub(crate) mod source;
pub(crate) mod table;
pub(crate) mod walk;
