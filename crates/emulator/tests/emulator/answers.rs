//! Answers that a script gives instead of the true one.

use std::io::Read;
use std::time::{Duration, Instant};

use emulator::{Action, Answer, Config, Delivery, Documented, RetryAfter, Rule};

use crate::client::*;
use crate::fault::*;

#[test]
fn every_documented_answer_can_be_asked_for_by_name() {
    for documented in Documented::ALL {
        let emulator = first(Rule::new().answer(documented));

        let answer = set(&emulator, GROUP, JPEG);

        assert_eq!(answer.status, documented.status(), "{documented:?}");
        assert_eq!(emulator.requests()[0].status, Some(documented.status()));
        assert!(!answer.text().contains("{url}"), "{}", answer.text());
        assert!(!answer.text().contains("{method}"), "{}", answer.text());
        if answer
            .header("Content-Type")
            .unwrap()
            .starts_with("application/json")
        {
            answer.json();
        }
        assert!(emulator.pictures().is_empty(), "{documented:?}");
        assert_eq!(set(&emulator, GROUP, JPEG).json()["setGroupPicture"], true);
    }
}

#[test]
fn the_bodies_are_those_of_the_reference() {
    let table = [
        (
            Documented::TimedOut,
            r#"{"reason":"Timed Out","urlAvatar":null,"setGroupPicture":false}"#,
        ),
        (
            Documented::Refused,
            r#"{"reason":"","urlAvatar":"","setGroupPicture":false}"#,
        ),
        (
            Documented::RateOverlimit,
            r#"{"reason":"rate-overlimit","urlAvatar":null,"setGroupPicture":false}"#,
        ),
        (
            Documented::NotReady,
            r#"{"status":false,"reason":"instance is starting or not authorized"}"#,
        ),
        (
            Documented::UnauthorizedWith200,
            r#"{"code":401,"description":"Unauthorized"}"#,
        ),
        (Documented::Null, "null"),
        (Documented::Empty, ""),
        (Documented::FileIsEmpty, r#""File is empty""#),
        (
            Documented::UnsupportedMediaType,
            r#""Unsupported media type""#,
        ),
        (
            Documented::InstanceStarting,
            "instance in starting process try later",
        ),
        (
            Documented::AccountNotAuthorized,
            "instance account not authorized",
        ),
        (Documented::InstanceDeleted, "Instance is deleted"),
        (Documented::BadRequestData, "bad request data"),
        (Documented::Unauthorized, "Unauthorized"),
        (Documented::Forbidden, "Forbidden"),
        (Documented::Suspended, "Your account is suspended"),
        (Documented::TooManyRequests, "Too Many Requests"),
        (Documented::ClientClosedRequest, "Client Closed Request"),
    ];

    for (documented, body) in table {
        let emulator = first(Rule::new().answer(documented));

        assert_eq!(set(&emulator, GROUP, JPEG).text(), body);
    }
}

#[test]
fn an_answer_may_be_given_though_the_action_is_done() {
    let rule = Rule::new()
        .answer(Documented::BadGateway)
        .action(Action::Done);
    let emulator = first(rule);

    let answer = set(&emulator, GROUP, JPEG);

    assert_eq!(answer.status, 502);
    assert_eq!(emulator.pictures()[GROUP].bytes().unwrap(), JPEG);
    assert!(emulator.requests()[0].changed);
}

#[test]
fn a_success_may_be_claimed_though_nothing_is_done() {
    let emulator = first(Rule::new().action(Action::Skipped));

    let answer = set(&emulator, GROUP, JPEG).json();

    assert_eq!(answer["setGroupPicture"], true);
    let url = answer["urlAvatar"].as_str().unwrap();
    assert_eq!(get(&emulator, local(&emulator, url)).status, 404);
    assert!(emulator.pictures().is_empty());
    assert!(!emulator.requests()[0].changed);
}

#[test]
fn the_token_is_echoed_raw_and_encoded_in_body_and_headers() {
    let answer = Answer::new(500)
        .body("raw {token} encoded {token-encoded} at {path}")
        .header("X-Token", "{token}");
    let emulator = first(Rule::new().answer(answer));

    let answer = set(&emulator, GROUP, JPEG);

    let token = Config::TOKEN;
    let encoded: String = token.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let path = path("setGroupPicture");
    assert_eq!(
        answer.text(),
        format!("raw {token} encoded {encoded} at {path}")
    );
    assert_eq!(answer.header("X-Token"), Some(token));
}

#[test]
fn redirects_lead_where_they_are_told_to() {
    for status in [301, 302, 303, 307, 308] {
        let answer = Answer::redirect(status, "{url}{path}?again");
        let emulator = first(Rule::new().answer(answer));

        let answer = set(&emulator, GROUP, JPEG);

        assert_eq!(answer.status, status);
        let expected = format!("{}{}?again", emulator.url(), path("setGroupPicture"));
        assert_eq!(answer.header("Location"), Some(expected.as_str()));
    }
}

#[test]
fn retry_after_has_both_forms_and_the_wrong_ones_too() {
    let storm = || Answer::from(Documented::TooManyRequests);
    let table = [
        (storm().retry_after(RetryAfter::Seconds(3600)), "3600"),
        (storm().retry_after(RetryAfter::Seconds(-1)), "-1"),
        (storm().header("Retry-After", "soon"), "soon"),
    ];
    for (answer, expected) in table {
        let emulator = first(Rule::new().answer(answer));
        assert_eq!(
            set(&emulator, GROUP, JPEG).header("retry-after"),
            Some(expected)
        );
    }

    for seconds in [30, -30, i64::MAX, i64::MIN] {
        let retry_after = RetryAfter::DateInSeconds(seconds);
        let emulator = first(Rule::new().answer(storm().retry_after(retry_after)));

        let answer = set(&emulator, GROUP, JPEG);

        let date = answer.header("Retry-After").unwrap();
        assert_eq!(date.len(), "Sun, 06 Nov 1994 08:49:37 GMT".len());
        assert!(date.ends_with(" GMT"), "{date}");
    }
}

#[test]
fn headers_that_cannot_be_sent_are_left_out() {
    let answer = Answer::new(200)
        .header("a b", "1")
        .header("c", "2\r\nd: 3")
        .header("e", "4");
    for delivery in [Delivery::Whole, Delivery::NoLength] {
        let emulator = first(Rule::new().answer(answer.clone()).delivery(delivery));

        let mut stream = offer(&emulator, &set_request(GROUP, JPEG));
        let head = read_head(&mut stream).unwrap().to_ascii_lowercase();

        assert!(head.contains("\r\ne: 4\r\n"), "{head}");
        assert!(!head.contains("a b") && !head.contains("d: 3"), "{head}");
    }
}

#[test]
fn latency_comes_after_the_action_and_before_the_answer() {
    let latency = Duration::from_millis(300);
    let emulator = first(Rule::new().latency(latency));
    let began = Instant::now();

    let mut stream = offer(&emulator, &set_request(GROUP, JPEG));
    let is_set = wait_until(|| !emulator.pictures().is_empty());
    let is_answered = emulator.requests()[0].status.is_some() && began.elapsed() < latency;
    let answer = read_answer(&mut stream).unwrap();

    assert!(is_set);
    assert!(!is_answered);
    assert_eq!(answer.status, 200);
    assert!(began.elapsed() >= latency);
}

/// Waits for what another thread is about to do.
fn wait_until(mut is_true: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(10) {
        if is_true() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    false
}

#[test]
fn a_huge_body_is_streamed_and_is_json_to_its_end() {
    const HUGE: u64 = 300_000_000;
    let emulator = first(Rule::new().answer(Answer::new(200).filler(HUGE)));

    let mut stream = offer(&emulator, &set_request(GROUP, JPEG));
    let head = read_head(&mut stream).unwrap();
    let mut read = 0;
    let mut tail = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = stream.read(&mut buffer).unwrap();
        if length == 0 {
            break;
        }
        read += length as u64;
        tail.extend_from_slice(&buffer[..length]);
        tail.drain(..tail.len().saturating_sub(40));
    }

    assert!(
        head.contains(&format!("\r\nContent-Length: {read}\r\n")),
        "{head}"
    );
    assert!(read > HUGE);
    assert!(tail.ends_with(br#""setGroupPicture":false}"#));
}

#[test]
fn a_gzip_bomb_is_small_on_the_wire() {
    let emulator = first(Rule::new().answer(Answer::new(200).gzip_bomb(100_000_000)));

    let answer = set(&emulator, GROUP, JPEG);

    assert_eq!(answer.header("Content-Encoding"), Some("gzip"));
    assert!(answer.body.starts_with(&[0x1f, 0x8b, 8]));
    assert!((600_000..700_000).contains(&answer.body.len()));
}
