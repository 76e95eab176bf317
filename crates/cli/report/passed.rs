//! What was skipped in folders.

use std::fmt;

/// How much was skipped in folders, beside hidden files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Passed {
    pub(crate) links: u64,
    pub(crate) non_images: u64,
}

/// A line for people; empty if nothing was skipped.
impl fmt::Display for Passed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { links, non_images } = *self;
        if links > 0 {
            write!(f, "links in folders are not followed: {links}")?;
        }
        if links > 0 && non_images > 0 {
            f.write_str("; ")?;
        }
        if non_images > 0 {
            write!(
                f,
                "files in folders that are not images are skipped (--strict fails for them): {non_images}"
            )?;
        }
        Ok(())
    }
}
