//! The decoder configuration record of HEIF files (ISO/IEC 14496-15, 8.3.3.1).

use crate::error::{Error, Result};

/// What stands in an `hvcC` box: parameter sets, and how NAL units are stored in the image's data.
#[derive(Clone, Debug)]
pub struct Configuration<'a> {
    length_size: usize,
    parameter_sets: Vec<&'a [u8]>,
}

const TRUNCATED: Error = Error::Malformed("the decoder configuration ends early");

impl<'a> Configuration<'a> {
    /// Reads the content of an `hvcC` box.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] where the record ends before its units do.
    pub fn read(record: &'a [u8]) -> Result<Self> {
        // Profile, tier, level and what else the sequence parameter set says better.
        const SUMMARY: usize = 21;
        let [flags, arrays, rest @ ..] = record.get(SUMMARY..).ok_or(TRUNCATED)? else {
            return Err(TRUNCATED);
        };
        let mut rest = rest;
        let mut parameter_sets = Vec::new();
        for _ in 0..*arrays {
            let [_kind, count @ ..] = rest else {
                return Err(TRUNCATED);
            };
            rest = count;
            let count;
            (count, rest) = length(rest, 2)?;
            for _ in 0..count {
                let unit;
                (unit, rest) = unit_of(rest, 2)?;
                parameter_sets.push(unit);
            }
        }
        Ok(Self {
            length_size: usize::from(flags & 3) + 1,
            parameter_sets,
        })
    }

    /// The NAL units of parameter sets.
    #[must_use]
    pub fn parameter_sets(&self) -> &[&'a [u8]] {
        &self.parameter_sets
    }

    /// The NAL units of an image's data, each of which has its length before it.
    pub fn units<'d>(&self, data: &'d [u8]) -> impl Iterator<Item = Result<&'d [u8]>> + use<'d> {
        let length_size = self.length_size;
        let mut rest = data;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let unit = unit_of(rest, length_size);
            rest = unit.map_or(&[], |(_, rest)| rest);
            Some(unit.map(|(unit, _)| unit))
        })
    }
}

fn length(bytes: &[u8], size: usize) -> Result<(usize, &[u8])> {
    let (length, rest) = bytes.split_at_checked(size).ok_or(TRUNCATED)?;
    let length = length
        .iter()
        .fold(0, |length, &byte| length << 8 | usize::from(byte));
    Ok((length, rest))
}

fn unit_of(bytes: &[u8], size: usize) -> Result<(&[u8], &[u8])> {
    let (length, rest) = length(bytes, size)?;
    rest.split_at_checked(length)
        .ok_or(Error::Malformed("a NAL unit ends early"))
}
