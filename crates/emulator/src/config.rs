//! The configuration of an emulator.

use std::collections::BTreeMap;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::path::PathBuf;

use crate::group::{Group, Groups};
use crate::messenger::Messenger;
use crate::rate::Rates;
use crate::script::Script;
use crate::state::State;

/// The instance that is emulated: its token, messenger, groups and limits.
///
/// ```
/// use emulator::{Config, Group, Role};
///
/// let config = Config::new()
///     .instance("3100000042")
///     .groups([Group::new("-10000000000000"), Group::new("-10000000000001").role(Role::Participant)]);
/// ```
#[derive(Clone)]
pub struct Config {
    pub(crate) listen: SocketAddr,
    pub(crate) instance: String,
    pub(crate) token: String,
    pub(crate) messenger: Messenger,
    pub(crate) state: State,
    pub(crate) groups: Groups,
    pub(crate) rates: Rates,
    pub(crate) folder: Option<PathBuf>,
    pub(crate) body_limit: u64,
    pub(crate) history: usize,
    pub(crate) script: Script,
}

impl Config {
    /// Returns the defaults: a free port on 127.0.0.1, instance [`INSTANCE`](Self::INSTANCE), token
    /// [`TOKEN`](Self::TOKEN), MAX, every group exists, no rate limit, pictures in memory.
    pub fn new() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            instance: Self::INSTANCE.to_owned(),
            token: Self::TOKEN.to_owned(),
            messenger: Messenger::Max,
            state: State::Authorized,
            groups: Groups::Any(BTreeMap::new()),
            rates: Rates::Unlimited,
            folder: None,
            body_limit: 32 << 20,
            history: 100_000,
            script: Script::new(),
        }
    }

    /// The `idInstance` that is answered by default.
    pub const INSTANCE: &str = "3100000001";

    /// The `apiTokenInstance` that is accepted by default: 50 hexadecimal digits, as real ones are.
    pub const TOKEN: &str = "e4d909c290d0fb1ca068ffaddf22cbd0e4d909c290d0fb1ca0";

    /// Sets where to listen. [`Emulator::start`](crate::Emulator::start) accepts only loopback
    /// addresses; port 0 lets the system choose.
    pub fn listen(mut self, listen: SocketAddr) -> Self {
        self.listen = listen;
        self
    }

    /// Sets the only `idInstance` that is answered; all others get 403.
    pub fn instance(mut self, instance: impl Into<String>) -> Self {
        self.instance = instance.into();
        self
    }

    /// Sets the only `apiTokenInstance` that is accepted; all others get 401.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.token = token.into();
        self
    }

    /// Sets the messenger; [`Messenger::Max`] by default.
    pub fn messenger(mut self, messenger: Messenger) -> Self {
        self.messenger = messenger;
        self
    }

    /// Sets the account's state; [`State::Authorized`] by default. In any other, nothing can be set.
    pub fn state(mut self, state: State) -> Self {
        self.state = state;
        self
    }

    /// Sets the groups that exist. A picture for any other chat id is answered with 200, `false` and
    /// `"Timed Out"`, as documented. Without this call every well-formed chat id is a group.
    pub fn groups<I>(mut self, groups: I) -> Self
    where
        I: IntoIterator,
        I::Item: Into<Group>,
    {
        self.groups = Groups::listed(groups.into_iter().map(Into::into));
        self
    }

    /// Sets how many requests a second each method accepts before it answers 429; no limit by default.
    ///
    /// Any second, wherever it begins, has at most this many. Refused requests are not counted.
    /// For the limits of GREEN-API itself see [`documented_rates`](Self::documented_rates).
    pub fn rate(mut self, requests_per_second: NonZeroU32) -> Self {
        self.rates = Rates::Each(requests_per_second);
        self
    }

    /// Lets each method accept as many requests as the messenger's page on rate limits says before it answers 429:
    /// ten `getGroupData` a second on MAX and one on WhatsApp, one `setGroupPicture`, and so on.
    pub fn documented_rates(mut self) -> Self {
        self.rates = Rates::Documented;
        self
    }

    /// Keeps each picture as `<chat id>.jpg` in this folder, which must exist, instead of in memory.
    ///
    /// A file is written under another name and then renamed, so a reader never sees half of one.
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Sets the longest request body in bytes before 413; 32 MiB by default.
    pub fn body_limit(mut self, bytes: u64) -> Self {
        self.body_limit = bytes;
        self
    }

    /// Sets how many of the last requests are remembered; 100,000 by default.
    pub fn history(mut self, requests: usize) -> Self {
        self.history = requests;
        self
    }

    /// Sets the fault script at the start; empty by default.
    pub fn script(mut self, script: Script) -> Self {
        self.script = script;
        self
    }
}

impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}

/// Shows everything but the token, which may be a real one.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("instance", &self.instance)
            .field("messenger", &self.messenger)
            .field("state", &self.state)
            .field("groups", &self.groups)
            .field("rates", &self.rates)
            .field("folder", &self.folder)
            .field("body_limit", &self.body_limit)
            .field("history", &self.history)
            .field("script", &self.script)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_that_is_printed_keeps_the_token_to_itself() {
        let config = Config::new().token("topsecret");

        let printed = format!("{config:?}");

        assert!(!printed.contains("topsecret"), "{printed}");
    }
}
