//! The picture parameter set (7.3.2.3).

use crate::bits::Bits;
use crate::chroma::ChromaFormat;
use crate::error::{Error, Result, malformed};
use crate::extensions;
use crate::scaling_list::ScalingLists;
use crate::sps::Sps;

pub(crate) struct Pps {
    pub(crate) id: u32,
    pub(crate) dependent_slices: bool,
    pub(crate) output_flag: bool,
    pub(crate) extra_header_bits: u32,
    pub(crate) sign_hiding: bool,
    pub(crate) init_qp: i32,
    pub(crate) transform_skip: bool,
    /// `diff_cu_qp_delta_depth`, where `cu_qp_delta_enabled_flag` is 1.
    pub(crate) qp_delta_depth: Option<u32>,
    /// Of Cb and Cr.
    pub(crate) qp_offsets: [i32; 2],
    pub(crate) slice_qp_offsets: bool,
    pub(crate) transquant_bypass: bool,
    pub(crate) tiles: Option<TileGrid>,
    pub(crate) entropy_sync: bool,
    pub(crate) filter_across_slices: bool,
    pub(crate) deblocking: Deblocking,
    pub(crate) deblocking_override: bool,
    pub(crate) scaling: Option<Box<ScalingLists>>,
    pub(crate) header_extension: bool,
    pub(crate) range: RangeExtension,
}

/// How a picture is divided into tiles.
pub(crate) struct TileGrid {
    pub(crate) columns: Division,
    pub(crate) rows: Division,
    pub(crate) filter_across: bool,
}

/// How a side is divided.
pub(crate) enum Division {
    /// Into so many parts, as equal as can be.
    Uniform(u32),
    /// Into parts of these lengths and one more.
    Lengths(Vec<u32>),
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Deblocking {
    pub(crate) disabled: bool,
    /// Twice `beta_offset_div2`.
    pub(crate) beta_offset: i32,
    /// Twice `tc_offset_div2`.
    pub(crate) tc_offset: i32,
}

/// `pps_range_extension()` (7.3.2.3.2).
#[derive(Default)]
pub(crate) struct RangeExtension {
    pub(crate) log2_max_transform_skip: u32,
    pub(crate) cross_component: bool,
    /// `diff_cu_chroma_qp_offset_depth`, where `chroma_qp_offset_list_enabled_flag` is 1.
    pub(crate) chroma_qp_offset_depth: Option<u32>,
    /// For each entry of the list, of Cb and Cr.
    pub(crate) chroma_qp_offsets: Vec<[i32; 2]>,
    /// Of luma and of chroma.
    pub(crate) log2_sao_scale: [u32; 2],
}

const NO_QP_OFFSET: &str = "there is no such offset of a quantization parameter";

impl Pps {
    /// Whether coding tree blocks are decoded in rows that are as wide as the picture.
    pub(crate) fn has_one_tile_column(&self) -> bool {
        self.tiles.as_ref().is_none_or(|grid| match &grid.columns {
            Division::Uniform(count) => *count == 1,
            Division::Lengths(lengths) => lengths.is_empty(),
        })
    }

    /// Reads a parameter set; `sps_of` gives the one that it refers to.
    // The syntax of the standard in its order, one element after the other: long, and flat.
    pub(crate) fn read<'s>(
        payload: &[u8],
        sps_of: impl Fn(u32) -> Option<&'s Sps>,
    ) -> Result<(Self, u32)> {
        let bits = &mut Bits::new(payload);
        let id = bits.ue_to(63, "a parameter set has no such number")?;
        let sps_id = bits.ue()?;
        let sps = sps_of(sps_id).ok_or(Error::Malformed("a sequence parameter set is missing"))?;
        let dependent_slices = bits.flag()?;
        let output_flag = bits.flag()?;
        let extra_header_bits = bits.u(3)?;
        let sign_hiding = bits.flag()?;
        bits.u(1)?;
        bits.ue()?;
        bits.ue()?;
        let lowest = -26 - sps.qp_offset(0);
        let init_qp = 26 + bits.se_in(lowest..=25, "there is no such quantization parameter")?;
        bits.u(1)?;
        let transform_skip = bits.flag()?;
        let qp_delta_depth = read_depth(bits, sps)?;
        let qp_offsets = [
            bits.se_in(-12..=12, NO_QP_OFFSET)?,
            bits.se_in(-12..=12, NO_QP_OFFSET)?,
        ];
        let slice_qp_offsets = bits.flag()?;
        bits.u(2)?;
        let transquant_bypass = bits.flag()?;
        let has_tiles = bits.flag()?;
        let entropy_sync = bits.flag()?;
        let tiles = if has_tiles {
            Some(read_tiles(bits, sps)?)
        } else {
            None
        };
        let filter_across_slices = bits.flag()?;
        let (deblocking_override, deblocking) = match bits.flag()? {
            true => (bits.flag()?, Deblocking::read(bits)?),
            false => (false, Deblocking::default()),
        };
        let scaling = match bits.flag()? {
            true => Some(ScalingLists::read(bits, sps.chroma)?),
            false => None,
        };
        bits.u(1)?;
        bits.ue()?;
        let header_extension = bits.flag()?;
        let range = read_extensions(bits, sps, transform_skip)?;
        let pps = Self {
            id,
            dependent_slices,
            output_flag,
            extra_header_bits,
            sign_hiding,
            init_qp,
            transform_skip,
            qp_delta_depth,
            qp_offsets,
            slice_qp_offsets,
            transquant_bypass,
            tiles,
            entropy_sync,
            filter_across_slices,
            deblocking,
            deblocking_override,
            scaling,
            header_extension,
            range,
        };
        Ok((pps, sps_id))
    }
}

impl Deblocking {
    pub(crate) fn read(bits: &mut Bits<'_>) -> Result<Self> {
        const WHAT: &str = "there is no such offset of the deblocking filter";
        if bits.flag()? {
            return Ok(Self {
                disabled: true,
                ..Self::default()
            });
        }
        Ok(Self {
            disabled: false,
            beta_offset: 2 * bits.se_in(-6..=6, WHAT)?,
            tc_offset: 2 * bits.se_in(-6..=6, WHAT)?,
        })
    }
}

/// A depth of quantization groups, where a flag says that there are such.
fn read_depth(bits: &mut Bits<'_>, sps: &Sps) -> Result<Option<u32>> {
    Ok(match bits.flag()? {
        true => Some(bits.ue_to(
            sps.log2_ctb - sps.log2_min_cb,
            "quantization groups are too small",
        )?),
        false => None,
    })
}

fn read_tiles(bits: &mut Bits<'_>, sps: &Sps) -> Result<TileGrid> {
    const WHAT: &str = "there are too many tiles";
    let [columns, rows] = sps.ctbs();
    let count = [
        bits.ue_to(columns - 1, WHAT)? + 1,
        bits.ue_to(rows - 1, WHAT)? + 1,
    ];
    let uniform = bits.flag()?;
    let mut division = |count: u32, side: u32| {
        if uniform {
            return Ok(Division::Uniform(count));
        }
        let mut lengths = Vec::new();
        let mut rest = side;
        for _ in 1..count {
            let length = bits.ue_to(side, WHAT)? + 1;
            if length >= rest {
                return malformed("tiles are wider than the picture");
            }
            rest -= length;
            lengths.push(length);
        }
        Ok(Division::Lengths(lengths))
    };
    Ok(TileGrid {
        columns: division(count[0], columns)?,
        rows: division(count[1], rows)?,
        filter_across: bits.flag()?,
    })
}

fn read_extensions(bits: &mut Bits<'_>, sps: &Sps, transform_skip: bool) -> Result<RangeExtension> {
    let mut range = RangeExtension {
        log2_max_transform_skip: 2,
        ..RangeExtension::default()
    };
    if !extensions::has_range_extension(bits)? {
        return Ok(range);
    }
    if transform_skip {
        range.log2_max_transform_skip =
            bits.ue_to(3, "blocks without transform are too large")? + 2;
    }
    range.cross_component = bits.flag()? && sps.chroma == ChromaFormat::Yuv444;
    range.chroma_qp_offset_depth = read_depth(bits, sps)?;
    if range.chroma_qp_offset_depth.is_some() {
        for _ in 0..=bits.ue_to(5, NO_QP_OFFSET)? {
            range.chroma_qp_offsets.push([
                bits.se_in(-12..=12, NO_QP_OFFSET)?,
                bits.se_in(-12..=12, NO_QP_OFFSET)?,
            ]);
        }
    }
    for (scale, depth) in range.log2_sao_scale.iter_mut().zip(sps.bits) {
        *scale = bits.ue_to(
            depth.saturating_sub(10),
            "there is no such scale of offsets",
        )?;
    }
    Ok(range)
}
