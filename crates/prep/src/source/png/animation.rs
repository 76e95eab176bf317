//! Animated PNG (ISO/IEC 15948, third edition), through the `png` crate: where another frame than the first may be the still.

use png::{BlendOp, ColorType, DecodingError, DisposeOp, Reader, Transformations};

use super::reader::malformed;
use crate::error::Error;
use crate::geometry::Size;
use crate::header::{Format, Samples};
use crate::options::Limits;
use crate::photo::{Photo, Reader as Bytes};
use crate::resample::memory_to_reduce;
use crate::source::canvas::{Area, Canvas};
use crate::source::context::{Claims, OpenContext, Opened};
use crate::source::decoder::Decoder;
use crate::source::frames::{Animation, Frames, memory_for_frames};

/// Opens the animation of a still: its colors and its orientation are the same.
pub(super) fn open<'a>(
    context: &mut OpenContext<'a, '_>,
    still: Opened<'a>,
) -> Result<Opened<'a>, Error> {
    let (photo, limits) = (context.photo, context.limits);
    let reader = reader(photo, &limits)?;
    let size = Size {
        width: reader.info().width,
        height: reader.info().height,
    };
    let samples = Samples::Rgba;
    let memory = memory_for_frames(size).saturating_add(memory_to_reduce(size, samples));
    let claims = Claims {
        orientation: still.header.orientation,
        bits: still.header.bits,
        ..Claims::new(Format::PNG, size, samples, memory)
    };
    let animation = Animation::new(
        Format::PNG,
        size,
        context,
        Apng {
            photo,
            limits,
            reader,
            disposal: None,
        },
    );
    context.accept(claims, still.space, Decoder::Rows(Box::new(animation)))
}

fn reader<'a>(photo: &'a Photo<'a>, limits: &Limits) -> Result<Reader<Bytes<'a>>, Error> {
    let bytes = usize::try_from(limits.memory).unwrap_or(usize::MAX);
    let limits = png::Limits { bytes };
    let mut decoder = png::Decoder::new_with_limits(photo.reader_of_all(), limits);
    decoder.set_transformations(Transformations::ALPHA | Transformations::STRIP_16);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.read_info().map_err(malformed)
}

struct Apng<'a> {
    photo: &'a Photo<'a>,
    limits: Limits,
    reader: Reader<Bytes<'a>>,
    /// What becomes of the last frame before the next one.
    disposal: Option<Disposal>,
}

enum Disposal {
    Clear(Area),
    Restore(Vec<u8>),
}

impl Frames for Apng<'_> {
    fn restart(&mut self) -> Result<(), Error> {
        self.reader = reader(self.photo, &self.limits)?;
        self.disposal = None;
        Ok(())
    }

    fn next(&mut self, canvas: &mut Canvas) -> Result<bool, Error> {
        let mut frame = vec![0; self.reader.output_buffer_size().unwrap_or(0)];
        let output = match self.reader.next_frame(&mut frame) {
            // A default image that is no frame: the first frame follows.
            Ok(_) if self.reader.info().frame_control().is_none() => {
                self.reader.next_frame(&mut frame)
            }
            other => other,
        };
        let output = match output {
            Ok(output) => output,
            Err(DecodingError::Parameter(_)) => return Ok(false),
            Err(error) => return Err(malformed(error)),
        };
        let Some(control) = self.reader.info().frame_control().copied() else {
            return Ok(false);
        };
        let area = Area {
            x: control.x_offset,
            y: control.y_offset,
            width: output.width,
            height: output.height,
        };
        match self.disposal.take() {
            Some(Disposal::Clear(area)) => canvas.clear(area),
            Some(Disposal::Restore(before)) => canvas.rgba = before,
            None => {}
        }
        self.disposal = match control.dispose_op {
            DisposeOp::None => None,
            DisposeOp::Background => Some(Disposal::Clear(area)),
            DisposeOp::Previous => Some(Disposal::Restore(canvas.rgba.clone())),
        };
        for (line, row) in frame
            .chunks_exact(output.line_size.max(1))
            .zip(0..area.height)
        {
            let blend = control.blend_op;
            match output.color_type {
                ColorType::GrayscaleAlpha => {
                    canvas.put(area, row, line.as_chunks().0, |canvas, &[gray, alpha]| {
                        put(canvas, [gray, gray, gray, alpha], blend);
                    });
                }
                _ => canvas.put(area, row, line.as_chunks().0, |canvas, pixel| {
                    put(canvas, *pixel, blend);
                }),
            }
        }
        Ok(true)
    }
}

fn put(canvas: &mut [u8; 4], pixel: [u8; 4], blend: BlendOp) {
    match (blend, pixel[3]) {
        (BlendOp::Source, _) | (_, 255) => *canvas = pixel,
        (BlendOp::Over, 0) => {}
        (BlendOp::Over, _) => *canvas = blended(pixel, *canvas),
    }
}

/// A pixel over another, neither of them opaque (ISO/IEC 15948, 12.5, and Porter and Duff).
fn blended(front: [u8; 4], back: [u8; 4]) -> [u8; 4] {
    let (front_alpha, back_alpha) = (u32::from(front[3]), u32::from(back[3]));
    let behind = back_alpha * (255 - front_alpha);
    let whole = front_alpha * 255 + behind;
    let mixed = [0, 1, 2].map(|i| {
        let sum = u32::from(front[i]) * front_alpha * 255 + u32::from(back[i]) * behind;
        ((sum + whole / 2) / whole) as u8
    });
    [mixed[0], mixed[1], mixed[2], ((whole + 127) / 255) as u8]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blending_is_porter_and_duffs_over() {
        for front_alpha in [1, 100, 254] {
            for back_alpha in [0, 60, 255] {
                let (f, b) = (
                    f64::from(front_alpha) / 255.0,
                    f64::from(back_alpha) / 255.0,
                );
                let alpha = f + b * (1.0 - f);
                let red = (200.0 * f + 30.0 * b * (1.0 - f)) / alpha;

                let actual = blended([200, 0, 0, front_alpha], [30, 0, 0, back_alpha]);

                assert!(
                    (f64::from(actual[0]) - red).abs() <= 0.501,
                    "{actual:?} {red}"
                );
                assert!((f64::from(actual[3]) - alpha * 255.0).abs() <= 0.501);
            }
        }
    }
}
