//! The resolution of the chroma components.

use std::fmt;
use std::str::FromStr;

/// The resolution of the chroma components, relative to luma (ISO 10918-1, A.1.1).
///
/// ```
/// use jpeg::Subsampling;
///
/// let subsampling: Subsampling = "4:2:2".parse()?;
/// assert_eq!(subsampling, Subsampling::S422);
/// assert_eq!(subsampling.to_string(), "4:2:2");
/// # Ok::<(), jpeg::ParseSubsamplingError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Subsampling {
    /// 4:2:0: half the width and half the height. What phones and messengers write.
    #[default]
    S420,
    /// 4:2:2: half the width, the full height.
    S422,
    /// 4:4:4: the full resolution. For logos and drawings with fine colored lines.
    S444,
}

impl Subsampling {
    /// Returns how many luma samples share a chroma sample, horizontally and vertically.
    #[must_use]
    pub fn factors(self) -> (u32, u32) {
        match self {
            Self::S420 => (2, 2),
            Self::S422 => (2, 1),
            Self::S444 => (1, 1),
        }
    }
}

impl fmt::Display for Subsampling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::S420 => "4:2:0",
            Self::S422 => "4:2:2",
            Self::S444 => "4:4:4",
        })
    }
}

impl FromStr for Subsampling {
    type Err = ParseSubsamplingError;

    /// Parses `4:2:0`, `4:2:2` or `4:4:4`; the colons may be omitted.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "4:2:0" | "420" => Ok(Self::S420),
            "4:2:2" | "422" => Ok(Self::S422),
            "4:4:4" | "444" => Ok(Self::S444),
            _ => Err(ParseSubsamplingError),
        }
    }
}

/// The text names no [`Subsampling`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("expected 4:2:0, 4:2:2 or 4:4:4")]
pub struct ParseSubsamplingError;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_parses_to_its_subsampling() {
        for subsampling in [Subsampling::S420, Subsampling::S422, Subsampling::S444] {
            let name = subsampling.to_string();

            assert_eq!(name.parse(), Ok(subsampling));
            assert_eq!(name.replace(':', "").parse(), Ok(subsampling));
        }
        assert_eq!("4:1:1".parse::<Subsampling>(), Err(ParseSubsamplingError));
    }
}
