//! Identifies contents: 128 bits of BLAKE3.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The hash of some bytes. It is written as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Digest(u128);

/// The text is not a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotADigest;

impl Digest {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        let hash = blake3::hash(bytes);
        let (first, _) = hash
            .as_bytes()
            .split_first_chunk()
            .expect("the hash has 32 bytes");
        Self(u128::from_be_bytes(*first))
    }

    /// A number below `count`, each as probable as the others.
    pub(crate) fn share(self, count: u32) -> u32 {
        (self.0 % u128::from(count)) as u32
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl FromStr for Digest {
    type Err = NotADigest;

    fn from_str(text: &str) -> Result<Self, NotADigest> {
        let is_written_so = text.len() == 32
            && text
                .bytes()
                .all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
        let digits = is_written_so.then_some(text).ok_or(NotADigest)?;
        u128::from_str_radix(digits, 16)
            .map(Self)
            .map_err(|_| NotADigest)
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let not_a_digest = |_| de::Error::custom("expected 32 hexadecimal digits");
        text.parse().map_err(not_a_digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_the_beginning_of_the_published_hash() {
        // From the BLAKE3 paper's test vectors: the hash of nothing.
        let written = "af1349b9f5f9a1a6a0404dea36dcc949";

        assert_eq!(Digest::of(b"").to_string(), written);
        assert_eq!(written.parse(), Ok(Digest::of(b"")));
        for text in [
            "",
            "af13",
            "AF1349B9F5F9A1A6A0404DEA36DCC949",
            "+f1349b9f5f9a1a6a0404dea36dcc949",
        ] {
            assert_eq!(text.parse::<Digest>(), Err(NotADigest), "{text}");
        }
    }
}
