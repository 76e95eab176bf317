//! What the caller may choose; the defaults are right for an avatar.

mod choices;
mod color;

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
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    pub(crate) side: u32,
    pub(crate) minimum_side: u32,
    pub(crate) enlarge: Enlarge,
    pub(crate) fit: Fit,
    pub(crate) gravity: Gravity,
    pub(crate) trim: Option<u8>,
    pub(crate) backdrop: Backdrop,
    pub(crate) quality: Option<u8>,
    pub(crate) subsampling: Option<Subsampling>,
    pub(crate) coding: Coding,
    pub(crate) max_bytes: Option<u64>,
    pub(crate) background: Color,
    pub(crate) frame: Frame,
    pub(crate) on_damage: OnDamage,
    pub(crate) reencode: Reencode,
    pub(crate) limits: Limits,
}

/// What is written where nothing else is asked for.
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
    /// The defaults: 640 px, quality 85, 4:2:0, on white.
    pub fn new() -> Self {
        Self::default()
    }

    /// The picture's side in pixels, 1…8192 (default 640).
    ///
    /// A photo whose square is smaller keeps its own size unless [`enlarge`](Self::enlarge) says
    /// otherwise.
    pub fn side(self, side: u32) -> Self {
        Self { side, ..self }
    }

    /// The least side in pixels that a photo's square must have (default 192: WhatsApp's least; the
    /// others take less). It never exceeds [`side`](Self::side), and does not apply when enlarging.
    pub fn minimum_side(self, minimum_side: u32) -> Self {
        Self {
            minimum_side,
            ..self
        }
    }

    /// What becomes of a square smaller than the side (default [`Enlarge::Never`]).
    pub fn enlarge(self, enlarge: Enlarge) -> Self {
        Self { enlarge, ..self }
    }

    /// Whether the photo fills the square or lies in it whole (default [`Fit::Cover`]).
    pub fn fit(self, fit: Fit) -> Self {
        Self { fit, ..self }
    }

    /// Takes away the border of one colour before anything else: that of the first pixel, from which each sample may differ by
    /// `tolerance`. By default nothing is taken away; 10 is what JPEG needs. A picture that was made before keeps its border:
    /// see [`Reencode::WhenNeeded`].
    pub fn trim(self, tolerance: u8) -> Self {
        Self {
            trim: Some(tolerance),
            ..self
        }
    }

    /// What is around a photo that lies in the square whole (default [`Backdrop::Color`]).
    pub fn backdrop(self, backdrop: Backdrop) -> Self {
        Self { backdrop, ..self }
    }

    /// Which part of the photo the square keeps (default [`Gravity::Center`]).
    pub fn gravity(self, gravity: Gravity) -> Self {
        Self { gravity, ..self }
    }

    /// The JPEG quality on the scale of the IJG's software, 1…100 (default 85; with
    /// [`max_bytes`](Self::max_bytes) the best that fits, and a quality asked for is not exceeded).
    pub fn quality(self, quality: u8) -> Self {
        Self {
            quality: Some(quality),
            ..self
        }
    }

    /// How many chroma samples are kept (default 4:2:0; with [`max_bytes`](Self::max_bytes) 4:2:0 or
    /// 4:4:4, whichever looks better).
    pub fn subsampling(self, subsampling: Subsampling) -> Self {
        Self {
            subsampling: Some(subsampling),
            ..self
        }
    }

    /// How the coefficients are coded (default [`Coding::Baseline`]).
    pub fn coding(self, coding: Coding) -> Self {
        Self { coding, ..self }
    }

    /// The most bytes that the picture may have.
    ///
    /// The best picture is made that fits: quality and subsampling are searched for, and where the
    /// quality would be so low that fewer pixels look better, the picture gets smaller, down to
    /// [`minimum_side`](Self::minimum_side), unless [`enlarge`](Self::enlarge) asks for the side.
    pub fn max_bytes(self, max_bytes: u64) -> Self {
        Self {
            max_bytes: Some(max_bytes),
            ..self
        }
    }

    /// What shows through where the photo is transparent, and what is around it (default white).
    pub fn background(self, background: Color) -> Self {
        Self { background, ..self }
    }

    /// Which frame of an animation becomes the picture (default [`Frame::Best`]).
    pub fn frame(self, frame: Frame) -> Self {
        Self { frame, ..self }
    }

    /// What becomes of a photo of which a part is lost (default [`OnDamage::AcceptSmall`]).
    pub fn on_damage(self, on_damage: OnDamage) -> Self {
        Self { on_damage, ..self }
    }

    /// Whether a photo that is such a picture already is encoded again (default [`Reencode::WhenNeeded`]).
    pub fn reencode(self, reencode: Reencode) -> Self {
        Self { reencode, ..self }
    }

    /// What is refused before a pixel is decoded.
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Whether the crop is chosen by what an overview of the photo shows.
    pub(crate) fn needs_overview(&self) -> bool {
        self.fit == Fit::Cover && self.gravity.needs_overview()
    }

    /// Finds options outside their ranges.
    pub(crate) fn check(&self) -> Result<(), Error> {
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

/// What a photo may cost; more is refused when its header is read, before a pixel is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
