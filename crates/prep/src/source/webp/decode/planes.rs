//! Reduces the planes of a lossy still each from its own resolution, a row of macroblocks at a time.

use std::ops::ControlFlow;

use vp8::{Band, Plane};

use super::lossy::{cut_off, malformed};
use crate::cancel::Cancel;
use crate::error::Error;
use crate::geometry::{Rect, Resize, Size};
use crate::header::Samples;
use crate::pixels::{Pixels, Row, Values};
use crate::resample::Resampler;
use crate::source::matrix::{Matrix, Nclx, UNSPECIFIED};

/// Decodes a frame without its loop filter, and reduces it; returns the share of its rows that is lost.
pub(super) fn reduce(
    frame: &[u8],
    size: Size,
    resize: Resize,
    pixels: &mut Pixels,
    cancel: &Cancel,
) -> Result<f32, Error> {
    let mut planes =
        [Plane::Luma, Plane::Cb, Plane::Cr].map(|plane| Reduced::new(plane, size, resize));
    let decoded = vp8::decode_bands(frame, |band| {
        cancel.leave_if_canceled();
        let are_more = planes
            .iter_mut()
            .fold(false, |are_more, plane| are_more | plane.take(band));
        match are_more {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        }
    });
    decoded.map_err(malformed)?;
    let mut lost = 0.0_f32;
    let mut values = [const { Vec::new() }; 3];
    for (values, plane) in values.iter_mut().zip(planes) {
        let share = plane.finish(values)?;
        lost = lost.max(share);
    }
    pixels.samples = Samples::Rgb;
    pixels.values = Values::Wide(join(&values));
    Ok(lost)
}

/// A plane on its way to the square.
struct Reduced {
    plane: Plane,
    resampler: Resampler,
    /// The row that comes next.
    next: u32,
}

impl Reduced {
    fn new(plane: Plane, size: Size, resize: Resize) -> Self {
        let unit = match plane {
            Plane::Luma => 1,
            Plane::Cb | Plane::Cr => 2,
        };
        let samples = Size {
            width: size.width.div_ceil(unit),
            height: size.height.div_ceil(unit),
        };
        let unit = f64::from(unit);
        let rect = Rect {
            x: resize.rect.x / unit,
            y: resize.rect.y / unit,
            width: resize.rect.width / unit,
            height: resize.rect.height / unit,
        };
        let mut resampler = Resampler::default();
        resampler.begin(samples, Samples::Gray, Resize { rect, ..resize });
        resampler.keep_wide();
        Self {
            plane,
            next: resampler.rows().start,
            resampler,
        }
    }

    /// Takes the rows of a band that are needed; returns whether more are.
    fn take(&mut self, band: Band<'_>) -> bool {
        let end = self.resampler.rows().end;
        while self.next < band.rows(self.plane).end.min(end) {
            self.resampler
                .push(Row::Narrow(band.row(self.plane, self.next)));
            self.next += 1;
        }
        self.next < end
    }

    fn finish(mut self, values: &mut Vec<u16>) -> Result<f32, Error> {
        let mut pixels = Pixels::default();
        match (self.resampler.finish(&mut pixels), pixels.values) {
            (Some(lost), Values::Wide(samples)) => {
                *values = samples;
                Ok(lost)
            }
            _ => Err(cut_off()),
        }
    }
}

/// Makes pixels of reduced planes, which are as Rec. 601 has them (RFC 6386, 9.2).
fn join([luma, cb, cr]: &[Vec<u16>; 3]) -> Vec<u16> {
    let matrix = Matrix::new(
        Nclx {
            primaries: UNSPECIFIED,
            transfer: UNSPECIFIED,
            matrix: 6,
            full_range: false,
        },
        8,
    )
    .expect("a matrix that is linear");
    let mut joined = vec![0; 3 * luma.len()];
    let samples = luma.iter().zip(cb).zip(cr);
    for (pixel, ((&luma, &cb), &cr)) in joined.as_chunks_mut().0.iter_mut().zip(samples) {
        *pixel = matrix.rgb([luma, cb, cr]);
    }
    joined
}
