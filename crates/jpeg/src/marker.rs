//! Marker segments: everything but the entropy-coded data (T.81, B.1.1).

use crate::Error;

/// A marker code's second byte (T.81, table B.1).
pub(crate) mod code {
    pub(crate) const SOF0: u8 = 0xc0;
    pub(crate) const SOF2: u8 = 0xc2;
    pub(crate) const DHT: u8 = 0xc4;
    pub(crate) const JPG: u8 = 0xc8;
    pub(crate) const SOF9: u8 = 0xc9;
    pub(crate) const DAC: u8 = 0xcc;
    pub(crate) const SOF15: u8 = 0xcf;
    pub(crate) const RST0: u8 = 0xd0;
    pub(crate) const RST7: u8 = 0xd7;
    pub(crate) const SOI: u8 = 0xd8;
    pub(crate) const EOI: u8 = 0xd9;
    pub(crate) const SOS: u8 = 0xda;
    pub(crate) const DQT: u8 = 0xdb;
    pub(crate) const DNL: u8 = 0xdc;
    pub(crate) const DRI: u8 = 0xdd;
    pub(crate) const DHP: u8 = 0xde;
    pub(crate) const APP0: u8 = 0xe0;
    pub(crate) const APP1: u8 = 0xe1;
    pub(crate) const APP2: u8 = 0xe2;
    pub(crate) const APP14: u8 = 0xee;
    pub(crate) const APP15: u8 = 0xef;
    pub(crate) const COM: u8 = 0xfe;
    pub(crate) const TEM: u8 = 0x01;
    /// The first reserved code; stands for everything that is no segment.
    pub(crate) const RESERVED: u8 = 0x02;
}

/// A marker with its parameters.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment<'a> {
    /// The marker code's second byte.
    pub(crate) code: u8,
    /// What follows the length; empty for markers that stand alone.
    pub(crate) payload: &'a [u8],
    /// Where the payload begins, in bytes from the start of the photo.
    pub(crate) offset: usize,
}

impl Segment<'_> {
    /// Returns whether a photo may have the segment anywhere and loses nothing without it. Any other may be a damaged table or scan.
    pub(crate) fn is_harmless(&self) -> bool {
        matches!(self.code, code::APP0..=code::APP15 | code::COM | code::DNL)
    }

    /// Returns the error of a segment that does not hold `what`.
    pub(crate) fn malformed(&self, what: &'static str) -> Error {
        Error::Malformed {
            what,
            offset: self.offset,
        }
    }
}

/// Iterates over markers; whatever is not a marker is skipped.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Markers<'a> {
    photo: &'a [u8],
    /// Where the search for the next marker begins.
    pub(crate) offset: usize,
}

impl<'a> Markers<'a> {
    /// Starts after SOI, which must be there (T.81, B.2.1).
    pub(crate) fn new(photo: &'a [u8]) -> Result<Self, Error> {
        if !photo.starts_with(&[0xff, code::SOI]) {
            return Err(Error::Malformed {
                what: "the marker SOI",
                offset: 0,
            });
        }
        Ok(Self { photo, offset: 2 })
    }

    /// Starts at an offset.
    pub(crate) fn at(photo: &'a [u8], offset: usize) -> Self {
        Self { photo, offset }
    }

    /// Returns the next marker other than RSTn; `None` if the photo ends first, or within a segment.
    pub(crate) fn next_segment(&mut self) -> Option<Segment<'a>> {
        loop {
            let rest = self.photo.get(self.offset..)?;
            self.offset += find_ff(rest)? + 1;
            let code = *self.photo.get(self.offset)?;
            match code {
                // A stuffed zero is data.
                0 => {}
                // All but the last are fill bytes (T.81, B.1.1.2).
                0xff => self.offset += count_ff(&self.photo[self.offset..]) - 1,
                code::RST0..=code::RST7 | code::TEM => self.offset += 1,
                code::SOI | code::EOI => {
                    self.offset += 1;
                    return Some(Segment {
                        code,
                        payload: &[],
                        offset: self.offset,
                    });
                }
                _ => {
                    let start = self.offset + 1;
                    let length = self.photo.get(start..start + 2)?;
                    let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
                    if length < 2 {
                        self.offset = start;
                        let is_application = matches!(code, code::APP0..=code::APP15 | code::COM);
                        return Some(Segment {
                            // Application data that counts itself wrong held no table and no scan.
                            code: if is_application { code } else { code::RESERVED },
                            payload: &[],
                            offset: start,
                        });
                    }
                    let payload = self.photo.get(start + 2..start + length)?;
                    self.offset = start + length;
                    return Some(Segment {
                        code,
                        payload,
                        offset: start + 2,
                    });
                }
            }
        }
    }
}

/// Returns the position of the first 0xff.
pub(crate) fn find_ff(bytes: &[u8]) -> Option<usize> {
    position(bytes, |byte| byte == 0xff)
}

/// Returns how many 0xff the bytes begin with.
pub(crate) fn count_ff(bytes: &[u8]) -> usize {
    position(bytes, |byte| byte != 0xff).unwrap_or(bytes.len())
}

fn position(bytes: &[u8], is_wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let (chunks, _) = bytes.as_chunks::<32>();
    // Folded without an early exit, so that it becomes one comparison of 32 bytes.
    let has_none = |chunk: &&[u8; 32]| {
        !chunk
            .iter()
            .fold(false, |found, &byte| found | is_wanted(byte))
    };
    let passed = 32 * chunks.iter().take_while(has_none).count();
    let rest = bytes[passed..].iter();
    rest.take(32)
        .position(|&byte| is_wanted(byte))
        .map(|position| passed + position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fill_bytes_stuffing_and_restarts_are_skipped() {
        let photo = [
            0xff, 0xd8, 7, 0xff, 0, 0xff, 0xd3, 0xff, 0xff, 0xff, 0xdd, 0, 4, 0, 9, 0xff, 0xd9,
        ];
        let mut markers = Markers::new(&photo).unwrap();

        let interval = markers.next_segment().unwrap();
        let end = markers.next_segment().unwrap();

        assert_eq!(
            (interval.code, interval.payload, interval.offset),
            (code::DRI, &[0, 9][..], 13)
        );
        assert_eq!(end.code, code::EOI);
        assert!(markers.next_segment().is_none());
    }

    #[test]
    fn a_run_of_any_length_is_found_to_its_end() {
        for before in [0, 1, 31, 32, 33, 64, 99] {
            for run in [0, 1, 2, 31, 32, 33, 95, 200] {
                let mut bytes = vec![7; before];
                bytes.extend(vec![0xff; run]);

                assert_eq!(find_ff(&bytes), (run > 0).then_some(before));
                assert_eq!(count_ff(&bytes[before..]), run);
                bytes.extend([7; 40]);
                assert_eq!(count_ff(&bytes[before..]), run);
            }
        }
    }

    #[test]
    fn application_data_of_no_length_are_empty_and_any_other_segment_is_reserved() {
        for (code, expected) in [
            (0xe5, 0xe5),
            (code::COM, code::COM),
            (code::DHT, code::RESERVED),
        ] {
            for length in [0, 1] {
                let photo = [0xff, 0xd8, 0xff, code, 0, length, 0xff, 0xd9];
                let mut markers = Markers::new(&photo).unwrap();

                let segment = markers.next_segment().unwrap();

                assert_eq!((segment.code, segment.payload), (expected, &[][..]));
                assert_eq!(markers.next_segment().unwrap().code, code::EOI);
            }
        }
    }

    #[test]
    fn a_segment_longer_than_the_photo_ends_it() {
        let photo = [0xff, 0xd8, 0xff, 0xdb, 0, 67, 0];

        assert!(Markers::new(&photo).unwrap().next_segment().is_none());
    }
}
