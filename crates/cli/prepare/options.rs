//! The options for how a picture is made, and what that may cost.

use std::time::Duration;

use prep::{
    Backdrop, Coding, Color, Enlarge, Fit, FocalPoint, Frame, Gravity, OnDamage, Preset, Reencode,
    Subsampling,
};

use upload::PhotoHosts;

use crate::units::{duration, either, size};

/// How a picture is made.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Picture")]
pub(crate) struct PictureOptions {
    /// Use the size, minimum size, quality and byte budget that suit a messenger: max, telegram or whatsapp. Explicit
    /// options override the preset
    #[arg(long, value_name = "MESSENGER")]
    pub(crate) preset: Option<Preset>,

    /// Width and height of the picture in pixels [default: 640]. A smaller photo keeps its own size
    #[arg(long, value_name = "PIXELS", value_parser = clap::value_parser!(u32).range(1..=8192))]
    pub(crate) size: Option<u32>,

    /// Minimum width and height of a photo in pixels [default: 192]. Messengers refuse smaller pictures
    #[arg(long, value_name = "PIXELS")]
    pub(crate) min_size: Option<u32>,

    /// Enlarge photos that are smaller than --size
    #[arg(long, action = clap::ArgAction::SetTrue, value_parser = either(Enlarge::WhenSmaller, Enlarge::Never))]
    pub(crate) enlarge: Enlarge,

    /// How the photo fits the square: cover fills it and cuts off the rest, contain keeps the whole photo, circle-safe
    /// keeps its corners inside the circle that messengers show. auto is cover, but with --gravity auto or face the square
    /// reaches a little beyond the photo, on the photo blurred, where that keeps a whole group; with --gravity auto it
    /// also shows what stands on a flat background whole
    #[arg(long, value_name = "FIT", default_value_t)]
    pub(crate) fit: Fit,

    /// Same as --fit circle-safe: for logos
    #[arg(long, conflicts_with = "fit")]
    pub(crate) circle_safe: bool,

    /// Remove a border of one color first. Samples that differ by at most TOLERANCE (10 if omitted) count as one color
    #[arg(long, value_name = "TOLERANCE", num_args = 0..=1, require_equals = true, default_missing_value = "10")]
    pub(crate) trim: Option<u8>,

    /// What is around a photo that does not fill the square: color (see --background), or blur (the photo, blurred)
    #[arg(long, value_name = "BACKDROP", default_value_t)]
    pub(crate) backdrop: Backdrop,

    /// Which part of the upright photo is kept: center, north, northeast, east, southeast, south, southwest, west,
    /// northwest, attention (the most salient part), face (faces, else the center), or auto (faces, else attention)
    #[arg(long, value_name = "GRAVITY", default_value_t)]
    pub(crate) gravity: Gravity,

    /// The point that moves to the center, in fractions of the upright photo's width and height, such as 0.5,0.2
    #[arg(long, value_name = "X,Y", conflicts_with = "gravity")]
    pub(crate) focal: Option<FocalPoint>,

    /// JPEG quality, 1 to 100 [default: 85, or with --max-bytes the best that fits]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=100))]
    pub(crate) quality: Option<u8>,

    /// Chroma subsampling: 4:2:0, 4:2:2 or 4:4:4 [default: 4:2:0, or with --max-bytes the better of 4:2:0 and 4:4:4]
    #[arg(long, value_name = "J:A:B")]
    pub(crate) subsampling: Option<Subsampling>,

    /// Maximum size of the picture in bytes, such as 50K. The best picture that fits is made, and smaller than --size
    /// (down to --min-size) if that looks better. --quality is never exceeded
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub(crate) max_bytes: Option<u64>,

    /// Write progressive JPEG: a few percent smaller, but not every program reads it
    #[arg(long = "progressive", action = clap::ArgAction::SetTrue, value_parser = either(Coding::Progressive, Coding::Baseline))]
    pub(crate) coding: Coding,

    /// What shows through transparent photos: white, black, #rrggbb or #rgb
    #[arg(long, value_name = "COLOR", default_value = "white")]
    pub(crate) background: Color,

    /// Which frame of an animation is used: first, a number from 1, or best (the first that shows something)
    #[arg(long, value_name = "FRAME", default_value_t)]
    pub(crate) frame: Frame,

    /// What to do with a damaged photo: refuse any loss, accept-small (a tenth of the square, with a warning), accept, or
    /// repair (move the square to what comes before the loss, if that is at least half of it)
    #[arg(long, value_name = "POLICY", default_value_t)]
    pub(crate) on_damage: OnDamage,

    /// Encode photos that are finished pictures already, instead of keeping their coded data and removing metadata
    #[arg(long, action = clap::ArgAction::SetTrue, value_parser = either(Reencode::Always, Reencode::WhenNeeded))]
    pub(crate) reencode: Reencode,
}

/// Where photos by URL may be.
#[derive(Clone, Copy, Debug, clap::Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct UrlOptions {
    /// Fetch photos by URL from this machine and from private networks too
    #[arg(long = "private-hosts", action = clap::ArgAction::SetTrue, value_parser = either(PhotoHosts::Any, PhotoHosts::Public))]
    pub(crate) hosts: PhotoHosts,
}

/// What the work may cost.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitOptions {
    /// Photos in progress at once, at most 256 [default: the number of cores]
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) threads: Option<u16>,

    /// Memory for all photos in progress. One photo's pixels may take three quarters of it
    #[arg(long, value_name = "SIZE", default_value = "512M", value_parser = size)]
    pub(crate) memory: u64,

    /// Maximum size of a photo's file in bytes; by URL at most 64M
    #[arg(long, value_name = "SIZE", default_value = "128M", value_parser = size)]
    pub(crate) max_input: u64,

    /// Maximum number of a photo's pixels, width times height
    #[arg(long, value_name = "N", default_value_t = prep::Limits::default().pixels)]
    pub(crate) max_pixels: u64,

    /// Maximum width and height of a photo in pixels
    #[arg(long, value_name = "PIXELS", default_value_t = prep::Limits::default().side)]
    pub(crate) max_side: u32,

    #[command(flatten)]
    pub(crate) urls: UrlOptions,

    /// Longest time that the picture of one photo may take. 1 s is added for each megapixel
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    pub(crate) max_time: Duration,
}
