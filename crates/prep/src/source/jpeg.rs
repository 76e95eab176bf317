//! JPEG (ISO 10918-1), through the project's own core.

mod head;
pub(super) mod photo;

use jpeg::{Color, Process};

use super::context::{Claims, OpenContext, Opened};
use super::decoder::Decoder;
use super::spec::{FormatSpec, Reading};
use crate::color::ColorSpace;
use crate::error::Error;
use crate::exif;
use crate::geometry::{Orientation, Size};
use crate::header::{Format, Samples};
use photo::JpegPhoto;

impl Format {
    /// ISO 10918-1, in a JFIF, Exif or bare file.
    pub const JPEG: Self = Self::named("JPEG");
    /// The JPEG of full size that a camera put into its raw file: what is read of DNG, CR2, NEF, ARW and the like.
    pub const RAW_PREVIEW: Self = Self::named("JPEG in camera raw");
}

pub(super) const FORMAT: FormatSpec = FormatSpec {
    format: Format::JPEG,
    extensions: &["jpg", "jpeg", "jpe", "jfif"],
    matches: begins_with_a_marker,
    reading: Reading::Whole,
    open: Some(open),
};

/// Tells whether a marker follows SOI, perhaps after zeros, which most readers skip.
fn begins_with_a_marker(head: &[u8]) -> bool {
    head.strip_prefix(&[0xFF, 0xD8])
        .and_then(|rest| rest.iter().find(|&&byte| byte != 0))
        .is_some_and(|&byte| byte == 0xFF)
}

/// Reads the header, once the first segments were found to promise pixels within the limits.
fn open<'a>(context: &mut OpenContext<'a, '_>) -> Result<Opened<'a>, Error> {
    head::check(context)?;
    open_as(Format::JPEG, context, context.photo.whole()?, None)
}

/// Opens the JPEG that lies in a camera's raw file, which is in memory as a whole.
#[cfg_attr(
    not(feature = "tiff"),
    allow(
        dead_code,
        reason = "the formats that need it may be left out of a build"
    )
)]
pub(super) fn open_preview<'a>(
    context: &mut OpenContext<'a, '_>,
    preview: &'a [u8],
    held: Option<Orientation>,
) -> Result<Opened<'a>, Error> {
    open_as(Format::RAW_PREVIEW, context, preview, held)
}

fn open_as<'a>(
    format: Format,
    context: &mut OpenContext<'a, '_>,
    photo: &'a [u8],
    held: Option<Orientation>,
) -> Result<Opened<'a>, Error> {
    let jpeg = jpeg::read_header(photo)?;
    let size = Size {
        width: jpeg.width(),
        height: jpeg.height(),
    };
    let mut memory = memory_to_decode(&jpeg, size);
    if format == Format::RAW_PREVIEW {
        // A TIFF is not counted as in memory, and this one is.
        memory = memory.saturating_add(context.photo.length());
    }
    let orientation = jpeg.exif().and_then(exif::orientation);
    let photo = JpegPhoto { photo, jpeg };
    let (jpeg, samples) = (&photo.jpeg, photo.samples());
    let space = match (jpeg.icc(), jpeg.exif()) {
        (Some(icc), _) => ColorSpace::Icc(icc),
        (None, Some(exif)) if samples == Samples::Rgb => ColorSpace::of_exif(exif),
        (None, _) => ColorSpace::Untagged,
    };
    let claims = Claims {
        orientation: orientation.or(held).unwrap_or_default(),
        is_ycbcr: matches!(jpeg.color(), Color::YCbCr | Color::Gray),
        ..Claims::new(format, size, samples, memory)
    };
    context.accept(claims, space, Decoder::Jpeg(photo))
}

/// Returns the most bytes that decoding takes beside the file: a progressive photo keeps the coefficients of its square.
fn memory_to_decode(jpeg: &jpeg::Header<'_>, size: Size) -> u64 {
    let blocks = |component: &jpeg::Component| u64::from(component.h) * u64::from(component.v);
    let samples: u64 = jpeg.components().iter().map(blocks).sum();
    let most = jpeg.components().iter().map(blocks).max();
    let rows = match jpeg.process() {
        Process::Progressive => u64::from(size.shorter()),
        // A few rows of MCUs at a time.
        _ => 128.min(u64::from(size.shorter())),
    };
    u64::from(size.shorter()) * rows * 2 * samples / most.unwrap_or(1).max(1)
}
