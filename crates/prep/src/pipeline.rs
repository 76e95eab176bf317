//! The straight line from a photo to a picture.

use bytes::Bytes;

use jpeg::encoder::Encoder;

use crate::color::{Profiles, flatten_to_srgb};
use crate::encode::{chroma_size, encode_rgb, encode_ycbcr};
use crate::error::Error;
use crate::header::Header;
use crate::options::{OnDamage, Options};
use crate::pixels::Pixels;
use crate::plan::{Plan, Route};
use crate::resample::Resampler;
use crate::source::{JpegDecoder, JpegPhoto, Source};
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
    profiles: Profiles,
    decoder: JpegDecoder,
    resampler: Resampler,
    pixels: Pixels,
    square: Vec<[u8; 3]>,
    upright: [Vec<u8>; 3],
    encoder: Encoder,
}

/// What was found in a photo, and what was done.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Prepared {
    /// What the photo said of itself.
    pub header: Header,
    /// What was decided, and done.
    pub plan: Plan,
    /// The share of the square's rows that is lost because the photo is cut off or corrupt, 0…1.
    pub lost: f32,
}

impl Pipeline {
    /// A pipeline for pictures as `options` say.
    pub fn new(options: Options) -> Self {
        Self {
            options,
            profiles: Profiles::default(),
            decoder: JpegDecoder::new(options.limits.memory),
            resampler: Resampler::new(),
            pixels: Pixels::default(),
            square: Vec::new(),
            upright: Default::default(),
            encoder: Encoder::new(),
        }
    }

    /// Reads the header and decides what would be done, without decoding a pixel.
    ///
    /// # Errors
    ///
    /// Those that the header or the options can cause; see [`Error`].
    pub fn plan(&mut self, photo: &[u8]) -> Result<(Header, Plan), Error> {
        self.open(photo)
            .map(|(source, plan)| (*source.header(), plan))
    }

    /// Prepares `photo`; the JPEG file replaces what was in `picture`.
    ///
    /// # Errors
    ///
    /// See [`Error`]; `picture` is empty then, and the pipeline stays usable.
    pub fn prepare_into(&mut self, photo: &[u8], picture: &mut Vec<u8>) -> Result<Prepared, Error> {
        picture.clear();
        let (source, plan) = self.open(photo)?;
        let header = *source.header();
        let lost = self.make(source, &plan, picture)?;
        if lost > 0.0 && self.options.on_damage == OnDamage::Repair {
            return self.repair(photo, header, plan, lost, picture);
        }
        Ok(Prepared { header, plan, lost })
    }

    /// Makes the picture of what comes before the loss; where that is too little, or not sound either, of all.
    fn repair(
        &mut self,
        photo: &[u8],
        header: Header,
        plan: Plan,
        lost: f32,
        picture: &mut Vec<u8>,
    ) -> Result<Prepared, Error> {
        // Blocks and the kernel reach over the edge of the loss: no farther than this.
        for margin in [0, 16, 48] {
            let Some(repaired) = plan.before_the_loss(&header, lost, margin, &self.options) else {
                break;
            };
            let (source, _) = self.open(photo)?;
            if self.make(source, &repaired, picture)? == 0.0 {
                let plan = repaired;
                return Ok(Prepared { header, plan, lost });
            }
        }
        let (source, _) = self.open(photo)?;
        self.make(source, &plan, picture)?;
        Ok(Prepared { header, plan, lost })
    }

    /// Makes the picture; returns the share that is lost.
    fn make(
        &mut self,
        source: Source<'_>,
        plan: &Plan,
        picture: &mut Vec<u8>,
    ) -> Result<f32, Error> {
        match (source, plan.route) {
            (Source::Jpeg(photo), Route::YCbCr) => self.through_ycbcr(&photo, plan, picture),
            (source, _) => self.through_pixels(source, plan, picture),
        }
    }

    fn open<'a>(&mut self, photo: &'a [u8]) -> Result<(Source<'a>, Plan), Error> {
        self.options.check()?;
        let source = Source::open(
            photo,
            &self.options.limits,
            self.options.frame,
            &mut self.profiles,
        )?;
        let plan = Plan::new(source.header(), &self.options)?;
        Ok((source, plan))
    }

    /// Coefficients to luma and chroma of the picture's size; colours are never touched.
    fn through_ycbcr(
        &mut self,
        photo: &JpegPhoto<'_>,
        plan: &Plan,
        picture: &mut Vec<u8>,
    ) -> Result<f32, Error> {
        let lost = self.decoder.decode_ycbcr(photo, plan)?;
        accept(lost, &photo.header, &self.options)?;
        let [chroma_width, chroma_height] = chroma_size(plan);
        for (index, upright) in self.upright.iter_mut().enumerate() {
            match self.decoder.components().get(index) {
                Some(plane) => turn::<1>(
                    &plane.samples,
                    plane.width as usize,
                    plan.orientation,
                    upright,
                ),
                None => {
                    // A grey photo has no chroma; a picture always has.
                    upright.clear();
                    upright.resize(chroma_width * chroma_height, 128);
                }
            }
        }
        encode_ycbcr(
            &mut self.encoder,
            self.upright.each_ref().map(Vec::as_slice),
            plan,
            picture,
        );
        Ok(lost)
    }

    /// Whole pixels of the picture's size, brought to sRGB and put on their background.
    fn through_pixels(
        &mut self,
        source: Source<'_>,
        plan: &Plan,
        picture: &mut Vec<u8>,
    ) -> Result<f32, Error> {
        let (space, lost) = match source {
            Source::Jpeg(photo) => {
                let lost = self.decoder.decode_pixels(&photo, plan, &mut self.pixels)?;
                accept(lost, &photo.header, &self.options)?;
                (photo.space, lost)
            }
            Source::Rows(mut photo) => {
                let space = std::mem::take(&mut photo.space);
                let header = photo.header;
                let lost = photo.reduce(plan, &mut self.resampler, &mut self.pixels)?;
                accept(lost, &header, &self.options)?;
                (space, lost)
            }
        };
        flatten_to_srgb(
            &mut self.profiles,
            &self.pixels,
            &space,
            plan.background,
            &mut self.square,
        );
        let upright = &mut self.upright[0];
        turn::<3>(
            self.square.as_flattened(),
            plan.side as usize,
            plan.orientation,
            upright,
        );
        encode_rgb(&mut self.encoder, upright, plan, picture);
        Ok(lost)
    }
}

/// Refuses a photo of which more is lost than the options accept.
fn accept(lost: f32, header: &Header, options: &Options) -> Result<(), Error> {
    if lost > options.on_damage.accepted() {
        return Err(Error::Lost {
            format: header.format,
            lost,
        });
    }
    Ok(())
}
