//! Small images of whole photos: made while the crop is decoded, and given to whoever shows photos.

use jpeg::encoder::{Encoder, Input, RgbRef};

use super::decode::{Decoded, Decoding, Overviews};
use super::plan::Planned;
use crate::damage::Damage;
use crate::encode::encoder_options;
use crate::geometry::{Orientation, Size};
use crate::header::Header;
use crate::options::{Coding, Subsampling};
use crate::overview::{Grid, OverviewMaker};
use crate::source::Decoder;

/// Encodes the overview of the last photo; see [`Pipeline::overview`](super::Pipeline::overview).
pub(super) fn encode_overview(
    decoding: &Decoding,
    longer: u32,
    quality: u8,
    encoder: &mut Encoder,
    overview: &mut Vec<u8>,
) -> Option<Header> {
    overview.clear();
    let header = decoding.overview_of?;
    let Size { width, height } = header.size;
    if width.max(height).div_ceil(8) < longer / 3 * 2 {
        return None;
    }
    let mut maker = OverviewMaker::default();
    make_of_planes(
        &mut maker,
        decoding.jpeg.overview(),
        header.orientation,
        longer as usize,
    );
    let seen = maker.overview;
    let pixels = RgbRef::new(seen.pixels.as_flattened(), seen.width, seen.height);
    let options = encoder_options(Subsampling::S420, Coding::Progressive).quality(quality);
    encoder
        .encode_into(Input::Rgb(pixels), options, overview)
        .ok()?;
    Some(header)
}

/// Decodes the crop and an overview, if that is wanted and can be done in one reading.
///
/// Whatever is wrong with the photo is left to a decode of the crop alone: an overview must not change the result.
pub(super) fn decode_with_overview(
    planned: &Planned<'_>,
    decoding: &mut Decoding,
) -> Option<Decoded> {
    let Planned { opened, plan, .. } = planned;
    let Decoder::Jpeg(photo) = &opened.decoder else {
        return None;
    };
    // A crop that an overview chooses has had its overview.
    let is_wanted = decoding.overviews == Overviews::WheneverCheap && !plan.needs_overview();
    if !is_wanted || !plan.allows_jpeg_overview(&opened.header) {
        return None;
    }
    let resize = plan.resize();
    let (side, subsampling) = (plan.side, plan.subsampling);
    let decoded = decoding
        .jpeg
        .decode_with_overview(photo, resize, (0, 0), side, subsampling)
        .ok()??;
    decoding.overview_of = Some(opened.header);
    let is_sound = decoded.has_window && decoded.damage == Damage::NONE;
    is_sound.then(|| Decoded::new(planned, resize, Damage::NONE))
}

/// Makes an overview of a photo's luma and chroma, or of its luma alone.
pub(super) fn make_of_planes(
    maker: &mut OverviewMaker,
    planes: &[jpeg::Plane],
    orientation: Orientation,
    longer: usize,
) {
    let chroma = planes.get(1).zip(planes.get(2));
    maker.make_of_ycbcr(
        grid(&planes[0]),
        chroma.map(|(cb, cr)| [grid(cb), grid(cr)]),
        orientation,
        longer,
    );
}

fn grid(plane: &jpeg::Plane) -> Grid<'_, 1> {
    Grid {
        samples: plane.samples.as_chunks().0,
        width: plane.width as usize,
    }
}
