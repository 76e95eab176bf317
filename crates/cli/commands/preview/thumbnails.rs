//! What the page shows of a photo: all of it, small, and its picture.

use prep::batch::Worker;
use prep::{Coding, Header, Options, Photo, Rect, Size};

use crate::commands::preview::args::Embed;
use crate::commands::preview::items::Item;
use crate::panics::catch_panic;
use crate::prepare::file::Photos;
use crate::prepare::work::Work;
use crate::report::explanation::Explanation;
use crate::report::failure::Failure;

/// How the page shows photos and pictures.
#[derive(Clone, Copy)]
pub(super) struct Thumbnails {
    embed: Embed,
    /// The longer side and the quality of what is shown of a photo.
    shown: (u32, u8),
    whole: Options,
    reduced: Options,
}

/// What is shown of one item.
pub(super) struct Shown {
    pub(super) made: Result<Explanation, Failure>,
    /// Returns the whole photo, reduced, if it could be read.
    pub(super) photo: Option<Small>,
    /// Returns the picture or, on a page of thumbnails, a reduced one.
    pub(super) picture: Option<Vec<u8>>,
}

/// All of a photo, small.
pub(super) struct Small {
    /// Its upright size.
    pub(super) size: Size,
    /// Where in its pixels the small picture lies.
    pub(super) place: Rect,
    pub(super) jpeg: Vec<u8>,
}

impl Shown {
    /// Of an item of which nothing can be shown.
    pub(super) fn failed(failure: Failure) -> Self {
        Self {
            made: Err(failure),
            photo: None,
            picture: None,
        }
    }
}

impl Thumbnails {
    pub(super) fn new(work: &Work, embed: Embed) -> Self {
        let (side, quality) = match embed {
            Embed::Pictures => (480, 75),
            Embed::Thumbnails => (320, 40),
        };
        // Browsers read it, and where pictures are small it saves most.
        let whole = work.whole.coding(Coding::Progressive);
        Self {
            embed,
            shown: (side, quality),
            whole: whole.side(side).quality(quality),
            reduced: Options::new()
                .side(160)
                .minimum_side(1)
                .quality(65)
                .coding(Coding::Progressive),
        }
    }

    /// Makes the picture of an item, and what is shown of it and its photo.
    pub(super) fn make(self, worker: &mut Worker<'_>, photos: Photos<'_>, item: &Item) -> Shown {
        if let Some(failure) = &item.failure {
            return Shown::failed(failure.clone());
        }
        let mut picture = Vec::new();
        let mut small = None;
        // A photo that is too small, say, is shown all the same.
        let show = |worker: &mut Worker<'_>, photo: &Photo<'_>| small = self.photo(worker, photo);
        let made = photos.explain_and(worker, &item.path, item.instead, &mut picture, show);
        let picture = match (&made, self.embed) {
            (Err(_), _) => None,
            (Ok(_), Embed::Pictures) => Some(picture),
            (Ok(_), Embed::Thumbnails) => {
                let reduced = reduce(worker, self.reduced, &Photo::from(&picture[..]));
                reduced.map(|(_, jpeg)| jpeg)
            }
        };
        Shown {
            made,
            photo: small,
            picture,
        }
    }

    /// All of the photo that was prepared last, small.
    fn photo(self, worker: &mut Worker<'_>, photo: &Photo<'_>) -> Option<Small> {
        let (longer, quality) = self.shown;
        let mut jpeg = Vec::new();
        let overview =
            worker.with_pipeline(|pipeline| pipeline.overview(longer, quality, &mut jpeg));
        if let Some(header) = overview {
            let size = header.orientation.seen(header.size);
            let place = whole(size);
            return Some(Small { size, place, jpeg });
        }
        let (header, jpeg) = reduce(worker, self.whole, photo)?;
        let size = header.orientation.seen(header.size);
        let place = around(size);
        Some(Small { size, place, jpeg })
    }
}

/// Makes a small picture of a photo; what cannot be read has none.
fn reduce(
    worker: &mut Worker<'_>,
    options: Options,
    photo: &Photo<'_>,
) -> Option<(Header, Vec<u8>)> {
    let mut jpeg = Vec::new();
    worker.set_options(options).ok()?;
    let prepared = catch_panic(|| worker.prepare(photo, &mut jpeg)).ok()?;
    Some((prepared.ok()?.header, jpeg))
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
