//! The slice segment header (7.3.6).

use crate::bits::Bits;
use crate::chroma::ChromaFormat;
use crate::error::{Error, Result, malformed};
use crate::nal::SliceKind;
use crate::pps::{Deblocking, Pps};
use crate::sps::{Sps, read_reference_set};

/// What a slice segment says before its data.
#[derive(Clone, Debug)]
pub(crate) struct SliceHeader {
    /// The first coding tree block, in raster order.
    pub(crate) address: u32,
    pub(crate) dependent: bool,
    pub(crate) slice: Slice,
}

/// What holds for a slice and for the segments that depend on it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slice {
    /// `SliceAddrRs`.
    pub(crate) address: u32,
    /// Of luma and of chroma.
    pub(crate) sao: [bool; 2],
    /// `SliceQpY`.
    pub(crate) qp: i32,
    /// Of Cb and Cr.
    pub(crate) qp_offsets: [i32; 2],
    pub(crate) chroma_qp_offset_enabled: bool,
    pub(crate) deblocking: Deblocking,
    pub(crate) filter_across: bool,
}

/// The fields before those that need the parameter sets.
pub(crate) struct Start {
    pub(crate) first_in_picture: bool,
    pub(crate) pps_id: u32,
}

impl Start {
    pub(crate) fn read(bits: &mut Bits<'_>, kind: SliceKind) -> Result<Self> {
        let first_in_picture = bits.flag()?;
        if kind != SliceKind::Other {
            bits.u(1)?;
        }
        Ok(Self {
            first_in_picture,
            pps_id: bits.ue_to(63, "a parameter set has no such number")?,
        })
    }
}

impl SliceHeader {
    /// Reads what follows [`Start`]; `previous` is what a dependent segment depends on.
    pub(crate) fn read(
        bits: &mut Bits<'_>,
        (start, kind): (&Start, SliceKind),
        (sps, pps): (&Sps, &Pps),
        previous: Option<&Slice>,
    ) -> Result<Self> {
        let mut address = 0;
        let mut dependent = false;
        if !start.first_in_picture {
            dependent = pps.dependent_slices && bits.flag()?;
            let [columns, rows] = sps.ctbs();
            let count = columns * rows;
            address = bits.u(count.next_power_of_two().trailing_zeros())?;
            if address >= count {
                return malformed("a slice begins outside the picture");
            }
        }
        let slice = match dependent {
            true => *previous.ok_or(Error::Malformed("a slice depends on none"))?,
            false => read_slice(bits, address, kind, (sps, pps))?,
        };
        if pps.tiles.is_some() || pps.entropy_sync {
            skip_entry_points(bits)?;
        }
        if pps.header_extension {
            let length = bits.ue_to(256, "a slice header is too long")?;
            bits.skip(length * 8)?;
        }
        Ok(Self {
            address,
            dependent,
            slice,
        })
    }
}

fn read_slice(
    bits: &mut Bits<'_>,
    address: u32,
    kind: SliceKind,
    (sps, pps): (&Sps, &Pps),
) -> Result<Slice> {
    const I_SLICE: u32 = 2;
    const NO_QP_OFFSET: &str = "there is no such offset of a quantization parameter";
    bits.skip(pps.extra_header_bits)?;
    if bits.ue()? != I_SLICE {
        return Err(Error::Unsupported(
            "pictures that are predicted from others",
        ));
    }
    if pps.output_flag {
        bits.u(1)?;
    }
    if kind != SliceKind::Idr {
        skip_reference_pictures(bits, sps)?;
    }
    let has_chroma = sps.chroma != ChromaFormat::Monochrome;
    let mut sao = [false; 2];
    if sps.sao {
        sao = [bits.flag()?, has_chroma && bits.flag()?];
    }
    let qp = pps.init_qp + bits.se_in(-128..=128, "there is no such quantization parameter")?;
    if !(-sps.qp_offset(0)..=51).contains(&qp) {
        return malformed("there is no such quantization parameter");
    }
    let mut qp_offsets = [0; 2];
    if pps.slice_qp_offsets {
        for offset in &mut qp_offsets {
            *offset = bits.se_in(-12..=12, NO_QP_OFFSET)?;
        }
    }
    let chroma_qp_offset_enabled = pps.range.chroma_qp_offset_depth.is_some() && bits.flag()?;
    let overridden = pps.deblocking_override && bits.flag()?;
    let deblocking = match overridden {
        true => Deblocking::read(bits)?,
        false => pps.deblocking,
    };
    let mut filter_across = pps.filter_across_slices;
    if filter_across && (sao != [false; 2] || !deblocking.disabled) {
        filter_across = bits.flag()?;
    }
    Ok(Slice {
        address,
        sao,
        qp,
        qp_offsets,
        chroma_qp_offset_enabled,
        deblocking,
        filter_across,
    })
}

/// Passes over the picture order count and the reference picture sets.
fn skip_reference_pictures(bits: &mut Bits<'_>, sps: &Sps) -> Result<()> {
    const TOO_MANY: &str = "a reference picture set is too large";
    let order = &sps.order;
    let sets = order.sets.len() as u32;
    bits.u(order.bits)?;
    // short_term_ref_pic_set_sps_flag
    if !bits.flag()? {
        read_reference_set(bits, sets, &order.sets, true)?;
    } else if sets > 1 {
        bits.u(sets.next_power_of_two().trailing_zeros())?;
    }
    if let Some(candidates) = order.long_term {
        let known = match candidates {
            0 => 0,
            _ => bits.ue_to(32, TOO_MANY)?,
        };
        let count = known + bits.ue_to(32, TOO_MANY)?;
        for at in 0..count {
            match at < known {
                true if candidates > 1 => {
                    bits.u(candidates.next_power_of_two().trailing_zeros())?;
                }
                true => {}
                false => {
                    bits.u(order.bits + 1)?;
                }
            }
            if bits.flag()? {
                bits.ue()?;
            }
        }
    }
    if order.temporal_mvp {
        bits.u(1)?;
    }
    Ok(())
}

/// Where substreams begin is known from where the one before ends.
fn skip_entry_points(bits: &mut Bits<'_>) -> Result<()> {
    let count = bits.ue_to(1 << 20, "there are too many entry points")?;
    if count > 0 {
        let length = bits.ue_to(31, "entry points are too far")? + 1;
        for _ in 0..count {
            bits.u(length)?;
        }
    }
    Ok(())
}
