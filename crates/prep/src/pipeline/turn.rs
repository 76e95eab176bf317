//! Cuts the picture out of what was decoded, draws what is around it, and turns it upright.

use jpeg::PixelRect;

use super::decode::{Decoded, Decoding};
use crate::backdrop;
use crate::encode::chroma_size;
use crate::geometry::{Rect, Resize};
use crate::plan::{Plan, Route};

/// The buffers of turning, kept from photo to photo.
#[derive(Default)]
pub(super) struct Turning {
    cut: Vec<u8>,
    /// Planes, or pixels in the first.
    upright: [Vec<u8>; 3],
}

/// The picture's samples, upright.
pub(super) struct Upright<'b> {
    pub(super) plan: Plan,
    pub(super) samples: UprightSamples<'b>,
}

/// The samples of an upright picture.
pub(super) enum UprightSamples<'b> {
    /// Luma and chroma, each at its resolution in the picture.
    YCbCr([&'b [u8]; 3]),
    /// Opaque sRGB.
    Rgb(&'b [u8]),
}

/// Turns the decoded square upright.
pub(super) fn turn<'b>(
    decoded: Decoded,
    decoding: &mut Decoding,
    turning: &'b mut Turning,
) -> Upright<'b> {
    let plan = decoded.plan;
    let samples = match plan.route {
        Route::YCbCr => UprightSamples::YCbCr(turning.planes(decoded, decoding)),
        Route::Pixels => UprightSamples::Rgb(turning.pixels(decoded, decoding)),
    };
    Upright { plan, samples }
}

impl Turning {
    fn pixels(&mut self, decoded: Decoded, decoding: &mut Decoding) -> &[u8] {
        let Decoded { plan, resize, .. } = decoded;
        if let Some(kind) = plan.backdrop {
            let content = placed(plan.content, resize);
            let side = plan.side as usize;
            backdrop::fill(&mut decoding.rgb, side, content, kind, plan.backdrop_color);
        }
        let (x, y) = plan.offset_in(resize).unwrap_or((0, 0));
        let square = PixelRect {
            x,
            y,
            width: plan.side,
            height: plan.side,
        };
        let rgb = decoding.rgb.as_flattened();
        let square = cut::<3>(rgb, resize.size.width, square, &mut self.cut);
        let [upright, ..] = &mut self.upright;
        crate::turn::turn::<3>(square, plan.side as usize, plan.orientation, upright);
        upright
    }

    fn planes(&mut self, decoded: Decoded, decoding: &Decoding) -> [&[u8]; 3] {
        let Decoded { plan, resize, .. } = decoded;
        let (x, y) = plan.offset_in(resize).unwrap_or((0, 0));
        let [chroma_width, chroma_height] = chroma_size(plan.side, plan.subsampling);
        // The crop begins with a chroma sample, so its offset divides evenly.
        let (across, down) = plan.subsampling.factors();
        let luma = PixelRect {
            x,
            y,
            width: plan.side,
            height: plan.side,
        };
        let chroma = PixelRect {
            x: x / across,
            y: y / down,
            width: chroma_width,
            height: chroma_height,
        };
        let planes = decoding.jpeg.components();
        for (index, (upright, square)) in
            (self.upright.iter_mut().zip([luma, chroma, chroma])).enumerate()
        {
            let Some(plane) = planes.get(index) else {
                // A gray photo has no chroma; a picture always has.
                upright.clear();
                upright.resize((chroma_width * chroma_height) as usize, 128);
                continue;
            };
            let width = square.width as usize;
            let square = cut::<1>(&plane.samples, plane.width, square, &mut self.cut);
            crate::turn::turn::<1>(square, width, plan.orientation, upright);
        }
        self.upright.each_ref().map(Vec::as_slice)
    }
}

/// Where the content lies in the pixels of a rectangle that reaches beyond it.
fn placed(content: Rect, resize: Resize) -> Rect {
    let step = resize.step();
    Rect {
        x: (content.x - resize.rect.x) / step,
        y: (content.y - resize.rect.y) / step,
        width: content.width / step,
        height: content.height / step,
    }
}

/// Cuts a rectangle out of rows of `stride` pixels of `N` bytes; copied into `buffer` unless it is all of them.
fn cut<'a, const N: usize>(
    pixels: &'a [u8],
    stride: u32,
    rect: PixelRect,
    buffer: &'a mut Vec<u8>,
) -> &'a [u8] {
    let [stride, x, y, width, height] =
        [stride, rect.x, rect.y, rect.width, rect.height].map(|length| length as usize);
    if width == stride && height * stride * N == pixels.len() {
        return pixels;
    }
    buffer.clear();
    for row in pixels.chunks_exact(stride * N).skip(y).take(height) {
        buffer.extend_from_slice(&row[x * N..(x + width) * N]);
    }
    buffer
}
