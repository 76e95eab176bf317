//! HEVC still images (ITU-T H.265), by heic-rs: its decoder alone, for what lies around is ours.

use heic_rs::hevc::{self, ChromaFormat};

use super::boxes::{Fields, Flaw};
use super::coded::{Chroma, Coded, Sampling};
use super::items::{Nclx, UNSPECIFIED};
use super::sps;
use crate::geometry::Size;

/// The configuration box (ISO 14496-15, 8.3.2.1).
pub(super) struct Config<'a> {
    pub(super) sampling: Sampling,
    length_size: usize,
    parameter_sets: Vec<&'a [u8]>,
}

impl<'a> Config<'a> {
    pub(super) fn read(config: &'a [u8]) -> Result<Self, Flaw> {
        let mut fields = Fields(config);
        fields.bytes(16)?;
        let chroma = match fields.u8()? & 3 {
            0 => Chroma::None,
            1 => Chroma::S420,
            2 => Chroma::S422,
            _ => Chroma::All,
        };
        let bits = (fields.u8()? & 7) + 8;
        fields.bytes(3)?;
        let length_size = usize::from(fields.u8()? & 3) + 1;
        let mut units = [const { Vec::new() }; 3];
        for _ in 0..fields.u8()? {
            let kind = fields.u8()? & 0x3F;
            for _ in 0..fields.u16()? {
                let length = fields.u16()?.into();
                let unit = fields.bytes(length)?;
                if let Some(units) = kind
                    .checked_sub(VIDEO_PARAMETER_SET)
                    .and_then(|kind| units.get_mut(usize::from(kind)))
                {
                    units.push(unit);
                }
            }
        }
        Ok(Self {
            sampling: Sampling { bits, chroma },
            length_size,
            parameter_sets: units.concat(),
        })
    }

    /// Decodes one image of `size`.
    pub(super) fn decode(&self, data: &[u8], size: Size) -> Result<Box<dyn Coded>, Flaw> {
        let coded = hevc::probe(&self.parameter_sets)?;
        if (coded.width, coded.height) != (size.width, size.height) {
            return Err(Flaw::Malformed("an HEVC image of two sizes"));
        }
        let frame = hevc::decode_still(&self.parameter_sets, &self.slices(data)?)?;
        frame.validate()?;
        Ok(Box::new(Frame(frame)))
    }

    /// What the bitstream itself says of its colours.
    ///
    /// Without a word, the range is limited (H.265, E.3.1).
    pub(super) fn nclx(&self) -> Nclx {
        let described = self.parameter_sets.iter().find_map(|unit| sps::nclx(unit));
        described.unwrap_or(Nclx {
            primaries: UNSPECIFIED,
            transfer: UNSPECIFIED,
            matrix: UNSPECIFIED,
            full_range: false,
        })
    }

    /// The units that hold pixels; each has its length before it.
    fn slices<'d>(&self, data: &'d [u8]) -> Result<Vec<&'d [u8]>, Flaw> {
        let mut fields = Fields(data);
        let mut slices = Vec::new();
        while !fields.0.is_empty() {
            let length = fields
                .bytes(self.length_size)?
                .iter()
                .fold(0, |length, &byte| length << 8 | usize::from(byte));
            let unit = fields.bytes(length)?;
            if unit
                .first()
                .is_some_and(|header| header >> 1 & 0x3F < VIDEO_PARAMETER_SET)
            {
                slices.push(unit);
            }
        }
        Ok(slices)
    }
}

/// The types of the units that hold parameters are this and the two after it (H.265, table 7-1).
const VIDEO_PARAMETER_SET: u8 = 32;

impl From<heic_rs::Error> for Flaw {
    fn from(error: heic_rs::Error) -> Self {
        match error {
            heic_rs::Error::Unsupported(what) => Self::Unsupported(format!("HEVC with {what}")),
            heic_rs::Error::Malformed(what) | heic_rs::Error::Truncated(what) => {
                Self::Malformed(what)
            }
            _ => Self::Malformed("the HEVC decoder cannot follow it"),
        }
    }
}

struct Frame(hevc::Frame);

impl Coded for Frame {
    fn size(&self) -> Size {
        Size {
            width: self.0.width,
            height: self.0.height,
        }
    }

    fn chroma(&self) -> Chroma {
        match self.0.chroma {
            ChromaFormat::Monochrome => Chroma::None,
            ChromaFormat::Yuv420 => Chroma::S420,
            ChromaFormat::Yuv422 => Chroma::S422,
            ChromaFormat::Yuv444 => Chroma::All,
        }
    }

    fn row(&self, plane: usize, row: u32, column: u32, into: &mut [u16]) {
        let frame = &self.0;
        let (samples, stride) = match plane {
            0 => (&frame.y, frame.y_stride),
            1 => (&frame.cb, frame.c_stride),
            _ => (&frame.cr, frame.c_stride),
        };
        let row = &samples[row as usize * stride as usize..][column as usize..stride as usize];
        for (into, &from) in into.iter_mut().zip(row) {
            *into = from << (16 - frame.bit_depth);
        }
    }
}
