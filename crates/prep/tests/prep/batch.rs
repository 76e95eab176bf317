//! A batch gives what one pipeline gives, photo after photo, whatever the threads, orders, budgets and accidents.

#![cfg(feature = "rayon")]

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};
use std::ops::ControlFlow::{self, Break, Continue};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use prep::Cancel;
use prep::batch::{Batch, Event, MemoryBudget, Order, Panic, Worker};
use prep::{Error, ErrorKind, Limits, Options, Pipeline};

use crate::common::fixture;

mod ends;
mod inputs;

type Picture = Result<Vec<u8>, Error>;

/// Photos of many formats, sizes and costs, and files that are none.
fn photos() -> Vec<Vec<u8>> {
    [
        "photos/coffee.png",
        "formats/baseline.jpg",
        "malformed/text.jpg",
        "formats/progressive.jpg",
        "formats/rgb.png",
        "photos/rocket.jpg",
        "malformed/empty.jpg",
        "formats/gray.jpg",
        "formats/palette.gif",
        "malformed/bomb.png",
        "formats/rgb-lzw.tif",
        "formats/rgb.bmp",
        "formats/444.jpg",
        "formats/restarts.jpg",
    ]
    .map(fixture)
    .into()
}

fn options() -> Options {
    Options::new().side(96).minimum_side(1)
}

/// The oracle: one pipeline, one photo after the other.
fn one_by_one(photos: &[Vec<u8>]) -> Vec<Picture> {
    let mut pipeline = Pipeline::new(options()).expect("the options are within their ranges");
    let prepare = |photo: &Vec<u8>| {
        let mut picture = Vec::new();
        pipeline.prepare_into(photo, &mut picture)?;
        Ok(picture)
    };
    photos.iter().map(prepare).collect()
}

fn prepare(worker: &mut Worker<'_>, photo: &[u8]) -> Picture {
    let mut picture = Vec::new();
    worker.prepare(&photo.into(), &mut picture)?;
    Ok(picture)
}

/// Two results as they can be compared: errors by their text.
fn text(picture: &Picture) -> Result<&[u8], String> {
    picture.as_deref().map_err(ToString::to_string)
}

fn assert_same(actual: &[Picture], expected: &[Picture], what: &str) {
    assert_eq!(actual.len(), expected.len(), "{what}");
    for (index, (actual, expected)) in actual.iter().zip(expected).enumerate() {
        assert!(text(actual) == text(expected), "{what}, photo {index}");
    }
}

/// Does nothing with ticks, and all of `finished` with results.
fn on_finished<R, E>(
    mut finished: impl FnMut(usize, Result<R, E>) -> ControlFlow<()>,
) -> impl FnMut(Event<R, E>) -> ControlFlow<()> {
    move |event| match event {
        Event::Finished { index, result } => finished(index, result),
        Event::Overdue { .. } | Event::Stalled | Event::Tick => Continue(()),
    }
}

#[test]
fn any_number_of_threads_gives_what_one_pipeline_gives() {
    let photos = photos();
    let expected = one_by_one(&photos);
    assert!(expected.iter().filter(|picture| picture.is_ok()).count() >= 10);

    for threads in 1..=8 {
        let batch = Batch::new(options()).unwrap().threads(threads);
        // The second time with warm pipelines.
        for run in 0..2 {
            let pictures = batch.prepare_all(&photos).unwrap();
            assert_same(
                &pictures,
                &expected,
                &format!("{threads} threads, run {run}"),
            );
        }
    }
}

#[test]
fn results_come_in_input_order_or_each_once() {
    let photos = photos();
    let expected = one_by_one(&photos);

    for order in [Order::Input, Order::Completion] {
        let mut delivered = Vec::new();
        Batch::new(options())
            .unwrap()
            .threads(3)
            .order(order)
            .run(
                &photos,
                |worker, photo| prepare(worker, photo),
                on_finished(|index, result| {
                    delivered.push((index, result));
                    Continue(())
                }),
            )
            .unwrap();

        if order == Order::Input {
            assert!(
                delivered
                    .iter()
                    .map(|(index, _)| *index)
                    .eq(0..photos.len())
            );
        }
        let by_index: BTreeMap<usize, Picture> = delivered.into_iter().collect();
        let pictures: Vec<Picture> = by_index.into_values().collect();
        assert_same(&pictures, &expected, &format!("{order:?}"));
    }
}

#[test]
fn in_completion_order_a_slow_photo_delays_no_other() {
    let (release, wait) = mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let mut order = Vec::new();

    Batch::new(options())
        .unwrap()
        .threads(2)
        .order(Order::Completion)
        .run(
            0..20,
            |_, item| {
                if item == 0 {
                    wait.lock().unwrap().recv().unwrap();
                }
                Ok::<usize, Panic>(item)
            },
            on_finished(|_, item: Result<usize, _>| {
                order.push(item.unwrap());
                if order.len() == 19 {
                    release.send(()).unwrap();
                }
                Continue(())
            }),
        )
        .unwrap();

    assert_eq!(order.len(), 20);
    assert_eq!(order.last(), Some(&0));
}

#[test]
fn a_budget_smaller_than_any_photo_lets_them_run_one_by_one() {
    let photos = photos();
    let expected = one_by_one(&photos);
    let (working, peak) = (AtomicUsize::new(0), AtomicUsize::new(0));

    for budget in [0, 8, 1 << 30] {
        let mut pictures = Vec::new();
        peak.store(0, Ordering::SeqCst);
        Batch::new(options())
            .unwrap()
            .threads(6)
            .memory(MemoryBudget::new(budget))
            .run(
                photos.clone(),
                |worker, photo| {
                    worker.with_file(Cursor::new(photo), |worker, photo| {
                        // An empty file needs no room.
                        let one = usize::from(photo.length() > 0);
                        let now = working.fetch_add(one, Ordering::SeqCst) + one;
                        peak.fetch_max(now, Ordering::SeqCst);
                        let mut picture = Vec::new();
                        let prepared = worker.prepare(photo, &mut picture);
                        working.fetch_sub(one, Ordering::SeqCst);
                        prepared.map(|_| picture)
                    })
                },
                on_finished(|_, result| {
                    pictures.push(result);
                    Continue(())
                }),
            )
            .unwrap();

        assert_same(&pictures, &expected, &format!("{budget} bytes"));
        if budget == 8 {
            assert_eq!(peak.load(Ordering::SeqCst), 1);
        }
    }
}

#[test]
fn an_empty_batch_is_done_at_once() {
    let batch = Batch::new(options()).unwrap();
    let nothing = Vec::<Vec<u8>>::new();

    assert!(batch.prepare_all(&nothing).unwrap().is_empty());
    // An iterator that does not know its length.
    let filtered = photos().into_iter().filter(|_| false);
    assert!(batch.prepare_all(filtered).unwrap().is_empty());
}

#[test]
fn items_are_taken_only_as_results_are() {
    let threads = 2;
    let (mut delivered, taken) = (0, AtomicUsize::new(0));
    let items = (0..200).inspect(|_| _ = taken.fetch_add(1, Ordering::SeqCst));

    Batch::new(options())
        .unwrap()
        .threads(threads)
        .run(
            items,
            |_, item| Ok::<usize, Panic>(item),
            on_finished(|_, _| {
                thread::sleep(Duration::from_micros(200));
                delivered += 1;
                let ahead = taken.load(Ordering::SeqCst) + 1 - delivered;
                // The item that is being delivered has left the window.
                assert!(ahead <= 4 * threads + 1, "{ahead} ahead");
                Continue(())
            }),
        )
        .unwrap();

    assert_eq!(delivered, 200);
}

#[test]
fn results_are_delivered_while_the_iterator_waits_for_its_next_item() {
    let (sender, receiver) = mpsc::channel();
    sender.send(0).unwrap();
    let mut sender = Some(sender);
    let mut delivered = 0;

    Batch::new(options())
        .unwrap()
        .threads(4)
        .run(
            receiver,
            |_, item: usize| Ok::<usize, Panic>(item),
            on_finished(|_, item: Result<usize, _>| {
                // The next item exists only after this result.
                let next = item.unwrap() + 1;
                match &sender {
                    Some(open) if next < 10 => open.send(next).unwrap(),
                    _ => sender = None,
                }
                delivered += 1;
                Continue(())
            }),
        )
        .unwrap();

    assert_eq!(delivered, 10);
}

#[test]
fn the_caller_can_look_around_while_photos_are_in_progress() {
    let mut ticks = 0;
    let slow = |_: &mut Worker<'_>, ()| {
        thread::sleep(Duration::from_millis(350));
        Ok::<_, Panic>(())
    };

    Batch::new(options())
        .unwrap()
        .run([()], slow, |event| {
            ticks += usize::from(matches!(event, Event::Tick));
            Continue(())
        })
        .unwrap();

    assert!(ticks >= 1);
}

#[test]
fn options_of_one_item_are_not_those_of_the_next() {
    let photo = fixture("formats/baseline.jpg");
    let side = |worker: &mut Worker<'_>, own: Option<u32>| {
        if let Some(side) = own {
            worker.set_options(options().side(side))?;
        }
        let prepared = worker.prepare(&photo[..].into(), &mut Vec::new())?;
        Ok::<u32, Error>(prepared.plan.side)
    };
    let mut sides = Vec::new();

    Batch::new(options())
        .unwrap()
        .threads(1)
        .run(
            [None, Some(40), None],
            side,
            on_finished(|_, side: Result<u32, Error>| {
                sides.push(side.unwrap());
                Continue(())
            }),
        )
        .unwrap();

    assert_eq!(sides, [96, 40, 96]);
}

#[allow(dead_code, reason = "its `main` reads the command line")]
#[path = "../../examples/batch.rs"]
mod example;

#[test]
fn the_example_makes_a_picture_of_each_photo_in_a_folder() {
    let folder = std::env::temp_dir().join(format!("prep-batch-{}", std::process::id()));
    let (photos, pictures) = (folder.join("photos"), folder.join("pictures"));
    std::fs::create_dir_all(&photos).unwrap();
    for name in [
        "photos/rocket.jpg",
        "photos/coffee.png",
        "malformed/text.jpg",
    ] {
        let (_, file) = name.split_once('/').unwrap();
        std::fs::write(photos.join(file), fixture(name)).unwrap();
    }

    example::prepare_folder(&photos, &pictures).unwrap();

    for name in ["photos/rocket.jpg", "photos/coffee.png"] {
        let (_, file) = name.split_once('/').unwrap();
        let expected = crate::common::prepare(&fixture(name), Options::new().side(640));
        let (_, expected) = expected.unwrap();
        let written = std::fs::read(pictures.join(format!("{file}.jpg"))).unwrap();
        assert!(written == expected, "{name}");
    }
    assert_eq!(std::fs::read_dir(&pictures).unwrap().count(), 2);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn options_outside_their_ranges_begin_no_batch() {
    let wrong = options().side(9000);

    let error = Batch::new(wrong).unwrap_err();
    let own = Batch::new(options()).unwrap().run_one(|worker| {
        worker.set_options(wrong)?;
        Ok::<(), Error>(())
    });

    assert!(matches!(error, Error::Option { option: "side", .. }));
    assert!(matches!(own, Err(Error::Option { option: "side", .. })));
}
