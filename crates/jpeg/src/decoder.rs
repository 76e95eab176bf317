//! The decoder: its memory, and the way from a photo to a square.

use simd::Level;

use crate::coefficients::{Coefficients, Kept};
use crate::frame::{Frame, Process};
use crate::glance::{Glance, without_shared};
use crate::plan::Plan;
use crate::resample::{Axes, Tap, horizontal, vertical};
use crate::source::Source;
use crate::{Chroma, Damage, Error, Glanced, Header, Part, Planes, Rect, Square};

/// Decodes photos; keeps its memory from photo to photo, so that a warm one allocates nothing.
///
/// ```no_run
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let photo = std::fs::read("photo.jpg")?;
/// let header = jpeg::read_header(&photo)?;
/// let side = f64::from(header.width().min(header.height()));
/// let square = jpeg::Square { x: 0.0, y: 0.0, side };
///
/// let mut decoder = jpeg::Decoder::new();
/// let mut planes = jpeg::Planes::default();
/// let damage = decoder.decode_square(&photo, &header, square, 640, jpeg::Chroma::Half, &mut planes)?;
/// assert!(damage.is_none());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Decoder {
    pub(crate) source: Source,
    axes: Axes,
    work: Work,
    glance: Glance,
}

/// The memory of the resampling.
#[derive(Debug, Default)]
struct Work {
    taps: Vec<Tap>,
    row: Vec<i16>,
}

impl Decoder {
    /// A decoder for the running processor.
    #[must_use]
    pub fn new() -> Self {
        Self::with_level(Level::detect())
    }

    /// A decoder for a plainer level than the processor's; all levels give the same bits.
    #[must_use]
    pub fn with_level(level: Level) -> Self {
        Self {
            source: Source::new(level),
            axes: Axes::default(),
            work: Work::default(),
            glance: Glance::default(),
        }
    }

    /// How many bytes the coefficients of one photo may take; without a limit by default.
    ///
    /// A photo with all in one scan needs a few rows of them. Any other needs those of the whole square: 32 bytes a block
    /// where the square is reduced to a third or less, 128 otherwise. They are taken only as data for them comes.
    #[must_use]
    pub fn memory(mut self, bytes: u64) -> Self {
        self.source.memory = bytes;
        self
    }

    /// Decodes a square of the photo to `side` × `side` samples, resampled with Lanczos3, in the photo's color space.
    ///
    /// Only what the square needs is read: blocks beside it cost their DC coefficients, rows below it nothing.
    /// Color differences come at the resolution that `chroma` names; it means nothing where there are none.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] and [`Error::Unsupported`] where nothing can be decoded. Where only a part is lost,
    /// the rest is decoded and the [`Damage`] tells how much is missing.
    pub fn decode_square(
        &mut self,
        photo: &[u8],
        header: &Header<'_>,
        square: Square,
        side: u32,
        chroma: Chroma,
        picture: &mut Planes,
    ) -> Result<Damage, Error> {
        self.decode_rect(photo, header, square.into(), (side, side), chroma, picture)
    }

    /// Decodes a rectangle of the photo to so many samples across and down, as [`decode_square`](Self::decode_square) does.
    ///
    /// # Errors
    ///
    /// As for a square.
    pub fn decode_rect(
        &mut self,
        photo: &[u8],
        header: &Header<'_>,
        rect: Rect,
        size: (u32, u32),
        chroma: Chroma,
        picture: &mut Planes,
    ) -> Result<Damage, Error> {
        let frame = &header.frame;
        let plan = Plan::new(frame, header.color(), rect, size, chroma);
        plan.shape(frame, picture);
        let Self {
            source, axes, work, ..
        } = self;
        let mut squares = Squares::new(source.level, axes, work, &plan, [(0, 0); 4]);
        let row_is_there = |coefficients: &Coefficients, row| {
            squares.row_is_there(frame, coefficients, row, picture)
        };
        source.read(photo, frame, &plan, None, row_is_there)
    }

    /// Glances at all of the photo: `glance` becomes a picture of an eighth of its size. Where it costs no second reading, that
    /// part of the picture that [`decode_rect`](Self::decode_rect) would make is decoded meanwhile; any other can then be had
    /// from [`decode_beside`](Self::decode_beside). A part of a picture whose color differences are reduced begins and ends with
    /// one of them.
    ///
    /// None where the photo's coding allows no glance.
    ///
    /// # Errors
    ///
    /// As for a square.
    #[expect(
        clippy::too_many_arguments,
        reason = "what decode_rect takes, and what is glanced at"
    )]
    pub fn glance(
        &mut self,
        photo: &[u8],
        header: &Header<'_>,
        rect: Rect,
        size: (u32, u32),
        part: Part,
        chroma: Chroma,
        picture: &mut Planes,
        glance: &mut Planes,
    ) -> Result<Option<Glanced>, Error> {
        let frame = &header.frame;
        if frame.is_arithmetic {
            return Ok(None);
        }
        let plan_of = |part: Part| {
            Plan::new(
                frame,
                header.color(),
                part.of(rect, size),
                (part.width, part.height),
                chroma,
            )
        };
        let plan = plan_of(part);
        let beside = |part: Part| (!part.is_empty()).then(|| plan_of(part));
        let (left, above) = (
            Part {
                x: 0,
                width: part.x,
                ..part
            },
            Part {
                y: 0,
                height: part.y,
                ..part
            },
        );
        let (x, y) = (part.x + part.width, part.y + part.height);
        let right = Part {
            x,
            width: size.0.saturating_sub(x),
            ..part
        };
        let below = Part {
            y,
            height: size.1.saturating_sub(y),
            ..part
        };
        let middle = [
            without_shared(
                plan.columns.clone(),
                beside(left).map(|plan| plan.columns),
                beside(right).map(|plan| plan.columns),
            ),
            without_shared(
                plan.rows.clone(),
                beside(above).map(|plan| plan.rows),
                beside(below).map(|plan| plan.rows),
            ),
        ];
        self.glance.lay_out(frame, plan.columns.clone(), middle);
        let glanced = if frame.process == Process::Progressive {
            let is_there = self.source.read_dc(photo, frame, &mut self.glance)?;
            is_there.then_some(Glanced {
                damage: Damage::default(),
                has_part: false,
            })
        } else {
            Plan::new(frame, header.color(), rect, size, chroma).shape(frame, picture);
            let Self {
                source,
                axes,
                work,
                glance,
            } = self;
            let at = plan.places_of(header.color(), part, chroma);
            let mut squares = Squares::new(source.level, axes, work, &plan, at);
            let row_is_there = |coefficients: &Coefficients, row| {
                squares.row_is_there(frame, coefficients, row, picture)
            };
            let damage = source.read(photo, frame, &plan, Some(glance), row_is_there)?;
            let has_part = true;
            glance.scan.map(|_| Glanced { damage, has_part })
        };
        if glanced.is_some() {
            self.glance.picture(frame, self.source.steps(), glance);
        }
        Ok(glanced)
    }

    /// Decodes another part of the same picture, after a glance that found no damage.
    ///
    /// # Errors
    ///
    /// As for a square.
    pub fn decode_beside(
        &mut self,
        header: &Header<'_>,
        rect: Rect,
        size: (u32, u32),
        part: Part,
        chroma: Chroma,
        picture: &mut Planes,
    ) -> Result<(), Error> {
        if part.is_empty() {
            return Ok(());
        }
        let frame = &header.frame;
        let plan = Plan::new(
            frame,
            header.color(),
            part.of(rect, size),
            (part.width, part.height),
            chroma,
        );
        let Self {
            source,
            axes,
            work,
            glance,
        } = self;
        let at = plan.places_of(header.color(), part, chroma);
        let mut squares = Squares::new(source.level, axes, work, &plan, at);
        let row_is_there = |coefficients: &Coefficients, row| {
            squares.row_is_there(frame, coefficients, row, picture)
        };
        source.read_stored(frame, &plan, glance, row_is_there)
    }
}

impl Default for Decoder {
    /// The same as [`Decoder::new`].
    fn default() -> Self {
        Self::new()
    }
}

/// Turns coefficients into rows of the picture as soon as all that a row needs is there.
struct Squares<'a> {
    level: Level,
    axes: &'a Axes,
    chosen: [[usize; 2]; 4],
    /// For each component the next row of results.
    next: [usize; 4],
    /// For each component where in the picture the first result lies, across and down.
    at: [(usize, usize); 4],
    work: &'a mut Work,
}

impl<'a> Squares<'a> {
    fn new(
        level: Level,
        axes: &'a mut Axes,
        work: &'a mut Work,
        plan: &Plan,
        at: [(usize, usize); 4],
    ) -> Self {
        let chosen = plan
            .axes
            .map(|of_component| of_component.map(|axis| axes.find(axis)));
        Self {
            level,
            axes,
            chosen,
            next: [0; 4],
            at,
            work,
        }
    }

    fn row_is_there(
        &mut self,
        frame: &Frame,
        coefficients: &Coefficients,
        mcu_row: usize,
        picture: &mut Planes,
    ) {
        for component in 0..frame.components().len() {
            let v = coefficients.lanes[component].v;
            let [across, down] = self.chosen[component].map(|index| self.axes.axis(index));
            while let (Some(&first), Some(&count)) = (
                down.first.get(self.next[component]),
                down.count.get(self.next[component]),
            ) && (first + count - 1) as usize / v <= mcu_row
            {
                let result = self.next[component];
                self.work.gather(
                    coefficients,
                    component,
                    first as usize,
                    down.weights_of(result),
                    count as usize,
                );
                let blocks = coefficients.columns.len() * coefficients.lanes[component].h;
                let row_len = blocks * coefficients.kept.side();
                self.work.row.clear();
                self.work.row.resize(row_len + across.stride, 0);
                let row = &mut self.work.row[..row_len];
                match coefficients.kept {
                    Kept::Corner => {
                        vertical::<4>(self.level, coefficients.data(), &self.work.taps, row)
                    }
                    Kept::All => {
                        vertical::<8>(self.level, coefficients.data(), &self.work.taps, row)
                    }
                }
                let first_block =
                    (coefficients.columns.start * coefficients.lanes[component].h) as u32;
                horizontal(
                    self.level,
                    &self.work.row,
                    first_block,
                    across,
                    &mut picture.row_mut(component, self.at[component].1 + result)
                        [self.at[component].0..][..across.geometry.results as usize],
                );
                self.next[component] += 1;
            }
        }
    }
}

impl Work {
    /// The block rows that a row of results needs, those without data left out.
    fn gather(
        &mut self,
        coefficients: &Coefficients,
        component: usize,
        first: usize,
        weights: &[i16],
        count: usize,
    ) {
        let side = coefficients.kept.side();
        self.taps.clear();
        for (row, weights) in (first..first + count).zip(weights.chunks_exact(side)) {
            if let Some(start) = coefficients.block_row_start(component, row) {
                let mut tap = Tap {
                    start,
                    weights: [0; 8],
                };
                tap.weights[..side].copy_from_slice(weights);
                self.taps.push(tap);
            }
        }
    }
}
