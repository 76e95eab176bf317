//! GIF89a, line by line: of a still nothing is kept in memory, of an animation what the square needs.
//!
//! Our own, because the `gif` crate keeps comments, and unpacks an interlaced frame whole.

mod blocks;
mod lines;

use blocks::{Blocks, Disposal, Head};
use lines::Lines;

use crate::color::ColorSpace;
use crate::error::{Error, Limit};
use crate::geometry::Size;
use crate::header::{Format, Samples};
use crate::options::{Frame, Limits};
use crate::photo::Photo;
use crate::pixels::Row;
use crate::resample::{Resampler, memory_to_reduce};
use crate::source::canvas::Canvas;
use crate::source::context::{Claims, OpenContext, Opened, within};
use crate::source::decoder::{Decoder, Rows};
use crate::source::frames::{Frames, choose, first_frame_only, memory_for_canvas};

/// Reads the header, and what stands before the first frame.
pub(super) fn open<'a>(context: &mut OpenContext<'a, '_>) -> Result<Opened<'a>, Error> {
    let photo = context.photo;
    let mut blocks = Blocks::open(photo)?;
    let Some(first) = blocks.next_frame()? else {
        return Err(Format::GIF.malformed("it has no frame"));
    };
    let size = blocks.size;
    context.check_size(Format::GIF, size)?;
    let frame = match first_frame_only(context.frame, size) || is_last(&mut blocks) {
        true => Frame::First,
        false => context.frame,
    };
    let samples = Samples::Rgba;
    let canvas = match frame {
        Frame::First => 0,
        _ => memory_for_canvas(size),
    };
    // A line, and what unpacks each pass.
    let lines = 5 * u64::from(size.width) + (512 << 10);
    let memory = memory_to_reduce(size, samples)
        .saturating_add(canvas)
        .saturating_add(lines);
    let space = ColorSpace::from_icc(blocks.icc.take());
    let gif = Gif {
        photo,
        size,
        first,
        frame,
        limits: context.limits,
    };
    let claims = Claims::new(Format::GIF, size, samples, memory);
    context.accept(claims, space, Decoder::Rows(Box::new(gif)))
}

/// Whether the frame whose head was read is the last one.
fn is_last(blocks: &mut Blocks<'_>) -> bool {
    !matches!(
        blocks.skip_frame().and_then(|()| blocks.next_frame()),
        Ok(Some(_))
    )
}

struct Gif<'a> {
    photo: &'a Photo<'a>,
    size: Size,
    first: Head,
    frame: Frame,
    limits: Limits,
}

impl Rows for Gif<'_> {
    fn decode(&mut self, resampler: &mut Resampler) -> Result<(), Error> {
        let mut frames = GifFrames::new(self.photo, self.limits)?;
        let number = match self.frame {
            Frame::First => 1,
            frame => {
                let mut lattice = Canvas::lattice(self.size);
                let still = choose(&mut frames, &mut lattice, frame, &self.limits)?;
                still.map_or(1, |still| still.number)
            }
        };
        if number == 1 {
            return self.first_frame(resampler);
        }
        let mut canvas = Canvas::part(self.size, resampler.columns(), resampler.rows());
        frames.restart()?;
        for _ in 0..number {
            frames.next(&mut canvas)?;
        }
        canvas.give(resampler);
        Ok(())
    }
}

impl Gif<'_> {
    /// The first frame on an invisible canvas.
    fn first_frame(&self, resampler: &mut Resampler) -> Result<(), Error> {
        let head = &self.first;
        check_size_of(head, &self.limits)?;
        let colors = Colors::of(head);
        let mut lines = Lines::new(self.photo, head);
        let mut row = vec![[0; 4]; self.size.width as usize];
        for y in resampler.rows() {
            let line = match y.checked_sub(head.area.y) {
                Some(line) if line < head.area.height => lines.line(line),
                _ => {
                    row.fill([0; 4]);
                    resampler.push(Row::Narrow(row.as_flattened()));
                    continue;
                }
            };
            let Some(line) = line else {
                resampler.lose(1);
                continue;
            };
            let left = row.len().min(head.area.x as usize);
            for (pixel, &index) in row[left..].iter_mut().zip(line) {
                *pixel = colors.of_index(index);
            }
            resampler.push(Row::Narrow(row.as_flattened()));
        }
        Ok(())
    }
}

/// Red, green, blue and opacity by the index.
struct Colors([[u8; 4]; 256]);

impl Colors {
    fn of(head: &Head) -> Self {
        // What the palette does not have is as invisible as what it says is.
        let mut colors = [[0; 4]; 256];
        for (color, &[red, green, blue]) in colors.iter_mut().zip(&head.palette) {
            *color = [red, green, blue, 255];
        }
        if let Some(index) = head.invisible {
            colors[usize::from(index)] = [0; 4];
        }
        Self(colors)
    }

    fn of_index(&self, index: u8) -> [u8; 4] {
        self.0[usize::from(index)]
    }
}

/// Frame after frame.
struct GifFrames<'a> {
    photo: &'a Photo<'a>,
    limits: Limits,
    blocks: Blocks<'a>,
    /// The frame that is shown, and what the canvas was before it.
    shown: Option<(Head, Option<Canvas>)>,
}

impl<'a> GifFrames<'a> {
    fn new(photo: &'a Photo<'a>, limits: Limits) -> Result<Self, Error> {
        Ok(Self {
            photo,
            limits,
            blocks: Blocks::open(photo)?,
            shown: None,
        })
    }
}

impl Frames for GifFrames<'_> {
    fn restart(&mut self) -> Result<(), Error> {
        *self = Self::new(self.photo, self.limits)?;
        Ok(())
    }

    fn next(&mut self, canvas: &mut Canvas) -> Result<bool, Error> {
        let Some(head) = self.blocks.next_frame()? else {
            return Ok(false);
        };
        check_size_of(&head, &self.limits)?;
        match self.shown.take() {
            Some((_, Some(before))) => *canvas = before,
            Some((shown, None)) if shown.disposal == Disposal::Clear => canvas.clear(shown.area),
            _ => {}
        }
        let before = (head.disposal == Disposal::Restore).then(|| canvas.clone());
        let colors = Colors::of(&head);
        let mut lines = Lines::new(self.photo, &head);
        let rows = self.blocks.size.height.saturating_sub(head.area.y);
        for row in 0..rows.min(head.area.height) {
            match lines.line(row) {
                Some(line) => canvas.put(head.area, row, line, |pixel, &index| {
                    let color = colors.of_index(index);
                    if color[3] != 0 {
                        *pixel = color;
                    }
                }),
                None => canvas.lose(head.area, row),
            }
        }
        self.shown = Some((head, before));
        // The next frame cannot be found where this one does not end.
        let _ = self.blocks.skip_frame();
        Ok(true)
    }
}

/// Frames may reach beyond the canvas, and are clipped; but not without end.
fn check_size_of(head: &Head, limits: &Limits) -> Result<(), Error> {
    let pixels = u64::from(head.area.width) * u64::from(head.area.height);
    within(Limit::Pixels, pixels, limits.pixels)
}
