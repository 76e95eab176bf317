//! Writes the central square of each photo of a folder as a JPEG: for the eye, and for scores against other programs.
//!
//! ```text
//! avatars FOLDER TARGET [SIDE]
//! ```

use std::path::{Path, PathBuf};

use jpeg::encoder::{Input, Options, PlaneRef, encode};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .ok_or("usage: avatars FOLDER TARGET [SIDE]")?;
    let target = PathBuf::from(
        arguments
            .next()
            .ok_or("usage: avatars FOLDER TARGET [SIDE]")?,
    );
    let side = arguments.next().map_or(Ok(640), |side| side.parse())?;
    std::fs::create_dir_all(&target)?;
    let mut decoder = jpeg::Decoder::new();
    let mut planes = jpeg::Planes::default();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if let Err(error) = avatar(&mut decoder, &path, &target, side, &mut planes) {
            eprintln!("{}: {error}", path.display());
        }
    }
    Ok(())
}

fn avatar(
    decoder: &mut jpeg::Decoder,
    path: &Path,
    target: &Path,
    side: u32,
    planes: &mut jpeg::Planes,
) -> Result<(), Box<dyn std::error::Error>> {
    let photo = std::fs::read(path)?;
    let header = jpeg::read_header(&photo)?;
    let (width, height) = (f64::from(header.width()), f64::from(header.height()));
    let least = width.min(height);
    let square = jpeg::Square {
        x: (width - least) / 2.0,
        y: (height - least) / 2.0,
        side: least,
    };
    let damage = decoder.decode_resized(
        &photo,
        &header,
        &jpeg::Target::new(square, jpeg::Size::square(side)),
        planes,
    )?;
    if !damage.is_none() {
        eprintln!("{}: {damage:?}", path.display());
    }
    let orientation = header.exif().map_or(1, orientation);
    let turned: Vec<Vec<u8>> = planes
        .components()
        .iter()
        .map(|plane| turn(plane, orientation))
        .collect();
    let plane = |index: usize| {
        let width = planes.components()[index].width as usize;
        PlaneRef::new(&turned[index], width, width)
    };
    let picture = match header.color() {
        jpeg::Color::Gray => Input::Gray(plane(0)),
        jpeg::Color::YCbCr => Input::YCbCr {
            y: plane(0),
            cb: plane(1),
            cr: plane(2),
        },
        other => return Err(format!("{other:?} is left out here").into()),
    };
    let name = path.with_extension("jpg");
    std::fs::write(
        target.join(name.file_name().unwrap_or_default()),
        encode(picture, Options::new().quality(85))?,
    )?;
    Ok(())
}

/// The Exif orientation, 1 to 8.
fn orientation(exif: &[u8]) -> u16 {
    let little = exif.starts_with(b"II");
    let word = |at: usize| {
        let bytes = exif
            .get(at..at + 2)
            .map_or([0; 2], |bytes| [bytes[0], bytes[1]]);
        if little {
            u16::from_le_bytes(bytes)
        } else {
            u16::from_be_bytes(bytes)
        }
    };
    let directory = if little { word(4) } else { word(6) } as usize;
    let entries = (0..usize::from(word(directory))).map(|index| directory + 2 + index * 12);
    entries
        .filter(|&at| word(at) == 0x112)
        .map(|at| word(at + 8))
        .find(|value| (1..=8).contains(value))
        .unwrap_or(1)
}

/// Turns a square plane upright.
fn turn(plane: &jpeg::Plane, orientation: u16) -> Vec<u8> {
    if orientation == 1 {
        return plane.samples.clone();
    }
    let side = plane.width as usize;
    let at = |x: usize, y: usize| plane.samples[y * side + x];
    let last = side - 1;
    (0..side * side)
        .map(|index| (index % side, index / side))
        .map(|(x, y)| match orientation {
            2 => at(last - x, y),
            3 => at(last - x, last - y),
            4 => at(x, last - y),
            5 => at(y, x),
            6 => at(y, last - x),
            7 => at(last - y, last - x),
            8 => at(last - y, x),
            _ => at(x, y),
        })
        .collect()
}
