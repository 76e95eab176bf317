//! How far apart the values of coefficients are (RFC 6386, 9.6 and 14.1).

use crate::bool_decoder::BoolDecoder;

/// The steps of the coefficients of a kind of block: of the first, and of all others.
pub(crate) type Steps = [i16; 2];

/// The steps of a macroblock's coefficients.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Quantization {
    pub(crate) luma: Steps,
    /// Of the block that holds the first coefficients of all luma blocks.
    pub(crate) second_order: Steps,
    pub(crate) chroma: Steps,
}

/// What a frame says of its quantization: the base index, and how far the others are from it.
pub(crate) struct Indices {
    pub(crate) base: i32,
    luma_dc: i32,
    second_order: [i32; 2],
    chroma: [i32; 2],
}

impl Indices {
    pub(crate) fn read(bools: &mut BoolDecoder<'_>) -> Self {
        let base = bools.literal(7).into();
        let mut offset = || bools.optional_signed(4).unwrap_or(0);
        Self {
            base,
            luma_dc: offset(),
            second_order: [offset(), offset()],
            chroma: [offset(), offset()],
        }
    }

    /// The steps where the base index is `base`.
    pub(crate) fn steps(&self, base: i32) -> Quantization {
        let dc = |offset: i32| DC_STEPS[(base + offset).clamp(0, 127) as usize];
        let ac = |offset: i32| AC_STEPS[(base + offset).clamp(0, 127) as usize];
        let [second_dc, second_ac] = self.second_order;
        let [chroma_dc, chroma_ac] = self.chroma;
        Quantization {
            luma: [dc(self.luma_dc), ac(0)],
            second_order: [
                dc(second_dc) * 2,
                (i32::from(ac(second_ac)) * 155 / 100).max(8) as i16,
            ],
            chroma: [dc(chroma_dc).min(132), ac(chroma_ac)],
        }
    }
}

/// The step of a DC coefficient (14.1).
const DC_STEPS: [i16; 128] = [
    4, 5, 6, 7, 8, 9, 10, 10, 11, 12, 13, 14, 15, 16, 17, 17, 18, 19, 20, 20, 21, 21, 22, 22, 23,
    23, 24, 25, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 37, 38, 39, 40, 41, 42, 43, 44,
    45, 46, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67,
    68, 69, 70, 71, 72, 73, 74, 75, 76, 76, 77, 78, 79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 91,
    93, 95, 96, 98, 100, 101, 102, 104, 106, 108, 110, 112, 114, 116, 118, 122, 124, 126, 128, 130,
    132, 134, 136, 138, 140, 143, 145, 148, 151, 154, 157,
];

/// The step of an AC coefficient (14.1).
const AC_STEPS: [i16; 128] = [
    4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
    29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52,
    53, 54, 55, 56, 57, 58, 60, 62, 64, 66, 68, 70, 72, 74, 76, 78, 80, 82, 84, 86, 88, 90, 92, 94,
    96, 98, 100, 102, 104, 106, 108, 110, 112, 114, 116, 119, 122, 125, 128, 131, 134, 137, 140,
    143, 146, 149, 152, 155, 158, 161, 164, 167, 170, 173, 177, 181, 185, 189, 193, 197, 201, 205,
    209, 213, 217, 221, 225, 229, 234, 239, 245, 249, 254, 259, 264, 269, 274, 279, 284,
];
