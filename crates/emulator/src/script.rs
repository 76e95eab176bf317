//! The fault script: which requests get which fault.

use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;

use crate::fault::{Action, Answer, Delivery, End, Upload};
use crate::number::{Chance, Millis};
use crate::received::Method;

/// Which requests get which fault. The [crate's page](crate#the-fault-script) shows the file format.
///
/// Each request is handled by the first rule that matches it. A request that no rule matches is
/// answered as usual.
///
/// ```
/// use emulator::{Answer, Documented, Method, RetryAfter, Rule, Script};
///
/// // Twice 429, then all is well.
/// let built = Script::new().rule(
///     Rule::new()
///         .method(Method::SetGroupPicture)
///         .to(2)
///         .answer(Answer::from(Documented::TooManyRequests).retry_after(RetryAfter::Seconds(3))),
/// );
///
/// let read: Script = r#"{ "rules": [ {
///     "method": "setGroupPicture",
///     "to": 2,
///     "answer": { "like": "too-many-requests", "retry-after": { "seconds": 3 } }
/// } ] }"#.parse()?;
///
/// assert_eq!(read, built);
/// # Ok::<(), emulator::InvalidScript>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Script {
    pub(crate) seed: u64,
    pub(crate) connections: Vec<ConnectionRule>,
    pub(crate) rules: Vec<Rule>,
}

impl Script {
    /// Makes a script without faults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the seed of [`Rule::chance`]; 0 by default. The same seed and requests give the same
    /// faults.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Adds a rule for the requests that no rule before it takes.
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Adds a rule for connections, which applies before anything is read from them.
    pub fn connection(mut self, rule: ConnectionRule) -> Self {
        self.connections.push(rule);
        self
    }
}

impl FromStr for Script {
    type Err = InvalidScript;

    fn from_str(text: &str) -> Result<Self, InvalidScript> {
        serde_json::from_str(text).map_err(InvalidScript)
    }
}

/// The text is not a script. The message names the place and what was expected there.
#[derive(Debug, thiserror::Error)]
#[error("not a fault script: {0}")]
pub struct InvalidScript(serde_json::Error);

/// One kind of fault, and the requests that it is for.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rule {
    pub(crate) method: Option<Method>,
    pub(crate) chat: Option<String>,
    pub(crate) from: Option<u64>,
    pub(crate) to: Option<u64>,
    pub(crate) count: Count,
    pub(crate) chance: Chance,
    pub(crate) upload: Upload,
    pub(crate) action: Option<Action>,
    #[serde(rename = "latency-ms")]
    pub(crate) latency: Millis,
    pub(crate) answer: Option<Answer>,
    pub(crate) delivery: Delivery,
}

/// What `from` and `to` count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Count {
    /// All requests that reach the rule.
    #[default]
    All,
    /// The requests of each chat separately.
    EachChat,
}

impl Rule {
    /// Makes a rule that matches every request and changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Matches only requests for this method.
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Matches only requests that name this chat.
    pub fn chat(mut self, chat: impl Into<String>) -> Self {
        self.chat = Some(chat.into());
        self
    }

    /// Starts with the nth request that reaches the rule, from 1.
    pub fn from(mut self, nth: u64) -> Self {
        self.from = Some(nth);
        self
    }

    /// Ends after the nth request that reaches the rule.
    pub fn to(mut self, nth: u64) -> Self {
        self.to = Some(nth);
        self
    }

    /// Sets what [`from`](Self::from) and [`to`](Self::to) count; [`Count::All`] by default.
    pub fn count(mut self, count: Count) -> Self {
        self.count = count;
        self
    }

    /// Matches each request with this probability, from 0 to 1. Values outside are clamped.
    pub fn chance(mut self, share: f64) -> Self {
        self.chance = Chance::clamped(share);
        self
    }

    /// Sets how the request is received; [`Upload::Whole`] by default.
    pub fn upload(mut self, upload: Upload) -> Self {
        self.upload = upload;
        self
    }

    /// Sets whether the picture is really set, whatever is answered.
    ///
    /// By default it is set with the emulator's own answer, and not with another answer or none.
    pub fn action(mut self, action: Action) -> Self {
        self.action = Some(action);
        self
    }

    /// Sets a wait between the action and the answer.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = Millis(latency);
        self
    }

    /// Sets another answer than the emulator's own.
    pub fn answer(mut self, answer: impl Into<Answer>) -> Self {
        self.answer = Some(answer.into());
        self
    }

    /// Sets how the answer is sent; [`Delivery::Whole`] by default.
    pub fn delivery(mut self, delivery: Delivery) -> Self {
        self.delivery = delivery;
        self
    }
}

/// What happens to a connection before anything is read from it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConnectionRule {
    #[serde(default)]
    pub(crate) from: Option<u64>,
    #[serde(default)]
    pub(crate) to: Option<u64>,
    #[serde(default)]
    pub(crate) chance: Chance,
    pub(crate) then: End,
}

impl ConnectionRule {
    /// Makes a rule that ends every connection like this.
    pub fn new(then: End) -> Self {
        Self {
            from: None,
            to: None,
            chance: Chance::default(),
            then,
        }
    }

    /// Starts with the nth connection that reaches the rule, from 1.
    pub fn from(mut self, nth: u64) -> Self {
        self.from = Some(nth);
        self
    }

    /// Ends after the nth connection that reaches the rule.
    pub fn to(mut self, nth: u64) -> Self {
        self.to = Some(nth);
        self
    }

    /// Matches each connection with this probability, from 0 to 1. Values outside are clamped.
    pub fn chance(mut self, share: f64) -> Self {
        self.chance = Chance::clamped(share);
        self
    }
}
