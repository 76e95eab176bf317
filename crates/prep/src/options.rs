//! What the caller may choose; the defaults are right for an avatar.

use std::num::NonZeroU32;
use std::str::FromStr;

pub use jpeg::Subsampling;

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
pub(crate) const USUAL_QUALITY: u8 = 85;

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

    /// Whether the photo must be looked at before its square is known.
    pub(crate) fn look(&self) -> bool {
        self.fit == Fit::Cover && self.gravity.looks()
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

/// Whether the photo fills the square, or lies in it whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fit {
    /// It fills the square, and what is longer is cut off.
    #[default]
    Cover,
    /// All of it is in the square.
    Contain,
    /// All of it is in the circle that a messenger shows of the square, with its corners: for logos.
    InCircle,
}

impl FromStr for Fit {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text {
            "cover" => Ok(Self::Cover),
            "contain" => Ok(Self::Contain),
            _ => Err(ParseError("cover or contain")),
        }
    }
}

/// What is around a photo that lies in the square whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Backdrop {
    /// The background's colour.
    #[default]
    Color,
    /// The photo itself, blurred.
    Blur,
}

impl FromStr for Backdrop {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text {
            "color" => Ok(Self::Color),
            "blur" => Ok(Self::Blur),
            _ => Err(ParseError("color or blur")),
        }
    }
}

/// What becomes of a photo whose square is smaller than the picture should be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Enlarge {
    /// It keeps its own size, down to the least side.
    #[default]
    Never,
    /// It is enlarged to the picture's side.
    WhenSmaller,
}

/// What becomes of a photo of which a part is lost: cut off, or its data corrupt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnDamage {
    /// Any loss is an error, and so is a file that ends too early, even if that would not be seen.
    Refuse,
    /// A loss of up to a tenth of the square is accepted, and told in
    /// [`Prepared::lost`](crate::Prepared::lost); more is an error.
    #[default]
    AcceptSmall,
    /// What is there makes the picture, however little; the loss is told.
    Accept,
    /// The square moves to what comes before the loss, if that is still at least half as wide and high and no less
    /// than messengers take; else as [`Accept`](Self::Accept). The loss is told.
    Repair,
}

impl OnDamage {
    /// The largest share of the square that may be lost, 0…1.
    pub(crate) fn accepted(self) -> f32 {
        match self {
            Self::Refuse => 0.0,
            Self::AcceptSmall => 0.1,
            Self::Accept | Self::Repair => 1.0,
        }
    }
}

impl FromStr for OnDamage {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text {
            "refuse" => Ok(Self::Refuse),
            "accept-small" => Ok(Self::AcceptSmall),
            "accept" => Ok(Self::Accept),
            "repair" => Ok(Self::Repair),
            _ => Err(ParseError("refuse, accept-small, accept or repair")),
        }
    }
}

/// Whether a photo that is such a picture already is encoded again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reencode {
    /// It keeps its coded data bit for bit, and loses its metadata alone; so a picture that was made with the same options
    /// comes out as it went in, if it is within the [`limits`](Options::limits) on photos.
    ///
    /// Such a picture is an upright square JPEG in sRGB, as large as the picture would be, with its subsampling and coding, no
    /// finer quantized than the [`quality`](Options::quality) and within [`max_bytes`](Options::max_bytes), whole and free of
    /// errors. It is not made coarser, and cannot be made finer.
    ///
    /// [`trim`](Options::trim) and [`Fit::InCircle`] lead from every picture to another one. So they leave alone what this
    /// crate's own encoder wrote: trimming in any case, the circle where nothing but backdrop is around it. Trim photos, not
    /// pictures.
    #[default]
    WhenNeeded,
    /// It is decoded and encoded as every photo is.
    Always,
}

/// Which frame of an animation becomes the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Frame {
    /// The first, whatever it shows; of an animated PNG, what viewers show that know no animation.
    First,
    /// This one, counted from 1, or the last one if there are fewer.
    Number(NonZeroU32),
    /// The first that shows something: of up to 32 frames the first that is not blank, of one colour or nearly
    /// invisible; where all are, the one that shows most.
    #[default]
    Best,
}

impl FromStr for Frame {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        match text {
            "first" => Ok(Self::First),
            "best" => Ok(Self::Best),
            number => number
                .parse()
                .map(Self::Number)
                .map_err(|_| ParseError("first, best, or a number from 1 on")),
        }
    }
}

/// How a picture's coefficients are coded; the pixels are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Coding {
    /// In one scan, which every decoder reads.
    #[default]
    Baseline,
    /// In several scans, the coarse first: a few percent fewer bytes, and not read everywhere.
    Progressive,
}

/// An sRGB colour with 8 bits a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Color {
    /// 0…255.
    pub red: u8,
    /// 0…255.
    pub green: u8,
    /// 0…255.
    pub blue: u8,
}

impl Color {
    /// `#ffffff`
    pub const WHITE: Self = Self::new(255, 255, 255);
    /// `#000000`
    pub const BLACK: Self = Self::new(0, 0, 0);

    /// The colour of the three components, each 0…255.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }
}

impl FromStr for Color {
    type Err = ParseError;

    /// Reads `white`, `black`, `#rrggbb` or `#rgb`; the `#` may be left out.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let digits = match text {
            "white" => return Ok(Self::WHITE),
            "black" => return Ok(Self::BLACK),
            _ => text.strip_prefix('#').unwrap_or(text),
        };
        let wrong = ParseError("white, black, #rrggbb or #rgb");
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong);
        }
        let Ok(number) = u32::from_str_radix(digits, 16) else {
            return Err(wrong);
        };
        let [_, red, green, blue] = number.to_be_bytes();
        match digits.len() {
            6 => Ok(Self::new(red, green, blue)),
            3 => Ok(Self::new(
                (green & 15) * 17,
                (blue >> 4) * 17,
                (blue & 15) * 17,
            )),
            _ => Err(wrong),
        }
    }
}

/// A text that names no value; it tells what would.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {0}")]
pub struct ParseError(pub(crate) &'static str);

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_is_read_in_every_form_that_people_write() {
        for (text, expected) in [
            ("white", (255, 255, 255)),
            ("#1a2b3c", (0x1a, 0x2b, 0x3c)),
            ("1A2B3C", (0x1a, 0x2b, 0x3c)),
            ("#f0a", (0xff, 0x00, 0xaa)),
        ] {
            let Color { red, green, blue } = text.parse().unwrap();

            assert_eq!((red, green, blue), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_colour_is_refused() {
        for text in ["", "#", "red", "#12345", "#1234567", "+12345", "#é00"] {
            assert!(text.parse::<Color>().is_err(), "{text}");
        }
    }
}
