//! Makes the picture of each photo in a folder: `cargo run --release -p group-picture-prep --example batch -- PHOTOS PICTURES`.

use std::error::Error as StdError;
use std::fs::{self, File};
use std::ops::ControlFlow;
use std::path::Path;

use prep::batch::{Batch, Event, MemoryBudget};
use prep::{Error, Options};

fn main() -> Result<(), Box<dyn StdError>> {
    let folders: Vec<String> = std::env::args().skip(1).collect();
    match folders.as_slice() {
        [photos, pictures] => prepare_folder(photos.as_ref(), pictures.as_ref()),
        _ => Err("usage: batch PHOTOS PICTURES".into()),
    }
}

/// Puts the picture of `photos/NAME` into `pictures/NAME.jpg`, and prints why a photo has none.
pub(crate) fn prepare_folder(photos: &Path, pictures: &Path) -> Result<(), Box<dyn StdError>> {
    let entries: Vec<_> = fs::read_dir(photos)?.collect::<Result<_, _>>()?;
    fs::create_dir_all(pictures)?;

    let batch = Batch::new(Options::new().side(640))?.memory(MemoryBudget::new(512 << 20));
    batch.run(
        &entries,
        // On one of the threads, all cores together: reads, prepares, writes.
        |worker, entry| {
            let file = File::open(entry.path()).map_err(Error::Read)?;
            let mut picture = Vec::new();
            worker.prepare_file(file, &mut picture)?;
            let mut name = entry.file_name();
            name.push(".jpg");
            fs::write(pictures.join(name), picture).map_err(Error::Read)
        },
        // On this thread, in the order of the photos.
        |event| {
            if let Event::Finished {
                index,
                result: Err(error),
            } = event
            {
                eprintln!("{}: {error}", entries[index].path().display());
            }
            ControlFlow::Continue(())
        },
    )?;
    Ok(())
}
