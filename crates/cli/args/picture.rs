//! How a picture is made, and what that may cost.

use std::path::PathBuf;

use prep::{Backdrop, Color, Fit, FocalPoint, Frame, Gravity, OnDamage, Preset, Subsampling};

use crate::args::units::size;

/// How a picture is made.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Picture")]
pub(crate) struct Picture {
    /// What suits a messenger, max, telegram or whatsapp: size, least size, quality and most bytes; other options go first
    #[arg(long, value_name = "MESSENGER")]
    pub(crate) preset: Option<Preset>,

    /// Side of the picture in pixels, 640 by default; a smaller photo keeps its own size
    #[arg(long, value_name = "PIXELS", value_parser = clap::value_parser!(u32).range(1..=8192))]
    pub(crate) size: Option<u32>,

    /// Least side of a photo, 192 by default; smaller ones are refused, as messengers do
    #[arg(long, value_name = "PIXELS")]
    pub(crate) min_size: Option<u32>,

    /// Enlarge photos that are smaller than --size
    #[arg(long)]
    pub(crate) enlarge: bool,

    /// cover: the photo fills the square; contain: all of it lies in the square
    #[arg(long, value_name = "FIT", default_value = "cover")]
    pub(crate) fit: Fit,

    /// Contain the photo so that its corners lie in the circle that messengers show: for logos
    #[arg(long, conflicts_with = "fit")]
    pub(crate) circle_safe: bool,

    /// Take away a border of one colour first; samples that differ by up to TOLERANCE (10) are the same
    #[arg(long, value_name = "TOLERANCE", num_args = 0..=1, require_equals = true, default_missing_value = "10")]
    pub(crate) trim: Option<u8>,

    /// What is around a contained photo: color (that of --background), or blur (the photo itself, blurred)
    #[arg(long, value_name = "BACKDROP", default_value = "color")]
    pub(crate) backdrop: Backdrop,

    /// Which part of the upright photo the square keeps: center, north, northeast, east, southeast, south, southwest,
    /// west, northwest; attention (what draws the eye), face (faces, or else the center), auto (faces, or else attention)
    #[arg(long, value_name = "GRAVITY", default_value = "center")]
    pub(crate) gravity: Gravity,

    /// The point that comes to the square's middle, as fractions of the upright photo's width and height, such as 0.5,0.2
    #[arg(long, value_name = "X,Y", conflicts_with = "gravity")]
    pub(crate) focal: Option<FocalPoint>,

    /// JPEG quality, 1 to 100; 85 by default, and with --max-bytes the best that fits
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(crate) quality: Option<u8>,

    /// Chroma subsampling: 4:2:0, 4:2:2 or 4:4:4; 4:2:0 by default, and with --max-bytes 4:2:0 or 4:4:4
    #[arg(long, value_name = "J:A:B")]
    pub(crate) subsampling: Option<Subsampling>,

    /// Most bytes of the picture, such as 50K: the best that fits is made, and smaller than --size (down to --min-size)
    /// where that looks better; --quality, if given, is not exceeded
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) max_bytes: Option<u64>,

    /// Write progressive JPEG: a few percent smaller, and not read by everything
    #[arg(long)]
    pub(crate) progressive: bool,

    /// What shows through transparent photos: white, black, #rrggbb or #rgb
    #[arg(long, value_name = "COLOR", default_value = "white")]
    pub(crate) background: Color,

    /// Which frame of an animation becomes the picture: first, a number from 1 on, or best (the first that shows something)
    #[arg(long, value_name = "FRAME", default_value = "best")]
    pub(crate) frame: Frame,

    /// What becomes of a damaged photo: refuse any loss, accept-small (a tenth of the square, with a warning), accept,
    /// or repair (the square moves to what comes before the loss, if that is at least half of it)
    #[arg(long, value_name = "POLICY", default_value = "accept-small")]
    pub(crate) on_damage: OnDamage,

    /// Encode a photo that is such a picture already, too; by default it keeps its coded data and loses metadata alone
    #[arg(long)]
    pub(crate) reencode: bool,
}

/// What is done otherwise for single photos.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Picture")]
pub(crate) struct Overrides {
    /// Do otherwise for single photos: a CSV file with the column photo, and any of focal (X,Y), fit (cover, contain,
    /// circle-safe) and skip (yes); `preview` helps to write it
    #[arg(long, value_name = "FILE.csv")]
    pub(crate) overrides: Option<PathBuf>,
}

/// What the work may cost.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct Work {
    /// Photos in work at once, at most 256; as many as there are cores by default
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,

    /// Memory for all photos in work; three quarters of it is the most that one photo's pixels may take
    #[arg(long, value_name = "SIZE", default_value = "512M", value_parser = size)]
    pub(crate) memory: u64,

    /// Largest file that is read
    #[arg(long, value_name = "SIZE", default_value = "128M", value_parser = size)]
    pub(crate) max_input: u64,

    /// Most pixels of a photo, width times height
    #[arg(long, value_name = "N", default_value_t = prep::Limits::default().pixels)]
    pub(crate) max_pixels: u64,

    /// Longest side of a photo in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = prep::Limits::default().side)]
    pub(crate) max_side: u32,
}
