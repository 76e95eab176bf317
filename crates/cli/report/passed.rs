//! What was skipped in folders.

use std::fmt;

/// How much was skipped in folders, beside hidden files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Passed {
    pub(crate) links: u64,
    pub(crate) non_images: u64,
    /// Rows of a list that are for other accounts.
    pub(crate) other_profiles: u64,
}

/// A line for people; empty if nothing was skipped.
impl fmt::Display for Passed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            ("links in folders are not followed", self.links),
            (
                "files in folders that are not images are skipped (--strict fails for them)",
                self.non_images,
            ),
            ("rows for other profiles are left out", self.other_profiles),
        ];
        let parts = parts.iter().filter(|(_, count)| *count > 0);
        let parts: Vec<String> = parts
            .map(|(what, count)| format!("{what}: {count}"))
            .collect();
        f.write_str(&parts.join("; "))
    }
}
