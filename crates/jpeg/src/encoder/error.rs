//! Errors of the encoder.

/// Why a picture could not be encoded. Each reason is a mistake of the caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A side is 0 or more than 65535 pixels. Resize the picture first.
    #[error("{width}×{height} pixels; a JPEG's sides are 1 to 65535")]
    Side {
        /// The picture's width in pixels.
        width: usize,
        /// The picture's height in pixels.
        height: usize,
    },
    /// A plane has fewer samples than its size and stride require. Pass the whole plane.
    #[error("{given} bytes of samples, {needed} needed")]
    Samples {
        /// The bytes that the size and the stride ask for.
        needed: usize,
        /// The bytes that were there.
        given: usize,
    },
    /// A stride is shorter than a row. Pass the bytes from row to row.
    #[error("a stride of {stride} bytes for rows of {row}")]
    Stride {
        /// The stride in bytes.
        stride: usize,
        /// The bytes of one row.
        row: usize,
    },
    /// A chroma plane's size is not what the subsampling makes of the luma plane's. Pass planes at the subsampled size.
    #[error("a chroma plane of {width}×{height} samples, {needed_width}×{needed_height} needed")]
    Chroma {
        /// The plane's width in samples.
        width: usize,
        /// The plane's height in samples.
        height: usize,
        /// The luma plane's width divided by the subsampling, rounded up.
        needed_width: usize,
        /// The luma plane's height divided by the subsampling, rounded up.
        needed_height: usize,
    },
}
