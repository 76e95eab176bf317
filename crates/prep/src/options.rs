//! The options of a picture; the defaults suit an avatar.

mod choices;
mod color;
#[cfg(feature = "serde")]
mod serde;

pub use jpeg::Subsampling;

pub use self::choices::{Backdrop, Coding, Enlarge, Fit, Frame, OnDamage, Reencode};
pub use self::color::Color;

use crate::error::Error;
use crate::gravity::Gravity;

/// How a picture is made: its size, quality, background and limits.
///
/// ```
/// use prep::{Color, Options, Subsampling};
///
/// let drawing = Options::new().side(400).quality(90).subsampling(Subsampling::S444).background(Color::BLACK);
/// let small = Options::new().max_bytes(20_000);
/// ```
///
/// Setters take any number. [`Pipeline::new`](crate::Pipeline::new) and the other makers of pictures reject one that is outside its
/// range, before they are given a photo; [`check`](Self::check) does so by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(::serde::Serialize, ::serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
#[must_use = "options do nothing until a pipeline, a batch or a function is given them"]
pub struct Options {
    pub(crate) side: u32,
    pub(crate) minimum_side: u32,
    pub(crate) enlarge: Enlarge,
    pub(crate) fit: Fit,
    pub(crate) gravity: Gravity,
    pub(crate) trim: Option<u8>,
    pub(crate) backdrop: Backdrop,
    pub(crate) quality: Option<u8>,
    #[cfg_attr(feature = "serde", serde(with = "self::serde::subsampling"))]
    pub(crate) subsampling: Option<Subsampling>,
    pub(crate) coding: Coding,
    pub(crate) max_bytes: Option<u64>,
    pub(crate) background: Color,
    pub(crate) frame: Frame,
    pub(crate) on_damage: OnDamage,
    pub(crate) reencode: Reencode,
    pub(crate) limits: Limits,
}

/// The JPEG quality unless another is asked for.
pub(crate) const DEFAULT_QUALITY: u8 = 85;

impl Default for Options {
    fn default() -> Self {
        Self {
            side: 640,
            minimum_side: 192,
            enlarge: Enlarge::Never,
            fit: Fit::default(),
            gravity: Gravity::default(),
            trim: None,
            backdrop: Backdrop::default(),
            quality: None,
            subsampling: None,
            coding: Coding::default(),
            max_bytes: None,
            background: Color::WHITE,
            frame: Frame::default(),
            on_damage: OnDamage::default(),
            reencode: Reencode::default(),
            limits: Limits::default(),
        }
    }
}

impl Options {
    /// Returns the defaults: 640 px, quality 85, 4:2:0, on white.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the picture's side in pixels, 1…8192 (default 640).
    ///
    /// A photo whose square is smaller keeps its own size unless [`enlarge`](Self::enlarge) says
    /// otherwise.
    pub fn side(self, side: u32) -> Self {
        Self { side, ..self }
    }

    /// Sets the minimum side in pixels of a photo's square (default 192, WhatsApp's minimum; others accept less). It is
    /// capped at [`side`](Self::side), and does not apply when enlarging.
    pub fn minimum_side(self, minimum_side: u32) -> Self {
        Self {
            minimum_side,
            ..self
        }
    }

    /// Sets what happens to a square smaller than the side (default [`Enlarge::Never`]).
    pub fn enlarge(self, enlarge: Enlarge) -> Self {
        Self { enlarge, ..self }
    }

    /// Sets whether the photo fills the square or lies in it whole (default [`Fit::Auto`]).
    pub fn fit(self, fit: Fit) -> Self {
        Self { fit, ..self }
    }

    /// Trims a border of one color before anything else: the color of the first pixel, from which each sample may differ by
    /// `tolerance`; 10 suits JPEG's noise. By default nothing is trimmed. A finished picture keeps its border: see
    /// [`Reencode::WhenNeeded`].
    pub fn trim(self, tolerance: u8) -> Self {
        Self {
            trim: Some(tolerance),
            ..self
        }
    }

    /// Sets what is around a photo that lies in the square whole (default [`Backdrop::Color`]).
    pub fn backdrop(self, backdrop: Backdrop) -> Self {
        Self { backdrop, ..self }
    }

    /// Sets which part of the photo the square keeps (default [`Gravity::Center`]).
    pub fn gravity(self, gravity: Gravity) -> Self {
        Self { gravity, ..self }
    }

    /// Sets the JPEG quality on the scale of the IJG's software, 1…100 (default 85). With [`max_bytes`](Self::max_bytes) the
    /// default is the best that fits, and a quality set here is not exceeded.
    pub fn quality(self, quality: u8) -> Self {
        Self {
            quality: Some(quality),
            ..self
        }
    }

    /// Sets the chroma subsampling (default 4:2:0; with [`max_bytes`](Self::max_bytes) 4:2:0 or 4:4:4, whichever looks better).
    pub fn subsampling(self, subsampling: Subsampling) -> Self {
        Self {
            subsampling: Some(subsampling),
            ..self
        }
    }

    /// Sets how the coefficients are coded (default [`Coding::Baseline`]).
    pub fn coding(self, coding: Coding) -> Self {
        Self { coding, ..self }
    }

    /// Sets the most bytes that the picture may have.
    ///
    /// The best picture that fits is searched for by quality and subsampling. If the quality would be so low that fewer pixels
    /// look better, the picture gets smaller, down to [`minimum_side`](Self::minimum_side), unless
    /// [`enlarge`](Self::enlarge) demands the side.
    pub fn max_bytes(self, max_bytes: u64) -> Self {
        Self {
            max_bytes: Some(max_bytes),
            ..self
        }
    }

    /// Sets the color that shows through a transparent photo and is around a contained one (default white).
    pub fn background(self, background: Color) -> Self {
        Self { background, ..self }
    }

    /// Sets which frame of an animation becomes the picture (default [`Frame::Best`]).
    pub fn frame(self, frame: Frame) -> Self {
        Self { frame, ..self }
    }

    /// Sets what happens to a photo of which a part is lost (default [`OnDamage::AcceptSmall`]).
    pub fn on_damage(self, on_damage: OnDamage) -> Self {
        Self { on_damage, ..self }
    }

    /// Sets whether a photo that is a finished picture already is encoded again (default [`Reencode::WhenNeeded`]).
    pub fn reencode(self, reencode: Reencode) -> Self {
        Self { reencode, ..self }
    }

    /// Sets the limits beyond which a photo is rejected before a pixel is decoded.
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Whether the crop is chosen by what an overview of the photo shows.
    pub(crate) fn needs_overview(&self) -> bool {
        self.fit.fills_square() && self.gravity.needs_overview()
    }

    /// Rejects options outside their ranges.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] names the option and its range.
    pub fn check(&self) -> Result<(), Error> {
        if !(1..=8192).contains(&self.side) {
            return Err(Error::Option {
                option: "side",
                range: "1…8192",
                actual: self.side,
            });
        }
        if let Some(quality) = self.quality
            && !(1..=100).contains(&quality)
        {
            return Err(Error::Option {
                option: "quality",
                range: "1…100",
                actual: quality.into(),
            });
        }
        Ok(())
    }
}

/// What a photo may cost; one that would cost more is rejected by its header, before a pixel is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(::serde::Serialize, ::serde::Deserialize),
    serde(default, deny_unknown_fields)
)]
pub struct Limits {
    /// The file's size in bytes (default 128 MiB).
    pub bytes: u64,
    /// Width times height (default 268 million, a square of 16,384).
    pub pixels: u64,
    /// The longer side in pixels (default 65,535, the most that JPEG can hold).
    pub side: u32,
    /// The bytes that decoding may take (default 384 MiB).
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 128 << 20,
            pixels: 1 << 28,
            side: 65_535,
            memory: 384 << 20,
        }
    }
}
