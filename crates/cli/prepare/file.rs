//! Makes the picture of a photo, wherever its bytes are.

use std::fs::File;
use std::io;
use std::path::Path;

use prep::batch::Worker;
use prep::{Error, Photo};

use crate::input::overrides::Override;
use crate::input::source::Source;
use crate::interrupt::Interrupt;
use crate::panics::catch_panic;
use crate::prepare::urls::{Download, Urls};
use crate::report::explanation::Explanation;
use crate::report::failure::Failure;
use crate::report::picture::Picture;

/// The way to photos: files, URLs and stdin.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Photos<'a> {
    pub(super) urls: &'a Urls,
    pub(super) interrupt: &'a Interrupt,
}

impl Photos<'_> {
    /// Makes the picture of the photo at `path`; the JPEG file replaces what was in `picture`.
    ///
    /// Waits while the photos in progress leave no memory for this one.
    pub(crate) fn prepare(
        self,
        worker: &mut Worker<'_>,
        path: &Path,
        instead: Override,
        picture: &mut Vec<u8>,
    ) -> Result<Picture, Failure> {
        self.explain(worker, path, instead, picture)
            .map(Picture::from)
    }

    /// Like [`prepare`](Self::prepare), and returns all that is known of the picture.
    pub(crate) fn explain(
        self,
        worker: &mut Worker<'_>,
        path: &Path,
        instead: Override,
        picture: &mut Vec<u8>,
    ) -> Result<Explanation, Failure> {
        self.explain_and(worker, path, instead, picture, |_, _| ())
    }

    /// Like [`explain`](Self::explain), and gives the photo to `and_then`, whether there is a picture of it or not.
    pub(crate) fn explain_and(
        self,
        worker: &mut Worker<'_>,
        path: &Path,
        instead: Override,
        picture: &mut Vec<u8>,
        and_then: impl FnOnce(&mut Worker<'_>, &Photo<'_>),
    ) -> Result<Explanation, Failure> {
        worker.set_options(instead.apply(worker.options()))?;
        let work = |worker: &mut Worker<'_>, photo: &Photo<'_>| {
            let prepared = catch_panic(|| worker.prepare(photo, picture));
            and_then(worker, photo);
            Ok(Explanation {
                prepared: prepared??,
                photo_bytes: photo.length(),
                picture_bytes: picture.len() as u64,
            })
        };
        let path = match Source::of(path) {
            Source::File(path) => path,
            Source::Stdin => return worker.with_stream(io::stdin(), work),
            Source::Url(url) => {
                let mut failure = None;
                let download = Download::new(self.urls, url, self.interrupt, &mut failure);
                let made = worker.with_stream(download, work);
                return failure.map_or(made, Err);
            }
        };
        let file = File::open(path).map_err(Error::Read)?;
        if file.metadata().map_err(Error::Read)?.is_file() {
            worker.with_file(file, work)
        } else {
            // A pipe or a device, which does not tell its length.
            worker.with_stream(file, work)
        }
    }
}
