//! Animations: which of the frames becomes the still, and the canvas that frames are put on.

use super::rows::Rows;
use crate::error::{Error, Limit};
use crate::geometry::Size;
use crate::header::Format;
use crate::options::{Frame, Limits};
use crate::pixels::Row;
use crate::resample::Resampler;

/// As many frames are looked at for one that shows something…
const LOOKED_AT: u32 = 32;
/// …and as many pixels of them, beyond the first.
const PIXELS_LOOKED_AT: u64 = 64 << 20;
/// A frame whose pixels are as far from their mean, in steps of 255, shows something. A photo has 30 and more, black
/// writing on a hundredth of the canvas has 5.
const DETAIL: u64 = 4;

/// What an animation shows after a frame: red, green, blue and opacity.
#[derive(Clone)]
pub(super) struct Canvas {
    pub(super) size: Size,
    pub(super) rgba: Vec<u8>,
    /// Which rows of the last frame came.
    pub(super) come: Vec<bool>,
}

/// Decodes an animation frame by frame.
pub(super) trait Frames {
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
    pub(super) format: Format,
    pub(super) size: Size,
    pub(super) frame: Frame,
    pub(super) limits: Limits,
    pub(super) frames: F,
}

/// The bytes that a canvas, a second one to keep and a frame take.
pub(super) fn memory_for_frames(size: Size) -> u64 {
    size.pixels().saturating_mul(4 * 3)
}

impl<F: Frames> Rows for Animation<F> {
    fn decode(mut self: Box<Self>, resampler: &mut Resampler) -> Result<(), Error> {
        let canvas = self.still()?;
        let stride = canvas.size.width as usize * 4;
        for y in resampler.rows() {
            let y = y as usize;
            match canvas.come[y] {
                true => resampler.push(Row::Narrow(&canvas.rgba[y * stride..][..stride])),
                false => resampler.lose(1),
            }
        }
        Ok(())
    }
}

impl<F: Frames> Animation<F> {
    fn still(&mut self) -> Result<Canvas, Error> {
        let mut canvas = Canvas::new(self.size);
        if !self.frames.next(&mut canvas)? {
            return Err(Error::Malformed {
                format: self.format,
                cause: "it has no frame".into(),
            });
        }
        match self.frame {
            Frame::First => Ok(canvas),
            Frame::Number(number) => self.numbered(number.get(), canvas),
            Frame::Best => Ok(self.best(canvas)),
        }
    }

    /// The frame of this number, or the last one if there are fewer.
    fn numbered(&mut self, number: u32, mut canvas: Canvas) -> Result<Canvas, Error> {
        for shown in 2..=number {
            let pixels = self.size.pixels().saturating_mul(shown.into());
            if pixels > self.limits.pixels {
                return Err(Error::TooLarge {
                    what: Limit::Frames,
                    actual: pixels,
                    limit: self.limits.pixels,
                });
            }
            if !self.advance(&mut canvas) {
                break;
            }
        }
        Ok(canvas)
    }

    /// The first frame that shows something; where none does, the one that shows most.
    fn best(&mut self, mut canvas: Canvas) -> Canvas {
        let most = PIXELS_LOOKED_AT / self.size.pixels().max(1);
        let mut best = (canvas.detail(), None);
        for _ in 1..most.min(LOOKED_AT.into()).max(1) {
            if best.0 >= DETAIL {
                break;
            }
            let before = best.1.is_none().then(|| canvas.clone());
            if !self.advance(&mut canvas) {
                break;
            }
            if let Some(first) = before {
                best.1 = Some(first);
            }
            let detail = canvas.detail();
            if detail > best.0 {
                best = (detail, Some(canvas.clone()));
            }
        }
        best.1.unwrap_or(canvas)
    }

    /// Puts the next frame; what is damaged after the first one ends the animation.
    fn advance(&mut self, canvas: &mut Canvas) -> bool {
        let before = canvas.clone();
        match self.frames.next(canvas) {
            Ok(true) if canvas.come.iter().all(|come| *come) => true,
            _ => {
                *canvas = before;
                false
            }
        }
    }
}

impl Canvas {
    fn new(size: Size) -> Self {
        Self {
            size,
            rgba: vec![0; size.width as usize * size.height as usize * 4],
            come: vec![true; size.height as usize],
        }
    }

    /// How far the pixels are from their mean, in the mean, with what is invisible as white.
    ///
    /// A lattice of up to 64 × 64 pixels stands for all.
    fn detail(&self) -> u64 {
        let lattice = |length: u32| (0..length).step_by((length as usize).div_ceil(64));
        let lumas: Vec<u64> = lattice(self.size.height)
            .flat_map(|y| lattice(self.size.width).map(move |x| (x, y)))
            .map(|(x, y)| (y as usize * self.size.width as usize + x as usize) * 4)
            .filter_map(|at| self.rgba[at..].first_chunk())
            .map(|&[red, green, blue, alpha]| {
                let luma = u64::from(red) * 299 + u64::from(green) * 587 + u64::from(blue) * 114;
                (luma * u64::from(alpha) / 255 + 1000 * (255 - u64::from(alpha))) / 1000
            })
            .collect();
        let count = lumas.len().max(1) as u64;
        let mean = lumas.iter().sum::<u64>() / count;
        lumas.iter().map(|luma| luma.abs_diff(mean)).sum::<u64>() / count
    }
}

/// A part of the canvas, as a frame covers it; it may reach beyond the edges.
#[derive(Clone, Copy)]
pub(super) struct Area {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Canvas {
    /// The canvas's bytes for a row of an area, as far as they lie on the canvas.
    pub(super) fn row(&mut self, area: Area, row: u32) -> &mut [u8] {
        let y = area.y.saturating_add(row);
        let (from, to) = (
            area.x.min(self.size.width) as usize,
            area.x.saturating_add(area.width).min(self.size.width) as usize,
        );
        if row >= area.height || y >= self.size.height {
            return &mut [];
        }
        let start = y as usize * self.size.width as usize;
        &mut self.rgba[(start + from) * 4..(start + to) * 4]
    }

    /// Makes an area invisible.
    pub(super) fn clear(&mut self, area: Area) {
        for row in 0..area.height.min(self.size.height) {
            self.row(area, row).fill(0);
        }
    }

    /// Marks rows of an area as not come.
    pub(super) fn lose(&mut self, area: Area, rows: impl Iterator<Item = u32>) {
        for row in rows {
            if let Some(come) = self.come.get_mut(area.y.saturating_add(row) as usize) {
                *come = false;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames of one colour each, or of a checkerboard, as their lists say; then the end, or damage.
    struct Made {
        frames: Vec<&'static str>,
        shown: usize,
    }

    impl Frames for Made {
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
            format: Format::Gif,
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
        };
        let canvas = animation.still()?;
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

    #[test]
    fn frames_may_reach_beyond_the_canvas() {
        let size = Size {
            width: 4,
            height: 3,
        };
        for (x, y, width, height) in [
            (0, 0, 9, 9),
            (3, 2, 5, 5),
            (7, 7, 2, 2),
            (u32::MAX, u32::MAX, 9, 9),
        ] {
            let mut canvas = Canvas::new(size);
            let area = Area {
                x,
                y,
                width,
                height,
            };

            canvas.clear(area);
            canvas.lose(area, 0..height);
            let bytes: usize = (0..height).map(|row| canvas.row(area, row).len()).sum();

            let across = 4_u32.saturating_sub(x).min(width);
            let down = 3_u32.saturating_sub(y).min(height);
            assert_eq!(bytes as u32, across * down * 4);
        }
    }
}
