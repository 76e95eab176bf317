//! How pictures are written: as a JPEG that holds nothing but pixels.

use jpeg::encoder;

use crate::options::{Coding, Subsampling};
use crate::plan::Plan;

/// Returns width and height of a picture's chroma planes.
pub(crate) fn chroma_size(plan: &Plan) -> [usize; 2] {
    let side = plan.side as usize;
    let (across, down) = plan.subsampling.factors();
    [side.div_ceil(across as usize), side.div_ceil(down as usize)]
}

/// Returns the encoder's options, all but the quantization.
pub(crate) fn encoder_options(subsampling: Subsampling, coding: Coding) -> encoder::Options {
    let coding = match coding {
        // Fitted tables are still baseline: about 1.5 % fewer bytes for some 0.3 ms.
        Coding::Baseline => encoder::Coding::Optimized,
        Coding::Progressive => encoder::Coding::Progressive,
    };
    encoder::Options::new()
        .subsampling(subsampling)
        .coding(coding)
}
