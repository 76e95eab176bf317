// Copyright (c) the JPEG XL Project Authors. All rights reserved.
//
// Use of this source code is governed by a BSD-style
// license that can be found in the LICENSE file.

use std::collections::BTreeSet;

use crate::api::{
    AlphaMode, JxlColorProfile, JxlColorType, JxlDataFormat, JxlOutputBuffer, JxlParallelRunner,
    JxlPixelFormat,
};
use crate::bit_reader::BitReader;
use crate::color::tf::TransferFunction;
use crate::error::{Error, Result};
use crate::features::epf::SigmaSource;
use crate::features::noise::Noise;
use crate::features::patches::PatchesDictionary;
use crate::features::spline::Splines;
use crate::frame::color_correlation_map::ColorCorrelationParams;
use crate::frame::modular::ModularStorage;
use crate::frame::quantizer::LfQuantFactors;
use crate::frame::{DataStatus, DecoderState, Frame};
use crate::headers::Orientation;
use crate::headers::color_encoding::ColorSpace;
use crate::headers::extra_channels::ExtraChannel;
use crate::headers::frame_header::{Encoding, FrameHeader, FrameType};
use crate::image::{DataTypeTag, Image, OwnedRawImage, Rect};
use crate::render::buffer_splitter::BufferSplitter;
use crate::render::stages::*;
use crate::render::{LowMemoryRenderPipeline, RenderPipeline, RenderPipelineBuilder};
use crate::util::SmallVec;
use crate::util::sync::{Arc, RwLock};

macro_rules! pipeline_mut {
    ($frame: expr, $pipeline: ident, $op: expr) => {{
        let $pipeline = $frame.render_pipeline.as_mut().unwrap();
        $op
    }};
}

macro_rules! pipeline {
    ($frame: expr, $pipeline: ident, $op: expr) => {{
        let $pipeline = $frame.render_pipeline.as_ref().unwrap();
        $op
    }};
}

pub(super) use pipeline;

impl Frame {
    /// Returns `true` if any pixels were written to the output buffers during
    /// this call, `false` if the call was a no-op for the buffers (e.g. no new
    /// HF groups, no flush work, or the render pipeline was not yet ready).
    pub fn decode_and_render_hf_groups(
        &mut self,
        api_buffers: &mut Option<&mut [JxlOutputBuffer<'_>]>,
        pixel_format: &JxlPixelFormat,
        groups: Vec<(usize, Vec<(usize, BitReader)>)>,
        do_flush: bool,
        output_profile: &JxlColorProfile,
        parallel_runner: &mut dyn JxlParallelRunner,
    ) -> Result<bool> {
        if !do_flush && groups.is_empty() {
            // Nothing to do.
            return Ok(false);
        }

        if self.render_pipeline.is_none() || self.lf_global.is_none() {
            assert_eq!(groups.iter().map(|x| x.1.len()).sum::<usize>(), 0);
            // We don't yet have any output ready (as the pipeline would be initialized otherwise),
            // so exit without doing anything.
            return Ok(false);
        }

        let mut buffers: Vec<Option<JxlOutputBuffer>> = Vec::new();

        macro_rules! buffers_from_api {
            ($get_next: expr) => {
                if pixel_format.color_data_format.is_some() {
                    buffers.push($get_next);
                }

                for fmt in &pixel_format.extra_channel_format {
                    if fmt.is_some() {
                        buffers.push($get_next);
                    }
                }
            };
        }

        if let Some(api_buffers) = api_buffers {
            let mut api_buffers_iter = api_buffers.iter_mut();
            buffers_from_api!(Some(JxlOutputBuffer::reborrow(
                api_buffers_iter.next().unwrap(),
            )));
        } else {
            buffers_from_api!(None);
        }

        // Temporarily remove the reference/lf frames to be saved; we will move them back once
        // rendering is done.
        let mut reference_frame_data = std::mem::take(&mut self.reference_frame_data);
        let mut lf_frame_data = std::mem::take(&mut self.lf_frame_data);

        if let Some(ref_images) = &mut reference_frame_data {
            buffers.extend(ref_images.iter_mut().map(|img| {
                let rect = Rect {
                    size: img.size(),
                    origin: (0, 0),
                };
                Some(JxlOutputBuffer::from_image_rect_mut(
                    img.get_rect_mut(rect).into_raw(),
                ))
            }));
        };

        if let Some(lf_images) = &mut lf_frame_data {
            buffers.extend(lf_images.iter_mut().map(|img| {
                let rect = Rect {
                    size: img.size(),
                    origin: (0, 0),
                };
                Some(JxlOutputBuffer::from_image_rect_mut(
                    img.get_rect_mut(rect).into_raw(),
                ))
            }));
        };

        pipeline_mut!(self, p, p.check_buffer_sizes(&mut buffers[..])?);

        let buffer_splitter = BufferSplitter::new(&mut buffers[..]);

        pipeline_mut!(self, p, p.render_outside_frame(&buffer_splitter)?);

        let should_render_non_final = self.allow_rendering_before_last_pass() && do_flush;

        let modular_global = &mut self.lf_global.as_mut().unwrap().modular_global;

        modular_global.set_pipeline_used_channels(pipeline_mut!(self, p, p.used_channel_mask()));

        // STEP 1: figure out what modular buffers will be finalized during this decode, and mark them
        // as such.
        for (group, passes) in groups.iter() {
            self.group_status.need_vardct_flush.insert(*group);
            self.group_status.need_modular_flush.insert(*group);
            if self.header.encoding == Encoding::VarDCT {
                let status = if passes
                    .last()
                    .is_some_and(|x| x.0 + 1 >= self.header.passes.num_passes as usize)
                {
                    DataStatus::Final
                } else {
                    DataStatus::Partial
                };
                for c in 0..3 {
                    self.group_status.update_status(*group, c, status);
                }
            }
            for (pass, _) in passes.iter() {
                modular_global.mark_final(2 + *pass, *group);
            }
        }

        // STEP 2: mark all the groups that will need a progressive re-render if
        // we are flushing.

        // Request re-renders in updated LF groups if those contain meaningful
        // data and we are decoding a Modular image.
        if modular_global.can_do_early_partial_render()
            && self.section0_render_up_to_date
            && self.header.encoding == Encoding::Modular
        {
            for lg in std::mem::take(&mut self.dirty_lf_groups) {
                let lgx = lg % self.header.size_lf_groups().0;
                let lgy = lg / self.header.size_lf_groups().0;
                let (sgx, sgy) = self.header.size_groups();
                for iy in 0..10 {
                    let gy = (lgy * 8 + iy).saturating_sub(1);
                    if gy >= sgy {
                        continue;
                    }
                    for ix in 0..10 {
                        let gx = (lgx * 8 + ix).saturating_sub(1);
                        if gx >= sgx {
                            continue;
                        }
                        self.group_status.need_modular_flush.insert(gy * sgx + gx);
                    }
                }
            }
        }

        let has_decoded_data = match self.header.encoding {
            Encoding::VarDCT => self.hf_global.is_some() || self.header.has_lf_frame(),
            Encoding::Modular => modular_global.has_decoded_data(),
        };

        // If section0 data is dirty, re-render everything.
        if !self.section0_render_up_to_date && has_decoded_data {
            self.section0_render_up_to_date = true;
            for g in 0..self.header.num_groups() {
                self.group_status.need_vardct_flush.insert(g);
                self.group_status.need_modular_flush.insert(g);
            }
        }

        if should_render_non_final {
            if self.header.encoding == Encoding::VarDCT {
                for group in self.group_status.need_vardct_flush.iter() {
                    pipeline_mut!(self, p, p.mark_group_to_rerender(*group));
                    modular_global.request_rerender(&self.header, *group);
                }
            }
            for group in std::mem::take(&mut self.group_status.need_modular_flush) {
                if self.header.lf_level != 0 {
                    let (gsx, gsy) = self.header.size_groups();
                    let gx = group % gsx;
                    let gy = group / gsx;
                    let gxm = gx.saturating_sub(1);
                    let gxp = (gx + 1).min(gsx - 1);
                    let gym = gy.saturating_sub(1);
                    let gyp = (gy + 1).min(gsy - 1);
                    modular_global.request_rerender(&self.header, gym * gsx + gxm);
                    modular_global.request_rerender(&self.header, gym * gsx + gx);
                    modular_global.request_rerender(&self.header, gym * gsx + gxp);
                    modular_global.request_rerender(&self.header, gy * gsx + gxm);
                    modular_global.request_rerender(&self.header, gy * gsx + gx);
                    modular_global.request_rerender(&self.header, gy * gsx + gxp);
                    modular_global.request_rerender(&self.header, gyp * gsx + gxm);
                    modular_global.request_rerender(&self.header, gyp * gsx + gx);
                    modular_global.request_rerender(&self.header, gyp * gsx + gxp);
                } else {
                    modular_global.request_rerender(&self.header, group);
                }
            }
        }

        let largest_group_area = self.header.group_dim().min(self.header.size().0)
            * self.header.group_dim().min(self.header.size().1);

        const THREAD_COUNT_DENOMINATOR: usize = 16;

        let mut groups_of_work = 0;

        if self.header.encoding == Encoding::VarDCT {
            for (group, _) in groups.iter() {
                let sz = self.header.group_rect(*group).size;
                let area = sz.0 * sz.1;
                if area >= largest_group_area {
                    groups_of_work += THREAD_COUNT_DENOMINATOR;
                }
                if self.group_status.channel_status[*group][0] == DataStatus::Final {
                    pipeline_mut!(self, p, p.mark_group_to_rerender(*group));
                }
            }
        }

        // STEP 3: Make sure modular_global is ready to run, and prepare the list of
        // all the decoding/rendering steps that we want to run.
        modular_global.prepare_render(&self.header, |g, c, is_final| {
            let sz = self.header.group_rect(g).size;
            let area = sz.0 * sz.1;
            if area >= largest_group_area {
                groups_of_work += THREAD_COUNT_DENOMINATOR / 2;
            } else if area * 2 >= largest_group_area {
                groups_of_work += THREAD_COUNT_DENOMINATOR / 4;
            }
            self.group_status.update_status(
                g,
                c,
                if is_final {
                    DataStatus::Final
                } else {
                    DataStatus::Partial
                },
            );
            self.group_status.need_vardct_flush.insert(g);
            if should_render_non_final || is_final {
                pipeline_mut!(self, p, p.mark_group_to_rerender(g));
            }
        });

        let extra_groups_to_vardct_render =
            if should_render_non_final || self.group_status.incomplete_groups == 0 {
                let mut gr = std::mem::take(&mut self.group_status.need_vardct_flush);
                for (g, _) in groups.iter() {
                    gr.remove(g);
                }
                gr
            } else {
                BTreeSet::new()
            };

        for g in extra_groups_to_vardct_render.iter() {
            let sz = self.header.group_rect(*g).size;
            let area = sz.0 * sz.1;
            if area >= largest_group_area {
                groups_of_work += THREAD_COUNT_DENOMINATOR / 2;
            }
        }

        const TRANSFORM_STEPS_PER_TASK: usize = 3;

        #[derive(Debug)]
        enum RenderStep<'a> {
            Decode {
                group: usize,
                passes: Vec<(usize, BitReader<'a>)>,
            },
            FlushVarDCT {
                group: usize,
            },
            RunTransformSteps,
        }

        let num_transform_tasks = modular_global
            .num_ready_steps()
            .div_ceil(TRANSFORM_STEPS_PER_TASK);
        let mut render_steps: Vec<_> = groups
            .into_iter()
            .map(|(g, p)| RenderStep::Decode {
                group: g,
                passes: p,
            })
            .chain(
                extra_groups_to_vardct_render
                    .iter()
                    .map(|x| RenderStep::FlushVarDCT { group: *x }),
            )
            .chain((0..num_transform_tasks).map(|_| RenderStep::RunTransformSteps))
            .collect();

        // Note that sorting by group has noticeable positive effects on memory usage,
        // and also on performance by virtue of increased locality.
        render_steps.sort_unstable_by_key(|s| match s {
            RenderStep::Decode { group, .. } => *group,
            RenderStep::FlushVarDCT { group } => *group,
            RenderStep::RunTransformSteps => usize::MAX,
        });

        // STEP 4: actually run the steps.

        let storage = self.lf_global.as_ref().unwrap().modular_global.storage();

        let pass_to_pipeline = |chan, group, complete, raw_image: OwnedRawImage| {
            match storage {
                ModularStorage::I16 => {
                    let image = Image::<i16>::from_raw(raw_image);
                    pipeline!(
                        self,
                        p,
                        p.set_buffer_for_group(chan, group, complete, image, &buffer_splitter)?
                    );
                }
                ModularStorage::I32 => {
                    let image = Image::<i32>::from_raw(raw_image);
                    pipeline!(
                        self,
                        p,
                        p.set_buffer_for_group(chan, group, complete, image, &buffer_splitter)?
                    );
                }
            }
            Ok(())
        };

        // Avoid significantly more than one thread per largest-group worth of work.
        let max_threads = groups_of_work.div_ceil(THREAD_COUNT_DENOMINATOR).max(1);

        parallel_runner.run_ordered(render_steps.len(), Some(max_threads), &|i| {
            match &render_steps[i] {
                RenderStep::Decode { group, passes } => {
                    let mut new_passes: SmallVec<_, 11> = passes.iter().cloned().collect();
                    self.decode_hf_group(
                        *group,
                        &mut new_passes,
                        &buffer_splitter,
                        should_render_non_final,
                    )?;
                }
                RenderStep::FlushVarDCT { group } => {
                    self.decode_hf_group(*group, &mut [], &buffer_splitter, true)?;
                }
                RenderStep::RunTransformSteps => {
                    self.lf_global
                        .as_ref()
                        .unwrap()
                        .modular_global
                        .run_transforms(&self.header, &pass_to_pipeline)?;
                }
            }
            Ok(())
        })?;

        for g in render_steps.iter().filter_map(|x| match x {
            RenderStep::Decode { group, .. } => Some(*group),
            RenderStep::FlushVarDCT { group } => Some(*group),
            _ => None,
        }) {
            if self.group_status.colour_complete(g) {
                self.group_status.final_vardct_render_done.insert(g);
            }
        }

        self.lf_global
            .as_ref()
            .unwrap()
            .modular_global
            .validate_state_after_transforms();

        let regions = buffer_splitter.into_changed_regions();
        let rendered = !regions.is_empty() && self.header.frame_type == FrameType::RegularFrame;

        self.reference_frame_data = reference_frame_data;
        self.lf_frame_data = lf_frame_data;

        if self.header.frame_type == FrameType::LFFrame && self.header.lf_level == 1 {
            let (gsx, gsy) = self.header.size_groups();
            let group_dim = self.header.group_dim();
            for r in &regions {
                if r.size.0 == 0 || r.size.1 == 0 {
                    continue;
                }
                let gx0 = r.origin.0 / group_dim;
                let gx1 = (r.end().0 - 1) / group_dim;
                let gy0 = r.origin.1 / group_dim;
                let gy1 = (r.end().1 - 1) / group_dim;
                for gy in gy0..=gy1 {
                    for gx in gx0..=gx1 {
                        let gxm = gx.saturating_sub(1);
                        let gxp = (gx + 1).min(gsx - 1);
                        let gym = gy.saturating_sub(1);
                        let gyp = (gy + 1).min(gsy - 1);
                        for ny in gym..=gyp {
                            for nx in gxm..=gxp {
                                self.lf_preview_dirty_groups.insert(ny * gsx + nx);
                            }
                        }
                    }
                }
            }

            if do_flush
                && let Some(buffers) = api_buffers
                && has_decoded_data
            {
                return self.maybe_preview_lf_frame(
                    pixel_format,
                    buffers,
                    output_profile,
                    parallel_runner,
                );
            } else if self.group_status.incomplete_groups == 0 {
                // If we are not requesting another flush at the end of the LF frame, we
                // probably have a partial render. Ensure we re-render the LF frame when
                // decoding the actual frame.
                self.decoder_state.lf_frame_was_rendered = false;
            }
        }

        Ok(rendered)
    }

    #[allow(clippy::too_many_arguments)]
    pub fn build_render_pipeline<T: RenderPipeline>(
        decoder_state: &DecoderState,
        frame_header: &FrameHeader,
        patches: Arc<RwLock<PatchesDictionary>>,
        splines: Arc<RwLock<Splines>>,
        noise: Arc<RwLock<Noise>>,
        lf_quant: Arc<RwLock<LfQuantFactors>>,
        color_correlation_params: Arc<RwLock<ColorCorrelationParams>>,
        epf_sigma: Arc<RwLock<SigmaSource>>,
        pixel_format: &JxlPixelFormat,
        output_profile: &JxlColorProfile,
        buffer_recycler: Arc<crate::image::BufferRecycler>,
    ) -> Result<Box<T>> {
        let num_channels = frame_header.num_extra_channels as usize + 3;
        let num_temp_channels = if frame_header.has_noise() { 3 } else { 0 };
        let metadata = &decoder_state.file_header.image_metadata;
        let output_orientation = if decoder_state.adjust_orientation {
            metadata.orientation
        } else {
            Orientation::Identity
        };
        let modular_ty = match decoder_state.modular_storage() {
            ModularStorage::I16 => DataTypeTag::I16,
            ModularStorage::I32 => DataTypeTag::I32,
        };
        let mut channel_types = Vec::with_capacity(num_channels + num_temp_channels);
        for _ in 0..3 {
            if frame_header.encoding == Encoding::Modular {
                let bd = if metadata.xyb_encoded {
                    None
                } else {
                    Some(metadata.bit_depth)
                };
                channel_types.push((modular_ty, bd));
            } else {
                channel_types.push((DataTypeTag::F32, None));
            }
        }
        for i in 0..frame_header.num_extra_channels as usize {
            let ec_bit_depth = metadata.extra_channel_info[i].bit_depth();
            channel_types.push((modular_ty, Some(ec_bit_depth)));
        }
        for _ in 0..num_temp_channels {
            channel_types.push((DataTypeTag::U16, None));
        }

        let mut pipeline = RenderPipelineBuilder::<T>::new(
            &channel_types,
            frame_header.size_upsampled(),
            frame_header.upsampling.ilog2() as usize,
            frame_header.log_group_dim(),
            buffer_recycler,
        );

        if frame_header.encoding == Encoding::Modular
            && decoder_state.file_header.image_metadata.xyb_encoded
        {
            if decoder_state.modular_storage() == ModularStorage::I16 {
                pipeline =
                    pipeline.add_inout_stage(ConvertModular16XYBToF32Stage::new(0, lf_quant));
            } else {
                pipeline = pipeline.add_inout_stage(ConvertModularXYBToF32Stage::new(0, lf_quant));
            }
        }

        for c in 0..3 {
            if frame_header.hshift(c) != 0 {
                pipeline = pipeline.add_inout_stage(HorizontalChromaUpsample::new(c));
            }
            if frame_header.vshift(c) != 0 {
                pipeline = pipeline.add_inout_stage(VerticalChromaUpsample::new(c));
            }
        }

        let filters = &frame_header.restoration_filter;
        if filters.gab {
            pipeline = pipeline.add_inout_stage(GaborishStage::new(
                [
                    filters.gab_x_weight1,
                    filters.gab_y_weight1,
                    filters.gab_b_weight1,
                ],
                [
                    filters.gab_x_weight2,
                    filters.gab_y_weight2,
                    filters.gab_b_weight2,
                ],
            ));
        }

        let rf = &frame_header.restoration_filter;
        if rf.epf_iters >= 3 {
            pipeline = pipeline.add_inout_stage(Epf0Stage::new(
                rf.epf_pass0_sigma_scale,
                rf.epf_border_sad_mul,
                rf.epf_channel_scale,
                epf_sigma.clone(),
            ))
        }
        if rf.epf_iters >= 1 {
            pipeline = pipeline.add_inout_stage(Epf1Stage::new(
                1.0,
                rf.epf_border_sad_mul,
                rf.epf_channel_scale,
                epf_sigma.clone(),
            ))
        }
        if rf.epf_iters >= 2 {
            pipeline = pipeline.add_inout_stage(Epf2Stage::new(
                rf.epf_pass2_sigma_scale,
                rf.epf_border_sad_mul,
                rf.epf_channel_scale,
                epf_sigma.clone(),
            ))
        }

        let late_ec_upsample = frame_header.upsampling > 1
            && frame_header
                .ec_upsampling
                .iter()
                .all(|x| *x == frame_header.upsampling);

        if !late_ec_upsample {
            let transform_data = &decoder_state.file_header.transform_data;
            for (ec, ec_up) in frame_header.ec_upsampling.iter().enumerate() {
                if *ec_up > 1 {
                    pipeline = match *ec_up {
                        2 => pipeline.add_inout_stage(Upsample2x::new(transform_data, 3 + ec)),
                        4 => pipeline.add_inout_stage(Upsample4x::new(transform_data, 3 + ec)),
                        8 => pipeline.add_inout_stage(Upsample8x::new(transform_data, 3 + ec)),
                        _ => unreachable!(),
                    };
                }
            }
        }

        if frame_header.has_patches() {
            pipeline = pipeline.add_inplace_stage(PatchesStage::new(
                patches,
                metadata.extra_channel_info.clone(),
                decoder_state.reference_frames.clone(),
            ))
        }

        if frame_header.has_splines() {
            pipeline = pipeline.add_inplace_stage(SplinesStage::new(splines))
        }

        if frame_header.upsampling > 1 {
            let transform_data = &decoder_state.file_header.transform_data;
            let nb_channels = if late_ec_upsample {
                3 + frame_header.ec_upsampling.len()
            } else {
                3
            };
            for c in 0..nb_channels {
                pipeline = match frame_header.upsampling {
                    2 => pipeline.add_inout_stage(Upsample2x::new(transform_data, c)),
                    4 => pipeline.add_inout_stage(Upsample4x::new(transform_data, c)),
                    8 => pipeline.add_inout_stage(Upsample8x::new(transform_data, c)),
                    _ => unreachable!(),
                };
            }
        }

        if frame_header.has_noise() {
            pipeline = pipeline
                .add_inout_stage(ConvolveNoiseStage::new(num_channels))
                .add_inplace_stage(AddNoiseStage::new(
                    noise,
                    color_correlation_params,
                    num_channels,
                ));
        }

        // Calculate the actual number of API-provided buffers based on pixel_format.
        // This is the number of buffers the caller provides, NOT the theoretical max.
        // When extra_channel_format[i] is None, that channel doesn't get a buffer.
        let num_api_buffers = std::iter::once(&pixel_format.color_data_format)
            .chain(pixel_format.extra_channel_format.iter())
            .filter(|x| x.is_some())
            .count();
        assert_eq!(
            pixel_format.extra_channel_format.len(),
            frame_header.num_extra_channels as usize
        );

        assert!(frame_header.lf_level == 0 || !frame_header.can_be_referenced);

        if frame_header.lf_level != 0 {
            for i in 0..3 {
                pipeline = pipeline.add_save_stage(
                    &[i],
                    Orientation::Identity,
                    num_api_buffers + i,
                    JxlColorType::Grayscale,
                    JxlDataFormat::f32(),
                    false,
                );
            }
        }
        if frame_header.can_be_referenced && frame_header.save_before_ct {
            for i in 0..num_channels {
                pipeline = pipeline.add_save_stage(
                    &[i],
                    Orientation::Identity,
                    num_api_buffers + i,
                    JxlColorType::Grayscale,
                    JxlDataFormat::f32(),
                    false,
                );
            }
        }

        let output_color_info = OutputColorInfo::from_header(&decoder_state.file_header)?;

        // Determine output TF: use output profile's TF if available, else fall back to embedded profile's TF.
        // Note: output_color_info (luminances, opsin matrix) always comes from the embedded profile;
        // CMS handles any primaries conversion if the output profile differs.
        let output_tf = output_profile
            .transfer_function()
            .map(|tf| {
                TransferFunction::from_api_tf(
                    tf,
                    output_color_info.intensity_target,
                    output_color_info.luminances,
                )
            })
            .unwrap_or_else(|| output_color_info.tf.clone());

        let xyb_encoded = decoder_state.file_header.image_metadata.xyb_encoded;

        if frame_header.do_ycbcr {
            pipeline = pipeline.add_inplace_stage(YcbcrToRgbStage::new(0));
        } else if xyb_encoded {
            let mut stage_color_info = output_color_info.clone();
            stage_color_info.tf = output_tf.clone();
            pipeline = pipeline.add_inplace_stage(XybColorConvertStage::new(0, stage_color_info));
        }

        if frame_header.needs_blending() {
            pipeline = pipeline.add_inplace_stage(BlendingStage::new(
                frame_header,
                &decoder_state.file_header,
                decoder_state.reference_frames.clone(),
            )?);
            // TODO(veluca): we might not need to add an extend stage if the image size is
            // compatible with the frame size.
            pipeline = pipeline.add_extend_stage(ExtendToImageDimensionsStage::new(
                frame_header,
                &decoder_state.file_header,
                decoder_state.reference_frames.clone(),
            )?);
        }

        if frame_header.can_be_referenced && !frame_header.save_before_ct {
            for i in 0..num_channels {
                pipeline = pipeline.add_save_stage(
                    &[i],
                    Orientation::Identity,
                    num_api_buffers + i,
                    JxlColorType::Grayscale,
                    JxlDataFormat::f32(),
                    false,
                );
            }
        }

        if decoder_state.render_spotcolors {
            for (i, info) in decoder_state
                .file_header
                .image_metadata
                .extra_channel_info
                .iter()
                .enumerate()
            {
                if info.ec_type == ExtraChannel::SpotColor {
                    pipeline = pipeline
                        .add_inplace_stage(SpotColorStage::new(i, info.spot_color.unwrap()));
                }
            }
        }

        if frame_header.is_visible() {
            let color_space = decoder_state
                .file_header
                .image_metadata
                .color_encoding
                .color_space;
            let num_color_channels = if color_space == ColorSpace::Gray {
                1
            } else {
                3
            };
            let alpha_channel_info = decoder_state
                .file_header
                .image_metadata
                .extra_channel_info
                .iter()
                .enumerate()
                .find(|x| x.1.ec_type == ExtraChannel::Alpha);
            let alpha_extra_channel = alpha_channel_info.map(|x| x.0 + 3);
            let alpha_in_color = if pixel_format.color_type.has_alpha() {
                alpha_extra_channel
            } else {
                None
            };
            let source_alpha_associated =
                alpha_channel_info.is_some_and(|(_, info)| info.alpha_associated());
            if pixel_format.color_type.is_grayscale() && num_color_channels == 3 {
                return Err(Error::NotGrayscale);
            }
            let fill_opaque_alpha = pixel_format.color_type.has_alpha() && alpha_in_color.is_none();

            let should_premultiply = decoder_state.alpha_mode == AlphaMode::Premultiplied
                && alpha_extra_channel.is_some()
                && !source_alpha_associated;
            let should_unpremultiply = decoder_state.alpha_mode == AlphaMode::Unpremultiplied
                && alpha_extra_channel.is_some()
                && source_alpha_associated;

            // For CMYK output, interleave the Black extra channel as the
            // fourth channel. This requires a color image with a Black extra
            // channel.
            let black_in_color = if pixel_format.color_type == JxlColorType::Cmyk {
                let black_channel = decoder_state
                    .file_header
                    .image_metadata
                    .extra_channel_info
                    .iter()
                    .position(|info| info.ec_type == ExtraChannel::Black);
                match (num_color_channels, black_channel) {
                    (3, Some(index)) => Some(index + 3),
                    _ => return Err(Error::NotCmyk),
                }
            } else {
                None
            };
            let cmyk_channels;
            let color_source_channels: &[usize] = if let Some(black) = black_in_color {
                cmyk_channels = [0, 1, 2, black];
                &cmyk_channels
            } else {
                match (pixel_format.color_type.is_grayscale(), alpha_in_color) {
                    (true, None) => &[0],
                    (true, Some(c)) => &[0, c],
                    (false, None) => &[0, 1, 2],
                    (false, Some(c)) => &[0, 1, 2, c],
                }
            };
            if let Some(df) = &pixel_format.color_data_format {
                if (should_premultiply || should_unpremultiply)
                    && let Some(alpha_channel) = alpha_extra_channel
                {
                    let num_output_color_channels = if pixel_format.color_type.is_grayscale() {
                        1
                    } else {
                        3
                    };
                    pipeline = pipeline.add_inplace_stage(PremultiplyAlphaStage::new(
                        0,
                        num_output_color_channels,
                        alpha_channel,
                        should_unpremultiply,
                    ));
                }
                pipeline = pipeline.add_save_stage(
                    color_source_channels,
                    output_orientation,
                    0,
                    pixel_format.color_type,
                    *df,
                    fill_opaque_alpha,
                );
            }
            let mut save_idx = if pixel_format.color_data_format.is_some() {
                1
            } else {
                0
            };
            for i in 0..frame_header.num_extra_channels as usize {
                if let Some(df) = &pixel_format.extra_channel_format[i] {
                    pipeline = pipeline.add_save_stage(
                        &[3 + i],
                        output_orientation,
                        save_idx,
                        JxlColorType::Grayscale,
                        *df,
                        false,
                    );
                    save_idx += 1;
                }
            }
        }
        pipeline.build()
    }

    pub fn prepare_render_pipeline(
        &mut self,
        pixel_format: &JxlPixelFormat,
        output_profile: &JxlColorProfile,
    ) -> Result<()> {
        let render_pipeline = Self::build_render_pipeline::<LowMemoryRenderPipeline>(
            &self.decoder_state,
            &self.header,
            self.patches.clone(),
            self.splines.clone(),
            self.noise.clone(),
            self.lf_quant.clone(),
            self.color_correlation_params.clone(),
            self.epf_sigma.clone(),
            pixel_format,
            output_profile,
            self.buffer_recycler.clone(),
        )?;
        self.render_pipeline = Some(render_pipeline);
        self.section0_render_up_to_date = false;
        Ok(())
    }
}
