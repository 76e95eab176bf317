//! What the tests of this crate share: fixtures, and a look at pictures.

use std::path::PathBuf;

use image::RgbImage;
use prep::{Options, Pipeline, Prepared};

/// The bytes of a file below `fixtures/`.
#[allow(dead_code, reason = "not every test file looks at fixtures")]
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "..", "fixtures", name]
        .iter()
        .collect();
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Prepares a photo with fresh buffers.
#[allow(dead_code, reason = "not every test file prepares so")]
pub(crate) fn prepare(photo: &[u8], options: Options) -> Result<(Prepared, Vec<u8>), prep::Error> {
    let mut picture = Vec::new();
    let prepared = Pipeline::new(options).prepare_into(photo, &mut picture)?;
    Ok((prepared, picture))
}

/// The pixels of a picture.
#[allow(dead_code, reason = "not every test file looks at pixels")]
pub(crate) fn pixels(picture: &[u8]) -> RgbImage {
    image::load_from_memory(picture)
        .expect("a picture is a valid JPEG")
        .to_rgb8()
}
