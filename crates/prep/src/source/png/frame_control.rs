//! The frames of an animation: acTL, fcTL, and where the data of each begin (ISO/IEC 15948, third edition, 11.3.6).

use super::chunks::{Chunk, Chunks, doubtful_from, is_sound, wrong_checksum};
use super::header::{cut_off, malformed, missing_pixels, wrong_length};
use super::inflate::FirstChunk;
use crate::error::Error;
use crate::geometry::Size;
use crate::photo::Photo;
use crate::source::canvas::Area;

/// What fcTL says of a frame.
#[derive(Clone, Copy)]
pub(super) struct FrameControl {
    pub(super) area: Area,
    pub(super) disposal: DisposeOp,
    pub(super) blending: BlendOp,
}

#[derive(Clone, Copy)]
pub(super) enum DisposeOp {
    None,
    Background,
    Previous,
}

#[derive(Clone, Copy)]
pub(super) enum BlendOp {
    Source,
    Over,
}

/// The frames of a photo, one after the other.
pub(super) struct Controls<'a> {
    photo: &'a Photo<'a>,
    size: Size,
    chunks: Chunks<'a>,
    /// A chunk that was read and not used.
    ahead: Option<Chunk>,
    /// How many images are left: frames, and a default image that is none. One without a valid acTL.
    left: u32,
    has_animation_control: bool,
    has_default_image: bool,
    /// The next number of fcTL and fdAT, which are counted together.
    sequence: u32,
    /// The last fcTL.
    control: Option<FrameControl>,
}

impl<'a> Controls<'a> {
    /// Begins before the first frame of a photo of this size.
    pub(super) fn new(photo: &'a Photo<'a>, size: Size) -> Self {
        Self {
            photo,
            size,
            chunks: Chunks::of(photo),
            ahead: None,
            left: 1,
            has_animation_control: false,
            has_default_image: false,
            sequence: 0,
            control: None,
        }
    }

    /// Returns the next frame and where its data begin; `None` after the last one.
    ///
    /// # Errors
    ///
    /// If chunks are missing, out of order or invalid.
    pub(super) fn next_frame(&mut self) -> Result<Option<(FrameControl, FirstChunk)>, Error> {
        loop {
            if self.left == 0 {
                return Ok(None);
            }
            let data = self.next_data()?;
            self.left -= 1;
            // Without fcTL it is a default image, which is no frame (third edition, 4.9).
            if let Some(control) = self.control {
                return Ok(Some((control, data)));
            }
        }
    }

    /// Reads on to the next data, and behind them.
    fn next_data(&mut self) -> Result<FirstChunk, Error> {
        let mut is_ready = false;
        loop {
            let chunk = self.next_chunk().ok_or_else(cut_off)?;
            match &chunk.kind {
                b"acTL" if !self.has_default_image => self.read_animation_control(&chunk),
                b"fcTL" => is_ready |= self.read_frame_control(&chunk)?,
                b"IDAT" if self.has_default_image => return Err(unexpected(&chunk)),
                b"IDAT" => {
                    self.has_default_image = true;
                    if self.has_animation_control && self.control.is_none() {
                        self.left = self.left.saturating_add(1);
                    }
                    if doubtful_from(self.photo)?.is_some() {
                        return Err(wrong_checksum(&chunk));
                    }
                    return self.read_data(&chunk);
                }
                b"fdAT" if !(is_ready && self.has_default_image) => return Err(unexpected(&chunk)),
                b"fdAT" => return self.read_data(&chunk),
                b"IEND" => return Err(missing_pixels()),
                _ => {}
            }
        }
    }

    fn next_chunk(&mut self) -> Option<Chunk> {
        self.ahead.take().or_else(|| self.chunks.next_begun())
    }

    /// Reads acTL; one that is invalid is ignored, and so is a second one.
    fn read_animation_control(&mut self, chunk: &Chunk) {
        let counts = self.photo.array(chunk.data.start);
        let Some([f0, f1, f2, f3, _, _, _, _]) = counts else {
            return;
        };
        let frames = u32::from_be_bytes([f0, f1, f2, f3]);
        let is_valid = chunk.length() == 8
            && is_sound(self.photo, chunk)
            && (1..=i32::MAX as u32).contains(&frames);
        if is_valid && !self.has_animation_control {
            self.left = frames;
            self.has_animation_control = true;
        }
    }

    /// Reads fcTL; returns false for one whose checksum is wrong, which is ignored.
    fn read_frame_control(&mut self, chunk: &Chunk) -> Result<bool, Error> {
        if chunk.length() != 26 {
            return Err(wrong_length(chunk));
        }
        let fields: [u8; 26] = self.photo.array(chunk.data.start).ok_or_else(cut_off)?;
        if !is_sound(self.photo, chunk) {
            return Ok(false);
        }
        // sequence │ width │ height │ x │ y │ two delays │ disposal │ blending
        let [sequence, width, height, x, y] =
            [0, 4, 8, 12, 16].map(|at| number(fields[at..].first_chunk()));
        self.count(sequence)?;
        let is_within = |start: u32, length: u32, all: u32| {
            length > 0 && start.checked_add(length).is_some_and(|end| end <= all)
        };
        if !is_within(x, width, self.size.width) || !is_within(y, height, self.size.height) {
            return Err(malformed("a frame lies outside of the canvas"));
        }
        let is_whole = width == self.size.width && height == self.size.height;
        if !self.has_default_image && !is_whole {
            return Err(malformed("the first frame does not cover the canvas"));
        }
        self.control = Some(FrameControl {
            area: Area {
                x,
                y,
                width,
                height,
            },
            disposal: match fields[24] {
                0 => DisposeOp::None,
                1 => DisposeOp::Background,
                2 => DisposeOp::Previous,
                other => return Err(malformed(format!("unknown disposal {other}"))),
            },
            blending: match fields[25] {
                0 => BlendOp::Source,
                1 => BlendOp::Over,
                other => return Err(malformed(format!("unknown blending {other}"))),
            },
        });
        Ok(true)
    }

    /// Reads on behind chunks of data.
    fn read_data(&mut self, first: &Chunk) -> Result<FirstChunk, Error> {
        let data = FirstChunk::new(first);
        let mut next = Some(first.clone());
        while let Some(chunk) = next.take_if(|chunk| chunk.kind == first.kind) {
            if &chunk.kind == b"fdAT" {
                if chunk.length() < 4 {
                    return Err(wrong_length(&chunk));
                }
                let sequence = self.photo.array(chunk.data.start);
                self.count(number(Some(&sequence.ok_or_else(cut_off)?)))?;
            }
            next = self.chunks.next_begun();
        }
        self.ahead = next;
        Ok(data)
    }

    /// Checks the number of fcTL or fdAT.
    fn count(&mut self, sequence: u32) -> Result<(), Error> {
        if sequence != self.sequence {
            return Err(malformed(format!(
                "its frames are out of order: {sequence}, not {}",
                self.sequence
            )));
        }
        self.sequence = self.sequence.saturating_add(1);
        Ok(())
    }
}

fn number(bytes: Option<&[u8; 4]>) -> u32 {
    bytes.map_or(0, |bytes| u32::from_be_bytes(*bytes))
}

fn unexpected(chunk: &Chunk) -> Error {
    malformed(format!(
        "there is {} out of place",
        chunk.kind.escape_ascii()
    ))
}
