//! What this package changes of upstream's: one result at every instruction set, and options that leave work out.

use jxl::api::{
    Event, JxlColorType, JxlDataFormat, JxlDecoder, JxlDecoderOptions, JxlOutputBuffer,
};
use jxl::image::Rect;
use jxl_simd::levels::{Level, set_highest};

const GROUPS: [&str; 2] = ["jxl/groups.jxl", "jxl/groups-from-jpeg.jxl"];

/// Decodes a fixture's first frame to red, green and blue.
fn decode(name: &str, options: JxlDecoderOptions, format: JxlDataFormat) -> (usize, Vec<u8>) {
    let path = format!("{}/../../fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    let photo = std::fs::read(path).unwrap();
    let mut rest = &photo[..];
    let mut decoder = JxlDecoder::new(options);
    while !matches!(
        decoder.process(&mut rest, None, None).unwrap(),
        Event::BasicInfo
    ) {}
    let (width, height) = decoder.basic_info().unwrap().size;
    let mut asked = decoder.current_pixel_format().unwrap().clone();
    let channels = match asked.color_type.is_grayscale() {
        true => 1,
        false => {
            asked.color_type = JxlColorType::Rgb;
            3
        }
    };
    asked.color_data_format = Some(format);
    asked.extra_channel_format.fill(None);
    decoder.set_pixel_format(asked).unwrap();
    let row = channels * width * format.bytes_per_sample();
    let mut samples = vec![0; row * height];
    let mut buffer = [JxlOutputBuffer::new(&mut samples, height, row)];
    while !matches!(
        decoder.process(&mut rest, Some(&mut buffer), None).unwrap(),
        Event::FrameComplete { .. }
    ) {}
    (row, samples)
}

fn bytes(name: &str, options: JxlDecoderOptions) -> (usize, Vec<u8>) {
    decode(name, options, JxlDataFormat::U8 { bit_depth: 8 })
}

#[test]
fn samples_are_the_same_at_every_instruction_set() {
    let mut names: Vec<_> = ["formats", "jxl", "orientation"]
        .into_iter()
        .flat_map(|folder| {
            let path = format!("{}/../../fixtures/{folder}", env!("CARGO_MANIFEST_DIR"));
            std::fs::read_dir(path).unwrap().map(move |entry| {
                format!("{folder}/{}", entry.unwrap().file_name().to_str().unwrap())
            })
        })
        .filter(|name| name.ends_with(".jxl"))
        .collect();
    names.sort();
    assert!(names.len() >= 20, "{names:?}");
    for name in names {
        for format in [JxlDataFormat::f32(), JxlDataFormat::U8 { bit_depth: 8 }] {
            let at = |level| {
                set_highest(level);
                decode(&name, JxlDecoderOptions::default(), format)
            };

            let expected = at(Level::Scalar);

            for level in [Level::Lanes4, Level::Lanes8] {
                assert!(at(level) == expected, "{name}, {level:?}, {format:?}");
            }
        }
    }
}

#[test]
fn a_region_holds_the_samples_of_the_whole() {
    for name in GROUPS {
        let (row, whole) = bytes(name, JxlDecoderOptions::default());
        for (origin, size) in [
            ((0, 120), (720, 720)),
            ((300, 400), (40, 40)),
            ((255, 255), (2, 2)),
            ((240, 500), (16, 13)),
            ((700, 940), (20, 20)),
        ] {
            let mut options = JxlDecoderOptions::default();
            options.region = Some(Rect { origin, size });

            let (_, part) = bytes(name, options);

            for y in origin.1..origin.1 + size.1 {
                let columns = y * row + 3 * origin.0..y * row + 3 * (origin.0 + size.0);
                assert!(
                    part[columns.clone()] == whole[columns],
                    "{name}, {origin:?}, {size:?}, row {y}"
                );
            }
            // The last region is as far from the first sample as can be.
            if origin == (700, 940) {
                assert_eq!(part[..3], [0; 3], "{name}");
                assert_ne!(whole[..3], [0; 3], "{name}");
            }
        }
    }
}

#[test]
fn the_filter_is_left_out_where_a_frame_asks_for_little_of_it() {
    // Two iterations.
    let name = GROUPS[0];
    let decode = |iterations| {
        let mut options = JxlDecoderOptions::default();
        options.skip_filter_up_to = iterations;
        bytes(name, options).1
    };

    let [all, one, two] = [0, 1, 2].map(decode);

    assert!(one == all);
    assert!(two != all);
    let worst = two.iter().zip(&all).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(worst < Some(60), "{worst:?}");
}
