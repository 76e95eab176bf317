//! Reads the present avatar of a group: its address, and the picture there.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use upload::blocking::{Client, Session};
use upload::{Avatar, ChatId, ErrorKind, FetchError, RetryClass, RetryConfig, Scope};

use crate::interrupt::Interrupt;
use crate::report::failure::{Cause, Failure};
use crate::send::asking::patiently;
use crate::send::likeness::likeness;

/// Reads avatars, and notices when every other group would fail in the same way.
#[derive(Debug)]
pub(super) struct AvatarReader<'a> {
    pub(super) client: &'a Client,
    pub(super) session: &'a Session,
    pub(super) retries: RetryConfig,
    pub(super) interrupt: &'a Interrupt,
    pub(super) trial: Mutex<Trial>,
}

/// What readings so far say of the account.
#[derive(Debug, Default)]
pub(super) struct Trial {
    /// The last reading was answered.
    is_proven: bool,
    shared_failures: u32,
    stopped: Option<ErrorKind>,
}

/// Why an avatar was not kept.
#[derive(Debug)]
pub(crate) enum NotKept {
    Failed(Failure),
    /// The run is over: every group would fail.
    Stopped,
}

impl AvatarReader<'_> {
    /// Like [`read`](Self::read). Until a reading is answered there is only one at a time, and after three failures that
    /// every group shares there is none.
    pub(super) fn read_or_stop(&self, chat: &ChatId) -> Result<(Avatar, Option<Bytes>), NotKept> {
        let mut trial = self.trial();
        if trial.stopped.is_some() {
            return Err(NotKept::Stopped);
        }
        let read = if trial.is_proven {
            drop(trial);
            let read = self.read(chat);
            trial = self.trial();
            read
        } else {
            self.read(chat)
        };
        let shared = read.as_ref().err().and_then(shared_kind);
        trial.is_proven = shared.is_none();
        match shared {
            None => trial.shared_failures = 0,
            Some(kind) => {
                trial.shared_failures += 1;
                if trial.shared_failures >= MAX_SHARED_FAILURES {
                    trial.stopped.get_or_insert(kind);
                }
            }
        }
        read.map_err(NotKept::Failed)
    }

    /// Returns why no more avatars are read, if so.
    pub(super) fn stopped(&self) -> Option<ErrorKind> {
        self.trial().stopped
    }

    fn trial(&self) -> MutexGuard<'_, Trial> {
        self.trial.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the avatar of a group, and its picture if it has one.
    fn read(&self, chat: &ChatId) -> Result<(Avatar, Option<Bytes>), Failure> {
        let mut attempt = 1;
        loop {
            // Again each time: an address that was just replaced is gone.
            let avatar = patiently(&self.retries, self.interrupt, || self.session.avatar(chat));
            let avatar = avatar.map_err(|failure| not_read(&failure))?;
            if avatar.url.is_none() {
                return Ok((avatar, None));
            }
            match self.client.fetch_avatar(&avatar) {
                Ok(content) if likeness(&content).is_some() => {
                    return Ok((avatar, Some(content)));
                }
                Ok(_) => {
                    return Err(failure(
                        Cause::BackupFailed,
                        "what is at its address is not a picture",
                    ));
                }
                Err(error) if attempt < MAX_ATTEMPTS && is_transient(&error) => {}
                Err(error) if is_transient(&error) => {
                    return Err(failure(Cause::BackupFailed, &error.to_string()));
                }
                Err(error) => return Err(failure(Cause::BackupRefused, &error.to_string())),
            }
            let pause = self.retries.of(RetryClass::Unavailable).initial_backoff;
            if self.interrupt.comes_within(pause * attempt) {
                return Err(failure(Cause::BackupFailed, "the program was asked to end"));
            }
            attempt += 1;
        }
    }
}

/// The ending of a file's name, by what the file is.
pub(super) fn extension(content: &[u8]) -> &'static str {
    match content {
        [0xff, 0xd8, ..] => "jpg",
        [0x89, b'P', b'N', b'G', ..] => "png",
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => "webp",
        [b'G', b'I', b'F', ..] => "gif",
        _ => "image",
    }
}

fn is_transient(error: &FetchError) -> bool {
    match error {
        FetchError::TimedOut { .. } | FetchError::Failed { .. } => true,
        FetchError::Status { status } => matches!(status, 404 | 408 | 410 | 429 | 500..),
        _ => false,
    }
}

fn not_read(why: &Failure) -> Failure {
    let is_account = shared_kind(why).is_some();
    let advice = match is_account {
        true => "",
        false => "; --on-backup-failure send replaces it all the same",
    };
    let message = format!("{NOT_SENT}: {}{advice}", why.message);
    Failure::new(why.cause, message)
}

/// The kind of a failure that every group shares.
fn shared_kind(failure: &Failure) -> Option<ErrorKind> {
    match failure.cause {
        Cause::Upload(kind) if kind.policy().scope == Scope::Account => Some(kind),
        _ => None,
    }
}

fn failure(cause: Cause, why: &str) -> Failure {
    let advice = match cause {
        Cause::BackupRefused => {
            "; use --avatar-host HOST if it is the host, --no-backup, or --on-backup-failure send"
        }
        _ => "",
    };
    Failure::new(cause, format!("{NOT_SENT}: {why}{advice}"))
}

const NOT_SENT: &str = "not sent, because its present avatar cannot be backed up";

/// After so many failures that every group shares the run ends.
const MAX_SHARED_FAILURES: u32 = 3;

/// How many times an avatar is fetched.
const MAX_ATTEMPTS: u32 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_what_it_is() {
        for (content, expected) in [
            (&b"\xff\xd8\xff\xe0"[..], "jpg"),
            (b"\x89PNG\r\n", "png"),
            (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
            (b"GIF89a", "gif"),
            (b"BM", "image"),
            (b"", "image"),
        ] {
            assert_eq!(extension(content), expected);
        }
    }
}
