//! One part of a job that several machines share: which photos are whose follows from what is in them.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::str::FromStr;

use crate::digest::Digest;
use crate::input::source::Source;

/// The part with this number, of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shard {
    /// From 1 to `count`.
    index: u32,
    count: u32,
}

impl Shard {
    pub(crate) fn index(self) -> u32 {
        self.index
    }

    pub(crate) fn count(self) -> u32 {
        self.count
    }

    /// Whether the photo at `path` belongs to this part.
    ///
    /// Each photo belongs to one part, whatever its name and wherever it lies; one by URL by its URL. What cannot be read, and what is no regular
    /// file, belongs to the first.
    pub(crate) fn takes(self, path: &Path) -> bool {
        let digest = match Source::of(path) {
            // Each part would have to fetch it.
            Source::Url(url) => Some(Digest::of(url.as_bytes())),
            Source::Stdin => None,
            Source::File(path) => beginning(path).ok().map(|bytes| Digest::of(&bytes)),
        };
        let share = digest.map_or(0, |digest| digest.share(self.count));
        share == self.index - 1
    }
}

/// The file's length and its first bytes: enough to tell photos apart, and little to read though each part reads all photos.
fn beginning(path: &Path) -> io::Result<Vec<u8>> {
    if !path.metadata()?.is_file() {
        // Reading from a pipe would consume the photo.
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let file = File::open(path)?;
    let mut beginning = file.metadata()?.len().to_le_bytes().to_vec();
    file.take(SAMPLED).read_to_end(&mut beginning)?;
    Ok(beginning)
}

/// How much of a photo is hashed, in bytes. Cameras write their time stamps and counters there.
const SAMPLED: u64 = 64 << 10;

/// As it is typed: `2/8`.
impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "expected I/N, such as 2/8: the second of eight parts";
        let number = |digits: &str| -> Option<u32> {
            let is_plain = digits.bytes().all(|digit| digit.is_ascii_digit());
            is_plain.then(|| digits.parse().ok()).flatten()
        };
        let (index, count) = text.split_once('/').ok_or(EXPECTED)?;
        let (index, count) = number(index).zip(number(count)).ok_or(EXPECTED)?;
        if index == 0 || index > count {
            return Err(EXPECTED);
        }
        Ok(Self { index, count })
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn parts_are_counted_from_one() {
        for (text, is_one) in [
            ("1/1", true),
            ("2/8", true),
            ("8/8", true),
            ("0/8", false),
            ("9/8", false),
            ("1/0", false),
            ("+1/2", false),
            ("1", false),
            ("1/2/3", false),
            ("/", false),
        ] {
            let shard: Result<Shard, _> = text.parse();

            assert_eq!(shard.is_ok(), is_one, "{text}");
            if let Ok(shard) = shard {
                assert_eq!(shard.to_string(), text);
            }
        }
    }

    #[test]
    fn each_photo_is_in_one_part_whatever_it_is_called() {
        let folder = tempfile::tempdir().unwrap();
        let parts: Vec<Shard> = (1..=5).map(|index| Shard { index, count: 5 }).collect();
        let mut sizes = [0; 5];
        for number in 0..500 {
            let content = format!("photo {number}");
            let paths = ["a", "b"].map(|name| folder.path().join(name));
            for path in &paths {
                fs::write(path, &content).unwrap();
            }

            let takers = paths.map(|path| -> Vec<usize> {
                (0..5).filter(|part| parts[*part].takes(&path)).collect()
            });

            assert_eq!(takers[0].len(), 1);
            assert_eq!(takers[0], takers[1]);
            sizes[takers[0][0]] += 1;
        }
        // A hundred each; four standard deviations are 36.
        assert!(
            sizes.iter().all(|size| (64..=136).contains(size)),
            "{sizes:?}"
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_by_the_first_part() {
        let nowhere = Path::new("there is no such photo");

        let takers = [1, 2, 3].map(|index| Shard { index, count: 3 }.takes(nowhere));

        assert_eq!(takers, [true, false, false]);
    }
}
