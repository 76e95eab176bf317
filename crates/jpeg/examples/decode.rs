//! Decodes one photo at full scale to a PPM or PGM on standard output.

use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args()
        .nth(1)
        .ok_or("usage: decode PHOTO > PICTURE")?;
    let photo = std::fs::read(path)?;
    let header = jpeg::read_header(&photo)?;
    let mut samples = Vec::new();
    let damage = jpeg::Decoder::new().decode(&photo, &header, &mut samples)?;
    if !damage.is_none() {
        eprintln!("{damage:?}");
    }
    let kind = if header.components().len() == 1 {
        "P5"
    } else {
        "P6"
    };
    let mut output = std::io::stdout().lock();
    write!(
        output,
        "{kind}\n{} {}\n255\n",
        header.width(),
        header.height()
    )?;
    output.write_all(&samples)?;
    Ok(())
}
