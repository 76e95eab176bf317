//! The options of `preview`.

use std::path::PathBuf;

use clap::ValueEnum;
use clap::builder::{OsStringValueParser, TypedValueParser};
use upload::Messenger;

use crate::commands::below::{Example, below};
use crate::input::group_names::NameOptions;
use crate::input::overrides::OverrideOptions;
use crate::input::walk::{Depth, FolderOptions};
use crate::output::Destination;
use crate::prepare::options::{LimitOptions, PictureOptions};
use crate::report::exit_code::Help;
use crate::report::options::Output;
use crate::units::either;

/// Make a page that shows what would become of each photo, to check before anything is sent
///
/// It shows each photo with its square, and the picture in the circle that messengers show; failures and warnings come
/// first. It is one file that needs neither network nor scripts. With scripts, a click on a photo or the arrow keys move
/// its square; fits and skips can be set too, and all is saved as a list for --overrides. Only an earlier preview is
/// replaced.
#[derive(Debug, clap::Args)]
#[command(after_help = below(EXAMPLES, Help::PREPARE))]
pub(crate) struct Preview {
    /// Photos and folders, as for `prepare`, or one list of groups, as for `batch`; - for a list from stdin
    #[arg(required = true, value_name = "PHOTO|DIR|GROUPS.csv")]
    pub(crate) inputs: Vec<PathBuf>,

    /// The page; - for stdout, which then holds nothing else
    #[arg(short, long, value_name = "FILE.html", default_value = "preview.html", value_parser = OsStringValueParser::new().map(Destination::from))]
    pub(crate) out: Destination,

    /// Open the page in the default browser
    #[arg(long = "open", action = clap::ArgAction::SetTrue, value_parser = either(Then::Open, Then::Keep))]
    pub(crate) then: Then,

    /// Search subfolders too
    #[arg(short = 'r', long = "recursive", action = clap::ArgAction::SetTrue, value_parser = either(Depth::All, Depth::One))]
    pub(crate) depth: Depth,

    #[command(flatten)]
    pub(crate) names: NameOptions,

    #[command(flatten)]
    pub(crate) folders: FolderOptions,

    /// What the page holds: pictures (as they would be sent) or thumbnails (reduced to 160 pixels) [default: pictures for
    /// up to 200 photos]
    #[arg(long, value_name = "WHAT")]
    pub(crate) embed: Option<Embed>,

    /// The messenger of the groups in a list: max, telegram or whatsapp
    #[arg(long, value_name = "NAME", default_value_t)]
    pub(crate) messenger: Messenger,

    #[command(flatten)]
    pub(crate) overrides: OverrideOptions,

    #[command(flatten)]
    pub(crate) picture: PictureOptions,

    #[command(flatten)]
    pub(crate) limits: LimitOptions,

    #[command(flatten)]
    pub(crate) output: Output,
}

const EXAMPLES: &[Example] = &[
    (
        "Look at every square of a list before it is sent",
        "group-picture preview groups.csv --gravity auto --open",
    ),
    (
        "Look again, with the focal points that were saved from the page",
        "group-picture preview groups.csv --gravity auto --overrides overrides.csv",
    ),
];

/// What is done with the page when it is in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Then {
    Keep,
    /// It is opened in the default browser.
    Open,
}

/// What a preview holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Embed {
    /// Each picture as it would be sent.
    Pictures,
    /// Each picture much smaller.
    Thumbnails,
}
