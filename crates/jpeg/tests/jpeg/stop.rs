//! A photo that is stopped ends as if the file did, and the decoder goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jpeg::{Decoder, Planes, Size, Square, Target, read_header};

use crate::writer::{Process, Random, photo, script};

#[test]
fn a_photo_that_is_stopped_is_lost_and_the_next_one_is_not() {
    let baseline = photo(&mut Random(1), 70, 50, &[(2, 2), (1, 1), (1, 1)]);
    let progressive = crate::writer::Photo {
        scans: script(3),
        process: Process::Progressive,
        ..photo(&mut Random(2), 70, 50, &[(2, 2), (1, 1), (1, 1)])
    };
    let square = Square {
        x: 0.0,
        y: 0.0,
        side: 50.0,
    };
    let target = Target::new(square, Size::square(25));
    for bytes in [baseline.write(), progressive.write()] {
        let header = read_header(&bytes).unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let mut decoder = Decoder::new();
        decoder.set_stop(Arc::clone(&stop));
        let mut decode = |planes: &mut Planes| {
            decoder
                .decode_resized(&bytes, &header, &target, planes)
                .unwrap()
        };
        let (mut before, mut stopped, mut after) = Default::default();

        let sound = decode(&mut before);
        stop.store(true, Ordering::Relaxed);
        let damage = decode(&mut stopped);
        stop.store(false, Ordering::Relaxed);
        decode(&mut after);

        assert!(sound.is_none());
        assert!(damage.is_truncated && damage.lost_rows == damage.rows);
        let samples = |planes: &Planes| -> Vec<Vec<u8>> {
            let planes = planes.components().iter();
            planes.map(|plane| plane.samples.clone()).collect()
        };
        assert_eq!(samples(&after), samples(&before));
        assert_ne!(samples(&stopped), samples(&before));
    }
}
