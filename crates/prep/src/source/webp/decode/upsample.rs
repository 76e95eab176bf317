//! From luma and chroma to pixels, to the same values as libwebp.
//!
//! A pixel's chroma is that of the four samples around it, weighted 9, 3, 3 and 1 sixteenths.

use simd::Level;

pub(super) struct Upsampler {
    level: Level,
    /// Chroma between two rows, times four, with the first and the last sample repeated at the ends.
    between: [Vec<u16>; 2],
    /// Chroma of each pixel.
    chroma: [Vec<u8>; 2],
    rgb: Vec<u8>,
}

impl Upsampler {
    /// For rows of `width` pixels.
    pub(super) fn new(width: u32) -> Self {
        Self::at_level(Level::detect(), width)
    }

    fn at_level(level: Level, width: u32) -> Self {
        let width = width as usize;
        let samples = width.div_ceil(2);
        Self {
            level,
            between: [vec![0; samples + 2], vec![0; samples + 2]],
            chroma: [vec![0; 2 * samples], vec![0; 2 * samples]],
            rgb: vec![0; 3 * width],
        }
    }

    /// Makes a row of pixels of one of luma and, for both kinds of chroma, the row that is near and the one that is far.
    pub(super) fn pixels(&mut self, luma: &[u8], chroma: [[&[u8]; 2]; 2]) -> &[u8] {
        let planes = self.between.iter_mut().zip(&mut self.chroma);
        for ((between, chroma), [near, far]) in planes.zip(chroma) {
            let last = between.len() - 1;
            blend(self.level, near, far, &mut between[1..last]);
            between[0] = between[1];
            between[last] = between[last - 1];
            spread(self.level, between, chroma);
        }
        let [cb, cr] = &self.chroma;
        join(self.level, luma, cb, cr, &mut self.rgb);
        &self.rgb
    }
}

simd::levels! {
    /// Weighs the near row three times.
    fn blend(level: Level, near: &[u8], far: &[u8], to: &mut [u16]) {
        for ((to, &near), &far) in to.iter_mut().zip(near).zip(far) {
            *to = 3 * u16::from(near) + u16::from(far);
        }
    }

    /// Gives each sample two pixels, for which it weighs three times as much as its neighbor on that side.
    fn spread(level: Level, from: &[u16], to: &mut [u8]) {
        let (pixels, _) = to.as_chunks_mut::<2>();
        let middle = &from[1..];
        let after = &from[2..];
        for (((pixels, before), middle), after) in pixels.iter_mut().zip(from).zip(middle).zip(after) {
            *pixels = [before, after].map(|&neighbor| ((3 * middle + neighbor + 8) >> 4) as u8);
        }
    }

    /// Makes pixels of luma and chroma (Rec. 601, luma 16…235), in fixed point as libwebp does.
    fn join(level: Level, luma: &[u8], cb: &[u8], cr: &[u8], to: &mut [u8]) {
        let (pixels, _) = to.as_chunks_mut::<3>();
        for (((pixel, &luma), &cb), &cr) in pixels.iter_mut().zip(luma).zip(cb).zip(cr) {
            let (luma, cb, cr) = (i32::from(luma), i32::from(cb), i32::from(cr));
            let luma = (luma * 19077) >> 8;
            *pixel = [
                luma + ((cr * 26149) >> 8) - 14234,
                luma - ((cb * 6419) >> 8) - ((cr * 13320) >> 8) + 8708,
                luma + ((cb * 33050) >> 8) - 17685,
            ]
            .map(|color| (color >> 6).clamp(0, 255) as u8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_levels_make_the_pixels_of_the_definition() {
        for width in [1_usize, 2, 3, 17, 64, 101] {
            let samples = width.div_ceil(2);
            let noise =
                |seed: usize| (0..width).map(move |x| (x * 151 + seed * 97 + x * x * 13) as u8);
            let luma: Vec<u8> = noise(0).collect();
            let rows: Vec<Vec<u8>> = (1..5)
                .map(|seed| noise(seed).take(samples).collect())
                .collect();
            let expected: Vec<u8> = (0..width)
                .flat_map(|x| {
                    let side = if x % 2 == 0 {
                        (x / 2).saturating_sub(1)
                    } else {
                        (x / 2 + 1).min(samples - 1)
                    };
                    let chroma = |near: &[u8], far: &[u8]| {
                        let [a, b, c, d] =
                            [near[x / 2], near[side], far[x / 2], far[side]].map(i32::from);
                        (9 * a + 3 * b + 3 * c + d + 8) / 16
                    };
                    let (cb, cr) = (chroma(&rows[0], &rows[1]), chroma(&rows[2], &rows[3]));
                    let y = 19077 * i32::from(luma[x]) / 256;
                    [
                        y + 26149 * cr / 256 - 14234,
                        y - 6419 * cb / 256 - 13320 * cr / 256 + 8708,
                        y + 33050 * cb / 256 - 17685,
                    ]
                    .map(|color| (color.max(0) / 64).min(255) as u8)
                })
                .collect();

            for level in Level::available() {
                let mut upsampler = Upsampler::at_level(level, width as u32);

                let actual = upsampler.pixels(&luma, [[&rows[0], &rows[1]], [&rows[2], &rows[3]]]);

                assert!(actual == expected, "{level:?}, {width}");
            }
        }
    }
}
