//! The encoder: samples in, a JFIF file out.
//!
//! The stages in the order of the standard: color (`color`), sampling (`downsample`), forward DCT and
//! quantization (`transform`), entropy coding (`sequential`, `progressive`), and the markers around it
//! (`markers`). One strip of MCUs passes through all of them before the next one starts, so that its samples and
//! coefficients stay in the cache.

mod bits;
mod color;
mod component;
mod downsample;
mod error;
mod huffman;
mod input;
mod magnitude;
pub(crate) mod markers;
mod options;

mod progressive;
mod quantization;
mod scan;
mod sequential;
mod strips;
mod transform;

pub use error::EncodeError;
pub(crate) use huffman::{Frequencies, is_standard, standard_table};
pub use input::{Input, PlaneRef, RgbRef};
pub use options::{Coding, Options};
pub use quantization::steps;

use bits::BitWriter;
use component::{Component, Frame};
use huffman::{Coder, Tables};
use quantization::Quantization;
use sequential::{McuRow, Predictors};
use simd::Level;
use strips::Strips;

use crate::quantization::ZIGZAG;

/// Encodes one picture.
///
/// To encode many, keep an [`Encoder`].
///
/// ```
/// use jpeg::encoder::{Input, Options, RgbRef, encode};
///
/// let red = [200, 20, 30].repeat(16 * 16);
/// let jpeg = encode(Input::Rgb(RgbRef::new(&red, 16, 16)), Options::new().quality(90))?;
///
/// assert_eq!(jpeg[..2], [0xff, 0xd8]);
/// # Ok::<(), jpeg::encoder::EncodeError>(())
/// ```
///
/// # Errors
///
/// [`EncodeError`] if the picture's sizes don't fit each other or the format.
pub fn encode(picture: Input<'_>, options: Options) -> Result<Vec<u8>, EncodeError> {
    let mut jpeg = Vec::new();
    Encoder::new().encode_into(picture, options, &mut jpeg)?;
    Ok(jpeg)
}

/// Encodes pictures. It reuses its memory: a picture no larger than the last one allocates nothing.
///
/// The same picture and options give the same bytes at every [`Level`].
///
/// ```
/// use jpeg::encoder::{Encoder, Options, Input, PlaneRef};
///
/// let mut encoder = Encoder::new();
/// let mut jpeg = Vec::new();
/// for gray in [[0; 64], [255; 64]] {
///     encoder.encode_into(Input::Gray(PlaneRef::new(&gray, 8, 8)), Options::new(), &mut jpeg)?;
///     assert!(jpeg.ends_with(&[0xff, 0xd9]));
/// }
/// # Ok::<(), jpeg::encoder::EncodeError>(())
/// ```
#[derive(Debug, Default)]
pub struct Encoder {
    level: Level,
    strips: Strips,
    components: Vec<Component>,
    progressive: progressive::Scratch,
}

impl Encoder {
    /// Creates an encoder for the best level of the running processor.
    #[must_use]
    pub fn new() -> Self {
        Self::with_level(Level::detect())
    }

    /// Creates an encoder for one level, for tests and measurements.
    #[must_use]
    pub fn with_level(level: Level) -> Self {
        Self {
            level,
            ..Self::default()
        }
    }

    /// Encodes one picture into `jpeg`, which is cleared first.
    ///
    /// # Errors
    ///
    /// [`EncodeError`] if the picture's sizes don't fit each other or the format; `jpeg` is empty then.
    pub fn encode_into(
        &mut self,
        picture: Input<'_>,
        options: Options,
        jpeg: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        jpeg.clear();
        let frame = picture.frame(options.subsampling)?;
        frame.lay_out(&mut self.components);
        let quantization = Quantization::new(options.quantization);

        markers::write_start(jpeg, &frame, &quantization, options.coding);
        match options.coding {
            Coding::Standard => {
                let tables = Tables::standard();
                markers::write_tables(jpeg, tables, frame.whole_scan());
                markers::write_scan(jpeg, frame.whole_scan());
                self.code_by_strips(&picture, &frame, &quantization, tables, jpeg);
            }
            Coding::Optimized => {
                self.transform_whole(&picture, &frame, &quantization);
                let tables = sequential::fit_tables(self.level, &self.components, &frame);
                markers::write_tables(jpeg, &tables, frame.whole_scan());
                markers::write_scan(jpeg, frame.whole_scan());
                sequential::write_whole(self.level, &self.components, &frame, &tables, jpeg);
            }
            Coding::Progressive => {
                self.transform_whole(&picture, &frame, &quantization);
                progressive::write(&self.components, &frame, &mut self.progressive, jpeg);
            }
        }
        markers::write_end(jpeg);
        Ok(())
    }

    /// Transforms and codes strip by strip; the components hold one at a time.
    fn code_by_strips(
        &mut self,
        picture: &Input<'_>,
        frame: &Frame,
        quantization: &Quantization,
        tables: &Tables,
        jpeg: &mut Vec<u8>,
    ) {
        for component in &mut self.components {
            component.make_room(component.layout.v);
        }
        let mut predictors = Predictors::default();
        let mut coder = Coder {
            tables,
            writer: BitWriter::new(jpeg),
        };
        for number in 0..frame.mcus_down() {
            let planes = self.strips.strip(self.level, picture, frame, number);
            for (component, plane) in self.components.iter_mut().zip(planes) {
                let divisors = &quantization.tables[component.layout.table];
                component.transform(self.level, plane, divisors, 0);
            }
            let components = &self.components;
            let row = McuRow {
                components,
                mcus_across: frame.mcus_across(),
                number,
                held_as: 0,
            };
            sequential::write_mcu_row(self.level, row, &mut predictors, &mut coder);
        }
        coder.writer.finish();
    }

    /// Transforms everything; the components hold the whole picture then.
    fn transform_whole(&mut self, picture: &Input<'_>, frame: &Frame, quantization: &Quantization) {
        for component in &mut self.components {
            component.make_room(component.layout.v * frame.mcus_down());
        }
        for number in 0..frame.mcus_down() {
            let planes = self.strips.strip(self.level, picture, frame, number);
            for (component, plane) in self.components.iter_mut().zip(planes) {
                let divisors = &quantization.tables[component.layout.table];
                component.transform(self.level, plane, divisors, number * component.layout.v);
            }
        }
    }
}
