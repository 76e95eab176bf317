//! Prepares one photo: `cargo run --example prepare -- photo.heic avatar.jpg`.

use std::error::Error;
use std::{env, fs};

use prep::{Gravity, Options, Photo, Pipeline};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = env::args_os().skip(1);
    let (Some(photo), Some(picture)) = (args.next(), args.next()) else {
        return Err("usage: prepare PHOTO PICTURE".into());
    };

    // Faces decide which square is kept; without one it is what stands out.
    let mut pipeline = Pipeline::new(Options::new().side(640).gravity(Gravity::Auto))?;
    let photo = Photo::open(fs::File::open(photo)?, Vec::new())?;
    let mut bytes = Vec::new();
    let prepared = pipeline.prepare_photo(&photo, &mut bytes)?;
    fs::write(picture, &bytes)?;

    let size = prepared.header.size;
    println!(
        "{} of {}x{}: {} bytes",
        prepared.header.format,
        size.width,
        size.height,
        bytes.len()
    );
    Ok(())
}
