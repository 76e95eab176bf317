//! The programs, and how each is asked for the pixels of a photo as a PNG: upright, with its opacity. Only Pillow is asked to
//! convert colors: of photos without a profile the others would convert them too.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use image::RgbaImage;

use super::photos::Photo;

/// Where Python with Pillow is, if it is not the `python3` on the path.
const PYTHON: &str = "READERS_PYTHON";

/// Pillow reads all photos at once: names on stdin, `NAME.png` for each that it opens.
const PILLOW: &str = r#"
import io, sys
from PIL import Image, ImageCms, ImageOps
try:
    import pillow_heif
    pillow_heif.register_heif_opener()
except ImportError:
    pass
for line in sys.stdin:
    name = line.rstrip("\n")
    try:
        image = Image.open(name)
        profile = image.info.get("icc_profile")
        image.load()
        image = ImageOps.exif_transpose(image)
        if image.mode.startswith(("I", "F")):
            image = image.convert("F").point(lambda value: value / 257 + 0).convert("L")
        if profile and image.mode in ("RGB", "L", "CMYK"):
            space = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            image = ImageCms.profileToProfile(image, space, ImageCms.createProfile("sRGB"), outputMode="RGB")
        image.convert("RGBA").save(name + ".pillow.png", compress_level=1)
    except Exception:
        pass
"#;

/// A program that is asked for one photo at a time.
struct Program {
    name: &'static str,
    /// Something that succeeds if the program is there.
    probe: &'static [&'static str],
    /// `IN` and `OUT` stand for the files.
    arguments: &'static [&'static str],
    /// The extensions of what it is asked for; all if there are none.
    extensions: &'static [&'static str],
}

const PROGRAMS: [Program; 7] = [
    Program {
        name: "heif-convert",
        probe: &["--version"],
        arguments: &["IN", "OUT"],
        extensions: &["avif", "heic"],
    },
    Program {
        name: "avifdec",
        probe: &["--version"],
        arguments: &["--png-compress", "1", "IN", "OUT"],
        extensions: &["avif"],
    },
    Program {
        name: "djxl",
        probe: &["--version"],
        arguments: &["IN", "OUT", "--quiet"],
        extensions: &["jxl"],
    },
    Program {
        name: "dwebp",
        probe: &["-version"],
        arguments: &["-quiet", "IN", "-o", "OUT"],
        extensions: &["webp"],
    },
    Program {
        name: "vipsthumbnail",
        probe: &["--version"],
        arguments: &["IN", "--size", "60000x60000>", "-o", "OUT"],
        extensions: &[],
    },
    Program {
        name: "convert",
        probe: &["-version"],
        arguments: &[
            "IN[0]",
            "-auto-orient",
            "-colorspace",
            "sRGB",
            "-depth",
            "8",
            "PNG32:OUT",
        ],
        extensions: &[],
    },
    Program {
        name: "ffmpeg",
        probe: &["-version"],
        arguments: &[
            "-v",
            "quiet",
            "-y",
            "-i",
            "IN",
            "-frames:v",
            "1",
            "-pix_fmt",
            "rgba",
            "OUT",
        ],
        extensions: &[],
    },
];

/// The programs that are there, and a folder for what they make.
pub(super) struct Readers {
    python: Option<String>,
    programs: Vec<&'static Program>,
    folder: PathBuf,
}

impl Readers {
    /// Finds the programs; `None`, and a line that names what is missing, if there are fewer than two for any photo.
    pub(super) fn find() -> Option<Self> {
        let python = env::var(PYTHON).unwrap_or_else(|_| "python3".into());
        let python = succeeds(&python, &["-c", "import PIL"]).then_some(python);
        let is_there = |program: &&Program| succeeds(program.name, program.probe);
        let programs: Vec<_> = PROGRAMS.iter().filter(is_there).collect();
        let general = programs
            .iter()
            .filter(|program| program.extensions.is_empty());
        let found = general.count() + usize::from(python.is_some());
        for program in &PROGRAMS {
            if !programs.iter().any(|other| other.name == program.name) {
                println!("{} is not installed", program.name);
            }
        }
        if python.is_none() {
            println!("Pillow is not installed ({PYTHON} names a Python that has it)");
        }
        if found < super::WITNESSES {
            println!(
                "skipped: two programs that read most formats are needed, and there is {found}"
            );
            return None;
        }
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("differential");
        // What an earlier run left.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a temporary folder");
        Some(Self {
            python,
            programs,
            folder,
        })
    }

    /// Writes all photos, and has those read that one process reads.
    pub(super) fn read_at_once(&self, photos: &[Photo]) {
        let mut names = String::new();
        for photo in photos {
            let path = self.path(photo);
            fs::write(&path, &photo.bytes).expect("the temporary folder takes files");
            names.push_str(&format!("{}\n", path.display()));
        }
        let Some(python) = &self.python else {
            return;
        };
        let list = self.folder.join("names.txt");
        fs::write(&list, names).expect("the temporary folder takes files");
        let list = fs::File::open(list).expect("it was just written");
        let run = Command::new(python)
            .args(["-c", PILLOW])
            .stdin(list)
            .output();
        let run = run.expect("Python was there a moment ago");
        assert!(
            run.status.success(),
            "{}",
            String::from_utf8_lossy(&run.stderr)
        );
    }

    /// The pictures that programs make of a photo, made as they are asked for.
    pub(super) fn pictures_of(&self, photo: &Photo) -> impl Iterator<Item = (&str, RgbaImage)> {
        let path = self.path(photo);
        let pillow = opened(&with_ending(&path, "pillow.png")).map(|picture| ("Pillow", picture));
        let extension = photo.extension().to_owned();
        let fitting = self.programs.iter().filter(move |program| {
            program.extensions.is_empty() || program.extensions.contains(&&*extension)
        });
        let others = fitting.filter_map(move |program| {
            let out = with_ending(&path, &format!("{}.png", program.name));
            program
                .read(&path, &out)
                .map(|picture| (program.name, picture))
        });
        pillow.into_iter().chain(others)
    }

    fn path(&self, photo: &Photo) -> PathBuf {
        self.folder.join(&photo.name)
    }
}

impl Program {
    fn read(&self, from: &Path, to: &Path) -> Option<RgbaImage> {
        let (from, out) = (from.to_str()?, to.to_str()?);
        let arguments = self
            .arguments
            .iter()
            .map(|argument| argument.replace("IN", from).replace("OUT", out));
        let arguments: Vec<_> = arguments.collect();
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        succeeds(self.name, &arguments).then(|| opened(to))?
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn opened(path: &Path) -> Option<RgbaImage> {
    let bytes = fs::read(path).ok()?;
    Some(image::load_from_memory(&bytes).ok()?.to_rgba8())
}

fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let run = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    run.is_ok_and(|status| status.success())
}
