//! The samples of one row of MCUs, as planes at each component's resolution.

use simd::Level;

use super::component::Frame;
use super::{Input, PlaneRef, RgbRef, color, downsample};

/// Memory for a strip of a picture that comes as RGB.
#[derive(Default, Debug)]
pub(super) struct Strips {
    y: Vec<u8>,
    cb: Vec<u8>,
    cr: Vec<u8>,
    /// Rows of chroma at the picture's resolution: at most two of each.
    whole_cb: Vec<u8>,
    whole_cr: Vec<u8>,
}

impl Strips {
    /// Returns the planes of one row of MCUs; gray pictures have only the first.
    pub(super) fn strip<'a>(
        &'a mut self,
        level: Level,
        picture: &Input<'a>,
        frame: &Frame,
        mcu_row: usize,
    ) -> [PlaneRef<'a>; 3] {
        let luma_rows = 8 * frame.v;
        match picture {
            Input::Gray(y) => [y.rows(mcu_row * luma_rows, luma_rows); 3],
            Input::YCbCr { y, cb, cr } => [
                y.rows(mcu_row * luma_rows, luma_rows),
                cb.rows(mcu_row * 8, 8),
                cr.rows(mcu_row * 8, 8),
            ],
            Input::Rgb(rgb) => self.convert(level, rgb, frame, mcu_row),
        }
    }

    fn convert(
        &mut self,
        level: Level,
        rgb: &RgbRef<'_>,
        frame: &Frame,
        mcu_row: usize,
    ) -> [PlaneRef<'_>; 3] {
        let Frame { h, v, .. } = *frame;
        let width = usize::from(frame.width);
        // As the transform wants them: pairs of blocks. So many samples of chroma need `h` times as many of luma.
        let chroma_width = width.div_ceil(h).next_multiple_of(16);
        let luma_width = chroma_width * h;
        let first = mcu_row * 8 * v;
        let chroma_height = (rgb.height() - first).div_ceil(v).min(8);
        self.y.resize(8 * v * luma_width, 0);
        self.cb.resize(8 * chroma_width, 0);
        self.cr.resize(8 * chroma_width, 0);
        self.whole_cb.resize(v * luma_width, 0);
        self.whole_cr.resize(v * luma_width, 0);

        let luma_rows = self.y.chunks_exact_mut(v * luma_width);
        let chroma_rows = self
            .cb
            .chunks_exact_mut(chroma_width)
            .zip(self.cr.chunks_exact_mut(chroma_width));
        for (index, (y, (cb, cr))) in luma_rows.zip(chroma_rows).take(chroma_height).enumerate() {
            let y = y.chunks_exact_mut(luma_width);
            let whole_cb = self.whole_cb.chunks_exact_mut(luma_width);
            let whole_cr = self.whole_cr.chunks_exact_mut(luma_width);
            for (row, ((y, cb), cr)) in (first + index * v..).zip(y.zip(whole_cb).zip(whole_cr)) {
                let pixels = rgb.row(row.min(rgb.height() - 1));
                color::convert(level, pixels, [&mut *y, &mut *cb, &mut *cr]);
                for samples in [y, cb, cr] {
                    repeat_last(samples, width);
                }
            }
            for (whole, part) in [(&self.whole_cb, cb), (&self.whole_cr, cr)] {
                let (upper, lower) = whole.split_at(luma_width);
                match (h, v) {
                    (1, _) => part.copy_from_slice(upper),
                    (_, 1) => downsample::halve_row(level, upper, part),
                    _ => downsample::halve_rows(level, upper, lower, part),
                }
            }
        }

        let luma_height = (rgb.height() - first).min(8 * v);
        let luma =
            PlaneRef::new(&self.y, width.next_multiple_of(16), luma_height).stride(luma_width);
        let chroma = |samples| PlaneRef::new(samples, chroma_width, chroma_height);
        [luma, chroma(&self.cb), chroma(&self.cr)]
    }
}

/// Repeats a row's last sample to the end of its memory.
fn repeat_last(samples: &mut [u8], width: usize) {
    let (inside, beyond) = samples.split_at_mut(width);
    if let Some(&last) = inside.last() {
        beyond.fill(last);
    }
}
