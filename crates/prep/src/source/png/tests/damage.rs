//! Photos that are cut off, corrupt or invalid.

use super::*;

/// A file that is cut off keeps at least the rows that another decoder finds, and they are the same.
#[test]
fn a_file_may_end_at_any_byte() {
    let mut random = Random(3);
    for (color, depth) in [(2, 8), (3, 2), (6, 16)] {
        let kind = Kind {
            width: 21,
            height: 13,
            depth,
            color,
            is_interlaced: false,
            has_transparency: false,
        };
        let whole = kind.file(&deflated(&kind.scanlines(&mut random)), &mut random);
        let all = expected(&whole, kind).unwrap();
        for length in 0..whole.len() {
            let photo = &whole[..length];

            let rows = actual(photo, kind.height, kind.width);

            match (rows, expected(photo, kind)) {
                (Ok(rows), Ok(expected)) => {
                    assert!(rows.len() >= expected.len(), "{kind:?}, {length}");
                    assert!(all.starts_with(&rows), "{kind:?}, {length}");
                }
                (Err(error), Err(_)) => assert!(!error.is_empty()),
                (rows, expected) => panic!("{length}: {rows:?}, {expected:?}"),
            }
        }
    }
}

#[test]
fn what_is_corrupt_ends_the_rows_and_nothing_else() {
    let mut random = Random(4);
    let kinds: Vec<Kind> = Kind::all().filter(|kind| kind.width > 5).collect();
    for round in 0..3000 {
        let kind = kinds[random.below(kinds.len())];
        let mut scanlines = kind.scanlines(&mut random);
        let mut photo = match round % 3 {
            // A filter type that is none, or a sample.
            0 => {
                let place = random.below(scanlines.len());
                scanlines[place] = 5 + random.below(251) as u8;
                kind.file(&deflated(&scanlines), &mut random)
            }
            // A fault in the deflate stream, often one of its header.
            1 => {
                let mut deflated = deflated(&scanlines);
                let place = random.below(deflated.len().min(40));
                deflated[place] ^= 1 << random.below(8);
                kind.file(&deflated, &mut random)
            }
            _ => kind.file(&deflated(&scanlines), &mut random),
        };
        if round % 3 == 2 {
            for _ in 0..3 {
                let place = random.below(photo.len());
                photo[place] = random.below(256) as u8;
            }
            // What a file may claim is another test's matter.
            photo[..26].copy_from_slice(&kind.chunks_before_pixels()[..26]);
        }

        let rows = actual(&photo, kind.height, kind.width);

        if let (Ok(rows), Ok(expected)) = (&rows, expected(&photo, kind)) {
            let same = rows
                .iter()
                .zip(&expected)
                .all(|(row, expected)| row == expected);
            assert!(same && rows.len() >= expected.len(), "{kind:?}, {round}");
        }
    }
}

#[test]
fn messages_name_what_is_wrong() {
    let kind = Kind {
        width: 9,
        height: 9,
        depth: 8,
        color: 3,
        is_interlaced: false,
        has_transparency: false,
    };
    let scanlines = kind.scanlines(&mut Random(5));
    let mut wrong_filter = scanlines.clone();
    wrong_filter[0] = 9;
    let mut dictionary = deflated(&scanlines);
    // FDICT, and the check bits that go with it (RFC 1950, 2.2).
    dictionary[..2].copy_from_slice(&[0x78, 0x20 + 31 - (0x7820_u16 % 31) as u8]);
    let mut window = deflated(&scanlines);
    window[..2].copy_from_slice(&[0x88, 31 - (0x8800_u16 % 31) as u8]);
    let of_data = |data: &[u8]| kind.file(data, &mut Random(6));
    let of_header = |place: usize, value: u8| {
        let mut photo = of_data(&deflated(&scanlines));
        photo[16 + place] = value;
        photo
    };
    let with = |kind_of_chunk: &[u8; 4], data: &[u8]| {
        let before = kind.chunks_before_pixels();
        let rest = &of_data(&deflated(&scanlines))[before.len()..];
        [&before[..], &chunk(kind_of_chunk, data), rest].concat()
    };
    for (photo, message) in [
        (of_data(&deflated(&wrong_filter)), "unknown filter type 9"),
        (of_data(&dictionary), "zlib header"),
        (of_data(&window), "zlib header"),
        (of_data(&deflated(&scanlines[..5])), "pixels are missing"),
        (of_data(&deflated(&scanlines)[..5]), "pixels are missing"),
        (of_header(8, 3), "color type 3 with a bit depth of 3"),
        (of_header(9, 7), "color type 7"),
        (of_header(10, 1), "compression method 1"),
        (of_header(11, 1), "filter method 1"),
        (of_header(12, 2), "interlace method 2"),
        (with(b"PLTE", &[0; 3]), "second PLTE"),
        (with(b"IHDR", &[0; 13]), "second IHDR"),
        (with(b"XyZz", &[]), "critical chunk XyZz"),
        (with(b"IEND", &[]), "pixels are missing"),
        (kind.chunks_before_pixels(), "cut off"),
    ] {
        let photo = Photo::from(&photo[..]);
        let result = ImageHeader::read(&photo, |_| Ok(())).and_then(|header| {
            let mut rows = Rows::new(&header, 9, 9, || Inflate::new(&photo, header.data, None));
            rows.row(0).map(|_| ())
        });

        let error = result.unwrap_err().to_string();

        assert!(error.contains(message), "{error}, not {message}");
    }
}
