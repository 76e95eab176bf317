//! JPEG XL (ISO 18181), by jxl-rs; of an animation the first frame.

use jxl::api::{
    AlphaMode, Event, ExtraChannel, JxlColorEncoding, JxlColorProfile, JxlColorType, JxlDataFormat,
    JxlDecoder, JxlDecoderOptions, JxlOutputBuffer, JxlPixelFormat, JxlPrimaries,
    JxlTransferFunction, JxlWhitePoint, ProfileLevel,
};
use jxl::image::{Image, ImageDataType, Rect};

use super::rows::{Rows, RowsPhoto, contain};
use super::{check_size, within};
use crate::color::{Cicp, ColorSpace, Profiles};
use crate::error::{Error, Limit};
use crate::geometry::{Orientation, Size};
use crate::header::{Format, Header, Samples};
use crate::options::Limits;
use crate::pixels::Row;
use crate::resample::{Resampler, memory_to_reduce};

/// Reads the header.
pub(super) fn open<'a>(
    photo: &'a [u8],
    limits: &Limits,
    profiles: &mut Profiles,
) -> Result<RowsPhoto<'a>, Error> {
    contain(Format::Jxl, || {
        let mut options = JxlDecoderOptions::default();
        // Ours, with that of all formats.
        options.adjust_orientation = false;
        options.alpha_mode = AlphaMode::Unpremultiplied;
        options.max_profile_level = ProfileLevel::Main10;
        options.sample_limit = usize::try_from(limits.pixels.saturating_mul(8)).ok();
        let mut decoder = JxlDecoder::new(options);
        let mut input = photo;
        while !matches!(
            advance(&mut decoder, &mut input, None, limits.pixels)?,
            Event::BasicInfo
        ) {}

        let missing = || malformed("its header is incomplete");
        let info = decoder.basic_info().ok_or_else(missing)?.clone();
        let size = Size {
            width: u32::try_from(info.size.0).unwrap_or(u32::MAX),
            height: u32::try_from(info.size.1).unwrap_or(u32::MAX),
        };
        check_size(Format::Jxl, size, limits)?;
        let has = |kind| {
            info.extra_channels
                .iter()
                .any(|extra| extra.ec_type == kind)
        };
        if has(ExtraChannel::Black) {
            return Err(Error::Unsupported {
                what: "JPEG XL in CMYK".into(),
            });
        }
        let mut format = decoder.current_pixel_format().ok_or_else(missing)?.clone();
        let bits = info.bit_depth.bits_per_sample().min(32) as u8;
        let samples = choose(&mut format, has(ExtraChannel::Alpha), bits);
        decoder
            .set_pixel_format(format)
            .map_err(|error| failed(error, limits.pixels))?;

        let memory = memory_to_decode(size, samples, info.extra_channels.len(), bits)
            .saturating_add(memory_to_reduce(size, samples));
        within(Limit::Memory, memory, limits.memory)?;
        let space = decoder
            .output_color_profile()
            .map_or(ColorSpace::Untagged, space);
        let header = Header {
            format: Format::Jxl,
            size,
            orientation: Orientation::from_exif(info.orientation as u8).unwrap_or_default(),
            bits,
            samples,
            is_ycbcr: false,
            profile: profiles.classify(&space, samples),
            memory,
        };
        Ok(RowsPhoto {
            header,
            space,
            rows: Box::new(Photo {
                header,
                decoder,
                rest: input,
                most: limits.pixels,
            }),
        })
    })
}

struct Photo<'a> {
    header: Header,
    decoder: JxlDecoder,
    rest: &'a [u8],
    /// The most pixels, also of a frame.
    most: u64,
}

impl Rows for Photo<'_> {
    fn decode(self: Box<Self>, resampler: &mut Resampler) -> Result<(), Error> {
        match self.header.bits {
            ..=8 => self.decode_to(resampler, |row| Row::Narrow(row)),
            _ => self.decode_to(resampler, |row| Row::Wide(row)),
        }
    }
}

impl Photo<'_> {
    /// Decodes the first frame whole, then gives its rows.
    fn decode_to<T: ImageDataType>(
        mut self,
        resampler: &mut Resampler,
        as_row: fn(&[T]) -> Row<'_>,
    ) -> Result<(), Error> {
        let Size { width, height } = self.header.size;
        let width = width as usize * self.header.samples.channels();
        let size = (width, height as usize);
        let mut image = Image::<T>::new(size).map_err(|error| failed(error, self.most))?;
        let whole = Rect {
            origin: (0, 0),
            size,
        };
        let mut buffer = [JxlOutputBuffer::from_image_rect_mut(
            image.get_rect_mut(whole).into_raw(),
        )];
        loop {
            let event = advance(
                &mut self.decoder,
                &mut self.rest,
                Some(&mut buffer),
                self.most,
            )?;
            if matches!(event, Event::FrameComplete { .. }) {
                break;
            }
        }
        for row in resampler.rows() {
            resampler.push(as_row(&image.row(row as usize)[..width]));
        }
        Ok(())
    }
}

fn advance(
    decoder: &mut JxlDecoder,
    input: &mut &[u8],
    buffer: Option<&mut [JxlOutputBuffer<'_>]>,
    most: u64,
) -> Result<Event, Error> {
    match decoder
        .process(input, buffer, None)
        .map_err(|error| failed(error, most))?
    {
        Event::NeedMoreInput { .. } => Err(malformed("the file is cut off")),
        Event::Complete => Err(malformed("it has no frame")),
        event => Ok(event),
    }
}

/// Chooses what the decoder gives: colours with their opacity, in 8 or 16 bits, and nothing else.
fn choose(format: &mut JxlPixelFormat, has_alpha: bool, bits: u8) -> Samples {
    let is_gray = format.color_type.is_grayscale();
    let (color_type, samples) = match (is_gray, has_alpha) {
        (true, false) => (JxlColorType::Grayscale, Samples::Gray),
        (true, true) => (JxlColorType::GrayscaleAlpha, Samples::GrayAlpha),
        (false, false) => (JxlColorType::Rgb, Samples::Rgb),
        (false, true) => (JxlColorType::Rgba, Samples::Rgba),
    };
    format.color_type = color_type;
    format.color_data_format = Some(match bits {
        ..=8 => JxlDataFormat::U8 { bit_depth: 8 },
        _ => JxlDataFormat::U16 {
            endianness: jxl::api::Endianness::native(),
            bit_depth: 16,
        },
    });
    format.extra_channel_format.fill(None);
    samples
}

/// The most bytes that decoding takes: the pixels, and beside them all channels as the decoder keeps them.
fn memory_to_decode(size: Size, samples: Samples, extra_channels: usize, bits: u8) -> u64 {
    let output = samples.channels() as u64 * if bits <= 8 { 1 } else { 2 };
    let kept = (3 + extra_channels as u64) * size_of::<i32>() as u64;
    size.pixels().saturating_mul(output + kept)
}

/// What the decoder's pixels mean.
fn space(profile: &JxlColorProfile) -> ColorSpace<'static> {
    code_points(profile).map_or_else(
        || ColorSpace::from_icc(profile.try_as_icc().map(|icc| icc.into_owned())),
        ColorSpace::Cicp,
    )
}

/// The code points for a profile, where there are any.
fn code_points(profile: &JxlColorProfile) -> Option<Cicp> {
    let JxlColorProfile::Simple(JxlColorEncoding::RgbColorSpace {
        white_point,
        primaries,
        transfer_function,
        ..
    }) = profile
    else {
        return None;
    };
    Some(Cicp {
        primaries: match (primaries, white_point) {
            (JxlPrimaries::SRGB, JxlWhitePoint::D65) => 1,
            (JxlPrimaries::BT2100, JxlWhitePoint::D65) => 9,
            (JxlPrimaries::P3, JxlWhitePoint::DCI) => 11,
            (JxlPrimaries::P3, JxlWhitePoint::D65) => 12,
            _ => return None,
        },
        transfer: match transfer_function {
            JxlTransferFunction::BT709 => 1,
            JxlTransferFunction::Linear => 8,
            JxlTransferFunction::SRGB => 13,
            JxlTransferFunction::PQ => 16,
            JxlTransferFunction::DCI => 17,
            JxlTransferFunction::HLG => 18,
            JxlTransferFunction::Gamma(_) => return None,
        },
    })
}

fn failed(error: jxl::error::Error, most: u64) -> Error {
    match error {
        jxl::error::Error::ImageSizeTooLarge(width, height) => Error::TooLarge {
            what: Limit::Pixels,
            actual: (width as u64).saturating_mul(height as u64),
            limit: most,
        },
        jxl::error::Error::ImageDimensionTooLarge(side) => Error::TooLarge {
            what: Limit::Side,
            actual: side,
            limit: 1 << 18,
        },
        other => Error::Malformed {
            format: Format::Jxl,
            cause: other
                .to_string()
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
        },
    }
}

fn malformed(cause: &str) -> Error {
    Error::Malformed {
        format: Format::Jxl,
        cause: cause.into(),
    }
}
