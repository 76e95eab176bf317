//! Animated WebP: `image-webp` puts the frames together itself.

use image_webp::WebPDecoder;

use super::container::WebPReader;
use super::from_decoder;
use crate::color::ColorSpace;
use crate::error::Error;
use crate::geometry::{Orientation, Size};
use crate::header::{Format, Samples};
use crate::options::Limits;
use crate::resample::memory_to_reduce;
use crate::source::canvas::Canvas;
use crate::source::context::{Claims, OpenContext, Opened};
use crate::source::decoder::Decoder;
use crate::source::frames::{Animation, Frames, memory_for_frames};

/// Makes the header of an animation whose size was checked.
pub(super) fn open<'a>(
    context: &mut OpenContext<'a, '_>,
    decoder: WebPDecoder<WebPReader<'a>>,
    orientation: Orientation,
    space: ColorSpace<'a>,
) -> Result<Opened<'a>, Error> {
    let (width, height) = decoder.dimensions();
    let size = Size { width, height };
    let samples = Samples::Rgba;
    let memory = memory_for_frames(size).saturating_add(memory_to_reduce(size, samples));
    let claims = Claims {
        orientation,
        ..Claims::new(Format::WEBP, size, samples, memory)
    };
    let frame_bytes = decoder.output_buffer_size().unwrap_or(0);
    let frames = WebP {
        decoder,
        limits: context.limits,
        left: None,
        frame_bytes,
    };
    let animation = Animation::new(Format::WEBP, size, context, frames);
    context.accept(claims, space, Decoder::Rows(Box::new(animation)))
}

struct WebP<'a> {
    decoder: WebPDecoder<WebPReader<'a>>,
    limits: Limits,
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
                .map_err(|error| from_decoder(error, &self.limits))?;
            return Ok(true);
        }
        let mut frame = vec![0; self.frame_bytes];
        self.decoder
            .read_frame(&mut frame)
            .map_err(|error| from_decoder(error, &self.limits))?;
        let (canvas, _) = canvas.rgba.as_chunks_mut();
        for (&[red, green, blue], canvas) in frame.as_chunks().0.iter().zip(canvas) {
            *canvas = [red, green, blue, 255];
        }
        Ok(true)
    }
}
