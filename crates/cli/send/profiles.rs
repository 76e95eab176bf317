//! Accounts by name, from a configuration file.

use std::collections::BTreeMap;
use std::env;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use upload::Messenger;

use crate::profile_name::ProfileName;
use crate::report::escape;
use crate::report::refusal::Refusal;
use crate::send::credentials::{self, Credentials};
use crate::send::secret_file;

/// An account of the configuration file.
#[derive(Debug)]
pub(crate) struct Profile {
    pub(crate) credentials: Credentials,
    pub(crate) messenger: Option<Messenger>,
    pub(crate) avatar_hosts: Vec<String>,
    /// What was read for it.
    pub(crate) files: Vec<PathBuf>,
}

/// ```toml
/// [profiles.sales]
/// id_instance = "3100000001"
/// token_file = "sales.token"
/// ```
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    #[serde(default)]
    profiles: BTreeMap<String, Entry>,
}

/// One profile. Without `Debug`, because it may hold the token.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id_instance: String,
    api_url: Option<String>,
    messenger: Option<String>,
    #[serde(default)]
    avatar_hosts: Vec<String>,
    token_file: Option<PathBuf>,
    token_env: Option<String>,
    token: Option<String>,
}

/// Returns whether there is a configuration file.
pub(crate) fn are_configured(config: Option<&Path>) -> bool {
    config.is_some() || default_path().is_some_and(|path| path.exists())
}

/// Reads the profiles of these names, and tells what is wrong with any of them.
///
/// No message repeats a value of the file: it may be the token.
pub(crate) fn find(config: Option<&Path>, names: &[ProfileName]) -> Result<Vec<Profile>, Refusal> {
    let path = match config {
        Some(path) => path.to_owned(),
        None => default_path().ok_or_else(|| {
            Refusal::usage(
                "there is no home folder to look for a configuration file in: use --config",
            )
        })?,
    };
    let shown = escape::path(&path).to_string();
    let refuse = |reason: String| Refusal::usage(format!("{shown}: {reason}"));
    let (text, file) = read(&path).map_err(|error| refuse(error.to_string()))?;
    let mut config: Config = toml::from_str(&text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start.min(text.len()));
        let before = &text.as_bytes()[..start];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        refuse(format!("line {line}: {EXPECTED}"))
    })?;
    let known: Vec<String> = config.profiles.keys().cloned().collect();
    let mut open = |name: &ProfileName| {
        let name = name.as_str();
        let entry = config.profiles.remove(name).ok_or_else(|| {
            refuse(match &*known {
                [] => format!("there is no profile {name:?}, nor any other"),
                known => format!(
                    "there is no profile {name:?}; there are {}",
                    known.join(", ")
                ),
            })
        })?;
        entry
            .open(&path, &file)
            .map_err(|error| error.within(&format!("{shown}: profile {name:?}")))
    };
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    for name in names {
        match open(name) {
            Ok(profile) => found.push(profile),
            Err(refusal) => wrong.push(refusal),
        }
    }
    match &*wrong {
        [] => Ok(found),
        _ => Err(Refusal::all(wrong)),
    }
}

impl Entry {
    fn open(self, config: &Path, file: &File) -> Result<Profile, Refusal> {
        let mut files = vec![config.to_owned()];
        let token = match (self.token_file, self.token_env, self.token) {
            (Some(path), None, None) => {
                let path = config.parent().unwrap_or(Path::new("")).join(path);
                let token = credentials::from_file(&path)?;
                files.push(path);
                token
            }
            (None, Some(variable), None) => env::var(&variable)
                .map_err(|_| Refusal::usage("the variable that token_env names is not set"))?,
            (None, None, Some(token)) => {
                if secret_file::is_open_to_others(file) {
                    return Err(Refusal::usage(
                        "the file holds a token and other users can read it: run chmod 600 on it, or use token_file",
                    ));
                }
                token
            }
            _ => {
                return Err(Refusal::usage(
                    "it needs one of token_file, token_env and token, and only one",
                ));
            }
        };
        let messenger = self.messenger.map(|name| name.parse()).transpose();
        Ok(Profile {
            credentials: Credentials::new(&self.id_instance, self.api_url.as_deref(), token)?,
            messenger: messenger
                .map_err(|_| Refusal::usage("messenger: expected max, telegram or whatsapp"))?,
            avatar_hosts: self.avatar_hosts,
            files,
        })
    }
}

fn read(path: &Path) -> std::io::Result<(String, File)> {
    let file = File::open(path)?;
    let mut text = String::new();
    (&file).take(MAX_BYTES).read_to_string(&mut text)?;
    Ok((text, file))
}

/// By the XDG base directory specification; a relative path in the variable counts as none.
fn default_path() -> Option<PathBuf> {
    let given = env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    let folder = given.filter(|folder| folder.is_absolute());
    let folder = folder.or_else(|| Some(env::home_dir()?.join(".config")))?;
    Some(folder.join("group-picture").join("config.toml"))
}

const EXPECTED: &str = "expected tables [profiles.NAME] with id_instance, one of token_file, token_env and token, and if \
                        needed api_url, messenger and avatar_hosts; all are texts in quotes";

/// A thousand profiles.
const MAX_BYTES: u64 = 1 << 20;
