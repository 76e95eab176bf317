//! Runs the binary and makes photos for it.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use image::{ImageFormat, Rgb, RgbImage};
use serde_json::Value;
use tempfile::TempDir;

/// The binary, with no credentials around.
pub(crate) fn group_picture() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_group-picture"));
    command.stdin(Stdio::null());
    for variable in ["GREEN_API_URL", "GREEN_API_ID_INSTANCE", "GREEN_API_TOKEN"] {
        command.env_remove(variable);
    }
    command
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    pub(crate) fn of(command: &mut Command) -> Self {
        command.output().expect("the binary can be started").into()
    }

    /// The last line of stdout.
    pub(crate) fn summary(&self) -> &str {
        self.stdout.lines().last().unwrap_or_default()
    }

    /// The lines of stdout, each of which must be JSON.
    pub(crate) fn json(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
            .collect()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("only text is printed");
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// A folder with photos in it.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("there is room for a folder"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn at(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Writes a file and the folders above it.
    pub(crate) fn with(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.at(name);
        let folder = path.parent().expect("a file is in a folder");
        fs::create_dir_all(folder).expect("a folder can be made");
        fs::write(path, content).expect("a file can be written");
        self
    }

    /// Makes a named pipe.
    #[cfg(unix)]
    pub(crate) fn with_pipe(self, name: &str) -> Self {
        let made = Command::new("mkfifo").arg(self.at(name)).status();
        assert!(made.is_ok_and(|made| made.success()));
        self
    }

    /// Makes a symbolic link to another name in the folder.
    #[cfg(unix)]
    pub(crate) fn with_link(self, name: &str, to: &str) -> Self {
        let made = std::os::unix::fs::symlink(self.at(to), self.at(name));
        made.expect("a link can be made");
        self
    }

    /// The names of everything in it and below, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        names_in(self.path())
    }
}

/// The names of everything in the folder and below, sorted; none if there is no such folder.
pub(crate) fn names_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = walkdir::WalkDir::new(folder)
        .min_depth(1)
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| !entry.file_type().is_dir())
        .map(|entry| {
            let below = entry.path().strip_prefix(folder).expect("it is below");
            below.to_string_lossy().into_owned()
        })
        .collect();
    names.sort();
    names
}

/// A PNG of this size, with a pattern that no two sizes share.
pub(crate) fn png(width: u32, height: u32) -> Vec<u8> {
    encode(width, height, ImageFormat::Png)
}

/// A JPEG of this size, with a pattern that no two sizes share.
pub(crate) fn jpeg(width: u32, height: u32) -> Vec<u8> {
    encode(width, height, ImageFormat::Jpeg)
}

fn encode(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let pixels = RgbImage::from_fn(width, height, |x, y| {
        let wave = f64::from(x * x + 3 * y * y) / f64::from(width + height);
        let level = |phase: f64| (127.0 + 120.0 * (wave / 9.0 + phase).sin()) as u8;
        Rgb([level(0.0), level(2.0), level(4.0)])
    });
    let mut bytes = Cursor::new(Vec::new());
    pixels
        .write_to(&mut bytes, format)
        .expect("the picture can be encoded");
    bytes.into_inner()
}

/// Width and height of the JPEG in a file.
pub(crate) fn size_of_jpeg(path: &Path) -> (u32, u32) {
    let bytes = fs::read(path).unwrap_or_else(|_| panic!("{} is not there", path.display()));
    let picture = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg)
        .expect("the picture is a JPEG");
    (picture.width(), picture.height())
}
