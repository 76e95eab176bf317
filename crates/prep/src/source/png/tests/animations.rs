//! Frames on their canvas.

use super::super::animation::Apng;
use super::*;
use crate::geometry::Size;
use crate::source::canvas::Canvas;
use crate::source::frames::Frames;

/// A part of the canvas, and how it is disposed of.
#[derive(Clone, Copy)]
struct Frame {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
    disposal: u8,
}

/// The whole canvas, then parts of it.
const FRAMES: [Frame; 5] = [
    frame(0, 0, 13, 11, 0),
    frame(2, 3, 7, 5, 2),
    frame(0, 0, 1, 1, 1),
    frame(5, 1, 8, 10, 1),
    frame(12, 10, 1, 1, 0),
];

const fn frame(x: u32, y: u32, width: u32, height: u32, disposal: u8) -> Frame {
    Frame {
        x,
        y,
        width,
        height,
        disposal,
    }
}

/// An animation; its default image is its first frame, or none.
fn animation(kind: Kind, has_default_image: bool, random: &mut Random) -> Vec<u8> {
    let mut png = kind.chunks_before_pixels();
    png.extend(chunk(b"acTL", &[0, 0, 0, FRAMES.len() as u8, 0, 0, 0, 0]));
    if has_default_image {
        png.extend(chunk(b"IDAT", &deflated(&kind.scanlines(random))));
    }
    let mut sequence = 0_u32;
    for (index, frame) in FRAMES.into_iter().enumerate() {
        let mut control = [sequence, frame.width, frame.height, frame.x, frame.y]
            .map(u32::to_be_bytes)
            .concat();
        control.extend([0, 1, 0, 1, frame.disposal, 0]);
        png.extend(chunk(b"fcTL", &control));
        sequence += 1;
        let part = Kind {
            width: frame.width,
            height: frame.height,
            ..kind
        };
        for data in deflated(&part.scanlines(random)).chunks(100) {
            if index == 0 && !has_default_image {
                png.extend(chunk(b"IDAT", data));
            } else {
                png.extend(chunk(
                    b"fdAT",
                    &[&sequence.to_be_bytes()[..], data].concat(),
                ));
                sequence += 1;
            }
        }
    }
    png.extend(chunk(b"IEND", &[]));
    png
}

/// What the canvas shows after each frame, put together of the `png` crate's frames.
fn expected(photo: &[u8], kind: Kind, has_default_image: bool) -> Vec<Vec<[u8; 4]>> {
    let mut decoder = png::Decoder::new(Cursor::new(photo));
    decoder.set_transformations(Transformations::ALPHA | Transformations::STRIP_16);
    let mut reader = decoder.read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    if has_default_image {
        reader.next_frame(&mut bytes).unwrap();
    }
    let mut canvas = vec![[0; 4]; (kind.width * kind.height) as usize];
    let mut shown = Vec::new();
    for frame in FRAMES {
        let info = reader.next_frame(&mut bytes).unwrap();
        let channels = info.color_type.samples();
        // It lays out interlaced frames as wide as the canvas.
        let stride = match kind.is_interlaced {
            true => kind.width,
            false => frame.width,
        };
        let before = canvas.clone();
        for y in 0..frame.height {
            for x in 0..frame.width {
                let pixel = &bytes[(y * stride + x) as usize * channels..][..channels];
                let place = (frame.y + y) * kind.width + frame.x + x;
                canvas[place as usize] = match *pixel {
                    [gray, alpha] => [gray, gray, gray, alpha],
                    [red, green, blue, alpha] => [red, green, blue, alpha],
                    _ => panic!("opacity was asked for"),
                };
            }
        }
        shown.push(canvas.clone());
        match frame.disposal {
            0 => {}
            1 => {
                for y in frame.y..frame.y + frame.height {
                    canvas[(y * kind.width + frame.x) as usize..][..frame.width as usize]
                        .fill([0; 4]);
                }
            }
            _ => canvas = before,
        }
    }
    shown
}

fn apng<'a>(photo: &'a Photo<'a>) -> Apng<'a> {
    Apng::new(photo, ImageHeader::read(photo, |_| Ok(())).unwrap())
}

const CANVAS: Size = Size {
    width: 13,
    height: 11,
};

fn kinds() -> impl Iterator<Item = Kind> {
    let all = Kind::all().filter(|kind| kind.width == 33);
    all.map(|kind| Kind {
        width: CANVAS.width,
        height: CANVAS.height,
        ..kind
    })
}

#[test]
fn frames_show_what_those_of_another_decoder_show() {
    let mut random = Random(8);
    for kind in kinds() {
        for has_default_image in [false, true] {
            let bytes = animation(kind, has_default_image, &mut random);
            let photo = Photo::from(&bytes[..]);
            let mut apng = apng(&photo);
            let mut canvas = Canvas::whole(CANVAS);

            for expected in expected(&bytes, kind, has_default_image) {
                assert!(apng.next(&mut canvas).unwrap(), "{kind:?}");
                assert!(canvas.rgba.as_chunks().0 == expected, "{kind:?}");
            }

            assert!(!apng.next(&mut canvas).unwrap(), "there is no more frame");
            apng.restart().unwrap();
            assert!(apng.next(&mut canvas).unwrap());
        }
    }
}

/// Frames that come are those of the whole file, whatever is wrong behind them.
#[test]
fn any_byte_may_be_missing_or_wrong() {
    let mut random = Random(9);
    let kind = kinds().find(|kind| kind.color == 2).unwrap();
    let whole = animation(kind, true, &mut random);
    let expected = expected(&whole, kind, true);
    for length in 0..2 * whole.len() {
        let mut bytes = whole.clone();
        match length < whole.len() {
            true => bytes.truncate(length),
            false => bytes[length - whole.len()] ^= 1 << random.below(8),
        }
        let photo = Photo::from(&bytes[..]);
        let Ok(header) = ImageHeader::read(&photo, |_| Ok(())) else {
            continue;
        };
        if header.size != CANVAS {
            continue;
        }
        let mut apng = Apng::new(&photo, header);
        let mut canvas = Canvas::whole(CANVAS);
        let mut count = 0;
        while count <= expected.len() && matches!(apng.next(&mut canvas), Ok(true)) {
            if length < whole.len() {
                assert!(canvas.rgba.as_chunks().0 == expected[count]);
            }
            count += 1;
        }
        assert!(count <= expected.len());
    }
}

#[test]
fn messages_name_what_is_wrong_with_frames() {
    let mut random = Random(10);
    let kind = kinds().find(|kind| kind.color == 2).unwrap();
    let whole = animation(kind, false, &mut random);
    let place = |name: &[u8; 4]| whole.windows(4).position(|four| four == name).unwrap() + 4;
    // A field, and the checksum that goes with it.
    let with = |name: &[u8; 4], field: usize, value: u8| {
        let mut bytes = whole.clone();
        let data = place(name);
        let length = u32::from_be_bytes(*bytes[data - 8..].first_chunk().unwrap()) as usize;
        bytes[data + field] = value;
        let checksum = crc32fast::hash(&bytes[data - 4..data + length]);
        bytes[data + length..][..4].copy_from_slice(&checksum.to_be_bytes());
        bytes
    };
    let mut wrong_checksum = whole.clone();
    wrong_checksum[place(b"IDAT") - 12 + 3] ^= 1;
    let mut wrong_pixels = whole.clone();
    wrong_pixels[place(b"IDAT") + 10] ^= 1;
    for (bytes, message) in [
        (with(b"fcTL", 3, 7), "out of order: 7, not 0"),
        (with(b"fdAT", 3, 9), "out of order: 9, not 2"),
        (with(b"fcTL", 7, 14), "outside of the canvas"),
        (with(b"fcTL", 7, 12), "does not cover the canvas"),
        (with(b"fcTL", 24, 3), "unknown disposal 3"),
        (with(b"fcTL", 25, 2), "unknown blending 2"),
        (wrong_checksum, "out of order: 1, not 0"),
        (wrong_pixels, "the checksum of IDAT is wrong"),
    ] {
        let photo = Photo::from(&bytes[..]);
        let mut apng = apng(&photo);
        let mut canvas = Canvas::whole(CANVAS);

        let error = std::iter::repeat_with(|| apng.next(&mut canvas))
            .take(10)
            .find_map(Result::err);

        let error = error.expect(message).to_string();
        assert!(error.contains(message), "{error}, not {message}");
    }
}
