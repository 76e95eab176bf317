//! GIF89a, through the `gif` crate: frames are put on the canvas row by row, as far as they go.

use std::io::Cursor;

use gif::{ColorOutput, DecodeOptions, Decoder, DecodingError, DisposalMethod, MemoryLimit};

use super::frames::{Animation, Area, Canvas, Frames, memory_for_frames};
use super::rows::{RowsPhoto, contain};
use super::{check_size, within};
use crate::color::{ColorSpace, Profiles};
use crate::error::{Error, Limit};
use crate::geometry::{Orientation, Size};
use crate::header::{Format, Header, Samples};
use crate::options::{Frame, Limits};
use crate::resample::memory_to_reduce;

/// Reads the header.
pub(super) fn open<'a>(
    photo: &'a [u8],
    limits: &Limits,
    profiles: &mut Profiles,
    frame: Frame,
) -> Result<RowsPhoto<'a>, Error> {
    contain(Format::Gif, || {
        let mut options = DecodeOptions::new();
        options.set_color_output(ColorOutput::RGBA);
        options.set_memory_limit(MemoryLimit::Bytes(
            limits
                .memory
                .max(1)
                .try_into()
                .unwrap_or(std::num::NonZeroU64::MIN),
        ));
        // Frames that reach beyond the canvas are clipped, as browsers do.
        options.check_frame_consistency(false);
        options.check_lzw_end_code(false);
        let decoder = options.read_info(Cursor::new(photo)).map_err(malformed)?;
        let size = Size {
            width: decoder.width().into(),
            height: decoder.height().into(),
        };
        check_size(Format::Gif, size, limits)?;
        let samples = Samples::Rgba;
        let memory = memory_for_frames(size).saturating_add(memory_to_reduce(size, samples));
        within(Limit::Memory, memory, limits.memory)?;
        let space = ColorSpace::from_icc(decoder.icc_profile().map(<[u8]>::to_vec));
        let header = Header {
            format: Format::Gif,
            size,
            orientation: Orientation::default(),
            bits: 8,
            samples,
            is_ycbcr: false,
            profile: profiles.classify(&space, samples),
            memory,
        };
        Ok(RowsPhoto {
            header,
            space,
            rows: Box::new(Animation {
                format: Format::Gif,
                size,
                frame,
                limits: *limits,
                frames: Gif {
                    decoder,
                    disposal: None,
                },
            }),
        })
    })
}

struct Gif<'a> {
    decoder: Decoder<Cursor<&'a [u8]>>,
    /// What becomes of the last frame before the next one.
    disposal: Option<Disposal>,
}

enum Disposal {
    Clear(Area),
    Restore(Vec<u8>),
}

impl Frames for Gif<'_> {
    fn next(&mut self, canvas: &mut Canvas) -> Result<bool, Error> {
        let Some(frame) = self.decoder.next_frame_info().map_err(malformed)? else {
            return Ok(false);
        };
        let area = Area {
            x: frame.left.into(),
            y: frame.top.into(),
            width: frame.width.into(),
            height: frame.height.into(),
        };
        let (interlaced, dispose) = (frame.interlaced, frame.dispose);
        match self.disposal.take() {
            Some(Disposal::Clear(area)) => canvas.clear(area),
            Some(Disposal::Restore(before)) => canvas.rgba = before,
            None => {}
        }
        self.disposal = match dispose {
            DisposalMethod::Background => Some(Disposal::Clear(area)),
            DisposalMethod::Previous => Some(Disposal::Restore(canvas.rgba.clone())),
            DisposalMethod::Any | DisposalMethod::Keep => None,
        };
        let order: Vec<u32> = match interlaced {
            true => interlaced_rows(area.height).collect(),
            false => (0..area.height).collect(),
        };
        let mut line = vec![0; area.width as usize * 4];
        let mut come = 0;
        for &row in &order {
            match self.decoder.fill_buffer(&mut line) {
                Ok(true) => put(&line, canvas.row(area, row)),
                // Where the palette is missing there is nothing at all.
                Err(error) if come == 0 => return Err(malformed(error)),
                Ok(false) | Err(_) => break,
            }
            come += 1;
        }
        canvas.lose(area, order[come..].iter().copied());
        Ok(true)
    }
}

/// Puts the visible pixels of a line over those of the canvas.
fn put(line: &[u8], canvas: &mut [u8]) {
    let (line, _) = line.as_chunks::<4>();
    let (canvas, _) = canvas.as_chunks_mut::<4>();
    for (pixel, canvas) in line.iter().zip(canvas) {
        if pixel[3] != 0 {
            *canvas = *pixel;
        }
    }
}

/// The rows in the order of an interlaced frame (GIF89a, appendix E).
fn interlaced_rows(height: u32) -> impl Iterator<Item = u32> {
    [(0, 8), (4, 8), (2, 4), (1, 2)]
        .into_iter()
        .flat_map(move |(first, step)| (first..height).step_by(step))
}

fn malformed(error: DecodingError) -> Error {
    let cause = match error {
        DecodingError::Io(_) => "it is cut off".into(),
        other => other.to_string(),
    };
    Error::Malformed {
        format: Format::Gif,
        cause,
    }
}
