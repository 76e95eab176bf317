//! The table: what goes wrong, and how it is to end.

use std::time::Duration;

use emulator::{
    Action, Answer, Delivery, Documented, End, RetryAfter, Rule as Faulty, Trickle, Truncation,
    Upload,
};
use upload::{ErrorKind, ReadBack};

use crate::expect::Expect::{self, Again, Harmless, Never, SetUnsaid};
use crate::front::Wire;

mod wire;

/// One row.
pub(crate) struct Fault {
    pub(crate) name: String,
    pub(crate) how: How,
    pub(crate) expect: Expect,
    pub(crate) read_back: ReadBack,
    pub(crate) picture_bytes: usize,
}

/// Who makes it.
pub(crate) enum How {
    /// The emulator, by its script.
    Script(Box<Faulty>),
    /// A server of one's own in front of it.
    Wire(Wire),
}

/// A picture of so many bytes.
pub(crate) fn picture(bytes: usize) -> Vec<u8> {
    let mut picture = vec![0xa5; bytes];
    picture[..3].copy_from_slice(b"\xff\xd8\xff");
    picture
}

pub(crate) fn all() -> Vec<Fault> {
    let mut faults = documented();
    faults.extend(statuses());
    faults.extend(redirects());
    faults.extend(retry_after());
    faults.extend(bodies());
    faults.extend(echoes());
    faults.extend(cuts());
    faults.extend(deliveries());
    faults.extend(wire::all());
    faults
}

fn fault(name: impl Into<String>, rule: Faulty, expect: Expect) -> Fault {
    Fault {
        name: name.into(),
        how: How::Script(rule.into()),
        expect,
        read_back: ReadBack::Around,
        picture_bytes: PICTURE_BYTES,
    }
}

/// An answer, with the token also in a header, after which nothing has been done.
fn answered(name: impl Into<String>, answer: impl Into<Answer>, expect: Expect) -> Fault {
    let answer = answer.into().header("X-Echo", "{token} {token-encoded}");
    let rule = Faulty::new().answer(answer).action(Action::Skipped);
    fault(name, rule, expect)
}

/// The table of answers in the vendor's documentation and code.
fn documented() -> Vec<Fault> {
    let never = [
        (Documented::Refused, ErrorKind::Refused),
        (Documented::UnauthorizedWith200, ErrorKind::Unauthorized),
        (Documented::ValidationFailed, ErrorKind::InvalidField),
        (Documented::FileIsEmpty, ErrorKind::EmptyFile),
        (
            Documented::UnsupportedMediaType,
            ErrorKind::UnsupportedMedia,
        ),
        (
            Documented::AccountNotAuthorized,
            ErrorKind::AccountNotAuthorized,
        ),
        (Documented::AccountExpired, ErrorKind::Expired),
        (Documented::InstanceDeleted, ErrorKind::Deleted),
        (Documented::BadRequestData, ErrorKind::BadRequest),
        (Documented::Unauthorized, ErrorKind::Unauthorized),
        (Documented::Forbidden, ErrorKind::Forbidden),
        (Documented::Suspended, ErrorKind::Suspended),
        (Documented::NotFound, ErrorKind::NotFound),
        (Documented::TooLarge, ErrorKind::TooLarge),
        (Documented::QuotaExceeded, ErrorKind::QuotaExceeded),
    ];
    let again = [
        (Documented::TimedOut, ErrorKind::WrongChat, 2),
        (Documented::RateOverlimit, ErrorKind::MessengerLimit, 4),
        (Documented::NotReady, ErrorKind::Starting, 10),
        (Documented::InstanceStarting, ErrorKind::Starting, 10),
        (Documented::Null, ErrorKind::NotReady, 10),
        (Documented::Empty, ErrorKind::NotReady, 10),
        (Documented::Html, ErrorKind::NotReady, 10),
        (Documented::TooManyRequests, ErrorKind::TooManyRequests, 6),
        (Documented::ClientClosedRequest, ErrorKind::ClientClosed, 2),
        (Documented::ServerError, ErrorKind::ServerError, 2),
        (Documented::BadGateway, ErrorKind::Unavailable, 4),
        (Documented::ServiceUnavailable, ErrorKind::Unavailable, 4),
        (Documented::GatewayTimeout, ErrorKind::Unavailable, 4),
    ];
    let set = Faulty::new().action(Action::Done);
    let never = never.map(|(answer, kind)| answered(format!("{answer:?}"), answer, Never(kind)));
    let again = again
        .map(|(answer, kind, sends)| answered(format!("{answer:?}"), answer, Again(kind, sends)));
    let mut faults: Vec<Fault> = never.into_iter().chain(again).collect();
    faults.push(fault(
        "set, and all else is null",
        set.clone().answer(Documented::SetWithNulls),
        Harmless,
    ));
    faults.push(fault(
        "499 though it is set",
        set.answer(Documented::ClientClosedRequest),
        SetUnsaid,
    ));
    faults
}

/// Statuses that are not in the table.
fn statuses() -> Vec<Fault> {
    let mut faults = Vec::new();
    for (status, expect) in [
        (204, Again(ErrorKind::NotReady, 10)),
        (402, Never(ErrorKind::Unexpected)),
        (405, Never(ErrorKind::NotFound)),
        (407, Never(ErrorKind::Unexpected)),
        (408, Again(ErrorKind::Unavailable, 4)),
        (410, Never(ErrorKind::NotFound)),
        (415, Never(ErrorKind::UnsupportedMedia)),
        (421, Never(ErrorKind::Unexpected)),
        (451, Never(ErrorKind::Unexpected)),
        (501, Again(ErrorKind::ServerError, 2)),
        (505, Again(ErrorKind::ServerError, 2)),
        (521, Again(ErrorKind::ServerError, 2)),
        (600, Never(ErrorKind::Unexpected)),
        (999, Never(ErrorKind::Unexpected)),
    ] {
        faults.push(answered(
            format!("status {status}"),
            Answer::new(status),
            expect,
        ));
    }
    let success = r#"{"setGroupPicture":true,"urlAvatar":"{url}/i?r=x"}"#;
    for status in [400, 403, 500, 304] {
        let kind = match status {
            400 => Never(ErrorKind::BadRequest),
            403 => Never(ErrorKind::Forbidden),
            500 => Again(ErrorKind::ServerError, 2),
            _ => Never(ErrorKind::Redirected),
        };
        faults.push(answered(
            format!("{status} with a body of success"),
            Answer::new(status).body(success),
            kind,
        ));
    }
    faults.push(fault(
        "201 with a body of success",
        Faulty::new()
            .action(Action::Done)
            .answer(Answer::new(201).body(success)),
        Harmless,
    ));
    faults
}

fn redirects() -> Vec<Fault> {
    let mut faults = Vec::new();
    for status in [300, 301, 302, 303, 307, 308] {
        for (place, location) in [
            ("the same host", "{url}/elsewhere/{token}"),
            ("itself", "{url}{path}"),
            ("another host", "https://evil.example/{token}"),
            ("clear text", "http://evil.example/{token-encoded}"),
            ("nowhere", "//"),
        ] {
            faults.push(answered(
                format!("{status} to {place}"),
                Answer::redirect(status, location),
                Never(ErrorKind::Redirected),
            ));
        }
    }
    faults
}

fn retry_after() -> Vec<Fault> {
    let slow = |answer: Answer, name: &str| {
        let expect = Again(ErrorKind::TooManyRequests, 6);
        answered(format!("429, Retry-After {name}"), answer, expect)
    };
    let answer = || Answer::from(Documented::TooManyRequests);
    let mut faults = vec![
        slow(answer().retry_after(RetryAfter::Seconds(0)), "0"),
        slow(answer().retry_after(RetryAfter::Seconds(1)), "1"),
        slow(answer().retry_after(RetryAfter::Seconds(3600)), "3600"),
        slow(answer().retry_after(RetryAfter::Seconds(-5)), "-5"),
        slow(
            answer().retry_after(RetryAfter::DateInSeconds(3600)),
            "date",
        ),
        slow(answer().retry_after(RetryAfter::DateInSeconds(-9)), "past"),
    ];
    for garbage in ["", "soon", "1.5", "99999999999999999999999999", "{token}"] {
        faults.push(slow(answer().header("Retry-After", garbage), garbage));
    }
    let gone = Answer::from(Documented::ServiceUnavailable);
    faults.push(answered(
        "503, Retry-After 3600",
        gone.retry_after(RetryAfter::Seconds(3600)),
        Again(ErrorKind::Unavailable, 4),
    ));
    faults
}

/// Status 200, and a body that is not what it should be.
fn bodies() -> Vec<Fault> {
    let deep = "[".repeat(60_000);
    let mut faults: Vec<Fault> = BODIES
        .iter()
        .chain(&[("a bomb of depth", deep.as_str(), UNREADABLE)])
        .map(|&(name, body, expect)| {
            let answer = Answer::new(200).body(body);
            answered(format!("200 with {name}"), answer, expect)
        })
        .collect();
    for (name, answer) in [
        ("10 MB", Answer::new(200).filler(10_000_000)),
        ("300 MB", Answer::new(200).filler(300_000_000)),
        ("a gzip bomb", Answer::new(200).gzip_bomb(1_000_000_000)),
    ] {
        faults.push(answered(format!("200 with {name}"), answer, UNREADABLE));
    }
    let success = Faulty::new().action(Action::Done);
    let body = |text: &str| Answer::new(200).body(text);
    faults.push(fault(
        "BOM and success",
        success
            .clone()
            .answer(body("\u{feff} {\"setGroupPicture\":true}\r\n")),
        Harmless,
    ));
    faults.push(fault(
        "success with an address of garbage",
        success.answer(body(
            r#"{"setGroupPicture":true,"urlAvatar":"\u0000\u001b[2J"}"#,
        )),
        Harmless,
    ));
    faults
}

const UNREADABLE: Expect = Again(ErrorKind::Unreadable, 2);
const REFUSED: Expect = Never(ErrorKind::Refused);

const BODIES: &[(&str, &str, Expect)] = &[
    ("truncated JSON", r#"{"setGroupPicture":tru"#, UNREADABLE),
    (
        "the flag as text",
        r#"{"setGroupPicture":"true"}"#,
        UNREADABLE,
    ),
    (
        "the flag as a number",
        r#"{"setGroupPicture":1}"#,
        UNREADABLE,
    ),
    (
        "the flag as null",
        r#"{"setGroupPicture":null}"#,
        UNREADABLE,
    ),
    (
        "the flag elsewhere",
        r#"{"a":{"setGroupPicture":true}}"#,
        UNREADABLE,
    ),
    ("another flag", r#"{"setProfilePicture":true}"#, UNREADABLE),
    ("a list", r#"[{"setGroupPicture":true}]"#, UNREADABLE),
    (
        "an object and more",
        r#"{"setGroupPicture":true}{"#,
        UNREADABLE,
    ),
    ("true", "true", UNREADABLE),
    ("a number", "1", UNREADABLE),
    ("a text", "setGroupPicture", UNREADABLE),
    ("NUL bytes", "\0\0\0\0", UNREADABLE),
    (
        "BOM and false",
        "\u{feff}{\"setGroupPicture\":false}",
        REFUSED,
    ),
    (
        "the flag twice",
        r#"{"setGroupPicture":true,"setGroupPicture":false}"#,
        UNREADABLE,
    ),
    (
        "false with an unknown reason",
        r#"{"setGroupPicture":false,"reason":"{token}"}"#,
        REFUSED,
    ),
];

/// The token, raw and encoded, in every form of body.
fn echoes() -> Vec<Fault> {
    let mut faults = Vec::new();
    for (status, expect) in [
        (200, Never(ErrorKind::Refused)),
        (400, Never(ErrorKind::BadRequest)),
        (401, Never(ErrorKind::Unauthorized)),
        (403, Never(ErrorKind::Forbidden)),
        (404, Never(ErrorKind::NotFound)),
        (429, Again(ErrorKind::TooManyRequests, 6)),
        (466, Never(ErrorKind::QuotaExceeded)),
        (500, Again(ErrorKind::ServerError, 2)),
        (502, Again(ErrorKind::Unavailable, 4)),
    ] {
        let body = r#"{"setGroupPicture":false,"reason":"{token}","message":"{token-encoded}","path":"{path}"}"#;
        let encoded = body.replace("{token}", "{token-encoded}");
        for (name, body) in [("raw", body), ("encoded", &encoded)] {
            faults.push(answered(
                format!("{status} that echoes, {name}"),
                Answer::new(status).body(body),
                expect,
            ));
        }
        if status != 200 {
            faults.push(answered(
                format!("{status} that echoes in text"),
                Answer::new(status).body("no {token} {token-encoded}"),
                expect,
            ));
            faults.push(answered(
                format!("{status} that echoes in HTML"),
                Answer::new(status).body("<title>{token} {token-encoded}</title>"),
                expect,
            ));
        }
    }
    faults
}

/// Connections that end during the upload, before the answer and within it.
fn cuts() -> Vec<Fault> {
    let mut faults = Vec::new();
    for end in [End::Reset, End::Close, End::Silence] {
        let kind = match end {
            End::Silence => ErrorKind::TimedOut,
            _ => ErrorKind::Interrupted,
        };
        for at in [0, 25, 50, 99, 100] {
            let rule = Faulty::new().upload(Upload::Cut(Truncation::new(at, end)));
            faults.push(fault(
                format!("{end:?} at {at} % of the upload"),
                rule,
                Again(kind, 2),
            ));
        }
        let done = Faulty::new().action(Action::Done);
        faults.push(fault(
            format!("{end:?} after the upload, though it is set"),
            done.clone().upload(Upload::Cut(Truncation::new(100, end))),
            SetUnsaid,
        ));
        for at in [0, 1, 50, 99] {
            faults.push(fault(
                format!("{end:?} at {at} % of the answer's head"),
                done.clone()
                    .delivery(Delivery::CutHead(Truncation::new(at, end))),
                SetUnsaid,
            ));
            faults.push(fault(
                format!("{end:?} at {at} % of the answer's body"),
                done.clone()
                    .delivery(Delivery::CutBody(Truncation::new(at, end))),
                SetUnsaid,
            ));
        }
        faults.push(fault(
            format!("{end:?} in the body of a 401"),
            Faulty::new()
                .answer(Documented::Unauthorized)
                .delivery(Delivery::CutBody(Truncation::new(50, end))),
            Never(ErrorKind::Unauthorized),
        ));
    }
    faults
}

/// Answers that are slow, framed wrongly, or sent more than once.
// One row a fault and nothing else, so it is as long as the list.
fn deliveries() -> Vec<Fault> {
    let done = || Faulty::new().action(Action::Done);
    let drops = Trickle::byte_every(Duration::from_millis(40));
    let slow = Duration::from_secs(2);
    [
        (
            "latency below the limit",
            done().latency(Duration::from_millis(50)),
            Harmless,
        ),
        ("latency beyond the limit", done().latency(slow), SetUnsaid),
        (
            "a head drop by drop",
            done().delivery(Delivery::SlowHead(drops)),
            SetUnsaid,
        ),
        (
            "a body drop by drop",
            done().delivery(Delivery::SlowBody(drops)),
            SetUnsaid,
        ),
        ("no length", done().delivery(Delivery::NoLength), Harmless),
        ("chunks", done().delivery(Delivery::Chunked), Harmless),
        (
            "broken chunks",
            done().delivery(Delivery::BrokenChunks),
            SetUnsaid,
        ),
        (
            "a length too long",
            done().delivery(Delivery::LengthOff(10)),
            SetUnsaid,
        ),
        (
            "a length too short",
            done().delivery(Delivery::LengthOff(-10)),
            SetUnsaid,
        ),
        (
            "a connection that turns out stale",
            done().delivery(Delivery::ThenClose),
            Harmless,
        ),
        (
            "an answer twice",
            done().delivery(Delivery::Twice),
            Harmless,
        ),
        (
            "10 interim answers",
            done().delivery(Delivery::Interim(10)),
            Harmless,
        ),
        (
            "a flood of interim answers",
            done().delivery(Delivery::Interim(10_000)),
            Harmless,
        ),
        (
            "a header of 10 kB",
            done().delivery(Delivery::BigHead(10_000)),
            Harmless,
        ),
        (
            "a header bomb of 1 MB",
            done().delivery(Delivery::BigHead(1_000_000)),
            SetUnsaid,
        ),
        (
            "a header bomb of 1 GB",
            done().delivery(Delivery::BigHead(1_000_000_000)),
            SetUnsaid,
        ),
        (
            "an upload that is read slowly",
            Faulty::new().upload(Upload::BytesPerSecond(30_000.try_into().expect("not zero"))),
            Again(ErrorKind::TimedOut, 2),
        ),
    ]
    .map(|(name, rule, expect)| fault(name, rule, expect))
    .into()
}

/// Of an ordinary picture.
const PICTURE_BYTES: usize = 100_000;
