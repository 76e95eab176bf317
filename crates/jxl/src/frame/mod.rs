// Copyright (c) the JPEG XL Project Authors. All rights reserved.
//
// Use of this source code is governed by a BSD-style
// license that can be found in the LICENSE file.

use std::collections::{BTreeSet, HashSet};

use adaptive_lf_smoothing::adaptive_lf_smoothing;
use block_context_map::BlockContextMap;
use color_correlation_map::ColorCorrelationParams;
use modular::{FullModularImage, ModularStorage, Tree};
use quant_weights::DequantMatrices;
use quantizer::{LfQuantFactors, QuantizerParams};

use crate::api::{AlphaMode, JxlDecoderOptions, JxlParallelRunner};
use crate::entropy_coding::decode::Histograms;
use crate::error::Result;
use crate::features::epf::SigmaSource;
use crate::features::noise::Noise;
use crate::features::patches::PatchesDictionary;
use crate::features::spline::Splines;
use crate::headers::FileHeader;
use crate::headers::extra_channels::ExtraChannelInfo;
use crate::headers::frame_header::{Encoding, FrameHeader, FrameType};
use crate::headers::permutation::Permutation;
use crate::headers::toc::Toc;
use crate::image::{BufferRecycler, Image, Rect};
use crate::render::buffer_splitter::{OutputChannelRef, OutputChannelSplitter};
use crate::util::sync::{Arc, Mutex, RwLock};
use crate::util::tracing_wrappers::*;

mod adaptive_lf_smoothing;
mod block_context_map;
mod coeff_order;
pub mod color_correlation_map;
pub mod decode;
mod group;
pub mod lf_preview;
pub mod modular;
mod quant_weights;
pub mod quantizer;
pub mod render;

pub(crate) use group::VarDctBuffers;

#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Section {
    LfGlobal,
    Lf { group: usize },
    HfGlobal,
    Hf { group: usize, pass: usize },
}

#[derive(Debug)]
pub struct LfGlobalState {
    lf_quant: LfQuantFactors,
    pub quant_params: Option<QuantizerParams>,
    block_context_map: Option<BlockContextMap>,
    color_correlation_params: Option<ColorCorrelationParams>,
    tree: Option<Tree>,
    modular_global: FullModularImage,
    total_bits_read: usize,
}

pub struct PassState {
    coeff_orders: Vec<Permutation>,
    histograms: Histograms,
}

use crate::util::CacheLine;

pub struct HfGlobalState {
    num_histograms: u32,
    passes: Vec<PassState>,
    dequant_matrices: DequantMatrices,
    hf_coefficients: Vec<Mutex<Vec<CacheLine>>>,
    use_i16: bool,
}

#[derive(Debug)]
pub struct ReferenceFrame {
    pub frame: Vec<Image<f32>>,
    pub saved_before_color_transform: bool,
}

impl ReferenceFrame {}

#[derive(Debug)]
pub struct DecoderState {
    pub(super) file_header: FileHeader,
    pub(super) reference_frames: Arc<[Option<ReferenceFrame>; Self::MAX_STORED_FRAMES]>,
    pub(super) lf_frames: [Option<[Image<f32>; 3]>; Self::NUM_LF_FRAMES],
    pub render_spotcolors: bool,
    pub high_precision: bool,
    pub alpha_mode: AlphaMode,
    pub adjust_orientation: bool,
    pub level5_limits: bool,
    pub sample_limit: Option<usize>,
    // Whether the latest level 1 LF frame was fully rendered.
    // If this is set to `true`, early flushing in the main frame
    // (before HF is available) will do nothing.
    pub lf_frame_was_rendered: bool,
}

impl DecoderState {
    pub const MAX_STORED_FRAMES: usize = 4;
    pub const NUM_LF_FRAMES: usize = 4;

    pub fn keep_slots(&mut self, keep_slots: [bool; 8]) {
        if keep_slots == [true; 8] {
            return;
        }
        let reference_frames = Arc::get_mut(&mut self.reference_frames)
            .expect("remaining references to reference_frames");
        for (i, frame) in reference_frames.iter_mut().enumerate() {
            if !keep_slots[i] {
                *frame = None;
            }
        }
        for (i, frame) in self.lf_frames.iter_mut().enumerate() {
            if !keep_slots[Self::MAX_STORED_FRAMES + i] {
                *frame = None;
            }
        }
    }

    pub fn new(file_header: FileHeader, options: &JxlDecoderOptions, level5_limits: bool) -> Self {
        Self {
            file_header,
            reference_frames: Arc::new([None, None, None, None]),
            lf_frames: std::array::from_fn(|_| None),
            render_spotcolors: options.render_spot_colors,
            high_precision: options.high_precision,
            alpha_mode: options.alpha_mode,
            adjust_orientation: options.adjust_orientation,
            level5_limits,
            sample_limit: options.sample_limit,
            lf_frame_was_rendered: false,
        }
    }

    pub fn modular_storage(&self) -> ModularStorage {
        if self.file_header.image_metadata.modular_16bit_sufficient {
            ModularStorage::I16
        } else {
            ModularStorage::I32
        }
    }

    pub fn extra_channel_info(&self) -> &Vec<ExtraChannelInfo> {
        &self.file_header.image_metadata.extra_channel_info
    }
}

pub struct HfMetadata {
    pub ytox_map: Image<i8>,
    pub ytob_map: Image<i8>,
    pub raw_quant_map: Image<i32>,
    pub transform_map: Image<u8>,
    pub epf_map: Image<u8>,
    pub quant_lf: Image<u8>,
}

pub struct LfImageSplitter<'a> {
    pub channels: [OutputChannelSplitter<'a>; 3],
}

impl<'a> LfImageSplitter<'a> {
    pub fn new(lf_image: &'a mut [Image<f32>; 3]) -> Self {
        let [img0, img1, img2] = lf_image;
        Self {
            channels: [
                OutputChannelSplitter::from_image(img0),
                OutputChannelSplitter::from_image(img1),
                OutputChannelSplitter::from_image(img2),
            ],
        }
    }

    pub fn borrow_rect(&self, channel: usize, rect: Rect) -> OutputChannelRef<'a, '_> {
        self.channels[channel].borrow_typed_rect::<f32>(rect)
    }
}

pub struct HfMetaSplitter<'a> {
    pub ytox_map: OutputChannelSplitter<'a>,
    pub ytob_map: OutputChannelSplitter<'a>,
    pub raw_quant_map: OutputChannelSplitter<'a>,
    pub transform_map: OutputChannelSplitter<'a>,
    pub epf_map: OutputChannelSplitter<'a>,
    pub quant_lf: OutputChannelSplitter<'a>,
}

impl<'a> HfMetaSplitter<'a> {
    pub fn new(hf_meta: &'a mut HfMetadata) -> Self {
        Self {
            ytox_map: OutputChannelSplitter::from_image(&mut hf_meta.ytox_map),
            ytob_map: OutputChannelSplitter::from_image(&mut hf_meta.ytob_map),
            raw_quant_map: OutputChannelSplitter::from_image(&mut hf_meta.raw_quant_map),
            transform_map: OutputChannelSplitter::from_image(&mut hf_meta.transform_map),
            epf_map: OutputChannelSplitter::from_image(&mut hf_meta.epf_map),
            quant_lf: OutputChannelSplitter::from_image(&mut hf_meta.quant_lf),
        }
    }
}

pub struct HfMetaViews<'a, 'b> {
    pub ytox_map: OutputChannelRef<'a, 'b>,
    pub ytob_map: OutputChannelRef<'a, 'b>,
    pub raw_quant_map: OutputChannelRef<'a, 'b>,
    pub transform_map: OutputChannelRef<'a, 'b>,
    pub epf_map: OutputChannelRef<'a, 'b>,
}

#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum DataStatus {
    Zero,
    Partial,
    Final,
}

// TODO(veluca): consider merging the modular rendering infra
// with VarDCT rendering infra. That would likely remove the
// need for this custom tracking.
#[derive(Debug)]
struct GroupStatus {
    // Groups that should be rendered on the next call to flush().
    need_vardct_flush: BTreeSet<usize>,
    need_modular_flush: BTreeSet<usize>,
    channel_status: Vec<Vec<DataStatus>>,
    final_vardct_render_done: HashSet<usize>,
    incomplete_groups: usize,
}

impl GroupStatus {
    fn new(frame_header: &FrameHeader) -> Self {
        let count = frame_header.num_groups();
        let ecs = frame_header.num_extra_channels as usize;
        // We don't track noise channels because we pretend they always
        // have the same status as VarDCT channels.
        GroupStatus {
            need_vardct_flush: BTreeSet::new(),
            need_modular_flush: BTreeSet::new(),
            channel_status: vec![vec![DataStatus::Zero; 3 + ecs]; count],
            final_vardct_render_done: HashSet::new(),
            incomplete_groups: count,
        }
    }

    fn update_status(&mut self, group: usize, channel: usize, status: DataStatus) {
        let ss = &mut self.channel_status[group];
        let all_complete = ss.iter().all(|x| *x == DataStatus::Final);
        ss[channel] = status;
        if !all_complete && ss.iter().all(|x| *x == DataStatus::Final) {
            self.incomplete_groups = self.incomplete_groups.checked_sub(1).unwrap();
        }
    }

    fn colour_complete(&self, group: usize) -> bool {
        self.channel_status[group][..3]
            .iter()
            .all(|x| *x == DataStatus::Final)
    }
}

pub struct Frame {
    pub(super) header: FrameHeader,
    toc: Toc,
    color_channels: usize,
    pub(super) lf_global: Option<LfGlobalState>,
    pub(super) hf_global: Option<HfGlobalState>,
    pub(super) lf_image: Option<[Image<f32>; 3]>,
    pub(super) hf_meta: Option<HfMetadata>,
    pub(super) decoder_state: DecoderState,
    render_pipeline: Option<Box<crate::render::LowMemoryRenderPipeline>>,
    reference_frame_data: Option<Vec<Image<f32>>>,
    lf_frame_data: Option<[Image<f32>; 3]>,
    section0_render_up_to_date: bool,
    group_status: GroupStatus,
    patches: Arc<RwLock<PatchesDictionary>>,
    splines: Arc<RwLock<Splines>>,
    noise: Arc<RwLock<Noise>>,
    lf_quant: Arc<RwLock<LfQuantFactors>>,
    color_correlation_params: Arc<RwLock<ColorCorrelationParams>>,
    epf_sigma: Arc<RwLock<SigmaSource>>,
    // LF groups that received data and thus should trigger a modular
    // re-render of the corresponding groups.
    dirty_lf_groups: BTreeSet<usize>,
    buffer_recycler: Arc<BufferRecycler>,
    // LF groups that received data or have modified neighbors and need to be previewed.
    lf_preview_dirty_groups: BTreeSet<usize>,
    frame_counters: (usize, usize),
}

impl Frame {
    pub fn toc(&self) -> &Toc {
        &self.toc
    }

    pub fn header(&self) -> &FrameHeader {
        &self.header
    }

    #[instrument(level = "debug", skip(self), ret)]
    pub fn get_section_idx(&self, section: Section) -> usize {
        if self.header.num_toc_entries() == 1 {
            0
        } else {
            match section {
                Section::LfGlobal => 0,
                Section::Lf { group } => 1 + group,
                Section::HfGlobal => self.header.num_lf_groups() + 1,
                Section::Hf { group, pass } => {
                    2 + self.header.num_lf_groups() + self.header.num_groups() * pass + group
                }
            }
        }
    }

    pub fn can_do_early_rendering(&self) -> bool {
        if matches!(
            self.header.frame_type,
            FrameType::ReferenceOnly | FrameType::SkipProgressive
        ) {
            return false;
        }
        if self.header.has_lf_frame() {
            return true;
        }
        if self.header.encoding == Encoding::VarDCT {
            return false;
        }
        self.lf_global
            .as_ref()
            .map(|x| x.modular_global.can_do_early_partial_render())
            .unwrap_or_default()
    }

    pub fn finalize_lf(&mut self, parallel_runner: &mut dyn JxlParallelRunner) -> Result<()> {
        if self.header.should_do_adaptive_lf_smoothing() {
            let lf_global = self.lf_global.as_mut().unwrap();
            let lf_quant = &lf_global.lf_quant;
            let inv_quant_lf = lf_global.quant_params.as_mut().unwrap().inv_quant_lf();
            let lf_factors = [
                inv_quant_lf * lf_quant.quant_factors[0],
                inv_quant_lf * lf_quant.quant_factors[1],
                inv_quant_lf * lf_quant.quant_factors[2],
            ];
            adaptive_lf_smoothing(
                lf_factors,
                &self.header,
                self.lf_image.as_mut().unwrap(),
                parallel_runner,
            )?;
        }
        Ok(())
    }

    pub fn finalize(mut self: Box<Self>) -> Result<DecoderState> {
        // First, drop the render pipeline to ensure that no other references to the reference
        // frames are around.
        self.render_pipeline = None;
        // Save reference frame if this frame can be referenced and was actually decoded.
        // If reference_frame_data is None (frame was skipped), we don't save it.
        // Subsequent frames referencing this slot may fail.
        if self.header.can_be_referenced
            && let Some(frame_data) = self.reference_frame_data
        {
            info!("Saving frame in slot {}", self.header.save_as_reference);
            let rf = Arc::get_mut(&mut self.decoder_state.reference_frames)
                .expect("remaining references to reference_frames");
            rf[self.header.save_as_reference as usize] = Some(ReferenceFrame {
                frame: frame_data,
                saved_before_color_transform: self.header.save_before_ct,
            });
        }

        if self.header.lf_level != 0 {
            self.decoder_state.lf_frames[(self.header.lf_level - 1) as usize] = self.lf_frame_data;
        }
        Ok(self.decoder_state)
    }

    fn modular_color_channels(&self) -> usize {
        if self.header.encoding == Encoding::VarDCT {
            0
        } else {
            self.color_channels
        }
    }
}
