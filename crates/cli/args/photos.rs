//! The commands that make pictures: `prepare`, `explain`, and `merge`.

use std::path::PathBuf;

use clap::ValueEnum;
use upload::Messenger;

use crate::args::{Output, Overrides, Picture, Work};
use crate::input::shard::Shard;
use crate::report::exit_code;

/// Make the picture of each photo: upright, square, sRGB, a JPEG with nothing but pixels
///
/// The picture of `PHOTO.png` is `OUT/PHOTO.jpg`. A photo is any image file, whatever its name: JPEG, PNG, WebP, GIF,
/// BMP, TIFF, ICO, QOI, PNM, TGA, AVIF, HEIC, JPEG XL, SVG.
///
/// Nothing is overwritten unawares. Photos whose pictures would have the same name (a.png and a.jpg, A.png and
/// a.jpg) are refused, all of them, and so is a picture whose name is that of a photo; the others are prepared. A
/// picture that is there already is refused too, unless --overwrite or --skip-existing says otherwise.
#[derive(Debug, clap::Args)]
#[command(after_help = exit_code::HELP)]
pub(crate) struct Prepare {
    /// Photos, and folders of which every file is tried that is not hidden; links in folders are not followed
    #[arg(required = true, value_name = "PHOTO|DIR")]
    pub(crate) inputs: Vec<PathBuf>,

    /// The folder for the pictures; made if there is none
    #[arg(short, long, value_name = "DIR")]
    pub(crate) out: PathBuf,

    /// Go into subfolders too; the pictures get the same subfolders below OUT
    #[arg(short, long)]
    pub(crate) recursive: bool,

    /// Name the picture of PHOTO.png OUT/PHOTO.png.jpg, so that PHOTO.png and PHOTO.jpg do not collide
    #[arg(long)]
    pub(crate) full_names: bool,

    /// Replace pictures that are there already
    #[arg(long, conflicts_with = "skip_existing")]
    pub(crate) overwrite: bool,

    /// Leave pictures that are there already as they are, and count them as done
    #[arg(long)]
    pub(crate) skip_existing: bool,

    /// Prepare one part of a job that several machines share, such as 2/8; a photo's part follows from its content
    #[arg(long, value_name = "I/N")]
    pub(crate) shard: Option<Shard>,

    #[command(flatten)]
    pub(crate) overrides: Overrides,

    #[command(flatten)]
    pub(crate) picture: Picture,

    #[command(flatten)]
    pub(crate) work: Work,

    #[command(flatten)]
    pub(crate) output: Output,
}

/// Tell what would be made of photos, and why: the header, the square and its reason, the scale, the colours, the damage
///
/// Each picture is made as `prepare` makes it with the same options, and forgotten: nothing is written.
#[derive(Debug, clap::Args)]
#[command(after_help = exit_code::HELP)]
pub(crate) struct Explain {
    /// Photos
    #[arg(required = true, value_name = "PHOTO")]
    pub(crate) photos: Vec<PathBuf>,

    #[command(flatten)]
    pub(crate) picture: Picture,

    #[command(flatten)]
    pub(crate) work: Work,

    #[command(flatten)]
    pub(crate) output: Output,
}

/// Make a page that shows what would become of each photo, to look at before anything is sent
///
/// It shows each photo with its square, and the picture in the circle that messengers show; failures and warnings come
/// first. It is one file, which needs no network and no scripts. With scripts, focal points, fits and skips can be set in
/// it and saved as a list for --overrides. An earlier preview is replaced, nothing else.
#[derive(Debug, clap::Args)]
#[command(after_help = exit_code::HELP)]
pub(crate) struct Preview {
    /// Photos and folders, as for `prepare`, or one list of groups, as for `batch`
    #[arg(required = true, value_name = "PHOTO|DIR|GROUPS.csv")]
    pub(crate) inputs: Vec<PathBuf>,

    /// The page
    #[arg(short, long, value_name = "FILE.html", default_value = "preview.html")]
    pub(crate) out: PathBuf,

    /// Go into subfolders too
    #[arg(short, long)]
    pub(crate) recursive: bool,

    /// What the page holds: pictures (each as it would be sent) or thumbnails (reduced to 160 pixels); by default pictures
    /// of up to 200 photos
    #[arg(long, value_name = "WHAT")]
    pub(crate) embed: Option<Embed>,

    /// The messenger that the groups of a list are of: max, telegram or whatsapp
    #[arg(long, value_name = "NAME", default_value = "max")]
    pub(crate) messenger: Messenger,

    #[command(flatten)]
    pub(crate) overrides: Overrides,

    #[command(flatten)]
    pub(crate) picture: Picture,

    #[command(flatten)]
    pub(crate) work: Work,

    #[command(flatten)]
    pub(crate) output: Output,
}

/// What a preview holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Embed {
    Pictures,
    Thumbnails,
}

/// Make one report of what the parts of a job printed with --shard and --json
///
/// It is printed as one run would have printed it: a line for each photo and a summary. A part that is missing, there
/// twice or cut off is refused. With what was not begun the exit code is 5, with failures it is 1.
#[derive(Debug, clap::Args)]
pub(crate) struct Merge {
    /// What each part printed
    #[arg(required = true, value_name = "REPORT")]
    pub(crate) reports: Vec<PathBuf>,
}
