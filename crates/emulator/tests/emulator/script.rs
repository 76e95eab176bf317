//! Scripts as people write them, and the emulator asked and told over HTTP.

use std::time::Duration;

use emulator::{
    Action, Answer, Config, ConnectionRule, Count, Delivery, Documented, Emulator, End, Method,
    RetryAfter, Rule, Script, Trickle, Truncation, Upload,
};
use serde_json::json;

use crate::client::*;

#[test]
fn all_that_a_file_can_say() {
    let script: Script = FILE.parse().unwrap();

    assert_eq!(script, of_the_file());
}

const FILE: &str = r#"{
        "seed": 7,
        "connections": [
            { "from": 2, "to": 3, "chance": 0.5, "then": "reset" }
        ],
        "rules": [
            { "method": "setGroupPicture", "chat": "-10000000000000", "from": 2, "to": 3,
              "count": "each-chat", "chance": 0.25,
              "upload": { "cut": { "at": 100, "then": "close" } },
              "action": "done", "latency-ms": 1500 },
            { "upload": { "bytes-per-second": 1000 }, "action": "skipped",
              "answer": { "status": 429, "headers": { "X-A": "{token}" },
                          "retry-after": { "seconds": 3600 }, "body": "text" },
              "delivery": { "cut-body": { "at": 50, "then": "silence" } } },
            { "answer": { "like": "timed-out", "filler": 300000000, "gzip-bomb": 9 },
              "delivery": { "slow-head": { "bytes": 1, "every-ms": 100 } } },
            { "answer": { "like": "too-many-requests", "retry-after": { "date-in-seconds": 5 } },
              "delivery": "then-close" },
            { "method": "urlAvatar", "answer": { "body-base64": "/9j/2Q==" } }
        ]
    }"#;

/// The same script as in [`FILE`], made in code.
fn of_the_file() -> Script {
    Script::new()
        .seed(7)
        .connection(ConnectionRule::new(End::Reset).from(2).to(3).chance(0.5))
        .rule(
            Rule::new()
                .method(Method::SetGroupPicture)
                .chat("-10000000000000")
                .from(2)
                .to(3)
                .count(Count::EachChat)
                .chance(0.25)
                .upload(Upload::Cut(Truncation::new(100, End::Close)))
                .action(Action::Done)
                .latency(Duration::from_millis(1500)),
        )
        .rule(
            Rule::new()
                .upload(Upload::BytesPerSecond(1000.try_into().unwrap()))
                .action(Action::Skipped)
                .answer(
                    Answer::new(429)
                        .header("X-A", "{token}")
                        .retry_after(RetryAfter::Seconds(3600))
                        .body("text"),
                )
                .delivery(Delivery::CutBody(Truncation::new(50, End::Silence))),
        )
        .rule(
            Rule::new()
                .answer(
                    Answer::from(Documented::TimedOut)
                        .filler(300_000_000)
                        .gzip_bomb(9),
                )
                .delivery(Delivery::SlowHead(Trickle::byte_every(
                    Duration::from_millis(100),
                ))),
        )
        .rule(
            Rule::new()
                .answer(
                    Answer::from(Documented::TooManyRequests)
                        .retry_after(RetryAfter::DateInSeconds(5)),
                )
                .delivery(Delivery::ThenClose),
        )
        .rule(
            Rule::new()
                .method(Method::UrlAvatar)
                .answer(Answer::default().bytes(&[0xff, 0xd8, 0xff, 0xd9][..])),
        )
}

#[test]
fn the_script_in_the_docs_is_valid() {
    let page = include_str!("../../../../docs/emulator.md");
    let (_, rest) = page.split_once("```json\n").unwrap();
    let (text, _) = rest.split_once("```").unwrap();

    let script = text.parse::<Script>().unwrap();

    let emulator = Emulator::start(Config::new().script(script)).unwrap();
    let statuses = [(); 3].map(|()| set(&emulator, "-1", JPEG).status);
    assert_eq!(statuses[..2], [429; 2]);
}

#[test]
fn the_other_words_for_a_delivery_are_read_too() {
    let table = [
        (r#""whole""#, Delivery::Whole),
        (
            r#"{"cut-head":{"at":1,"then":"close"}}"#,
            Delivery::CutHead(Truncation::new(1, End::Close)),
        ),
        (
            r#"{"slow-body":{"bytes":1,"every-ms":9}}"#,
            Delivery::SlowBody(Trickle::byte_every(Duration::from_millis(9))),
        ),
        (r#"{"length-off":-5}"#, Delivery::LengthOff(-5)),
        (r#""no-length""#, Delivery::NoLength),
        (r#""chunked""#, Delivery::Chunked),
        (r#""twice""#, Delivery::Twice),
        (r#""broken-chunks""#, Delivery::BrokenChunks),
        (r#"{"interim":9}"#, Delivery::Interim(9)),
        (r#"{"big-head":9}"#, Delivery::BigHead(9)),
    ];

    for (text, delivery) in table {
        let text = format!(r#"{{"rules":[{{"delivery":{text}}}]}}"#);
        let expected = Script::new().rule(Rule::new().delivery(delivery));
        assert_eq!(text.parse::<Script>().unwrap(), expected, "{text}");
    }
}

#[test]
fn a_mistake_in_a_script_is_named_with_its_place() {
    let table = [
        ("", "EOF"),
        ("{\n  \"rule\": [] }", "line 2"),
        (r#"{"rules":[{"methd":"getChats"}]}"#, "methd"),
        (r#"{"rules":[{"method":"getchats"}]}"#, "getChats"),
        (r#"{"rules":[{"chance":1.5}]}"#, "from 0 to 1"),
        (r#"{"rules":[{"answer":{"status":99}}]}"#, "from 200 to 999"),
        (r#"{"rules":[{"answer":{"like":"fine"}}]}"#, "timed-out"),
        (
            r#"{"rules":[{"upload":{"cut":{"at":101,"then":"reset"}}}]}"#,
            "from 0 to 100",
        ),
        (
            r#"{"rules":[{"upload":{"bytes-per-second":0}}]}"#,
            "nonzero",
        ),
        (
            r#"{"rules":[{"delivery":{"slow-body":{"bytes":0,"every-ms":1}}}]}"#,
            "nonzero",
        ),
        (
            r#"{"rules":[{"answer":{"body-base64":"?"}}]}"#,
            "not base64",
        ),
        (r#"{"connections":[{}]}"#, "then"),
    ];

    for (text, needed) in table {
        let message = text.parse::<Script>().unwrap_err().to_string();

        assert!(message.starts_with("not a fault script: "), "{message}");
        assert!(message.contains(needed), "{text}: {message}");
    }
}

#[test]
fn a_script_can_be_put_and_deleted_over_http() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let script = br#"{"rules":[{"answer":{"like":"bad-gateway"}}]}"#;
    let control = |verb, body| {
        let request = request(verb, "/emulator/script", "application/json", body);
        send(&emulator, &request)
    };

    let put = control("PUT", &script[..]).status;
    let during = set(&emulator, "-1", JPEG).status;
    let bad = control("PUT", b"{\"rules\":1}");
    let still = set(&emulator, "-1", JPEG).status;
    let deleted = control("DELETE", b"").status;
    let after = set(&emulator, "-1", JPEG).status;

    assert_eq!((put, during, still), (204, 502, 502));
    assert_eq!(bad.status, 400);
    assert!(
        bad.text().starts_with("not a fault script: "),
        "{}",
        bad.text()
    );
    assert_eq!((deleted, after), (204, 200));
}

#[test]
fn requests_and_pictures_can_be_asked_over_http() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let url = set(&emulator, "-1", JPEG).json()["urlAvatar"].clone();
    set(&emulator, "1", JPEG);

    let requests = get(&emulator, "/emulator/requests");
    let pictures = get(&emulator, "/emulator/pictures").json();

    assert!(!requests.text().contains(Config::TOKEN));
    let requests = requests.json();
    let first = &requests[0];
    assert_eq!(
        requests.as_array().unwrap().len(),
        2,
        "the questions are not recorded"
    );
    assert_eq!(first["number"], 1);
    assert_eq!(first["method"], "setGroupPicture");
    assert_eq!(
        (&first["chat"], &first["status"]),
        (&json!("-1"), &json!(200))
    );
    assert_eq!(
        (&first["changed"], &first["rule"]),
        (&json!(true), &json!(null))
    );
    assert!(first["arrived-ms"].as_f64().unwrap() >= 0.0);
    assert!(first["bytes"].as_u64().unwrap() > JPEG.len() as u64);
    assert_eq!(requests[1]["status"], 400);
    assert_eq!(
        pictures,
        json!({ "-1": { "url": url, "bytes": JPEG.len(), "changes": 1 } })
    );
}

#[test]
fn it_counts_what_it_received_until_it_is_told_to_forget() {
    // Only one request is remembered, and all are counted.
    let rule = Rule::new().from(3).answer(Documented::TooManyRequests);
    let script = Script::new().rule(rule);
    let emulator = Emulator::start(Config::new().history(1).script(script)).unwrap();
    for chat in ["-1", "1", "-1"] {
        set(&emulator, chat, JPEG);
    }
    let url = emulator.pictures()["-1"].url().to_owned();

    let counted = get(&emulator, "/emulator/counts").json();
    let forgotten = ["requests", "pictures"].map(|what| {
        let path = format!("/emulator/{what}");
        send(&emulator, &request("DELETE", &path, "text/plain", b"")).status
    });
    let left = ["counts", "requests", "pictures"].map(|what| {
        let path = format!("/emulator/{what}");
        get(&emulator, &path).text().to_owned()
    });

    let expected = json!({ "setGroupPicture": {
        "received": 3, "changed": 1, "answered": { "200": 1, "400": 1, "429": 1 }
    } });
    assert_eq!(counted, expected);
    assert_eq!(forgotten, [204, 204]);
    assert_eq!(left, ["{}", "[]", "{}"]);
    emulator.set_script(Script::new());
    set(&emulator, "-1", JPEG);
    assert_ne!(emulator.pictures()["-1"].url(), url);
    assert_eq!(emulator.counts()[&Method::SetGroupPicture].received, 1);
    emulator.forget();
    assert!(emulator.counts().is_empty() && emulator.pictures().is_empty());
}

#[test]
fn what_the_emulator_does_not_know_it_answers_with_what_it_does() {
    let emulator = Emulator::start(Config::new()).unwrap();

    let answer = get(&emulator, "/emulator/nothing");

    assert_eq!(answer.status, 404);
    assert!(answer.text().contains("/emulator/requests"));
}
