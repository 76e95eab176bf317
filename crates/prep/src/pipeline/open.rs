//! Opens a photo: reads its header and checks it against the limits, before a pixel is decoded.

use crate::color::Profiles;
use crate::error::{Error, Limit};
use crate::geometry::Size;
use crate::header::{Format, Header};
use crate::options::Options;
use crate::photo::Photo;
use crate::source::{OpenContext, Opened, within};

/// Opens a photo whose picture would stay within the limits.
pub(super) fn open<'a>(
    photo: &'a Photo<'a>,
    options: &Options,
    profiles: &mut Profiles,
) -> Result<Opened<'a>, Error> {
    let mut context = OpenContext {
        photo,
        limits: options.limits,
        frame: options.frame,
        profiles,
    };
    let opened = context.open()?;
    let memory = memory(&opened.header, photo, options);
    within(Limit::Memory, memory, options.limits.memory)?;
    Ok(opened)
}

/// The most bytes that decoding takes: more than for a square if the whole photo is needed.
pub(super) fn memory(header: &Header, photo: &Photo<'_>, options: &Options) -> u64 {
    let is_a_part =
        options.fit.fills_square() && options.trim.is_none() && !options.needs_overview();
    if is_a_part {
        return header.memory;
    }
    let Size { width, height } = header.size;
    let [shorter, longer] = [width.min(height), width.max(height)].map(u128::from);
    // What lies beside the middle may be kept as it is coded until the crop is chosen.
    let coded = match header.format {
        Format::JPEG if options.needs_overview() => photo.length(),
        _ => 0,
    };
    let memory = u128::from(header.memory) * longer / shorter.max(1) + u128::from(coded);
    memory.try_into().unwrap_or(u64::MAX)
}
