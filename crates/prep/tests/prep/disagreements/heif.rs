//! AVIF and HEIC: properties of index 0, configurations that the stream contradicts, opacity coded with chroma.

use crate::common::{difference, finest, finest_of, fixture, picture_of, pixels};

/// Where the contents of the first box of this name begin.
fn contents(file: &[u8], name: &[u8; 4]) -> usize {
    file.windows(4).position(|window| window == name).unwrap() + 4
}

#[test]
fn a_property_of_index_0_is_none() {
    for name in ["orientation/2.heic", "orientation/2.avif"] {
        let mut photo = fixture(name);
        let expected = pixels(&finest_of(name));
        // Version, flags, entries; of the first: item, associations, and each of them a byte.
        let entry = contents(&photo, b"ipma") + 8;
        let count = usize::from(photo[entry + 2]);
        let imir = contents(&photo, b"ipco");
        assert!(imir < entry && count > 1);
        let mut changed = false;
        for association in entry + 3..entry + 3 + count {
            let mut unturned = photo.clone();
            unturned[association] = 0;
            if let Ok((_, picture)) = crate::common::prepare(&unturned, finest()) {
                // Without its mirror, if that was the property.
                changed |= difference(&pixels(&picture), &expected) > 5.0;
            }
        }
        assert!(changed, "{name}");
        photo.clear();
    }
}

#[test]
fn the_stream_is_right_where_the_configuration_is_not() {
    for name in [
        "formats/rgb.avif",
        "formats/rgb12-444.avif",
        "formats/gray.avif",
    ] {
        let whole = fixture(name);
        let flags = contents(&whole, b"av1C") + 2;
        // 8 bits and 4:4:4; 10 bits and 4:2:0; monochrome.
        for wrong in [0x00, 0x4C, 0x1C] {
            let mut photo = whole.clone();
            photo[flags] = wrong;

            assert!(
                picture_of(&photo, finest(), name) == finest_of(name),
                "{name}, {wrong:02x}"
            );
        }
    }
}

fn boxed(name: &[u8], contents: &[u8]) -> Vec<u8> {
    let length = contents.len() as u32 + 8;
    [&length.to_be_bytes(), name, contents].concat()
}

/// The contents of the first box of this name.
fn unboxed<'a>(file: &'a [u8], name: &[u8; 4]) -> &'a [u8] {
    let start = contents(file, name);
    let length = u32::from_be_bytes(*file[start - 8..].first_chunk().unwrap()) as usize;
    &file[start..start - 8 + length]
}

/// The image of a file as the opacity of that of another.
fn with_opacity(color: &[u8], opacity: &[u8]) -> Vec<u8> {
    const KIND: &[u8] = b"\0\0\0\0urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0";
    let streams = [color, opacity].map(|file| unboxed(file, b"mdat"));
    let property = |file, name: &[u8; 4]| boxed(name, unboxed(file, name));
    let properties = [
        property(color, b"ispe"),
        property(color, b"av1C"),
        property(opacity, b"ispe"),
        property(opacity, b"av1C"),
        boxed(b"auxC", KIND),
    ];
    let associations = [
        &[0, 0, 0, 0, 0, 0, 0, 2][..],
        &[0, 1, 2, 1, 0x82],
        &[0, 2, 3, 3, 0x84, 5],
    ];
    let container = [
        boxed(b"ipco", &properties.concat()),
        boxed(b"ipma", &associations.concat()),
    ];
    let item = |id: u8| {
        boxed(
            b"infe",
            &[&[2, 0, 0, 0, 0, id, 0, 0][..], b"av01", b"\0"].concat(),
        )
    };
    let items = [&[0, 0, 0, 0, 0, 2][..], &item(1), &item(2)].concat();
    let file_of = |places: [u32; 2]| {
        let mut locations = vec![0, 0, 0, 0, 0x44, 0, 0, 2];
        for (id, (place, stream)) in (1..).zip(places.into_iter().zip(streams)) {
            locations.extend([0, id, 0, 0, 0, 1]);
            locations.extend(place.to_be_bytes());
            locations.extend((stream.len() as u32).to_be_bytes());
        }
        let meta = [
            b"\0\0\0\0".to_vec(),
            boxed(b"hdlr", b"\0\0\0\0\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0"),
            boxed(b"pitm", &[0, 0, 0, 0, 0, 1]),
            boxed(b"iloc", &locations),
            boxed(b"iinf", &items),
            boxed(
                b"iref",
                &[&[0; 4][..], &boxed(b"auxl", &[0, 2, 0, 1, 0, 1])].concat(),
            ),
            boxed(b"iprp", &container.concat()),
        ];
        [
            boxed(b"ftyp", b"avif\0\0\0\0mif1avif"),
            boxed(b"meta", &meta.concat()),
        ]
        .concat()
    };
    let first = file_of([0; 2]).len() as u32 + 8;
    let mut file = file_of([first, first + streams[0].len() as u32]);
    file.extend(boxed(b"mdat", &streams.concat()));
    file
}

#[test]
fn the_luma_of_a_colored_opacity_counts() {
    let color = fixture("formats/rgb.avif");
    let [gray, colored] = ["formats/gray.avif", "formats/rgb.avif"].map(|name| {
        let photo = with_opacity(&color, &fixture(name));
        pixels(&picture_of(&photo, finest(), name))
    });

    // Its luma is coded a little differently.
    let apart = difference(&gray, &colored);
    assert!(apart < 3.0, "{apart}");
    assert!(difference(&gray, &pixels(&finest_of("formats/rgb.avif"))) > 10.0);
}
