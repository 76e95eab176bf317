//! The orientation in a block of Exif.

use crate::geometry::Orientation;

/// Returns the orientation in a block of Exif, which begins as a TIFF does.
pub(super) fn orientation(exif: &[u8]) -> Option<Orientation> {
    let orientation = image::metadata::Orientation::from_exif_chunk(exif)?;
    Orientation::from_exif(orientation.to_exif())
}
