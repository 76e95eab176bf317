//! Makes pictures of the photos in files, one after the other.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use prep::{Limit, Options, Photo, Pipeline};

use crate::input::overrides::Override;
use crate::panics::contained;
use crate::prepare::memory::Memory;
use crate::prepare::work::Work;
use crate::report::explanation::Explanation;
use crate::report::failure::{Cause, Failure};
use crate::report::picture::Picture;

/// One thread's own pipeline and buffers, and the memory that it shares with the others.
pub(crate) struct Preparer<'a> {
    work: &'a Work,
    memory: &'a Memory,
    build: fn(Options) -> Pipeline,
    pipeline: Pipeline,
    /// For photos that must be in memory as a whole.
    buffer: Vec<u8>,
}

impl<'a> Preparer<'a> {
    pub(crate) fn new(work: &'a Work, memory: &'a Memory) -> Self {
        Self::with(Pipeline::new, work, memory)
    }

    /// One that glances at all of a photo where it can.
    pub(crate) fn glancing(work: &'a Work, memory: &'a Memory) -> Self {
        Self::with(
            |options| Pipeline::new(options).with_overviews(),
            work,
            memory,
        )
    }

    fn with(build: fn(Options) -> Pipeline, work: &'a Work, memory: &'a Memory) -> Self {
        Self {
            work,
            memory,
            build,
            pipeline: build(work.options),
            buffer: Vec::new(),
        }
    }

    /// Makes the picture of the photo at `path`, by what is said of it; the JPEG file replaces what was in `picture`.
    ///
    /// Waits while the photos in work leave no memory for this one.
    pub(crate) fn prepare(
        &mut self,
        path: &Path,
        instead: Override,
        picture: &mut Vec<u8>,
    ) -> Result<Picture, Failure> {
        self.explain(path, instead, picture).map(Picture::from)
    }

    /// The same, and tells all that is known of it.
    pub(crate) fn explain(
        &mut self,
        path: &Path,
        instead: Override,
        picture: &mut Vec<u8>,
    ) -> Result<Explanation, Failure> {
        self.show(path, instead, picture, |_, _| ())
    }

    /// The same, and shows the photo, and what glanced at it, to `look`, whatever came of it.
    pub(crate) fn show(
        &mut self,
        path: &Path,
        instead: Override,
        picture: &mut Vec<u8>,
        look: impl FnOnce(&Photo<'_>, &mut Pipeline),
    ) -> Result<Explanation, Failure> {
        self.pipeline.set_options(instead.apply(self.work.options));
        let file = File::open(path).map_err(not_readable)?;
        let metadata = file.metadata().map_err(not_readable)?;
        if !metadata.is_file() {
            return self.stream(file, picture, look);
        }
        self.within_limit(metadata.len())?;
        let photo = Photo::open(file, std::mem::take(&mut self.buffer)).map_err(not_readable)?;
        let _file_permit = self.memory.files.take(photo.held());
        let result = self.work_on(&photo, picture);
        look(&photo, &mut self.pipeline);
        self.buffer = photo.into_buffer();
        if self.buffer.capacity() > KEPT {
            self.buffer = Vec::new();
        }
        result
    }

    /// The same for a pipe or a device, which does not tell its length.
    fn stream(
        &mut self,
        file: File,
        picture: &mut Vec<u8>,
        look: impl FnOnce(&Photo<'_>, &mut Pipeline),
    ) -> Result<Explanation, Failure> {
        let most = self.work.limits.bytes;
        let _file_permit = self.memory.files.take(most);
        let mut bytes = Vec::new();
        // A byte more than is allowed tells that there are more.
        file.take(most.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(not_readable)?;
        self.within_limit(bytes.len() as u64)?;
        let photo = Photo::from(&bytes[..]);
        let result = self.work_on(&photo, picture);
        look(&photo, &mut self.pipeline);
        result
    }

    fn work_on(
        &mut self,
        photo: &Photo<'_>,
        picture: &mut Vec<u8>,
    ) -> Result<Explanation, Failure> {
        let header = contained(|| self.pipeline.read_photo_header(photo))??;
        let _pixels_permit = self.memory.pixels.take(header.memory);
        let prepared = contained(|| self.pipeline.prepare_photo(photo, picture));
        if prepared.is_err() {
            // A panic may have left it in any state.
            self.pipeline = (self.build)(self.work.options);
        }
        Ok(Explanation {
            prepared: prepared??,
            photo_bytes: photo.length(),
            picture_bytes: picture.len() as u64,
        })
    }

    fn within_limit(&self, actual: u64) -> Result<(), Failure> {
        let limit = self.work.limits.bytes;
        if actual <= limit {
            return Ok(());
        }
        let what = Limit::Bytes;
        Err(prep::Error::TooLarge {
            what,
            actual,
            limit,
        }
        .into())
    }
}

fn not_readable(error: io::Error) -> Failure {
    Failure::new(Cause::NotReadable, error.to_string())
}

/// A buffer larger than this, in bytes, is not kept for the next photo.
const KEPT: usize = 16 << 20;
