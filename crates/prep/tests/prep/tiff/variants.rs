//! Orders, chunks, planes, depths and compressions that go together in other programs too, for [`crate::differential`].

use super::page::RGB;
use super::{Kind, scene_of};

pub(crate) fn photos() -> Vec<(String, Vec<u8>)> {
    let mut photos = Vec::new();
    for (compression, predictor) in [(1, 1), (5, 1), (5, 2), (8, 1), (8, 2), (32773, 1)] {
        for (tile, is_planar, bits, is_little_endian) in [
            (None, false, 8, true),
            (None, true, 8, false),
            (Some((16, 16)), false, 8, false),
            (Some((32, 48)), true, 8, true),
            (None, false, 16, true),
            (Some((16, 32)), false, 16, false),
        ] {
            let kind = Kind {
                is_little_endian,
                tile,
                is_planar,
                bits,
                compression,
                predictor,
                ..RGB
            };
            let name = format!(
                "{compression}-{predictor}-{tile:?}-{is_planar}-{bits}-{is_little_endian}.tif"
            );
            let name = name.replace([' ', '(', ')', ','], "_");
            photos.push((name, kind.write(scene_of(bits))));
        }
    }
    for bits in [1, 2, 4, 8, 16] {
        for photometric in [0, 1] {
            let kind = Kind {
                channels: 1,
                bits,
                photometric,
                ..RGB
            };
            photos.push((
                format!("gray-{bits}-{photometric}.tif"),
                kind.write(scene_of(bits)),
            ));
        }
    }
    photos
}
