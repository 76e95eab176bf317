//! What samples mean: the color space that a photo declares.

use std::borrow::Cow;

use super::curve::Curve;
use super::matrix::Primaries;

/// The color space of a photo's samples, as its container declares it.
///
/// By the time a decoder returns samples, subsampling, luma and chroma, and limited range are undone; what is left is the
/// meaning of red, green and blue (or gray, or ink).
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum ColorSpace<'a> {
    /// None declared: taken as sRGB, and inks as those of a common press.
    #[default]
    Untagged,
    /// sRGB.
    Srgb,
    /// An ICC profile.
    Icc(Cow<'a, [u8]>),
    /// Code points of ITU-T H.273, as in PNG's cICP and the `nclx` of AVIF and HEIC.
    Cicp(Cicp),
    /// Chromaticities and one curve, as in PNG's cHRM and gAMA, or Exif's Adobe RGB.
    Primaries {
        /// The chromaticities of red, green, blue and white.
        primaries: Primaries,
        /// The curve from samples to light.
        curve: Curve,
    },
    /// CIE L\*a\*b\* relative to D50, in three samples as ICC profiles code it (ICC.1, 6.3.4.2): L\* from
    /// 0 to the largest value for 0…100; a\* and b\* plus 128, in units of 1/255 of the largest value.
    Lab,
}

/// Code points of ITU-T H.273 for primaries and transfer; matrix and range are the decoder's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cicp {
    /// ColourPrimaries (H.273, table 2).
    pub(crate) primaries: u16,
    /// TransferCharacteristics (H.273, table 3).
    pub(crate) transfer: u16,
}

/// The most bytes of a profile that is used; those of presses have up to three million.
pub(crate) const MAX_ICC: usize = 4 << 20;

impl<'a> ColorSpace<'a> {
    /// How many bytes of a profile are worth reading: enough to tell that it has more than [`MAX_ICC`].
    pub(crate) const MAX_ICC_READ: u64 = MAX_ICC as u64 + 1;

    /// The space of an ICC profile, or untagged without one.
    pub(crate) fn from_icc(icc: Option<impl Into<Cow<'a, [u8]>>>) -> Self {
        icc.map_or(Self::Untagged, |icc| Self::Icc(icc.into()))
    }

    /// Returns the space with its own copy of the profile.
    pub(crate) fn into_owned(self) -> ColorSpace<'static> {
        match self {
            Self::Untagged => ColorSpace::Untagged,
            Self::Srgb => ColorSpace::Srgb,
            Self::Icc(icc) => ColorSpace::Icc(Cow::Owned(icc.into_owned())),
            Self::Cicp(cicp) => ColorSpace::Cicp(cicp),
            Self::Primaries { primaries, curve } => ColorSpace::Primaries { primaries, curve },
            Self::Lab => ColorSpace::Lab,
        }
    }
}
