//! Writes the square as a baseline JPEG that holds nothing but pixels.

use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};

use crate::options::Subsampling;
use crate::plan::Plan;

/// Encodes opaque sRGB pixels; `picture` is emptied first.
pub(crate) fn encode(rgb: &[u8], plan: &Plan, picture: &mut Vec<u8>) {
    picture.clear();
    let mut encoder = Encoder::new(&mut *picture, plan.quality);
    encoder.set_sampling_factor(match plan.subsampling {
        Subsampling::S420 => SamplingFactor::R_4_2_0,
        Subsampling::S422 => SamplingFactor::R_4_2_2,
        Subsampling::S444 => SamplingFactor::R_4_4_4,
    });
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    let side = plan.side as u16;
    encoder.encode(rgb, side, side, ColorType::Rgb).expect(
        "writing to memory does not fail, and the plan keeps the side within what JPEG holds",
    );
}
