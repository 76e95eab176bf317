//! LZW data in a GIF and in a TIFF: any bytes are a picture or an error, and a picture is that of what `weezl` unpacks.

#![no_main]

mod panics;

use libfuzzer_sys::fuzz_target;
use prep::{OnDamage, Options, Pipeline};
use weezl::BitOrder;
use weezl::decode::{Configuration, Decoder};
use weezl::encode::Encoder;

/// Of both pictures: an execution with all the rows is 4096 symbols.
const SIDE: u8 = 64;

fuzz_target!(init: panics::tell_ours_from_foreign(), |input: &[u8]| {
    let Some((&first, packed)) = input.split_first() else {
        return;
    };
    match first % 9 {
        0 => {
            let picture = prepared(&tiff(packed, LZW));
            let decoder = Configuration::with_tiff_size_switch(BitOrder::Msb, 8).build();
            if let Some(rows) = whole_rows(decoder, packed) {
                assert!(picture == prepared(&tiff(&rows, UNPACKED)));
            }
        }
        symbol_bits => {
            let picture = prepared(&gif(packed, symbol_bits));
            let decoder = Configuration::new(BitOrder::Lsb, symbol_bits).build();
            if let Some(rows) = whole_rows(decoder, packed) {
                // `weezl` packs no symbols of one bit.
                let symbol_bits = symbol_bits.max(2);
                let again = Encoder::new(BitOrder::Lsb, symbol_bits).encode(&rows);
                assert!(picture == prepared(&gif(&again.expect("symbols"), symbol_bits)));
            }
        }
    }
});

/// What the picture's rows are made of, if nothing of it is missing or wrong.
fn whole_rows(mut decoder: Decoder, packed: &[u8]) -> Option<Vec<u8>> {
    let mut rows = Vec::new();
    decoder.into_vec(&mut rows).decode_all(packed).status.ok()?;
    let pixels = usize::from(SIDE) * usize::from(SIDE);
    rows.truncate(pixels);
    (rows.len() == pixels).then_some(rows)
}

fn prepared(photo: &[u8]) -> Option<Vec<u8>> {
    let options = Options::new().side(16).minimum_side(1).on_damage(OnDamage::Refuse);
    let mut pipeline = Pipeline::new(options).expect("the options are within their ranges");
    let mut picture = Vec::new();
    pipeline.prepare_into(photo, &mut picture).ok()?;
    Some(picture)
}

/// A GIF of one frame; each color is a gray.
fn gif(packed: &[u8], symbol_bits: u8) -> Vec<u8> {
    let mut file = [&b"GIF89a"[..], &[SIDE, 0, SIDE, 0, 0xF7, 0, 0]].concat();
    file.extend((0..=255_u8).flat_map(|gray| [gray; 3]));
    file.extend([0x2C, 0, 0, 0, 0, SIDE, 0, SIDE, 0, 0, symbol_bits]);
    for block in packed.chunks(255) {
        file.push(block.len() as u8);
        file.extend(block);
    }
    file.extend(b"\0;");
    file
}

const UNPACKED: u32 = 1;
const LZW: u32 = 5;

/// A gray TIFF of one strip.
fn tiff(strip: &[u8], compression: u32) -> Vec<u8> {
    let side = u32::from(SIDE);
    let entries = [
        (256_u16, side),
        (257, side),
        (258, 8),
        (259, compression),
        (262, 1),
        (273, 8 + 2 + 9 * 12 + 4),
        (277, 1),
        (278, side),
        (279, strip.len() as u32),
    ];
    let mut file = b"II*\0\x08\0\0\0\x09\0".to_vec();
    for (tag, value) in entries {
        const LONG: u16 = 4;
        file.extend(tag.to_le_bytes());
        file.extend(LONG.to_le_bytes());
        file.extend(1_u32.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    file.extend(0_u32.to_le_bytes());
    file.extend(strip);
    file
}
