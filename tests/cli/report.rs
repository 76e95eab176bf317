//! `--report` and `--log`.

use std::fs;

use emulator::{Config, Documented, Emulator, Method, Rule, Script};
use serde_json::Value;

use crate::account::pointed_at;
use crate::run::{Folder, Run, group_picture, png};

fn list() -> Folder {
    Folder::new()
        .with(
            "groups.csv",
            "chat_id,photo\n-1,a.png\n-2,a.png\n-3,text.png\n-4,a.png\n",
        )
        .with("a.png", png(200, 200))
        .with("text.png", "text")
        .with("report.json", "an earlier one")
}

#[test]
fn a_report_has_a_record_of_each_group() {
    let folder = list();
    let fault = Rule::new()
        .method(Method::SetGroupPicture)
        .chat("-1")
        .to(1)
        .answer(Documented::TooManyRequests);
    let emulator = Emulator::start(Config::new().script(Script::new().rule(fault))).unwrap();

    let run = Run::of(
        pointed_at(&emulator)
            .arg("batch")
            .arg(folder.at("groups.csv"))
            .args([
                "--limit",
                "2",
                "-j",
                "1",
                "--rate",
                "1000",
                "--initial-backoff",
                "10ms",
            ])
            .arg("--report")
            .arg(folder.at("report.json")),
    );

    assert_eq!(run.code, Some(6), "{run:?}");
    let report: Value =
        serde_json::from_slice(&fs::read(folder.at("report.json")).unwrap()).unwrap();
    let of = |chat: &str| {
        let groups = report["groups"].as_array().unwrap();
        let mut found = groups.iter().filter(|group| group["chat_id"] == chat);
        let group = found.next().unwrap().clone();
        assert_eq!(found.next(), None, "{chat}");
        group
    };
    let first = of("-1");
    assert_eq!(first["status"], "set");
    assert_eq!(first["url"], emulator.pictures()["-1"].url());
    assert_eq!(first["attempts"][0]["failure"], "too many requests");
    assert_eq!(first["attempts"][1]["failure"], Value::Null);
    assert!(first["attempts"][1]["at"].as_f64() >= Some(0.01), "{first}");
    assert!(first["started"].as_str().unwrap().starts_with("20"));
    assert_eq!(of("-2")["status"], "set");
    assert_eq!(of("-3")["error"]["kind"], "not an image");
    assert_eq!(of("-4")["status"], "not-begun");
    assert_eq!(report["summary"]["total"], 4);
    assert_eq!(report["summary"]["not_begun"], 1);
    assert!(folder.names().iter().all(|name| !name.contains("partial")));
}

#[test]
fn a_report_that_cannot_be_written_is_told_before_anything_is_sent() {
    let folder = list();
    let emulator = Emulator::start(Config::new()).unwrap();

    let run = Run::of(
        pointed_at(&emulator)
            .arg("batch")
            .arg(folder.at("groups.csv"))
            .arg("--report")
            .arg(folder.at("not/there.json")),
    );

    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(emulator.requests().is_empty());
}

#[test]
fn events_are_logged_as_json_lines_or_text_on_stderr() {
    let folder = list();
    let set = |args: &[&str]| {
        Run::of(
            group_picture()
                .args(["set", "-1", "--emulator", "--json"])
                .arg(folder.at("a.png"))
                .args(args),
        )
    };

    let json = set(&["--log", "json", "-q"]);
    let text = set(&["--log", "text", "-q"]);
    let none = set(&["-q"]);

    let events: Vec<Value> = json
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let messages: Vec<_> = events.iter().map(|event| &event["message"]).collect();
    assert!(messages.contains(&&Value::from("set")), "{json:?}");
    let over = events.last().unwrap();
    assert_eq!(
        (&over["message"], &over["chat"], &over["status"]),
        (&"over".into(), &"-1".into(), &"set".into())
    );
    assert!(text.stderr.lines().count() >= 3, "{text:?}");
    assert_eq!(none.stderr, "");
    for run in [json, text, none] {
        assert_eq!((run.code, run.json().len()), (Some(0), 2));
    }
}
