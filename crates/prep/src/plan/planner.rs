//! Turns options into plans: below this file nothing reads the options.

use super::{Plan, Route, Treatment};
use crate::budget::ByteBudget;
use crate::choice::{Choice, Rule};
use crate::error::Error;
use crate::geometry::{Orientation, Rect, Size, Square};
use crate::gravity::Gravity;
use crate::header::{Header, Profile};
use crate::options::{DEFAULT_QUALITY, Enlarge, Fit, Options, Subsampling};

/// Makes the plans for one photo.
#[derive(Clone, Copy)]
pub(crate) struct Planner {
    header: Header,
    options: Options,
}

impl Planner {
    /// A planner for the photo with this header.
    pub(crate) fn new(header: Header, options: Options) -> Self {
        Self { header, options }
    }

    /// The options, for the stages before the plan.
    pub(crate) fn options(&self) -> &Options {
        &self.options
    }

    /// Plans a picture of the whole photo.
    pub(crate) fn whole(&self) -> Result<Plan, Error> {
        self.within(Rect::whole(self.header.size))
    }

    /// Plans a picture of a part of the photo, whole stored pixels.
    pub(crate) fn within(&self, content: Rect) -> Result<Plan, Error> {
        let Self { header, options } = self;
        let (stored, orientation) = (content.size(), header.orientation);
        let seen = orientation.seen(stored);
        let square = match options.fit {
            Fit::Cover | Fit::Auto => options.gravity.square(seen),
            fit => square_around(seen, fit),
        };
        let is_wider = square.side > f64::from(seen.shorter());
        let mut crop = orientation.stored_square(stored, square);
        (crop.x, crop.y) = (crop.x + content.x, crop.y + content.y);
        let side = match header.is_vector {
            // A drawing can be rendered at any size.
            true => options.side,
            false => picture_side(square.side as u32, options)?,
        };
        let subsampling = options.subsampling.unwrap_or_default();
        let route = match is_wider {
            // The backdrop is drawn in RGB.
            true => Route::Pixels,
            false => Route::new(header, side, subsampling),
        };
        Ok(Plan {
            crop,
            content,
            gravity: self.gravity(),
            fit: options.fit,
            backdrop: is_wider.then_some(options.backdrop),
            backdrop_color: options.background,
            side,
            asked_side: options.side,
            route,
            orientation,
            background: options.background,
            quality: options.quality.unwrap_or(DEFAULT_QUALITY),
            subsampling,
            coding: options.coding,
            budget: options.max_bytes.map(|bytes| ByteBudget {
                bytes,
                min_side: min_side(side, options),
                subsampling: options.subsampling,
                quality: options.quality,
            }),
            on_damage: options.on_damage,
            choice: Choice::of(match options.gravity {
                Gravity::FocalPoint(_) => Rule::FocalPoint,
                _ => Rule::Gravity,
            }),
            treatment: Treatment::Encoded,
        })
    }

    /// The gravity, if it has a say: a photo that lies in the square whole is centered.
    fn gravity(&self) -> Gravity {
        match self.options.fit {
            Fit::Cover | Fit::Auto => self.options.gravity,
            _ => Gravity::Center,
        }
    }

    /// Plans for a photo that conforms, so that it is kept.
    pub(crate) fn kept(
        &self,
        subsampling: Subsampling,
        treatment: Treatment,
    ) -> Result<Plan, Error> {
        // A picture's border was trimmed and its backdrop drawn when it was made: it is shown whole.
        let cover = Self {
            options: self.options.fit(Fit::Cover),
            ..*self
        };
        Ok(Plan {
            gravity: self.gravity(),
            subsampling,
            treatment,
            ..cover.whole()?
        })
    }

    /// Plans for the stored rows before a loss at the end of the crop, less a margin; `None` if they are too few.
    pub(crate) fn before_loss(&self, plan: &Plan, lost: f32, margin: u32) -> Option<Plan> {
        let sound = plan.crop.y + plan.crop.side * f64::from(1.0 - lost);
        let end = (sound.floor() - f64::from(margin)).min(plan.content.y + plan.content.height);
        let rest = Rect {
            height: (end - plan.content.y).max(1.0),
            ..plan.content
        };
        let mut repaired = self.within(rest).ok()?;
        if plan.needs_overview() {
            // The overview's choice still holds: as near to it as the rest allows.
            let near = |at: f64, start: f64, length: f64| {
                let begin = at + (plan.crop.side - repaired.crop.side) / 2.0;
                begin.clamp(start, start + length - repaired.crop.side)
            };
            let (x, y) = (
                near(plan.crop.x, rest.x, rest.width),
                near(plan.crop.y, rest.y, rest.height),
            );
            (repaired.crop.x, repaired.crop.y, repaired.choice) = (x, y, plan.choice);
        }
        repaired = match plan.budget {
            Some(_) => repaired.for_budget(),
            None => Plan {
                budget: None,
                ..repaired
            },
        };
        (repaired.crop.side * 2.0 >= plan.crop.side).then_some(repaired)
    }
}

/// The square around content of this size: its side is the longer one, or the diagonal, which puts the corners on the circle.
pub(crate) fn square_around(content: Size, fit: Fit) -> Square {
    let (width, height) = (f64::from(content.width), f64::from(content.height));
    let side = match fit {
        Fit::CircleSafe => (width * width + height * height).sqrt(),
        _ => width.max(height),
    };
    Square {
        x: (width - side) / 2.0,
        y: (height - side) / 2.0,
        side,
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

/// Whether subsampled chroma can be turned like its luma.
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

/// The side down to which a picture of `side` pixels may shrink to fit its byte budget.
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

    #[test]
    fn the_square_is_around_the_whole_content() {
        let content = Size {
            width: 400,
            height: 300,
        };

        let square = square_around(content, Fit::Contain);
        let circle = square_around(content, Fit::CircleSafe);

        assert_eq!((square.x, square.y, square.side), (0.0, -50.0, 400.0));
        // 3, 4, 5: each corner is 250 from the middle.
        assert_eq!((circle.x, circle.y, circle.side), (-50.0, -100.0, 500.0));
    }
}
