//! The journal: the same command again goes on where a run ended.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use emulator::{
    Action, Config, Documented, Emulator, End, Method, Rule, Script, Truncation, Upload,
};

use crate::account::{pointed_at, sends};
use crate::run::{Folder, Run, jpeg, names_in, png};

/// A list of so many groups, all with the photo `a.png`.
fn groups(number: usize) -> Folder {
    let rows: String = (1..=number).map(|id| format!("-{id},a.png\n")).collect();
    Folder::new()
        .with("groups.csv", format!("chat_id,photo\n{rows}"))
        .with("a.png", png(200, 200))
}

fn batch(emulator: &Emulator, folder: &Folder) -> Command {
    let mut command = pointed_at(emulator);
    command.arg("batch").arg(folder.at("groups.csv")).args([
        "--no-backup",
        "--rate",
        "1000",
        "--initial-backoff",
        "1ms",
    ]);
    command
}

fn rule() -> Rule {
    Rule::new().method(Method::SetGroupPicture)
}

fn start(rule: Rule) -> Emulator {
    Emulator::start(Config::new().script(Script::new().rule(rule))).unwrap()
}

#[test]
fn what_is_set_is_not_sent_again_unless_its_photo_has_changed() {
    let folder = Folder::new()
        .with("groups.csv", "chat_id,photo\n-1,a.png\n-2,b.png\n")
        .with("a.png", png(200, 200))
        .with("b.png", png(210, 210));
    let emulator = Emulator::start(Config::new()).unwrap();

    let first = Run::of(&mut batch(&emulator, &folder));
    let second = Run::of(&mut batch(&emulator, &folder));
    let folder = folder.with("b.png", png(220, 220));
    let third = Run::of(&mut batch(&emulator, &folder));
    let fourth = Run::of(batch(&emulator, &folder).args(["--quality", "50"]));
    let fifth = Run::of(batch(&emulator, &folder).arg("--no-journal"));

    assert_eq!(first.summary(), "2 groups: 2 set", "{first:?}");
    assert_eq!(second.summary(), "2 groups: 0 set, 2 set before");
    assert_eq!(third.summary(), "2 groups: 1 set, 1 set before");
    assert_eq!(fourth.summary(), "2 groups: 2 set");
    assert_eq!(fifth.summary(), "2 groups: 2 set");
    for run in [first, second, third, fourth, fifth] {
        assert_eq!(run.code, Some(0), "{run:?}");
    }
    assert_eq!(sends(&emulator), 7);
    assert_eq!(
        folder.names(),
        ["a.png", "b.png", "groups.csv", "groups.csv.journal"]
    );
}

#[test]
fn a_folders_journal_is_hidden_in_it_and_another_place_may_be_chosen() {
    let folder = Folder::new().with("in/-1.jpg", jpeg(200, 200));
    let emulator = Emulator::start(Config::new()).unwrap();
    let batch = |args: &[&str]| {
        Run::of(
            pointed_at(&emulator)
                .args(["batch", "--no-backup"])
                .arg(folder.at("in"))
                .args(args),
        )
    };
    let elsewhere = folder.at("journal").display().to_string();

    for (args, expected) in [
        (&[][..], "1 group: 1 set"),
        (&[], "1 group: 0 set, 1 set before"),
        (&["--journal", &elsewhere], "1 group: 1 set"),
        (&["--journal", &elsewhere], "1 group: 0 set, 1 set before"),
    ] {
        let run = batch(args);

        assert_eq!(run.summary(), expected, "{args:?} {run:?}");
    }
    assert_eq!(
        folder.names(),
        ["in/-1.jpg", "in/.group-picture.journal", "journal"]
    );
}

#[test]
fn what_was_refused_stays_refused_and_what_passes_is_sent_again() {
    let folder = groups(3);
    let emulator = Emulator::start(
        Config::new().script(
            Script::new()
                .rule(rule().chat("-1").answer(Documented::Refused))
                .rule(rule().chat("-2").answer(Documented::ServerError)),
        ),
    )
    .unwrap();

    let first = Run::of(&mut batch(&emulator, &folder));
    emulator.set_script(Script::new());
    let before = sends(&emulator);
    let second = Run::of(&mut batch(&emulator, &folder));
    let third = Run::of(batch(&emulator, &folder).arg("--retry-failed"));
    let fourth = Run::of(&mut batch(&emulator, &folder));

    assert_eq!(first.code, Some(5), "{first:?}");
    assert_eq!(
        (second.code, second.summary()),
        (Some(1), "3 groups: 1 set, 1 set before, 1 refused before")
    );
    assert!(second.stderr.contains("--retry-failed"), "{second:?}");
    assert_eq!(third.summary(), "3 groups: 1 set, 2 set before");
    assert_eq!(fourth.summary(), "3 groups: 0 set, 3 set before");
    assert_eq!(sends(&emulator) - before, 2);
}

/// A journal that ends with an intent: what a run leaves that is killed while it waits for an answer.
fn killed_while_sending(emulator: &Emulator, folder: &Folder) {
    let mut child = batch(emulator, folder).spawn().unwrap();
    while sends(emulator) == 0 {
        std::thread::yield_now();
    }
    // The emulator acts as soon as the request is there whole.
    std::thread::sleep(std::time::Duration::from_millis(100));
    child.kill().unwrap();
    child.wait().unwrap();
    emulator.set_script(Script::new());
}

#[test]
fn what_a_killed_run_has_set_is_found_and_not_sent_again() {
    let folder = groups(1);
    let emulator = start(
        rule()
            .action(Action::Done)
            .latency(std::time::Duration::from_secs(60)),
    );
    killed_while_sending(&emulator, &folder);

    let planned = Run::of(batch(&emulator, &folder).args(["--dry-run", "--json"]));
    let run = Run::of(batch(&emulator, &folder).arg("--json"));

    assert_eq!(planned.json()[0]["status"], "settle", "{planned:?}");
    assert_eq!(run.code, Some(0), "{run:?}");
    let told = &run.json()[0];
    assert_eq!(
        (&told["status"], &told["earlier"]),
        (&"set".into(), &"found-set".into())
    );
    assert_eq!(told["url"], emulator.pictures()["-1"].url());
    assert_eq!(sends(&emulator), 1);
}

#[test]
fn what_a_killed_run_has_not_set_is_sent_again_and_that_is_told() {
    let folder = groups(1);
    let emulator = start(
        rule()
            .action(Action::Skipped)
            .latency(std::time::Duration::from_secs(60)),
    );
    killed_while_sending(&emulator, &folder);

    let run = Run::of(batch(&emulator, &folder).arg("--json"));

    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.json()[0]["earlier"], "sent-again");
    assert_eq!(sends(&emulator), 2);
}

#[test]
fn what_the_avatar_does_not_tell_is_left_to_the_policy() {
    for (policy, code, sent) in [("fail", 5, 1), ("retry", 0, 2)] {
        let folder = groups(1);
        let no_avatar = Rule::new()
            .method(Method::GetAvatar)
            .answer(Documented::Forbidden);
        let emulator = Emulator::start(
            Config::new().script(
                Script::new().rule(no_avatar.clone()).rule(
                    rule()
                        .to(1)
                        .action(Action::Done)
                        .upload(Upload::Cut(Truncation::new(100, End::Silence))),
                ),
            ),
        )
        .unwrap();
        killed_while_sending(&emulator, &folder);
        emulator.set_script(Script::new().rule(no_avatar));

        let run = Run::of(batch(&emulator, &folder).args(["--on-unknown", policy, "--json"]));

        assert_eq!(run.code, Some(code), "{policy} {run:?}");
        assert_eq!(sends(&emulator), sent, "{policy}");
        let status = if policy == "fail" { "unknown" } else { "set" };
        assert_eq!(run.json()[0]["status"], status);
    }
}

#[test]
fn a_later_failure_does_not_hide_that_an_earlier_answer_was_lost() {
    let folder = groups(1);
    let lost = rule()
        .to(1)
        .action(Action::Done)
        .upload(Upload::Cut(Truncation::new(100, End::Reset)));
    let script = Script::new()
        .rule(
            Rule::new()
                .method(Method::GetAvatar)
                .from(2)
                .to(4)
                .answer(Documented::Forbidden),
        )
        .rule(lost)
        .rule(rule().answer(Documented::ServerError));
    let emulator = Emulator::start(Config::new().script(script)).unwrap();

    let first = Run::of(batch(&emulator, &folder).args(["--passes", "1"]));
    emulator.set_script(Script::new());
    let second = Run::of(batch(&emulator, &folder).arg("--json"));

    assert_eq!(
        (first.code, first.summary()),
        (Some(5), "1 group: 0 set, 1 server error"),
        "{first:?}"
    );
    assert_eq!(second.json()[0]["earlier"], "found-set", "{second:?}");
}

#[test]
fn who_cannot_be_asked_must_choose_another_policy() {
    let folder = groups(1);
    let emulator = Emulator::start(Config::new()).unwrap();

    let run = Run::of(batch(&emulator, &folder).args(["--on-unknown", "ask"]));

    assert_eq!(run.code, Some(2), "{run:?}");
}

#[test]
fn a_second_run_beside_the_first_is_refused() {
    let folder = groups(20);
    let emulator = Emulator::start(Config::new()).unwrap();
    let mut first = pointed_at(&emulator)
        .arg("batch")
        .arg(folder.at("groups.csv"))
        .args(["--rate", "10"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(first.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();

    let second = Run::of(&mut batch(&emulator, &folder));
    let planned = Run::of(batch(&emulator, &folder).arg("--dry-run"));
    first.kill().unwrap();
    first.wait().unwrap();

    assert_eq!(second.code, Some(7), "{second:?}");
    assert!(second.stderr.contains("another run"), "{second:?}");
    assert_eq!(planned.code, Some(0), "{planned:?}");
}

#[test]
fn a_file_that_is_no_journal_is_refused_and_left_alone() {
    let folder = groups(1);
    let emulator = Emulator::start(Config::new()).unwrap();
    let photo = fs::read(folder.at("a.png")).unwrap();

    for file in [folder.at("a.png"), folder.path().to_owned()] {
        let run = Run::of(batch(&emulator, &folder).arg("--journal").arg(file));

        assert_eq!(run.code, Some(7), "{run:?}");
    }

    assert_eq!(fs::read(folder.at("a.png")).unwrap(), photo);
    assert_eq!(sends(&emulator), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn without_room_for_the_journal_nothing_is_sent() {
    let folder = groups(3);
    let emulator = Emulator::start(Config::new()).unwrap();

    let run = Run::of(batch(&emulator, &folder).args(["--journal", "/dev/full"]));

    assert_eq!(run.code, Some(7), "{run:?}");
    assert_eq!(sends(&emulator), 0);
}

#[test]
fn the_emulator_inside_leaves_no_journal() {
    let folder = groups(1);

    let run = Run::of(
        crate::run::group_picture()
            .arg("batch")
            .arg(folder.at("groups.csv"))
            .arg("--emulator"),
    );

    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(names_in(folder.path()), ["a.png", "groups.csv"]);
}

#[test]
fn a_run_may_be_bounded_and_the_next_does_the_rest() {
    let folder = groups(5);
    let emulator = Emulator::start(Config::new()).unwrap();

    let first = Run::of(batch(&emulator, &folder).args(["--limit", "2"]));
    let none = Run::of(batch(&emulator, &folder).args(["--limit", "0"]));
    let no_time = Run::of(batch(&emulator, &folder).args(["--max-duration", "1ns"]));
    let rest = Run::of(batch(&emulator, &folder).args(["--limit", "3", "--max-duration", "1m"]));

    assert_eq!(
        (first.code, first.summary()),
        (Some(6), "5 groups: 2 set, 3 not begun"),
        "{first:?}"
    );
    assert!(first.stderr.contains("--limit was reached"), "{first:?}");
    assert_eq!((none.code, no_time.code), (Some(6), Some(6)));
    assert!(
        no_time.stderr.contains("--max-duration was reached"),
        "{no_time:?}"
    );
    assert_eq!(
        (rest.code, rest.summary()),
        (Some(0), "5 groups: 3 set, 2 set before")
    );
    assert_eq!(sends(&emulator), 5);
}

#[test]
fn a_dry_run_tells_the_plan_in_the_lists_order_and_touches_nothing() {
    let folder = Folder::new()
        .with(
            "groups.csv",
            "chat_id,photo\n-3,a.png\n-1,text.png\n-2,a.png\n",
        )
        .with("a.png", png(200, 200))
        .with("text.png", "text");
    let emulator = Emulator::start(Config::new()).unwrap();

    let plan = Run::of(batch(&emulator, &folder).args(["--dry-run", "--json", "--out", "out"]));
    let read = Run::of(batch(&emulator, &folder).arg("-n"));
    let limited = Run::of(batch(&emulator, &folder).args(["-n", "--limit", "1"]));
    let (nothing_asked, names) = (emulator.requests().is_empty(), folder.names());
    Run::of(batch(&emulator, &folder).args(["-j", "1", "--limit", "1"]));
    let next = Run::of(batch(&emulator, &folder).arg("-n"));

    let told: Vec<_> = plan
        .json()
        .iter()
        .map(|line| format!("{} {}", line["chat_id"], line["status"]))
        .collect();
    assert_eq!(
        told,
        [
            r#""-3" "send""#,
            r#""-1" "failed""#,
            r#""-2" "send""#,
            "null null"
        ]
    );
    assert_eq!(
        (read.code, read.summary()),
        (Some(1), "3 groups: 2 to be set, 1 not an image")
    );
    assert!(read.stdout.starts_with("send "), "{read:?}");
    assert_eq!(limited.code, Some(6), "{limited:?}");
    assert!(nothing_asked);
    assert_eq!(names, ["a.png", "groups.csv", "text.png"]);
    assert_eq!(
        next.summary(),
        "3 groups: 1 to be set, 1 set before, 1 not an image"
    );
    assert!(next.stdout.starts_with("leave "), "{next:?}");
}
