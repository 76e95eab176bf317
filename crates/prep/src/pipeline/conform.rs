//! Keeps a photo that is a finished picture already: encoding it again would lose a little each time.
//!
//! A photo conforms by its form, wherever it comes from: an upright square JPEG in sRGB of the right side, subsampling and
//! coding, no finer quantized than asked or within the byte budget, and complete to the letter of the standard. Its coded data
//! are kept bit for bit, and metadata are removed. Options that change pixels once more have rules of their own:
//!
//! - A photo with a border to trim does not conform, unless this crate's encoder wrote it. A trimmed picture may well have a
//!   border again (a badge on a page becomes a plain field with something in it), so the border alone does not show whether
//!   trimming was done.
//! - For the circle, this crate's encoder must have written it, with nothing but backdrop around a rectangle in the circle.

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
        (Fit::CircleSafe, _) => {
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

/// A photo that conforms, except perhaps to trimming and the circle.
struct Conforming {
    subsampling: Subsampling,
    /// Whether this crate's encoder wrote it: its Huffman tables are fitted in a way that hardly any other encoder's are.
    is_ours: bool,
    /// For each component, how far quantization may move a sample of a uniform color.
    tolerance: [f64; 3],
}

/// Whether a photo with this header may conform to the options.
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

/// Writes the photo without its metadata to `picture` if it conforms; otherwise `picture` is empty.
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
        .is_some_and(|max| picture.len() as u64 > max)
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

/// Whether no component is quantized finer than asked for, by the sum of its steps: encoding at that quality would show no
/// more. With a byte budget and no quality, any quality conforms; with both, also the tables of the search.
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
    is_coarser || options.max_bytes.is_some() && budget::uses_tables(actual, subsampling)
}
