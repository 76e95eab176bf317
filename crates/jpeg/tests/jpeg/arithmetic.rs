//! Arithmetic coding: what jpegtran made of photos without a change to their coefficients must be the same photo.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jpeg::{Damage, Decoder, Planes, Size, Square, Target, read_header};

use crate::writer;

/// The fixtures by jpegtran, and what they were made of.
const FIXTURES: [(&str, &str); 4] = [
    ("arithmetic.jpg", "baseline.jpg"),
    ("arithmetic-progressive.jpg", "baseline.jpg"),
    ("arithmetic-restarts.jpg", "cmyk.jpg"),
    ("arithmetic-gray.jpg", "gray.jpg"),
];

fn fixture(name: &str) -> Vec<u8> {
    let tiny = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/tiny");
    fs::read(tiny.join(name)).unwrap()
}

fn decode(bytes: &[u8]) -> (Damage, Vec<u8>) {
    let header = read_header(bytes).unwrap();
    let mut samples = Vec::new();
    let damage = Decoder::new().decode(bytes, &header, &mut samples).unwrap();
    (damage, samples)
}

/// A part of the photo, so much reduced that some coefficients are not kept.
fn square(bytes: &[u8]) -> (Damage, Planes) {
    let header = read_header(bytes).unwrap();
    let side = f64::from(header.width().min(header.height()));
    let part = Square {
        x: side / 4.0,
        y: side / 5.0,
        side: side * 3.0 / 5.0,
    };
    let mut planes = Planes::default();
    let size = (side / 8.0).ceil() as u32;
    let damage = Decoder::new()
        .decode_resized(
            bytes,
            &header,
            &Target::new(part, Size::square(size)),
            &mut planes,
        )
        .unwrap();
    (damage, planes)
}

#[test]
fn the_coefficients_are_those_of_the_huffman_coded_photo() {
    for (arithmetic, huffman) in FIXTURES {
        let (arithmetic, huffman) = (fixture(arithmetic), fixture(huffman));

        let (damage, samples) = decode(&arithmetic);

        assert!(damage.is_none(), "{damage:?}");
        assert!(samples == decode(&huffman).1);
    }
}

/// jpegtran's version of a photo; none where it takes no such photo.
fn by_jpegtran(photo: &Path, options: &[&str]) -> Option<Vec<u8>> {
    let output = Command::new("jpegtran")
        .args(options)
        .arg(photo)
        .output()
        .unwrap();
    (output.status.success() && output.stderr.is_empty()).then_some(output.stdout)
}

#[test]
fn photos_of_every_kind_are_the_same_by_jpegtran() {
    if Command::new("jpegtran").arg("-version").output().is_err() {
        println!("skipped: there is no jpegtran");
        return;
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let photo = folder.join("generated.jpg");
    let mut compared = 0;
    for number in 0..264 {
        let bytes = writer::generate(number).write();
        fs::write(&photo, &bytes).unwrap();
        let options: &[&str] = match number % 4 {
            0 => &[],
            1 => &["-progressive"],
            2 => &["-restart", "1"],
            _ => &["-progressive", "-restart", "2B"],
        };
        let Some(huffman) = by_jpegtran(&photo, options) else {
            continue;
        };
        let arithmetic = by_jpegtran(&photo, &[&["-arithmetic"], options].concat()).unwrap();

        let (damage, samples) = decode(&arithmetic);

        assert!(damage.is_none(), "{number}: {damage:?}");
        assert!(samples == decode(&huffman).1, "{number}");
        assert!(square(&arithmetic) == square(&huffman), "{number}");
        compared += 1;
    }
    assert!(compared > 150, "{compared}");
}

#[test]
fn a_photo_cut_off_is_told_with_the_rows_that_are_there() {
    let bytes = fixture("arithmetic-gray.jpg");
    let whole = decode(&bytes).1;

    let (damage, samples) = decode(&bytes[..bytes.len() - 40]);

    assert!(damage.is_truncated, "{damage:?}");
    assert!((1..damage.rows).contains(&damage.lost_rows), "{damage:?}");
    let sound = 20 * 8 * (damage.rows - damage.lost_rows) as usize;
    assert_eq!(samples[..sound], whole[..sound]);
}

#[test]
fn an_interval_that_is_broken_does_not_break_the_next() {
    let bytes = fixture("arithmetic-restarts.jpg");
    let whole = decode(&bytes).1;
    let restarts: Vec<usize> = (0..bytes.len() - 1)
        .filter(|&at| bytes[at] == 0xff && (0xd0..=0xd7).contains(&bytes[at + 1]))
        .collect();
    let mut broken = bytes.clone();
    // All but the first two bytes of an interval amid the photo is gone.
    let (start, end) = (restarts[1] + 4, restarts[2]);
    broken.drain(start..end);

    let (damage, samples) = decode(&broken);

    assert!(!damage.is_truncated, "{damage:?}");
    assert_eq!(samples.len(), whole.len());
    let last_row = 4 * 20 * 2;
    assert_eq!(
        samples[whole.len() - last_row..],
        whole[whole.len() - last_row..]
    );
}

#[test]
fn scan_after_scan_without_data_is_refused() {
    // 256 million pixels, and scan after scan without data: each a sound one of blank blocks.
    let bytes = fixture("arithmetic.jpg");
    let place = |code: u8| {
        bytes
            .windows(2)
            .position(|two| two == [0xff, code])
            .unwrap()
    };
    let (frame, scan) = (place(0xc9), place(0xda));
    let mut bomb = bytes[..scan].to_vec();
    bomb[frame + 5..frame + 9].copy_from_slice(&[0x3e, 0x80, 0x3e, 0x80]);
    let id = bytes[frame + 10];
    for _ in 0..1000 {
        bomb.extend([0xff, 0xda, 0, 8, 1, id, 0, 0, 63, 0]);
    }
    let header = read_header(&bomb).unwrap();
    let all = Square {
        x: 0.0,
        y: 0.0,
        side: 16000.0,
    };
    let mut planes = Planes::default();

    let outcome = Decoder::new().memory(1 << 20).decode_resized(
        &bomb,
        &header,
        &Target::new(all, Size::square(64)),
        &mut planes,
    );
    assert!(
        matches!(outcome, Err(jpeg::Error::Memory { .. })),
        "{outcome:?}"
    );

    bomb[frame + 5..frame + 9].copy_from_slice(&[0, 80, 0, 80]);
    let header = read_header(&bomb).unwrap();
    let outcome = Decoder::new().decode_resized(
        &bomb,
        &header,
        &Target::new(Square { side: 80.0, ..all }, Size::square(64)),
        &mut planes,
    );
    assert!(
        matches!(outcome, Err(jpeg::Error::Malformed { .. })),
        "{outcome:?}"
    );
}
