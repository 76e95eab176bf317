// Copyright (c) the JPEG XL Project Authors. All rights reserved.
//
// Use of this source code is governed by a BSD-style
// license that can be found in the LICENSE file.

use crate::features::spline::Splines;
use crate::render::{ErasedLocalState, RenderPipelineInPlaceStage};
use crate::util::sync::{Arc, RwLock};

pub struct SplinesStage {
    splines: Arc<RwLock<Splines>>,
}

impl SplinesStage {
    pub fn new(splines: Arc<RwLock<Splines>>) -> Self {
        SplinesStage { splines }
    }
}

impl std::fmt::Display for SplinesStage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "splines")
    }
}

impl RenderPipelineInPlaceStage for SplinesStage {
    type Type = f32;

    fn uses_channel(&self, c: usize) -> bool {
        c < 3
    }

    fn process_row_chunk(
        &self,
        position: (usize, usize),
        xsize: usize,
        row: &mut [&mut [f32]],
        _state: Option<&mut ErasedLocalState>,
        _previous_call_was_previous_row: bool,
    ) {
        let splines = self.splines.try_read().unwrap();
        if splines.splines.is_empty() {
            return;
        }
        assert!(splines.is_initialized());
        splines.draw_segments(row, position, xsize);
    }
}
