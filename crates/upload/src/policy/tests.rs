//! The rows once more, written by hand from what the operator was promised, not from the table.

use super::Outcome::{NotSent, Refused, Unknown};
use super::Recovery::{Change, Later};
use super::Scope::{Account, Group, Picture, Service, Setup};
use super::*;
use crate::ErrorKind;

/// Name, scope, outcome, recovery, and how a session repeats it.
type Row = (&'static str, Scope, Outcome, Recovery, RetryClass);

/// Without a `_` arm: a new kind makes this test fail to compile until its row is written here too.
#[rustfmt::skip]
fn expected(kind: ErrorKind) -> Row {
    use RetryClass as Retry;
    match kind {
        ErrorKind::NotJpeg              => ("not a JPEG",                   Picture, NotSent, Change, Retry::Never),
        ErrorKind::EmptyFile            => ("empty file",                   Picture, Refused, Change, Retry::Never),
        ErrorKind::UnsupportedMedia     => ("file format not supported",    Picture, Refused, Change, Retry::Never),
        ErrorKind::TooLarge             => ("picture too large",            Picture, Refused, Change, Retry::Never),
        ErrorKind::OtherMessenger       => ("chat id of another messenger", Group,   NotSent, Change, Retry::Never),
        ErrorKind::WrongChat            => ("wrong chat id",                Group,   Refused, Change, Retry::WrongChat),
        ErrorKind::Refused              => ("refused by the messenger",     Group,   Refused, Change, Retry::Never),
        ErrorKind::InvalidField         => ("field not valid",              Group,   Refused, Change, Retry::Never),
        ErrorKind::BadRequest           => ("bad request",                  Group,   Refused, Change, Retry::Never),
        ErrorKind::Unauthorized         => ("token not accepted",           Account, Refused, Change, Retry::Never),
        ErrorKind::Forbidden            => ("instance not accepted",        Account, Refused, Change, Retry::Never),
        ErrorKind::Suspended            => ("account suspended",            Account, Refused, Change, Retry::Never),
        ErrorKind::AccountNotAuthorized => ("account not logged in",        Account, Refused, Change, Retry::Never),
        ErrorKind::Expired              => ("instance expired",             Account, Refused, Change, Retry::Never),
        ErrorKind::Deleted              => ("instance deleted",             Account, Refused, Change, Retry::Never),
        ErrorKind::QuotaExceeded        => ("quota used up",                Account, Refused, Later,  Retry::Never),
        ErrorKind::NotFound             => ("method not found",             Setup,   Refused, Change, Retry::Never),
        ErrorKind::Redirected           => ("redirected",                   Setup,   Refused, Change, Retry::Never),
        ErrorKind::Untrusted            => ("no trusted connection",        Setup,   NotSent, Change, Retry::Never),
        ErrorKind::NoRootCertificates   => ("no root certificates",         Setup,   NotSent, Change, Retry::Never),
        ErrorKind::ProxyUnauthorized    => ("proxy wants a password",       Setup,   NotSent, Change, Retry::Never),
        ErrorKind::NoResources          => ("no resources",                 Setup,   NotSent, Change, Retry::Never),
        ErrorKind::Unexpected           => ("unexpected answer",            Service, Refused, Change, Retry::Never),
        ErrorKind::Starting             => ("instance starting",            Service, Refused, Later,  Retry::NotReady),
        ErrorKind::NotReady             => ("instance not ready",           Service, Refused, Later,  Retry::NotReady),
        ErrorKind::TooManyRequests      => ("too many requests",            Service, Refused, Later,  Retry::TooManyRequests),
        ErrorKind::MessengerLimit       => ("messenger's own limit",        Service, Refused, Later,  Retry::MessengerLimit),
        ErrorKind::ServerError          => ("server error",                 Service, Refused, Later,  Retry::ServerError),
        ErrorKind::Unavailable          => ("server unavailable",           Service, Refused, Later,  Retry::Unavailable),
        ErrorKind::ProxyRefused         => ("refused by the proxy",         Service, NotSent, Later,  Retry::Unavailable),
        ErrorKind::NoConnection         => ("no connection",                Service, NotSent, Later,  Retry::Unavailable),
        ErrorKind::NotRead              => ("no readable answer",           Service, NotSent, Later,  Retry::Never),
        ErrorKind::OutOfTime            => ("no turn in time",              Service, NotSent, Later,  Retry::Never),
        ErrorKind::Stopped              => ("not sent after a stop",        Service, NotSent, Later,  Retry::Never),
        ErrorKind::ClientClosed         => ("request abandoned",            Service, Unknown, Later,  Retry::Unknown),
        ErrorKind::TimedOut             => ("no answer in time",            Service, Unknown, Later,  Retry::Unknown),
        ErrorKind::Interrupted          => ("connection broken",            Service, Unknown, Later,  Retry::Unknown),
        ErrorKind::Unreadable           => ("answer not readable",          Service, Unknown, Later,  Retry::Unknown),
    }
}

#[test]
fn each_kind_has_the_row_that_was_promised() {
    for kind in ErrorKind::ALL {
        let policy = kind.policy();

        let row = (
            policy.name,
            policy.scope,
            policy.outcome,
            policy.recovery,
            policy.retry,
        );
        assert_eq!(row, expected(kind), "{kind:?}");
    }
}

#[test]
fn the_list_of_kinds_has_each_in_its_place_and_each_name_once() {
    for (place, kind) in ErrorKind::ALL.into_iter().enumerate() {
        assert_eq!(kind as usize, place, "{kind:?}");
    }
    let mut names = ErrorKind::ALL.map(|kind| kind.policy().name);
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
}

#[test]
fn each_message_says_what_became_of_the_picture_and_each_advice_is_an_instruction() {
    for kind in ErrorKind::ALL {
        let Policy {
            message,
            advice,
            outcome,
            ..
        } = kind.policy();

        let says_not_sent = ["nothing was sent", "nothing was changed"]
            .iter()
            .any(|words| message.ends_with(words));
        assert_eq!(says_not_sent, outcome == NotSent, "{kind:?}: {message}");
        let says_unknown = message.ends_with("the picture may have been set");
        assert_eq!(says_unknown, outcome == Unknown, "{kind:?}: {message}");
        for text in [message, advice] {
            assert!(text.starts_with(char::is_lowercase), "{kind:?}: {text}");
            assert!(!text.ends_with('.') && !text.is_empty(), "{kind:?}: {text}");
        }
    }
}

#[test]
fn what_is_repeated_can_succeed_by_itself_and_what_is_shared_is_not_repeated() {
    for kind in ErrorKind::ALL {
        let policy = kind.policy();

        // The server sometimes finds a chat at the second attempt.
        let passes = policy.recovery == Later || kind == ErrorKind::WrongChat;
        assert!(policy.retry == RetryClass::Never || passes, "{kind:?}");
        let repeated = policy.retry != RetryClass::Never;
        assert!(!(kind.is_shared() && repeated), "{kind:?}");
        assert_eq!(
            policy.retry == RetryClass::Unknown,
            policy.outcome == Unknown,
            "{kind:?}"
        );
    }
}
