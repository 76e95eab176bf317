//! `--update`: what each picture of a folder was made of, so that only what has changed is made again.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use prep::Options;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::input::source::Source;
use crate::output::{Destination, Draft, Obstacle};
use crate::prepare::names::Task;
use crate::report::escape;
use crate::report::refusal::Refusal;

/// The file in the folder of pictures that says what they were made of.
///
/// ```text
/// {"group-picture":"pictures","version":1}
/// {"picture":"in/a.jpg","made_of":"0f2c…","bytes":"91ab…"}
/// ```
///
/// It is read before a run and replaced after it. Whatever it does not say is made again, so losing it costs time only.
#[derive(Debug)]
pub(crate) struct Manifest {
    folder: PathBuf,
    entries: Mutex<BTreeMap<String, Entry>>,
}

/// What one picture was made of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    /// Its path below the folder.
    picture: String,
    /// The photo's path, length and time of change, the options, and this program's version.
    made_of: Digest,
    /// The file itself.
    bytes: Digest,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Header {
    #[serde(rename = "group-picture")]
    what: String,
    version: u32,
}

impl Manifest {
    /// Reads that of the folder, if there is one.
    pub(crate) fn open(folder: &Path) -> Result<Self, Refusal> {
        let path = folder.join(NAME);
        let refuse = |reason: &str| {
            let shown = escape::path(&path);
            Refusal::usage(format!("{shown} {reason}, so --update cannot be used"))
        };
        if Obstacle::at(&path).is_some() {
            return Err(refuse("is not a regular file"));
        }
        let text = match read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(refuse(&format!("cannot be read: {error}"))),
        };
        let mut lines = text.lines();
        let header = lines.next().map(serde_json::from_str::<Header>);
        if header.is_some_and(|header| header.ok() != Some(Header::ours())) {
            return Err(refuse("was not written by this program"));
        }
        let entries = lines.filter_map(|line| serde_json::from_str::<Entry>(line).ok());
        Ok(Self {
            folder: folder.to_owned(),
            entries: Mutex::new(
                entries
                    .map(|entry| (entry.picture.clone(), entry))
                    .collect(),
            ),
        })
    }

    /// Returns whether the task's picture is there as it was made of the same photo by the same options.
    pub(crate) fn is_current(&self, task: &Task, options: &Options) -> bool {
        let (Some(name), Some(made_of)) = (self.name(task), fingerprint(&task.photo, options))
        else {
            return false;
        };
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(entry) = entries.get(&name).filter(|entry| entry.made_of == made_of) else {
            return false;
        };
        let bytes = entry.bytes;
        drop(entries);
        fs::read(&task.picture).is_ok_and(|picture| Digest::of(&picture) == bytes)
    }

    /// Notes a picture that is in its place now.
    pub(crate) fn note(&self, task: &Task, options: &Options, picture: &[u8]) {
        if let (Some(name), Some(made_of)) = (self.name(task), fingerprint(&task.photo, options)) {
            let entry = Entry {
                picture: name.clone(),
                made_of,
                bytes: Digest::of(picture),
            };
            let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
            entries.insert(name, entry);
        }
    }

    /// Writes it, completely or not at all.
    pub(crate) fn save(&self) -> io::Result<()> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let mut draft = Draft::new(&Destination::File(self.folder.join(NAME)))?;
        serde_json::to_writer(&mut draft, &Header::ours())?;
        draft.write_all(b"\n")?;
        for entry in entries.values() {
            serde_json::to_writer(&mut draft, entry)?;
            draft.write_all(b"\n")?;
        }
        draft.finish()
    }

    /// What the picture is called below the folder; none if that is no text.
    fn name(&self, task: &Task) -> Option<String> {
        let below = task.picture.strip_prefix(&self.folder).ok()?;
        below.to_str().map(str::to_owned)
    }
}

impl Header {
    fn ours() -> Self {
        Self {
            what: "pictures".to_owned(),
            version: 1,
        }
    }
}

fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?
        .take(MAX_BYTES)
        .read_to_string(&mut text)?;
    Ok(text)
}

/// What a picture is made of, without reading the photo; none if that is unknown, as for a URL.
fn fingerprint(photo: &Path, options: &Options) -> Option<Digest> {
    let photo = Source::of(photo).file()?;
    let metadata = photo.metadata().ok().filter(fs::Metadata::is_file)?;
    let changed = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    let text = format!(
        "{}\n{photo:?}\n{}\n{}\n{options:?}",
        env!("CARGO_PKG_VERSION"),
        metadata.len(),
        changed.as_nanos(),
    );
    Some(Digest::of(text.as_bytes()))
}

/// Hidden, so that it is none of the photos of a folder.
const NAME: &str = ".group-picture.pictures";

/// A million pictures with long names.
const MAX_BYTES: u64 = 256 << 20;
