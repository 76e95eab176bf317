//! Whole photos.

use super::*;

#[test]
fn rows_are_those_of_another_decoder() {
    let mut random = Random(1);
    for kind in Kind::all() {
        let photo = kind.file(&deflated(&kind.scanlines(&mut random)), &mut random);

        let expected = expected(&photo, kind).unwrap();

        assert_eq!(expected.len(), kind.height as usize);
        let rows = actual(&photo, kind.height, kind.width).unwrap();
        assert!(rows == expected, "{kind:?}");
        // The square's upper left part.
        let (height, width) = (kind.height.div_ceil(2), kind.width.div_ceil(3));
        let part = actual(&photo, height, width).unwrap();
        assert_eq!(part.len(), height as usize);
        for (part, row) in part.iter().zip(&expected) {
            let bytes = row.len() / kind.width as usize * width as usize;
            assert!(part[..] == row[..bytes], "{kind:?}, {width} columns");
        }
    }
}

#[test]
fn rows_wider_than_a_window_are_inflated_piece_by_piece() {
    let mut random = Random(2);
    let kind = Kind {
        width: 70_000,
        height: 9,
        depth: 8,
        color: 2,
        is_interlaced: false,
        has_transparency: false,
    };
    let photo = kind.file(&deflated(&kind.scanlines(&mut random)), &mut random);

    let rows = actual(&photo, kind.height, kind.width).unwrap();

    assert!(rows == expected(&photo, kind).unwrap());
}

/// A chunk for each byte, and thousands without any: time is that of the bytes.
#[test]
fn data_may_be_spread_over_any_number_of_chunks() {
    let kind = Kind {
        width: 31,
        height: 29,
        depth: 8,
        color: 2,
        is_interlaced: false,
        has_transparency: false,
    };
    let scanlines = kind.scanlines(&mut Random(7));
    let mut photo = kind.chunks_before_pixels();
    for byte in deflated(&scanlines) {
        for _ in 0..50 {
            photo.extend(chunk(b"IDAT", &[]));
        }
        photo.extend(chunk(b"IDAT", &[byte]));
    }

    let rows = actual(&photo, kind.height, kind.width).unwrap();

    assert!(rows == expected(&photo, kind).unwrap());
}
