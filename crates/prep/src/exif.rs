//! Exif (CIPA DC-008): the orientation of a photo, and the TIFF structure in which it lies.

use crate::geometry::Orientation;

const ORIENTATION: u16 = 0x0112;

/// Returns the orientation that a block of Exif asks for.
///
/// The standard has it as one SHORT. Like Pillow, libvips and ImageMagick this takes the first of several values, and a LONG.
pub(crate) fn orientation(exif: &[u8]) -> Option<Orientation> {
    let tiff = Tiff::new(exif)?;
    let value = tiff.first_unsigned(tiff.entry(tiff.first()?, ORIENTATION)?)?;
    Orientation::from_exif(u8::try_from(value).ok()?)
}

/// The directories of a TIFF structure. Each pointer is followed at most once, so loops do no harm.
#[derive(Clone, Copy)]
pub(crate) struct Tiff<'a> {
    pub(crate) bytes: &'a [u8],
    little: bool,
}

impl<'a> Tiff<'a> {
    /// Finds the structure in a block of Exif, with or without the identifier that JPEG puts before it.
    pub(crate) fn new(exif: &'a [u8]) -> Option<Self> {
        let bytes = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
        let little = match bytes.first_chunk()? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        Some(Self { bytes, little })
    }

    /// Where the first directory is.
    pub(crate) fn first(self) -> Option<usize> {
        self.offset(4)
    }

    /// The directory that a tag of another one points to.
    pub(crate) fn pointer(self, directory: usize, tag: u16) -> Option<usize> {
        self.offset(self.entry(directory, tag)? + 8)
    }

    /// Where the entry of a tag is: tag, type, count, value (2, 2, 4 and 4 bytes).
    pub(crate) fn entry(self, directory: usize, tag: u16) -> Option<usize> {
        let count = usize::from(self.u16(directory)?);
        (0..count)
            .map(|index| directory + 2 + 12 * index)
            .take_while(|entry| entry + 12 <= self.bytes.len())
            .find(|&entry| self.u16(entry) == Some(tag))
    }

    pub(crate) fn u16(self, at: usize) -> Option<u16> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        Some(match self.little {
            true => u16::from_le_bytes(bytes),
            false => u16::from_be_bytes(bytes),
        })
    }

    fn u32(self, at: usize) -> Option<u32> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        Some(match self.little {
            true => u32::from_le_bytes(bytes),
            false => u32::from_be_bytes(bytes),
        })
    }

    /// An offset into these bytes.
    fn offset(self, at: usize) -> Option<usize> {
        let offset = self.u32(at)? as usize;
        (offset < self.bytes.len()).then_some(offset)
    }

    /// The first value of an entry, if its type is SHORT or LONG.
    fn first_unsigned(self, entry: usize) -> Option<u32> {
        const SHORT: u16 = 3;
        const LONG: u16 = 4;
        let kind = self.u16(entry + 2)?;
        let size = match kind {
            SHORT => 2,
            LONG => 4,
            _ => return None,
        };
        // Up to four bytes of values fit the entry itself.
        let values = match u64::from(self.u32(entry + 4)?) * size {
            0 => return None,
            1..=4 => entry + 8,
            _ => self.offset(entry + 8)?,
        };
        match kind {
            SHORT => self.u16(values).map(u32::from),
            _ => self.u32(values),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One directory with one entry, and what it may point to.
    fn exif(little: bool, kind: u16, count: u32, value: [u16; 2], after: u16) -> Vec<u8> {
        let short = |value: u16| match little {
            true => value.to_le_bytes(),
            false => value.to_be_bytes(),
        };
        let long = |value: u32| match little {
            true => value.to_le_bytes(),
            false => value.to_be_bytes(),
        };
        let mut bytes = if little {
            b"II".to_vec()
        } else {
            b"MM".to_vec()
        };
        bytes.extend(short(42));
        bytes.extend(long(8));
        bytes.extend(short(1));
        bytes.extend(short(ORIENTATION));
        bytes.extend(short(kind));
        bytes.extend(long(count));
        bytes.extend(value.map(short).concat());
        bytes.extend(long(0));
        bytes.extend(short(after));
        bytes
    }

    #[test]
    fn the_orientation_is_the_first_value_of_a_short_or_a_long() {
        let rotated = Some(Orientation::Rotate90);
        for little in [true, false] {
            let long = if little { [6, 0] } else { [0, 6] };
            let place = if little { [26, 0] } else { [0, 26] };
            for (kind, count, value, expected) in [
                (3, 1, [6, 0], rotated),
                (3, 1, [6, 9], rotated),
                (3, 2, [6, 1], rotated),
                (3, 3, place, rotated),
                (4, 1, long, rotated),
                // A byte, a signed number, none at all, and what is no orientation.
                (1, 1, [6, 0], None),
                (9, 1, long, None),
                (3, 0, [6, 0], None),
                (3, 1, [9, 0], None),
                (3, 1, [262, 0], None),
            ] {
                let exif = exif(little, kind, count, value, 6);
                let prefixed = [b"Exif\0\0", &exif[..]].concat();

                assert_eq!(orientation(&exif), expected, "{little} {kind} {count}");
                assert_eq!(orientation(&prefixed), expected, "{little} {kind} {count}");
            }
        }
    }

    #[test]
    fn exif_that_is_cut_off_asks_for_nothing() {
        let whole = exif(true, 3, 3, [26, 0], 6);

        for length in 0..whole.len() {
            assert_eq!(orientation(&whole[..length]), None, "{length}");
        }
    }
}
