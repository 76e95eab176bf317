//! Decodes JPEG XL, by jxl-rs; of an animation the first frame.

use std::ops::Range;

use jxl::api::{
    AlphaMode, Endianness, Event, ExtraChannel, JxlBasicInfo, JxlColorEncoding, JxlColorProfile,
    JxlColorType, JxlDataFormat, JxlDecoder, JxlDecoderOptions, JxlOutputBuffer, JxlPixelFormat,
    JxlPrimaries, JxlTransferFunction, JxlWhitePoint, ProfileLevel,
};
use jxl::image::{Image, ImageDataType, Rect};

use crate::color::{Cicp, ColorSpace};
use crate::error::{Error, Limit};
use crate::geometry::{Orientation, Size};
use crate::header::{Format, Samples};
use crate::pixels::Row;
use crate::resample::{Resampler, memory_to_reduce};
use crate::source::context::{Claims, OpenContext, Opened};
use crate::source::decoder::{Decoder, Rows};
use crate::source::loop_filters::{LoopFilters, Quantizer};

/// Reads the header.
pub(super) fn open<'a>(context: &mut OpenContext<'a, '_>) -> Result<Opened<'a>, Error> {
    context.open_whole(read)
}

fn read<'a>(context: &mut OpenContext<'a, '_>, photo: &'a [u8]) -> Result<Opened<'a>, Error> {
    let max_pixels = context.limits.pixels;
    let mut begun = Begun::new(photo, max_pixels)?;
    let info = begun.info()?.clone();
    let size = size(&info);
    context.check_size(Format::JXL, size)?;
    if info
        .extra_channels
        .iter()
        .any(|extra| extra.ec_type == ExtraChannel::Black)
    {
        return Err(Error::Unsupported {
            what: "JPEG XL in CMYK".into(),
        });
    }
    let bits = bits(&info);
    let samples = begun.choose_samples()?;
    // Lossy gray is coded as color.
    let colors = match samples {
        Samples::Gray | Samples::GrayAlpha if info.uses_original_profile => 1,
        _ => 3,
    };
    let channels = colors + info.extra_channels.len();
    let memory = memory_to_decode(size, samples, channels, bits)
        .saturating_add(memory_to_reduce(size, samples));
    let space = begun
        .decoder
        .output_color_profile()
        .map_or(ColorSpace::Untagged, space);
    let claims = Claims {
        orientation: Orientation::from_exif(info.orientation as u8).unwrap_or_default(),
        bits,
        ..Claims::new(Format::JXL, size, samples, memory)
    };
    let jxl = Jxl {
        photo,
        size,
        bits,
        max_pixels,
        begun: Some(begun),
    };
    context.accept(claims, space, Decoder::Rows(Box::new(jxl)))
}

fn size(info: &JxlBasicInfo) -> Size {
    let (width, height) = info.size;
    let [width, height] = [width, height].map(|side| u32::try_from(side).unwrap_or(u32::MAX));
    Size { width, height }
}

fn bits(info: &JxlBasicInfo) -> u8 {
    info.bit_depth.bits_per_sample().min(32) as u8
}

struct Jxl<'a> {
    photo: &'a [u8],
    size: Size,
    bits: u8,
    max_pixels: u64,
    /// The decoder that has read the header; taken by the first decoding.
    begun: Option<Begun<'a>>,
}

/// A decoder that has read the header.
struct Begun<'a> {
    decoder: JxlDecoder,
    rest: &'a [u8],
    /// The most pixels, also of a frame.
    max_pixels: u64,
}

impl<'a> Begun<'a> {
    fn new(photo: &'a [u8], max_pixels: u64) -> Result<Self, Error> {
        let mut options = JxlDecoderOptions::default();
        // Ours, with that of all formats.
        options.adjust_orientation = false;
        options.alpha_mode = AlphaMode::Unpremultiplied;
        options.max_profile_level = ProfileLevel::Main10;
        options.sample_limit = usize::try_from(max_pixels.saturating_mul(8)).ok();
        let mut begun = Self {
            decoder: JxlDecoder::new(options),
            rest: photo,
            max_pixels,
        };
        while !matches!(begun.advance(None)?, Event::BasicInfo) {}
        Ok(begun)
    }

    fn info(&self) -> Result<&JxlBasicInfo, Error> {
        self.decoder.basic_info().ok_or_else(incomplete)
    }

    /// Asks for colors with their opacity and nothing else; returns what a pixel is then made of.
    fn choose_samples(&mut self) -> Result<Samples, Error> {
        let info = self.info()?;
        let bits = bits(info);
        let has_alpha = info
            .extra_channels
            .iter()
            .any(|extra| extra.ec_type == ExtraChannel::Alpha);
        let mut format = self
            .decoder
            .current_pixel_format()
            .ok_or_else(incomplete)?
            .clone();
        let samples = choose(&mut format, has_alpha, bits);
        self.decoder
            .set_pixel_format(format)
            .map_err(|error| failed(error, self.max_pixels))?;
        Ok(samples)
    }

    fn advance(&mut self, buffer: Option<&mut [JxlOutputBuffer<'_>]>) -> Result<Event, Error> {
        let processed = self.decoder.process(&mut self.rest, buffer, None);
        match processed.map_err(|error| failed(error, self.max_pixels))? {
            Event::NeedMoreInput { .. } => Err(Format::JXL.malformed("the file is cut off")),
            Event::Complete => Err(Format::JXL.malformed("it has no frame")),
            event => Ok(event),
        }
    }
}

impl Rows for Jxl<'_> {
    fn decode(&mut self, resampler: &mut Resampler) -> Result<(), Error> {
        let mut begun = match self.begun.take() {
            Some(begun) => begun,
            None => Begun::new(self.photo, self.max_pixels)?,
        };
        let samples = begun.choose_samples()?;
        let size = (
            self.size.width as usize * samples.channels(),
            self.size.height as usize,
        );
        let (columns, rows) = (resampler.columns(), resampler.rows());
        begun.choose_work(&columns, &rows, resampler.step());
        match self.bits {
            ..=8 => begun.decode(size, rows, |row| resampler.push(Row::Narrow(row))),
            _ => begun.decode(size, rows, |row| resampler.push(Row::Wide(row))),
        }
    }
}

impl Begun<'_> {
    /// Has the decoder leave out what the picture cannot show.
    fn choose_work(&mut self, columns: &Range<u32>, rows: &Range<u32>, step: f64) {
        let options = self.decoder.options_mut();
        options.region = Some(Rect {
            origin: (columns.start as usize, rows.start as usize),
            size: (columns.len(), rows.len()),
        });
        options.skip_filter_up_to = match LoopFilters::for_step(step, Quantizer::Fine) {
            LoopFilters::LeftOut => FINE_ITERATIONS,
            LoopFilters::Applied => 0,
        };
    }

    /// Decodes the first frame, then gives these rows of it.
    fn decode<T: ImageDataType>(
        &mut self,
        size: (usize, usize),
        rows: Range<u32>,
        mut on_row: impl FnMut(&[T]),
    ) -> Result<(), Error> {
        let max_pixels = self.max_pixels;
        let mut image = Image::<T>::new(size).map_err(|error| failed(error, max_pixels))?;
        let whole = Rect {
            origin: (0, 0),
            size,
        };
        let mut buffer = [JxlOutputBuffer::from_image_rect_mut(
            image.get_rect_mut(whole).into_raw(),
        )];
        while !matches!(
            self.advance(Some(&mut buffer))?,
            Event::FrameComplete { .. }
        ) {}
        for row in rows {
            on_row(&image.row(row as usize)[..size.0]);
        }
        Ok(())
    }
}

/// Chooses what the decoder gives of a photo of so many bits: colors with their opacity, and nothing else.
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
            endianness: Endianness::native(),
            bit_depth: 16,
        },
    });
    format.extra_channel_format.fill(None);
    samples
}

/// How often the edge-preserving filter runs, at most, on what is not coarsely quantized.
const FINE_ITERATIONS: u32 = 2;

/// For groups in hand and tables, however small the photo.
const FIXED: u64 = 8 << 20;

/// The most bytes that decoding takes: the pixels, and beside them what is kept of all channels.
///
/// Measured on photos of 12 and 28 megapixels, beside the pixels and a sample of a channel (bytes, 2026-11-26): of 8 bits 0.3 if
/// they are lossy, 0.7 lossless, 0.8 lossy modular, 1.4 lossless by squeezing; of 16 bits 1.2 (lossy), 0.7 (lossless) and 2.0 (squeezed).
fn memory_to_decode(size: Size, samples: Samples, channels: usize, bits: u8) -> u64 {
    let (bytes, kept_of_two) = match bits {
        ..=8 => (1, 3),
        _ => (2, 4),
    };
    let output = samples.channels() as u64 * bytes;
    let kept = channels as u64 * kept_of_two;
    (size.pixels().saturating_mul(2 * output + kept) / 2).saturating_add(FIXED)
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

fn failed(error: jxl::error::Error, max_pixels: u64) -> Error {
    match error {
        jxl::error::Error::ImageSizeTooLarge(width, height) => Error::TooLarge {
            what: Limit::Pixels,
            actual: (width as u64).saturating_mul(height as u64),
            limit: max_pixels,
        },
        jxl::error::Error::ImageDimensionTooLarge(side) => Error::TooLarge {
            what: Limit::Side,
            actual: side,
            limit: 1 << 18,
        },
        other => {
            let cause = other.to_string();
            Format::JXL.malformed(cause.lines().next().unwrap_or_default())
        }
    }
}

fn incomplete() -> Error {
    Format::JXL.malformed("its header is incomplete")
}
