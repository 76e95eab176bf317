//! Writes the planes of a byte stream's first picture, one after the other, as other decoders do.
//!
//! `planes STREAM OUTPUT [none]`: samples of more than 8 bits take two bytes, the lower one first; `none` leaves the in-loop
//! filters out.

use std::error::Error;
use std::{env, fs};

use hevc::{Decoder, Filters};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [stream, output, rest @ ..] = &arguments[..] else {
        return Err("two arguments are needed: STREAM OUTPUT".into());
    };
    let filters = match rest.first().map(String::as_str) {
        Some("none") => Filters::None,
        _ => Filters::All,
    };
    let stream = fs::read(stream)?;
    let picture = Decoder::new(&[])?
        .open(&hevc::annex_b(&stream))?
        .decode(filters)?;
    let mut bytes = Vec::new();
    for component in 0..picture.chroma().components() {
        for row in 0..picture.size(component).height {
            let row = picture.row(component, row).iter();
            match picture.bits(component) {
                8 => bytes.extend(row.map(|&sample| sample as u8)),
                _ => bytes.extend(row.flat_map(|sample| sample.to_le_bytes())),
            }
        }
    }
    fs::write(output, bytes)?;
    Ok(())
}
