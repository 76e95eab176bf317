//! The decode at full scale: all samples, interleaved.

use crate::coefficient_reader::Request;
use crate::coefficients::{Coefficients, Kept};
use crate::decode_plan::DecodePlan;
use crate::frame::Frame;
use crate::header::Color;
use crate::idct::idct;
use crate::{Damage, Decoder, Error, Header};

impl Decoder {
    /// Decodes the whole photo to interleaved samples, row by row without gaps: one for gray, red, green and blue for
    /// YCbCr and RGB, four for CMYK and YCCK (inverted: 255 is no ink).
    ///
    /// Components of lower resolution are repeated, not interpolated.
    ///
    /// # Errors
    ///
    /// As for [`decode_resized`](Decoder::decode_resized).
    pub fn decode(
        &mut self,
        photo: &[u8],
        header: &Header<'_>,
        samples: &mut Vec<u8>,
    ) -> Result<Damage, Error> {
        let frame = &header.frame;
        let plan = DecodePlan::whole(frame);
        let color = header.color();
        let mut rows = Rows::default();
        samples.clear();
        let plan = &plan;
        self.reader.read(
            Request {
                photo,
                frame,
                plan,
                known: None,
            },
            None,
            |coefficients, mcu_row| {
                rows.transform(frame, coefficients, mcu_row);
                rows.interleave(frame, color, mcu_row, samples);
            },
        )
    }
}

/// The samples of one row of MCUs, component by component.
#[derive(Default)]
struct Rows {
    planes: [Vec<u8>; 4],
    strides: [usize; 4],
}

impl Rows {
    fn transform(&mut self, frame: &Frame, coefficients: &Coefficients, mcu_row: usize) {
        for component in 0..frame.components().len() {
            let layout = coefficients.layouts[component];
            let stride = coefficients.columns.len() * layout.h * 8;
            self.strides[component] = stride;
            let plane = &mut self.planes[component];
            plane.clear();
            // Blocks without data are gray.
            plane.resize(stride * layout.v * 8, 128);
            for (block_row, lines) in plane.chunks_exact_mut(stride * 8).enumerate() {
                let row = mcu_row * layout.v + block_row;
                let Some(start) = coefficients.block_row_start(component, row) else {
                    continue;
                };
                let blocks = coefficients.data()[start..].as_chunks::<64>().0;
                for (column, block) in blocks.iter().enumerate().take(stride / 8) {
                    for (line, samples) in idct(block).as_chunks::<8>().0.iter().enumerate() {
                        lines[line * stride + column * 8..][..8].copy_from_slice(samples);
                    }
                }
            }
        }
    }

    fn interleave(&self, frame: &Frame, color: Color, mcu_row: usize, samples: &mut Vec<u8>) {
        let components = frame.components();
        let mcu_height = 8 * frame.v_max as usize;
        let lines = mcu_height.min(frame.height as usize - mcu_row * mcu_height);
        for line in 0..lines {
            for x in 0..frame.width as usize {
                let sample = |index: usize| {
                    let component = &components[index];
                    let x = x * usize::from(component.h) / frame.h_max as usize;
                    let y = line * usize::from(component.v) / frame.v_max as usize;
                    self.planes[index][y * self.strides[index] + x]
                };
                match color {
                    Color::Gray => samples.push(sample(0)),
                    Color::Rgb => samples.extend([sample(0), sample(1), sample(2)]),
                    Color::YCbCr => samples.extend(to_rgb(sample(0), sample(1), sample(2))),
                    Color::Cmyk => samples.extend([sample(0), sample(1), sample(2), sample(3)]),
                    Color::Ycck => {
                        let [red, green, blue] = to_rgb(sample(0), sample(1), sample(2));
                        samples.extend([255 - red, 255 - green, 255 - blue, sample(3)]);
                    }
                }
            }
        }
    }
}

/// Converts YCbCr to red, green and blue (T.871, 7), with 16 fractional bits.
fn to_rgb(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    let fixed = |value: f64| (value * 65536.0 + 0.5) as i32;
    let (cb, cr) = (i32::from(cb) - 128, i32::from(cr) - 128);
    let differences = [
        (fixed(1.402) * cr + 32768) >> 16,
        (-fixed(0.344_14) * cb - fixed(0.714_14) * cr + 32768) >> 16,
        (fixed(1.772) * cb + 32768) >> 16,
    ];
    differences.map(|difference| (i32::from(y) + difference).clamp(0, 255) as u8)
}

impl DecodePlan {
    /// Plans to decode all of a photo at its own size.
    fn whole(frame: &Frame) -> Self {
        Self {
            kept: Kept::All,
            last: [63; 4],
            unseen: 0,
            axes: Self::NO_AXES,
            columns: 0..frame.mcu_columns() as usize,
            rows: 0..frame.mcu_rows() as usize,
            rows_at_once: 1,
        }
    }
}
