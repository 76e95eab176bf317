//! The bytes of an answer's body, which may be more than memory should hold.

use bytes::Bytes;

/// A body that is read piece by piece: a start, a block that is repeated, an end.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ReplyBody {
    start: Bytes,
    block: Bytes,
    /// How many bytes the repeated blocks have together; the last one may be shorter.
    repeated: u64,
    end: Bytes,
}

impl ReplyBody {
    /// Makes a body of `start`, this many bytes of the pattern repeated, and `end`.
    ///
    /// # Panics
    ///
    /// Panics if the pattern is empty.
    pub(crate) fn repeating(
        start: impl Into<Bytes>,
        pattern: &[u8],
        bytes: u64,
        end: impl Into<Bytes>,
    ) -> Self {
        // About as much as is written at a time.
        const BLOCK: usize = 64 << 10;
        Self {
            start: start.into(),
            block: pattern.repeat(BLOCK.div_ceil(pattern.len())).into(),
            repeated: bytes,
            end: end.into(),
        }
    }

    pub(crate) fn length(&self) -> u64 {
        let held = (self.start.len() + self.end.len()) as u64;
        self.repeated.saturating_add(held)
    }

    /// Returns all of it, if it is in memory.
    pub(crate) fn held(&self) -> Option<&Bytes> {
        (self.repeated == 0 && self.end.is_empty()).then_some(&self.start)
    }

    /// Returns up to `max` bytes from `at` on: at least one before the end, none after it.
    pub(crate) fn piece(&self, at: u64, max: usize) -> Bytes {
        let start = self.start.len() as u64;
        let Some(at) = at.checked_sub(start) else {
            return piece(&self.start, at, max);
        };
        let Some(at_end) = at.checked_sub(self.repeated) else {
            let left = usize::try_from(self.repeated - at).unwrap_or(usize::MAX);
            return piece(&self.block, at % self.block.len() as u64, max.min(left));
        };
        piece(&self.end, at_end, max)
    }
}

fn piece(bytes: &Bytes, at: u64, max: usize) -> Bytes {
    let at = usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
    bytes.slice(at..bytes.len().min(at.saturating_add(max)))
}

impl<T: Into<Bytes>> From<T> for ReplyBody {
    fn from(bytes: T) -> Self {
        Self {
            start: bytes.into(),
            block: Bytes::new(),
            repeated: 0,
            end: Bytes::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_joined_are_the_whole_whatever_their_size() {
        let content = ReplyBody::repeating("ab", b"xyz", 100_000, "cd");
        let expected = format!("ab{}xcd", "xyz".repeat(33_333));

        for max in [1, 3, 65_536, 1 << 20] {
            let mut joined = Vec::new();
            while (joined.len() as u64) < content.length() {
                joined.extend_from_slice(&content.piece(joined.len() as u64, max));
            }
            assert_eq!(joined, expected.as_bytes(), "{max}");
        }
        assert!(content.piece(content.length(), 1).is_empty());
    }
}
