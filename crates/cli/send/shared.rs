//! Photos that several groups share: each is prepared once.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use crate::digest::Digest;
use crate::input::groups::Assignment;
use crate::report::failure::Failure;
use crate::report::picture::Picture;

/// A picture that was made.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) picture: Picture,
    pub(crate) jpeg: Bytes,
    pub(crate) digest: Digest,
}

/// The photos of a list that several groups share.
#[derive(Debug)]
pub(crate) struct Shared<'a>(HashMap<&'a Path, Mutex<Slot>>);

/// What was made of a photo, kept until the last group that shares it has asked for it.
#[derive(Debug)]
struct Slot {
    left: usize,
    made: Option<Result<Made, Failure>>,
}

impl<'a> Shared<'a> {
    pub(crate) fn of(groups: &'a [Assignment]) -> Self {
        let mut counts: HashMap<&Path, usize> = HashMap::new();
        for assignment in groups {
            *counts.entry(&assignment.photo).or_default() += 1;
        }
        let shared = counts.into_iter().filter(|(_, count)| *count > 1);
        Self(
            shared
                .map(|(photo, left)| (photo, Mutex::new(Slot { left, made: None })))
                .collect(),
        )
    }

    /// Returns what is made of the photo; `make` is called by the first who asks, and the others wait for it.
    pub(crate) fn get_or_make(
        &self,
        photo: &Path,
        make: impl FnOnce() -> Result<Made, Failure>,
    ) -> Result<Made, Failure> {
        let Some(slot) = self.0.get(photo) else {
            return make();
        };
        // Where making it panicked, there is nothing yet.
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        let made = slot.made.take().unwrap_or_else(make);
        slot.left = slot.left.saturating_sub(1);
        if slot.left > 0 {
            slot.made = Some(made.clone());
        }
        made
    }
}
