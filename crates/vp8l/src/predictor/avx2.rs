//! AVX2: eight pixels at a time where the left one does not matter, else a pixel in the lowest lane of a register.
//!
//! An average rounds down, and the instruction rounds up. It rounds down the complements: with `!` for 255 − byte,
//! `average(a, b) = !pavgb(!a, !b)`. And `!(residual + !p) = p − residual`, so modes 5, 6, 7, 10 and 13 carry the complement of the left pixel
//! along, and two or three instructions lead from a pixel to the next.
//!
//! A sum is clipped by adding what is positive of the difference, then subtracting what is negative, both saturated.

use std::arch::x86_64::{
    __m128i, __m256i, _mm_add_epi8, _mm_adds_epu8, _mm_and_si128, _mm_avg_epu8, _mm_blendv_epi8,
    _mm_cmpgt_epi32, _mm_cvtsi32_si128, _mm_cvtsi128_si32, _mm_sad_epu8, _mm_set1_epi8,
    _mm_srli_epi16, _mm_sub_epi8, _mm_subs_epu8, _mm_xor_si128, _mm256_add_epi8, _mm256_avg_epu8,
    _mm256_set1_epi8, _mm256_set1_epi32, _mm256_setzero_si256, _mm256_xor_si256,
};

use simd::x86::{load_u32x8, store_u32x8};

use super::{BLACK, Span, add, for_spans, scalar};

simd::kernel! {
    pub(super) fn add_predictions(Avx2, blocks: (&[u32], u32), residuals: &[u32], above: &[u32], row: &mut [u32]) {
        for_spans(blocks, residuals, above, row, |span| match span.mode {
            1 => add_left(span),
            2 => add_above(span, |[_, top, _]| top),
            3 => add_above(span, |[_, _, right]| right),
            4 => add_above(span, |[corner, _, _]| corner),
            5 => add_in_turn(span, |left, [_, top, right]| {
                _mm_avg_epu8(_mm_avg_epu8(left, complement(right)), complement(top))
            }),
            6 => add_in_turn(span, |left, [corner, _, _]| _mm_avg_epu8(left, complement(corner))),
            7 => add_in_turn(span, |left, [_, top, _]| _mm_avg_epu8(left, complement(top))),
            8 => add_above(span, |[corner, top, _]| average(corner, top)),
            9 => add_above(span, |[_, top, right]| average(top, right)),
            10 => add_in_turn(span, |left, [corner, top, right]| {
                let above = _mm_avg_epu8(complement(top), complement(right));
                _mm_avg_epu8(_mm_avg_epu8(left, complement(corner)), above)
            }),
            11 => add_selected(span),
            12 => add_in_turn(span, |left, [corner, top, _]| {
                let (more, less) = (_mm_subs_epu8(top, corner), _mm_subs_epu8(corner, top));
                _mm_adds_epu8(_mm_subs_epu8(left, more), less)
            }),
            13 => add_in_turn(span, |left, [corner, top, _]| {
                let average = _mm_avg_epu8(left, complement(top));
                let corner = complement(corner);
                // Of complements the larger is the smaller.
                let more = half(_mm_subs_epu8(corner, average));
                let less = half(_mm_subs_epu8(average, corner));
                _mm_adds_epu8(_mm_subs_epu8(average, more), less)
            }),
            _ => add_above(span, |_| _mm256_set1_epi32(BLACK as i32)),
        });
    }
}

/// Adds predictions from the row above.
#[inline]
#[target_feature(enable = "avx2")]
fn add_above(span: Span<'_>, predict: impl Fn([__m256i; 3]) -> __m256i) {
    let Span {
        mode,
        residuals,
        above,
        pixels,
        ..
    } = span;
    let (chunks, rest) = pixels.as_chunks_mut::<8>();
    let mut start = 0;
    for (pixels, residuals) in chunks.iter_mut().zip(residuals.as_chunks::<8>().0) {
        let above = &above[start..start + 10];
        let neighbors = [0, 1, 2].map(|place| match above[place..].first_chunk() {
            Some(pixels) => load_u32x8(pixels),
            None => _mm256_setzero_si256(),
        });
        let prediction = predict(neighbors);
        store_u32x8(pixels, _mm256_add_epi8(load_u32x8(residuals), prediction));
        start += 8;
    }
    for (pixel, at) in rest.iter_mut().zip(start..) {
        let prediction = scalar::predict(mode, 0, above[at + 1], above[at], above[at + 2]);
        *pixel = add(residuals[at], prediction);
    }
}

/// Adds predictions that depend on the left pixel. From its complement and the pixels above `predict` makes the complement of the
/// prediction.
#[inline]
#[target_feature(enable = "avx2")]
fn add_in_turn(span: Span<'_>, predict: impl Fn(__m128i, [__m128i; 3]) -> __m128i) {
    let mut left = complement(lane(span.left));
    let pixels = span.pixels.iter_mut().zip(span.residuals);
    let above = span
        .above
        .iter()
        .zip(&span.above[1..])
        .zip(&span.above[2..]);
    for ((pixel, &residual), ((&corner, &top), &right)) in pixels.zip(above) {
        let prediction = predict(left, [lane(corner), lane(top), lane(right)]);
        left = _mm_sub_epi8(prediction, lane(residual));
        *pixel = _mm_cvtsi128_si32(complement(left)) as u32;
    }
}

/// Adds the left pixel.
#[inline]
#[target_feature(enable = "avx2")]
fn add_left(span: Span<'_>) {
    let mut left = lane(span.left);
    for (pixel, &residual) in span.pixels.iter_mut().zip(span.residuals) {
        left = _mm_add_epi8(left, lane(residual));
        *pixel = _mm_cvtsi128_si32(left) as u32;
    }
}

/// Adds the left pixel or the one above.
#[inline]
#[target_feature(enable = "avx2")]
fn add_selected(span: Span<'_>) {
    let mut left = lane(span.left);
    let pixels = span.pixels.iter_mut().zip(span.residuals);
    for ((pixel, &residual), (&corner, &top)) in pixels.zip(span.above.iter().zip(&span.above[1..]))
    {
        let (corner, top) = (lane(corner), lane(top));
        let is_left = _mm_cmpgt_epi32(_mm_sad_epu8(left, corner), _mm_sad_epu8(top, corner));
        let prediction = _mm_blendv_epi8(top, left, is_left);
        left = _mm_add_epi8(prediction, lane(residual));
        *pixel = _mm_cvtsi128_si32(left) as u32;
    }
}

#[inline]
#[target_feature(enable = "avx2")]
fn lane(pixel: u32) -> __m128i {
    _mm_cvtsi32_si128(pixel as i32)
}

#[inline]
#[target_feature(enable = "avx2")]
fn complement(pixels: __m128i) -> __m128i {
    _mm_xor_si128(pixels, _mm_set1_epi8(-1))
}

/// Halves each byte, rounding down.
#[inline]
#[target_feature(enable = "avx2")]
fn half(bytes: __m128i) -> __m128i {
    _mm_and_si128(_mm_srli_epi16::<1>(bytes), _mm_set1_epi8(0x7F))
}

/// Averages bytes, rounding down.
#[inline]
#[target_feature(enable = "avx2")]
fn average(a: __m256i, b: __m256i) -> __m256i {
    let complement = |pixels| _mm256_xor_si256(pixels, _mm256_set1_epi8(-1));
    complement(_mm256_avg_epu8(complement(a), complement(b)))
}
