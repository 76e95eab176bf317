//! Animations: which of the frames becomes the still.

use super::canvas::Canvas;
use super::context::OpenContext;
use super::decoder::Rows;
use crate::error::{Error, Limit};
use crate::geometry::Size;
use crate::header::Format;
use crate::options::{Frame, Limits};
use crate::resample::Resampler;

/// The number of frames that are tried for one that shows something…
const LOOKED_AT: u32 = 32;
/// …and as many pixels of them, beyond the first.
const PIXELS_LOOKED_AT: u64 = 64 << 20;
/// On a canvas of more pixels it is the first frame that counts.
const MAX_LOOKED_AT: u64 = 4 << 20;
/// A frame whose pixels are as far from their mean, in steps of 255, shows something. A photo has 30 and more, black
/// writing on a hundredth of the canvas has 5.
const DETAIL: u64 = 4;

/// Decodes an animation frame by frame.
pub(super) trait Frames {
    /// Begins again before the first frame.
    ///
    /// # Errors
    ///
    /// Where what could be opened cannot any more.
    fn restart(&mut self) -> Result<(), Error>;

    /// Puts the next frame on the canvas; tells whether there was one.
    ///
    /// A frame that is cut off is put as far as it goes, its other rows marked as not come, and is the last.
    ///
    /// # Errors
    ///
    /// Where nothing of the frame could be decoded.
    fn next(&mut self, canvas: &mut Canvas) -> Result<bool, Error>;
}

/// An animation of which one frame will be the picture.
pub(super) struct Animation<F> {
    format: Format,
    size: Size,
    frame: Frame,
    limits: Limits,
    frames: F,
    /// Whether the frames stand before the first one.
    is_at_start: bool,
}

/// The bytes that a canvas, a second one to keep and a frame take.
pub(super) fn memory_for_frames(size: Size) -> u64 {
    size.pixels().saturating_mul(4 * 3)
}

/// The bytes that the part of a canvas that a square needs takes, and a second one to keep.
#[cfg_attr(
    not(feature = "gif"),
    allow(
        dead_code,
        reason = "the formats that need it may be left out of a build"
    )
)]
pub(super) fn memory_for_canvas(size: Size) -> u64 {
    let shorter = u64::from(size.shorter());
    let side = shorter + shorter / 8 + 64;
    let [width, height] = [size.width, size.height].map(|whole| side.min(whole.into()));
    width * height * 4 * 2
}

/// Whether the first frame is the still, whatever it shows.
pub(super) fn first_frame_only(frame: Frame, size: Size) -> bool {
    match frame {
        Frame::First => true,
        Frame::Number(number) => number.get() == 1,
        Frame::Best => size.pixels() > MAX_LOOKED_AT,
    }
}

impl<F: Frames> Rows for Animation<F> {
    fn decode(&mut self, resampler: &mut Resampler) -> Result<(), Error> {
        self.still()?.give(resampler);
        Ok(())
    }
}

impl<F: Frames> Animation<F> {
    /// An animation whose `frames` stand before the first one.
    pub(super) fn new(
        format: Format,
        size: Size,
        context: &OpenContext<'_, '_>,
        frames: F,
    ) -> Self {
        Self {
            format,
            size,
            frame: context.frame,
            limits: context.limits,
            frames,
            is_at_start: true,
        }
    }

    fn still(&mut self) -> Result<Canvas, Error> {
        if !std::mem::replace(&mut self.is_at_start, false) {
            self.frames.restart()?;
        }
        let mut canvas = Canvas::whole(self.size);
        let still = choose(&mut self.frames, &mut canvas, self.frame, &self.limits)?;
        let Some(still) = still else {
            return Err(self.format.malformed("it has no frame"));
        };
        if !still.is_shown {
            self.frames.restart()?;
            canvas.reset();
            for _ in 0..still.number {
                self.frames.next(&mut canvas)?;
            }
        }
        Ok(canvas)
    }
}

/// Which frame is the still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Still {
    /// Counted from 1.
    pub(super) number: u32,
    /// Whether it is what the canvas shows.
    pub(super) is_shown: bool,
}

/// Chooses the still by what frames show on the canvas; `None` where there is no frame.
///
/// # Errors
///
/// Where nothing of the first frame could be decoded, and where the still is too far from the first.
pub(super) fn choose(
    frames: &mut impl Frames,
    canvas: &mut Canvas,
    frame: Frame,
    limits: &Limits,
) -> Result<Option<Still>, Error> {
    if !frames.next(canvas)? {
        return Ok(None);
    }
    if first_frame_only(frame, canvas.size) {
        return Ok(Some(Still {
            number: 1,
            is_shown: true,
        }));
    }
    match frame {
        Frame::Number(number) => numbered(frames, canvas, number.get(), limits).map(Some),
        _ => Ok(Some(best(frames, canvas))),
    }
}

/// The frame of this number, or the last one if there are fewer.
fn numbered(
    frames: &mut impl Frames,
    canvas: &mut Canvas,
    number: u32,
    limits: &Limits,
) -> Result<Still, Error> {
    for wanted in 2..=number {
        let pixels = canvas.size.pixels().saturating_mul(wanted.into());
        if pixels > limits.pixels {
            return Err(Error::TooLarge {
                what: Limit::Frames,
                actual: pixels,
                limit: limits.pixels,
            });
        }
        let step = Step::take(frames, canvas);
        if step != Step::Shown {
            return Ok(Still {
                number: wanted - 1,
                is_shown: step == Step::End,
            });
        }
    }
    Ok(Still {
        number,
        is_shown: true,
    })
}

/// The first frame that shows something; where none does, the one that shows most.
fn best(frames: &mut impl Frames, canvas: &mut Canvas) -> Still {
    let most = PIXELS_LOOKED_AT / canvas.size.pixels().max(1);
    let (mut number, mut detail) = (1, canvas.detail());
    let (mut shown, mut last) = (1, Step::Shown);
    while detail < DETAIL && u64::from(shown) < most.min(LOOKED_AT.into()) {
        last = Step::take(frames, canvas);
        if last != Step::Shown {
            break;
        }
        shown += 1;
        let detail_now = canvas.detail();
        if detail_now > detail {
            (number, detail) = (shown, detail_now);
        }
    }
    Still {
        number,
        is_shown: number == shown && last != Step::Damaged,
    }
}

/// What came of putting another frame on the canvas.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Shown,
    /// There is none, and the canvas is as it was.
    End,
    /// It is damaged: those before it are the animation.
    Damaged,
}

impl Step {
    fn take(frames: &mut impl Frames, canvas: &mut Canvas) -> Self {
        match frames.next(canvas) {
            Ok(true) if canvas.come.iter().all(|come| *come) => Self::Shown,
            Ok(false) => Self::End,
            _ => Self::Damaged,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames of one color each, or of a checkerboard, as their lists say; then the end, or damage.
    struct Made {
        frames: Vec<&'static str>,
        shown: usize,
    }

    impl Frames for Made {
        fn restart(&mut self) -> Result<(), Error> {
            self.shown = 0;
            Ok(())
        }

        fn next(&mut self, canvas: &mut Canvas) -> Result<bool, Error> {
            let Some(frame) = self.frames.get(self.shown) else {
                return Ok(false);
            };
            self.shown += 1;
            if *frame == "broken" {
                canvas.come.fill(false);
                return Ok(true);
            }
            let (pixels, _) = canvas.rgba.as_chunks_mut();
            for (at, pixel) in pixels.iter_mut().enumerate() {
                *pixel = match *frame {
                    "blank" => [0; 4],
                    "blue" => [0, 0, 255, 255],
                    "faint" => [if at % 8 == 0 { 235 } else { 255 }, 255, 255, 255],
                    _ => [if at % 3 == 0 { 250 } else { 20 }, 90, 30, 255],
                };
            }
            Ok(true)
        }
    }

    fn still(frame: Frame, frames: &[&'static str], pixels: u64) -> Result<[u8; 4], Error> {
        let mut animation = Animation {
            format: Format::GIF,
            size: Size {
                width: 10,
                height: 10,
            },
            frame,
            limits: Limits {
                pixels,
                ..Limits::default()
            },
            frames: Made {
                frames: frames.to_vec(),
                shown: 0,
            },
            is_at_start: true,
        };
        let canvas = animation.still()?;
        let again = animation.still()?;
        assert!(canvas.rgba == again.rgba, "decoding again gives the same");
        assert!(canvas.come.iter().all(|come| *come));
        Ok(*canvas.rgba.first_chunk().unwrap())
    }

    #[test]
    fn the_best_still_is_the_first_that_shows_something() {
        for (frames, expected) in [
            (&["photo", "blue"][..], [250, 90, 30, 255]),
            (&["blank", "blue", "photo", "blank"], [250, 90, 30, 255]),
            (&["blank", "faint", "blue"], [235, 255, 255, 255]),
            (&["blank", "broken", "photo"], [0; 4]),
            (&["blue"], [0, 0, 255, 255]),
            (&["blank", "blue"], [0; 4]),
        ] {
            let actual = still(Frame::Best, frames, 1 << 20).unwrap();

            assert_eq!(actual, expected, "{frames:?}");
        }
    }

    #[test]
    fn a_frame_is_found_by_its_number_within_the_budget() {
        let frames = ["blank", "blue", "photo"];
        for (number, expected) in [
            ("1", [0; 4]),
            ("2", [0, 0, 255, 255]),
            ("3", [250, 90, 30, 255]),
            ("9", [250, 90, 30, 255]),
        ] {
            let actual = still(number.parse().unwrap(), &frames, 1000).unwrap();

            assert_eq!(actual, expected, "{number}");
        }
        assert!(matches!(
            still("3".parse().unwrap(), &frames, 299),
            Err(Error::TooLarge {
                what: Limit::Frames,
                ..
            })
        ));
    }
}
