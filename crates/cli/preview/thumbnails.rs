//! What the page shows of a photo: all of it, small, and its picture.

use prep::{Coding, Header, Options, Photo, Pipeline};

use crate::config::{self, Embed};
use crate::explanation::Explanation;
use crate::failure::Failure;
use crate::memory::Memory;
use crate::panics::contained;
use crate::preparer::Preparer;
use crate::preview::items::Item;

/// One thread's own pipelines and buffers.
pub(super) struct Thumbnails<'a> {
    embed: Embed,
    memory: &'a Memory,
    whole: Reducer,
    reduced: Reducer,
    photo: Option<Header>,
    has_picture: bool,
}

impl<'a> Thumbnails<'a> {
    pub(super) fn new(work: &config::Work, memory: &'a Memory, embed: Embed) -> Self {
        let (side, quality) = match embed {
            Embed::Pictures => (480, 75),
            Embed::Thumbnails => (208, 45),
        };
        // Browsers read it, and where pictures are small it saves most.
        let whole = work.whole.coding(Coding::Progressive);
        let whole = whole.side(side).quality(quality);
        let reduced = Options::new()
            .side(160)
            .minimum_side(1)
            .quality(65)
            .coding(Coding::Progressive);
        Self {
            embed,
            memory,
            whole: Reducer::new(whole),
            reduced: Reducer::new(reduced),
            photo: None,
            has_picture: false,
        }
    }

    /// Makes the picture of an item, and what is shown of it and its photo.
    pub(super) fn make(
        &mut self,
        item: &Item,
        preparer: &mut Preparer<'_>,
        picture: &mut Vec<u8>,
    ) -> Result<Explanation, Failure> {
        (self.photo, self.has_picture) = (None, false);
        if let Some(failure) = &item.failure {
            return Err(failure.clone());
        }
        // A photo that is too small, say, is shown all the same.
        let (whole, memory) = (&mut self.whole, self.memory);
        let made = preparer.show(&item.path, item.instead, picture, |photo| {
            self.photo = whole.reduce(photo, memory);
        })?;
        self.has_picture = match self.embed {
            Embed::Pictures => {
                self.reduced.jpeg.clone_from(picture);
                true
            }
            Embed::Thumbnails => self
                .reduced
                .reduce(&Photo::from(&picture[..]), memory)
                .is_some(),
        };
        Ok(made)
    }

    /// All of the photo in the middle of a square, and its header; none if it could not be read.
    pub(super) fn photo(&self) -> Option<(&Header, &[u8])> {
        let header = self.photo.as_ref()?;
        Some((header, &self.whole.jpeg))
    }

    /// The picture or, where there are too many, its thumbnail; none if there is no picture.
    pub(super) fn picture(&self) -> Option<&[u8]> {
        self.has_picture.then_some(&*self.reduced.jpeg)
    }
}

/// Makes small JPEG files.
struct Reducer {
    options: Options,
    pipeline: Pipeline,
    jpeg: Vec<u8>,
}

impl Reducer {
    fn new(options: Options) -> Self {
        Self {
            options,
            pipeline: Pipeline::new(options),
            jpeg: Vec::new(),
        }
    }

    /// Leaves the photo's small picture in `jpeg`; what cannot be read has none.
    fn reduce(&mut self, photo: &Photo<'_>, memory: &Memory) -> Option<Header> {
        let header = contained(|| self.pipeline.read_photo_header(photo))
            .ok()?
            .ok()?;
        let _permit = memory.pixels.take(header.memory);
        let reduced = contained(|| self.pipeline.prepare_photo(photo, &mut self.jpeg));
        if reduced.is_err() {
            // A panic may have left it in any state.
            self.pipeline = Pipeline::new(self.options);
        }
        Some(reduced.ok()?.ok()?.header)
    }
}
