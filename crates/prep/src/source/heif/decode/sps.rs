//! Reads of a sequence parameter set what its pictures' colours mean (ITU-T H.265, 7.3.2.2 and E.2.1).

use super::bits::Bits;
use super::items::{Nclx, UNSPECIFIED};

/// The colours that a parameter set describes; `None` where it does not, or is another kind of unit.
pub(super) fn nclx(unit: &[u8]) -> Option<Nclx> {
    const SEQUENCE_PARAMETER_SET: u8 = 33;
    let [header, _, payload @ ..] = unit else {
        return None;
    };
    if header >> 1 & 0x3F != SEQUENCE_PARAMETER_SET {
        return None;
    }
    let payload = without_emulation_prevention(payload);
    let mut bits = Bits::new(&payload);
    bits.skip_to_colors()?;
    // video_signal_type_present_flag
    if bits.u(1)? == 0 {
        return None;
    }
    bits.u(3)?;
    let full_range = bits.u(1)? == 1;
    let [primaries, transfer, matrix] = match bits.u(1)? {
        0 => [UNSPECIFIED; 3],
        _ => [bits.u(8)? as u16, bits.u(8)? as u16, bits.u(8)? as u16],
    };
    Some(Nclx {
        primaries,
        transfer,
        matrix,
        full_range,
    })
}

/// A 3 after two zeros is there only so that no start code appears (7.3.1.1).
fn without_emulation_prevention(payload: &[u8]) -> Vec<u8> {
    let mut clean = Vec::with_capacity(payload.len());
    let mut zeros = 0;
    for &byte in payload {
        if zeros >= 2 && byte == 3 {
            zeros = 0;
            continue;
        }
        zeros = if byte == 0 { zeros + 1 } else { 0 };
        clean.push(byte);
    }
    clean
}

impl Bits<'_> {
    fn skip_ue(&mut self, count: u32) -> Option<()> {
        (0..count).try_for_each(|_| self.ue().map(drop))
    }

    /// All fields before `video_signal_type_present_flag`, which are many.
    fn skip_to_colors(&mut self) -> Option<()> {
        self.u(4)?;
        let sub_layers = self.u(3)?;
        self.u(1)?;
        self.skip_profile_tier_level(sub_layers)?;
        self.ue()?;
        if self.ue()? == 3 {
            self.u(1)?;
        }
        self.skip_ue(2)?;
        if self.u(1)? == 1 {
            self.skip_ue(4)?;
        }
        self.skip_ue(2)?;
        let order_bits = self.ue()?.checked_add(4)?;
        let first = match self.u(1)? {
            1 => 0,
            _ => sub_layers,
        };
        self.skip_ue(3 * (sub_layers + 1 - first))?;
        self.skip_ue(6)?;
        if self.u(1)? == 1 && self.u(1)? == 1 {
            self.skip_scaling_lists()?;
        }
        self.u(2)?;
        if self.u(1)? == 1 {
            self.u(8)?;
            self.skip_ue(2)?;
            self.u(1)?;
        }
        self.skip_reference_sets()?;
        if self.u(1)? == 1 {
            for _ in 0..self.ue()? {
                self.u(order_bits.min(32))?;
                self.u(1)?;
            }
        }
        self.u(2)?;
        // vui_parameters_present_flag
        if self.u(1)? == 0 {
            return None;
        }
        const EXTENDED_ASPECT: u32 = 255;
        if self.u(1)? == 1 && self.u(8)? == EXTENDED_ASPECT {
            self.u(32)?;
        }
        if self.u(1)? == 1 {
            self.u(1)?;
        }
        Some(())
    }

    /// 7.3.3.
    fn skip_profile_tier_level(&mut self, sub_layers: u32) -> Option<()> {
        const PROFILE: usize = 88;
        const LEVEL: usize = 8;
        self.skip(PROFILE + LEVEL);
        let present = (0..sub_layers)
            .map(|_| Some([self.u(1)?, self.u(1)?]))
            .collect::<Option<Vec<_>>>()?;
        if sub_layers > 0 {
            self.skip(2 * (8 - sub_layers as usize));
        }
        for [profile, level] in present {
            self.skip(profile as usize * PROFILE + level as usize * LEVEL);
        }
        Some(())
    }

    /// 7.3.4.
    fn skip_scaling_lists(&mut self) -> Option<()> {
        for size in 0..4 {
            for _ in (0..6).step_by(if size == 3 { 3 } else { 1 }) {
                if self.u(1)? == 0 {
                    self.ue()?;
                    continue;
                }
                let coefficients = 64.min(1 << (4 + (size << 1)));
                self.skip_ue(coefficients + u32::from(size > 1))?;
            }
        }
        Some(())
    }

    /// 7.3.7.
    fn skip_reference_sets(&mut self) -> Option<()> {
        let mut pictures = 0;
        for index in 0..self.ue()? {
            if index > 0 && self.u(1)? == 1 {
                self.u(1)?;
                self.ue()?;
                let mut kept = 0;
                for _ in 0..=pictures {
                    // used_by_curr_pic_flag, else use_delta_flag
                    if self.u(1)? == 1 || self.u(1)? == 1 {
                        kept += 1;
                    }
                }
                pictures = kept;
                continue;
            }
            pictures = self.ue()?.checked_add(self.ue()?)?;
            for _ in 0..pictures {
                self.ue()?;
                self.u(1)?;
            }
        }
        Some(())
    }
}
