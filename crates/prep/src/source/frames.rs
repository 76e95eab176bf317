//! Animations: which of the frames becomes the still, and the canvas that frames are put on.

use std::ops::Range;

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
/// On a canvas of more pixels it is the first frame that counts.
const LARGEST_LOOKED_AT: u64 = 4 << 20;
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

/// The bytes that the part of a canvas that a square needs takes, and a second one to keep.
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
        Frame::Best => size.pixels() > LARGEST_LOOKED_AT,
    }
}

impl<F: Frames> Rows for Animation<F> {
    fn decode(mut self: Box<Self>, resampler: &mut Resampler) -> Result<(), Error> {
        self.still()?.give(resampler);
        Ok(())
    }
}

impl<F: Frames> Animation<F> {
    fn still(&mut self) -> Result<Canvas, Error> {
        let mut canvas = Canvas::whole(self.size);
        let still = choose(&mut self.frames, &mut canvas, self.frame, &self.limits)?;
        let Some(still) = still else {
            return Err(Error::Malformed {
                format: self.format,
                cause: "it has no frame".into(),
            });
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

/// What an animation shows after a frame: red, green, blue and opacity, of all its pixels or of some.
#[derive(Clone)]
pub(super) struct Canvas {
    pub(super) size: Size,
    across: Kept,
    down: Kept,
    pub(super) rgba: Vec<u8>,
    /// Which rows of the last frame came.
    come: Vec<bool>,
}

/// Which columns, or rows, of a canvas are kept.
#[derive(Clone, Copy)]
struct Kept {
    first: u32,
    distance: u32,
    count: u32,
}

impl Kept {
    fn all(range: Range<u32>) -> Self {
        Self {
            first: range.start,
            distance: 1,
            count: range.end - range.start,
        }
    }

    fn lattice(length: u32) -> Self {
        let distance = lattice_distance(length);
        Self {
            first: 0,
            distance,
            count: length.div_ceil(distance),
        }
    }

    /// Which of those that are kept lie in a range.
    fn within(self, range: Range<u32>) -> Range<usize> {
        let place = |at: u32| {
            let place = at.saturating_sub(self.first).div_ceil(self.distance);
            place.min(self.count) as usize
        };
        place(range.start)..place(range.end)
    }

    fn at(self, place: usize) -> u32 {
        self.first + place as u32 * self.distance
    }
}

/// How far apart up to 64 columns or rows are that stand for all.
fn lattice_distance(length: u32) -> u32 {
    length.div_ceil(64).max(1)
}

impl Canvas {
    /// All pixels.
    pub(super) fn whole(size: Size) -> Self {
        Self::part(size, 0..size.width, 0..size.height)
    }

    /// Those of a part.
    pub(super) fn part(size: Size, columns: Range<u32>, rows: Range<u32>) -> Self {
        Self::new(size, Kept::all(columns), Kept::all(rows))
    }

    /// A few that stand for all.
    pub(super) fn lattice(size: Size) -> Self {
        Self::new(size, Kept::lattice(size.width), Kept::lattice(size.height))
    }

    fn new(size: Size, across: Kept, down: Kept) -> Self {
        Self {
            size,
            across,
            down,
            rgba: vec![0; across.count as usize * down.count as usize * 4],
            come: vec![true; size.height as usize],
        }
    }

    /// As it was before the first frame.
    fn reset(&mut self) {
        self.rgba.fill(0);
        self.come.fill(true);
    }

    /// Gives the rows that are needed.
    pub(super) fn give(&self, resampler: &mut Resampler) {
        let mut row = vec![0; self.size.width as usize * 4];
        for y in resampler.rows() {
            let kept = self.down.within(y..y + 1);
            if !self.come[y as usize] || kept.is_empty() {
                resampler.lose(1);
                continue;
            }
            let stride = self.across.count as usize * 4;
            row[self.across.first as usize * 4..][..stride]
                .copy_from_slice(&self.rgba[kept.start * stride..][..stride]);
            resampler.push(Row::Narrow(&row));
        }
    }

    /// How far the pixels are from their mean, in the mean, with what is invisible as white.
    ///
    /// A lattice of up to 64 × 64 pixels stands for all.
    fn detail(&self) -> u64 {
        let apart = |kept: Kept, length| (lattice_distance(length) / kept.distance).max(1) as usize;
        let (across, down) = (
            apart(self.across, self.size.width),
            apart(self.down, self.size.height),
        );
        let lumas: Vec<u64> = self
            .rgba
            .chunks(self.across.count.max(1) as usize * 4)
            .step_by(down)
            .flat_map(|row| row.as_chunks().0.iter().step_by(across))
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
#[derive(Clone, Copy, Debug)]
pub(super) struct Area {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Canvas {
    /// Puts a row of an area's pixels, as far as they are kept.
    pub(super) fn put<T>(
        &mut self,
        area: Area,
        row: u32,
        line: &[T],
        put: impl Fn(&mut [u8; 4], &T),
    ) {
        let distance = self.across.distance as usize;
        let (columns, kept) = self.row(area, row);
        let first = columns.saturating_sub(area.x) as usize;
        let line = line.get(first..).unwrap_or_default();
        for (pixel, value) in kept.iter_mut().zip(line.iter().step_by(distance)) {
            put(pixel, value);
        }
    }

    /// Makes an area invisible.
    pub(super) fn clear(&mut self, area: Area) {
        for row in 0..area.height.min(self.size.height) {
            self.row(area, row).1.fill([0; 4]);
        }
    }

    /// Marks a row of an area as not come.
    pub(super) fn lose(&mut self, area: Area, row: u32) {
        if let Some(come) = self.come.get_mut(area.y.saturating_add(row) as usize) {
            *come = false;
        }
    }

    /// The pixels that are kept of a row of an area, and the column of the first one.
    fn row(&mut self, area: Area, row: u32) -> (u32, &mut [[u8; 4]]) {
        let y = area.y.saturating_add(row);
        let rows = self.down.within(y..y.saturating_add(1));
        if row >= area.height || rows.is_empty() {
            return (area.x, &mut []);
        }
        let columns = self
            .across
            .within(area.x..area.x.saturating_add(area.width));
        let start = rows.start * self.across.count as usize;
        let (pixels, _) = self.rgba.as_chunks_mut();
        let first = self.across.at(columns.start);
        let kept = &mut pixels[start + columns.start..start + columns.end];
        (first, kept)
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
            for mut canvas in [
                Canvas::whole(size),
                Canvas::lattice(size),
                Canvas::part(size, 1..3, 1..3),
            ] {
                let area = Area {
                    x,
                    y,
                    width,
                    height,
                };

                canvas.clear(area);
                canvas.lose(area, 0);
                for row in 0..height {
                    canvas.put(area, row, &vec![7; width as usize], |pixel, &value| {
                        *pixel = [value; 4];
                    });
                }

                let kept = |kept: Kept, from: u32, length: u32| {
                    let range = u64::from(from)..u64::from(from) + u64::from(length);
                    let places = 0..kept.count as usize;
                    places
                        .filter(|&place| range.contains(&kept.at(place).into()))
                        .count()
                };
                let expected = kept(canvas.across, x, width) * kept(canvas.down, y, height) * 4;
                let put = canvas.rgba.iter().filter(|&&byte| byte == 7).count();
                assert_eq!(put, expected);
            }
        }
    }
}
