//! AV1 still images (AV1 Bitstream & Decoding Process Specification), by rav1d.

mod frame_header;
mod sequence_header;

use std::panic::catch_unwind;

use rusty_av1d::{
    Decoder, InloopFilterType, Picture, PixelLayout, PlanarImageComponent, Rav1dError, Settings,
};

use super::bits::Bits;
use super::boxes::{Fields, Flaw};
use super::coded::{Chroma, Coded, Sampling};
use crate::geometry::Size;
use crate::source::loop_filters::{LoopFilters, Quantizer};
use crate::source::matrix::Nclx;
use sequence_header::SequenceHeader;

/// The most frames in one still image: layers, and what they are predicted from.
const MAX_FRAMES: u32 = 16;

const UNDECODABLE: Flaw = Flaw::Malformed("the AV1 decoder cannot follow it");

/// Decodes one image of `size`, of which `step` pixels become one.
pub(super) fn decode(data: &[u8], size: Size, step: f64) -> Result<Box<dyn Coded>, Flaw> {
    let filters = match count_frames(data)? {
        1 => LoopFilters::for_step(step, quantizer(data)?),
        // Later frames are predicted from filtered samples.
        _ => LoopFilters::Applied,
    };
    // With one thread rav1d panics on every stream that it cannot decode, for its error path unwraps what it has taken before
    // (memorysafety/rav1d, issue 1497). So a panic says that the stream is damaged. The decoder does not outlive it.
    let picture =
        catch_unwind(|| first_picture(data, size, filters)).unwrap_or(Err(UNDECODABLE))?;
    Ok(Box::new(Frame {
        bits: picture.bits_per_component().map_or(8, |bits| bits.0),
        picture,
    }))
}

fn first_picture(data: &[u8], size: Size, filters: LoopFilters) -> Result<Picture, Flaw> {
    let mut settings = Settings::new();
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_all_layers(false);
    settings.set_frame_size_limit(u32::try_from(size.pixels()).unwrap_or(u32::MAX));
    // Film grain stays: it is seen after a reduction by four, too (SSIMULACRA2 83.2 with it, 80.0 without, 2026-11-26).
    if filters == LoopFilters::LeftOut {
        settings.set_inloop_filters(InloopFilterType::empty());
    }
    let mut decoder = Decoder::with_settings(&settings).map_err(|_| UNDECODABLE)?;
    let mut sent = decoder.send_data(data.into(), None, None, None);
    loop {
        match decoder.get_picture() {
            Ok(picture) => return Ok(picture),
            Err(Rav1dError::TryAgain) if matches!(sent, Err(Rav1dError::TryAgain)) => {
                sent = decoder.send_pending_data();
            }
            Err(_) => return Err(UNDECODABLE),
        }
    }
}

/// What the bitstream itself says of its samples and colors (AV1, 5.5).
pub(super) fn described(data: &[u8]) -> Result<(Sampling, Nclx), Flaw> {
    let header = sequence_header(data)?;
    Ok((header.sampling, header.nclx))
}

fn sequence_header(data: &[u8]) -> Result<SequenceHeader, Flaw> {
    let mut fields = Fields(data);
    while let Some(unit) = next_unit(&mut fields)? {
        if unit.kind == SEQUENCE_HEADER {
            return SequenceHeader::read(&mut Bits::new(unit.payload))
                .ok_or(Flaw::Malformed("an AV1 sequence header is cut off"));
        }
    }
    Err(Flaw::Malformed("an AV1 image without a sequence header"))
}

/// How coarse the first frame's quantizer is: coarse, where its header does not say.
fn quantizer(data: &[u8]) -> Result<Quantizer, Flaw> {
    /// Between 148 and 188 of the table in [`LoopFilters::for_step`].
    const MAX_FINE: u8 = 160;
    let sequence = sequence_header(data)?;
    let mut fields = Fields(data);
    while let Some(unit) = next_unit(&mut fields)? {
        if matches!(unit.kind, FRAME_HEADER | FRAME) {
            let index = frame_header::base_q_idx(&sequence, &mut Bits::new(unit.payload));
            return Ok(Quantizer::fine_if(
                index.is_some_and(|index| index <= MAX_FINE),
            ));
        }
    }
    Ok(Quantizer::Coarse)
}

/// Counts the frames; refuses more than a still image has, which would take their time each.
fn count_frames(data: &[u8]) -> Result<u32, Flaw> {
    let mut fields = Fields(data);
    let mut frames = 0;
    while let Some(unit) = next_unit(&mut fields)? {
        frames += u32::from(matches!(unit.kind, FRAME_HEADER | FRAME));
    }
    match frames {
        0 => Err(Flaw::Malformed("an AV1 image without a frame")),
        1..=MAX_FRAMES => Ok(frames),
        _ => Err(Flaw::Malformed("a still image of many frames")),
    }
}

const SEQUENCE_HEADER: u8 = 1;
const FRAME_HEADER: u8 = 3;
const FRAME: u8 = 6;

/// An open bitstream unit (AV1, 5.3).
struct Unit<'a> {
    kind: u8,
    payload: &'a [u8],
}

fn next_unit<'a>(fields: &mut Fields<'a>) -> Result<Option<Unit<'a>>, Flaw> {
    if fields.0.is_empty() {
        return Ok(None);
    }
    let header = fields.u8()?;
    if header & 0b100 != 0 {
        fields.u8()?;
    }
    let length = match header & 0b10 {
        0 => fields.0.len(),
        _ => leb128(fields)?,
    };
    Ok(Some(Unit {
        kind: header >> 3 & 15,
        payload: fields.bytes(length)?,
    }))
}

/// AV1, 4.10.5.
fn leb128(fields: &mut Fields<'_>) -> Result<usize, Flaw> {
    let mut value = 0_u64;
    for byte in 0..8 {
        let bits = fields.u8()?;
        value |= u64::from(bits & 0x7F) << (byte * 7);
        if bits & 0x80 == 0 {
            break;
        }
    }
    usize::try_from(value).map_err(|_| Flaw::Malformed("an impossible length"))
}

struct Frame {
    picture: Picture,
    bits: u8,
}

impl Coded for Frame {
    fn size(&self) -> Size {
        Size {
            width: self.picture.width(),
            height: self.picture.height(),
        }
    }

    fn chroma(&self) -> Chroma {
        match self.picture.pixel_layout() {
            PixelLayout::I400 => Chroma::None,
            PixelLayout::I420 => Chroma::S420,
            PixelLayout::I422 => Chroma::S422,
            PixelLayout::I444 => Chroma::All,
        }
    }

    fn row(&mut self, plane: usize, row: u32, column: u32, into: &mut [u16]) -> Result<(), Flaw> {
        let row = self.bytes(plane, row);
        let column = column as usize;
        match self.bits {
            8 => {
                for (into, &from) in into.iter_mut().zip(&row[column..]) {
                    *into = u16::from(from) << 8;
                }
            }
            bits => {
                for (into, &from) in into.iter_mut().zip(&row.as_chunks().0[column..]) {
                    *into = u16::from_ne_bytes(from) << (16 - bits);
                }
            }
        }
        Ok(())
    }

    fn narrow_row(&self, plane: usize, row: u32) -> Option<&[u8]> {
        (self.bits == 8).then(|| self.bytes(plane, row))
    }
}

impl Frame {
    /// The samples of a row, and what lies behind them.
    fn bytes(&self, plane: usize, row: u32) -> &[u8] {
        let component = match plane {
            0 => PlanarImageComponent::Y,
            1 => PlanarImageComponent::U,
            _ => PlanarImageComponent::V,
        };
        let stride = self.picture.stride(component) as usize;
        &self.picture.plane(component)[row as usize * stride..][..stride]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first image's units: those of a file with one image.
    fn units(file: &'static [u8]) -> &'static [u8] {
        let at = file.windows(4).position(|kind| kind == b"mdat").unwrap();
        &file[at + 4..]
    }

    /// As ffmpeg's filter `trace_headers` reads them (5.1, 2026-11-27).
    #[test]
    fn the_quantizer_is_the_one_that_ffmpeg_reads() {
        let gray: &[u8] = include_bytes!("../../../../../../fixtures/formats/gray.avif");
        let lossless: &[u8] = include_bytes!("../../../../../../fixtures/formats/lossless.avif");
        let deep: &[u8] =
            include_bytes!("../../../../../../fixtures/formats/rgb10-422-limited.avif");
        let coarse: &[u8] = include_bytes!("../../../../../../fixtures/tiny/420.avif");
        for (file, expected) in [(gray, 48), (lossless, 0), (deep, 48), (coarse, 180)] {
            let data = units(file);
            let sequence = sequence_header(data).unwrap();
            let mut fields = Fields(data);
            let frame = std::iter::from_fn(|| next_unit(&mut fields).unwrap())
                .find(|unit| matches!(unit.kind, FRAME | FRAME_HEADER))
                .unwrap();

            let index = frame_header::base_q_idx(&sequence, &mut Bits::new(frame.payload));

            assert_eq!(index, Some(expected));
        }
    }

    #[test]
    fn a_frame_header_that_is_cut_off_has_no_quantizer() {
        let data = units(include_bytes!(
            "../../../../../../fixtures/formats/gray.avif"
        ));
        let sequence = sequence_header(data).unwrap();

        assert_eq!(
            frame_header::base_q_idx(&sequence, &mut Bits::new(&[0x10])),
            None
        );
    }
}
