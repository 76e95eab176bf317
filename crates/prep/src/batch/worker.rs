//! One thread of a batch, with its warm pipeline.

use std::fmt;
use std::io::{Read, Seek};
use std::sync::atomic::{AtomicBool, Ordering};

use super::watch::Watch;
use super::{Batch, Panic, catch_panic};
use crate::error::Error;
use crate::options::Options;
use crate::photo::Photo;
use crate::pipeline::{Pipeline, Prepared};

/// Prepares photos on one thread of a [`Batch`], within its memory budget.
pub struct Worker<'a> {
    batch: &'a Batch,
    options: Options,
    /// Absent while it is in use, so that one that panicked is never used again.
    pipeline: Option<Pipeline>,
    /// For photos that must be in memory as a whole.
    buffer: Vec<u8>,
    /// Whether this item has its room for a file. Waiting for more while holding some could wait forever.
    holds_file: bool,
    /// The item's place among the items.
    index: usize,
    run: &'a Run,
}

/// What the threads of one run share, and single photos have for themselves.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// Ends this run alone.
    pub(super) stop: AtomicBool,
    pub(super) watch: Watch,
}

/// A buffer of more bytes is not kept for the next photo.
const MAX_KEPT_BUFFER: usize = 16 << 20;

impl<'a> Worker<'a> {
    pub(super) fn new(batch: &'a Batch, run: &'a Run) -> Self {
        Self {
            batch,
            options: batch.options,
            pipeline: batch.idle(Vec::pop),
            buffer: Vec::new(),
            holds_file: false,
            index: 0,
            run,
        }
    }

    /// Works on one item, by the batch's options.
    pub(super) fn attempt<R, E: From<Panic>>(
        &mut self,
        index: usize,
        work: impl FnOnce(&mut Self) -> Result<R, E>,
    ) -> Result<R, E> {
        self.options = self.batch.options;
        self.holds_file = false;
        self.index = index;
        let result = catch_panic(|| work(self));
        self.run.watch.end(index);
        result
    }

    /// Returns the options that apply to this item: the batch's, unless it has its own.
    pub fn options(&self) -> Options {
        self.options
    }

    /// Changes the options, for this item only.
    ///
    /// # Errors
    ///
    /// [`Error::Option`] if an option is outside its range; the options stay as they were.
    pub fn set_options(&mut self, options: Options) -> Result<(), Error> {
        options.check()?;
        self.options = options;
        Ok(())
    }

    /// Prepares `photo`; the JPEG file replaces what was in `picture`.
    ///
    /// Waits until the memory budget has room for the photo, by the estimate that its header gives. A photo with a larger
    /// estimate than the whole budget waits until it is alone.
    ///
    /// # Errors
    ///
    /// Those of [`Pipeline::prepare_photo`], and [`Error::TooSlow`] if it took longer than the batch's
    /// [time limit](Batch::time_limit); `picture` is empty then.
    pub fn prepare(&mut self, photo: &Photo<'_>, picture: &mut Vec<u8>) -> Result<Prepared, Error> {
        picture.clear();
        let (batch, index, watch) = (self.batch, self.index, &self.run.watch);
        let prepared = self.with_pipeline(|pipeline| {
            if batch.memory.is_none() && batch.time_limit.is_none() {
                return pipeline.prepare_photo(photo, picture);
            }
            let limit = batch.time_limit;
            let read = || pipeline.read_photo_header(photo);
            let header = watch.decoding(index, None, limit.map(|limit| limit.base), read)??;
            let memory = batch.memory.as_ref();
            let permit = memory.map(|budget| budget.take_for_pixels(header.memory));
            let limit = limit.map(|limit| limit.of(header.size));
            watch.decoding(index, permit, limit, || {
                pipeline.prepare_photo(photo, picture)
            })?
        });
        if prepared.is_err() {
            picture.clear();
        }
        prepared
    }

    /// Like [`prepare`](Self::prepare), for a photo in a file or in anything that can be read from any place.
    ///
    /// # Errors
    ///
    /// Those of [`prepare`](Self::prepare), and [`Error::Read`].
    pub fn prepare_file(
        &mut self,
        file: impl Read + Seek + Send + 'static,
        picture: &mut Vec<u8>,
    ) -> Result<Prepared, Error> {
        self.with_file(file, |worker, photo| worker.prepare(photo, picture))
    }

    /// Opens the photo in a file, and lets `work` do with it whatever it wants.
    ///
    /// Waits until the memory budget has room for as much of the file as will be in memory.
    ///
    /// # Errors
    ///
    /// Those of `work`, and [`Error::Read`] if the file's length or its first bytes cannot be read.
    pub fn with_file<R, E: From<Error>>(
        &mut self,
        file: impl Read + Seek + Send + 'static,
        work: impl FnOnce(&mut Self, &Photo<'_>) -> Result<R, E>,
    ) -> Result<R, E> {
        let buffer = std::mem::take(&mut self.buffer);
        let limit = self.batch.time_limit.map(|limit| limit.base);
        let open = || Photo::open(file, buffer).map_err(Error::Read);
        let opened = self.run.watch.decoding(self.index, None, limit, open);
        let photo = opened.map_err(Error::from)??;
        // A file beyond the limit is rejected before it is read.
        let held = photo.held().min(self.options.limits.bytes);
        let result = self.holding(held, |worker| work(worker, &photo));
        self.buffer = photo.into_buffer();
        if self.buffer.capacity() > MAX_KEPT_BUFFER {
            self.buffer = Vec::new();
        }
        result
    }

    /// Like [`with_file`](Self::with_file), for what can only be read from its beginning to its end, such as a pipe.
    ///
    /// It is read into memory, up to the [limit](crate::Limits::bytes); the length is not known before, so the budget must have
    /// room for that limit.
    ///
    /// # Errors
    ///
    /// Those of `work`, and [`Error::Read`] if it cannot be read.
    pub fn with_stream<R, E: From<Error>>(
        &mut self,
        stream: impl Read,
        work: impl FnOnce(&mut Self, &Photo<'_>) -> Result<R, E>,
    ) -> Result<R, E> {
        let limit = self.options.limits.bytes;
        self.holding(limit, |worker| {
            let mut bytes = Vec::new();
            // One byte more than the limit shows that the photo is beyond it; the pipeline then rejects it.
            stream
                .take(limit.saturating_add(1))
                .read_to_end(&mut bytes)
                .map_err(Error::Read)?;
            work(worker, &Photo::from(&bytes[..]))
        })
    }

    /// Works with room for a file of so many bytes. Inside another file's work, the room of that one has to do.
    fn holding<R>(&mut self, bytes: u64, work: impl FnOnce(&mut Self) -> R) -> R {
        if std::mem::replace(&mut self.holds_file, true) {
            return work(self);
        }
        let budget = self.batch.memory.as_ref();
        let permit = budget.map(|budget| budget.take_for_file(bytes));
        let (index, run) = (self.index, self.run);
        let result = run.watch.holding(index, permit, || work(self));
        self.holds_file = false;
        result
    }

    /// Lends the warm pipeline, with the options that apply to this item. If `work` panics, the pipeline is dropped.
    ///
    /// The memory budget is not asked.
    pub fn with_pipeline<R>(&mut self, work: impl FnOnce(&mut Pipeline) -> R) -> R {
        let mut pipeline = match self.pipeline.take() {
            Some(mut warm) => {
                warm.set_checked_options(self.options);
                warm
            }
            None => (self.batch.build)(self.options),
        };
        pipeline.set_cancel(self.run.watch.cancel(self.index));
        let result = work(&mut pipeline);
        self.pipeline = Some(pipeline);
        result
    }

    /// Lets no further item begin, for a reason of this item, such as a full disk.
    pub fn stop(&self) {
        self.run.stop.store(true, Ordering::Relaxed);
    }
}

impl fmt::Debug for Worker<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("options", &self.options)
            .field("index", &self.index)
            .finish_non_exhaustive()
    }
}

impl Drop for Worker<'_> {
    fn drop(&mut self) {
        if let Some(pipeline) = self.pipeline.take() {
            self.batch.idle(|idle| idle.push(pipeline));
        }
    }
}
