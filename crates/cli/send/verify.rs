//! `--verify`: fetches the avatar after it was set, and compares it with what was sent.

use std::thread;
use std::time::{Duration, Instant};

use upload::blocking::{Client, Session};
use upload::{Avatar, ChatId};

use crate::report::proof::{Doubt, Verified};
use crate::send::likeness::likeness;
use crate::send::options::Verify;
use crate::send::pace::Pace;

/// Verifies avatars.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verifier<'a> {
    pub(crate) client: &'a Client,
    pub(crate) session: &'a Session,
    /// The time between two attempts, for a server that is still at work.
    pub(crate) pause: Duration,
    /// No attempt is begun after this time.
    pub(crate) patience: Duration,
}

impl<'a> Verifier<'a> {
    /// Returns the verifier of a run at this pace, if proof is wanted.
    pub(crate) fn of(pace: &Pace, client: &'a Client, session: &'a Session) -> Option<Self> {
        match pace.verify {
            Verify::Off => None,
            Verify::Avatar => Some(Self {
                client,
                session,
                pause: PAUSE.mul_f64(pace.retry.scale()),
                // Reading may take as long as the address and the picture may.
                patience: pace.verifying().saturating_sub(MAX_READING),
            }),
        }
    }

    /// Compares a group's avatar with what was sent, until it is proven or patience ends.
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

    /// Compares the account's own avatar, whose address only `setProfilePicture` returns.
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
            if seen == Ok(Verified::Proven) || begin.elapsed() + pause >= self.patience {
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
            return Err(Doubt::NoAvatar);
        }
        match self.client.fetch_avatar(now) {
            Ok(shown) => {
                let shown = likeness(&shown).ok_or(Doubt::NotAPicture)?;
                let is_like = likeness(sent).is_some_and(|sent| sent.is_like(&shown));
                is_like
                    .then_some(Verified::Proven)
                    .ok_or(Doubt::OtherPicture)
            }
            Err(why) if before.is_some_and(|before| before.url != now.url) => {
                Ok(Verified::Likely { why })
            }
            Err(why) => Err(Doubt::NotFetched(why)),
        }
    }
}

/// From one reading of an avatar to the next.
const PAUSE: Duration = Duration::from_secs(1);

/// The longest reading of an avatar: 10 s for its address, and 10 s for its picture.
const MAX_READING: Duration = Duration::from_secs(20);
