//! Searches for the best picture within a byte budget.

mod curve;
mod search;
mod tables;

use jpeg::Target;
use jpeg::encoder::{Encoder, Input, RgbRef};

use crate::encode::encoder_options;
use crate::error::Error;
use crate::geometry::{Resize, Size, Square};
use crate::header::Samples;
use crate::options::{Coding, Subsampling};
use crate::pixels::{Pixels, Row};
use crate::resample::Resampler;
use crate::score::{self, score};
use search::{Attempt, Search};
use tables::steps;

/// The bytes that a picture must fit into, and how far it may give way to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ByteBudget {
    /// The most bytes.
    pub bytes: u64,
    /// The side down to which the picture may shrink, in pixels.
    pub min_side: u32,
    /// The subsampling, if it was asked for; otherwise the better of 4:2:0 and 4:4:4 is used.
    pub subsampling: Option<Subsampling>,
    /// The quality that is not exceeded, if one was asked for.
    pub quality: Option<u8>,
}

impl ByteBudget {
    /// Whether the picture is within the budget.
    pub(crate) fn holds(&self, picture: &[u8]) -> bool {
        picture.len() as u64 <= self.bytes
    }
}

/// How a picture was made to fit.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Fitted {
    /// Width and height of the picture in pixels.
    pub side: u32,
    /// How many chroma samples it keeps.
    pub subsampling: Subsampling,
    /// How similar the picture is to the square, estimating SSIMULACRA2: 100 looks equal, below 50 is poor.
    pub score: f32,
    /// How many pictures were encoded to find it.
    pub encodes: u32,
}

/// The buffers of the search, kept from picture to picture.
#[derive(Default)]
pub(crate) struct Fitter {
    resampler: Resampler,
    shrunk: Pixels,
    candidate: Vec<u8>,
    decoder: jpeg::Decoder,
    decoded: jpeg::Planes,
}

/// The best picture so far of one subsampling.
#[derive(Default)]
struct Best {
    picture: Vec<u8>,
    side: u32,
    subsampling: Subsampling,
}

/// Whether these quantization tables, of luma and both chroma components in rows, are some that the search uses.
pub(crate) fn uses_tables([luma, blue, red]: [[u8; 64]; 3], subsampling: Subsampling) -> bool {
    let mut all = (tables::finest(subsampling)..=tables::COARSEST).map(|at| steps(at, subsampling));
    blue == red && all.any(|tables| tables == [luma, blue])
}

impl Fitter {
    /// Encodes an upright square of `side` pixels until the best picture that fits is found.
    pub(crate) fn fit(
        &mut self,
        square: &[u8],
        side: u32,
        coding: Coding,
        budget: &ByteBudget,
        encoder: &mut Encoder,
    ) -> Result<(Vec<u8>, Fitted), Error> {
        let mut search = Search::new(budget.bytes, side, budget.min_side, budget.subsampling);
        let mut found: Vec<Best> = Vec::new();
        while let Some(attempt) = search.next() {
            let options = encoder_options(attempt.subsampling, coding)
                .steps(steps(attempt.coarseness, attempt.subsampling));
            let pixels = match attempt.side == side {
                true => square,
                false => {
                    shrink(
                        &mut self.resampler,
                        square,
                        side,
                        attempt.side,
                        &mut self.shrunk,
                    );
                    self.shrunk.narrow_values()
                }
            };
            let attempt_side = attempt.side as usize;
            let pixels = RgbRef::new(pixels, attempt_side, attempt_side);
            encoder
                .encode_into(Input::Rgb(pixels), options, &mut self.candidate)
                .expect("the square has the side that it was made with");
            if search.record(attempt, self.candidate.len() as u64) {
                self.keep(attempt, &mut found);
            }
        }
        if found.is_empty() {
            return Err(Error::OverBudget {
                least: search.least(),
                budget: budget.bytes,
            });
        }
        if search.prefers_full_chroma() && found.len() > 1 {
            found.retain(|best| best.subsampling == Subsampling::S444);
        }
        let square = planes_of_rgb(square);
        let scored = found
            .into_iter()
            .map(|best| (self.score(&square, side, &best.picture), best));
        // Of equals the first, which has fewer samples.
        let (score, best) = scored
            .reduce(|first, second| if second.0 > first.0 { second } else { first })
            .expect("there is one at least");
        let fitted = Fitted {
            side: best.side,
            subsampling: best.subsampling,
            score,
            encodes: search.encodes(),
        };
        Ok((best.picture, fitted))
    }

    /// Replaces the last picture of this subsampling by the candidate: the search never tries one that fits worse.
    fn keep(&mut self, attempt: Attempt, found: &mut Vec<Best>) {
        let Attempt {
            side, subsampling, ..
        } = attempt;
        let picture = self.candidate.clone();
        found.retain(|best| best.subsampling != subsampling);
        found.push(Best {
            picture,
            side,
            subsampling,
        });
    }

    fn score(&mut self, square: &score::Planes, side: u32, picture: &[u8]) -> f32 {
        let header = jpeg::read_header(picture).expect("the encoder writes whole headers");
        let whole = jpeg::Square {
            x: 0.0,
            y: 0.0,
            side: header.width().into(),
        };
        let target = Target::new(whole, Size::square(side)).subsampling(Subsampling::S444);
        self.decoder
            .decode_resized(picture, &header, &target, &mut self.decoded)
            .expect("the encoder writes what the decoder reads");
        let mut planes = self.decoded.components().iter();
        let decoded = std::array::from_fn(|_| {
            planes
                .next()
                .map(|plane| plane.samples.clone())
                .unwrap_or_default()
        });
        score(square, &decoded, side as usize)
    }
}

/// Luma and color differences of RGB pixels (T.871, 6).
fn planes_of_rgb(rgb: &[u8]) -> score::Planes {
    const WEIGHTS: [[i32; 3]; 3] = [
        [19_595, 38_470, 7_471],
        [-11_059, -21_709, 32_768],
        [32_768, -27_439, -5_329],
    ];
    let mut middle = [0, 128, 128].into_iter();
    WEIGHTS.map(|weights| {
        let middle = middle.next().unwrap_or_default();
        let weighted = |pixel: &[u8; 3]| -> i32 {
            pixel
                .iter()
                .zip(weights)
                .map(|(&sample, weight)| i32::from(sample) * weight)
                .sum()
        };
        rgb.as_chunks()
            .0
            .iter()
            .map(|pixel| (((weighted(pixel) + 32_768) >> 16) + middle).clamp(0, 255) as u8)
            .collect()
    })
}

fn shrink(resampler: &mut Resampler, square: &[u8], from: u32, to: u32, shrunk: &mut Pixels) {
    let size = Size {
        width: from,
        height: from,
    };
    let whole = Square {
        x: 0.0,
        y: 0.0,
        side: from.into(),
    };
    resampler.begin(size, Samples::Rgb, Resize::square(whole, to));
    for row in square.chunks_exact(from as usize * 3) {
        resampler.push(Row::Narrow(row));
    }
    resampler.finish(shrunk);
}
