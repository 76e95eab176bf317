//! GIF files made here, of every size and order of lines, against the decoder of the `image` crate.

#![cfg(feature = "gif")]
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot make its file has failed"
)]

use prep::{Fit, OnDamage, Options};

use crate::common::{Random, pixels, prepare};

/// A GIF of noise and runs: indices of 4 bits, in blocks of so many bytes.
fn gif(width: u16, height: u16, is_interlaced: bool, block: usize) -> Vec<u8> {
    let mut random = Random::new(5);
    let indices: Vec<u8> = (0..usize::from(width) * usize::from(height))
        // The last lines are one run, of which a code stands for several.
        .map(|at| match at {
            ..400 => random.byte() % 16,
            _ => 3,
        })
        .collect();
    let palette: Vec<u8> = (0..48).map(|_| random.byte()).collect();
    let mut encoder = weezl::encode::Encoder::new(weezl::BitOrder::Lsb, 4);
    let packed = encoder.encode(&indices).unwrap();
    let size = [width.to_le_bytes(), height.to_le_bytes()].concat();
    let flags = if is_interlaced { 0x40 } else { 0 };
    let mut file = [&b"GIF89a"[..], &size, b"\xF3\0\0", &palette].concat();
    file.extend([&b"\x2C\0\0\0\0"[..], &size, &[flags, 4]].concat());
    for block in packed.chunks(block) {
        file.push(block.len() as u8);
        file.extend(block);
    }
    file.extend(b"\0;");
    file
}

#[test]
fn every_line_comes_whatever_the_order_and_the_blocks() {
    for (width, height) in [(100, 100), (1, 9), (9, 1), (64, 34), (257, 131), (16, 200)] {
        for is_interlaced in [false, true] {
            for block in [1, 7, 255] {
                let photo = gif(width, height, is_interlaced, block);
                let expected = image::load_from_memory(&photo).unwrap().to_rgb8();
                let side = u32::from(width.max(height));
                let options = Options::new()
                    .side(side)
                    .minimum_side(1)
                    .quality(100)
                    .subsampling(prep::Subsampling::S444)
                    .fit(Fit::Contain)
                    .on_damage(OnDamage::Refuse);

                let (prepared, picture) = prepare(&photo, options).unwrap();

                let name = format!("{width} × {height}, {is_interlaced}, {block}");
                assert_eq!(prepared.lost, 0.0, "{name}");
                let (across, down) = (
                    (side - u32::from(width)) / 2,
                    (side - u32::from(height)) / 2,
                );
                let picture = pixels(&picture);
                for (x, y, color) in expected.enumerate_pixels() {
                    let found = picture.get_pixel(x + across, y + down);
                    let apart = found.0.iter().zip(color.0).map(|(a, b)| a.abs_diff(b));
                    assert!(
                        apart.max() < Some(24),
                        "{name}: {x}, {y}: {found:?} {color:?}"
                    );
                }
            }
        }
    }
}
