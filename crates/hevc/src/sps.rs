//! The sequence parameter set (7.3.2.2).

use crate::bits::Bits;
use crate::chroma::ChromaFormat;
use crate::error::{Error, Result, malformed};
use crate::extensions;
use crate::scaling_list::ScalingLists;
use crate::vui::{self, Colors};

#[derive(Clone)]
pub(crate) struct Sps {
    pub(crate) id: u32,
    pub(crate) chroma: ChromaFormat,
    pub(crate) width: u32,
    pub(crate) height: u32,
    /// Luma samples that are not shown: left, right, top, bottom.
    pub(crate) window: [u32; 4],
    /// Of luma and of chroma.
    pub(crate) bits: [u32; 2],
    pub(crate) log2_min_cb: u32,
    pub(crate) log2_ctb: u32,
    pub(crate) log2_min_tb: u32,
    pub(crate) log2_max_tb: u32,
    pub(crate) max_transform_depth: u32,
    /// `None` where `scaling_list_enabled_flag` is 0.
    pub(crate) scaling: Option<Box<ScalingLists>>,
    pub(crate) sao: bool,
    pub(crate) pcm: Option<Pcm>,
    pub(crate) strong_smoothing: bool,
    pub(crate) range: RangeExtension,
    pub(crate) colors: Colors,
    pub(crate) order: PictureOrder,
}

/// Blocks whose samples are not coded but given.
#[derive(Clone, Copy)]
pub(crate) struct Pcm {
    pub(crate) bits: [u32; 2],
    pub(crate) log2_min: u32,
    pub(crate) log2_max: u32,
    pub(crate) loop_filter_disabled: bool,
}

/// `sps_range_extension()` (7.3.2.2.2), without what is for inter pictures.
#[derive(Clone, Copy, Default)]
pub(crate) struct RangeExtension {
    pub(crate) transform_skip_rotation: bool,
    pub(crate) transform_skip_context: bool,
    pub(crate) implicit_rdpcm: bool,
    pub(crate) intra_smoothing_disabled: bool,
    pub(crate) persistent_rice: bool,
    pub(crate) bypass_alignment: bool,
}

/// What a slice header needs to pass over what it says of other pictures.
#[derive(Clone, Default)]
pub(crate) struct PictureOrder {
    pub(crate) bits: u32,
    /// The number of pictures in each short-term reference picture set.
    pub(crate) sets: Vec<u32>,
    pub(crate) temporal_mvp: bool,
    /// `lt_ref_pic_poc_lsb_sps` of none, where it is `None`.
    pub(crate) long_term: Option<u32>,
}

impl Sps {
    // The syntax of the standard in its order, one element after the other: long, and flat.
    pub(crate) fn read(payload: &[u8]) -> Result<Self> {
        let bits = &mut Bits::new(payload);
        bits.u(4)?;
        let sub_layers = bits.u(3)? + 1;
        bits.u(1)?;
        skip_profile_tier_level(bits, sub_layers)?;
        let id = bits.ue_to(15, "a parameter set has no such number")?;
        let chroma = read_chroma_format(bits)?;
        let [width, height] = [bits.ue()?, bits.ue()?];
        let window = read_window(bits, chroma)?;
        let depths = [read_depth(bits)?, read_depth(bits)?];
        let order_bits = bits.ue_to(12, "picture order counts are too long")? + 4;
        // sps_sub_layer_ordering_info_present_flag
        for _ in 0..if bits.flag()? { sub_layers } else { 1 } {
            for _ in 0..3 {
                bits.ue()?;
            }
        }
        let log2_min_cb = bits.ue_to(3, "coding blocks are too large")? + 3;
        let log2_ctb = bits.ue_to(3, "coding tree blocks are too large")? + log2_min_cb;
        let log2_min_tb = bits.ue_to(3, "transform blocks are too large")? + 2;
        let log2_max_tb = bits.ue_to(3, "transform blocks are too large")? + log2_min_tb;
        bits.ue()?;
        let max_transform_depth = bits.ue_to(4, "transform trees are too deep")?;
        let scaling = read_scaling(bits, chroma)?;
        bits.u(1)?;
        let sao = bits.flag()?;
        let pcm = if bits.flag()? {
            Some(read_pcm(bits)?)
        } else {
            None
        };
        let order = read_picture_order(bits, order_bits)?;
        let strong_smoothing = bits.flag()?;
        let colors = match bits.flag()? {
            true => vui::read(bits, sub_layers)?,
            false => Colors::default(),
        };
        let range = read_extensions(bits)?;
        let sps = Self {
            id,
            chroma,
            width,
            height,
            window,
            bits: depths,
            log2_min_cb,
            log2_ctb,
            log2_min_tb,
            log2_max_tb,
            max_transform_depth,
            scaling,
            sao,
            pcm,
            strong_smoothing,
            range,
            colors,
            order,
        };
        sps.check()?;
        Ok(sps)
    }

    /// What 7.4.3.2.1 asks of the values together.
    fn check(&self) -> Result<()> {
        const MAX_SIDE: u32 = 1 << 16;
        let block = 1 << self.log2_min_cb;
        let sides = [self.width, self.height];
        if sides
            .iter()
            .any(|&side| side == 0 || side > MAX_SIDE || !side.is_multiple_of(block))
        {
            return malformed("a picture has no such size");
        }
        let [left, right, top, bottom] = self.window.map(u64::from);
        if left + right >= self.width.into() || top + bottom >= self.height.into() {
            return malformed("the conformance window is empty");
        }
        if !(4..=6).contains(&self.log2_ctb)
            || self.log2_min_tb >= self.log2_min_cb
            || self.log2_max_tb > self.log2_ctb.min(5)
            || self.max_transform_depth > self.log2_ctb - self.log2_min_tb
        {
            return malformed("blocks have no such sizes");
        }
        let Some(pcm) = self.pcm else { return Ok(()) };
        if pcm.log2_min < self.log2_min_cb.min(5)
            || pcm.log2_max > self.log2_ctb.min(5)
            || pcm.bits[0] > self.bits[0]
            || pcm.bits[1] > self.bits[1]
        {
            return malformed("PCM blocks have no such sizes");
        }
        Ok(())
    }

    pub(crate) fn ctb_size(&self) -> u32 {
        1 << self.log2_ctb
    }

    /// Columns and rows of coding tree blocks.
    pub(crate) fn ctbs(&self) -> [u32; 2] {
        [self.width, self.height].map(|side| side.div_ceil(self.ctb_size()))
    }

    /// The bit depth of a component.
    pub(crate) fn depth(&self, component: usize) -> u32 {
        self.bits[component.min(1)]
    }

    /// `QpBdOffset` of a component.
    pub(crate) fn qp_offset(&self, component: usize) -> i32 {
        6 * (self.depth(component) as i32 - 8)
    }
}

/// `profile_tier_level()` (7.3.3).
fn skip_profile_tier_level(bits: &mut Bits<'_>, sub_layers: u32) -> Result<()> {
    const PROFILE: u32 = 88;
    const LEVEL: u32 = 8;
    bits.skip(PROFILE + LEVEL)?;
    let mut present = 0;
    for _ in 1..sub_layers {
        present += u32::from(bits.flag()?) * PROFILE;
        present += u32::from(bits.flag()?) * LEVEL;
    }
    if sub_layers > 1 {
        bits.skip(2 * (9 - sub_layers))?;
    }
    bits.skip(present)
}

fn read_chroma_format(bits: &mut Bits<'_>) -> Result<ChromaFormat> {
    Ok(match bits.ue()? {
        0 => ChromaFormat::Monochrome,
        1 => ChromaFormat::Yuv420,
        2 => ChromaFormat::Yuv422,
        3 if bits.flag()? => return Err(Error::Unsupported("separate color planes")),
        3 => ChromaFormat::Yuv444,
        _ => return malformed("there is no such chroma format"),
    })
}

/// The conformance window, in luma samples.
fn read_window(bits: &mut Bits<'_>, chroma: ChromaFormat) -> Result<[u32; 4]> {
    const MAX_OFFSET: u32 = 1 << 16;
    let mut window = [0; 4];
    if bits.flag()? {
        let [horizontal, vertical] = chroma.halvings(1);
        for (at, offset) in window.iter_mut().enumerate() {
            let halvings = if at < 2 { horizontal } else { vertical };
            *offset = bits.ue_to(MAX_OFFSET, "the conformance window is empty")? << halvings;
        }
    }
    Ok(window)
}

fn read_depth(bits: &mut Bits<'_>) -> Result<u32> {
    match bits.ue_to(8, "there is no such bit depth")? + 8 {
        depth @ ..=12 => Ok(depth),
        _ => Err(Error::Unsupported("more than 12 bits a sample")),
    }
}

fn read_scaling(bits: &mut Bits<'_>, chroma: ChromaFormat) -> Result<Option<Box<ScalingLists>>> {
    if !bits.flag()? {
        return Ok(None);
    }
    Ok(Some(match bits.flag()? {
        true => ScalingLists::read(bits, chroma)?,
        false => ScalingLists::predefined(),
    }))
}

fn read_pcm(bits: &mut Bits<'_>) -> Result<Pcm> {
    let depths = [bits.u(4)? + 1, bits.u(4)? + 1];
    let log2_min = bits.ue_to(2, "PCM blocks are too large")? + 3;
    let log2_max = bits.ue_to(2, "PCM blocks are too large")? + log2_min;
    Ok(Pcm {
        bits: depths,
        log2_min,
        log2_max,
        loop_filter_disabled: bits.flag()?,
    })
}

fn read_picture_order(bits: &mut Bits<'_>, order_bits: u32) -> Result<PictureOrder> {
    const MAX_SETS: u32 = 64;
    const MAX_LONG_TERM: u32 = 32;
    let mut order = PictureOrder {
        bits: order_bits,
        ..PictureOrder::default()
    };
    let count = bits.ue_to(MAX_SETS, "there are too many reference picture sets")?;
    for index in 0..count {
        let pictures = read_reference_set(bits, index, &order.sets, false)?;
        order.sets.push(pictures);
    }
    if bits.flag()? {
        let count = bits.ue_to(MAX_LONG_TERM, "there are too many long-term pictures")?;
        for _ in 0..count {
            bits.u(order_bits + 1)?;
        }
        order.long_term = Some(count);
    }
    order.temporal_mvp = bits.flag()?;
    Ok(order)
}

/// `st_ref_pic_set()` (7.3.7): the number of pictures in it.
pub(crate) fn read_reference_set(
    bits: &mut Bits<'_>,
    index: u32,
    sets: &[u32],
    in_slice: bool,
) -> Result<u32> {
    const MAX_PICTURES: u32 = 16;
    const TOO_MANY: &str = "a reference picture set is too large";
    if index > 0 && bits.flag()? {
        let back = if in_slice { bits.ue()? } else { 0 };
        bits.u(1)?;
        bits.ue()?;
        let from = (index as usize).checked_sub(back as usize + 1);
        let Some(&pictures) = from.and_then(|from| sets.get(from)) else {
            return malformed("there is no such reference picture set");
        };
        let mut kept = 0;
        for _ in 0..=pictures {
            // used_by_curr_pic_flag, else use_delta_flag
            kept += u32::from(bits.flag()? || bits.flag()?);
        }
        return Ok(kept);
    }
    let pictures = bits.ue_to(MAX_PICTURES, TOO_MANY)? + bits.ue_to(MAX_PICTURES, TOO_MANY)?;
    for _ in 0..pictures {
        bits.ue()?;
        bits.u(1)?;
    }
    Ok(pictures)
}

fn read_extensions(bits: &mut Bits<'_>) -> Result<RangeExtension> {
    if !extensions::has_range_extension(bits)? {
        return Ok(RangeExtension::default());
    }
    let transform_skip_rotation = bits.flag()?;
    let transform_skip_context = bits.flag()?;
    let implicit_rdpcm = bits.flag()?;
    // explicit_rdpcm_enabled_flag is for inter pictures.
    bits.u(1)?;
    if bits.flag()? {
        return Err(Error::Unsupported("extended precision"));
    }
    let intra_smoothing_disabled = bits.flag()?;
    // high_precision_offsets_enabled_flag is for weighted prediction.
    bits.u(1)?;
    Ok(RangeExtension {
        transform_skip_rotation,
        transform_skip_context,
        implicit_rdpcm,
        intra_smoothing_disabled,
        persistent_rice: bits.flag()?,
        bypass_alignment: bits.flag()?,
    })
}
