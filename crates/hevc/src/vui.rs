//! What the samples' colors mean (video usability information, E.2.1).

use crate::bits::Bits;
use crate::error::Result;

/// Code points of ISO/IEC 23091-2.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Colors {
    /// `colour_primaries`.
    pub primaries: u8,
    /// `transfer_characteristics`.
    pub transfer: u8,
    /// `matrix_coeffs`.
    pub matrix: u8,
    /// `video_full_range_flag`.
    pub full_range: bool,
}

const UNSPECIFIED: u8 = 2;

impl Default for Colors {
    /// What holds where nothing is said (E.3.1): unspecified, and a limited range.
    fn default() -> Self {
        Self {
            primaries: UNSPECIFIED,
            transfer: UNSPECIFIED,
            matrix: UNSPECIFIED,
            full_range: false,
        }
    }
}

/// Reads `vui_parameters()`, of which only the colors are kept.
pub(crate) fn read(bits: &mut Bits<'_>, sub_layers: u32) -> Result<Colors> {
    const EXTENDED_ASPECT: u32 = 255;
    if bits.flag()? && bits.u(8)? == EXTENDED_ASPECT {
        bits.u(32)?;
    }
    // overscan_info_present_flag
    if bits.flag()? {
        bits.u(1)?;
    }
    let colors = read_video_signal_type(bits)?;
    // chroma_loc_info_present_flag
    if bits.flag()? {
        bits.ue()?;
        bits.ue()?;
    }
    bits.u(3)?;
    // default_display_window_flag
    if bits.flag()? {
        for _ in 0..4 {
            bits.ue()?;
        }
    }
    // vui_timing_info_present_flag
    if bits.flag()? {
        bits.skip(64)?;
        if bits.flag()? {
            bits.ue()?;
        }
        if bits.flag()? {
            skip_hrd(bits, sub_layers)?;
        }
    }
    // bitstream_restriction_flag
    if bits.flag()? {
        bits.u(3)?;
        for _ in 0..5 {
            bits.ue()?;
        }
    }
    Ok(colors)
}

fn read_video_signal_type(bits: &mut Bits<'_>) -> Result<Colors> {
    if !bits.flag()? {
        return Ok(Colors::default());
    }
    bits.u(3)?;
    let full_range = bits.flag()?;
    let [primaries, transfer, matrix] = match bits.flag()? {
        true => [bits.u(8)? as u8, bits.u(8)? as u8, bits.u(8)? as u8],
        false => [UNSPECIFIED; 3],
    };
    Ok(Colors {
        primaries,
        transfer,
        matrix,
        full_range,
    })
}

/// Passes over `hrd_parameters()` (E.2.2).
fn skip_hrd(bits: &mut Bits<'_>, sub_layers: u32) -> Result<()> {
    const MAX_CPB_COUNT_MINUS1: u32 = 31;
    let kinds = [bits.flag()?, bits.flag()?];
    let mut sub_pictures = false;
    if kinds != [false; 2] {
        sub_pictures = bits.flag()?;
        bits.skip(if sub_pictures { 19 } else { 0 })?;
        bits.skip(8)?;
        bits.skip(if sub_pictures { 4 } else { 0 })?;
        bits.skip(15)?;
    }
    for _ in 0..sub_layers {
        // fixed_pic_rate_general_flag, fixed_pic_rate_within_cvs_flag
        let fixed = bits.flag()? || bits.flag()?;
        let mut low_delay = false;
        match fixed {
            true => drop(bits.ue()?),
            false => low_delay = bits.flag()?,
        }
        let mut count = 1;
        if !low_delay {
            count += bits.ue_to(MAX_CPB_COUNT_MINUS1, "too many coded picture buffers")?;
        }
        for _ in 0..count * kinds.iter().filter(|&&present| present).count() as u32 {
            for _ in 0..if sub_pictures { 4 } else { 2 } {
                bits.ue()?;
            }
            bits.u(1)?;
        }
    }
    Ok(())
}
