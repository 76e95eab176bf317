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

pub(crate) use circle::lies_in_circle;

use crate::budget;
use crate::geometry::Orientation;
use crate::header::{Format, Header, Profile, Samples};
use crate::options::{Coding, Options, Reencode, Subsampling, USUAL_QUALITY};
use crate::plan::picture_side;

/// A photo that has the form of a picture.
pub(crate) struct Conforming {
    pub(crate) subsampling: Subsampling,
    /// Whether it is as this crate writes pictures: with Huffman tables that next to no other encoder makes.
    pub(crate) is_ours: bool,
    /// For each component how far a sample of one colour may be off because its block was quantized.
    pub(crate) tolerance: [f64; 3],
}

/// Whether a photo with this header may have the form that the options ask for.
pub(crate) fn may_conform(header: &Header, options: &Options) -> bool {
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
pub(crate) fn strip(photo: &[u8], options: &Options, picture: &mut Vec<u8>) -> Option<Conforming> {
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
    let [luma, chroma] = encoder::steps(options.quality.unwrap_or(USUAL_QUALITY)).map(sum);
    let is_coarser = actual
        .map(sum)
        .into_iter()
        .zip([luma, chroma, chroma])
        .all(|(a, b)| a >= b);
    is_coarser || options.max_bytes.is_some() && budget::has_made(actual, subsampling)
}
