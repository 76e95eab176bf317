//! Every answer that there is: its exit code, and not a byte of the token.

use std::fs;

use emulator::{
    Answer, Config, Delivery, Documented, Emulator, End, Rule, Script, Truncation, Upload,
};

use crate::run::{Folder, Run, group_picture, png};

/// With signs that are written otherwise in a URL.
const TOKEN: &str = "t0ken%with+signs&that=need~care{}$";

/// A part of the token that nothing else has, and that survives every encoding.
const PART: &str = "t0ken";

/// Sets a picture on an emulator that meets the request so, and looks at everything printed.
fn set(rule: Rule) -> Run {
    let folder = Folder::new().with("photo.png", png(200, 200));
    let config = Config::new().token(TOKEN).script(Script::new().rule(rule));
    let emulator = Emulator::start(config).unwrap();
    let set = |format: &[&str]| {
        let mut command = group_picture();
        command
            .env("GREEN_API_URL", emulator.url())
            .env("GREEN_API_ID_INSTANCE", Config::INSTANCE)
            .env("GREEN_API_TOKEN", TOKEN)
            .args(["set", "-100", "--initial-backoff", "1ms", "--rate", "1000"])
            .arg(folder.at("photo.png"))
            .args(format);
        Run::of(&mut command)
    };

    let (people, machines) = (set(&[]), set(&["--json"]));

    let list = "chat_id,photo\n-100,photo.png\n-200,photo.png\n";
    let folder = Folder::new()
        .with("photo.png", png(200, 200))
        .with("groups.csv", list);
    let batch = |args: &[&str]| {
        let mut command = group_picture();
        command
            .current_dir(folder.path())
            .env("GREEN_API_URL", emulator.url())
            .env("GREEN_API_ID_INSTANCE", Config::INSTANCE)
            .env("GREEN_API_TOKEN", TOKEN)
            .args(args)
            .args(["groups.csv", "--initial-backoff", "1ms"]);
        Run::of(&mut command)
    };
    let sent = [
        "batch",
        "--rate",
        "1000",
        "--log",
        "json",
        "--report",
        "report.json",
        "--verify",
        "--no-backup",
    ];
    let runs = [
        batch(&sent),
        batch(&["batch", "--dry-run"]),
        batch(&["batch", "--rate", "1000", "--journal", "other.journal"]),
        batch(&["check", "--json", "--log", "text"]),
        people,
        machines,
    ];

    for run in &runs {
        for text in [&run.stdout, &run.stderr] {
            assert!(!shows_token(text), "{text}");
        }
    }
    for file in ["groups.csv.journal", "report.json"] {
        let text = fs::read_to_string(folder.at(file)).unwrap();
        assert!(text.contains("-200"), "{file} {text}");
        assert!(!shows_token(&text), "{file} {text}");
    }
    for file in folder.names() {
        let bytes = fs::read(folder.at(&file)).unwrap();
        assert!(!shows_token(&String::from_utf8_lossy(&bytes)), "{file}");
    }
    let [.., people, machines] = runs;
    assert_eq!(people.code, machines.code);
    assert_eq!(machines.json().len(), 2);
    people
}

/// Whether the token, or a part of it, is in the text, raw or with any of its bytes as `%XX`.
fn shows_token(text: &str) -> bool {
    let mut decoded = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail
            .get(..2)
            .and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) if *first == b'%' => {
                decoded.push(byte);
                rest = &tail[2..];
            }
            _ => {
                decoded.push(*first);
                rest = tail;
            }
        }
    }
    text.contains(PART) || String::from_utf8_lossy(&decoded).contains(PART)
}

#[test]
fn the_search_for_the_token_finds_it_in_every_form() {
    for text in [
        "a t0ken b",
        "%740ken",
        "%74%30%6b%65%6E",
        "100 %: t0ken%25with",
    ] {
        assert!(shows_token(text), "{text}");
    }
    assert!(!shows_token("token 100 % %74 0ken"));
}

#[test]
fn every_documented_answer_has_its_exit_code() {
    for answer in Documented::ALL {
        let expected = match answer {
            Documented::Set | Documented::SetWithNulls => 0,
            Documented::TimedOut
            | Documented::Refused
            | Documented::ValidationFailed
            | Documented::FileIsEmpty
            | Documented::UnsupportedMediaType
            | Documented::BadRequestData
            | Documented::NotFound
            | Documented::TooLarge => 1,
            Documented::UnauthorizedWith200
            | Documented::AccountNotAuthorized
            | Documented::AccountExpired
            | Documented::InstanceDeleted
            | Documented::Unauthorized
            | Documented::Forbidden
            | Documented::Suspended => 4,
            _ => 5,
        };

        let run = set(Rule::new().answer(answer));

        assert_eq!(run.code, Some(expected), "{answer:?} {run:?}");
        assert_eq!(
            run.stderr.lines().count(),
            usize::from(expected != 0),
            "{answer:?} {run:?}"
        );
    }
}

#[test]
fn a_token_that_the_server_repeats_is_not_shown() {
    for (status, body) in [
        (
            200,
            r#"{"setGroupPicture":true,"urlAvatar":"https://x/{token}?{token-encoded}"}"#,
        ),
        (200, r#"{"setGroupPicture":false,"reason":"{token}"}"#),
        (200, "{token}"),
        (
            400,
            r#"{"message":"Validation failed {token} {token-encoded}","path":"{path}"}"#,
        ),
        (400, r#""{token-encoded}""#),
        (401, "{path}"),
        (500, "<html>{token}</html>"),
        (299, "{token-encoded}"),
        (418, "{token}{token}"),
    ] {
        set(Rule::new().answer(Answer::new(status).body(body)));
    }
    set(Rule::new().answer(Answer::redirect(302, "https://elsewhere.example/{token}")));
    set(Rule::new().answer(Answer::redirect(307, "/{path}")));
}

#[test]
fn a_connection_that_breaks_is_temporary_and_shows_no_token() {
    for (name, rule) in [
        (
            "before the body",
            Rule::new().upload(Upload::Cut(Truncation::new(0, End::Reset))),
        ),
        (
            "in the body",
            Rule::new().upload(Upload::Cut(Truncation::new(50, End::Reset))),
        ),
        (
            "after the body",
            Rule::new().upload(Upload::Cut(Truncation::new(100, End::Close))),
        ),
        (
            "in the head",
            Rule::new().delivery(Delivery::CutHead(Truncation::new(50, End::Reset))),
        ),
        (
            "in the answer",
            Rule::new().delivery(Delivery::CutBody(Truncation::new(50, End::Close))),
        ),
        ("in chunks", Rule::new().delivery(Delivery::BrokenChunks)),
    ] {
        let run = set(rule);

        assert_eq!(run.code, Some(5), "{name} {run:?}");
    }
}

#[test]
fn a_server_that_is_not_there_is_temporary() {
    let folder = Folder::new().with("photo.png", png(200, 200));

    let run = Run::of(
        group_picture()
            .env("GREEN_API_URL", "http://127.0.0.1:1")
            .env("GREEN_API_ID_INSTANCE", Config::INSTANCE)
            .env("GREEN_API_TOKEN", TOKEN)
            .args(["set", "-100", "--initial-backoff", "1ms"])
            .arg(folder.at("photo.png")),
    );

    assert_eq!(
        (run.code, run.summary()),
        (Some(5), "1 group: 0 set, 1 no connection"),
        "{run:?}"
    );
    assert!(!shows_token(&run.stderr));
}
