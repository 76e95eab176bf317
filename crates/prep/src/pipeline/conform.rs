//! Keeps a photo that is a picture already: encoding it again would lose a little each time.
//!
//! The form that was asked for decides, not where the file comes from: an upright square JPEG in sRGB of the right side,
//! subsampling and coding, no finer quantized than asked or within the bytes, and whole to the letter of the standard. Its coded
//! data stay bit for bit, and metadata go. What leads from pixels to other pixels has a rule of its own:
//!
//! - A photo from which something would be trimmed is none, unless it is as this crate writes pictures. A trimmed picture may
//!   well have a border again (a badge on a page is left as a plain field with something in it), so the border cannot tell
//!   whether trimming was done.
//! - For the circle it must be as this crate writes pictures, with nothing but backdrop around a rectangle in the circle.

mod circle;

use jpeg::{Process, Strict, encoder, read_strictly};

use self::circle::Mcus;
use super::decode::{Decoding, Request};
use super::trim::trim;
use crate::budget;
use crate::error::Error;
use crate::geometry::Orientation;
use crate::header::{Format, Header, Profile, Samples};
use crate::options::{Coding, DEFAULT_QUALITY, Fit, Options, Reencode, Subsampling};
use crate::plan::{Plan, Planner, Route, Treatment, picture_side};
use crate::source::Opened;

/// Leaves the photo's coded data in `picture`, and plans to keep them, if the photo is a picture already.
///
/// Otherwise `picture` is empty.
pub(super) fn conform(
    opened: &mut Opened<'_>,
    planner: &Planner,
    decoding: &mut Decoding,
    picture: &mut Vec<u8>,
) -> Result<Option<Plan>, Error> {
    picture.clear();
    let options = planner.options();
    if !may_conform(&opened.header, options) {
        return Ok(None);
    }
    let whole = opened.photo.whole()?;
    let Some(conforming) = strip_metadata(whole, options, picture) else {
        return Ok(None);
    };
    let treatment = match picture == whole {
        true => Treatment::PassedThrough,
        false => Treatment::MetadataStripped,
    };
    let plan = planner.kept(conforming.subsampling, treatment)?;
    let is_done = match (options.fit, options.trim) {
        (Fit::InCircle, _) => {
            conforming.is_ours && is_circle_safe(opened, &plan, &conforming, options, decoding)?
        }
        (_, Some(_)) if conforming.is_ours => true,
        (_, Some(_)) => trim(opened, planner, decoding)? == plan.content,
        (_, None) => true,
    };
    if !is_done {
        picture.clear();
    }
    Ok(is_done.then_some(plan))
}

/// Whether there is nothing but backdrop around what lies in the circle.
fn is_circle_safe(
    opened: &mut Opened<'_>,
    plan: &Plan,
    conforming: &Conforming,
    options: &Options,
    decoding: &mut Decoding,
) -> Result<bool, Error> {
    let request = Request {
        route: Route::YCbCr,
        ..Request::new(plan, plan.resize())
    };
    decoding.decode(opened, request)?;
    let [luma, blue, red] = decoding.jpeg.components() else {
        return Ok(false);
    };
    let mcus = Mcus::new([luma, blue, red], plan.subsampling, conforming.tolerance);
    Ok(mcus.lie_in_circle(options.backdrop, options.background))
}

/// A photo that has the form of a picture.
struct Conforming {
    subsampling: Subsampling,
    /// Whether it is as this crate writes pictures: with Huffman tables that next to no other encoder makes.
    is_ours: bool,
    /// For each component how far a sample of one colour may be off because its block was quantized.
    tolerance: [f64; 3],
}

/// Whether a photo with this header may have the form that the options ask for.
fn may_conform(header: &Header, options: &Options) -> bool {
    let side = header.size.width;
    header.format == Format::JPEG
        && options.reencode == Reencode::WhenNeeded
        && side == header.size.height
        && picture_side(side, options).is_ok_and(|asked| asked == side)
        && header.orientation == Orientation::Normal
        && (header.is_ycbcr && header.samples == Samples::Rgb)
        && header.profile != Profile::Convert
}

/// Writes the photo without its metadata to `picture` if it has the form of a picture; `picture` is emptied in any case.
fn strip_metadata(photo: &[u8], options: &Options, picture: &mut Vec<u8>) -> Option<Conforming> {
    picture.clear();
    let strict = read_strictly(photo)?;
    let subsampling = subsampling(&strict).filter(|&subsampling| match options.subsampling {
        Some(asked) => subsampling == asked,
        None if options.max_bytes.is_some() => subsampling != Subsampling::S422,
        None => subsampling == Subsampling::default(),
    })?;
    let coding = match strict.process() {
        Process::Baseline => Coding::Baseline,
        _ => Coding::Progressive,
    };
    if coding != options.coding || !is_coarse_enough(&strict, subsampling, options) {
        return None;
    }
    strict.write_into(picture);
    if options
        .max_bytes
        .is_some_and(|most| picture.len() as u64 > most)
    {
        picture.clear();
        return None;
    }
    Some(Conforming {
        subsampling,
        is_ours: strict.has_fitted_tables(),
        // A step of the mean is an eighth of the DC coefficient's.
        tolerance: [0, 1, 2].map(|index| f64::from(strict.steps(index)[0]) / 16.0 + 2.0),
    })
}

fn subsampling(strict: &Strict<'_>) -> Option<Subsampling> {
    let factors = strict
        .components()
        .iter()
        .map(|component| (component.h, component.v));
    match factors.collect::<Vec<_>>()[..] {
        [(2, 2), (1, 1), (1, 1)] => Some(Subsampling::S420),
        [(2, 1), (1, 1), (1, 1)] => Some(Subsampling::S422),
        [(1, 1), (1, 1), (1, 1)] => Some(Subsampling::S444),
        _ => None,
    }
}

/// Whether no component is quantized finer than asked for, all its steps taken together: no encoding at that quality would
/// show more. Within a number of bytes the quality is what fits, and where one was asked for, what was made to fit is fine too.
fn is_coarse_enough(strict: &Strict<'_>, subsampling: Subsampling, options: &Options) -> bool {
    if options.max_bytes.is_some() && options.quality.is_none() {
        return true;
    }
    let sum = |steps: [u8; 64]| -> u32 { steps.into_iter().map(u32::from).sum() };
    let actual = [0, 1, 2].map(|index| strict.steps(index));
    let [luma, chroma] = encoder::steps(options.quality.unwrap_or(DEFAULT_QUALITY)).map(sum);
    let is_coarser = actual
        .map(sum)
        .into_iter()
        .zip([luma, chroma, chroma])
        .all(|(a, b)| a >= b);
    is_coarser || options.max_bytes.is_some() && budget::has_made(actual, subsampling)
}
