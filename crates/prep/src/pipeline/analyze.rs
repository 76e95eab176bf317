//! Chooses the crop by what an overview of the photo shows.

use super::decode::{Decoded, Decoding, Request};
use super::overview::make_of_planes;
use super::plan::Planned;
use crate::choice::{Chooser, MakeOverview, Room};
use crate::damage::Damage;
use crate::error::Error;
use crate::geometry::{Rect, Resize, Size, Square};
use crate::header::Header;
use crate::overview::{Grid, OverviewMaker};
use crate::plan::{Plan, Route};
use crate::source::Decoder;

/// Chooses the crop if the plan leaves that to an overview.
///
/// The overview and the picture's square come of one decode where they can; `None` if the square is still to be decoded.
pub(super) fn analyze(
    planned: &mut Planned<'_>,
    chooser: &mut Chooser,
    decoding: &mut Decoding,
) -> Result<Option<Decoded>, Error> {
    if !planned.plan.needs_overview() {
        return Ok(None);
    }
    let strip = planned.plan.strip();
    match analyze_while_decoding(planned, strip, chooser, decoding)? {
        OneReading::Decoded(damage) => return Ok(Some(Decoded::new(planned, strip, damage))),
        OneReading::Analyzed => return Ok(None),
        OneReading::Impossible => {}
    }
    let Planned { opened, plan, .. } = planned;
    let damage = decoding.decode(opened, Request::new(plan, strip))?;
    let (route, orientation) = (plan.route, plan.orientation);
    let overview = |longer: usize, maker: &mut OverviewMaker| match route {
        Route::YCbCr => make_of_planes(maker, decoding.jpeg.components(), orientation, longer),
        Route::Pixels => {
            let grid = Grid {
                samples: &decoding.rgb,
                width: strip.size.width as usize,
            };
            maker.make_of_rgb(grid, orientation, longer);
        }
    };
    choose_crop(plan, &opened.header, strip, &overview, chooser);
    // What is lost of the strip need not be lost of the crop.
    let is_decoded = damage.lost == 0.0 && plan.offset_in(strip).is_some();
    Ok(is_decoded.then(|| Decoded::new(planned, strip, damage)))
}

/// How far one reading of a JPEG led.
enum OneReading {
    /// The photo allows no overview while it is decoded.
    Impossible,
    /// The crop is chosen, and still to be decoded.
    Analyzed,
    /// The crop is chosen, and decoded as a part of the strip.
    Decoded(Damage),
}

/// Reads a large JPEG once: for an overview, for the middle of the strip, and then for what the chosen crop has beyond the
/// middle.
fn analyze_while_decoding(
    planned: &mut Planned<'_>,
    strip: Resize,
    chooser: &mut Chooser,
    decoding: &mut Decoding,
) -> Result<OneReading, Error> {
    let Planned { opened, plan, .. } = planned;
    let Decoder::Jpeg(photo) = &opened.decoder else {
        return Ok(OneReading::Impossible);
    };
    let Some(middle) = plan
        .offset_in(strip)
        .filter(|_| plan.allows_jpeg_overview(&opened.header))
    else {
        return Ok(OneReading::Impossible);
    };
    let (side, subsampling) = (plan.side, plan.subsampling);
    let jpeg = &mut decoding.jpeg;
    let Some(decoded) = jpeg.decode_with_overview(photo, strip, middle, side, subsampling)? else {
        return Ok(OneReading::Impossible);
    };
    decoding.overview_of = Some(opened.header);
    let orientation = plan.orientation;
    let overview = |longer: usize, maker: &mut OverviewMaker| {
        make_of_planes(maker, jpeg.overview(), orientation, longer);
    };
    choose_crop(plan, &opened.header, strip, &overview, chooser);
    match plan.offset_in(strip) {
        Some(crop) if decoded.has_window && decoded.damage.lost == 0.0 => {
            jpeg.move_window(photo, strip, middle, crop, side, subsampling)?;
            Ok(OneReading::Decoded(decoded.damage))
        }
        _ => Ok(OneReading::Analyzed),
    }
}

/// Sets the plan's crop to what the chooser finds best, and says why.
fn choose_crop(
    plan: &mut Plan,
    header: &Header,
    strip: Resize,
    overview: MakeOverview<'_>,
    chooser: &mut Chooser,
) {
    let (stored, orientation) = (plan.content.size(), plan.orientation);
    let seen = orientation.seen(stored);
    let shorter = f64::from(seen.shorter());
    let room = Room {
        seen,
        min_side: (shorter / 2.0).max(plan.side.min(seen.shorter()).into()),
        max_side: shorter * plan.fit.reach(),
    };
    let (square, around, mut choice) = chooser.choose(plan.gravity, overview, room);
    if reaches_beyond(square, seen) {
        plan.show_beyond(square.side, around);
    }
    let Square { x, y, side } = orientation.stored_square(stored, square);
    let Rect {
        x: left, y: top, ..
    } = plan.content;
    let crop = Square {
        x: left + x,
        y: top + y,
        side,
    };
    plan.set_crop(crop, strip);
    // The chooser saw the content; reports speak of the whole photo.
    let seen_content = orientation.seen_rect(header.size, plan.content);
    choice.move_faces(seen_content.x, seen_content.y);
    let seen_crop = orientation.seen_rect(header.size, plan.crop.into());
    choice.judge_faces(Square {
        x: seen_crop.x,
        y: seen_crop.y,
        side: seen_crop.width,
    });
    plan.choice = choice;
}

/// Whether a square shows more than a photo of this size, by more than rounding.
fn reaches_beyond(square: Square, seen: Size) -> bool {
    let is_beyond =
        |start: f64, length: u32| start < -1e-6 || start + square.side > f64::from(length) + 1e-6;
    is_beyond(square.x, seen.width) || is_beyond(square.y, seen.height)
}
