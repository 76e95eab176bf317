//! Scaling lists (7.3.4, 7.4.5): the weight of each frequency.

use crate::bits::Bits;
use crate::chroma::ChromaFormat;
use crate::error::{Result, malformed};
use crate::scan::Scan;

/// The scaling factors of intra blocks, by size (4, 8, 16, 32) and component, row by row.
#[derive(Clone)]
pub(crate) struct ScalingLists {
    factors: [[Vec<u8>; 3]; 4],
}

impl ScalingLists {
    /// `ScalingFactor` of a block of `1 << log2` columns and rows.
    pub(crate) fn factors(&self, log2: u32, component: usize) -> &[u8] {
        &self.factors[log2 as usize - 2][component]
    }

    /// What holds where no list is sent (tables 7-5 and 7-6).
    pub(crate) fn predefined() -> Box<Self> {
        Coded::predefined().expanded()
    }

    /// Reads `scaling_list_data()`.
    pub(crate) fn read(bits: &mut Bits<'_>, chroma: ChromaFormat) -> Result<Box<Self>> {
        let mut coded = Coded::predefined();
        for size in 0..4 {
            for matrix in (0..6).step_by(if size == 3 { 3 } else { 1 }) {
                coded.read(bits, size, matrix)?;
            }
        }
        if chroma == ChromaFormat::Yuv444 {
            for matrix in [1, 2, 4, 5] {
                coded.lists[3][matrix] = coded.lists[2][matrix];
                coded.dc[3][matrix] = coded.dc[2][matrix];
            }
        }
        Ok(coded.expanded())
    }
}

/// The lists as sent: by size and matrix, 16 or 64 values in diagonal order.
struct Coded {
    lists: [[[u8; 64]; 6]; 4],
    dc: [[u8; 6]; 4],
}

impl Coded {
    fn predefined() -> Self {
        let [intra, inter] = [INTRA, INTER];
        let eighth = [intra, intra, intra, inter, inter, inter];
        Self {
            lists: [[[FLAT; 64]; 6], eighth, eighth, eighth],
            dc: [[FLAT; 6]; 4],
        }
    }

    fn read(&mut self, bits: &mut Bits<'_>, size: usize, matrix: usize) -> Result<()> {
        // scaling_list_pred_mode_flag
        if !bits.flag()? {
            let step = if size == 3 { 3 } else { 1 };
            let delta = bits.ue_to(5, "there is no such scaling list")? as usize * step;
            let Some(from) = matrix.checked_sub(delta) else {
                return malformed("there is no such scaling list");
            };
            let predefined = Self::predefined();
            let source = if delta == 0 { &predefined } else { &*self };
            let (list, dc) = (source.lists[size][from], source.dc[size][from]);
            self.lists[size][matrix] = list;
            self.dc[size][matrix] = dc;
            return Ok(());
        }
        const WHAT: &str = "a scaling list has no such value";
        let mut next = 8;
        if size > 1 {
            next = bits.se_in(-7..=247, WHAT)? + 8;
            self.dc[size][matrix] = next as u8;
        }
        let count = if size == 0 { 16 } else { 64 };
        for value in &mut self.lists[size][matrix][..count] {
            next = (next + bits.se_in(-128..=127, WHAT)?) & 255;
            if next == 0 {
                return malformed(WHAT);
            }
            *value = next as u8;
        }
        Ok(())
    }

    /// `ScalingFactor` (7.4.5).
    fn expanded(&self) -> Box<ScalingLists> {
        let factors = std::array::from_fn(|size| {
            std::array::from_fn(|matrix| {
                let log2 = size as u32 + 2;
                let list_log2 = log2.min(3);
                let repeat = log2 - list_log2;
                let places = Scan::Diagonal.places(list_log2);
                let mut square = vec![0; 1 << (2 * list_log2)];
                for (place, &value) in places.iter().zip(&self.lists[size][matrix]) {
                    square[(place.y() << list_log2) + place.x()] = value;
                }
                let side = 1 << log2;
                let mut factors: Vec<u8> = (0..side * side)
                    .map(|at| {
                        let (x, y) = (at % side, at / side);
                        square[((y >> repeat) << list_log2) + (x >> repeat)]
                    })
                    .collect();
                if size > 1 {
                    factors[0] = self.dc[size][matrix];
                }
                factors
            })
        });
        Box::new(ScalingLists { factors })
    }
}

/// The factor that changes nothing.
pub(crate) const FLAT: u8 = 16;

/// Table 7-6, for intra blocks.
const INTRA: [u8; 64] = [
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 17, 16, 17, 16, 17, 18, 17, 18, 18, 17, 18, 21, 19, 20,
    21, 20, 19, 21, 24, 22, 22, 24, 24, 22, 22, 24, 25, 25, 27, 30, 27, 25, 25, 29, 31, 35, 35, 31,
    29, 36, 41, 44, 41, 36, 47, 54, 54, 47, 65, 70, 65, 88, 88, 115,
];

/// Table 7-6, for inter blocks, which lists for intra blocks may not refer to but are read with.
const INTER: [u8; 64] = [
    16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 17, 17, 17, 17, 17, 18, 18, 18, 18, 18, 18, 20, 20, 20,
    20, 20, 20, 20, 24, 24, 24, 24, 24, 24, 24, 24, 25, 25, 25, 25, 25, 25, 25, 28, 28, 28, 28, 28,
    28, 33, 33, 33, 33, 33, 41, 41, 41, 41, 54, 54, 54, 71, 71, 91,
];
