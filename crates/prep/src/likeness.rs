//! Whether two pictures show the same: an avatar is seldom byte for byte what was sent.

use jpeg::{Decoder, Planes, Size, Target};

use crate::error::Error;
use crate::options::{Options, Subsampling};
use crate::pipeline::Pipeline;

/// An image so small that what a messenger does to an avatar (another size, quality or format) does not show.
///
/// ```
/// # let sent = include_bytes!("../examples/photo.jpg");
/// # let shown = prep::prepare(sent)?;
/// use prep::Likeness;
///
/// // What was sent, and what the messenger shows of it.
/// assert!(Likeness::of(sent)?.is_like(&Likeness::of(&shown)?));
/// # Ok::<(), prep::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Likeness([Vec<u8>; 3]);

impl Likeness {
    /// Makes one of the center square of any image file.
    ///
    /// # Errors
    ///
    /// Those of [`prepare`](crate::prepare): it is not an image, or cannot be decoded.
    pub fn of(image: &[u8]) -> Result<Self, Error> {
        let options = Options::new()
            .side(4 * SIDE)
            .minimum_side(1)
            .quality(95)
            .subsampling(Subsampling::S444);
        let mut small = Vec::new();
        Pipeline::of_checked(options).prepare_into(image, &mut small)?;
        Self::decode(&small)
    }

    fn decode(picture: &[u8]) -> Result<Self, Error> {
        let header = jpeg::read_header(picture)?;
        let square = jpeg::Square {
            x: 0.0,
            y: 0.0,
            side: f64::from(header.width().min(header.height())),
        };
        let mut planes = Planes::default();
        let target = Target::new(square, Size::square(SIDE)).subsampling(jpeg::Subsampling::S444);
        Decoder::new().decode_resized(picture, &header, &target, &mut planes)?;
        let [y, cb, cr] = [0, 1, 2].map(|component| {
            let plane = planes.components().get(component);
            // A gray picture has no color differences.
            plane.map_or_else(|| vec![128; AREA], |plane| plane.samples.clone())
        });
        Ok(Self([y, cb, cr]))
    }

    /// Returns whether both show the same.
    ///
    /// A cell is an eighth of the side. In none of them may the pictures differ by more than a little on average: another
    /// photo differs in most, another name in the same logo in a few.
    pub fn is_like(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(ours, theirs)| {
            let mut cells = [0_u32; (CELLS * CELLS) as usize];
            for (place, (ours, theirs)) in (0..).zip(ours.iter().zip(theirs)) {
                let (x, y) = (place % SIDE, place / SIDE);
                let cell = (y * CELLS / SIDE) * CELLS + x * CELLS / SIDE;
                cells[cell as usize] += u32::from(ours.abs_diff(*theirs));
            }
            cells
                .into_iter()
                .all(|difference| difference <= MAX_DIFFERENCE * (AREA as u32) / (CELLS * CELLS))
        })
    }
}

/// Width and height of what is compared.
const SIDE: u32 = 32;
const AREA: usize = (SIDE * SIDE) as usize;

/// Cells across and down.
const CELLS: u32 = 8;

/// How much two pictures of the same may differ in a cell, of 255. JPEG at quality 30 differs by 3 at most.
const MAX_DIFFERENCE: u32 = 12;
