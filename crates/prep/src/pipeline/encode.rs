//! Encodes the upright square: as the plan says, or as the best picture within its byte budget.

use jpeg::encoder::{Encoder, Input, PlaneRef, RgbRef};

use super::turn::{Upright, UprightSamples};
use crate::budget::{Fitted, Fitter};
use crate::encode::{chroma_size, encoder_options};
use crate::error::Error;
use crate::plan::Plan;

/// The encoders and their buffers, kept from photo to photo.
#[derive(Default)]
pub(super) struct Encoding {
    pub(super) encoder: Encoder,
    fitter: Fitter,
}

/// Writes the picture; returns the plan with what the search for a fitting picture changed, and what it found.
pub(super) fn encode(
    upright: Upright<'_>,
    encoding: &mut Encoding,
    picture: &mut Vec<u8>,
) -> Result<(Plan, Option<Fitted>), Error> {
    let Upright { mut plan, samples } = upright;
    let side = plan.side as usize;
    let input = match samples {
        UprightSamples::Rgb(rgb) => {
            if let Some(budget) = plan.budget {
                let Encoding { encoder, fitter } = encoding;
                let (found, fitted) = fitter.fit(rgb, plan.side, plan.coding, &budget, encoder)?;
                picture.clear();
                picture.extend_from_slice(&found);
                (plan.side, plan.subsampling) = (fitted.side, fitted.subsampling);
                return Ok((plan, Some(fitted)));
            }
            Input::Rgb(RgbRef::new(rgb, side, side))
        }
        UprightSamples::YCbCr([y, cb, cr]) => {
            let [width, height] =
                chroma_size(plan.side, plan.subsampling).map(|length| length as usize);
            Input::YCbCr {
                y: PlaneRef::new(y, side, side),
                cb: PlaneRef::new(cb, width, height),
                cr: PlaneRef::new(cr, width, height),
            }
        }
    };
    let options = encoder_options(plan.subsampling, plan.coding).quality(plan.quality);
    encoding
        .encoder
        .encode_into(input, options, picture)
        .expect("the planes have the plan's sizes, and its side is within what JPEG holds");
    Ok((plan, None))
}
