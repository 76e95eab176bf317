//! Missing data are reported; bytes that do not belong to the photo are skipped.

use jpeg::{Damage, Decoder, Planes, Size, Square, Target, read_header};

use crate::writer::{self, Photo, Process, Random, photo, script};

fn progressive(seed: u64) -> Photo {
    Photo {
        scans: script(3),
        process: Process::Progressive,
        ..photo(&mut Random(seed), 70, 50, &[(2, 2), (1, 1), (1, 1)])
    }
}

fn decode(bytes: &[u8]) -> (Damage, Vec<u8>) {
    let header = read_header(bytes).unwrap();
    let mut samples = Vec::new();
    let damage = Decoder::new().decode(bytes, &header, &mut samples).unwrap();
    (damage, samples)
}

/// Where the scans' markers are.
fn scans(bytes: &[u8]) -> Vec<usize> {
    let is_scan = |&place: &usize| bytes[place..].starts_with(&[0xff, 0xda]);
    (0..bytes.len()).filter(is_scan).collect()
}

#[test]
fn a_photo_that_ends_between_two_scans_is_cut_off() {
    let bytes = progressive(1).write();
    let scans = scans(&bytes);

    for &end in &scans[1..] {
        let (damage, _) = decode(&bytes[..end]);

        assert!(
            damage.is_truncated && damage.lost_rows == damage.rows,
            "{damage:?}"
        );
    }
    // With all scans there, the last marker does no harm by its absence.
    let (damage, _) = decode(&bytes[..bytes.len() - 2]);
    assert!(damage.is_none());
}

#[test]
fn bits_that_are_not_seen_may_be_missing_unnoticed_by_the_picture() {
    let mut photo = progressive(2);
    for component in &mut photo.components {
        component.steps = [1; 64];
    }
    let bytes = photo.write();
    let header = read_header(&bytes).unwrap();
    let whole = Square {
        x: 0.0,
        y: 0.0,
        side: 50.0,
    };
    // The last scan refines a DC by one bit of one eighth of a level.
    let end = *scans(&bytes).last().unwrap();

    let mut planes = Planes::default();
    let damage = Decoder::new()
        .decode_resized(
            &bytes[..end],
            &header,
            &Target::new(whole, Size::square(8)),
            &mut planes,
        )
        .unwrap();

    assert!(damage.is_truncated && damage.lost_rows == 0, "{damage:?}");
}

#[test]
fn a_photo_cut_below_the_square_is_told_from_a_whole_one() {
    let baseline = photo(&mut Random(11), 40, 120, &[(2, 2), (1, 1), (1, 1)]);
    let mut by_component = photo(&mut Random(12), 40, 120, &[(1, 1), (1, 1), (1, 1)]);
    by_component.scans = (0..3)
        .map(|index| writer::sequential(index..index + 1))
        .collect();
    let tall = photo(&mut Random(13), 40, 200, &[(2, 2), (1, 1), (1, 1)]);
    let progressive = Photo {
        scans: script(3),
        process: Process::Progressive,
        ..tall
    };
    let upper = Square {
        x: 0.0,
        y: 0.0,
        side: 40.0,
    };
    let decode = |bytes: &[u8]| {
        let header = read_header(bytes).unwrap();
        let mut planes = Planes::default();
        let damage = Decoder::new()
            .decode_resized(
                bytes,
                &header,
                &Target::new(upper, Size::square(20)),
                &mut planes,
            )
            .unwrap();
        (damage, planes)
    };
    for photo in [baseline, progressive, by_component] {
        let bytes = photo.write();
        let (whole, expected) = decode(&bytes);
        assert!(whole.is_none(), "{whole:?}");

        let (damage, planes) = decode(&bytes[..bytes.len() - 5]);
        assert!(damage.is_truncated && damage.lost_rows == 0, "{damage:?}");
        assert_eq!(planes, expected);

        // What else a file holds behind the photo does not make it one that is cut off.
        for tail in [vec![0; 99], b"\0\0\0\x18ftypmp42".repeat(99)] {
            let (damage, planes) = decode(&[&bytes[..], &tail].concat());
            assert!(damage.is_none() && planes == expected);
        }
    }
}

#[test]
fn a_scan_whose_marker_is_broken_is_missed() {
    let bytes = progressive(3).write();
    for &scan in &scans(&bytes)[1..] {
        // A marker that no photo has, and one that is another kind of JPEG's.
        for code in [0x76, 0xce, 0xf4, 0xd8] {
            let mut broken = bytes.clone();
            broken[scan + 1] = code;

            let (damage, _) = decode(&broken);

            assert_eq!(damage.lost_rows, damage.rows, "{code:02x}");
        }
    }
}

#[test]
fn a_component_that_never_came_is_missed() {
    let mut photo = photo(&mut Random(4), 40, 40, &[(1, 1), (1, 1), (1, 1)]);
    photo.scans = vec![writer::sequential(0..1), writer::sequential(2..3)];

    let (damage, _) = decode(&photo.write());

    assert_eq!(damage.lost_rows, damage.rows);
}

#[test]
fn differences_that_add_up_to_more_than_a_photo_has_are_damage() {
    let mut photo = photo(&mut Random(5), 64, 64, &[(1, 1)]);
    for (place, block) in photo.components[0].blocks.iter_mut().enumerate() {
        // A level, then two steps up, the second of them beyond what is white.
        block[0] = [0, 1500, 3000][(place.max(39) - 39).min(2)];
    }

    let (damage, _) = decode(&photo.write());

    // From the second step on, in the sixth row of eight.
    assert_eq!(damage.lost_rows, 3);
}

#[test]
fn what_follows_the_photo_is_not_its_own() {
    for photo in [
        progressive(6),
        photo(&mut Random(7), 70, 50, &[(2, 1), (1, 1), (1, 1)]),
    ] {
        let expected = decode(&photo.write()).1;
        let tails = [
            // Another photo, as in MPO; a film, as in motion photos; what cards leave behind.
            progressive(8).write(),
            b"\0\0\0\x18ftypmp42\0\0\0\0isommp42\xff\xda\xff\xc4".to_vec(),
            vec![0xff; 99],
            vec![0; 99],
        ];
        for tail in tails {
            let (damage, samples) = decode(
                &Photo {
                    tail,
                    ..photo.clone()
                }
                .write(),
            );

            assert!(damage.is_none() && samples == expected);
        }
    }
}

#[test]
fn a_height_that_comes_after_the_first_scan_counts() {
    for photo in [
        progressive(9),
        photo(&mut Random(10), 70, 50, &[(2, 1), (1, 1), (1, 1)]),
    ] {
        let expected = decode(&photo.write());

        let actual = decode(
            &Photo {
                has_dnl: true,
                ..photo
            }
            .write(),
        );

        assert_eq!(actual, expected);
    }
}
