//! The decoder: from a photo to the samples of a target.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use simd::Level;

use crate::coefficient_reader::{CoefficientReader, Request};
use crate::coefficients::Coefficients;
use crate::decode_plan::{DecodePlan, origins};
use crate::frame::{Frame, Process};
use crate::overview::{Overview, without_shared};
use crate::resample::Axes;
use crate::resampler::{Resampler, Work};
use crate::{Color, Damage, Error, Header, PixelRect, Planes, Target};

/// Decodes photos. It reuses its memory, so that decoding a photo no larger than the last one allocates nothing.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use jpeg::{Decoder, Planes, Size, Square, Target};
///
/// let photo = std::fs::read("photo.jpg")?;
/// let header = jpeg::read_header(&photo)?;
/// let side = f64::from(header.width().min(header.height()));
/// let square = Square { x: 0.0, y: 0.0, side };
/// let target = Target::new(square, Size::square(640));
///
/// let mut decoder = Decoder::new();
/// let mut planes = Planes::default();
/// let damage = decoder.decode_resized(&photo, &header, &target, &mut planes)?;
/// assert!(damage.is_none());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Decoder {
    pub(crate) reader: CoefficientReader,
    axes: Axes,
    work: Work,
    overview: Overview,
}

/// The result of [`Decoder::decode_with_overview`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WithOverview {
    /// The damage of the whole photo, as far as it was read.
    pub damage: Damage,
    /// Whether the part was decoded, and [`Decoder::decode_part`] can decode others.
    pub has_part: bool,
}

impl Decoder {
    /// Creates a decoder for the best level of the running processor.
    #[must_use]
    pub fn new() -> Self {
        Self::with_level(Level::detect())
    }

    /// Creates a decoder for a given level. All levels give the same samples.
    #[must_use]
    pub fn with_level(level: Level) -> Self {
        Self {
            reader: CoefficientReader::new(level),
            axes: Axes::default(),
            work: Work::default(),
            overview: Overview::default(),
        }
    }

    /// Sets how many bytes the coefficients of one photo may take; unlimited by default.
    ///
    /// A photo in a single scan needs a few rows of coefficients. Any other needs those of the whole target: 32 bytes a block
    /// where it is reduced to a third or less, 128 otherwise. They are allocated as their data comes.
    #[must_use]
    pub fn memory(mut self, bytes: u64) -> Self {
        self.reader.memory = bytes;
        self
    }

    /// Sets a flag that ends a photo at its next row of MCUs, as if the file ended there: the rest is lost.
    ///
    /// It may be set while a photo is decoded, by another thread, and ends all photos until another flag is given.
    pub fn set_stop(&mut self, stop: Arc<AtomicBool>) {
        self.reader.buffer.stop = stop;
    }

    /// Decodes a rectangle of the photo and resamples it with Lanczos3, in the photo's color space.
    ///
    /// Only what the target needs is read: of blocks beside it the DC coefficients, of rows below it nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] or [`Error::Unsupported`] if nothing can be decoded, [`Error::Memory`] if the limit is exceeded. If only
    /// a part is lost, the rest is decoded and the [`Damage`] says how much is missing.
    pub fn decode_resized(
        &mut self,
        photo: &[u8],
        header: &Header<'_>,
        target: &Target,
        planes: &mut Planes,
    ) -> Result<Damage, Error> {
        // It may be another photo than that of the last overview.
        self.overview.dc_ends.clear();
        self.decode_after_overview(photo, header, target, planes)
    }

    /// Like [`decode_resized`](Self::decode_resized), for the photo of the last [overview](Self::decode_with_overview): what that read of
    /// a progressive photo is not read again.
    ///
    /// # Errors
    ///
    /// As for [`decode_resized`](Self::decode_resized).
    pub fn decode_after_overview(
        &mut self,
        photo: &[u8],
        header: &Header<'_>,
        target: &Target,
        planes: &mut Planes,
    ) -> Result<Damage, Error> {
        let frame = &header.frame;
        let plan = DecodePlan::new(frame, header.color(), target);
        plan.shape(frame, planes);
        let Self {
            reader,
            axes,
            work,
            overview,
        } = self;
        let mut resampler = Resampler::new(reader.level, axes, work, &plan, [(0, 0); 4]);
        let on_row = |coefficients: &Coefficients, row| resampler.on_row(coefficients, row, planes);
        let request = Request {
            photo,
            frame,
            plan: &plan,
            known: Some(overview),
        };
        reader.read(request, None, on_row)
    }

    /// Makes an [`overview`](Self::overview), an eighth of the photo's size. If that costs no second reading, decodes a part of
    /// the target meanwhile; [`decode_part`](Self::decode_part) decodes others.
    ///
    /// A part must begin and end with a whole chroma sample. Returns `None` if the photo's coding allows no overview.
    ///
    /// # Errors
    ///
    /// As for [`decode_resized`](Self::decode_resized).
    pub fn decode_with_overview(
        &mut self,
        photo: &[u8],
        header: &Header<'_>,
        target: &Target,
        part: PixelRect,
        planes: &mut Planes,
    ) -> Result<Option<WithOverview>, Error> {
        let frame = &header.frame;
        if frame.is_arithmetic {
            return Ok(None);
        }
        let plan = DecodePlan::new(frame, header.color(), &target.part(part));
        let not_shared = not_shared(frame, header.color(), target, part, &plan);
        self.overview
            .lay_out(frame, plan.columns.clone(), not_shared);
        if frame.process == Process::Progressive {
            let has_dc_first = self.reader.read_dc(photo, frame, &mut self.overview)?;
            return Ok(has_dc_first.then_some(WithOverview {
                damage: Damage::default(),
                has_part: false,
            }));
        }
        DecodePlan::new(frame, header.color(), target).shape(frame, planes);
        let Self {
            reader,
            axes,
            work,
            overview,
        } = self;
        let origins = origins(header.color(), target, part);
        let mut resampler = Resampler::new(reader.level, axes, work, &plan, origins);
        let on_row = |coefficients: &Coefficients, row| resampler.on_row(coefficients, row, planes);
        let request = Request {
            photo,
            frame,
            plan: &plan,
            known: None,
        };
        let damage = reader.read(request, Some(overview), on_row)?;
        let has_part = true;
        Ok(overview.scan.map(|_| WithOverview { damage, has_part }))
    }

    /// Returns the last overview: a sample for each block of the photo.
    #[must_use]
    pub fn overview(&self) -> &Planes {
        &self.overview.planes
    }

    /// Decodes another part of the same target, after an overview that found no damage.
    ///
    /// # Errors
    ///
    /// As for [`decode_resized`](Self::decode_resized).
    pub fn decode_part(
        &mut self,
        header: &Header<'_>,
        target: &Target,
        part: PixelRect,
        planes: &mut Planes,
    ) -> Result<(), Error> {
        if part.is_empty() {
            return Ok(());
        }
        let frame = &header.frame;
        let plan = DecodePlan::new(frame, header.color(), &target.part(part));
        let Self {
            reader,
            axes,
            work,
            overview,
        } = self;
        let origins = origins(header.color(), target, part);
        let mut resampler = Resampler::new(reader.level, axes, work, &plan, origins);
        let on_row = |coefficients: &Coefficients, row| resampler.on_row(coefficients, row, planes);
        reader.read_stored(frame, &plan, overview, on_row)
    }
}

impl Default for Decoder {
    /// Like [`Decoder::new`].
    fn default() -> Self {
        Self::new()
    }
}

/// Returns the MCUs that a part of the target needs and nothing beside it does, columns and rows.
fn not_shared(
    frame: &Frame,
    color: Color,
    target: &Target,
    part: PixelRect,
    plan: &DecodePlan,
) -> [Range<usize>; 2] {
    let beside = |part: PixelRect| {
        (!part.is_empty()).then(|| DecodePlan::new(frame, color, &target.part(part)))
    };
    let (right, below) = (part.x + part.width, part.y + part.height);
    let columns = |x, width| beside(PixelRect { x, width, ..part }).map(|plan| plan.columns);
    let rows = |y, height| beside(PixelRect { y, height, ..part }).map(|plan| plan.rows);
    [
        without_shared(
            plan.columns.clone(),
            columns(0, part.x),
            columns(right, target.size.width.saturating_sub(right)),
        ),
        without_shared(
            plan.rows.clone(),
            rows(0, part.y),
            rows(below, target.size.height.saturating_sub(below)),
        ),
    ]
}
