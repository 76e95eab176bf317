//! HEVC still images (ITU-T H.265), by our own decoder.

use hevc::{ChromaFormat, Colors, Configuration, Decoder, Header, Picture, Rows};

use super::boxes::Flaw;
use super::coded::{Chroma, Coded, Keep, Sampling};
use crate::geometry::Size;
use crate::source::loop_filters::{LoopFilters, Quantizer};
use crate::source::matrix::Nclx;

/// The decoder of all images with one configuration box.
pub(super) struct Hevc<'a> {
    configuration: Configuration<'a>,
    decoder: Decoder,
}

impl<'a> Hevc<'a> {
    pub(super) fn new(config: &'a [u8]) -> Result<Self, Flaw> {
        let configuration = Configuration::read(config)?;
        let decoder = Decoder::new(configuration.parameter_sets())?;
        Ok(Self {
            configuration,
            decoder,
        })
    }

    /// What the sequence parameter set says of the samples, here or in the image's own data.
    pub(super) fn described<'d>(
        &self,
        stream: impl FnOnce() -> Result<std::borrow::Cow<'d, [u8]>, Flaw>,
    ) -> Result<(Sampling, Nclx), Flaw> {
        let header = match self.decoder.header() {
            Some(header) => header,
            None => *self.decoder.open(&self.units(&stream()?)?)?.header(),
        };
        let sampling = Sampling {
            bits: header.luma_bits,
            chroma: chroma(header.chroma),
        };
        Ok((sampling, nclx(header.colors)))
    }

    /// The most rows of luma that are in memory at once where those that come are all that is kept.
    pub(super) fn rows_kept(&self) -> Option<u32> {
        self.decoder.rows_kept()
    }

    /// Decodes one image of `size`, of which `step` pixels become one.
    pub(super) fn decode(
        &self,
        data: &[u8],
        size: Size,
        step: f64,
        keep: Keep,
    ) -> Result<Box<dyn Coded>, Flaw> {
        let coded = self.decoder.open(&self.units(data)?)?;
        let header = coded.header();
        if (header.size.width, header.size.height) != (size.width, size.height) {
            return Err(Flaw::Malformed("an HEVC image of two sizes"));
        }
        // The limits were checked for what is shown, so no more than the rest of a block may lie around it.
        const MAX_BLOCK: u32 = 64;
        if header.coded.width - size.width >= MAX_BLOCK
            || header.coded.height - size.height >= MAX_BLOCK
        {
            return Err(Flaw::Malformed("an HEVC image larger than it says"));
        }
        /// Between 22 and 27 of the table in [`LoopFilters::for_step`].
        const MAX_FINE: i32 = 24;
        let quantizer = Quantizer::fine_if(coded.slice_qp() <= MAX_FINE);
        let filters = match LoopFilters::for_step(step, quantizer) {
            LoopFilters::Applied => hevc::Filters::All,
            LoopFilters::LeftOut => hevc::Filters::None,
        };
        Ok(Box::new(match keep {
            Keep::All => Frame::Whole(coded.decode(filters)?),
            Keep::Latest => {
                // So the limits were checked for the rows that this configuration needs.
                if self
                    .rows_kept()
                    .is_some_and(|rows| coded.rows_kept() > rows)
                {
                    return Err(Flaw::Malformed("an HEVC image in other tiles than it says"));
                }
                Frame::Rows(Box::new(coded.rows(filters)?))
            }
        }))
    }

    /// The units of an image's data; each has its length before it.
    fn units<'d>(&self, data: &'d [u8]) -> Result<Vec<&'d [u8]>, Flaw> {
        Ok(self.configuration.units(data).collect::<Result<_, _>>()?)
    }
}

impl From<hevc::Error> for Flaw {
    fn from(error: hevc::Error) -> Self {
        match error {
            hevc::Error::Malformed(what) => Self::Malformed(what),
            hevc::Error::Unsupported(what) => Self::Unsupported(format!("HEVC with {what}")),
            _ => Self::Malformed("the HEVC decoder cannot follow it"),
        }
    }
}

fn chroma(format: ChromaFormat) -> Chroma {
    match format {
        ChromaFormat::Monochrome => Chroma::None,
        ChromaFormat::Yuv420 => Chroma::S420,
        ChromaFormat::Yuv422 => Chroma::S422,
        ChromaFormat::Yuv444 => Chroma::All,
    }
}

fn nclx(colors: Colors) -> Nclx {
    Nclx {
        primaries: colors.primaries.into(),
        transfer: colors.transfer.into(),
        matrix: colors.matrix.into(),
        full_range: colors.full_range,
    }
}

enum Frame {
    Whole(Picture),
    Rows(Box<Rows>),
}

impl Frame {
    fn header(&self) -> &Header {
        match self {
            Self::Whole(picture) => picture.header(),
            Self::Rows(rows) => rows.header(),
        }
    }

    fn samples(&mut self, plane: usize, row: u32) -> Result<&[u16], Flaw> {
        Ok(match self {
            Self::Whole(picture) => picture.row(plane, row),
            Self::Rows(rows) => rows.row(plane, row)?,
        })
    }
}

impl Coded for Frame {
    fn size(&self) -> Size {
        let hevc::Size { width, height } = self.header().size;
        Size { width, height }
    }

    fn chroma(&self) -> Chroma {
        chroma(self.header().chroma)
    }

    fn row(&mut self, plane: usize, row: u32, column: u32, into: &mut [u16]) -> Result<(), Flaw> {
        let header = self.header();
        let bits = match plane {
            0 => header.luma_bits,
            _ => header.chroma_bits,
        };
        let samples = &self.samples(plane, row)?[column as usize..];
        for (into, &from) in into.iter_mut().zip(samples) {
            *into = from << (16 - bits);
        }
        Ok(())
    }
}
