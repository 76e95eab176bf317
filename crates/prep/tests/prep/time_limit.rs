//! A decoder that does not return costs its own photo and a thread, and nothing else.

#![cfg(feature = "rayon")]

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::ops::ControlFlow::Continue;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use prep::batch::{Batch, Event, MemoryBudget, Order, TimeLimit, Worker};
use prep::{Error, ErrorKind, Options};

use crate::common::fixture;

/// A file whose second half comes when the other end of the channel is dropped.
struct Stuck {
    file: Cursor<Vec<u8>>,
    release: Receiver<()>,
}

impl Read for Stuck {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.file.position() > self.file.get_ref().len() as u64 / 2 {
            // It ends with an error when the sender is dropped; then the rest is read.
            let _ = self.release.recv();
        }
        self.file.read(buffer)
    }
}

impl Seek for Stuck {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

const LIMIT: TimeLimit = TimeLimit {
    base: Duration::from_secs(1),
    per_megapixel: Duration::ZERO,
};

fn batch(threads: usize) -> Batch {
    Batch::new(Options::new().side(96))
        .expect("the options are in range")
        .threads(threads)
        // So little that each photo goes alone: the room of a stuck one must become free.
        .memory(MemoryBudget::new(1))
        .time_limit(LIMIT)
}

/// What a file's first bytes and the rest of it are worth: a picture, or an error.
fn prepare(worker: &mut Worker<'_>, photo: Photo) -> Result<usize, Error> {
    let mut picture = Vec::new();
    match photo {
        Photo::Stuck(file) => worker.prepare_file(file, &mut picture)?,
        Photo::Good => {
            worker.prepare_file(Cursor::new(fixture("formats/baseline.jpg")), &mut picture)?
        }
    };
    Ok(picture.len())
}

enum Photo {
    Good,
    Stuck(Stuck),
}

#[test]
fn a_batch_goes_on_without_the_photos_that_are_over_their_time() {
    for (threads, order) in [(1, Order::Input), (2, Order::Input), (3, Order::Completion)] {
        let mut releases = Vec::new();
        let photos: Vec<Photo> = (0..9)
            .map(|number| {
                if number % 4 != 1 {
                    return Photo::Good;
                }
                let (sender, release) = channel();
                releases.push(sender);
                Photo::Stuck(Stuck {
                    file: Cursor::new(fixture("photos/coffee.png")),
                    release,
                })
            })
            .collect();
        let (mut done, mut overdue, mut stalls) = (Vec::new(), Vec::new(), 0);

        batch(threads)
            .order(order)
            .run(photos, prepare, |event| {
                match event {
                    Event::Finished { index, result } => done.push((index, result.is_ok())),
                    Event::Overdue { index, error } => overdue.push((index, error)),
                    Event::Stalled => {
                        stalls += 1;
                        releases.clear();
                    }
                    Event::Tick => {}
                }
                Continue(())
            })
            .unwrap();

        done.sort_unstable();
        let good = [0, 2, 3, 4, 6, 7, 8].map(|index| (index, true));
        assert_eq!(done, good, "{threads} threads");
        overdue.sort_by_key(|(index, _)| *index);
        let indexes: Vec<usize> = overdue.iter().map(|(index, _)| *index).collect();
        assert_eq!((indexes, stalls), (vec![1, 5], 1), "{threads} threads");
        for (_, error) in overdue {
            assert_eq!(error.kind(), ErrorKind::TooLarge);
            assert!(error.to_string().contains("than the 1 s"), "{error}");
        }
    }
}

#[test]
fn a_single_photo_over_its_time_has_no_picture() {
    let (sender, release) = channel();
    let stuck = Stuck {
        file: Cursor::new(fixture("photos/coffee.png")),
        release,
    };
    let late = std::thread::spawn(move || {
        std::thread::sleep(2 * LIMIT.base);
        drop(sender);
    });
    let mut picture = Vec::new();

    let result = batch(1).run_one(|worker| worker.prepare_file(stuck, &mut picture));

    late.join().unwrap();
    assert!(matches!(result, Err(Error::TooSlow { .. })), "{result:?}");
    assert!(picture.is_empty());
}

#[test]
fn photos_within_their_time_are_the_same_with_a_limit() {
    let photo = fixture("formats/baseline.jpg");
    let limited = batch(2).time_limit(TimeLimit::default());

    let pictures = limited.prepare_all([&photo; 3]).unwrap();

    let options = Options::new().side(96);
    let (_, expected) = crate::common::prepare(&photo, options).unwrap();
    for picture in pictures {
        assert_eq!(picture.unwrap(), expected);
    }
}
