//! Lines that tell whether they are as they were written: a JSON object that ends with a checksum of all before it.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::digest::Digest;
use crate::report::json::json;

/// The line is not as it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken;

/// The line of a value that becomes an object, with its end.
pub(crate) fn line(value: &impl Serialize) -> String {
    let object = json(value);
    let covered = object
        .strip_suffix('}')
        .expect("an entry becomes an object");
    format!("{covered}{CHECK}{}\"}}\n", Digest::of(covered.as_bytes()))
}

/// Reads a line with its end.
pub(crate) fn read<T: DeserializeOwned>(line: &[u8]) -> Result<T, Broken> {
    let line = std::str::from_utf8(line).map_err(|_| Broken)?;
    let (covered, check) = line.rsplit_once(CHECK).ok_or(Broken)?;
    let check = check.strip_suffix("\"}\n").ok_or(Broken)?;
    if check.parse() != Ok(Digest::of(covered.as_bytes())) {
        return Err(Broken);
    }
    serde_json::from_str(line).map_err(|_| Broken)
}

/// What stands before the checksum, which covers everything before this.
const CHECK: &str = ",\"check\":\"";
