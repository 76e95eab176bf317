//! `batch --backup`: what is replaced is kept first.

use std::fs;
use std::process::Command;

use emulator::{Answer, Config, Documented, Emulator, Method, Rule, Script};

use crate::account::{pointed_at, sends};
use crate::run::{Folder, Run, names_in, png};

/// A list of three groups, and the photos that they and others have.
pub(crate) fn list() -> Folder {
    Folder::new()
        .with(
            "groups.csv",
            "chat_id,photo\n-1,a.png\n-2,b.png\n-3,b.png\n",
        )
        .with("a.png", png(640, 700))
        .with("b.png", png(900, 640))
        .with("old.png", png(500, 500))
        .with("other.png", png(450, 450))
}

/// Sets the avatar of a group as somebody else would.
pub(crate) fn set(emulator: &Emulator, folder: &Folder, chat: &str, photo: &str) -> Vec<u8> {
    let mut command = pointed_at(emulator);
    let run = Run::of(command.args(["set", chat]).arg(folder.at(photo)));
    assert_eq!(run.code, Some(0), "{run:?}");
    shown(emulator, chat)
}

/// What a group shows.
pub(crate) fn shown(emulator: &Emulator, chat: &str) -> Vec<u8> {
    emulator.pictures()[chat].bytes().unwrap().to_vec()
}

pub(crate) fn batch(emulator: &Emulator, folder: &Folder) -> Command {
    let mut command = pointed_at(emulator);
    command.current_dir(folder.path()).args([
        "batch",
        "groups.csv",
        "--rate",
        "1000",
        "--initial-backoff",
        "1ms",
    ]);
    command
}

#[test]
fn each_avatar_is_kept_byte_for_byte_beside_the_journal_before_it_is_replaced() {
    let folder = list();
    let emulator = Emulator::start(Config::new()).unwrap();
    let old = set(&emulator, &folder, "-1", "old.png");

    let run = Run::of(&mut batch(&emulator, &folder));

    assert_eq!(run.summary(), "3 groups: 3 set", "{run:?}");
    let backup = folder.at("groups.csv.backup");
    assert_eq!(names_in(&backup), ["-1.jpg", "backup.jsonl"]);
    assert_eq!(fs::read(backup.join("-1.jpg")).unwrap(), old);
    let ledger = fs::read_to_string(backup.join("backup.jsonl")).unwrap();
    assert_eq!(ledger.lines().count(), 4);
    assert!(ledger.contains(r#""chat":"-2""#) && ledger.contains(r#""avatar":null"#));
    assert!(!ledger.contains(Config::TOKEN) && !ledger.contains(Config::INSTANCE));
}

#[test]
fn nothing_is_kept_where_nothing_is_wanted() {
    let emulator = Emulator::start(Config::new()).unwrap();
    for (args, expected) in [
        (&["--no-backup"][..], vec!["groups.csv.journal"]),
        (&["--no-journal"], vec![]),
        (&["--dry-run"], vec![]),
        (
            &["--no-journal", "--backup", "kept"],
            vec!["kept/-1.jpg", "kept/backup.jsonl"],
        ),
    ] {
        let folder = list();
        set(&emulator, &folder, "-1", "old.png");
        let before = folder.names();

        let run = Run::of(batch(&emulator, &folder).args(args));

        assert_eq!(run.code, Some(0), "{args:?} {run:?}");
        let mut new = folder.names();
        new.retain(|name| !before.contains(name));
        // What the first run has set is there for the later ones.
        new.retain(|name| !name.starts_with("kept/-2") && !name.starts_with("kept/-3"));
        assert_eq!(new, expected, "{args:?}");
    }
}

#[test]
fn a_group_whose_avatar_cannot_be_kept_is_not_sent_to_unless_told_so() {
    let elsewhere = Emulator::start(Config::new()).unwrap();
    let outside = format!(
        r#"{{"urlAvatar":"{}/x"}}"#,
        elsewhere.url().replace("127.0.0.1", "127.0.0.2")
    );
    for (rule, code, part) in [
        (
            Rule::new()
                .method(Method::UrlAvatar)
                .answer(Documented::NotFound),
            5,
            "answered with HTTP 404",
        ),
        (
            Rule::new()
                .method(Method::UrlAvatar)
                .answer(Answer::new(200).body("<html>")),
            5,
            "is not a picture",
        ),
        (
            Rule::new()
                .method(Method::GetAvatar)
                .answer(Documented::BadGateway),
            5,
            "cannot be backed up",
        ),
        (
            Rule::new()
                .method(Method::GetAvatar)
                .answer(Answer::new(200).body(outside)),
            1,
            "--on-backup-failure send",
        ),
    ] {
        let folder = list();
        let emulator = Emulator::start(Config::new()).unwrap();
        let old = set(&emulator, &folder, "-1", "old.png");
        emulator.set_script(Script::new().rule(rule.chat("-1")));
        if part != "cannot be backed up" && code == 5 {
            // A picture's address names no chat in a body.
            let all = Rule::new().method(Method::UrlAvatar);
            let answer = match part {
                "is not a picture" => all.answer(Answer::new(200).body("<html>")),
                _ => all.answer(Documented::NotFound),
            };
            emulator.set_script(Script::new().rule(answer));
        }
        let begin = sends(&emulator);

        let run = Run::of(&mut batch(&emulator, &folder));
        let (kept, sent) = (shown(&emulator, "-1"), sends(&emulator) - begin);
        let told = Run::of(batch(&emulator, &folder).args(["--on-backup-failure", "send"]));

        assert_eq!(run.code, Some(code), "{part} {run:?}");
        assert!(
            run.stderr.contains("group -1: not sent, because"),
            "{run:?}"
        );
        assert!(run.stderr.contains(part), "{run:?}");
        assert_eq!((kept, sent), (old, 2), "{part}");
        assert_eq!(
            told.summary(),
            "3 groups: 1 set, 2 set before",
            "{part} {told:?}"
        );
    }
    assert!(elsewhere.requests().is_empty());
}

#[test]
fn an_avatar_whose_first_fetch_fails_is_fetched_again() {
    let folder = list();
    let emulator = Emulator::start(Config::new()).unwrap();
    let old = set(&emulator, &folder, "-1", "old.png");
    let once = Rule::new()
        .method(Method::UrlAvatar)
        .to(2)
        .answer(Documented::BadGateway);
    emulator.set_script(Script::new().rule(once));

    let run = Run::of(&mut batch(&emulator, &folder));

    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(
        fs::read(folder.at("groups.csv.backup/-1.jpg")).unwrap(),
        old
    );
}

#[test]
fn a_run_that_ends_anywhere_keeps_what_was_there_before_the_first() {
    if !cfg!(debug_assertions) {
        eprintln!("skipped: only builds with debug assertions can be told where to end");
        return;
    }
    for place in [
        "backup-written",
        "backup-recorded",
        "journal-synced",
        "sent",
    ] {
        let folder = list();
        let emulator = Emulator::start(Config::new()).unwrap();
        let old = ["-1", "-2", "-3"].map(|chat| set(&emulator, &folder, chat, "old.png"));

        // While a run ends, its other threads go on for a moment: the second may find too little left to end early.
        for may_finish in [false, true] {
            let mut command = batch(&emulator, &folder);
            command.env("GROUP_PICTURE_END_AT", format!("{place}:1"));
            let code = command.output().unwrap().status.code();
            assert!(
                code.is_none() || may_finish && code == Some(0),
                "{place} {code:?}"
            );
        }
        let run = Run::of(&mut batch(&emulator, &folder));

        assert!(matches!(run.code, Some(0 | 3)), "{place} {run:?}");
        let mut names = names_in(&folder.at("groups.csv.backup"));
        // Those are removed by a run a minute later.
        names.retain(|name| !name.ends_with(".partial"));
        assert_eq!(
            names,
            ["-1.jpg", "-2.jpg", "-3.jpg", "backup.jsonl"],
            "{place}"
        );
        for (chat, old) in ["-1", "-2", "-3"].iter().zip(old) {
            let kept = fs::read(folder.at(&format!("groups.csv.backup/{chat}.jpg"))).unwrap();
            assert!(
                kept == old && shown(&emulator, chat) != old,
                "{place} {chat}"
            );
        }
    }
}

#[test]
fn a_folder_of_other_things_is_no_backup() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let folder = list().with("mine/-1.jpg", "important");

    let other = Run::of(batch(&emulator, &folder).args(["--backup", "mine"]));
    let same = Run::of(batch(&emulator, &folder).args(["--backup", "new", "--out", "new"]));
    let file = Run::of(batch(&emulator, &folder).args(["--backup", "a.png"]));

    assert_eq!(other.code, Some(7), "{other:?}");
    assert!(
        other.stderr.contains("neither empty nor an earlier backup"),
        "{other:?}"
    );
    assert_eq!(same.code, Some(2), "{same:?}");
    assert_eq!(file.code, Some(7), "{file:?}");
    assert_eq!(sends(&emulator), 0);
    assert_eq!(
        fs::read_to_string(folder.at("mine/-1.jpg")).unwrap(),
        "important"
    );
}
