//! Opens a photo of any format: reads its header, and holds what decoding needs.
//!
//! Each format is one file or folder that nobody else imports, and one row in [`formats`].

mod bmp;
mod canvas;
mod catch_panic;
mod context;
mod decoder;
mod farbfeld;
mod formats;
mod frames;
mod gif;
mod heif;
mod ico;
mod jpeg;
mod jxl;
#[cfg(any(feature = "avif", feature = "heic", feature = "jxl", feature = "webp"))]
mod loop_filters;
#[cfg(any(feature = "gif", feature = "tiff"))]
#[cfg_attr(
    not(all(feature = "gif", feature = "tiff")),
    allow(
        dead_code,
        unused_imports,
        reason = "one of the two may be left out of a build"
    )
)]
mod lzw;
#[cfg(any(feature = "avif", feature = "heic", feature = "webp"))]
mod matrix;
mod png;
mod pnm;
mod qoi;
mod spec;
mod svg;
mod tga;
mod tiff;
#[cfg(test)]
mod toy;
mod webp;

pub(crate) use catch_panic::catch_panic;
pub(crate) use context::{OpenContext, Opened, within};
pub(crate) use decoder::{Decoder, reduce};
pub use formats::formats;
pub(crate) use jpeg::photo::{JpegDecoder, Known};

use formats::sniff;

use crate::color::Profiles;
use crate::error::{Error, Limit};
use crate::header::Header;
use crate::options::{Frame, Limits};
use crate::photo::Photo;

/// Reads a photo's header, and rejects a photo that is over `limits`.
///
/// Cheap: no pixel is decoded.
///
/// # Errors
///
/// Every [`Error`] that neither pixels nor options cause.
pub fn read_header(photo: &[u8], limits: &Limits) -> Result<Header, Error> {
    let photo = Photo::from(photo);
    let mut context = OpenContext {
        photo: &photo,
        limits: *limits,
        frame: Frame::First,
        profiles: &mut Profiles::default(),
    };
    context.open().map(|opened| opened.header)
}

impl<'a> OpenContext<'a, '_> {
    /// Opens the photo with the format that its first bytes promise.
    pub(crate) fn open(&mut self) -> Result<Opened<'a>, Error> {
        within(Limit::Bytes, self.photo.length(), self.limits.bytes)?;
        let spec = sniff(self.photo.head())?;
        let Some(open) = spec.open else {
            return Err(Error::Unsupported {
                what: format!("{}, which this build leaves out,", spec.format),
            });
        };
        catch_panic(spec.format, || open(self))
    }
}
