//! What the tests of this crate share: fixtures, and a look at pictures.

use std::path::PathBuf;

use image::RgbImage;
use prep::{Options, Pipeline, Prepared, Subsampling};

/// The bytes of a file below `fixtures/`.
pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "..", "fixtures", name]
        .iter()
        .collect();
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Whether this build reads photos with this name's extension; a format that is left out is rejected by its name.
pub(crate) fn is_read(name: &str) -> bool {
    let extension = name.rsplit('.').next().unwrap_or_default();
    prep::formats().any(|format| format.extensions().contains(&extension))
}

/// Prepares a photo with fresh buffers.
pub(crate) fn prepare(photo: &[u8], options: Options) -> Result<(Prepared, Vec<u8>), prep::Error> {
    let mut picture = Vec::new();
    let prepared = Pipeline::new(options)?.prepare_into(photo, &mut picture)?;
    Ok((prepared, picture))
}

/// The pixels of a picture.
pub(crate) fn pixels(picture: &[u8]) -> RgbImage {
    image::load_from_memory(picture)
        .expect("a picture is a valid JPEG")
        .to_rgb8()
}

/// What loses least on the way to the picture, of photos of any size.
pub(crate) fn finest() -> Options {
    Options::new()
        .quality(100)
        .subsampling(Subsampling::S444)
        .minimum_side(1)
}

/// The picture of a photo of which nothing is lost.
pub(crate) fn picture_of(photo: &[u8], options: Options, what: &str) -> Vec<u8> {
    let (prepared, picture) =
        prepare(photo, options).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(prepared.lost, 0.0, "{what}");
    picture
}

/// The finest picture of a fixture.
pub(crate) fn finest_of(name: &str) -> Vec<u8> {
    picture_of(&fixture(name), finest(), name)
}

/// The mean of the absolute differences of all samples.
pub(crate) fn difference(one: &RgbImage, other: &RgbImage) -> f64 {
    assert_eq!(one.dimensions(), other.dimensions());
    let samples = one.as_raw().iter().zip(other.as_raw());
    let sum: u64 = samples.map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    sum as f64 / one.as_raw().len() as f64
}

/// A small generator of pseudo-random numbers (Numerical Recipes' constants): the same run everywhere.
pub(crate) struct Random(u32);

impl Random {
    pub(crate) fn new(seed: u32) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.next() >> 8) as usize % end
    }

    pub(crate) fn byte(&mut self) -> u8 {
        (self.next() >> 24) as u8
    }

    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0
    }
}
