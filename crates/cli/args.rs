//! The command line as it is typed.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use clap::{Parser, Subcommand, ValueEnum};
use prep::{Backdrop, Color, Fit, FocalPoint, Frame, Gravity, OnDamage, Preset, Subsampling};
use upload::Messenger;

use crate::exit_code;
use crate::log::Log;
use crate::shard::Shard;

/// The version, and what this build reads.
static LONG_VERSION: LazyLock<String> = LazyLock::new(|| {
    let formats: Vec<String> = prep::formats().map(|format| format.to_string()).collect();
    format!(
        "{}\nformats: {}",
        env!("CARGO_PKG_VERSION"),
        formats.join(", ")
    )
});

/// Any photo in, the group's avatar set.
#[derive(Debug, Parser)]
#[command(name = "group-picture", version, long_version = LONG_VERSION.as_str(), max_term_width = 100, after_help = exit_code::HELP)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Prepare(Prepare),
    Explain(Explain),
    Merge(Merge),
    Set(Set),
    Batch(Batch),
    Check(Check),
    Emulator(Emulator),
}

impl Command {
    /// How events are written, if they are.
    pub(crate) fn log(&self) -> Option<Log> {
        match self {
            Self::Prepare(args) => args.output.log,
            Self::Explain(args) => args.output.log,
            Self::Set(args) => args.sending.output.log,
            Self::Batch(args) => args.sending.output.log,
            Self::Check(args) => args.output.log,
            Self::Merge(_) | Self::Emulator(_) => None,
        }
    }
}

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
    pub(crate) picture: Picture,

    #[command(flatten)]
    pub(crate) work: Work,

    #[command(flatten)]
    pub(crate) output: Output,
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

/// Prepare one photo and set it as a group's avatar, or as the account's own
#[derive(Debug, clap::Args)]
#[command(
    after_help = exit_code::HELP,
    override_usage = "group-picture set [OPTIONS] <CHAT_ID> <PHOTO>\n       group-picture set [OPTIONS] --profile <PHOTO>"
)]
pub(crate) struct Set {
    /// The group's id, such as -10000000000000; and the photo
    #[arg(required = true, num_args = 1..=2, value_names = ["CHAT_ID", "PHOTO"], allow_negative_numbers = true)]
    pub(crate) what: Vec<OsString>,

    /// Set the account's own avatar; messengers want no more than one change in 10 s
    #[arg(long)]
    pub(crate) profile: bool,

    #[command(flatten)]
    pub(crate) sending: Sending,
}

/// Prepare many photos and set each as its group's avatar
///
/// The list is a CSV file whose first line names the columns chat_id and photo; others are passed over. Photos are
/// found from the folder that the list is in. Or it is a folder of photos, each named by its group's id, such as
/// -10000000000000.jpg. The whole list is checked before anything is sent.
///
/// The batch stops early when the account or its credentials are refused.
///
/// A journal beside the list says what was sent and what became of it. The same command again goes on where a run ended,
/// however it ended: what is set is left alone unless its photo has changed, what nobody knows of is settled by reading
/// the avatar, what failed for a reason that passes is sent again.
#[derive(Debug, clap::Args)]
#[command(after_help = exit_code::HELP)]
pub(crate) struct Batch {
    /// The list of groups and photos
    #[arg(value_name = "GROUPS.csv|DIR")]
    pub(crate) groups: PathBuf,

    #[command(flatten)]
    pub(crate) job: Job,

    #[command(flatten)]
    pub(crate) sending: Sending,
}

/// See whether the credentials, the account and each group of a list are right, before anything is sent
///
/// It asks for the account's state and, for each group, whether it is there and whether the account may change its
/// picture. Nothing is changed. What the photos become, `batch --dry-run` tells.
#[derive(Debug, clap::Args)]
#[command(after_help = exit_code::HELP)]
pub(crate) struct Check {
    /// The list of groups and photos, as for batch; without it, only the account is looked at
    #[arg(value_name = "GROUPS.csv|DIR")]
    pub(crate) groups: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) account: Account,

    /// Shortest pause before a question is repeated
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = duration)]
    pub(crate) retry_pause: Duration,

    #[command(flatten)]
    pub(crate) output: Output,
}

/// One run of a batch.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Job")]
pub(crate) struct Job {
    /// The journal; by default GROUPS.csv.journal, or .group-picture.journal in the folder, and none with --emulator
    #[arg(long, value_name = "FILE", conflicts_with_all = ["no_journal", "emulator"])]
    pub(crate) journal: Option<PathBuf>,

    /// Write no journal: the same command again sends everything again
    #[arg(long)]
    pub(crate) no_journal: bool,

    /// Send pictures again that were refused in an earlier run
    #[arg(long)]
    pub(crate) retry_failed: bool,

    /// Send at most N pictures in this run
    #[arg(long, value_name = "N")]
    pub(crate) limit: Option<u64>,

    /// Begin to send none after this time
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(crate) max_duration: Option<Duration>,
}

/// How pictures are sent.
#[derive(Debug, clap::Args)]
pub(crate) struct Sending {
    /// Tell what would be done, from the photos and the journal; send nothing, write nothing
    #[arg(short = 'n', long)]
    pub(crate) dry_run: bool,

    /// Keep each picture that is sent as DIR/CHAT_ID.jpg, in place of an earlier one; made if there is none
    #[arg(short, long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,

    /// Look at each avatar after it was set: it must have a new address, and show the picture that was sent
    #[arg(long)]
    pub(crate) verify: bool,

    /// Write what became of each group to FILE, as JSON; in place of an earlier one
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) account: Account,

    #[command(flatten)]
    pub(crate) pace: Pace,

    #[command(flatten)]
    pub(crate) picture: Picture,

    #[command(flatten)]
    pub(crate) work: Work,

    #[command(flatten)]
    pub(crate) output: Output,
}

/// Whose account is used.
///
/// Here everything is still as it came: a value that is wrong may be the token in the wrong place, so only what reads it may
/// say what is wrong with it.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Account")]
pub(crate) struct Account {
    /// Send to an emulator inside this program: no account is needed, and no group's picture changes
    #[arg(long, conflicts_with_all = ["api_url", "id_instance", "token_file"])]
    pub(crate) emulator: bool,

    /// The messenger that the instance is for: max, telegram or whatsapp; each has its own form of a group's id
    #[arg(long, value_name = "NAME", default_value = "max")]
    pub(crate) messenger: Messenger,

    /// Look at avatars on this host and those below it only, in place of the messengers' own; may be given several times
    #[arg(long, value_name = "HOST")]
    pub(crate) avatar_host: Vec<String>,

    /// apiUrl, also taken from GREEN_API_URL; by default what belongs to the instance
    #[arg(long, value_name = "URL")]
    pub(crate) api_url: Option<OsString>,

    /// idInstance, also taken from GREEN_API_ID_INSTANCE
    #[arg(long, value_name = "ID")]
    pub(crate) id_instance: Option<OsString>,

    /// The file that holds apiTokenInstance, - for stdin; without it, GREEN_API_TOKEN is taken
    #[arg(long, value_name = "FILE")]
    pub(crate) token_file: Option<PathBuf>,

    /// Not to be used: it is here to be refused without being repeated.
    #[arg(long, hide = true)]
    pub(crate) token: Option<OsString>,
}

/// How fast, how often and how long.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Pace")]
pub(crate) struct Pace {
    /// Most pictures a second; 1 by default, and no limit with --emulator
    #[arg(long, value_name = "N", value_parser = rate)]
    pub(crate) rate: Option<f64>,

    /// How long one group may take, whatever the server does: reading, all tries and the pauses between them; where it is
    /// less than 100s, --verify may take up to 20 s more
    #[arg(long, value_name = "TIME", default_value = "120s", value_parser = duration)]
    pub(crate) deadline: Duration,

    /// Shortest pause before a try is repeated; the pauses after a 429 (1.1 times this) and after the messenger's own
    /// limit (10 times) go with it
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = duration)]
    pub(crate) retry_pause: Duration,

    /// What to do when nobody knows whether a picture was set and the avatar does not tell: retry sets it again (some
    /// messengers tell the group of each change), fail counts it as failed, ask asks whoever sits at the terminal
    #[arg(long, value_name = "POLICY", default_value = "retry")]
    pub(crate) on_unknown: OnUnknown,
}

/// What to do with an outcome that stays unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnUnknown {
    Retry,
    Fail,
    Ask,
}

/// Run a GREEN-API instance on this machine, for trying things out, until Ctrl-C
///
/// It prints its address and credentials as lines for the shell, and behaves as the API's documentation says.
#[derive(Debug, clap::Args)]
pub(crate) struct Emulator {
    /// Where to listen; only this machine's own addresses are accepted
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,

    /// Answer 429 to more than so many requests a second for a method, as GREEN-API does at 1; no limit by default
    #[arg(long, value_name = "N")]
    pub(crate) rate: Option<NonZeroU32>,

    /// Keep the pictures as DIR/CHAT_ID.jpg; made if there is none
    #[arg(long, value_name = "DIR")]
    pub(crate) pictures: Option<PathBuf>,

    /// Play the faults of a script (JSON; see the emulator's documentation)
    #[arg(long, value_name = "FILE")]
    pub(crate) script: Option<PathBuf>,
}

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

/// What is told, and how.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Output {
    /// Print JSON lines on stdout and nothing else there: an object for each item, and a summary
    #[arg(long)]
    pub(crate) json: bool,

    /// Print failures only
    #[arg(short, long)]
    pub(crate) quiet: bool,

    /// Write each event (requests, pauses, ends) to stderr, as text or JSON lines; never the token
    #[arg(long, value_name = "FORMAT")]
    pub(crate) log: Option<Log>,
}

/// Reads a number of bytes with an optional unit: `65536`, `64K`, `128M`, `1G`; the units are powers of 1024.
fn size(text: &str) -> Result<u64, &'static str> {
    let number = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let shift = match &text[number.len()..] {
        "" | "B" => 0,
        "K" | "KiB" => 10,
        "M" | "MiB" => 20,
        "G" | "GiB" => 30,
        _ => return Err(SIZE),
    };
    let number: u64 = number.parse().map_err(|_| SIZE)?;
    number.checked_mul(1 << shift).ok_or(SIZE)
}

/// Reads a number of requests a second, from one in a day to a thousand.
fn rate(text: &str) -> Result<f64, &'static str> {
    let rate: f64 = text.parse().map_err(|_| RATE)?;
    let is_sensible = (1.0 / 86_400.0..=1000.0).contains(&rate);
    is_sensible.then_some(rate).ok_or(RATE)
}

/// Reads a time such as `90`, which is seconds, `500ms`, `2m` or `1h 30m`; more than none, and at most a year.
fn duration(text: &str) -> Result<Duration, &'static str> {
    let duration = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => humantime::parse_duration(text).map_err(|_| DURATION)?,
    };
    let is_sensible = !duration.is_zero() && duration <= A_YEAR;
    is_sensible.then_some(duration).ok_or(DURATION)
}

const A_YEAR: Duration = Duration::from_secs(365 * 86_400);

const DURATION: &str = "expected a time such as 90, 500ms, 2m or '1h 30m', at most a year";

const RATE: &str = "expected a number of requests a second, such as 1 or 0.5, at most 1000";

const SIZE: &str = "expected a number of bytes such as 65536, 64K, 128M or 1G";

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_of_the_command_line_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_rate_is_a_number_that_makes_sense() {
        for text in ["1", "0.5", "1000", "2e1"] {
            assert!(rate(text).is_ok(), "{text}");
        }
        for text in ["0", "-1", "1001", "inf", "NaN", "", "1/s"] {
            assert_eq!(rate(text), Err(RATE), "{text}");
        }
    }

    #[test]
    fn a_time_has_a_unit_or_is_seconds() {
        for (text, milliseconds) in [
            ("90", 90_000),
            ("1500ms", 1_500),
            ("2m", 120_000),
            ("1h 30m", 5_400_000),
        ] {
            assert_eq!(duration(text), Ok(Duration::from_millis(milliseconds)));
        }
        for text in [
            "",
            "0",
            "0s",
            "-1",
            "1.5",
            "2 years",
            "99999999999999999999",
            "s",
        ] {
            assert_eq!(duration(text), Err(DURATION), "{text:?}");
        }
    }

    #[test]
    fn a_size_has_a_number_and_perhaps_a_unit() {
        for (text, expected) in [
            ("0", Ok(0)),
            ("65536", Ok(65_536)),
            ("64K", Ok(65_536)),
            ("128MiB", Ok(134_217_728)),
            ("1G", Ok(1_073_741_824)),
            ("", Err(SIZE)),
            ("M", Err(SIZE)),
            ("-1", Err(SIZE)),
            ("1.5G", Err(SIZE)),
            ("1 M", Err(SIZE)),
            ("17179869184G", Err(SIZE)),
        ] {
            assert_eq!(size(text), expected, "{text:?}");
        }
    }
}
