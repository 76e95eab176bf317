//! The bytes of a body, which may be many more than memory should hold.

use bytes::Bytes;

/// What is sent, read by pieces.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Content {
    start: Bytes,
    /// How many times `x` between start and end.
    filler: u64,
    end: Bytes,
}

impl Content {
    /// `start`, so many times `x`, `end`.
    pub(crate) fn filler(start: &'static str, bytes: u64, end: &'static str) -> Self {
        Self {
            start: Bytes::from_static(start.as_bytes()),
            filler: bytes,
            end: Bytes::from_static(end.as_bytes()),
        }
    }

    pub(crate) fn length(&self) -> u64 {
        let held = (self.start.len() + self.end.len()) as u64;
        self.filler.saturating_add(held)
    }

    /// All of it, if it is held in memory.
    pub(crate) fn held(&self) -> Option<&Bytes> {
        (self.filler == 0 && self.end.is_empty()).then_some(&self.start)
    }

    /// Up to `most` bytes from `at` on; at least one before the end, none after it.
    pub(crate) fn piece(&self, at: u64, most: usize) -> Bytes {
        let start = self.start.len() as u64;
        let Some(at) = at.checked_sub(start) else {
            return piece(&self.start, at, most);
        };
        let Some(at) = at.checked_sub(self.filler) else {
            let most = (self.filler - at).min(most as u64) as usize;
            return Bytes::from_static(&FILLER[..most.min(FILLER.len())]);
        };
        piece(&self.end, at, most)
    }
}

const FILLER: &[u8] = &[b'x'; 64 << 10];

fn piece(bytes: &Bytes, at: u64, most: usize) -> Bytes {
    let at = usize::try_from(at).unwrap_or(usize::MAX).min(bytes.len());
    bytes.slice(at..bytes.len().min(at.saturating_add(most)))
}

impl<T: Into<Bytes>> From<T> for Content {
    fn from(bytes: T) -> Self {
        Self {
            start: bytes.into(),
            filler: 0,
            end: Bytes::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_joined_are_the_whole_whatever_their_size() {
        let content = Content::filler("ab", 100_000, "cd");
        let expected = format!("ab{}cd", "x".repeat(100_000));

        for most in [1, 3, 65_536, 1 << 20] {
            let mut joined = Vec::new();
            while (joined.len() as u64) < content.length() {
                joined.extend_from_slice(&content.piece(joined.len() as u64, most));
            }
            assert_eq!(joined, expected.as_bytes(), "{most}");
        }
        assert!(content.piece(content.length(), 1).is_empty());
    }
}
