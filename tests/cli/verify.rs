//! `--verify`: the avatar is looked at after it was set.

use std::process::Command;

use emulator::{Action, Answer, Config, Documented, Emulator, Method, Rule, Script};

use crate::account::{pointed_at, sends};
use crate::run::{Folder, Run, jpeg, png};

fn list() -> Folder {
    Folder::new()
        .with("groups.csv", "chat_id,photo\n-1,a.png\n-2,b.png\n")
        .with("a.png", png(640, 700))
        .with("b.png", png(900, 640))
}

fn batch(emulator: &Emulator, folder: &Folder) -> Command {
    let mut command = pointed_at(emulator);
    command
        .arg("batch")
        .arg(folder.at("groups.csv"))
        .args([
            "--verify",
            "--no-backup",
            "--json",
            "--rate",
            "1000",
            "--initial-backoff",
            "1ms",
        ])
        .args(["--deadline", "10s"]);
    command
}

fn start(rule: Rule) -> Emulator {
    Emulator::start(Config::new().script(Script::new().rule(rule))).unwrap()
}

#[test]
fn an_avatar_that_shows_what_was_sent_is_proven() {
    let folder = list();
    let emulator = Emulator::start(Config::new()).unwrap();

    let run = Run::of(&mut batch(&emulator, &folder));
    let profile = Run::of(
        pointed_at(&emulator)
            .args(["set", "--own", "--verify", "--json"])
            .arg(folder.at("a.png")),
    );

    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(profile.code, Some(0), "{profile:?}");
    for line in run.json()[..2].iter().chain(&profile.json()[..1]) {
        assert_eq!(
            (&line["status"], &line["verified"]),
            (&"set".into(), &"proven".into())
        );
    }
}

#[test]
fn an_avatar_that_shows_something_else_is_a_failure_and_is_sent_again_next_time() {
    for (what, rule) in [
        (
            "another picture",
            Rule::new()
                .method(Method::UrlAvatar)
                .answer(Answer::new(200).bytes(jpeg(640, 640))),
        ),
        (
            "is not a picture",
            Rule::new()
                .method(Method::UrlAvatar)
                .answer(Answer::new(200).body("<html>")),
        ),
        (
            "no avatar",
            Rule::new()
                .method(Method::SetGroupPicture)
                .action(Action::Skipped),
        ),
    ] {
        let folder = list();
        let emulator = start(rule);

        let run = Run::of(&mut batch(&emulator, &folder));
        emulator.set_script(Script::new());
        let again = Run::of(&mut batch(&emulator, &folder));

        assert_eq!(run.code, Some(5), "{what} {run:?}");
        assert!(run.stderr.contains(what), "{what} {run:?}");
        assert_eq!(run.json()[2]["summary"]["causes"]["not proven"], 2);
        assert_eq!(run.json()[0]["verified"], "denied");
        assert_eq!(again.code, Some(0), "{what} {again:?}");
        assert_eq!(sends(&emulator), 4, "{what}");
    }
}

#[test]
fn an_avatar_that_cannot_be_fetched_is_likely_set_by_its_new_address_and_no_silent_success() {
    let folder = list();
    let emulator = start(
        Rule::new()
            .method(Method::UrlAvatar)
            .answer(Documented::NotFound),
    );

    let run = Run::of(&mut batch(&emulator, &folder));

    // It is set by all that is known, so it is not sent again.
    let again = Run::of(&mut batch(&emulator, &folder));

    assert_eq!(run.code, Some(5), "{run:?}");
    let lines = run.json();
    assert_eq!(
        (&lines[0]["status"], &lines[0]["verified"]),
        (&"set".into(), &"likely".into())
    );
    assert_eq!(
        (&lines[2]["summary"]["done"], &lines[2]["summary"]["unseen"]),
        (&2.into(), &2.into())
    );
    assert!(run.stderr.contains("was not seen: "), "{run:?}");
    assert_eq!((again.code, sends(&emulator)), (Some(0), 2), "{again:?}");
}

#[test]
fn an_avatar_whose_old_address_cannot_be_fetched_is_unseen() {
    let folder = list();
    let same = r#"{"urlAvatar":"{url}/i?r=same"}"#;
    let emulator = start(
        Rule::new()
            .method(Method::GetAvatar)
            .answer(Answer::new(200).body(same)),
    );

    let run = Run::of(&mut batch(&emulator, &folder));

    assert_eq!(run.code, Some(5), "{run:?}");
    let lines = run.json();
    assert_eq!(
        (&lines[0]["status"], &lines[0]["verified"]),
        (&"unknown".into(), &"unseen".into())
    );
    assert_eq!(lines[2]["summary"]["causes"]["not seen"], 2);
}

#[test]
fn an_answer_that_says_both_is_no_answer() {
    let folder = list();
    let both = r#"{"setGroupPicture":false,"setGroupPicture":true}"#;
    let emulator = start(
        Rule::new()
            .method(Method::SetGroupPicture)
            .answer(Answer::new(200).body(both)),
    );

    let run = Run::of(batch(&emulator, &folder).args(["--on-unknown", "fail"]));

    assert_eq!(run.code, Some(5), "{run:?}");
    assert_eq!(
        run.json()[0]["error"]["kind"],
        "answer not readable",
        "{run:?}"
    );
}

#[test]
fn an_address_outside_the_known_places_is_not_asked() {
    let folder = list();
    let elsewhere = Emulator::start(Config::new()).unwrap();
    let told = format!(
        r#"{{"urlAvatar":"{}/x"}}"#,
        elsewhere.url().replace("127.0.0.1", "127.0.0.2")
    );
    let emulator = start(
        Rule::new()
            .method(Method::GetAvatar)
            .answer(Answer::new(200).body(told)),
    );

    let run = Run::of(&mut batch(&emulator, &folder));

    assert_eq!(run.code, Some(5), "{run:?}");
    assert!(elsewhere.requests().is_empty());
}
