//! Loads and stores between arrays and NEON registers: references make the intrinsics that take pointers safe.
#![allow(
    clippy::missing_safety_doc,
    reason = "safe where the feature is enabled, which the compiler checks"
)]

use std::arch::aarch64::*;

use crate::transfers::transfers;

transfers! {
    "neon":
    load_u8x8 store_u8x8 [u8; 8] uint8x8_t, vld1_u8 vst1_u8;
    load_i16x4 store_i16x4 [i16; 4] int16x4_t, vld1_s16 vst1_s16;
    load_u8x16 store_u8x16 [u8; 16] uint8x16_t, vld1q_u8 vst1q_u8;
    load_u16x8 store_u16x8 [u16; 8] uint16x8_t, vld1q_u16 vst1q_u16;
    load_i16x8 store_i16x8 [i16; 8] int16x8_t, vld1q_s16 vst1q_s16;
    load_i32x4 store_i32x4 [i32; 4] int32x4_t, vld1q_s32 vst1q_s32;
    load_f32x4 store_f32x4 [f32; 4] float32x4_t, vld1q_f32 vst1q_f32;
}

/// Loads 16 pixels into three registers, a color each.
#[inline]
#[target_feature(enable = "neon")]
#[must_use]
pub fn load_colors(pixels: &[[u8; 3]; 16]) -> uint8x16x3_t {
    // SAFETY: the array has the size of the three registers, and the intrinsic requires no alignment.
    unsafe { vld3q_u8(pixels.as_ptr().cast()) }
}

/// Repeats a pair of `i16` in a register.
#[inline]
#[target_feature(enable = "neon")]
#[must_use]
pub fn broadcast_i16x2(pair: &[i16; 2]) -> int16x8_t {
    let [[a, b], [c, d]] = pair.map(i16::to_ne_bytes);
    vreinterpretq_s16_s32(vdupq_n_s32(i32::from_ne_bytes([a, b, c, d])))
}

/// Loads eight pairs into two registers: the first of each, the second of each.
#[inline]
#[target_feature(enable = "neon")]
#[must_use]
pub fn load_pairs(pairs: &[i16; 16]) -> int16x8x2_t {
    // SAFETY: the array has the size of the two registers, and the intrinsic requires no more alignment than the array has.
    unsafe { vld2q_s16(pairs.as_ptr()) }
}

/// Transposes eight rows of eight words.
#[inline]
#[target_feature(enable = "neon")]
#[must_use]
pub fn transposed_i16x8(rows: [int16x8_t; 8]) -> [int16x8_t; 8] {
    let [a, b, c, d, e, f, g, h] = rows;
    // Words of two rows, pairs of words of four rows, then halves of eight rows.
    let words =
        |a, b| [vtrn1q_s16(a, b), vtrn2q_s16(a, b)].map(|words| vreinterpretq_s32_s16(words));
    let pairs =
        |a, b| [vtrn1q_s32(a, b), vtrn2q_s32(a, b)].map(|pairs| vreinterpretq_s64_s32(pairs));
    let halves =
        |a, b| [vtrn1q_s64(a, b), vtrn2q_s64(a, b)].map(|halves| vreinterpretq_s16_s64(halves));
    let [ab_even, ab_odd] = words(a, b);
    let [cd_even, cd_odd] = words(c, d);
    let [ef_even, ef_odd] = words(e, f);
    let [gh_even, gh_odd] = words(g, h);

    let [upper04, upper26] = pairs(ab_even, cd_even);
    let [upper15, upper37] = pairs(ab_odd, cd_odd);
    let [lower04, lower26] = pairs(ef_even, gh_even);
    let [lower15, lower37] = pairs(ef_odd, gh_odd);

    let [column0, column4] = halves(upper04, lower04);
    let [column1, column5] = halves(upper15, lower15);
    let [column2, column6] = halves(upper26, lower26);
    let [column3, column7] = halves(upper37, lower37);
    [
        column0, column1, column2, column3, column4, column5, column6, column7,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Neon;

    crate::kernel! {
        /// Each array through a register and back.
        fn copied(Neon, bytes: &[u8; 16], words: &[i16; 8], numbers: &[f32; 4]) -> ([u8; 16], [i16; 8], [f32; 4]) {
            let (mut to_bytes, mut to_words, mut to_numbers) = ([0; 16], [0; 8], [0.0; 4]);
            store_u8x16(&mut to_bytes, load_u8x16(bytes));
            store_i16x8(&mut to_words, load_i16x8(words));
            store_f32x4(&mut to_numbers, load_f32x4(numbers));
            (to_bytes, to_words, to_numbers)
        }

        fn copied_unsigned(Neon, words: &[u16; 8], numbers: &[i32; 4]) -> ([u16; 8], [i32; 4]) {
            let (mut to_words, mut to_numbers) = ([0; 8], [0; 4]);
            store_u16x8(&mut to_words, load_u16x8(words));
            store_i32x4(&mut to_numbers, load_i32x4(numbers));
            (to_words, to_numbers)
        }

        fn broadcast(Neon, pair: &[i16; 2]) -> [i16; 8] {
            let mut words = [0; 8];
            store_i16x8(&mut words, broadcast_i16x2(pair));
            words
        }

        fn pairs(Neon, pairs: &[i16; 16]) -> [[i16; 8]; 2] {
            let registers = load_pairs(pairs);
            let mut separated = [[0; 8]; 2];
            store_i16x8(&mut separated[0], registers.0);
            store_i16x8(&mut separated[1], registers.1);
            separated
        }

        fn transposed(Neon, rows: &[[i16; 8]; 8]) -> [[i16; 8]; 8] {
            let mut columns = [[0; 8]; 8];
            let registers = transposed_i16x8(rows.each_ref().map(|row| load_i16x8(row)));
            for (column, register) in columns.iter_mut().zip(registers) {
                store_i16x8(column, register);
            }
            columns
        }

        fn colors(Neon, pixels: &[[u8; 3]; 16]) -> [[u8; 16]; 3] {
            let registers = load_colors(pixels);
            let mut colors = [[0; 16]; 3];
            for (color, register) in colors.iter_mut().zip([registers.0, registers.1, registers.2]) {
                store_u8x16(color, register);
            }
            colors
        }
    }

    #[test]
    fn what_is_stored_is_what_was_loaded() {
        let neon = Neon::detect().expect("this target has NEON");
        let bytes: [u8; 17] = std::array::from_fn(|place| 200 - place as u8);
        let words: [i16; 9] = std::array::from_fn(|place| -2000 * place as i16);
        let fractions = std::array::from_fn(|place| place as f32 / 7.0 - 0.5);

        // From an odd address: no alignment is required.
        let (bytes, words) = (bytes[1..].first_chunk(), words[1..].first_chunk());
        let (bytes, words) = (bytes.unwrap(), words.unwrap());
        let copies = copied(neon, bytes, words, &fractions);

        assert_eq!(copies, (*bytes, *words, fractions));
        let unsigned = words.map(i16::cast_unsigned);
        let numbers = [1, -2, i32::MAX, i32::MIN];
        assert_eq!(
            copied_unsigned(neon, &unsigned, &numbers),
            (unsigned, numbers)
        );
    }

    #[test]
    fn a_pair_is_repeated_in_its_order() {
        let neon = Neon::detect().expect("this target has NEON");

        let words = broadcast(neon, &[-3, 700]);

        assert_eq!(words.as_chunks::<2>().0, [[-3, 700]; 4]);
    }

    #[test]
    fn pairs_are_separated() {
        let neon = Neon::detect().expect("this target has NEON");
        let words: [i16; 16] = std::array::from_fn(|place| 1000 - 300 * place as i16);

        let [first, second] = pairs(neon, &words);

        for (place, pair) in words.as_chunks().0.iter().enumerate() {
            assert_eq!([first[place], second[place]], *pair);
        }
    }

    #[test]
    fn rows_become_columns() {
        let neon = Neon::detect().expect("this target has NEON");
        let rows = std::array::from_fn(|y| std::array::from_fn(|x| (10 * y + x) as i16));

        let columns = transposed(neon, &rows);

        for (x, column) in columns.into_iter().enumerate() {
            assert_eq!(column, rows.map(|row: [i16; 8]| row[x]));
        }
    }

    #[test]
    fn the_colors_of_pixels_are_separated() {
        let neon = Neon::detect().expect("this target has NEON");
        let pixels = std::array::from_fn(|place| [0, 100, 200].map(|color| color + place as u8));

        let [red, green, blue] = colors(neon, &pixels);

        for (place, pixel) in pixels.into_iter().enumerate() {
            assert_eq!([red[place], green[place], blue[place]], pixel);
        }
    }
}
