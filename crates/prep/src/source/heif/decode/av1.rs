//! AV1 still images (AV1 Bitstream & Decoding Process Specification), by rav1d.

use std::panic::catch_unwind;

use rusty_av1d::{
    Decoder, InloopFilterType, Picture, PixelLayout, PlanarImageComponent, Rav1dError, Settings,
};

use super::bits::Bits;
use super::boxes::{Fields, Flaw};
use super::coded::{Chroma, Coded, Sampling};
use crate::geometry::Size;
use crate::source::loop_filters::LoopFilters;
use crate::source::matrix::{Nclx, UNSPECIFIED};

/// The most frames in one still image: layers, and what they are predicted from.
const MAX_FRAMES: u32 = 16;

const UNDECODABLE: Flaw = Flaw::Malformed("the AV1 decoder cannot follow it");

/// Decodes one image of `size`.
pub(super) fn decode(
    data: &[u8],
    size: Size,
    filters: LoopFilters,
) -> Result<Box<dyn Coded>, Flaw> {
    let filters = match count_frames(data)? {
        1 => filters,
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
    let mut fields = Fields(data);
    while let Some(unit) = next_unit(&mut fields)? {
        if unit.kind == SEQUENCE_HEADER {
            return color_config(&mut Bits::new(unit.payload))
                .ok_or(Flaw::Malformed("an AV1 sequence header is cut off"));
        }
    }
    Err(Flaw::Malformed("an AV1 image without a sequence header"))
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

    fn row(&self, plane: usize, row: u32, column: u32, into: &mut [u16]) {
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

/// Skips what comes before the colors in a sequence header, and reads them (AV1, 5.5.1, 5.5.2).
fn color_config(bits: &mut Bits<'_>) -> Option<(Sampling, Nclx)> {
    let profile = bits.u(3)?;
    bits.u(1)?;
    let is_reduced = bits.flag()?;
    match is_reduced {
        true => drop(bits.u(5)?),
        false => skip_operating_points(bits)?,
    }
    let [width_bits, height_bits] = [bits.u(4)? + 1, bits.u(4)? + 1];
    bits.u(width_bits)?;
    bits.u(height_bits)?;
    if !is_reduced && bits.flag()? {
        bits.u(7)?;
    }
    bits.u(3)?;
    if !is_reduced {
        skip_tools(bits)?;
    }
    bits.u(3)?;
    let is_deep = bits.flag()?;
    let is_deepest = profile == 2 && is_deep && bits.flag()?;
    let is_monochrome = profile != 1 && bits.flag()?;
    let [primaries, transfer, matrix] = match bits.flag()? {
        true => [bits.u(8)? as u16, bits.u(8)? as u16, bits.u(8)? as u16],
        false => [UNSPECIFIED; 3],
    };
    const SRGB_AS_IT_IS: [u16; 3] = [1, 13, 0];
    let is_rgb = !is_monochrome && [primaries, transfer, matrix] == SRGB_AS_IT_IS;
    let nclx = Nclx {
        primaries,
        transfer,
        matrix,
        full_range: is_rgb || bits.flag()?,
    };
    let chroma = match profile {
        _ if is_monochrome => Chroma::None,
        _ if is_rgb => Chroma::All,
        0 => Chroma::S420,
        1 => Chroma::All,
        _ if !is_deepest => Chroma::S422,
        _ if !bits.flag()? => Chroma::All,
        _ if bits.flag()? => Chroma::S420,
        _ => Chroma::S422,
    };
    let bits = match (is_deep, is_deepest) {
        (false, _) => 8,
        (true, false) => 10,
        (true, true) => 12,
    };
    Some((Sampling { bits, chroma }, nclx))
}

fn skip_operating_points(bits: &mut Bits<'_>) -> Option<()> {
    let mut delay_bits = None;
    if bits.flag()? {
        bits.skip(64);
        if bits.flag()? {
            bits.ue()?;
        }
        if bits.flag()? {
            delay_bits = Some(bits.u(5)? + 1);
            bits.skip(32 + 5 + 5);
        }
    }
    let has_display_delay = bits.flag()?;
    for _ in 0..=bits.u(5)? {
        bits.u(12)?;
        const LEVELS_WITHOUT_TIER: u32 = 7;
        if bits.u(5)? > LEVELS_WITHOUT_TIER {
            bits.u(1)?;
        }
        if let Some(delay_bits) = delay_bits
            && bits.flag()?
        {
            bits.skip(2 * delay_bits as usize + 1);
        }
        if has_display_delay && bits.flag()? {
            bits.u(4)?;
        }
    }
    Some(())
}

/// From `enable_interintra_compound` to `order_hint_bits_minus_1`.
fn skip_tools(bits: &mut Bits<'_>) -> Option<()> {
    bits.u(4)?;
    let has_order_hint = bits.flag()?;
    if has_order_hint {
        bits.u(2)?;
    }
    let forces_screen_content = bits.flag()? || bits.flag()?;
    if forces_screen_content && !bits.flag()? {
        bits.u(1)?;
    }
    if has_order_hint {
        bits.u(3)?;
    }
    Some(())
}
