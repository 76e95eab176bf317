//! Animated PNG (ISO/IEC 15948, third edition), through the `png` crate: where another frame than the first may be the still.

use std::io::Cursor;

use png::{BlendOp, ColorType, DecodingError, DisposeOp, Reader, Transformations};

use super::frames::{Animation, Area, Canvas, Frames, memory_for_frames};
use super::rows::{RowsPhoto, contain};
use super::{check_size, within};
use crate::color::{ColorSpace, Profiles};
use crate::error::{Error, Limit};
use crate::geometry::Size;
use crate::header::{Format, Header, Samples};
use crate::options::{Frame, Limits};
use crate::resample::memory_to_reduce;

/// Whether there are frames: acTL stands before the pixels.
pub(super) fn is_animated(photo: &[u8]) -> bool {
    let mut rest = photo.get(8..).unwrap_or_default();
    while let Some((length, named)) = rest.split_first_chunk::<4>() {
        match named.get(..4) {
            Some(b"acTL") => return true,
            None | Some(b"IDAT") => return false,
            _ => {}
        }
        let next = (u32::from_be_bytes(*length) as usize).saturating_add(8);
        rest = named.get(next..).unwrap_or_default();
    }
    false
}

/// Opens an animation that the still's header was read of: one with the same colours and orientation.
pub(super) fn open<'a>(
    photo: &'a [u8],
    still: &Header,
    space: ColorSpace<'a>,
    limits: &Limits,
    profiles: &mut Profiles,
    frame: Frame,
) -> Result<RowsPhoto<'a>, Error> {
    contain(Format::Png, || {
        let bytes = usize::try_from(limits.memory).unwrap_or(usize::MAX);
        let mut decoder = png::Decoder::new_with_limits(Cursor::new(photo), png::Limits { bytes });
        decoder.set_transformations(Transformations::ALPHA | Transformations::STRIP_16);
        decoder.set_ignore_text_chunk(true);
        decoder.set_ignore_iccp_chunk(true);
        let reader = decoder.read_info().map_err(malformed)?;
        let size = Size {
            width: reader.info().width,
            height: reader.info().height,
        };
        check_size(Format::Png, size, limits)?;
        let samples = Samples::Rgba;
        let memory = memory_for_frames(size).saturating_add(memory_to_reduce(size, samples));
        within(Limit::Memory, memory, limits.memory)?;
        let header = Header {
            samples,
            profile: profiles.classify(&space, samples),
            memory,
            ..*still
        };
        Ok(RowsPhoto {
            header,
            space,
            rows: Box::new(Animation {
                format: Format::Png,
                size,
                frame,
                limits: *limits,
                frames: Apng {
                    reader,
                    disposal: None,
                },
            }),
        })
    })
}

struct Apng<'a> {
    reader: Reader<Cursor<&'a [u8]>>,
    /// What becomes of the last frame before the next one.
    disposal: Option<Disposal>,
}

enum Disposal {
    Clear(Area),
    Restore(Vec<u8>),
}

impl Frames for Apng<'_> {
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
            put(
                line,
                output.color_type,
                control.blend_op,
                canvas.row(area, row),
            );
        }
        Ok(true)
    }
}

fn put(line: &[u8], color: ColorType, blend: BlendOp, canvas: &mut [u8]) {
    let (canvas, _) = canvas.as_chunks_mut::<4>();
    let over = |canvas: &mut [u8; 4], pixel: [u8; 4]| match (blend, pixel[3]) {
        (BlendOp::Source, _) | (_, 255) => *canvas = pixel,
        (BlendOp::Over, 0) => {}
        (BlendOp::Over, _) => *canvas = blended(pixel, *canvas),
    };
    match color {
        ColorType::GrayscaleAlpha => {
            for (&[gray, alpha], canvas) in line.as_chunks().0.iter().zip(canvas) {
                over(canvas, [gray, gray, gray, alpha]);
            }
        }
        _ => {
            for (pixel, canvas) in line.as_chunks().0.iter().zip(canvas) {
                over(canvas, *pixel);
            }
        }
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

fn malformed(error: DecodingError) -> Error {
    let cause = match error {
        DecodingError::IoError(_) => "it is cut off".into(),
        other => other.to_string(),
    };
    Error::Malformed {
        format: Format::Png,
        cause,
    }
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
