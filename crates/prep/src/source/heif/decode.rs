//! Decodes the still image of a HEIF file, whichever way it is coded.

mod aperture;
#[cfg(feature = "avif")]
mod av1;
mod bands;
mod bits;
mod boxes;
mod codec;
mod coded;
#[cfg(feature = "heic")]
mod hevc;
mod items;
mod planes;
mod still;

use bands::Bands;
use boxes::Flaw;
use codec::Codec;
use coded::{Chroma, Sampling};
use items::Items;
use planes::{Opacity, Plane, View, Weighting};
use still::{Config, Image, Still};

use crate::cancel::Cancel;
use crate::color::{Cicp, ColorSpace};
use crate::error::Error;
use crate::geometry::Resize;
use crate::header::{Format, Samples};
use crate::photo::Photo;
use crate::pixels::{Pixels, Values};
use crate::resample::memory_to_reduce;
use crate::source::context::{Claims, OpenContext, Opened};
use crate::source::decoder::{Decoder, Render};
use crate::source::matrix::{Matrix, Nclx, UNSPECIFIED};

/// Reads the boxes.
pub(super) fn open<'a>(
    format: Format,
    context: &mut OpenContext<'a, '_>,
) -> Result<Opened<'a>, Error> {
    check(format, context.photo)?;
    context
        .open_whole(|context, photo| read(format, photo, context).map_err(|flaw| flaw.of(format)))
}

/// More boxes than any file has.
const MAX_BOXES: u32 = 1024;

/// Refuses a file without the box that tells of images, before all of it is read.
fn check(format: Format, photo: &Photo<'_>) -> Result<(), Error> {
    let mut at = 0_u64;
    for _ in 0..MAX_BOXES {
        // length │ kind │ length, where the first is 1
        let Some([l0, l1, l2, l3, kind @ ..]) = photo.array::<8>(at) else {
            break;
        };
        if &kind == b"meta" {
            return Ok(());
        }
        let length = match u32::from_be_bytes([l0, l1, l2, l3]) {
            1 => photo.array(at + 8).map_or(0, u64::from_be_bytes),
            length => length.into(),
        };
        match at.checked_add(length) {
            Some(next) if length >= 8 => at = next,
            _ => break,
        }
    }
    Err(format.malformed("it holds no image"))
}

/// A photo whose boxes were read.
struct Heif<'a> {
    format: Format,
    samples: Samples,
    items: Items<'a>,
    still: Still<'a>,
    sampling: Sampling,
    matrix: Matrix,
}

fn read<'a>(
    format: Format,
    photo: &'a [u8],
    context: &mut OpenContext<'a, '_>,
) -> Result<Opened<'a>, Flaw> {
    let items = Items::read(photo)?;
    let still = Still::read(&items)?;
    context.check_size(format, still.color.size)?;
    context.check_size(format, still.color.tile)?;
    let (sampling, coded) = described(&items, &still.color)?;
    let alpha = match &still.alpha {
        Some(alpha) => memory_to_decode(&items, alpha, described(&items, alpha)?.0)?,
        None => 0,
    };
    let memory = memory_to_decode(&items, &still.color, sampling)?.saturating_add(alpha);
    let nclx = still.nclx.unwrap_or(coded);
    let matrix = Matrix::new(nclx, sampling.bits).ok_or_else(|| {
        Flaw::Unsupported(format!("an image with the color matrix {}", nclx.matrix))
    })?;
    let samples = samples(&still, sampling.chroma);
    let claims = Claims {
        orientation: still.orientation,
        bits: sampling.bits,
        ..Claims::new(format, still.visible.size(), samples, memory)
    };
    let space = space(still.icc, nclx);
    let heif = Heif {
        format,
        samples,
        items,
        still,
        sampling,
        matrix,
    };
    Ok(context.accept(claims, space, Decoder::Render(Box::new(heif)))?)
}

impl Render for Heif<'_> {
    /// Decodes the tiles that are needed, and reduces each plane from its own resolution.
    fn render(
        &mut self,
        resize: Resize,
        pixels: &mut Pixels,
        cancel: &Cancel,
    ) -> Result<f32, Error> {
        self.decode(resize, pixels, cancel)
            .map_err(|flaw| flaw.of(self.format))
    }
}

impl Heif<'_> {
    fn decode(&self, resize: Resize, pixels: &mut Pixels, cancel: &Cancel) -> Result<f32, Flaw> {
        let chroma = self.sampling.chroma;
        let weighting = match (&self.still.alpha, self.still.premultiplied) {
            (Some(_), false) => Weighting::ByOpacity,
            _ => Weighting::None,
        };
        let view = View {
            visible: self.still.visible,
            resize,
        };
        let mut planes: Vec<_> = (0..chroma.planes())
            .map(|plane| Plane::new(&view, plane, chroma.halvings(plane), weighting))
            .collect();
        let columns = planes::needed_columns(&planes);
        let mut color = Bands::new(
            &self.items,
            &self.still.color,
            Some(chroma),
            columns.clone(),
            resize.step(),
        )?;
        let mut opacity = match &self.still.alpha {
            Some(image) => {
                let reach = opacity_reach(&self.items, image)?;
                Some(Opacity::new(&self.items, image, reach, columns, &view)?)
            }
            None => None,
        };
        for row in planes::needed_rows(&planes) {
            cancel.leave_if_canceled();
            for plane in &mut planes {
                plane.take(row, &mut color, opacity.as_mut())?;
            }
            if let Some(opacity) = &mut opacity {
                opacity.take(row)?;
            }
        }
        let mut lost = 0.0_f32;
        let mut values = Vec::with_capacity(planes.len());
        for plane in planes {
            let (share, samples) = plane.finish()?;
            lost = lost.max(share);
            values.push(samples);
        }
        let alpha = opacity.map(Opacity::finish).transpose()?;
        pixels.samples = self.samples;
        pixels.values = Values::Wide(self.join(&values, alpha.as_deref()));
        Ok(lost)
    }

    /// Makes pixels of the reduced planes.
    fn join(&self, planes: &[Vec<u16>], alpha: Option<&[u16]>) -> Vec<u16> {
        let color = |at: usize| match planes {
            [first, second, third] => self.matrix.rgb([first[at], second[at], third[at]]),
            [gray, ..] => [self.matrix.gray(gray[at]); 3],
            [] => [0; 3],
        };
        let revealed = |rgb: [u16; 3], alpha: u16| match self.still.premultiplied {
            true => rgb.map(|color| unmultiplied(color, alpha)),
            false => rgb,
        };
        let mut joined = Vec::with_capacity(planes[0].len() * 4);
        for at in 0..planes[0].len() {
            let alpha = alpha.map(|alpha| alpha[at]);
            let rgb = revealed(color(at), alpha.unwrap_or(u16::MAX));
            match self.samples {
                Samples::Gray | Samples::GrayAlpha => joined.push(rgb[0]),
                _ => joined.extend(rgb),
            }
            joined.extend(alpha);
        }
        joined
    }
}

/// A color without the opacity that it was multiplied by.
fn unmultiplied(color: u16, alpha: u16) -> u16 {
    let (color, alpha) = (u32::from(color), u32::from(alpha));
    (color * 65_535)
        .checked_div(alpha)
        .map_or(0, |color| color.min(65_535) as u16)
}

/// What is said of an image's samples outside the container: in the decoder's configuration, or its stream.
fn described(items: &Items<'_>, image: &Image<'_>) -> Result<(Sampling, Nclx), Flaw> {
    Codec::new(image.config)?.described(|| items.bytes(image.tiles[0]))
}

/// The samples of what is invisible and of what is opaque, moved up to 16 bits.
fn opacity_reach(items: &Items<'_>, image: &Image<'_>) -> Result<[u16; 2], Flaw> {
    let (sampling, nclx) = described(items, image)?;
    // HEVC that says nothing would have a limited range, but nobody codes opacity so.
    let is_limited = matches!(image.config, Config::Av1) && !nclx.full_range;
    Ok(match is_limited {
        true => [16 << 8, 235 << 8],
        false => [0, u16::MAX << (16 - sampling.bits)],
    })
}

/// What the colors mean: the profile says it better than the code points.
fn space(icc: Option<&[u8]>, nclx: Nclx) -> ColorSpace<'_> {
    if icc.is_some() {
        return ColorSpace::from_icc(icc);
    }
    match (nclx.primaries, nclx.transfer) {
        (UNSPECIFIED, UNSPECIFIED) => ColorSpace::Untagged,
        (primaries, transfer) => ColorSpace::Cicp(Cicp {
            primaries,
            transfer,
        }),
    }
}

/// Gray only where its profile is for gray: all else is said of red, green and blue.
fn samples(still: &Still<'_>, chroma: Chroma) -> Samples {
    let is_for_gray = still.icc.is_none_or(|icc| icc.get(16..20) == Some(b"GRAY"));
    match (chroma == Chroma::None && is_for_gray, &still.alpha) {
        (true, None) => Samples::Gray,
        (true, Some(_)) => Samples::GrayAlpha,
        (false, None) => Samples::Rgb,
        (false, Some(_)) => Samples::Rgba,
    }
}

/// The most bytes that decoding takes: a row of tiles, and what its decoder needs for one.
///
/// Of one tile by HEVC it is the rows that are kept, with three eighths of a byte for each of their pixels, an eighth for each pixel of the
/// image, the coded data without emulation prevention, which are no more than the file, and what resizing takes.
fn memory_to_decode(items: &Items<'_>, image: &Image<'_>, sampling: Sampling) -> Result<u64, Flaw> {
    let tile = image.tile;
    let samples_of = |pixels: u64| match sampling.chroma {
        Chroma::None => pixels,
        Chroma::S420 => pixels * 3 / 2,
        Chroma::S422 => pixels * 2,
        Chroma::All => pixels * 3,
    };
    if image.tiles.len() == 1
        && let Some(rows) = Codec::new(image.config)?.rows_kept()
    {
        let kept = u64::from(tile.width) * u64::from(rows.min(tile.height));
        let decoder = samples_of(kept) * 2 + kept * 3 / 8 + tile.pixels() / 8 + items.file_length();
        return Ok(decoder + memory_to_reduce(tile, Samples::Rgba));
    }
    // Bytes that a sample takes once decoded, and while it is.
    let (kept, working) = match (image.config, sampling.bits) {
        (Config::Av1, 8) => (1, 2),
        (Config::Av1, _) => (2, 3),
        (Config::Hevc(_), _) => (2, 1),
    };
    Ok(samples_of(tile.pixels()) * (kept * u64::from(image.columns) + working))
}

impl Flaw {
    /// The error that a photo of `format` with this flaw is.
    fn of(self, format: Format) -> Error {
        match self {
            Self::Malformed(cause) => format.malformed(cause),
            Self::Unsupported(what) => Error::Unsupported { what },
            Self::Refused(error) => error,
        }
    }
}
