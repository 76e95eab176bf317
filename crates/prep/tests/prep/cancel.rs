//! A canceled photo has an error of its own and no picture, and the pipeline goes on.

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use prep::{Cancel, Error, ErrorKind, Gravity, Options, Photo, Pipeline};

use crate::common::{Random, fixture, is_read, prepare};

/// A file that sets the flag as soon as anything at `place` or beyond it is read, and counts the bytes that were read.
struct Canceling {
    file: Cursor<Vec<u8>>,
    place: u64,
    cancel: Cancel,
    read: Arc<AtomicU64>,
}

impl Canceling {
    fn new(file: Vec<u8>, place: u64, cancel: &Cancel) -> (Self, Arc<AtomicU64>) {
        let read = Arc::new(AtomicU64::new(0));
        let canceling = Self {
            file: Cursor::new(file),
            place,
            cancel: cancel.clone(),
            read: Arc::clone(&read),
        };
        (canceling, read)
    }
}

impl Read for Canceling {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        self.read.fetch_add(read as u64, Ordering::Relaxed);
        if self.file.position() >= self.place {
            self.cancel.cancel();
        }
        Ok(read)
    }
}

impl Seek for Canceling {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

/// A PNG of noise, which takes all the bytes that its pixels do.
fn noise(side: u32) -> Vec<u8> {
    let mut random = Random::new(1);
    let mut pixels = vec![0_u8; (side * side) as usize];
    for pixel in &mut pixels {
        *pixel = random.byte();
    }
    let mut png = Vec::new();
    PngEncoder::new(&mut png)
        .write_image(&pixels, side, side, ExtendedColorType::L8)
        .expect("a vector takes any bytes");
    png
}

#[test]
fn a_photo_of_any_format_is_canceled_wherever_the_flag_is_set() {
    let photos = [
        "formats/baseline.jpg",
        "formats/progressive.jpg",
        "photos/coffee.png",
        "formats/rgb-lossy.webp",
        "formats/rgb.tif",
        "orientation/6.heic",
        "orientation/6.avif",
        "orientation/6.jxl",
        "formats/logo.svg",
        "formats/rgb.bmp",
    ];
    for name in photos.into_iter().filter(|name| is_read(name)) {
        let bytes = fixture(name);
        let length = bytes.len() as u64;
        for options in [Options::new(), Options::new().gravity(Gravity::Auto)] {
            let options = options.side(96).minimum_side(1);
            let whole = prepare(&bytes, options).unwrap().1;
            let mut pipeline = Pipeline::new(options).unwrap();
            for place in [0, 1, length / 2, length - 1, length] {
                let cancel = Cancel::new();
                pipeline.set_cancel(cancel.clone());
                let (file, _) = Canceling::new(bytes.clone(), place, &cancel);
                let mut picture = b"the one before".to_vec();

                let result = Photo::open(file, Vec::new())
                    .map_err(Error::Read)
                    .and_then(|photo| pipeline.prepare_photo(&photo, &mut picture));

                // A format that does not read so far has its picture.
                let expected = cancel.is_canceled().then_some(ErrorKind::Canceled);
                let kind = result.err().map(|error| error.kind());
                assert_eq!(kind, expected, "{name} {place}");
                let left: &[u8] = if kind.is_some() { b"" } else { &whole };
                assert_eq!(picture, left, "{name} {place}");

                pipeline.set_cancel(Cancel::new());
                pipeline.prepare_into(&bytes, &mut picture).unwrap();
                assert_eq!(picture, whole, "{name} {place}: the next photo");
            }
        }
    }
}

#[test]
fn a_canceled_photo_is_not_read_to_its_end() {
    let png = noise(2000);
    let (length, cancel) = (png.len() as u64, Cancel::new());
    let mut pipeline = Pipeline::new(Options::new()).unwrap();
    pipeline.set_cancel(cancel.clone());
    let (file, read) = Canceling::new(png, length / 4, &cancel);
    let photo = Photo::open(file, Vec::new()).unwrap();

    let result = pipeline.prepare_photo(&photo, &mut Vec::new());

    assert!(matches!(result, Err(Error::Canceled)));
    assert!(read.load(Ordering::Relaxed) < length / 2);
}

#[test]
fn a_canceled_pipeline_reads_no_header_and_makes_no_plan() {
    let photo = fixture("formats/baseline.jpg");
    let cancel = Cancel::new();
    let mut pipeline = Pipeline::new(Options::new()).unwrap();
    pipeline.set_cancel(cancel.clone());
    assert!(pipeline.read_header(&photo).is_ok() && pipeline.plan(&photo).is_ok());

    cancel.cancel();

    let header = pipeline.read_header(&photo).map(drop);
    let plan = pipeline.plan(&photo).map(drop);
    assert!(matches!(header, Err(Error::Canceled)));
    assert!(matches!(plan, Err(Error::Canceled)));
}

#[cfg(feature = "rayon")]
#[test]
fn the_decoder_of_a_photo_over_its_time_ends() {
    use std::ops::ControlFlow;
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    use prep::batch::{Batch, Event, TimeLimit};

    /// A file whose last three quarters come when the other end of the channel is dropped.
    struct Held(Canceling, Receiver<()>);

    impl Read for Held {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.file.position() > self.0.place {
                let _ = self.1.recv();
            }
            self.0.read(buffer)
        }
    }

    impl Seek for Held {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    let png = noise(2000);
    let length = png.len() as u64;
    let (file, read) = Canceling::new(png, length / 4, &Cancel::new());
    let (release, held) = channel();
    let mut release = Some(release);
    let mut is_overdue = false;
    let limit = TimeLimit {
        base: Duration::from_millis(300),
        per_megapixel: Duration::ZERO,
    };

    Batch::new(Options::new())
        .unwrap()
        .threads(1)
        .time_limit(limit)
        .run(
            [Held(file, held)],
            |worker, file| worker.prepare_file(file, &mut Vec::new()),
            |event| {
                is_overdue |= matches!(event, Event::Overdue { .. });
                // The photo goes on where it stood, and finds that it is canceled.
                if matches!(event, Event::Stalled) {
                    release = None;
                }
                ControlFlow::Continue(())
            },
        )
        .unwrap();

    assert!(is_overdue && release.is_none());
    assert!(read.load(Ordering::Relaxed) < length / 2);
}
