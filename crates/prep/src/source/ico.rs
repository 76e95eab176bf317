//! Windows icons and cursors: a directory of images, each a PNG file or a bitmap with a mask. The largest is taken.

mod bitmap;

use std::borrow::Cow;

use bitmap::IconBitmap;

use super::context::{Claims, OpenContext, Opened, within};
use super::decoder::{Decoder, Rows};
use super::png;
use super::spec::{FormatSpec, Reading};
use crate::color::{ColorSpace, Profiles};
use crate::error::{Error, Limit};
use crate::header::Format;
use crate::options::{Frame, Limits};
use crate::photo::Photo;
use crate::resample::Resampler;

impl Format {
    /// Windows icon or cursor; the largest image.
    pub const ICO: Self = Self::named("ICO");
}

pub(super) const FORMAT: FormatSpec = FormatSpec {
    format: Format::ICO,
    extensions: &["ico", "cur"],
    matches: |head| matches!(head, [0, 0, 1 | 2, 0, count, ..] if *count > 0),
    reading: Reading::Streamed,
    open: Some(open),
};

/// Reads the directory, and the header of the largest image.
fn open<'a>(context: &mut OpenContext<'a, '_>) -> Result<Opened<'a>, Error> {
    let photo = context.photo;
    let entry = largest(photo).ok_or_else(|| malformed("its directory is cut off"))?;
    within(Limit::Memory, entry.held(photo), context.limits.memory)?;
    let image = entry.image(photo);
    let limits = context.limits;
    let claims = match (png::FORMAT.matches)(&image) {
        true => {
            let photo = Photo::from(&image[..]);
            let header = open_png(&photo, limits, &mut Profiles::default())?.header;
            Claims {
                bits: header.bits,
                ..Claims::new(Format::ICO, header.size, header.samples, header.memory)
            }
        }
        false => {
            let bitmap = IconBitmap::new(&image, entry.length)?;
            let size = bitmap.size()?;
            context.check_size(Format::ICO, size)?;
            Claims::new(Format::ICO, size, IconBitmap::SAMPLES, bitmap.memory(size))
        }
    };
    let claims = Claims {
        memory: claims.memory.saturating_add(entry.held(photo)),
        ..claims
    };
    let icon = Icon {
        photo,
        entry,
        limits,
    };
    context.accept(claims, ColorSpace::Untagged, Decoder::Rows(Box::new(icon)))
}

fn malformed(cause: &str) -> Error {
    Format::ICO.malformed(cause)
}

/// Opens an image that is a PNG file.
fn open_png<'a>(
    photo: &'a Photo<'a>,
    limits: Limits,
    profiles: &mut Profiles,
) -> Result<Opened<'a>, Error> {
    let mut context = OpenContext {
        photo,
        limits,
        frame: Frame::First,
        profiles,
    };
    match png::FORMAT.open {
        Some(open) => open(&mut context),
        None => Err(malformed("its image is a PNG file")),
    }
}

/// An image of the directory.
///
/// ```text
/// 0 reserved │ 2 type: 1 icon, 2 cursor │ 4 count │ 6 + 16 n: width, height (0 for 256), colors, reserved │
///   10 planes, bits (of a cursor: its hot spot) │ 14 length │ 18 where it is; all little-endian
/// ```
#[derive(Clone, Copy)]
struct Entry {
    area: u32,
    bits: u16,
    /// As the directory has it, which is not always true.
    length: u32,
    at: u64,
}

impl Entry {
    fn read(photo: &Photo<'_>, index: u16, is_cursor: bool) -> Option<Self> {
        let entry: [u8; 16] = photo.array(6 + 16 * u64::from(index))?;
        let [
            width,
            height,
            colors,
            _,
            _,
            _,
            b0,
            b1,
            l0,
            l1,
            l2,
            l3,
            at @ ..,
        ] = entry;
        let side = |side: u8| if side == 0 { 256 } else { u32::from(side) };
        let bits = match u16::from_le_bytes([b0, b1]) {
            _ if is_cursor => 0,
            // Left out, as it often is for a PNG file.
            0 if colors == 0 => u16::MAX,
            0 => colors.ilog2() as u16,
            bits => bits,
        };
        Some(Self {
            area: side(width) * side(height),
            bits,
            length: u32::from_le_bytes([l0, l1, l2, l3]),
            at: u32::from_le_bytes(at).into(),
        })
    }

    fn rank(&self) -> (u32, u16) {
        (self.area, self.bits)
    }

    /// The image and what follows it.
    fn image<'a>(&self, photo: &'a Photo<'a>) -> Cow<'a, [u8]> {
        photo.bytes(self.at..photo.length())
    }

    /// How many bytes of the file are in memory with it.
    fn held(&self, photo: &Photo<'_>) -> u64 {
        photo.length().saturating_sub(self.at)
    }
}

/// The image with the most pixels, and of those the one with the most bits.
fn largest(photo: &Photo<'_>) -> Option<Entry> {
    let [_, _, kind, _, count @ ..] = photo.array::<6>(0)?;
    (0..u16::from_le_bytes(count))
        .map_while(|index| Entry::read(photo, index, kind == 2))
        .filter(|entry| entry.at < photo.length())
        .reduce(|best, next| match next.rank() > best.rank() {
            true => next,
            false => best,
        })
}

struct Icon<'a> {
    photo: &'a Photo<'a>,
    entry: Entry,
    limits: Limits,
}

impl Rows for Icon<'_> {
    fn decode(&mut self, resampler: &mut Resampler) -> Result<(), Error> {
        let image = self.entry.image(self.photo);
        if !(png::FORMAT.matches)(&image) {
            return IconBitmap::new(&image, self.entry.length)?.decode(resampler);
        }
        let photo = Photo::from(&image[..]);
        match open_png(&photo, self.limits, &mut Profiles::default())?.decoder {
            Decoder::Rows(mut rows) => rows.decode(resampler),
            _ => Err(malformed("its image is no PNG file")),
        }
    }
}
