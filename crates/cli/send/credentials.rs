//! Where the account's credentials come from. The token comes from the environment or a file, never from an argument.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use upload::{ApiUrl, Instance, Token};

use crate::report::refusal::Refusal;
use crate::send::secret_file::warn_if_public;
use crate::send::variables::Variables;

/// An instance, and what it takes to speak for it.
#[derive(Debug)]
pub(crate) struct Credentials {
    pub(crate) api_url: ApiUrl,
    pub(crate) instance: Instance,
    pub(crate) token: Token,
}

impl Credentials {
    /// Returns whether an instance and a token are given, right or wrong.
    pub(crate) fn are_given(
        instance: Option<&OsString>,
        token_file: Option<&PathBuf>,
        variables: &Variables,
    ) -> bool {
        (instance.is_some() || variables.get(INSTANCE).is_some())
            && (token_file.is_some() || variables.get(TOKEN).is_some())
    }

    /// Takes what was given as flags, and the rest from variables.
    ///
    /// No message repeats a value: it may be the token, put in the wrong place.
    pub(crate) fn read(
        api_url: Option<OsString>,
        instance: Option<OsString>,
        token_file: Option<PathBuf>,
        variables: &Variables,
    ) -> Result<Self, Refusal> {
        let instance = match instance.or_else(|| variables.get(INSTANCE)) {
            Some(instance) => text(instance, "idInstance")?,
            None => return Err(missing("idInstance", INSTANCE, "--id-instance")),
        };
        let api_url = api_url.or_else(|| variables.get(API_URL));
        let api_url = api_url.map(|api_url| text(api_url, "apiUrl")).transpose()?;
        let token = match (token_file, variables.get(TOKEN)) {
            (Some(path), _) => from_file(&path)?,
            (None, Some(token)) => text(token, "token")?,
            (None, None) => return Err(missing("token", TOKEN, "--token-file")),
        };
        Self::new(&instance, api_url.as_deref(), token)
    }

    /// Returns what tells this instance from others, without the token.
    pub(crate) fn place(&self) -> String {
        // One emulator is not another; elsewhere an instance is the same at all addresses.
        match self.api_url.is_loopback() {
            true => format!("{} at {}", self.instance, self.api_url),
            false => self.instance.to_string(),
        }
    }

    /// Parses the three; the API's URL follows from the instance if it is not given.
    pub(crate) fn new(
        instance: &str,
        api_url: Option<&str>,
        token: String,
    ) -> Result<Self, Refusal> {
        let instance: Instance = instance.parse().map_err(refused)?;
        let api_url = match api_url {
            Some(api_url) => api_url.parse().map_err(refused)?,
            None => ApiUrl::of(&instance),
        };
        let token = Token::new(token).map_err(refused)?;
        Ok(Self {
            api_url,
            instance,
            token,
        })
    }
}

/// Reads the token without the line's end behind it.
pub(crate) fn from_file(path: &Path) -> Result<String, Refusal> {
    let unreadable =
        |error: io::Error| Refusal::usage(format!("the token's file cannot be read: {error}"));
    let mut token = String::new();
    if path == Path::new("-") {
        io::stdin()
            .take(MAX_TOKEN_FILE)
            .read_to_string(&mut token)
            .map_err(unreadable)?;
    } else {
        let file = File::open(path).map_err(unreadable)?;
        warn_if_public(&file);
        file.take(MAX_TOKEN_FILE)
            .read_to_string(&mut token)
            .map_err(unreadable)?;
    }
    let kept = token.trim_end_matches(['\r', '\n']).len();
    token.truncate(kept);
    Ok(token)
}

fn text(value: OsString, what: &str) -> Result<String, Refusal> {
    value
        .into_string()
        .map_err(|_| Refusal::usage(format!("the {what} is not text: copy it again")))
}

fn missing(what: &str, variable: &str, flag: &str) -> Refusal {
    Refusal::usage(format!(
        "the {what} is missing: set {variable} or use {flag}, or try --emulator, which needs no account"
    ))
}

fn refused(error: impl std::error::Error) -> Refusal {
    Refusal::usage(error.to_string())
}

const API_URL: &str = "GREEN_API_URL";
const INSTANCE: &str = "GREEN_API_ID_INSTANCE";
const TOKEN: &str = "GREEN_API_TOKEN";

/// More than any token has, in bytes; a wrong file must not fill the memory.
const MAX_TOKEN_FILE: u64 = 64 * 1024;
