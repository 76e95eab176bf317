//! The header of an image (RFC 9649, 3.4).

use crate::error::{Error, Result};

/// What an image says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// In pixels, 1…16384.
    pub width: u32,
    /// In pixels, 1…16384.
    pub height: u32,
    /// Whether opacity is used. It is a hint: the pixels have opacity in any case.
    pub has_alpha: bool,
}

const SIGNATURE: u8 = 0x2F;

impl Header {
    /// How many bytes of the chunk it takes.
    pub(crate) const LENGTH: usize = 5;

    /// Reads the header of a chunk `VP8L`.
    ///
    /// # Errors
    ///
    /// If the signature is wrong, the version unknown, or the chunk shorter than its header.
    pub fn read(chunk: &[u8]) -> Result<Self> {
        let Some(&[signature, bytes @ ..]) = chunk.first_chunk::<{ Self::LENGTH }>() else {
            return Err(Error::CutOff);
        };
        if signature != SIGNATURE {
            return Err(Error::Malformed("no signature of VP8L"));
        }
        // From the lowest bit on: width − 1 and height − 1 of 14 bits each, opacity, a version of 3 bits.
        let bits = u32::from_le_bytes(bytes);
        if bits >> 29 != 0 {
            return Err(Error::Malformed("an unknown version of VP8L"));
        }
        let side = |shift: u32| (bits >> shift & 0x3FFF) + 1;
        Ok(Self {
            width: side(0),
            height: side(14),
            has_alpha: bits >> 28 & 1 != 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_and_opacity_are_read() {
        let chunk = [0x2F, 0xFF, 0x3F, 0x00, 0x10, 0x99];

        let header = Header::read(&chunk);

        let expected = Header {
            width: 16384,
            height: 1,
            has_alpha: true,
        };
        assert_eq!(header, Ok(expected));
    }

    #[test]
    fn other_headers_are_errors() {
        let version = [0x2F, 0, 0, 0, 0x20];

        assert!(matches!(
            Header::read(&[0x2E, 0, 0, 0, 0]),
            Err(Error::Malformed(_))
        ));
        assert!(matches!(Header::read(&version), Err(Error::Malformed(_))));
        assert_eq!(Header::read(&version[..4]), Err(Error::CutOff));
    }
}
