//! Held against `weezl`, which was written by others and another way.

use proptest::prelude::*;
use weezl::decode::{Configuration, Decoder};
use weezl::{BitOrder, LzwStatus};

use super::*;

/// What comes of `packed`, and whether it ends in an error.
fn unpacked<F: Flavor>(packed: &[u8], symbol_bits: u8, at_once: usize) -> (Vec<u8>, bool) {
    let packed = io::BufReader::with_capacity(at_once, packed);
    let mut bytes = Vec::new();
    let end = Lzw::<_, F>::new(packed, symbol_bits).read_to_end(&mut bytes);
    (bytes, end.is_err())
}

/// The same by `weezl`. Eight codes at a time, so that all they stand for has room.
fn expected(mut decoder: Decoder, mut packed: &[u8]) -> (Vec<u8>, bool) {
    let (mut bytes, mut room) = (Vec::new(), vec![0; 16 * 4096]);
    loop {
        let next = &packed[..packed.len().min(4)];
        let result = decoder.decode_bytes(next, &mut room);
        packed = &packed[result.consumed_in..];
        bytes.extend(&room[..result.consumed_out]);
        match result.status {
            Err(_) => return (bytes, true),
            // A Clear code gives nothing, and may come of bits that were taken in before.
            Ok(LzwStatus::Ok) => {}
            Ok(LzwStatus::NoProgress) if result.consumed_in > 0 => {}
            Ok(_) => return (bytes, false),
        }
    }
}

fn tiff() -> Decoder {
    Configuration::with_tiff_size_switch(BitOrder::Msb, 8)
        .with_yield_on_full_buffer(true)
        .build()
}

fn gif(symbol_bits: u8) -> Decoder {
    Configuration::new(BitOrder::Lsb, symbol_bits)
        .with_yield_on_full_buffer(true)
        .build()
}

/// Symbols that repeat themselves more or less, so that dictionaries fill, and strings are short and long.
fn symbols(symbol_bits: u8) -> impl Strategy<Value = Vec<u8>> {
    let run = (any::<u8>(), 1..5000_usize, 1..9_u8);
    prop::collection::vec(run, 1..12).prop_map(move |runs| {
        let mut state = 1_u32;
        let runs = runs.into_iter().flat_map(|(first, length, noise)| {
            (0..length).map(move |_| (first, noise)).collect::<Vec<_>>()
        });
        runs.map(|(first, noise)| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 24) as u8 & ((1 << (noise - 1)) - 1);
            (first ^ noise) & (0xFF >> (8 - symbol_bits))
        })
        .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_packed_comes_back(
        (symbol_bits, symbols) in (2..=8_u8).prop_flat_map(|bits| (Just(bits), symbols(bits))),
        at_once in 1..600_usize,
    ) {
        let packed = weezl::encode::Encoder::new(BitOrder::Lsb, symbol_bits).encode(&symbols).unwrap();
        prop_assert!(unpacked::<Gif>(&packed, symbol_bits, at_once) == (symbols.clone(), false));

        let packed = weezl::encode::Encoder::with_tiff_size_switch(BitOrder::Msb, 8).encode(&symbols).unwrap();
        prop_assert!(unpacked::<Tiff>(&packed, 8, at_once) == (symbols, false));
    }

    #[test]
    fn damaged_data_give_what_comes_before_the_damage(
        symbols in symbols(8),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
        end in any::<prop::sample::Index>(),
        at_once in 1..600_usize,
    ) {
        let mut packed = weezl::encode::Encoder::with_tiff_size_switch(BitOrder::Msb, 8).encode(&symbols).unwrap();
        for (place, byte) in damage {
            let place = place.index(packed.len());
            packed[place] = byte;
        }
        packed.truncate(end.index(packed.len()) + 1);
        prop_assert!(unpacked::<Tiff>(&packed, 8, at_once) == expected(tiff(), &packed));
    }

    #[test]
    fn anything_gives_what_it_gives_elsewhere(
        packed in prop::collection::vec(any::<u8>(), 0..3000),
        symbol_bits in 1..=8_u8,
        at_once in 1..600_usize,
    ) {
        prop_assert!(unpacked::<Gif>(&packed, symbol_bits, at_once) == expected(gif(symbol_bits), &packed));
        prop_assert!(unpacked::<Tiff>(&packed, 8, at_once) == expected(tiff(), &packed));
    }
}
