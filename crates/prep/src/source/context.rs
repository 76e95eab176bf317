//! What a format is given to open a photo, and the only way from what the photo claims to a [`Header`].

use super::decoder::Decoder;
use crate::color::{ColorSpace, Profiles};
use crate::error::{Error, Limit};
use crate::geometry::{Orientation, Size};
use crate::header::{Format, Header, Samples};
use crate::options::{Frame, Limits};
use crate::photo::Photo;

/// What a format is given to open a photo.
pub(crate) struct OpenContext<'a, 'p> {
    pub(crate) photo: &'a Photo<'a>,
    pub(crate) limits: Limits,
    /// The frame that an animation is reduced to.
    pub(crate) frame: Frame,
    pub(crate) profiles: &'p mut Profiles,
}

/// A photo whose header was read and found within the limits; it can be decoded any number of times.
pub(crate) struct Opened<'a> {
    pub(crate) photo: &'a Photo<'a>,
    pub(crate) header: Header,
    /// What the samples of its pixels mean.
    pub(crate) space: ColorSpace<'a>,
    pub(crate) decoder: Decoder<'a>,
}

/// What a photo says of itself. None of it is trusted before [`OpenContext::accept`] has checked it.
#[derive(Clone, Copy)]
pub(crate) struct Claims {
    pub(crate) format: Format,
    pub(crate) size: Size,
    pub(crate) orientation: Orientation,
    pub(crate) bits: u8,
    pub(crate) samples: Samples,
    pub(crate) is_ycbcr: bool,
    pub(crate) is_vector: bool,
    /// The most bytes that decoding takes, the file itself not counted.
    pub(crate) memory: u64,
}

impl Claims {
    /// Upright pixels of 8 bits a sample; set the other fields where a photo differs.
    pub(crate) fn new(format: Format, size: Size, samples: Samples, memory: u64) -> Self {
        Self {
            format,
            size,
            orientation: Orientation::Normal,
            bits: 8,
            samples,
            is_ycbcr: false,
            is_vector: false,
            memory,
        }
    }
}

impl<'a> OpenContext<'a, '_> {
    /// Rejects a size beyond the limits, or without pixels.
    ///
    /// [`accept`](Self::accept) does so too. A format calls this before it allocates or computes anything by the size.
    pub(crate) fn check_size(&self, format: Format, size: Size) -> Result<(), Error> {
        check_size(format, size, &self.limits)
    }

    /// Checks what a photo claims against the limits, and makes its header.
    pub(crate) fn accept(
        &mut self,
        claims: Claims,
        space: ColorSpace<'a>,
        decoder: Decoder<'a>,
    ) -> Result<Opened<'a>, Error> {
        let Claims {
            format,
            size,
            orientation,
            bits,
            samples,
            is_ycbcr,
            is_vector,
            memory,
        } = claims;
        // A drawing is drawn as small as the picture, whatever size it claims.
        if !is_vector {
            check_size(format, size, &self.limits)?;
        }
        within(Limit::Memory, memory, self.limits.memory)?;
        let header = Header {
            format,
            size,
            orientation,
            bits,
            samples,
            is_ycbcr,
            is_vector,
            profile: self.profiles.classify(&space, samples),
            memory,
        };
        Ok(Opened {
            photo: self.photo,
            header,
            space,
            decoder,
        })
    }

    /// Opens a photo that must be in memory as a whole.
    ///
    /// `open` is called with its first bytes before the rest is read: if those show that the photo will be rejected, nothing
    /// more of a large file is loaded.
    #[cfg_attr(
        not(any(feature = "avif", feature = "heic", feature = "jxl")),
        allow(
            dead_code,
            reason = "the formats that need it may be left out of a build"
        )
    )]
    pub(crate) fn open_whole<T>(
        &mut self,
        mut open: impl FnMut(&mut Self, &'a [u8]) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let photo = self.photo;
        let head = photo.head();
        if (head.len() as u64) < photo.length()
            && let Err(error @ (Error::TooLarge { .. } | Error::Unsupported { .. })) =
                open(self, head)
        {
            return Err(error);
        }
        open(self, photo.whole()?)
    }
}

/// Rejects a size beyond the limits, or without pixels.
fn check_size(format: Format, size: Size, limits: &Limits) -> Result<(), Error> {
    within(
        Limit::Side,
        size.width.max(size.height).into(),
        limits.side.into(),
    )?;
    within(Limit::Pixels, size.pixels(), limits.pixels)?;
    match size.pixels() {
        0 => Err(format.malformed("it has no pixels")),
        _ => Ok(()),
    }
}

/// Rejects what is over a limit.
pub(crate) fn within(what: Limit, actual: u64, limit: u64) -> Result<(), Error> {
    if actual > limit {
        return Err(Error::TooLarge {
            what,
            actual,
            limit,
        });
    }
    Ok(())
}
