// Copyright (c) the JPEG XL Project Authors. All rights reserved.
//
// Use of this source code is governed by a BSD-style
// license that can be found in the LICENSE file.

use std::any::Any;

use internal::{RenderPipelineShared, RunInOutStage, RunInPlaceStage};

use crate::api::JxlOutputBuffer;
use crate::error::Result;
use crate::image::{Image, ImageDataType};
use crate::render::buffer_splitter::BufferSplitter;

pub mod buffer_splitter;
mod builder;
mod channels;
mod internal;
pub mod low_memory_pipeline;
pub mod save;
pub mod stages;

// Interesting border amounts:
// - 0 (lossless)
// - 1 (420 JPEG recompression)
// - 4 (Gaborish + EPF 1 + EPF 2)
// - 7 (Gaborish + EPF 0 + EPF 1 + EPF 2)
// - 9 (Gaborish + EPF 0/1/2 + upsampling)
// Note: adding 420 does *not* increase this value, because on chroma channels we get
// 9.div_ceil(2)+1 = 6 pixels of border, below the 9 for luma.
const MAX_BORDER: usize = 9;

pub use builder::RenderPipelineBuilder;
pub use channels::{
    Channels, ChannelsMut, ChannelsView, StoreInterleaved, VecLoad, for_each_chunk,
};
pub use low_memory_pipeline::LowMemoryRenderPipeline;

pub type ErasedLocalState = dyn Any + Send + Sync;

/// Modifies channels in-place.
pub trait RenderPipelineInPlaceStage: Any + std::fmt::Display + Send + Sync {
    type Type: ImageDataType;

    fn process_row_chunk(
        &self,
        position: (usize, usize),
        xsize: usize,
        // one for each channel
        row: &mut [&mut [Self::Type]],
        state: Option<&mut ErasedLocalState>,
        previous_call_was_previous_row: bool,
    );

    fn init_local_state(&self) -> Result<Option<Box<ErasedLocalState>>> {
        Ok(None)
    }

    fn uses_channel(&self, c: usize) -> bool;
}

/// Modifies data and writes it to a new buffer, of possibly different type.
///
/// BORDER.0 and BORDER.1 represent the amount of padding required on the input side.
/// SHIFT.0 and SHIFT.1 represent the base 2 log of the number of rows/columns produced
/// for each row/column of input.
///
/// For each channel:
///  - the input slice contains 1 + BORDER.1 * 2 slices, each of length
///    xsize + BORDER.0 * 2, i.e. covering one input row and up to BORDER pixels of
///    padding on either side.
///  - the output slice contains 1 << SHIFT.1 slices, each of length xsize << SHIFT.0, the
///    corresponding output pixels.
pub trait RenderPipelineInOutStage: Any + std::fmt::Display + Send + Sync {
    type InputT: ImageDataType;
    type OutputT: ImageDataType;

    const BORDER: (u8, u8);
    const SHIFT: (u8, u8);

    // Note: If previous_call_was_previous_row is true, it is guaranteed
    // that the previous call on this specific implementor covered the same
    // range of pixels, but in the row above the current one.
    // If it is false, it is *NOT* guaranteed that it wasn't.
    fn process_row_chunk(
        &self,
        position: (usize, usize),
        xsize: usize,
        // channel, row, column
        input_rows: &Channels<Self::InputT>,
        // channel, row, column
        output_rows: &mut ChannelsMut<Self::OutputT>,
        state: Option<&mut ErasedLocalState>,
        previous_call_was_previous_row: bool,
    );

    fn init_local_state(&self) -> Result<Option<Box<ErasedLocalState>>> {
        Ok(None)
    }

    fn uses_channel(&self, c: usize) -> bool;
}

pub trait RenderPipeline: Sized {
    type Buffer: 'static;

    fn new_from_shared(shared: RenderPipelineShared<Self::Buffer>) -> Result<Self>;

    /// Obtains a buffer suitable for storing the input in channel `channel`.
    /// This *might* be a buffer that was used to store that channel for that group in a previous
    /// pass, a new buffer, or a re-used buffer from i.e. previously decoded frames.
    fn get_buffer<T: ImageDataType>(&self, channel: usize) -> Result<Image<T>>;

    /// Gives back the buffer for a channel and group to the render pipeline, marking whether
    /// this will be the last time that this function is called for this group.
    fn set_buffer_for_group<T: ImageDataType>(
        &self,
        channel: usize,
        group_id: usize,
        complete: bool,
        buf: Image<T>,
        buffer_splitter: &BufferSplitter,
    ) -> Result<()>;

    /// Checks whether the provided buffer sizes are correct.
    fn check_buffer_sizes(&self, buffers: &mut [Option<JxlOutputBuffer>]) -> Result<()>;

    /// Renders any data outside the frame that would not be rendered by calls to
    /// set_buffer_for_group. Can be called multiple times - it is up to the pipeline
    /// implementation to ensure rendering only happens once.
    fn render_outside_frame(&mut self, buffer_splitter: &BufferSplitter) -> Result<()>;

    // Marks a group for being re-rendered later.
    fn mark_group_to_rerender(&mut self, g: usize);

    fn box_inout_stage<S: RenderPipelineInOutStage>(
        stage: S,
    ) -> Box<dyn RunInOutStage<Self::Buffer>>;

    fn box_inplace_stage<S: RenderPipelineInPlaceStage>(
        stage: S,
    ) -> Box<dyn RunInPlaceStage<Self::Buffer>>;

    fn used_channel_mask(&self) -> &[bool];
}
