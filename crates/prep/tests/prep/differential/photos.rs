//! The photos: fixtures of the formats that only others encode, and variants that the tests of each format generate.

use std::fs;
use std::io::Cursor;
use std::path::Path;

use image::{DynamicImage, ImageFormat};
use prep::{Coding, Options, Pipeline, Subsampling};

use crate::common::{finest, fixture, is_read};

/// A photo with a name of its own.
pub(super) struct Photo {
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
}

impl Photo {
    pub(super) fn extension(&self) -> &str {
        self.name.rsplit('.').next().unwrap_or_default()
    }
}

/// What other programs read in another way for a reason that `docs/formats.md` gives.
const DECIDED: &[&str] = &[
    "formats-icon-opacity-left-out.ico",
    // Pillow reads these as we do, libvips and ImageMagick do not.
    "formats-icon-largest.ico",
    "orientation-6-last.png",
    "orientation-6-prefix.png",
    // Drawn as large as a picture, whatever they say: here a few pixels, there thirds of one.
    "formats-logo-tiny.svg",
    "formats-thirds.svg",
];

/// Every photo that this build reads.
pub(super) fn all() -> Vec<Photo> {
    let generated = [
        crate::bmp::variants(),
        crate::png::variants(),
        crate::pnm::variants(),
        crate::small_formats::variants(),
        #[cfg(feature = "tiff")]
        crate::tiff::variants::photos(),
        encoded(),
    ];
    let generated = generated.into_iter().flatten();
    let generated = generated.map(|(name, bytes)| Photo { name, bytes });
    let fixtures = ["formats", "orientation", "vp8"]
        .into_iter()
        .flat_map(fixtures);
    let mut photos: Vec<_> = generated.chain(fixtures).collect();
    photos.retain(|photo| is_read(&photo.name) && !DECIDED.contains(&&*photo.name));
    photos
}

fn fixtures(folder: &str) -> Vec<Photo> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let files = fs::read_dir(root.join(folder)).expect("fixtures are there");
    let mut names: Vec<_> = files
        .map(|file| {
            file.expect("a file")
                .file_name()
                .into_string()
                .expect("a plain name")
        })
        .collect();
    names.sort();
    let photo = |name| Photo {
        bytes: fixture(&format!("{folder}/{name}")),
        name: format!("{folder}-{name}"),
    };
    names.into_iter().map(photo).collect()
}

/// The scene by the encoders of `image` and by our own of JPEG.
fn encoded() -> Vec<(String, Vec<u8>)> {
    let scene = image::load_from_memory(&fixture("formats/rgb.png")).expect("a valid PNG");
    let scene = scene.crop_imm(60, 100, 75, 61);
    let mut photos = Vec::new();
    let opaque = DynamicImage::from(scene.to_rgb8());
    let mut half = scene.to_rgba8();
    for (x, _, pixel) in half.enumerate_pixels_mut() {
        pixel.0[3] = (x * 3) as u8;
    }
    let half = DynamicImage::from(half);
    let gray = DynamicImage::from(scene.to_luma8());
    for (kind, pixels) in [("rgb", &opaque), ("rgba", &half), ("gray", &gray)] {
        for format in [
            ImageFormat::Gif,
            ImageFormat::Ico,
            ImageFormat::Jpeg,
            ImageFormat::Png,
            ImageFormat::Qoi,
            ImageFormat::Tga,
            ImageFormat::WebP,
        ] {
            let mut bytes = Cursor::new(Vec::new());
            // An encoder that does not take these samples makes none.
            if pixels.write_to(&mut bytes, format).is_ok() {
                let extension = format.extensions_str()[0];
                photos.push((format!("image-{kind}.{extension}"), bytes.into_inner()));
            }
        }
    }
    let png = photos.iter().find(|(name, _)| name == "image-rgb.png");
    let png = png.expect("PNG takes all samples").1.clone();
    for subsampling in [Subsampling::S420, Subsampling::S444] {
        for coding in [Coding::Baseline, Coding::Progressive] {
            for quality in [30, 75, 95] {
                let options: Options = finest()
                    .side(61)
                    .subsampling(subsampling)
                    .coding(coding)
                    .quality(quality);
                let mut jpeg = Vec::new();
                let pipeline = Pipeline::new(options);
                let made = pipeline.and_then(|mut pipeline| pipeline.prepare_into(&png, &mut jpeg));
                made.expect("a valid PNG");
                photos.push((
                    format!("ours-{subsampling:?}-{coding:?}-{quality}.jpg"),
                    jpeg,
                ));
            }
        }
    }
    photos
}
