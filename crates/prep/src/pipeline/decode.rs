//! Decodes what the picture needs of a photo: to luma and chroma, or to pixels of sRGB.

use super::plan::Planned;
use crate::cancel::Cancel;
use crate::color::{Profiles, flatten_to_srgb};
use crate::damage::Damage;
use crate::error::Error;
use crate::geometry::Resize;
use crate::header::Header;
use crate::options::{Color, Subsampling};
use crate::photo::Photo;
use crate::pixels::Pixels;
use crate::plan::{Plan, Route};
use crate::resample::Resampler;
use crate::source::{Decoder, JpegDecoder, Known, Opened, catch_panic, reduce};

/// The decoders and their buffers, kept from photo to photo.
pub(super) struct Decoding {
    pub(super) profiles: Profiles,
    pub(super) jpeg: JpegDecoder,
    resampler: Resampler,
    pixels: Pixels,
    /// What was decoded last by [`Route::Pixels`]; by [`Route::YCbCr`] it is in `jpeg`.
    pub(super) rgb: Vec<[u8; 3]>,
    pub(super) overviews: Overviews,
    /// The photo whose overview `jpeg` holds, which is the one that was opened last.
    pub(super) overview_of: Option<Header>,
    /// Ends the photo in progress.
    cancel: Cancel,
}

/// The square of a photo, decoded: its samples are in [`Decoding`] until something else is decoded.
#[derive(Clone, Copy)]
pub(super) struct Decoded {
    pub(super) plan: Plan,
    /// What was decoded: the crop, or the strip that it is cut out of.
    pub(super) resize: Resize,
    pub(super) damage: Damage,
}

/// A rectangle of the photo, and what it is decoded to.
#[derive(Clone, Copy)]
pub(super) struct Request {
    pub(super) resize: Resize,
    pub(super) route: Route,
    pub(super) subsampling: Subsampling,
    pub(super) background: Color,
}

impl Request {
    /// Asks for a rectangle, in the form that the plan needs.
    pub(super) fn new(plan: &Plan, resize: Resize) -> Self {
        Self {
            resize,
            route: plan.route,
            subsampling: plan.subsampling,
            background: plan.background,
        }
    }
}

impl Decoded {
    /// What was decoded for the plan as it is now.
    pub(super) fn new(planned: &Planned<'_>, resize: Resize, damage: Damage) -> Self {
        Self {
            plan: planned.plan,
            resize,
            damage,
        }
    }
}

/// When an overview is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Overviews {
    /// If the crop is chosen by it.
    AsNeeded,
    /// Whenever it can be made while the crop is decoded.
    WheneverCheap,
}

/// Decodes the crop.
pub(super) fn decode(planned: &mut Planned<'_>, decoding: &mut Decoding) -> Result<Decoded, Error> {
    let resize = planned.plan.resize();
    let request = Request::new(&planned.plan, resize);
    let damage = decoding.decode(&mut planned.opened, request)?;
    Ok(Decoded::new(planned, resize, damage))
}

impl Decoding {
    /// Creates decoders whose coefficients may take `memory` bytes.
    pub(super) fn new(memory: u64, overviews: Overviews) -> Self {
        Self {
            profiles: Profiles::default(),
            jpeg: JpegDecoder::new(memory),
            resampler: Resampler::default(),
            pixels: Pixels::default(),
            rgb: Vec::new(),
            overviews,
            overview_of: None,
            cancel: Cancel::new(),
        }
    }

    /// Sets the flag that ends the photo in progress.
    pub(super) fn set_cancel(&mut self, cancel: Cancel) {
        self.jpeg.set_cancel(&cancel);
        self.resampler.set_cancel(cancel.clone());
        self.cancel = cancel;
    }

    /// Returns the result, unless the photo was canceled: then it may be of a part of the photo only.
    pub(super) fn unless_canceled<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        match self.cancel.is_canceled() {
            true => Err(Error::Canceled),
            false => result,
        }
    }

    /// Changes how many bytes coefficients may take.
    pub(super) fn set_memory(&mut self, memory: u64) {
        self.jpeg = JpegDecoder::new(memory);
        self.jpeg.set_cancel(&self.cancel);
    }

    /// Forgets the last photo's overview.
    pub(super) fn forget_overview(&mut self) {
        self.overview_of = None;
    }

    /// Returns the bytes that an overview may take beyond those of decoding.
    pub(super) fn overview_memory(&self, header: &Header, photo: &Photo<'_>) -> u64 {
        match self.overviews {
            // What lies beside the crop stays as it is coded, and a coefficient of each block is kept.
            Overviews::WheneverCheap => photo.length() + header.size.pixels() / 8,
            Overviews::AsNeeded => 0,
        }
    }

    /// Decodes a rectangle from the photo's first row on; returns what is missing of it.
    pub(super) fn decode(
        &mut self,
        opened: &mut Opened<'_>,
        request: Request,
    ) -> Result<Damage, Error> {
        let header = opened.header;
        let (resize, pixels) = (request.resize, &mut self.pixels);
        let known = match self.overview_of {
            Some(_) => Known::Overview,
            None => Known::Nothing,
        };
        let damage = match (&mut opened.decoder, request.route) {
            (Decoder::Jpeg(photo), Route::YCbCr) => {
                // Coefficients become luma and chroma of the picture's size; colors are never converted.
                let damage = self
                    .jpeg
                    .decode_ycbcr(photo, known, resize, request.subsampling);
                return self.unless_canceled(damage);
            }
            (Decoder::Jpeg(photo), Route::Pixels) => {
                self.jpeg.decode_pixels(photo, known, resize, pixels)?
            }
            (Decoder::Rows(rows), _) => {
                reduce(&mut **rows, &header, resize, &mut self.resampler, pixels)?.into()
            }
            (Decoder::Render(render), _) => catch_panic(header.format, || {
                render.render(resize, pixels, &self.cancel)
            })?
            .into(),
        };
        flatten_to_srgb(
            &mut self.profiles,
            &self.pixels,
            &opened.space,
            request.background,
            &mut self.rgb,
        );
        Ok(damage)
    }
}
