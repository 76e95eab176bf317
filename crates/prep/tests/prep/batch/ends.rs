//! How a batch ends early: by panics, by its flag, by its caller, by an item.

use super::*;

#[test]
fn a_panic_is_its_own_photos_error_and_frees_its_memory() {
    let photos = photos();
    let expected = one_by_one(&photos);
    let place = |item: usize| [1, 4, 5, 11].iter().position(|bad| *bad == item);

    for threads in [1, 2, 5] {
        let batch = Batch::new(options())
            .unwrap()
            .threads(threads)
            .memory(MemoryBudget::new(1));
        let mut pictures = Vec::new();
        batch
            .run(
                photos.iter().enumerate(),
                |worker, (item, photo)| match place(item) {
                    None => prepare(worker, photo),
                    Some(0) => panic!("before photo {item}"),
                    Some(1) => worker.with_pipeline(|_| panic!("with a pipeline, photo {item}")),
                    Some(2) => worker.with_file(Cursor::new(photo.clone()), |_, _| {
                        panic!("with room for a file")
                    }),
                    Some(_) => {
                        let _picture = prepare(worker, photo);
                        std::panic::panic_any(7)
                    }
                },
                on_finished(|_, result: Picture| {
                    pictures.push(result);
                    Continue(())
                }),
            )
            .unwrap();

        let mut messages = Vec::new();
        for (item, (picture, expected)) in pictures.iter().zip(&expected).enumerate() {
            match (place(item), picture) {
                (None, picture) => assert_eq!(text(picture), text(expected), "photo {item}"),
                (Some(_), Err(Error::Panicked { message })) => messages.push(message.as_str()),
                (Some(_), other) => panic!("photo {item}: {other:?}"),
            }
        }
        let expected = [
            "before photo 1",
            "with a pipeline, photo 4",
            "with room for a file",
            "no message",
        ];
        assert_eq!(messages, expected);
    }
}

#[test]
fn a_panic_has_a_kind_and_says_what_to_do() {
    let error = Error::from(Panic {
        message: "a row too many".to_owned(),
    });

    assert_eq!(error.kind(), ErrorKind::Decoder);
    assert!(error.to_string().contains("(a row too many); convert"));
}

#[test]
fn a_canceled_batch_finishes_what_is_in_progress_and_begins_nothing() {
    for (threads, order) in [(1, Order::Input), (3, Order::Input), (3, Order::Completion)] {
        let cancel = Cancel::new();
        let begun = AtomicUsize::new(0);
        let mut delivered = 0;
        Batch::new(options())
            .unwrap()
            .threads(threads)
            .order(order)
            .cancel(cancel.clone())
            .run(
                0..,
                |_, _| {
                    begun.fetch_add(1, Ordering::SeqCst);
                    thread::sleep(Duration::from_millis(1));
                    Ok::<_, Panic>(())
                },
                on_finished(|_, _| {
                    delivered += 1;
                    if delivered == 5 {
                        cancel.cancel();
                    }
                    Continue(())
                }),
            )
            .unwrap();

        let begun = begun.into_inner();
        assert!((5..=5 + 4 * threads).contains(&begun), "{begun} begun");
        assert_eq!(delivered, begun);
    }
}

#[test]
fn a_batch_canceled_from_elsewhere_ends_soon() {
    let cancel = Cancel::new();
    let batch = Batch::new(options())
        .unwrap()
        .threads(2)
        .cancel(cancel.clone());

    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(50));
            cancel.cancel();
        });
        let pause = |_: &mut Worker<'_>, _| {
            thread::sleep(Duration::from_millis(1));
            Ok::<_, Panic>(())
        };
        batch.run(0.., pause, |_| Continue(())).unwrap();
    });

    assert!(cancel.is_canceled());
    let after = batch.prepare_all(photos()).unwrap();
    assert!(after.is_empty());
}

#[test]
fn whoever_takes_no_more_results_ends_the_batch() {
    let begun = AtomicUsize::new(0);
    let mut delivered = 0;

    Batch::new(options())
        .unwrap()
        .threads(3)
        .run(
            0..,
            |_, _| {
                begun.fetch_add(1, Ordering::SeqCst);
                Ok::<_, Panic>(())
            },
            on_finished(|_, _| {
                delivered += 1;
                if delivered == 7 {
                    Break(())
                } else {
                    Continue(())
                }
            }),
        )
        .unwrap();

    assert_eq!(delivered, 7);
    assert!(begun.into_inner() <= 7 + 12);
}

#[test]
fn an_item_can_end_the_batch() {
    let mut delivered = Vec::new();

    Batch::new(options())
        .unwrap()
        .threads(1)
        .run(
            0..,
            |worker, item| {
                if item == 3 {
                    worker.stop();
                }
                Ok::<usize, Panic>(item)
            },
            on_finished(|index, _| {
                delivered.push(index);
                Continue(())
            }),
        )
        .unwrap();

    assert_eq!(delivered, [0, 1, 2, 3]);
}

#[test]
fn a_panic_of_the_caller_ends_the_batch_and_goes_on() {
    let batch = Batch::new(options()).unwrap().threads(3);
    let work = |_: &mut Worker<'_>, item: usize| Ok::<usize, Panic>(item);

    let in_results = catch_unwind(AssertUnwindSafe(|| {
        batch.run(0.., work, on_finished(|_, _| panic!("of the caller")))
    }));
    let endless = (0..).inspect(|item| assert!(*item < 9, "of the iterator"));
    let in_items = catch_unwind(AssertUnwindSafe(|| {
        batch.run(endless, work, |_| Continue(()))
    }));

    assert!(in_results.is_err() && in_items.is_err());
}
