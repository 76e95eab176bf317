//! The two ways in which an image in HEIF is coded, as far as this build reads them.

use std::borrow::Cow;
#[cfg(feature = "avif")]
use std::marker::PhantomData;

#[cfg(feature = "avif")]
use super::av1;
use super::boxes::Flaw;
use super::coded::{Coded, Keep, Sampling};
#[cfg(feature = "heic")]
use super::hevc;
use super::still::Config;
use crate::geometry::Size;
use crate::source::matrix::Nclx;

/// The decoder that an image's configuration asks for.
pub(super) enum Codec<'a> {
    #[cfg(feature = "heic")]
    Hevc(hevc::Hevc<'a>),
    // Without HEIC nothing else would use the lifetime.
    #[cfg(feature = "avif")]
    Av1(PhantomData<&'a [u8]>),
}

impl<'a> Codec<'a> {
    pub(super) fn new(config: Config<'a>) -> Result<Self, Flaw> {
        match config {
            #[cfg(feature = "heic")]
            Config::Hevc(config) => hevc::Hevc::new(config).map(Self::Hevc),
            #[cfg(feature = "avif")]
            Config::Av1 => Ok(Self::Av1(PhantomData)),
            #[cfg(not(feature = "heic"))]
            Config::Hevc(_) => Err(left_out("HEVC")),
            #[cfg(not(feature = "avif"))]
            Config::Av1 => Err(left_out("AV1")),
        }
    }

    /// Returns what is said of an image's samples outside the container: in the decoder's configuration, or its stream.
    pub(super) fn described<'d>(
        &self,
        stream: impl FnOnce() -> Result<Cow<'d, [u8]>, Flaw>,
    ) -> Result<(Sampling, Nclx), Flaw> {
        match self {
            #[cfg(feature = "heic")]
            Self::Hevc(hevc) => hevc.described(stream),
            #[cfg(feature = "avif")]
            Self::Av1(_) => av1::described(&stream()?),
        }
    }

    /// The most rows of pixels that an image decoded with [`Keep::Latest`] has in memory at once; `None` where it has them all.
    pub(super) fn rows_kept(&self) -> Option<u32> {
        match self {
            #[cfg(feature = "heic")]
            Self::Hevc(hevc) => hevc.rows_kept(),
            #[cfg(feature = "avif")]
            Self::Av1(_) => None,
        }
    }

    /// Decodes one image of `size`, of which `step` pixels become one.
    pub(super) fn decode(
        &self,
        data: &[u8],
        size: Size,
        step: f64,
        keep: Keep,
    ) -> Result<Box<dyn Coded>, Flaw> {
        match self {
            #[cfg(feature = "heic")]
            Self::Hevc(hevc) => hevc.decode(data, size, step, keep),
            #[cfg(feature = "avif")]
            Self::Av1(_) => av1::decode(data, size, step),
        }
    }
}

/// A file of either format may hold an image in the other's coding.
#[cfg(not(all(feature = "avif", feature = "heic")))]
fn left_out(coding: &str) -> Flaw {
    Flaw::Unsupported(format!("{coding}, which this build leaves out,"))
}
