//! Animated WebP, through the `image-webp` crate, which puts the frames together itself.

use image_webp::{DecodingError, WebPDecoder};

use super::canvas::Canvas;
use super::context::{Claims, OpenContext, Opened};
use super::decoder::Decoder;
use super::exif;
use super::frames::{Animation, Frames, memory_for_frames};
use crate::color::ColorSpace;
use crate::error::Error;
use crate::geometry::Size;
use crate::header::{Format, Samples};
use crate::photo::{Photo, Reader};
use crate::resample::memory_to_reduce;

/// Whether there are frames: the bit of VP8X for it.
pub(super) fn is_animated(photo: &Photo<'_>) -> bool {
    let photo = photo.head();
    photo.get(12..16) == Some(b"VP8X") && photo.get(20).is_some_and(|flags| flags & 2 != 0)
}

/// Reads the header.
pub(super) fn open<'a>(context: &mut OpenContext<'a, '_>) -> Result<Opened<'a>, Error> {
    let mut decoder = WebPDecoder::new(context.photo.reader_of_all()).map_err(malformed)?;
    decoder.set_memory_limit(usize::try_from(context.limits.memory).unwrap_or(usize::MAX));
    let (width, height) = decoder.dimensions();
    let size = Size { width, height };
    context.check_size(Format::WEBP, size)?;
    let samples = Samples::Rgba;
    let memory = memory_for_frames(size).saturating_add(memory_to_reduce(size, samples));
    let exif = decoder.exif_metadata().ok().flatten();
    let orientation = exif.as_deref().and_then(exif::orientation);
    let space = ColorSpace::from_icc(decoder.icc_profile().ok().flatten());
    let claims = Claims {
        orientation: orientation.unwrap_or_default(),
        ..Claims::new(Format::WEBP, size, samples, memory)
    };
    let frame_bytes = decoder.output_buffer_size().unwrap_or(0);
    let frames = WebP {
        decoder,
        left: None,
        frame_bytes,
    };
    let animation = Animation::new(Format::WEBP, size, context, frames);
    context.accept(claims, space, Decoder::Rows(Box::new(animation)))
}

struct WebP<'a> {
    decoder: WebPDecoder<Reader<'a>>,
    /// How many frames are to come; unknown before the first.
    left: Option<u32>,
    frame_bytes: usize,
}

impl Frames for WebP<'_> {
    fn restart(&mut self) -> Result<(), Error> {
        self.decoder.reset_animation();
        self.left = None;
        Ok(())
    }

    fn next(&mut self, canvas: &mut Canvas) -> Result<bool, Error> {
        let left = self.left.unwrap_or(self.decoder.num_frames());
        self.left = Some(left.saturating_sub(1));
        if left == 0 {
            return Ok(false);
        }
        if self.decoder.has_alpha() {
            self.decoder
                .read_frame(&mut canvas.rgba)
                .map_err(malformed)?;
            return Ok(true);
        }
        let mut frame = vec![0; self.frame_bytes];
        self.decoder.read_frame(&mut frame).map_err(malformed)?;
        let (canvas, _) = canvas.rgba.as_chunks_mut();
        for (&[red, green, blue], canvas) in frame.as_chunks().0.iter().zip(canvas) {
            *canvas = [red, green, blue, 255];
        }
        Ok(true)
    }
}

fn malformed(error: DecodingError) -> Error {
    match error {
        DecodingError::IoError(_) => Format::WEBP.malformed("it is cut off"),
        other => Format::WEBP.malformed(other.to_string()),
    }
}
