//! All decisions about a picture, made before the first pixel is decoded.

use std::fmt;

use crate::budget::ByteBudget;
use crate::choice::{Choice, Rule};
use crate::contain::square_around;
use crate::error::Error;
use crate::geometry::{Orientation, Rect, Resize, Size, Square};
use crate::gravity::Gravity;
use crate::header::{Header, Profile};
use crate::options::{Backdrop, Coding, Color, Enlarge, Fit, Options, Subsampling, USUAL_QUALITY};
use crate::overview::ANALYZED_SIDE;

/// What will be done: plain data that every later stage only obeys.
///
/// Equal headers and options give equal plans.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    /// The part of the photo that is kept, in fractions of stored pixels; it may reach beyond the photo.
    pub crop: Square,
    /// The part of the photo that may be shown: all of it, or what is left when its border is trimmed.
    pub content: Rect,
    /// What is around the content where the square is larger.
    pub backdrop: Option<Backdrop>,
    /// The picture's side in pixels.
    pub side: u32,
    /// How the small square is turned to be upright.
    pub orientation: Orientation,
    /// Whether colours pass through untouched.
    pub route: Route,
    /// What shows through where the photo is transparent.
    pub background: Color,
    /// The JPEG quality, 1…100.
    pub quality: u8,
    /// How many chroma samples the JPEG keeps.
    pub subsampling: Subsampling,
    /// How its coefficients are coded.
    pub coding: Coding,
    /// What the JPEG must fit into; side, quality and subsampling give way to it.
    pub budget: Option<ByteBudget>,
    /// Why the square lies where it does.
    pub choice: Choice,
    /// Whether the photo is encoded, or is such a picture already.
    pub treatment: Treatment,
}

impl Plan {
    /// Decides what `options` mean for the photo with this header.
    pub(crate) fn new(header: &Header, options: &Options) -> Result<Self, Error> {
        Self::within(header, Rect::whole(header.size), options)
    }

    /// The same for a part of the photo, of whole stored pixels.
    pub(crate) fn within(header: &Header, content: Rect, options: &Options) -> Result<Self, Error> {
        let (stored, orientation) = (content.size(), header.orientation);
        let seen = orientation.seen(stored);
        let square = match options.fit {
            Fit::Cover => options.gravity.square(seen),
            fit => square_around(seen, fit),
        };
        let is_wider = square.side > f64::from(seen.shorter());
        let mut crop = orientation.stored_square(stored, square);
        (crop.x, crop.y) = (crop.x + content.x, crop.y + content.y);
        let side = match header.is_vector {
            // A drawing has every size.
            true => options.side,
            false => picture_side(square.side as u32, options)?,
        };
        let subsampling = options.subsampling.unwrap_or_default();
        let route = match is_wider {
            // What is around the photo is a colour of its own.
            true => Route::Pixels,
            false => Route::new(header, side, subsampling),
        };
        Ok(Self {
            crop,
            content,
            backdrop: is_wider.then_some(options.backdrop),
            side,
            route,
            orientation,
            background: options.background,
            quality: options.quality.unwrap_or(USUAL_QUALITY),
            subsampling,
            coding: options.coding,
            budget: options.max_bytes.map(|bytes| ByteBudget {
                bytes,
                min_side: min_side(side, options),
                subsampling: options.subsampling,
                quality: options.quality,
            }),
            choice: Choice::of(match options.gravity {
                Gravity::FocalPoint(_) => Rule::FocalPoint,
                _ => Rule::Gravity,
            }),
            treatment: Treatment::Encoded,
        })
    }

    /// The same for a photo that is such a picture already.
    pub(crate) fn kept(
        header: &Header,
        options: &Options,
        subsampling: Subsampling,
        treatment: Treatment,
    ) -> Result<Self, Error> {
        // The whole square is what covers the picture, and it has no border any more.
        let plan = Self::new(header, &options.fit(Fit::Cover))?;
        Ok(Self {
            subsampling,
            treatment,
            ..plan
        })
    }

    /// What is decoded for the picture.
    pub(crate) fn resize(&self) -> Resize {
        Resize::square(self.crop, self.side)
    }

    /// All of the content, at the picture's scale where that is good to look at: the picture is then a part
    /// of it, and nothing is decoded twice.
    pub(crate) fn strip(&self) -> Resize {
        let stored = self.content.size();
        let (shorter, longer) = (stored.shorter(), stored.width.max(stored.height));
        let is_good_to_look_at = (128..=1280).contains(&self.side) && longer / 4 <= shorter;
        let step = match is_good_to_look_at {
            true => f64::from(shorter) / f64::from(self.side),
            false => (f64::from(longer) / 1024.0).max(1.0),
        };
        Resize::at_scale(self.content, step)
    }

    /// Whether an eighth of the photo's size is enough to look at, and its colours are those that are seen.
    pub(crate) fn may_be_glanced_at(&self, header: &Header) -> bool {
        let Size { width, height } = header.size;
        let is_whole = self.content == Rect::whole(header.size);
        let is_large = width.max(height) as usize >= 8 * ANALYZED_SIDE;
        // Chroma begins with every second pixel.
        let parts_begin_with_chroma = self.side.is_multiple_of(2);
        is_whole && is_large && parts_begin_with_chroma && self.route == Route::YCbCr
    }

    /// Takes this square of the stored photo, or the nearest that is made of whole pixels of the strip, if it is as large as
    /// its pixels are.
    pub(crate) fn take(&mut self, crop: Square, strip: Resize) {
        self.crop = crop;
        if let Some((x, y)) = self.window_in(strip) {
            let step = strip.step();
            self.crop.x = strip.rect.x + f64::from(x) * step;
            self.crop.y = strip.rect.y + f64::from(y) * step;
        }
    }

    /// Where in the strip the picture begins, if it is a part of it.
    pub(crate) fn window_in(&self, strip: Resize) -> Option<(u32, u32)> {
        let step = strip.step();
        let is_to_scale = (self.crop.side / step - f64::from(self.side)).abs() < 1e-6;
        let is_a_strip = strip.size.width.min(strip.size.height) == self.side;
        (is_to_scale && is_a_strip).then(|| {
            let begin = |at: f64, pixels: u32| whole_chroma(at / step, pixels - self.side);
            (
                begin(self.crop.x - strip.rect.x, strip.size.width),
                begin(self.crop.y - strip.rect.y, strip.size.height),
            )
        })
    }

    /// The same for the stored rows before a loss at the end of the square, less a margin; none where they are too few.
    pub(crate) fn before_the_loss(
        &self,
        header: &Header,
        lost: f32,
        margin: u32,
        options: &Options,
    ) -> Option<Self> {
        let sound = self.crop.y + self.crop.side * f64::from(1.0 - lost);
        let end = (sound.floor() - f64::from(margin)).min(self.content.y + self.content.height);
        let rest = Rect {
            height: (end - self.content.y).max(1.0),
            ..self.content
        };
        let mut plan = Self::within(header, rest, options).ok()?;
        if options.look() {
            // What was seen is still there: as near to it as can be.
            let near = |at: f64, start: f64, length: f64| {
                let begin = at + (self.crop.side - plan.crop.side) / 2.0;
                begin.clamp(start, start + length - plan.crop.side)
            };
            let (x, y) = (
                near(self.crop.x, rest.x, rest.width),
                near(self.crop.y, rest.y, rest.height),
            );
            (plan.crop.x, plan.crop.y, plan.choice) = (x, y, self.choice);
        }
        (plan.crop.side * 2.0 >= self.crop.side).then_some(plan)
    }
}

/// What becomes of a photo's coded data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Treatment {
    /// Its pixels are decoded, and encoded as a new picture.
    Encoded,
    /// It is such a picture already, but for metadata: they go, and the coded data stay bit for bit.
    MetadataStripped,
    /// It is such a picture already, byte for byte.
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

/// The way of the colours from the photo to the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Route {
    /// Luma and chroma stay what they are, each resampled from its own resolution.
    YCbCr,
    /// The square becomes whole pixels: for its profile, its opacity, or what it is stored as.
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

impl Route {
    fn new(header: &Header, side: u32, subsampling: Subsampling) -> Self {
        let keeps_colors = header.is_ycbcr && header.profile != Profile::Convert;
        match keeps_colors && chroma_can_turn(side, header.orientation, subsampling) {
            true => Self::YCbCr,
            false => Self::Pixels,
        }
    }
}

/// Whether halved chroma can be turned with its luma.
///
/// Where the side is odd, the last chroma sample stands for one pixel, not two: mirrored, it would
/// stand for the wrong ones. Where only the width is halved, a quarter turn would halve the height.
fn chroma_can_turn(side: u32, orientation: Orientation, subsampling: Subsampling) -> bool {
    match subsampling {
        Subsampling::S444 => true,
        Subsampling::S420 => side.is_multiple_of(2) || orientation == Orientation::Normal,
        Subsampling::S422 => {
            orientation == Orientation::Normal
                || (side.is_multiple_of(2) && !orientation.swaps_sides())
        }
    }
}

/// The nearest pixel with which a chroma sample begins, at most `most`.
fn whole_chroma(at: f64, most: u32) -> u32 {
    ((at / 2.0).round() as u32 * 2).min(most / 2 * 2)
}

/// The side of the picture for a photo whose square has `available` pixels.
pub(crate) fn picture_side(available: u32, options: &Options) -> Result<u32, Error> {
    if options.enlarge == Enlarge::WhenSmaller {
        return Ok(options.side);
    }
    let minimum = options.minimum_side.min(options.side);
    if available < minimum {
        return Err(Error::TooSmall {
            side: available,
            minimum,
        });
    }
    Ok(options.side.min(available))
}

/// The side down to which a picture of `side` pixels may shrink to fit its budget.
fn min_side(side: u32, options: &Options) -> u32 {
    match options.enlarge {
        // The side itself was asked for.
        Enlarge::WhenSmaller => side,
        Enlarge::Never => options.minimum_side.clamp(1, side),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_side_follows_from_what_there_is_and_what_is_asked() {
        let enlarging = Options::new().enlarge(Enlarge::WhenSmaller);
        for (available, options, expected) in [
            (3000, Options::new(), Some(640)),
            (640, Options::new(), Some(640)),
            (639, Options::new(), Some(639)),
            (192, Options::new(), Some(192)),
            (191, Options::new(), None),
            (100, Options::new().side(64), Some(64)),
            (63, Options::new().side(64), None),
            (191, Options::new().minimum_side(1), Some(191)),
            (1, enlarging, Some(640)),
        ] {
            let side = picture_side(available, &options).ok();

            assert_eq!(side, expected, "{available} px");
        }
    }
}
