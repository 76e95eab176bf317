//! Decodes the central square of each photo of a folder and tells how much processor time it takes (Linux only).
//!
//! ```text
//! squares FOLDER [SIDE] [TIMES]
//! ```
//!
//! Each photo is decoded `TIMES` times (20), and the mean is told. The kernel counts in ticks of some milliseconds, so a single
//! decode cannot be timed this way, and the least of several would only be the luckiest rounding.

use std::path::PathBuf;
use std::time::Duration;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments
        .next()
        .ok_or("usage: squares FOLDER [SIDE] [TIMES]")?;
    let side = arguments.next().map_or(Ok(640), |side| side.parse())?;
    let times: u32 = arguments.next().map_or(Ok(20), |times| times.parse())?;
    let mut decoder = jpeg::Decoder::new();
    let mut planes = jpeg::Planes::default();
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    paths.sort();
    let mut total = Duration::ZERO;
    for path in paths.iter().filter(|path| path.is_file()) {
        let photo = std::fs::read(path)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let mut outcome = String::new();
        let begin = processor_time()?;
        for _ in 0..times {
            outcome = match square(&mut decoder, &photo, side, &mut planes) {
                Ok(damage) if damage.is_none() => describe(&photo),
                Ok(damage) => format!("{damage:?}"),
                Err(error) => error.to_string(),
            };
        }
        let mean = processor_time()?.saturating_sub(begin) / times.max(1);
        total += mean;
        println!("{:8.2} ms  {name}  {outcome}", mean.as_secs_f64() * 1e3);
    }
    println!("{:8.2} ms in all", total.as_secs_f64() * 1e3);
    Ok(())
}

/// The time this thread has run so far.
fn processor_time() -> std::io::Result<Duration> {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = times.split(' ').next().and_then(|first| first.parse().ok());
    Ok(Duration::from_nanos(nanoseconds.unwrap_or_default()))
}

fn describe(photo: &[u8]) -> String {
    jpeg::read_header(photo).map_or_else(
        |error| error.to_string(),
        |header| {
            let factors: Vec<_> = header
                .components()
                .iter()
                .map(|c| format!("{}x{}", c.h, c.v))
                .collect();
            let (width, height) = (header.width(), header.height());
            let restarts = header.restart_interval();
            format!(
                "{width}x{height} {:?} {} restart {restarts}",
                header.process(),
                factors.join(",")
            )
        },
    )
}

fn square(
    decoder: &mut jpeg::Decoder,
    photo: &[u8],
    side: u32,
    planes: &mut jpeg::Planes,
) -> Result<jpeg::Damage, jpeg::Error> {
    let header = jpeg::read_header(photo)?;
    let (width, height) = (f64::from(header.width()), f64::from(header.height()));
    let least = width.min(height);
    let square = jpeg::Square {
        x: (width - least) / 2.0,
        y: (height - least) / 2.0,
        side: least,
    };
    decoder.decode_resized(
        photo,
        &header,
        &jpeg::Target::new(square, jpeg::Size::square(side)),
        planes,
    )
}
