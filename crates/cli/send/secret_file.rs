//! Who can read a file that holds a secret.

use std::fs::File;
#[cfg(unix)]
use std::io::{self, Write};

/// Warns on stderr if everyone on the machine can read a file with the token.
#[cfg(unix)]
pub(crate) fn warn_if_public(file: &File) {
    if may_be_read_by(file, 0o004) {
        let _ = writeln!(
            io::stderr(),
            "group-picture: everyone on this machine can read the token's file: run chmod 600 on it"
        );
    }
}

#[cfg(not(unix))]
pub(crate) fn warn_if_public(_file: &File) {}

/// Returns whether users other than the owner can read or write a file.
#[cfg(unix)]
pub(crate) fn is_open_to_others(file: &File) -> bool {
    may_be_read_by(file, 0o077)
}

#[cfg(unix)]
fn may_be_read_by(file: &File, mode: u32) -> bool {
    use std::os::unix::fs::PermissionsExt;

    let metadata = file.metadata();
    metadata.is_ok_and(|metadata| metadata.permissions().mode() & mode != 0)
}

/// Other systems have no mode bits to check.
#[cfg(not(unix))]
pub(crate) fn is_open_to_others(_file: &File) -> bool {
    false
}
