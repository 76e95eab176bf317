//! Makes the picture of the photo in a file.

use std::fs::File;
use std::path::Path;

use prep::batch::Worker;
use prep::{Error, Photo};

use crate::input::overrides::Override;
use crate::panics::catch_panic;
use crate::report::explanation::Explanation;
use crate::report::failure::Failure;
use crate::report::picture::Picture;

/// Makes the picture of the photo at `path`; the JPEG file replaces what was in `picture`.
///
/// Waits while the photos in progress leave no memory for this one.
pub(crate) fn prepare(
    worker: &mut Worker<'_>,
    path: &Path,
    instead: Override,
    picture: &mut Vec<u8>,
) -> Result<Picture, Failure> {
    explain(worker, path, instead, picture).map(Picture::from)
}

/// Like [`prepare`], and returns all that is known of the picture.
pub(crate) fn explain(
    worker: &mut Worker<'_>,
    path: &Path,
    instead: Override,
    picture: &mut Vec<u8>,
) -> Result<Explanation, Failure> {
    explain_and(worker, path, instead, picture, |_, _| ())
}

/// Like [`explain`], and gives the photo to `and_then`, whether there is a picture of it or not.
pub(crate) fn explain_and(
    worker: &mut Worker<'_>,
    path: &Path,
    instead: Override,
    picture: &mut Vec<u8>,
    and_then: impl FnOnce(&mut Worker<'_>, &Photo<'_>),
) -> Result<Explanation, Failure> {
    worker.set_options(instead.apply(worker.options()))?;
    let file = File::open(path).map_err(Error::Read)?;
    let is_file = file.metadata().map_err(Error::Read)?.is_file();
    let work = |worker: &mut Worker<'_>, photo: &Photo<'_>| {
        let prepared = catch_panic(|| worker.prepare(photo, picture));
        and_then(worker, photo);
        Ok(Explanation {
            prepared: prepared??,
            photo_bytes: photo.length(),
            picture_bytes: picture.len() as u64,
        })
    };
    if is_file {
        worker.with_file(file, work)
    } else {
        // A pipe or a device, which does not tell its length.
        worker.with_stream(file, work)
    }
}
