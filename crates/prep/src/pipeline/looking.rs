//! The part of the line where the square is chosen by a look at the photo.

use super::{Glances, Pipeline};
use crate::error::Error;
use crate::geometry::{Orientation, Rect, Resize, Square};
use crate::header::Header;
use crate::loss::Loss;
use crate::overview::{ANALYZED_SIDE, Grid, Overview};
use crate::plan::{Plan, Route};
use crate::source::{Decoder, Source};

impl Pipeline {
    /// Decodes a square and glances at all of the photo meanwhile, if that is wanted and can be; tells whether it did.
    pub(super) fn decode_with_overview(
        &mut self,
        source: &Source<'_>,
        header: &Header,
        plan: &Plan,
        resize: Resize,
    ) -> bool {
        let Decoder::Jpeg(photo) = &source.decoder else {
            return false;
        };
        if self.glances == Glances::AsNeeded || !plan.may_be_glanced_at(header) {
            return false;
        }
        let subsampling = self.options.subsampling.unwrap_or_default();
        let decoded =
            self.decoder
                .decode_with_overview(photo, resize, (0, 0), plan.side, subsampling);
        let Ok(Some(decoded)) = decoded else {
            return false;
        };
        self.glanced = Some(*header);
        // What is lost, or what is wrong behind the square, is told as if only that were read.
        decoded.has_window && decoded.lost == Loss::NONE
    }

    /// Looks at the photo and chooses the square; where it can be had of a strip, that is decoded as far as the square needs.
    pub(super) fn look(
        &mut self,
        source: Source<'_>,
        header: &Header,
        plan: &mut Plan,
        strip: Resize,
    ) -> Result<Looked, Error> {
        let subsampling = self.options.subsampling.unwrap_or_default();
        if let Decoder::Jpeg(photo) = &source.decoder
            && let Some(middle) = plan.window_in(strip)
            && plan.may_be_glanced_at(header)
            && let Some(decoded) =
                self.decoder
                    .decode_with_overview(photo, strip, middle, plan.side, subsampling)?
        {
            self.glanced = Some(*header);
            let overview = look_at(self.decoder.overview(), plan.orientation, ANALYZED_SIDE);
            self.choose(header, plan, strip, overview);
            return match plan.window_in(strip) {
                Some(window) if decoded.has_window && decoded.lost.share == 0.0 => {
                    let side = plan.side;
                    self.decoder
                        .move_window(photo, strip, middle, window, side, subsampling)?;
                    Ok(Looked::IsDecoded(decoded.lost))
                }
                _ => Ok(Looked::IsNot),
            };
        }
        let lost = self.decode(source, plan.route, strip)?;
        let overview = match plan.route {
            Route::YCbCr => look_at(self.decoder.components(), plan.orientation, ANALYZED_SIDE),
            Route::Pixels => {
                let grid = Grid {
                    samples: &self.square,
                    width: strip.size.width as usize,
                };
                Overview::at_rgb(grid, plan.orientation, ANALYZED_SIDE)
            }
        };
        self.choose(header, plan, strip, overview);
        Ok(match lost.share == 0.0 && plan.window_in(strip).is_some() {
            true => Looked::IsDecoded(lost),
            false => Looked::IsNot,
        })
    }

    /// Chooses the square by a look at the photo.
    fn choose(&mut self, header: &Header, plan: &mut Plan, strip: Resize, overview: Overview) {
        let (stored, orientation) = (plan.content.size(), plan.orientation);
        let seen = orientation.seen(stored);
        let least = (f64::from(seen.shorter()) / 2.0).max(plan.side.min(seen.shorter()).into());
        let gravity = self.options.gravity;
        let (square, mut choice) = self.chooser.choose(gravity, &overview, seen, least);
        let Square { x, y, side } = orientation.stored_square(stored, square);
        let Rect {
            x: left, y: top, ..
        } = plan.content;
        let crop = Square {
            x: left + x,
            y: top + y,
            side,
        };
        plan.take(crop, strip);
        let seen_at = orientation.seen_rect(header.size, plan.content);
        choice.move_faces(seen_at.x, seen_at.y);
        let taken = orientation.seen_rect(header.size, plan.crop.into());
        choice.judge_faces(Square {
            x: taken.x,
            y: taken.y,
            side: taken.width,
        });
        plan.choice = choice;
    }
}

/// What an overview left behind.
#[derive(Clone, Copy)]
pub(super) enum Looked {
    /// The square is decoded, a part of the strip, of which so much is lost.
    IsDecoded(Loss),
    /// It is still to be decoded.
    IsNot,
}

pub(super) fn look_at(planes: &[jpeg::Plane], orientation: Orientation, longer: usize) -> Overview {
    let chroma = planes.get(1).zip(planes.get(2));
    Overview::at_ycbcr(
        plane_grid(&planes[0]),
        chroma.map(|(cb, cr)| [plane_grid(cb), plane_grid(cr)]),
        orientation,
        longer,
    )
}

fn plane_grid(plane: &jpeg::Plane) -> Grid<'_, 1> {
    Grid {
        samples: plane.samples.as_chunks().0,
        width: plane.width as usize,
    }
}
