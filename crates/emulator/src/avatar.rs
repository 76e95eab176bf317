//! The pictures that were set, by chat.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use bytes::Bytes;

/// The picture that a chat shows now.
#[derive(Clone, Debug)]
pub struct Avatar {
    storage: Storage,
    size: u64,
    url: String,
    changes: u64,
}

#[derive(Clone, Debug)]
enum Storage {
    Memory(Bytes),
    File(PathBuf),
}

impl Avatar {
    /// Returns the JPEG, byte for byte as it came.
    ///
    /// # Errors
    ///
    /// Returns an error if the picture is kept in a [folder](crate::Config::folder) and its file cannot
    /// be read.
    pub fn bytes(&self) -> io::Result<Bytes> {
        match &self.storage {
            Storage::Memory(bytes) => Ok(bytes.clone()),
            Storage::File(path) => std::fs::read(path).map(Bytes::from),
        }
    }

    /// Returns its length in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Returns where the emulator serves it. The URL is new after each change, and the old one is gone.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns how many times this chat's picture was set, this one included.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Returns its file, if pictures are kept in a [folder](crate::Config::folder).
    pub fn path(&self) -> Option<&Path> {
        match &self.storage {
            Storage::Memory(_) => None,
            Storage::File(path) => Some(path),
        }
    }
}

/// All pictures of an emulator.
#[derive(Debug)]
pub(crate) struct Avatars {
    url: String,
    folder: Option<PathBuf>,
    pictures: BTreeMap<String, Avatar>,
    changes: u64,
}

impl Avatars {
    /// Makes an empty avatars whose pictures are served below `url`.
    pub(crate) fn new(url: String, folder: Option<PathBuf>) -> Self {
        Self {
            url,
            folder,
            pictures: BTreeMap::new(),
            changes: 0,
        }
    }

    /// Makes this the chat's picture, and returns its URL.
    ///
    /// The chat becomes part of a file name, so it must have been checked to be a chat id.
    pub(crate) fn set(&mut self, chat: &str, bytes: &[u8]) -> io::Result<String> {
        let url = self.next_url(chat);
        let size = bytes.len() as u64;
        let storage = match &self.folder {
            // A slice of the request would keep the whole of it.
            None => Storage::Memory(Bytes::copy_from_slice(bytes)),
            Some(folder) => {
                let path = folder.join(format!("{chat}.jpg"));
                put(&path, &folder.join(format!(".{chat}.jpg.partial")), bytes)?;
                Storage::File(path)
            }
        };
        self.changes += 1;
        let changes = self.find(chat).map_or(0, Avatar::changes) + 1;
        let picture = Avatar {
            storage,
            size,
            url: url.clone(),
            changes,
        };
        self.pictures.insert(chat.to_owned(), picture);
        Ok(url)
    }

    /// Returns the URL of the next picture.
    pub(crate) fn next_url(&self, chat: &str) -> String {
        format!("{}/i?r={}", self.url, word(self.changes + 1, chat))
    }

    pub(crate) fn find(&self, chat: &str) -> Option<&Avatar> {
        self.pictures.get(chat)
    }

    /// Returns the picture whose URL ends with this word, unless it was replaced.
    pub(crate) fn find_by_word(&self, asked: &str) -> Option<&Avatar> {
        let (_, chat) = asked.split_once('.')?;
        self.find(chat)
            .filter(|picture| picture.url.ends_with(&format!("/i?r={asked}")))
    }

    /// Forgets all pictures. Files stay, and URLs are not used again.
    pub(crate) fn forget(&mut self) {
        self.pictures.clear();
    }

    pub(crate) fn all(&self) -> &BTreeMap<String, Avatar> {
        &self.pictures
    }
}

/// Writes a file beside its place, then renames it. Only a regular file is replaced, and no link is followed.
fn put(path: &Path, beside: &Path, bytes: &[u8]) -> io::Result<()> {
    if path.symlink_metadata().is_ok_and(|there| !there.is_file()) {
        return Err(io::Error::other("not a regular file"));
    }
    // One that an earlier run left behind.
    match std::fs::remove_file(beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    File::create_new(beside)?.write_all(bytes)?;
    std::fs::rename(beside, path)
}

fn word(change: u64, chat: &str) -> String {
    format!("{change}.{chat}")
}
