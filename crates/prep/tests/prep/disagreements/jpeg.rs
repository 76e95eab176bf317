//! JPEG: segments that lack or miscount something.

use crate::common::{finest, finest_of, fixture, picture_of, prepare};

const SOI: usize = 2;

/// The segments before the first scan, each with its marker, and all from the scan on.
fn segments(photo: &[u8]) -> (Vec<&[u8]>, &[u8]) {
    let (mut segments, mut rest) = (Vec::new(), &photo[SOI..]);
    while rest[1] != 0xDA {
        let length = usize::from(u16::from_be_bytes([rest[2], rest[3]]));
        let (segment, next) = rest.split_at(2 + length);
        segments.push(segment);
        rest = next;
    }
    (segments, rest)
}

/// The photo without its segments of this marker, of which there must be one.
fn without(photo: &[u8], marker: u8) -> Vec<u8> {
    let (segments, scan) = segments(photo);
    let kept: Vec<&[u8]> = segments
        .iter()
        .copied()
        .filter(|segment| segment[1] != marker)
        .collect();
    assert!(kept.len() < segments.len(), "no marker {marker:02x}");
    [&photo[..SOI], &kept.concat(), scan].concat()
}

fn with_after_soi(photo: &[u8], bytes: &[u8]) -> Vec<u8> {
    [&photo[..SOI], bytes, &photo[SOI..]].concat()
}

#[test]
fn cmyk_is_inverted_whether_or_not_adobe_says_so() {
    for name in [
        "tiny/cmyk.jpg",
        "tiny/arithmetic-restarts.jpg",
        "tiny/cmyk-profile.jpg",
    ] {
        let photo = without(&fixture(name), 0xEE);

        assert!(
            picture_of(&photo, finest(), name) == finest_of(name),
            "{name}"
        );
    }
}

#[test]
fn without_huffman_tables_those_of_the_standard_are_meant() {
    for name in [
        "formats/baseline.jpg",
        "formats/restarts.jpg",
        "formats/gray.jpg",
    ] {
        let photo = without(&fixture(name), 0xC4);

        assert!(
            picture_of(&photo, finest(), name) == finest_of(name),
            "{name}"
        );
    }
}

#[test]
fn a_progressive_photo_without_huffman_tables_is_damaged() {
    let photo = without(&fixture("formats/progressive.jpg"), 0xC4);

    let error = prepare(&photo, finest()).unwrap_err();

    assert_eq!(error.kind(), prep::ErrorKind::Damaged, "{error}");
}

#[test]
fn application_data_of_length_zero_lose_nothing() {
    let name = "formats/baseline.jpg";
    for marker in [0xE1, 0xE5, 0xEF, 0xFE] {
        for length in [0, 1] {
            let photo = with_after_soi(&fixture(name), &[0xFF, marker, 0, length]);

            assert!(picture_of(&photo, finest(), name) == finest_of(name));
        }
    }
}

#[test]
fn zeros_after_the_start_are_skipped() {
    let name = "formats/baseline.jpg";
    for count in [1, 3, 500] {
        let photo = with_after_soi(&fixture(name), &vec![0; count]);

        assert!(picture_of(&photo, finest(), name) == finest_of(name));
    }
}

#[test]
fn other_bytes_after_the_start_make_no_photo() {
    let photo = with_after_soi(&fixture("formats/baseline.jpg"), b"text");

    let error = prepare(&photo, finest()).unwrap_err();

    assert!(matches!(error, prep::Error::NotAnImage), "{error}");
}
