//! AVIF and HEIC: still images in HEIF (ISO 23008-12), coded with AV1 or HEVC.

mod av1;
mod bands;
mod bits;
mod boxes;
mod coded;
mod hevc;
mod items;
mod matrix;
mod planes;
mod sps;
mod still;

use super::rows::contain;
use super::{check_size, within};
use crate::color::{Cicp, ColorSpace, Profiles};
use crate::error::{Error, Limit};
use crate::geometry::Cut;
use crate::header::{Format, Header, Samples};
use crate::options::Limits;
use crate::photo::Photo;
use crate::pixels::{Pixels, Values};
use bands::Bands;
use boxes::Flaw;
use coded::{Chroma, Sampling};
use items::{Items, Nclx, UNSPECIFIED};
use matrix::Matrix;
use planes::{Opacity, Part, Plane, Weighting};
use still::{Config, Image, Still};

/// More boxes than any file has.
const MOST_BOXES: u32 = 1024;

/// Refuses a file without the box that tells of images, before all of it is read.
pub(super) fn check(format: Format, photo: &Photo<'_>) -> Result<(), Error> {
    let mut at = 0_u64;
    for _ in 0..MOST_BOXES {
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
    Err(Error::Malformed {
        format,
        cause: "it holds no image".into(),
    })
}

/// A photo whose boxes were read.
pub(crate) struct HeifPhoto<'a> {
    pub(crate) header: Header,
    pub(crate) space: ColorSpace<'a>,
    items: Items<'a>,
    still: Still<'a>,
    sampling: Sampling,
    matrix: Matrix,
}

impl<'a> HeifPhoto<'a> {
    pub(super) fn open(
        format: Format,
        photo: &'a [u8],
        limits: &Limits,
        profiles: &mut Profiles,
    ) -> Result<Self, Error> {
        contain(format, || {
            Self::read(format, photo, limits, profiles).map_err(|flaw| flaw.of(format))
        })
    }

    fn read(
        format: Format,
        photo: &'a [u8],
        limits: &Limits,
        profiles: &mut Profiles,
    ) -> Result<Self, Flaw> {
        let items = Items::read(photo)?;
        let still = Still::read(&items)?;
        check_size(format, still.color.size, limits)?;
        check_size(format, still.color.tile, limits)?;
        let (sampling, coded) = described(&items, &still.color)?;
        let memory = memory_to_decode(&still, sampling);
        within(Limit::Memory, memory, limits.memory)?;

        let nclx = still.nclx.unwrap_or(coded);
        let matrix = Matrix::new(nclx, sampling.bits)?;
        let space = space(still.icc, nclx);
        let samples = samples(&still, sampling.chroma);
        let header = Header {
            format,
            size: still.window.size,
            orientation: still.orientation,
            bits: sampling.bits,
            samples,
            is_ycbcr: false,
            profile: profiles.classify(&space, samples),
            memory,
        };
        Ok(Self {
            header,
            space,
            items,
            still,
            sampling,
            matrix,
        })
    }

    /// Decodes the tiles that the cut needs and reduces each plane from its own resolution; returns the
    /// share of rows that is lost, 0…1.
    pub(crate) fn reduce(&self, cut: Cut, pixels: &mut Pixels) -> Result<f32, Error> {
        let format = self.header.format;
        contain(format, || {
            self.decode(cut, pixels).map_err(|flaw| flaw.of(format))
        })
    }

    fn decode(&self, cut: Cut, pixels: &mut Pixels) -> Result<f32, Flaw> {
        let chroma = self.sampling.chroma;
        let weighting = match (&self.still.alpha, self.still.premultiplied) {
            (Some(_), false) => Weighting::ByOpacity,
            _ => Weighting::None,
        };
        let part = Part {
            window: self.still.window,
            cut,
        };
        let mut planes: Vec<_> = (0..chroma.planes())
            .map(|plane| Plane::new(&part, plane, chroma.halvings(plane), weighting))
            .collect();
        let columns = planes::needed_columns(&planes);
        let mut color = Bands::new(&self.items, &self.still.color, chroma, columns.clone())?;
        let mut opacity = match &self.still.alpha {
            Some(image) => {
                let reach = opacity_reach(&self.items, image)?;
                Some(Opacity::new(&self.items, image, reach, columns, &part)?)
            }
            None => None,
        };
        for row in planes::needed_rows(&planes) {
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
        pixels.samples = self.header.samples;
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
            match self.header.samples {
                Samples::Gray | Samples::GrayAlpha => joined.push(rgb[0]),
                _ => joined.extend(rgb),
            }
            joined.extend(alpha);
        }
        joined
    }
}

/// A colour without the opacity that it was multiplied by.
fn unmultiplied(color: u16, alpha: u16) -> u16 {
    let (color, alpha) = (u32::from(color), u32::from(alpha));
    (color * 65_535)
        .checked_div(alpha)
        .map_or(0, |color| color.min(65_535) as u16)
}

/// What is said of an image's samples outside the container: in the decoder's configuration, or its stream.
fn described(items: &Items<'_>, image: &Image<'_>) -> Result<(Sampling, Nclx), Flaw> {
    match image.config {
        Config::Hevc(config) => {
            let config = hevc::Config::read(config)?;
            Ok((config.sampling, config.nclx()))
        }
        Config::Av1(config) => {
            let stream = items.bytes(image.tiles[0])?;
            Ok((av1::sampling(config)?, av1::nclx(&stream)?))
        }
    }
}

/// The samples of what is invisible and of what is opaque, moved up to 16 bits.
fn opacity_reach(items: &Items<'_>, image: &Image<'_>) -> Result<[u16; 2], Flaw> {
    let (sampling, nclx) = described(items, image)?;
    // HEVC that says nothing would have a limited range, but nobody codes opacity so.
    let is_limited = matches!(image.config, Config::Av1(_)) && !nclx.full_range;
    Ok(match is_limited {
        true => [16 << 8, 235 << 8],
        false => [0, u16::MAX << (16 - sampling.bits)],
    })
}

/// What the colours mean: the profile says it better than the code points.
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

/// Grey only where its profile is for grey: all else is said of red, green and blue.
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
fn memory_to_decode(still: &Still<'_>, sampling: Sampling) -> u64 {
    let of_image = |image: &Image<'_>, chroma: Chroma| {
        let samples = match chroma {
            Chroma::None => image.tile.pixels(),
            Chroma::S420 => image.tile.pixels() * 3 / 2,
            Chroma::S422 => image.tile.pixels() * 2,
            Chroma::All => image.tile.pixels() * 3,
        };
        // Bytes that a sample takes once decoded, and while it is.
        let (kept, working) = match (image.config, sampling.bits) {
            (Config::Av1(_), 8) => (1, 2),
            (Config::Av1(_), _) => (2, 3),
            (Config::Hevc(_), _) => (2, 5),
        };
        samples * (kept * u64::from(image.columns) + working)
    };
    let alpha = still.alpha.as_ref();
    of_image(&still.color, sampling.chroma) + alpha.map_or(0, |alpha| of_image(alpha, Chroma::None))
}

impl Flaw {
    /// The error that a photo of `format` with this flaw is.
    fn of(self, format: Format) -> Error {
        match self {
            Self::Malformed(cause) => Error::Malformed {
                format,
                cause: cause.into(),
            },
            Self::Unsupported(what) => Error::Unsupported { what },
            Self::Refused(error) => error,
        }
    }
}
