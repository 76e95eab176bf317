//! Every decision about one picture, made before the first pixel is decoded.

mod planner;

use std::fmt;

use crate::budget::ByteBudget;
use crate::choice::{Around, Choice};
use crate::face::{FIRST_LOOK, SECOND_LOOK};
use crate::geometry::{Orientation, Rect, Resize, Size, Square};
use crate::gravity::Gravity;
use crate::header::Header;
use crate::options::{Backdrop, Coding, Color, Fit, OnDamage, Subsampling};
use crate::overview::ANALYZED_SIDE;

pub(crate) use planner::{Planner, picture_side};

/// What will be done: plain data, made of the header and the options, that every later stage obeys.
///
/// Equal headers and options give equal plans.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// The part of the photo that the picture shows, in fractions of stored pixels; it may reach beyond the photo.
    pub crop: Square,
    /// The part of the photo that may be shown: all of it, or what is inside its border.
    pub content: Rect,
    /// Which part of the content the crop keeps, if it cannot keep all of it.
    pub gravity: Gravity,
    /// How the content fits the square; how [`Fit::Auto`] does follows from what an overview shows.
    pub fit: Fit,
    /// What is around the content if the crop is larger.
    pub backdrop: Option<Backdrop>,
    /// The color of a [`Backdrop::Color`].
    pub backdrop_color: Color,
    /// The picture's side in pixels.
    pub side: u32,
    /// The side that was asked for: a small photo's is smaller.
    pub(crate) asked_side: u32,
    /// How the decoded square is turned upright.
    pub orientation: Orientation,
    /// Whether the picture is encoded from the photo's own luma and chroma.
    pub route: Route,
    /// What shows through where the photo is transparent.
    pub background: Color,
    /// The JPEG quality, 1…100.
    pub quality: u8,
    /// How many chroma samples the picture keeps.
    pub subsampling: Subsampling,
    /// How the picture's coefficients are coded.
    pub coding: Coding,
    /// The bytes that the picture must fit into; side, quality and subsampling give way to it.
    pub budget: Option<ByteBudget>,
    /// What happens if a part of the crop is lost.
    pub on_damage: OnDamage,
    /// Why the crop lies where it does.
    pub choice: Choice,
    /// Whether the photo is encoded, or is a finished picture already.
    pub treatment: Treatment,
}

impl Plan {
    /// Whether the crop is chosen by what an overview of the photo shows.
    pub(crate) fn needs_overview(&self) -> bool {
        self.gravity.needs_overview()
    }

    /// What is decoded for the picture.
    pub(crate) fn resize(&self) -> Resize {
        Resize::square(self.crop, self.side)
    }

    /// The whole content, at the picture's scale if that suits an analysis: the picture is then cut out of it, and nothing is
    /// decoded twice.
    pub(crate) fn strip(&self) -> Resize {
        let stored = self.content.size();
        let (shorter, longer) = (stored.shorter(), stored.width.max(stored.height));
        let is_like_a_photo = (128..=1280).contains(&self.side) && longer / 4 <= shorter;
        // Faces are searched for in more pixels than a small picture leaves.
        let pixels = u64::from(self.side) * u64::from(longer) / u64::from(shorter.max(1));
        let shows_faces = pixels >= (SECOND_LOOK as u64).min(longer.into());
        let suits_analysis = is_like_a_photo && (shows_faces || !self.gravity.needs_faces());
        let step = match suits_analysis {
            true => f64::from(shorter) / f64::from(self.side),
            false => (f64::from(longer) / 1024.0).max(1.0),
        };
        Resize::at_scale(self.content, step)
    }

    /// Whether the JPEG decoder's overview, an eighth of the photo's size, is large enough to analyze and in the right colors.
    pub(crate) fn allows_jpeg_overview(&self, header: &Header) -> bool {
        let Size { width, height } = header.size;
        let is_whole = self.content == Rect::whole(header.size);
        let analyzed = match self.gravity.needs_faces() {
            true => FIRST_LOOK,
            false => ANALYZED_SIDE,
        };
        let is_large = width.max(height) as usize >= 8 * analyzed;
        // A crop of the strip begins with a chroma sample, that is at every second pixel.
        let begins_with_chroma = self.side.is_multiple_of(2);
        is_whole && is_large && begins_with_chroma && self.route == Route::YCbCr
    }

    /// Sets the crop, moved to the nearest whole pixels of the strip if it has the strip's scale.
    pub(crate) fn set_crop(&mut self, crop: Square, strip: Resize) {
        self.crop = crop;
        if let Some((x, y)) = self.offset_in(strip) {
            let step = strip.step();
            self.crop.x = strip.rect.x + f64::from(x) * step;
            self.crop.y = strip.rect.y + f64::from(y) * step;
        }
    }

    /// Draws what is around the content, since the crop, of `side` pixels of the photo, reaches beyond it.
    pub(crate) fn show_beyond(&mut self, side: f64, around: Around) {
        self.backdrop = Some(match around {
            Around::Blur => Backdrop::Blur,
            Around::Color(color) => {
                self.backdrop_color = color;
                Backdrop::Color
            }
        });
        // It is drawn in RGB.
        self.route = Route::Pixels;
        self.side = self.side.max(self.asked_side.min(side as u32));
    }

    /// Where in the strip's pixels the picture begins; `None` if it cannot be cut out of them.
    pub(crate) fn offset_in(&self, strip: Resize) -> Option<(u32, u32)> {
        let step = strip.step();
        let is_to_scale = (self.crop.side / step - f64::from(self.side)).abs() < 1e-6;
        let is_a_strip = strip.size.width.min(strip.size.height) == self.side;
        (is_to_scale && is_a_strip).then(|| {
            let begin = |at: f64, pixels: u32| nearest_chroma(at / step, pixels - self.side);
            (
                begin(self.crop.x - strip.rect.x, strip.size.width),
                begin(self.crop.y - strip.rect.y, strip.size.height),
            )
        })
    }

    /// The plan without its byte budget, if a quality was asked for: a picture of that quality may fit as it is.
    pub(crate) fn at_asked_quality(self) -> Option<Self> {
        self.budget?.quality?;
        Some(Self {
            budget: None,
            ..self
        })
    }

    /// The plan with the route that its byte budget needs: encodings are searched for among pixels.
    pub(crate) fn for_budget(self) -> Self {
        match self.budget {
            Some(_) => Self {
                route: Route::Pixels,
                ..self
            },
            None => self,
        }
    }
}

/// What happens to a photo's coded data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Treatment {
    /// Its pixels are decoded, and encoded as a new picture.
    Encoded,
    /// It is a finished picture but for metadata: that is removed, and the coded data stay bit for bit.
    MetadataStripped,
    /// It is a finished picture, byte for byte.
    PassedThrough,
}

impl Treatment {
    /// Returns the name that reports give it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Encoded => "encoded",
            Self::MetadataStripped => "metadata-stripped",
            Self::PassedThrough => "passed-through",
        }
    }
}

impl fmt::Display for Treatment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How color travels from the photo to the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Route {
    /// Luma and chroma are never converted, and each is resampled from its own resolution.
    YCbCr,
    /// The square becomes pixels of sRGB: for its profile, its opacity, or its stored color model.
    Pixels,
}

impl Route {
    /// Returns the name that reports give it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::YCbCr => "ycbcr",
            Self::Pixels => "pixels",
        }
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The nearest pixel at which a chroma sample begins, at most `max`.
fn nearest_chroma(at: f64, max: u32) -> u32 {
    ((at / 2.0).round() as u32 * 2).min(max / 2 * 2)
}
