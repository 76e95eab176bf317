//! A picture that is prepared again with the same options comes out as it went in, byte for byte, whatever it was made of and
//! whatever the options are.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::{ExtendedColorType, ImageEncoder, ImageFormat, Rgba, RgbaImage};
use prep::{
    Backdrop, Coding, Color, Enlarge, Fit, FocalPoint, Frame, Gravity, OnDamage, Options,
    Subsampling, Treatment,
};

use crate::common::prepare;

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }

    fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }

    fn is_one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn color(&mut self) -> [u8; 3] {
        let any = [(); 3].map(|()| self.below(256) as u8);
        self.one_of(&[[255; 3], [0; 3], [250, 252, 249], any])
    }

    /// Any option set; the sides are small, for the sake of time.
    fn options(&mut self) -> Options {
        let mut options = Options::new()
            .side(self.one_of(&[1, 8, 33, 64, 100, 160, 200]))
            .minimum_side(self.one_of(&[1, 1, 48, 192]))
            .enlarge(self.one_of(&[Enlarge::Never, Enlarge::Never, Enlarge::WhenSmaller]))
            .fit(self.one_of(&[Fit::Auto, Fit::Cover, Fit::Contain, Fit::CircleSafe]))
            .backdrop(self.one_of(&[Backdrop::Color, Backdrop::Blur]))
            .coding(self.one_of(&[Coding::Baseline, Coding::Baseline, Coding::Progressive]))
            .on_damage(self.one_of(&[OnDamage::AcceptSmall, OnDamage::Accept, OnDamage::Repair]))
            .frame(self.one_of(&[Frame::Best, Frame::First]))
            .gravity(self.gravity());
        let [red, green, blue] = self.color();
        options = options.background(Color::new(red, green, blue));
        if self.is_one_in(3) {
            options = options.trim(self.one_of(&[0, 10, 60, 255]));
        }
        if self.is_one_in(2) {
            options = options.quality(self.one_of(&[1, 20, 50, 85, 93, 100]));
        }
        if self.is_one_in(2) {
            let all = [Subsampling::S420, Subsampling::S422, Subsampling::S444];
            options = options.subsampling(self.one_of(&all));
        }
        if self.is_one_in(3) {
            options = options.max_bytes(self.one_of(&[900, 2_000, 5_000, 20_000, 1_000_000]));
        }
        options
    }

    fn gravity(&mut self) -> Gravity {
        use Gravity::{
            Attention, Auto, Center, East, Face, North, NorthEast, NorthWest, South, SouthEast,
            SouthWest, West,
        };
        if self.is_one_in(8) {
            let at = [(); 2].map(|()| self.below(101) as f64 / 100.0);
            return Gravity::FocalPoint(FocalPoint::new(at[0], at[1]).expect("it is inside"));
        }
        self.one_of(&[
            Center, North, NorthEast, East, SouthEast, South, SouthWest, West, NorthWest,
            Attention, Face, Auto,
        ])
    }

    /// A photo of any format that can be written here.
    fn photo(&mut self) -> Vec<u8> {
        let scene = self.scene();
        if self.is_one_in(2) {
            return self.jpeg(&scene);
        }
        let format = self.one_of(&[
            ImageFormat::Png,
            ImageFormat::Gif,
            ImageFormat::WebP,
            ImageFormat::Qoi,
            ImageFormat::Tga,
            ImageFormat::Ico,
        ]);
        let mut file = Cursor::new(Vec::new());
        scene.write_to(&mut file, format).expect("memory takes it");
        file.into_inner()
    }

    /// Noise, a slope, a badge on a page, or a page.
    fn scene(&mut self) -> RgbaImage {
        let (width, height) = match self.below(4) {
            0 => [self.one_of(&[33, 64, 100, 160, 200]); 2].into(),
            1 => (192 + self.below(60) as u32, 192 + self.below(60) as u32),
            _ => (1 + self.below(250) as u32, 1 + self.below(250) as u32),
        };
        let (page, badge, ink) = (self.color(), self.color(), self.color());
        let opacity = if self.is_one_in(3) { 90 } else { 255 };
        let kind = self.below(5);
        let border = [(); 4].map(|()| self.below(u64::from(width.min(height)) / 3 + 1) as u32);
        let seed = self.below(1 << 20) as u32;
        RgbaImage::from_fn(width, height, |x, y| {
            let noise = (x * 7919 + y * 104_729 + seed) % 251;
            let is_inside = |more: u32| {
                (border[0] + more..width.saturating_sub(border[1] + more)).contains(&x)
                    && (border[2] + more..height.saturating_sub(border[3] + more)).contains(&y)
            };
            let slope = ((x + 2 * y + seed) / 3 % 256) as u8;
            match kind {
                0 => Rgba([noise as u8, slope, 255 - slope, 255]),
                1 => Rgba([slope, (x / 2 % 256) as u8, 90, opacity]),
                2 if is_inside(7) => Rgba([ink[0], ink[1], ink[2], 255]),
                2 if is_inside(0) => Rgba([badge[0], badge[1], badge[2], 255]),
                3 if is_inside(0) => Rgba([slope, noise as u8, slope, 255]),
                _ => Rgba([page[0], page[1], page[2], opacity]),
            }
        })
    }

    /// A JPEG of this crate's encoder or another one, with or without metadata.
    fn jpeg(&mut self, scene: &RgbaImage) -> Vec<u8> {
        let rgb = image::DynamicImage::ImageRgba8(scene.clone()).to_rgb8();
        let (width, height) = rgb.dimensions();
        let quality = self.one_of(&[10, 50, 80, 85, 90]);
        let mut file = Vec::new();
        if self.is_one_in(2) {
            use jpeg::encoder::{Coding, Input, Options, RgbRef, encode};
            let codings = [Coding::Standard, Coding::Optimized, Coding::Progressive];
            let samplings = [Subsampling::S420, Subsampling::S422, Subsampling::S444];
            let options = Options::new()
                .quality(quality)
                .coding(self.one_of(&codings))
                .subsampling(self.one_of(&samplings));
            let picture = RgbRef::new(rgb.as_raw(), width as usize, height as usize);
            file = encode(Input::Rgb(picture), options).expect("sizes that fit");
        } else {
            image::codecs::jpeg::JpegEncoder::new_with_quality(&mut file, quality)
                .write_image(rgb.as_raw(), width, height, ExtendedColorType::Rgb8)
                .expect("memory takes it");
        }
        self.add_metadata(&mut file);
        file
    }

    fn add_metadata(&mut self, file: &mut Vec<u8>) {
        if self.is_one_in(3) {
            let orientation = self.one_of(&[1, 1, 3, 6, 8]);
            file.splice(2..2, exif(orientation));
        }
        if self.is_one_in(4) {
            file.splice(2..2, *b"\xff\xfe\0\x08secret");
        }
        if self.is_one_in(5) {
            file.extend(b"and what came later");
        }
    }
}

/// The segment APP1 with an orientation alone.
fn exif(orientation: u8) -> Vec<u8> {
    let entry = [0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0];
    [
        &b"\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0"[..],
        &entry,
        &[0; 4],
    ]
    .concat()
}

/// Prepares a photo, if that can be, and its picture, which must come through.
fn check(photo: &[u8], options: Options, what: &str) -> Option<Vec<u8>> {
    let (_, picture) = prepare(photo, options).ok()?;

    let (again, same) = prepare(&picture, options).unwrap_or_else(|error| {
        panic!("{what}: its picture: {error} {options:?}");
    });

    assert!(same == picture, "{what}: {options:?}");
    assert_eq!(again.plan.treatment, Treatment::PassedThrough, "{what}");
    assert_eq!(again.lost, 0.0);
    Some(picture)
}

#[test]
fn a_picture_of_anything_comes_through_with_the_options_that_it_was_made_with() {
    let mut random = Random(2026);
    let mut before: Vec<u8> = Vec::new();
    let mut pictures = 0;
    for round in 0..500 {
        let mut photo = match before.is_empty() || random.is_one_in(2) {
            true => random.photo(),
            // With other options than it was made with.
            false => std::mem::take(&mut before),
        };
        if photo.starts_with(&[0xff, 0xd8]) {
            random.add_metadata(&mut photo);
        }
        let options = random.options();

        if let Some(picture) = check(&photo, options, &format!("round {round}")) {
            (before, pictures) = (picture, pictures + 1);
        }
    }
    assert!(pictures > 250, "{pictures}");
}

/// The files of a folder and of those in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    for path in paths {
        match path.is_dir() {
            true => found.extend(files(&path)),
            false => found.push(path),
        }
    }
    found
}

#[test]
fn a_picture_of_each_fixture_comes_through() {
    let fixtures: PathBuf = [env!("CARGO_MANIFEST_DIR"), "..", "..", "fixtures"]
        .iter()
        .collect();
    let mut random = Random(7);
    let mut pictures = 0;
    for folder in ["color", "formats", "orientation", "photos", "tiny"] {
        for path in files(&fixtures.join(folder)) {
            let photo = std::fs::read(&path).unwrap();
            if prep::read_header(&photo, &prep::Limits::default()).is_err() {
                continue;
            }
            for _ in 0..2 {
                let options = random.options();
                let options = options.enlarge(Enlarge::WhenSmaller);

                let picture = check(&photo, options, &path.display().to_string());

                pictures += usize::from(picture.is_some());
            }
        }
    }
    assert!(pictures > 150, "{pictures}");
}

/// The same for any folder of photos, where `GROUP_PICTURE_CORPUS` names one.
#[test]
fn a_picture_of_each_photo_of_a_corpus_comes_through() {
    let Some(corpus) = std::env::var_os("GROUP_PICTURE_CORPUS") else {
        eprintln!("skipped: GROUP_PICTURE_CORPUS names no folder of photos");
        return;
    };
    let mut random = Random(11);
    for path in files(Path::new(&corpus)) {
        let photo = std::fs::read(&path).unwrap();
        for options in [Options::new(), random.options().side(640)] {
            let Ok((_, picture)) = prepare(&photo, options) else {
                continue;
            };

            let (again, same) = prepare(&picture, options).unwrap();

            assert!(same == picture, "{}: {options:?}", path.display());
            assert_eq!(again.plan.treatment, Treatment::PassedThrough);
        }
    }
}
