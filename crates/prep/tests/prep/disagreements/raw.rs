//! Camera raw: a thumbnail is not the photo, a JPEG of full size is.

use crate::common::{finest, finest_of, fixture, pixels, prepare};
use prep::{Error, Format, Orientation};

const THUMBNAIL: [u32; 2] = [32, 24];

/// A directory: tags with LONG values, and where the directory will lie.
type Tags = Vec<(u16, Vec<u32>)>;

/// A file of one directory and those within it, the data first.
fn raw(magic: &[u8], first: Tags, inner: &[Tags], data: &[u8]) -> Vec<u8> {
    let mut file = magic.to_vec();
    file.resize(DATA, 0);
    file.extend(data);
    let mut places = Vec::new();
    for tags in inner {
        places.push(write(&mut file, tags));
    }
    let mut first = first;
    if !places.is_empty() {
        first.push((330, places));
    }
    let directory = write(&mut file, &first);
    file[4..8].copy_from_slice(&directory.to_le_bytes());
    file
}

/// Where the data begin.
const DATA: usize = 16;

fn write(file: &mut Vec<u8>, tags: &Tags) -> u32 {
    let mut tags = tags.clone();
    tags.sort();
    let mut entries = (tags.len() as u16).to_le_bytes().to_vec();
    for (tag, values) in tags {
        entries.extend([tag.to_le_bytes(), 4_u16.to_le_bytes()].concat());
        entries.extend((values.len() as u32).to_le_bytes());
        if let [value] = values[..] {
            entries.extend(value.to_le_bytes());
        } else {
            entries.extend((file.len() as u32).to_le_bytes());
            file.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        }
    }
    let place = file.len() as u32;
    file.extend(entries);
    file.extend([0; 4]);
    place
}

fn thumbnail() -> Tags {
    let [width, height] = THUMBNAIL;
    vec![
        (254, vec![1]),
        (256, vec![width]),
        (257, vec![height]),
        (258, vec![8, 8, 8]),
        (259, vec![1]),
        (262, vec![2]),
        (273, vec![DATA as u32]),
        (277, vec![3]),
        (279, vec![width * height * 3]),
    ]
}

fn sensor(width: u32, height: u32) -> Tags {
    vec![
        (254, vec![0]),
        (256, vec![width]),
        (257, vec![height]),
        (259, vec![7]),
        (262, vec![32803]),
    ]
}

fn with(mut tags: Tags, more: &[(u16, u32)]) -> Tags {
    tags.extend(more.iter().map(|&(tag, value)| (tag, vec![value])));
    tags
}

const TIFF: &[u8] = b"II\x2A\0\0\0\0\0";
const CR2: &[u8] = b"II\x2A\0\0\0\0\0CR\x02\0";
const DNG_VERSION: (u16, u32) = (50706, 0x0401);
const MAKE: (u16, u32) = (271, u32::from_le_bytes(*b"Our\0"));

#[test]
fn a_thumbnail_of_camera_raw_is_not_the_photo() {
    let data = [200; 32 * 24 * 3];
    let files = [
        raw(
            TIFF,
            with(thumbnail(), &[DNG_VERSION]),
            &[sensor(6000, 4000)],
            &data,
        ),
        raw(TIFF, with(thumbnail(), &[MAKE]), &[sensor(300, 200)], &data),
        // The first directory itself: Sony, Pentax, Nikon, Canon.
        raw(
            TIFF,
            with(thumbnail(), &[MAKE]),
            &[vec![(259, vec![32767])]],
            &data,
        ),
        raw(TIFF, vec![(259, vec![65535]), (271, vec![1])], &[], &data),
        raw(
            TIFF,
            with(thumbnail(), &[MAKE]),
            &[vec![(259, vec![34713])]],
            &data,
        ),
        raw(CR2, with(thumbnail(), &[MAKE, (50752, 1)]), &[], &data),
    ];
    for (number, file) in files.iter().enumerate() {
        let error = prepare(file, finest()).unwrap_err();

        let Error::Unsupported { what } = &error else {
            panic!("{number}: {error}");
        };
        assert!(what.starts_with("camera raw"), "{what}");
    }
}

#[test]
fn a_jpeg_of_full_size_in_camera_raw_is_the_photo() {
    let name = "formats/baseline.jpg";
    let jpeg = fixture(name);
    let [offset, length] = [DATA as u32, jpeg.len() as u32];
    let strip = vec![(259, vec![7]), (273, vec![offset]), (279, vec![length])];
    let interchange = vec![(259, vec![6]), (513, vec![offset]), (514, vec![length])];
    for preview in [strip, interchange] {
        // The sensor has a margin, and may lie the other way than the preview.
        for (width, height) in [(240, 320), (256, 330), (340, 250)] {
            let inner = [sensor(width, height), preview.clone()];
            let file = raw(TIFF, with(thumbnail(), &[DNG_VERSION]), &inner, &jpeg);

            let (prepared, picture) = prepare(&file, finest()).unwrap();

            assert_eq!(prepared.header.format, Format::RAW_PREVIEW);
            assert_eq!(prepared.header.orientation, Orientation::Normal);
            assert!(prepared.header.memory > file.len() as u64);
            assert!(pixels(&picture) == pixels(&finest_of(name)));
        }
        let inner = [sensor(480, 640), preview];
        let small = raw(TIFF, with(thumbnail(), &[DNG_VERSION]), &inner, &jpeg);
        assert!(matches!(
            prepare(&small, finest()),
            Err(Error::Unsupported { .. })
        ));
    }
}

#[test]
fn a_preview_is_turned_as_the_raw_file_says() {
    let jpeg = fixture("formats/baseline.jpg");
    let preview = vec![
        (259, vec![6]),
        (513, vec![DATA as u32]),
        (514, vec![jpeg.len() as u32]),
    ];
    let first = with(thumbnail(), &[DNG_VERSION, (274, 6)]);

    let file = raw(TIFF, first, &[sensor(240, 320), preview], &jpeg);

    let (prepared, _) = prepare(&file, finest()).unwrap();
    assert_eq!(prepared.header.orientation, Orientation::Rotate90);
}

#[test]
fn a_scan_that_names_its_maker_is_a_photo() {
    let file = raw(TIFF, with(thumbnail(), &[MAKE]), &[], &[200; 32 * 24 * 3]);

    let (prepared, _) = prepare(&file, finest()).unwrap();

    assert_eq!(prepared.header.format, Format::TIFF);
}
