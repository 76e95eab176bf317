//! The options that are a choice among a few values.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use crate::names::{self, ParseError};

/// Whether the photo fills the square, or all of it lies in the square.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fit {
    /// It fills the square, except where a gravity that searches for faces finds several people whom no square keeps: the square
    /// then reaches beyond the photo, up to 1.2 times its shorter side, if that keeps them all. The photo, blurred, is around it.
    /// And with [`Gravity::Auto`](crate::Gravity::Auto) what stands on a flat background, such as a wordmark, is shown whole, on
    /// that background.
    #[default]
    Auto,
    /// It fills the square, and what is longer is cut off.
    Cover,
    /// All of it is in the square.
    Contain,
    /// All of it, with its corners, is in the circle that a messenger shows of the square: for logos.
    CircleSafe,
}

impl Fit {
    /// Every value.
    pub const ALL: [Self; 4] = [Self::Auto, Self::Cover, Self::Contain, Self::CircleSafe];

    /// Returns the name that is also parsed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Cover => "cover",
            Self::Contain => "contain",
            Self::CircleSafe => "circle-safe",
        }
    }

    /// Whether the photo is made to fill the square.
    pub(crate) fn fills_square(self) -> bool {
        matches!(self, Self::Auto | Self::Cover)
    }

    /// How large a square may be that keeps faces, in shorter sides of the photo.
    pub(crate) fn reach(self) -> f64 {
        match self {
            Self::Auto => 1.2,
            _ => 1.0,
        }
    }
}

impl fmt::Display for Fit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Fit {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        names::parse(text, &Self::ALL, &[])
    }
}

/// What is around a photo that lies in the square whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Backdrop {
    /// The background's color.
    #[default]
    Color,
    /// The photo itself, blurred.
    Blur,
}

impl Backdrop {
    /// Every value.
    pub const ALL: [Self; 2] = [Self::Color, Self::Blur];

    /// Returns the name that is also parsed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Color => "color",
            Self::Blur => "blur",
        }
    }
}

impl fmt::Display for Backdrop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Backdrop {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        names::parse(text, &Self::ALL, &[])
    }
}

/// What happens to a photo whose square is smaller than the picture should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Enlarge {
    /// It keeps its own size, down to the minimum side.
    #[default]
    Never,
    /// It is enlarged to the picture's side.
    WhenSmaller,
}

impl Enlarge {
    /// Every value.
    pub const ALL: [Self; 2] = [Self::Never, Self::WhenSmaller];

    /// Returns the name that is also parsed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::WhenSmaller => "when-smaller",
        }
    }
}

impl fmt::Display for Enlarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Enlarge {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        names::parse(text, &Self::ALL, &[])
    }
}

/// What happens to a photo of which a part is lost: cut off, or its data corrupt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnDamage {
    /// Any loss is an error, and so is a file that ends too early, even if that would not be seen.
    Refuse,
    /// A loss of up to a tenth of the square is accepted and reported in
    /// [`Prepared::lost`](crate::Prepared::lost); more is an error.
    #[default]
    AcceptSmall,
    /// Whatever was decoded becomes the picture, however little it is; the loss is reported.
    Accept,
    /// The square moves to what comes before the loss, if that is still at least half as wide and high and no less
    /// than messengers take; else like [`Accept`](Self::Accept). The loss is reported.
    Repair,
}

impl OnDamage {
    /// Every value.
    pub const ALL: [Self; 4] = [Self::Refuse, Self::AcceptSmall, Self::Accept, Self::Repair];

    /// Returns the name that is also parsed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refuse => "refuse",
            Self::AcceptSmall => "accept-small",
            Self::Accept => "accept",
            Self::Repair => "repair",
        }
    }

    /// The largest share of the square that may be lost, 0…1.
    pub(crate) fn accepted(self) -> f32 {
        match self {
            Self::Refuse => 0.0,
            Self::AcceptSmall => 0.1,
            Self::Accept | Self::Repair => 1.0,
        }
    }
}

impl fmt::Display for OnDamage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for OnDamage {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        names::parse(text, &Self::ALL, &[])
    }
}

/// Whether a photo that conforms, that is, is a finished picture already, is encoded again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reencode {
    /// It keeps its coded data bit for bit and loses only its metadata. So a picture that was made with the same options
    /// comes out as it went in, if it is within the [`limits`](crate::Options::limits).
    ///
    /// A finished picture is an upright square JPEG in sRGB, as large as the picture would be, with its subsampling and
    /// coding, no finer quantized than the [`quality`](crate::Options::quality), within
    /// [`max_bytes`](crate::Options::max_bytes), complete and free of errors. It is not made coarser, and cannot be made
    /// finer.
    ///
    /// [`trim`](crate::Options::trim) and [`Fit::CircleSafe`] would change every picture once more. So they leave alone what
    /// this crate's own encoder wrote: trimming always, the circle if nothing but backdrop is around it. Trim photos, not
    /// pictures.
    #[default]
    WhenNeeded,
    /// It is decoded and encoded like any other photo.
    Always,
}

impl Reencode {
    /// Every value.
    pub const ALL: [Self; 2] = [Self::WhenNeeded, Self::Always];

    /// Returns the name that is also parsed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WhenNeeded => "when-needed",
            Self::Always => "always",
        }
    }
}

impl fmt::Display for Reencode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Reencode {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        names::parse(text, &Self::ALL, &[])
    }
}

/// How a picture's coefficients are coded; the pixels are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Coding {
    /// In one scan, which every decoder reads.
    #[default]
    Baseline,
    /// In several scans, the coarse first: a few percent fewer bytes, but not read everywhere.
    Progressive,
}

impl Coding {
    /// Every value.
    pub const ALL: [Self; 2] = [Self::Baseline, Self::Progressive];

    /// Returns the name that is also parsed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Baseline => "baseline",
            Self::Progressive => "progressive",
        }
    }
}

impl fmt::Display for Coding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Coding {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        names::parse(text, &Self::ALL, &[])
    }
}

/// Which frame of an animation becomes the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Frame {
    /// The first, whatever it shows; of an animated PNG, what viewers without animation show.
    First,
    /// This one, counted from 1, or the last one if there are fewer.
    Number(NonZeroU32),
    /// The first that shows something: of up to 32 frames the first that is not blank, of one color or nearly
    /// invisible; if all are, the one that shows most.
    #[default]
    Best,
}

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::First => f.pad("first"),
            Self::Best => f.pad("best"),
            Self::Number(number) => number.fmt(f),
        }
    }
}

impl FromStr for Frame {
    type Err = ParseError;

    /// Parses `first`, `best`, or a number from 1.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        text.parse()
            .map(Self::Number)
            .or_else(|_| names::parse(text, &[Self::First, Self::Best], &["a number from 1"]))
    }
}
