//! The pictures that were set, by chat.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use bytes::Bytes;

/// The picture that a chat shows now.
#[derive(Clone, Debug)]
pub struct Picture {
    content: Content,
    size: u64,
    url: String,
    changes: u64,
}

#[derive(Clone, Debug)]
enum Content {
    Memory(Bytes),
    File(PathBuf),
}

impl Picture {
    /// The JPEG, byte for byte as it came.
    ///
    /// # Errors
    ///
    /// Where pictures are kept in a [folder](crate::Config::folder), the file may not be readable.
    pub fn bytes(&self) -> io::Result<Bytes> {
        match &self.content {
            Content::Memory(bytes) => Ok(bytes.clone()),
            Content::File(path) => std::fs::read(path).map(Bytes::from),
        }
    }

    /// Its length in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Where the emulator serves it; another after each change, and then the old one is gone.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many times this chat's picture was set, this one included.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Its file, where pictures are kept in a [folder](crate::Config::folder).
    pub fn path(&self) -> Option<&Path> {
        match &self.content {
            Content::Memory(_) => None,
            Content::File(path) => Some(path),
        }
    }
}

/// All pictures of an emulator.
#[derive(Debug)]
pub(crate) struct Gallery {
    url: String,
    folder: Option<PathBuf>,
    pictures: BTreeMap<String, Picture>,
    changes: u64,
}

impl Gallery {
    /// An empty one, whose pictures are served below `url`.
    pub(crate) fn new(url: String, folder: Option<PathBuf>) -> Self {
        Self {
            url,
            folder,
            pictures: BTreeMap::new(),
            changes: 0,
        }
    }

    /// Makes this the chat's picture, and says where it is served.
    ///
    /// The chat is part of a file's name, so it must have been found to be a chat id.
    pub(crate) fn set(&mut self, chat: &str, bytes: &[u8]) -> io::Result<String> {
        let url = self.next_url(chat);
        let size = bytes.len() as u64;
        let content = match &self.folder {
            // A slice of the request would keep the whole of it.
            None => Content::Memory(Bytes::copy_from_slice(bytes)),
            Some(folder) => {
                let path = folder.join(format!("{chat}.jpg"));
                let beside = folder.join(format!(".{chat}.jpg.partial"));
                std::fs::write(&beside, bytes)?;
                std::fs::rename(&beside, &path)?;
                Content::File(path)
            }
        };
        self.changes += 1;
        let changes = self.find(chat).map_or(0, Picture::changes) + 1;
        let picture = Picture {
            content,
            size,
            url: url.clone(),
            changes,
        };
        self.pictures.insert(chat.to_owned(), picture);
        Ok(url)
    }

    /// Where the next picture will be served.
    pub(crate) fn next_url(&self, chat: &str) -> String {
        format!("{}/i?r={}", self.url, word(self.changes + 1, chat))
    }

    pub(crate) fn find(&self, chat: &str) -> Option<&Picture> {
        self.pictures.get(chat)
    }

    /// The picture whose URL ends with this word, unless it was replaced.
    pub(crate) fn find_by_word(&self, asked: &str) -> Option<&Picture> {
        let (_, chat) = asked.split_once('.')?;
        self.find(chat)
            .filter(|picture| picture.url.ends_with(&format!("/i?r={asked}")))
    }

    /// As if nothing had been set yet; only the URLs go on. Files stay where they are.
    pub(crate) fn forget(&mut self) {
        self.pictures.clear();
    }

    pub(crate) fn all(&self) -> &BTreeMap<String, Picture> {
        &self.pictures
    }
}

fn word(change: u64, chat: &str) -> String {
    format!("{change}.{chat}")
}
