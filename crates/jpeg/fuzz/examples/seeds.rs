//! Writes the generated photos of the crate's tests as seeds: `cargo run --example seeds`, in this folder.

#[path = "../../tests/jpeg/writer/mod.rs"]
mod writer;

use std::fs;

/// Each sampling in each process twice.
const SEEDS: usize = 132;

/// Longer ones would be slow, and mutated at places that don't matter.
const LONGEST: usize = 1500;

/// There is no writer for arithmetic coding here; these are jpegtran's.
const FIXTURES: [&str; 4] = [
    "arithmetic",
    "arithmetic-gray",
    "arithmetic-progressive",
    "arithmetic-restarts",
];

fn main() -> std::io::Result<()> {
    for target in ["decode", "square", "encode"] {
        fs::create_dir_all(format!("corpus/{target}"))?;
    }
    for (number, name) in (0..).zip(FIXTURES) {
        let photo = fs::read(format!("../../../fixtures/tiny/{name}.jpg"))?;
        write_photo(name, number, &photo)?;
    }
    for number in 0..SEEDS {
        let photo = writer::generate(number).write();
        if photo.len() <= LONGEST {
            write_photo(&format!("generated-{number}"), number, &photo)?;
        }
        // Size, quality, kind and samples, all by lot.
        let bytes: Vec<u8> = (0..100)
            .map(|place| (place * place * number / 7) as u8)
            .collect();
        fs::write(format!("corpus/encode/generated-{number}"), bytes)?;
    }
    Ok(())
}

fn write_photo(name: &str, number: usize, photo: &[u8]) -> std::io::Result<()> {
    fs::write(format!("corpus/decode/{name}"), photo)?;
    let parameters = [number as u8, 40, 80, (31 * number) as u8, number as u8];
    fs::write(
        format!("corpus/square/{name}"),
        [&parameters[..], photo].concat(),
    )
}
