//! What the page shows of a photo: all of it, small, and its picture.

use prep::{Coding, Header, Options, Photo, Pipeline, Rect, Size};

use crate::commands::preview::args::Embed;
use crate::commands::preview::items::Item;
use crate::panics::contained;
use crate::prepare::memory::Memory;
use crate::prepare::preparer::Preparer;
use crate::prepare::work::Work;
use crate::report::explanation::Explanation;
use crate::report::failure::Failure;

/// One thread's own pipelines and buffers.
pub(super) struct Thumbnails<'a> {
    embed: Embed,
    memory: &'a Memory,
    /// The longer side and the quality of what is shown of a photo.
    shown: (u32, u8),
    whole: Reducer,
    reduced: Reducer,
    photo: Option<Shown>,
    has_picture: bool,
}

impl<'a> Thumbnails<'a> {
    pub(super) fn new(work: &Work, memory: &'a Memory, embed: Embed) -> Self {
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
            shown: (side, quality),
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
        let (whole, memory, (longer, quality)) = (&mut self.whole, self.memory, self.shown);
        let made = preparer.show(&item.path, item.instead, picture, |photo, pipeline| {
            let glanced = pipeline.overview(longer, quality, &mut whole.jpeg);
            self.photo = match glanced {
                Some(header) => Some(Shown::Whole(header)),
                None => whole.reduce(photo, memory).map(Shown::Square),
            };
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

    /// All of the photo, small; none if it could not be read.
    pub(super) fn photo(&self) -> Option<Small<'_>> {
        let shown = self.photo?;
        let (Shown::Whole(header) | Shown::Square(header)) = shown;
        let size = header.orientation.seen(header.size);
        Some(Small {
            size,
            place: match shown {
                Shown::Whole(_) => whole(size),
                Shown::Square(_) => around(size),
            },
            jpeg: &self.whole.jpeg,
        })
    }

    /// The picture or, where there are too many, its thumbnail; none if there is no picture.
    pub(super) fn picture(&self) -> Option<&[u8]> {
        self.has_picture.then_some(&*self.reduced.jpeg)
    }
}

/// All of a photo, small.
#[derive(Clone, Copy)]
pub(super) struct Small<'a> {
    /// Its upright size.
    pub(super) size: Size,
    /// Where in its pixels the small picture lies.
    pub(super) place: Rect,
    pub(super) jpeg: &'a [u8],
}

/// What the small picture of a photo is, and what the photo said of itself.
#[derive(Clone, Copy)]
enum Shown {
    /// The photo alone.
    Whole(Header),
    /// A square in whose middle the photo lies.
    Square(Header),
}

/// All of a photo of this size.
pub(super) fn whole(size: Size) -> Rect {
    Rect {
        x: 0.0,
        y: 0.0,
        width: size.width.into(),
        height: size.height.into(),
    }
}

/// The square in whose middle a photo of this size lies.
fn around(size: Size) -> Rect {
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let side = width.max(height);
    Rect {
        x: (width - side) / 2.0,
        y: (height - side) / 2.0,
        width: side,
        height: side,
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
