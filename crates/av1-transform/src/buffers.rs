//! The working memory of a transform, which is not cleared from block to block.

/// Coefficients that are coded, column by column.
pub(crate) type Coded = [i32; 32 * 32];

/// What the transforms of rows leave for those of columns, row by row.
pub(crate) type Between = [i32; 32 * 64];

/// Like [`Between`], in 16 bits.
#[cfg(target_arch = "x86_64")]
pub(crate) type NarrowBetween = [i16; 32 * 64];

/// The most samples of a block.
pub(crate) const RESIDUAL: usize = 64 * 64;

/// The residual of a block, row by row. A row may be written eight samples wide where it has four.
pub(crate) type Residual = [i16; RESIDUAL];
