//! What each kind of failure means, whom it affects and what to do about it: one row a kind.
//!
//! Retries, the circuit breaker, messages and the program's exit code are derived from these rows;
//! nothing else matches on the kinds. A kind without a row does not compile.

use std::fmt;

use crate::retry::RetryClass;

mod table;

/// Everything that follows from the kind of a failure; see [`ErrorKind::policy`](crate::ErrorKind::policy).
///
/// ```
/// use upload::{ErrorKind, Outcome, Scope};
///
/// let policy = ErrorKind::QuotaExceeded.policy();
///
/// assert_eq!(policy.name, "quota used up");
/// assert_eq!(policy.scope, Scope::Account);
/// assert_eq!(policy.outcome, Outcome::Refused);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// A short noun phrase for summaries and machine-readable reports. It is stable.
    pub name: &'static str,
    /// What happened, as a clause.
    pub message: &'static str,
    /// The step that helps, as an instruction.
    pub advice: &'static str,
    /// Who is affected.
    pub scope: Scope,
    /// What became of the picture.
    pub outcome: Outcome,
    /// What makes the same request succeed later.
    pub recovery: Recovery,
    /// How a session repeats the request.
    pub retry: RetryClass,
}

/// One line: what happened, and the step that helps.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.message, self.advice)
    }
}

/// Who is affected by a failure.
///
/// It is exhaustive, so that a `match` covers every scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// This picture. The group may accept another one.
    Picture,
    /// This group. Other groups are not affected.
    Group,
    /// The account or its instance: every group fails in the same way.
    Account,
    /// The address or this machine: every request fails in the same way.
    Setup,
    /// The service, the network, or this client's own bounds, at this moment.
    Service,
}

/// What became of the picture.
///
/// It is exhaustive, so that a `match` covers every outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// No picture was sent.
    NotSent,
    /// The server answered, and did not set the picture.
    Refused,
    /// The picture was sent and may have been set.
    Unknown,
}

/// What makes the same request succeed later.
///
/// It is exhaustive, so that a `match` covers every recovery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Recovery {
    /// Time alone: run the same again later.
    Later,
    /// A change: the same request fails again until something is corrected.
    Change,
}

#[cfg(test)]
mod tests;
