//! Which extensions a sequence's or a picture's parameter set has (7.3.2.2.1, 7.3.2.3.1): both say it in the same bits.

use crate::bits::Bits;
use crate::error::{Error, Result};

/// Reads the flags, and returns whether a range extension follows. Those of several layers and of 3D follow it, and say
/// nothing about a single picture.
pub(crate) fn has_range_extension(bits: &mut Bits<'_>) -> Result<bool> {
    if !bits.flag()? {
        return Ok(false);
    }
    let has_range = bits.flag()?;
    // multilayer, 3D
    bits.u(2)?;
    let has_screen_content = bits.flag()?;
    bits.u(4)?;
    if has_screen_content {
        return Err(Error::Unsupported("screen content coding"));
    }
    Ok(has_range)
}
