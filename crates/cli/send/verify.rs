//! `--verify`: looks at the avatar after it was set, as anybody would.

use std::fmt;
use std::thread;
use std::time::{Duration, Instant};

use upload::blocking::{Client, Session};
use upload::{Avatar, ChatId, FetchError};

use crate::send::likeness::Thumbnail;

/// Looks at avatars.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verifier<'a> {
    pub(crate) client: &'a Client,
    pub(crate) session: &'a Session,
    /// From one look to the next, for a server that is still at work.
    pub(crate) pause: Duration,
    /// No look is begun after this time.
    pub(crate) patience: Duration,
}

/// What a look at the avatar told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verified {
    /// It shows the picture that was sent.
    Picture,
    /// It has a new address, but what is there could not be seen.
    Address { why: FetchError },
}

/// Why a picture is not proven to be set though the server said so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Doubt {
    /// The avatar could not be read.
    NotRead(Box<str>),
    /// There is no address of an avatar.
    NoAddress,
    /// The address is the one from before, and what is there could not be seen.
    SameAddress(FetchError),
    /// Another picture is there.
    OtherPicture,
    /// What is there is no picture.
    NoPicture,
}

impl Verifier<'_> {
    /// Compares a group's avatar with what was sent, until it is the same or patience ends.
    pub(crate) fn group(
        &self,
        chat: &ChatId,
        sent: &[u8],
        before: Option<&Avatar>,
    ) -> Result<Verified, Doubt> {
        self.look(sent, before, || {
            let avatar = self.session.avatar(chat);
            avatar.map_err(|error| Doubt::NotRead(error.to_string().into()))
        })
    }

    /// Compares the account's own avatar; only the answer to the setting tells where it is.
    pub(crate) fn profile(&self, sent: &[u8], set: &Avatar) -> Result<Verified, Doubt> {
        self.look(sent, None, || Ok(set.clone()))
    }

    fn look(
        &self,
        sent: &[u8],
        before: Option<&Avatar>,
        read: impl Fn() -> Result<Avatar, Doubt>,
    ) -> Result<Verified, Doubt> {
        let begin = Instant::now();
        let mut pause = self.pause;
        loop {
            let seen = read().and_then(|avatar| self.compare(sent, before, &avatar));
            if seen == Ok(Verified::Picture) || begin.elapsed() + pause >= self.patience {
                return seen;
            }
            thread::sleep(pause);
            pause *= 2;
        }
    }

    fn compare(
        &self,
        sent: &[u8],
        before: Option<&Avatar>,
        now: &Avatar,
    ) -> Result<Verified, Doubt> {
        if now.url.is_none() {
            return Err(Doubt::NoAddress);
        }
        match self.client.fetch_avatar(now) {
            Ok(shown) => {
                let shown = Thumbnail::of(&shown).ok_or(Doubt::NoPicture)?;
                let is_like = Thumbnail::of(sent).is_some_and(|sent| sent.is_like(&shown));
                is_like
                    .then_some(Verified::Picture)
                    .ok_or(Doubt::OtherPicture)
            }
            Err(why) if before.is_some_and(|before| before.url != now.url) => {
                Ok(Verified::Address { why })
            }
            Err(why) => Err(Doubt::SameAddress(why)),
        }
    }
}

impl Doubt {
    /// Whether the avatar was seen, and is not what was sent.
    pub(crate) fn is_denial(&self) -> bool {
        match self {
            Self::NoAddress | Self::OtherPicture | Self::NoPicture => true,
            Self::NotRead(_) | Self::SameAddress(_) => false,
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the server said that it was set, but ")?;
        match self {
            Self::NotRead(why) => write!(f, "the avatar cannot be read: {why}"),
            Self::NoAddress => f.write_str("there is no avatar"),
            Self::SameAddress(why) => {
                write!(
                    f,
                    "the avatar's address is not a new one, and its picture was not seen: {why}"
                )
            }
            Self::OtherPicture => f.write_str("the avatar shows another picture"),
            Self::NoPicture => f.write_str("what is at the avatar's address is no picture"),
        }
    }
}
