//! Reads boxes and their fields (ISO 14496-12, 4.2): big-endian, nested, never trusted.

/// Why a container cannot be used.
#[derive(Debug)]
pub(super) enum Flaw {
    /// It breaks the rules of its format.
    Malformed(&'static str),
    /// It is valid, but holds what is not decoded here.
    Unsupported(String),
    /// More is claimed than the limits allow.
    Refused(crate::error::Error),
}

impl From<crate::error::Error> for Flaw {
    fn from(error: crate::error::Error) -> Self {
        Self::Refused(error)
    }
}

/// A four-character code: a box's type, a brand, an item's type.
pub(super) type Code = [u8; 4];

/// One box: its type, and what is inside.
#[derive(Clone, Copy)]
pub(super) struct Box<'a> {
    pub(super) kind: Code,
    pub(super) body: Fields<'a>,
}

/// Fields still to be read, from first to last.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(pub(super) &'a [u8]);

impl<'a> Fields<'a> {
    pub(super) fn bytes(&mut self, count: usize) -> Result<&'a [u8], Flaw> {
        let (taken, rest) = self
            .0
            .split_at_checked(count)
            .ok_or(Flaw::Malformed("a box is cut off"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Flaw> {
        let (taken, rest) = self
            .0
            .split_first_chunk()
            .ok_or(Flaw::Malformed("a box is cut off"))?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(super) fn u8(&mut self) -> Result<u8, Flaw> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    pub(super) fn u16(&mut self) -> Result<u16, Flaw> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    pub(super) fn u32(&mut self) -> Result<u32, Flaw> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    pub(super) fn code(&mut self) -> Result<Code, Flaw> {
        self.array()
    }

    /// A number of 0, 4 or 8 bytes, as `iloc` has them.
    pub(super) fn sized(&mut self, bytes: u8) -> Result<u64, Flaw> {
        match bytes {
            0 => Ok(0),
            4 => Ok(self.u32()?.into()),
            8 => Ok(u64::from_be_bytes(self.array()?)),
            _ => Err(Flaw::Malformed("a field of an impossible width")),
        }
    }

    /// An item's number: two bytes in old versions of a box, four in new ones.
    pub(super) fn item_id(&mut self, is_long: bool) -> Result<u32, Flaw> {
        match is_long {
            true => self.u32(),
            false => Ok(self.u16()?.into()),
        }
    }

    /// The version and the flags that a full box begins with.
    pub(super) fn version(&mut self) -> Result<(u8, u32), Flaw> {
        let word = self.u32()?;
        Ok(((word >> 24) as u8, word & 0xFF_FFFF))
    }

    /// The next box; `None` when there is none.
    ///
    /// The last box of a file may be cut off: it ends where the file ends.
    pub(super) fn next_box(&mut self) -> Result<Option<Box<'a>>, Flaw> {
        if self.0.len() < 8 {
            return Ok(None);
        }
        let whole = self.0.len() as u64;
        let size = self.u32()?;
        let kind = self.code()?;
        let (header, size) = match size {
            0 => (8, whole),
            1 => (16, self.sized(8)?),
            size => (8, u64::from(size)),
        };
        let body = size
            .checked_sub(header)
            .ok_or(Flaw::Malformed("a box is shorter than its own header"))?;
        let body = usize::try_from(body)
            .unwrap_or(usize::MAX)
            .min(self.0.len());
        Ok(Some(Box {
            kind,
            body: Self(self.bytes(body)?),
        }))
    }

    /// The first box of a kind among those that are left.
    pub(super) fn find(mut self, kind: &Code) -> Result<Option<Fields<'a>>, Flaw> {
        while let Some(found) = self.next_box()? {
            if found.kind == *kind {
                return Ok(Some(found.body));
            }
        }
        Ok(None)
    }
}
