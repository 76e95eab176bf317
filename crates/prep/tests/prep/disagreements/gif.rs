//! GIF: screens smaller than what they show, and codes that clear twice.

use super::lzw;
use crate::common::{finest, finest_of, fixture, picture_of};

fn with_screen(name: &str, width: u16, height: u16) -> Vec<u8> {
    let mut photo = fixture(name);
    photo[6..8].copy_from_slice(&width.to_le_bytes());
    photo[8..10].copy_from_slice(&height.to_le_bytes());
    photo
}

#[test]
fn a_screen_smaller_than_its_first_frame_becomes_that_frame() {
    for name in ["formats/palette.gif", "formats/animated.gif"] {
        let expected = finest_of(name);
        for (width, height) in [(0, 0), (200, 200), (240, 1), (1, 320), (0, 320)] {
            let photo = with_screen(name, width, height);

            let picture = picture_of(&photo, finest(), name);

            assert!(picture == expected, "{name}, {width} × {height}");
        }
    }
}

#[test]
fn the_first_frame_of_a_screen_too_small_begins_at_its_corner() {
    let name = "formats/palette.gif";
    let mut photo = with_screen(name, 100, 100);
    // The image descriptor: a comma, then left, top, width, height.
    let size = [240_u16.to_le_bytes(), 320_u16.to_le_bytes()].concat();
    let place = photo
        .windows(9)
        .position(|bytes| bytes[0] == b',' && bytes[5..] == size)
        .unwrap();
    photo[place + 1..place + 5].copy_from_slice(&[7, 0, 9, 0]);

    let picture = picture_of(&photo, finest(), name);

    assert!(picture == finest_of(name));
}

#[test]
fn clear_codes_in_a_row_are_as_good_as_one() {
    let indices: Vec<u8> = (0..64 * 50).map(|at| (at * 7 % 256) as u8).collect();
    let pictures = [1, 2, 5].map(|clears| {
        let palette: Vec<u8> = (0..=255).flat_map(|n| [n, 255 - n, n / 2]).collect();
        let mut photo = b"GIF89a\x40\0\x32\0\xF7\0\0".to_vec();
        photo.extend(palette);
        photo.extend(b",\0\0\0\0\x40\0\x32\0\0\x08");
        for block in lzw::pack(&indices, clears, lzw::Order::LowestFirst).chunks(255) {
            photo.push(block.len() as u8);
            photo.extend(block);
        }
        photo.extend(b"\0;");
        picture_of(&photo, finest(), "two clear codes")
    });

    assert!(pictures[0] == pictures[1] && pictures[0] == pictures[2]);
}
