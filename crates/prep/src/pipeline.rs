//! The straight line from a photo to a picture.

use bytes::Bytes;
use fast_image_resize::Resizer;

use crate::color::ColorConverter;
use crate::encode::encode;
use crate::error::Error;
use crate::header::Header;
use crate::options::Options;
use crate::plan::Plan;
use crate::resample::resample;
use crate::source::Source;
use crate::turn::turn;

/// Prepares one photo with the default [`Options`].
///
/// # Errors
///
/// See [`Error`]; each says what to do.
pub fn prepare(photo: &[u8]) -> Result<Bytes, Error> {
    let mut picture = Vec::new();
    Pipeline::new(Options::new()).prepare_into(photo, &mut picture)?;
    Ok(picture.into())
}

/// Prepares photo after photo with the same options, and keeps its buffers between them.
///
/// Keep one a thread. The same photo and options give the same bytes, whatever came before.
pub struct Pipeline {
    options: Options,
    resizer: Resizer,
    color: ColorConverter,
    square: Vec<u8>,
    upright: Vec<u8>,
}

/// What was found in a photo, and what was done.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Prepared {
    /// What the photo said of itself.
    pub header: Header,
    /// What was decided, and done.
    pub plan: Plan,
}

impl Pipeline {
    /// A pipeline for pictures as `options` say.
    pub fn new(options: Options) -> Self {
        Self {
            options,
            resizer: Resizer::new(),
            color: ColorConverter::default(),
            square: Vec::new(),
            upright: Vec::new(),
        }
    }

    /// Reads the header and decides what would be done, without decoding a pixel.
    ///
    /// # Errors
    ///
    /// Those that the header or the options can cause; see [`Error`].
    pub fn plan(&self, photo: &[u8]) -> Result<Prepared, Error> {
        self.open(photo).map(|(_, prepared)| prepared)
    }

    /// Prepares `photo`; the JPEG file replaces what was in `picture`.
    ///
    /// # Errors
    ///
    /// See [`Error`]; `picture` is empty then, and the pipeline stays usable.
    pub fn prepare_into(&mut self, photo: &[u8], picture: &mut Vec<u8>) -> Result<Prepared, Error> {
        picture.clear();
        let (mut source, prepared) = self.open(photo)?;
        let plan = &prepared.plan;
        let icc = source.icc.take();
        let pixels = resample(
            &mut self.resizer,
            &source.decode(&self.options.limits)?,
            plan.crop,
            plan.side,
        );
        self.color
            .flatten_to_srgb(&pixels, icc.as_deref(), plan.background, &mut self.square);
        turn::<3>(
            &self.square,
            plan.side as usize,
            plan.orientation,
            &mut self.upright,
        );
        encode(&self.upright, plan, picture);
        Ok(prepared)
    }

    fn open<'a>(&self, photo: &'a [u8]) -> Result<(Source<'a>, Prepared), Error> {
        self.options.check()?;
        let source = Source::open(photo, &self.options.limits)?;
        let header = source.header;
        let plan = Plan::new(&header, &self.options)?;
        Ok((source, Prepared { header, plan }))
    }
}
