//! `residual_coding()` (7.3.8.11, 9.3.4.2.4 to 9.3.4.2.7): the transform coefficients of a block, scaled as they come.

mod contexts;
mod levels;

use crate::cabac::Cabac;
use crate::contexts::{CODED_SUB_BLOCK, Contexts};
use crate::quantization::Quantizer;
use crate::scan::{Place, Scan};

use contexts::{SignificanceContexts, last_prefix};
use levels::Levels;

/// The largest transform block has so many samples.
pub(crate) const MAX_SAMPLES: usize = 32 * 32;

/// What must be known of a block to parse it.
pub(crate) struct Block<'a> {
    pub(crate) log2: u32,
    pub(crate) is_luma: bool,
    pub(crate) scan: Scan,
    /// Whether signs may be hidden in this block.
    pub(crate) sign_hiding: bool,
    /// Whether all significance flags have one context (`transform_skip_context_enabled_flag`).
    pub(crate) single_context: bool,
    /// `sbType`, where `persistent_rice_adaptation_enabled_flag` is 1.
    pub(crate) statistics: Option<usize>,
    pub(crate) bypass_alignment: bool,
    pub(crate) quantizer: Quantizer<'a>,
}

/// The coefficients of a block, row by row.
pub(crate) struct Coefficients {
    /// Zeros but for the block that was parsed last.
    pub(crate) values: [i16; MAX_SAMPLES],
    /// All others are zero: the columns and rows that hold coefficients, in whole sub-blocks.
    pub(crate) columns: usize,
    pub(crate) rows: usize,
    /// Whether only the first is not zero.
    pub(crate) only_dc: bool,
}

impl Coefficients {
    pub(crate) fn new() -> Box<Self> {
        Box::new(Self {
            values: [0; MAX_SAMPLES],
            columns: 0,
            rows: 0,
            only_dc: false,
        })
    }

    /// Sets what was parsed to zero again.
    pub(crate) fn clear(&mut self, log2: u32) {
        let columns = self.columns;
        for row in self.values.chunks_exact_mut(1 << log2).take(self.rows) {
            row[..columns].fill(0);
        }
    }
}

simd::levels! {
    /// Parses the coefficients of a block.
    pub(crate) fn parse(
        level: Level,
        cabac: &mut Cabac<'_>,
        contexts: &mut Contexts,
        statistics: &mut [u8; 4],
        block: &Block<'_>,
        coefficients: &mut Coefficients,
    ) {
        // A copy can live in registers.
        let mut engine = *cabac;
        parse_sub_blocks(&mut engine, contexts, statistics, block, coefficients);
        *cabac = engine;
    }
}

// One function, so that the decoding engine stays in registers from one sub-block to the next.
#[inline(always)]
fn parse_sub_blocks(
    cabac: &mut Cabac<'_>,
    contexts: &mut Contexts,
    statistics: &mut [u8; 4],
    block: &Block<'_>,
    coefficients: &mut Coefficients,
) {
    let log2_sub_blocks = block.log2 - 2;
    let sub_blocks = block.scan.places(log2_sub_blocks);
    let places = block.scan.sub_block();
    let [last_x, last_y] = last_position(cabac, contexts, block);
    let last_sub_block = index_of(sub_blocks, last_x >> 2, last_y >> 2);
    let last_place = index_of(places, last_x & 3, last_y & 3);
    (coefficients.columns, coefficients.rows) = (0, 0);
    coefficients.only_dc = last_x | last_y == 0;
    // The coded sub-blocks of each row, and one more row and column that are never coded.
    let mut coded = [0_u16; 9];
    let mut levels = Levels::new();
    for index in (0..=last_sub_block).rev() {
        let (x, y) = (sub_blocks[index].x() & 7, sub_blocks[index].y() & 7);
        let right = usize::from(coded[y] >> (x + 1) & 1);
        let below = usize::from(coded[y + 1] >> x & 1);
        let is_last = index == last_sub_block;
        let mut inferred = false;
        if !is_last && index > 0 {
            let context = CODED_SUB_BLOCK + (right | below) + usize::from(!block.is_luma) * 2;
            if !cabac.flag(contexts, context) {
                continue;
            }
            inferred = true;
        }
        coded[y] |= 1 << x;
        let significance = SignificanceContexts::new(block, index, right | below << 1);
        levels.count = 0;
        let mut first = 15;
        if is_last {
            levels.add(last_place, 1);
            first = last_place.wrapping_sub(1);
        }
        if first < 16 {
            significance.parse(cabac, contexts, (first, inferred), &mut levels);
        }
        if levels.count == 0 {
            continue;
        }
        coefficients.columns = coefficients.columns.max(x * 4 + 4);
        coefficients.rows = coefficients.rows.max(y * 4 + 4);
        levels.parse(cabac, contexts, statistics, block, index);
        let corner = ((y * 4) << block.log2) + x * 4;
        match block.quantizer {
            Quantizer::Bypass => store(
                block,
                (corner, places),
                &levels,
                coefficients,
                |level, _| level.clamp(i16::MIN.into(), i16::MAX.into()) as i16,
            ),
            Quantizer::Flat(scale) => {
                store(
                    block,
                    (corner, places),
                    &levels,
                    coefficients,
                    |level, _| scale.flat(level),
                );
            }
            Quantizer::Weighted(scale, weights) => {
                store(
                    block,
                    (corner, places),
                    &levels,
                    coefficients,
                    |level, at| scale.weighted(level, weights.get(at).copied().unwrap_or_default()),
                );
            }
        }
    }
}

/// Stores the levels of a sub-block whose first coefficient is at `corner`, scaled.
#[inline(always)]
fn store(
    block: &Block<'_>,
    (corner, places): (usize, &[Place; 16]),
    levels: &Levels,
    coefficients: &mut Coefficients,
    scaled: impl Fn(i32, usize) -> i16,
) {
    for at in 0..levels.count.min(16) {
        let place = places[usize::from(levels.places[at]) & 15];
        let place = corner + (place.y() << block.log2) + place.x();
        coefficients.values[place & (MAX_SAMPLES - 1)] = scaled(levels.values[at], place);
    }
}

/// The position of the last coefficient that is not zero.
#[inline(always)]
fn last_position(cabac: &mut Cabac<'_>, contexts: &mut Contexts, block: &Block<'_>) -> [usize; 2] {
    let prefixes = last_prefix(cabac, contexts, block);
    let [x, y] = prefixes.map(|prefix| {
        if prefix < 4 {
            return prefix;
        }
        let length = (prefix >> 1) - 1;
        let suffix = cabac.bypass(length) & ((1 << length) - 1);
        ((2 + (prefix & 1)) << length) + suffix
    });
    let [x, y] = [x, y].map(|at| (at as usize).min((1 << block.log2) - 1));
    match block.scan {
        Scan::Vertical => [y, x],
        _ => [x, y],
    }
}

/// Which place of a scan it is.
#[inline(always)]
fn index_of(places: &[Place], x: usize, y: usize) -> usize {
    let found = places
        .iter()
        .position(|place| place.x() == x && place.y() == y);
    found.unwrap_or(0)
}
