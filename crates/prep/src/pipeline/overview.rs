//! Small images of whole photos: made while the crop is decoded, and given to whoever shows photos.

use jpeg::encoder::{Input, RgbRef};

use super::Pipeline;
use super::decode::Decoding;
use crate::damage::Damage;
use crate::encode::encoder_options;
use crate::geometry::{Orientation, Size};
use crate::header::Header;
use crate::options::{Coding, Subsampling};
use crate::overview::{Grid, Overview};
use crate::photo::Photo;
use crate::plan::Plan;
use crate::source::{Decoder, Opened};

/// When an overview is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Overviews {
    /// When the crop is chosen by it.
    AsNeeded,
    /// Whenever it can be made while the crop is decoded.
    WheneverCheap,
}

impl Pipeline {
    /// Makes an overview of each photo from now on, if that can be done while its crop is decoded;
    /// [`overview`](Self::overview) returns it. The pictures stay the same.
    pub fn with_overviews(mut self) -> Self {
        self.decoding.overviews = Overviews::WheneverCheap;
        self
    }

    /// Encodes the overview of the last photo, upright, its longer side `longer`; it replaces what was in `overview`.
    ///
    /// Returns `None` if there is no overview, or if it, an eighth of the photo's size, is much smaller than that.
    pub fn overview(&mut self, longer: u32, quality: u8, overview: &mut Vec<u8>) -> Option<Header> {
        overview.clear();
        let header = self.decoding.overview_of?;
        let Size { width, height } = header.size;
        if width.max(height).div_ceil(8) < longer / 3 * 2 {
            return None;
        }
        let planes = self.decoding.jpeg.overview();
        let seen = of_planes(planes, header.orientation, longer as usize);
        let pixels = RgbRef::new(seen.pixels.as_flattened(), seen.width, seen.height);
        let options = encoder_options(Subsampling::S420, Coding::Progressive).quality(quality);
        self.encoding
            .encoder
            .encode_into(Input::Rgb(pixels), options, overview)
            .ok()?;
        Some(header)
    }
}

impl Decoding {
    /// Forgets the last photo's overview.
    pub(super) fn forget_overview(&mut self) {
        self.overview_of = None;
    }

    /// The bytes that an overview may take beyond those of decoding.
    pub(super) fn overview_memory(&self, header: &Header, photo: &Photo<'_>) -> u64 {
        match self.overviews {
            // What lies beside the crop stays as it is coded, and a coefficient of each block is kept.
            Overviews::WheneverCheap => photo.length() + header.size.pixels() / 8,
            Overviews::AsNeeded => 0,
        }
    }

    /// Decodes the crop and an overview, if that is wanted and can be done in one reading; returns whether it was.
    ///
    /// Whatever is wrong with the photo is left to a decode of the crop alone: an overview must not change the result.
    pub(super) fn decode_with_overview(&mut self, opened: &Opened<'_>, plan: &Plan) -> bool {
        let Decoder::Jpeg(photo) = &opened.decoder else {
            return false;
        };
        // A crop that an overview chooses has had its overview.
        let is_wanted = self.overviews == Overviews::WheneverCheap && !plan.needs_overview();
        if !is_wanted || !plan.allows_jpeg_overview(&opened.header) {
            return false;
        }
        let decoded = self.jpeg.decode_with_overview(
            photo,
            plan.resize(),
            (0, 0),
            plan.side,
            plan.subsampling,
        );
        let Ok(Some(decoded)) = decoded else {
            return false;
        };
        self.overview_of = Some(opened.header);
        decoded.has_window && decoded.damage == Damage::NONE
    }
}

/// Makes an overview of a photo's luma and chroma, or of its luma alone.
pub(super) fn of_planes(
    planes: &[jpeg::Plane],
    orientation: Orientation,
    longer: usize,
) -> Overview {
    let chroma = planes.get(1).zip(planes.get(2));
    Overview::at_ycbcr(
        grid(&planes[0]),
        chroma.map(|(cb, cr)| [grid(cb), grid(cr)]),
        orientation,
        longer,
    )
}

fn grid(plane: &jpeg::Plane) -> Grid<'_, 1> {
    Grid {
        samples: plane.samples.as_chunks().0,
        width: plane.width as usize,
    }
}
