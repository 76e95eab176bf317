// Copyright (c) the JPEG XL Project Authors. All rights reserved.
//
// Use of this source code is governed by a BSD-style
// license that can be found in the LICENSE file.

use crate::features::patches::PatchesDictionary;
use crate::frame::ReferenceFrame;
use crate::headers::extra_channels::ExtraChannelInfo;
use crate::render::{ErasedLocalState, RenderPipelineInPlaceStage};
use crate::util::NewWithCapacity as _;
use crate::util::sync::{Arc, RwLock};

pub struct PatchesStage {
    patches: Arc<RwLock<PatchesDictionary>>,
    extra_channels: Vec<ExtraChannelInfo>,
    decoder_state: Arc<[Option<ReferenceFrame>; 4]>,
}

struct PatchesState {
    patches_for_row_result: Vec<usize>,
    blending_scratch: Vec<f32>,
}

impl PatchesStage {
    pub fn new(
        patches: Arc<RwLock<PatchesDictionary>>,
        extra_channels: Vec<ExtraChannelInfo>,
        decoder_state: Arc<[Option<ReferenceFrame>; 4]>,
    ) -> Self {
        Self {
            patches,
            extra_channels,
            decoder_state,
        }
    }
}

impl std::fmt::Display for PatchesStage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "patches")
    }
}

impl RenderPipelineInPlaceStage for PatchesStage {
    type Type = f32;

    fn uses_channel(&self, c: usize) -> bool {
        c < 3 + self.extra_channels.len()
    }

    fn process_row_chunk(
        &self,
        position: (usize, usize),
        xsize: usize,
        row: &mut [&mut [f32]],
        state: Option<&mut ErasedLocalState>,
        _previous_call_was_previous_row: bool,
    ) {
        let patches = self.patches.try_read().unwrap();
        if patches.positions.is_empty() {
            return;
        }
        let state: &mut PatchesState = state.unwrap().downcast_mut().unwrap();
        if state.patches_for_row_result.capacity() < patches.positions.len() {
            state
                .patches_for_row_result
                .reserve(patches.positions.len() - state.patches_for_row_result.len());
        }
        patches.add_one_row(
            row,
            position,
            xsize,
            &self.extra_channels,
            &self.decoder_state[..],
            &mut state.patches_for_row_result,
            &mut state.blending_scratch,
        );
    }

    fn init_local_state(&self) -> crate::error::Result<Option<Box<ErasedLocalState>>> {
        // TODO(veluca): I think this is wrong, check that.
        let patches = self.patches.try_read().unwrap();
        let len = patches.positions.len();
        let patches_for_row_result = Vec::<usize>::new_with_capacity(len)?;
        Ok(Some(Box::new(PatchesState {
            patches_for_row_result,
            blending_scratch: Vec::new(),
        }) as Box<ErasedLocalState>))
    }
}
