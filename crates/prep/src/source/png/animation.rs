//! Animated PNG (ISO/IEC 15948, third edition): where another frame than the first may be the still.

use super::frame_control::{BlendOp, Controls, DisposeOp};
use super::header::ImageHeader;
use super::inflate::{FirstChunk, Inflate};
use super::passes::Rows;
use crate::error::Error;
use crate::geometry::Size;
use crate::header::{Format, Samples};
use crate::photo::Photo;
use crate::pixels::Row;
use crate::resample::memory_to_reduce;
use crate::source::canvas::{Area, Canvas};
use crate::source::context::{Claims, OpenContext, Opened};
use crate::source::decoder::Decoder;
use crate::source::frames::{Animation, Frames, memory_for_frames};

/// Opens the animation of a still: its colors and its orientation are the same.
pub(super) fn open<'a>(
    context: &mut OpenContext<'a, '_>,
    header: ImageHeader,
    still: Opened<'a>,
) -> Result<Opened<'a>, Error> {
    let photo = context.photo;
    let size = header.size;
    let samples = Samples::Rgba;
    let memory = memory_for_frames(size).saturating_add(memory_to_reduce(size, samples));
    let claims = Claims {
        orientation: still.header.orientation,
        bits: still.header.bits,
        ..Claims::new(Format::PNG, size, samples, memory)
    };
    let animation = Animation::new(Format::PNG, size, context, Apng::new(photo, header));
    context.accept(claims, still.space, Decoder::Rows(Box::new(animation)))
}

/// The frames of a photo.
pub(super) struct Apng<'a> {
    photo: &'a Photo<'a>,
    header: ImageHeader,
    controls: Controls<'a>,
    /// What becomes of the last frame before the next one.
    disposal: Option<Disposal>,
}

enum Disposal {
    Clear(Area),
    Restore(Vec<u8>),
}

impl Frames for Apng<'_> {
    fn restart(&mut self) -> Result<(), Error> {
        self.controls = Controls::new(self.photo, self.header.size);
        self.disposal = None;
        Ok(())
    }

    fn next(&mut self, canvas: &mut Canvas) -> Result<bool, Error> {
        let Some((control, data)) = self.controls.next_frame()? else {
            return Ok(false);
        };
        let area = control.area;
        let frame = self.pixels(area, data)?;
        match self.disposal.take() {
            Some(Disposal::Clear(area)) => canvas.clear(area),
            Some(Disposal::Restore(before)) => canvas.rgba = before,
            None => {}
        }
        self.disposal = match control.disposal {
            DisposeOp::None => None,
            DisposeOp::Background => Some(Disposal::Clear(area)),
            DisposeOp::Previous => Some(Disposal::Restore(canvas.rgba.clone())),
        };
        for (line, row) in frame.chunks_exact(area.width as usize).zip(0..) {
            canvas.put(area, row, line, |canvas, pixel| {
                put(canvas, *pixel, control.blending);
            });
        }
        Ok(true)
    }
}

impl<'a> Apng<'a> {
    pub(super) fn new(photo: &'a Photo<'a>, header: ImageHeader) -> Self {
        Self {
            photo,
            controls: Controls::new(photo, header.size),
            header,
            disposal: None,
        }
    }

    /// Decodes a frame: red, green, blue and opacity, of 8 bits each.
    fn pixels(&self, area: Area, data: FirstChunk) -> Result<Vec<[u8; 4]>, Error> {
        let header = ImageHeader {
            size: Size {
                width: area.width,
                height: area.height,
            },
            ..self.header.clone()
        };
        let samples = header.samples();
        let mut rows = Rows::new(&header, area.height, area.width, || {
            Inflate::new(self.photo, data, None)
        });
        let mut frame = Vec::new();
        for y in 0..area.height {
            let (row, _) = rows.row(y)?;
            match row {
                Row::Narrow(row) => extend(&mut frame, row, samples, |sample| sample),
                Row::Wide(row) => extend(&mut frame, row, samples, |sample| (sample >> 8) as u8),
                Row::Float(_) => {}
            }
        }
        Ok(frame)
    }
}

/// Adds a row of samples as pixels.
fn extend<T: Copy>(to: &mut Vec<[u8; 4]>, row: &[T], samples: Samples, narrow: impl Fn(T) -> u8) {
    match samples {
        Samples::Gray => to.extend(row.iter().map(|&gray| {
            let gray = narrow(gray);
            [gray, gray, gray, u8::MAX]
        })),
        Samples::GrayAlpha => to.extend(row.as_chunks().0.iter().map(|&[gray, alpha]| {
            let gray = narrow(gray);
            [gray, gray, gray, narrow(alpha)]
        })),
        Samples::Rgb => to.extend(row.as_chunks().0.iter().map(|&rgb: &[T; 3]| {
            let [red, green, blue] = rgb.map(&narrow);
            [red, green, blue, u8::MAX]
        })),
        _ => to.extend(
            row.as_chunks()
                .0
                .iter()
                .map(|&rgba: &[T; 4]| rgba.map(&narrow)),
        ),
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
