//! The sequence header (AV1, 5.5): what holds for all frames.

use super::super::bits::Bits;
use super::super::coded::{Chroma, Sampling};
use crate::source::matrix::{Nclx, UNSPECIFIED};

/// What a sequence header says, as far as it is used.
pub(super) struct SequenceHeader {
    /// `reduced_still_picture_header`.
    pub(super) is_reduced: bool,
    pub(super) has_decoder_model: bool,
    /// How many bits hold a frame's width and height, where the frame gives its own.
    pub(super) size_bits: [u32; 2],
    /// Of the largest frame, which is the size of one that does not give its own.
    pub(super) size: [u32; 2],
    /// How many bits hold a frame's number, where it has one.
    pub(super) frame_id_bits: u32,
    pub(super) has_large_superblocks: bool,
    /// `seq_force_screen_content_tools` and `seq_force_integer_mv`; `None` where each frame decides.
    pub(super) screen_content: Option<bool>,
    pub(super) integer_motion: Option<bool>,
    pub(super) order_hint_bits: u32,
    pub(super) has_superres: bool,
    pub(super) sampling: Sampling,
    pub(super) nclx: Nclx,
}

impl SequenceHeader {
    /// Reads a header; `None` if it is cut off.
    pub(super) fn read(bits: &mut Bits<'_>) -> Option<Self> {
        let profile = bits.u(3)?;
        bits.u(1)?;
        let is_reduced = bits.flag()?;
        let has_decoder_model = match is_reduced {
            true => {
                bits.u(5)?;
                false
            }
            false => skip_operating_points(bits)?,
        };
        let size_bits = [bits.u(4)? + 1, bits.u(4)? + 1];
        let size = [bits.u(size_bits[0])? + 1, bits.u(size_bits[1])? + 1];
        let frame_id_bits = match !is_reduced && bits.flag()? {
            true => bits.u(4)? + 2 + bits.u(3)? + 1,
            false => 0,
        };
        let has_large_superblocks = bits.flag()?;
        bits.u(2)?;
        let Tools {
            screen_content,
            integer_motion,
            order_hint_bits,
        } = match is_reduced {
            true => Tools::default(),
            false => Tools::read(bits)?,
        };
        let has_superres = bits.flag()?;
        bits.u(2)?;
        let (sampling, nclx) = color_config(bits, profile)?;
        Some(Self {
            is_reduced,
            has_decoder_model,
            size_bits,
            size,
            frame_id_bits,
            has_large_superblocks,
            screen_content,
            integer_motion,
            order_hint_bits,
            has_superres,
            sampling,
            nclx,
        })
    }
}

/// From `enable_interintra_compound` to `order_hint_bits_minus_1`.
#[derive(Default)]
struct Tools {
    screen_content: Option<bool>,
    integer_motion: Option<bool>,
    order_hint_bits: u32,
}

impl Tools {
    fn read(bits: &mut Bits<'_>) -> Option<Self> {
        bits.u(4)?;
        let has_order_hint = bits.flag()?;
        if has_order_hint {
            bits.u(2)?;
        }
        let chosen_or = |bits: &mut Bits<'_>| match bits.flag()? {
            true => Some(None),
            false => bits.flag().map(Some),
        };
        let screen_content = chosen_or(bits)?;
        let integer_motion = match screen_content {
            Some(false) => None,
            _ => chosen_or(bits)?,
        };
        let order_hint_bits = match has_order_hint {
            true => bits.u(3)? + 1,
            false => 0,
        };
        Some(Self {
            screen_content,
            integer_motion,
            order_hint_bits,
        })
    }
}

/// Skips them; returns whether a decoder model follows each frame's header.
fn skip_operating_points(bits: &mut Bits<'_>) -> Option<bool> {
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
    Some(delay_bits.is_some())
}

/// How samples are stored, and what their colors mean (5.5.2).
fn color_config(bits: &mut Bits<'_>, profile: u32) -> Option<(Sampling, Nclx)> {
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
