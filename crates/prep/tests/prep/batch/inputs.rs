//! Photos as files and streams.

use super::*;

#[test]
fn files_and_streams_give_what_their_bytes_give() {
    let photos = photos();
    let expected = one_by_one(&photos);
    let batch = Batch::new(options())
        .unwrap()
        .memory(MemoryBudget::new(1 << 20));

    for (photo, expected) in photos.into_iter().zip(&expected) {
        let as_file = batch.run_one(|worker| {
            let mut picture = Vec::new();
            worker.prepare_file(Cursor::new(photo.clone()), &mut picture)?;
            Ok(picture)
        });
        let as_stream = batch.run_one(|worker| {
            let mut picture = Vec::new();
            worker.with_stream(&photo[..], |worker, photo| {
                worker.prepare(photo, &mut picture)
            })?;
            Ok(picture)
        });

        assert_eq!(text(&as_file), text(expected));
        assert_eq!(text(&as_stream), text(expected));
    }
}

#[test]
fn a_stream_is_read_no_further_than_the_limit() {
    let limits = Limits {
        bytes: 1000,
        ..Limits::default()
    };
    let mut endless = io::repeat(0xFF).take(u64::MAX);

    let result = Batch::new(options().limits(limits))
        .unwrap()
        .run_one(|worker| {
            worker.with_stream(&mut endless, |worker, photo| {
                worker.prepare(photo, &mut Vec::new())
            })
        });

    assert_eq!(result.unwrap_err().kind(), ErrorKind::TooLarge);
    assert_eq!(u64::MAX - endless.limit(), 1001);
}

#[test]
fn a_file_inside_another_files_work_does_not_wait_for_itself() {
    let photo = fixture("formats/baseline.jpg");
    let batch = Batch::new(options()).unwrap().memory(MemoryBudget::new(8));

    let sides = batch.run_one(|worker| {
        worker.with_file(Cursor::new(photo.clone()), |worker, outer| {
            worker.prepare_file(Cursor::new(photo.clone()), &mut Vec::new())?;
            worker.prepare(outer, &mut Vec::new())
        })
    });

    assert!(sides.is_ok());
}
