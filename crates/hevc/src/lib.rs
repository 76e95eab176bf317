//! HEVC (ISO/IEC 23008-2, ITU-T H.265): a decoder of intra pictures, which is what HEIC files hold.
//!
//! Profiles Main, Main 10, Main Still Picture, and of the range extensions 4:0:0, 4:2:0, 4:2:2 and 4:4:4 with 8 to 12 bits.
//! Prediction uses samples before the in-loop filters, so a caller who reduces the picture may leave them out ([`Filters`]).
//!
//! ```no_run
//! # fn main() -> Result<(), hevc::Error> {
//! # let (configuration, item): (&[u8], &[u8]) = (&[], &[]);
//! let configuration = hevc::Configuration::read(configuration)?;
//! let decoder = hevc::Decoder::new(configuration.parameter_sets())?;
//! let units: Vec<&[u8]> = configuration.units(item).collect::<Result<_, _>>()?;
//! let coded = decoder.open(&units)?;
//! let header = *coded.header();
//! assert!(header.coded.width <= 4096 && header.coded.height <= 4096);
//! let mut rows = coded.rows(hevc::Filters::All)?;
//! assert_eq!(rows.row(0, 0)?.len(), header.size.width as usize);
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod availability;
mod bits;
mod blocks;
mod cabac;
mod chroma;
mod coded_picture;
mod coding_quadtree;
mod coding_unit;
mod configuration;
mod contexts;
mod ctu;
mod deblocking;
mod decoder;
mod error;
mod extensions;
mod header;
mod intra;
mod nal;
mod picture;
mod pps;
mod qp;
mod quantization;
mod reconstruction;
mod residual;
mod row_buffer;
mod rows;
mod sao;
mod sao_offsets;
mod scaling_list;
mod scan;
mod slice_data;
mod slice_header;
mod sps;
mod tiles;
mod transform;
mod transform_unit;
mod vui;

pub use chroma::ChromaFormat;
pub use coded_picture::{CodedPicture, Filters};
pub use configuration::Configuration;
pub use decoder::Decoder;
pub use error::Error;
pub use header::{Header, Size};
pub use nal::annex_b;
pub use picture::Picture;
pub use rows::Rows;
pub use vui::Colors;
