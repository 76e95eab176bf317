//! `restore`: the avatars that a batch has replaced are put back.

use std::fs;
use std::process::Command;

use emulator::{Config, Documented, Emulator, Method, Rule, Script};

use crate::account::{pointed_at, sends};
use crate::backup::{batch, list, set, shown};
use crate::run::{Folder, Run};

fn restore(emulator: &Emulator, folder: &Folder, source: &str) -> Command {
    let mut command = pointed_at(emulator);
    command.current_dir(folder.path()).args([
        "restore",
        source,
        "--rate",
        "1000",
        "--initial-backoff",
        "1ms",
    ]);
    command
}

/// A batch that has replaced the avatars of `-1` and `-2`, and given `-3` its first one.
fn replaced(args: &[&str]) -> (Emulator, Folder, [Vec<u8>; 2]) {
    let folder = list();
    let emulator = Emulator::start(Config::new()).unwrap();
    let old = [("-1", "old.png"), ("-2", "other.png")]
        .map(|(chat, photo)| set(&emulator, &folder, chat, photo));
    let run = Run::of(batch(&emulator, &folder).args(args));
    assert_eq!(run.summary(), "3 groups: 3 set", "{run:?}");
    (emulator, folder, old)
}

#[test]
fn the_old_avatars_are_put_back_byte_for_byte_by_the_folder_or_the_journal() {
    for (args, source) in [
        (&[][..], "groups.csv.backup"),
        (&[], "groups.csv.journal"),
        (&["--backup", "kept", "--journal", "job"], "kept"),
        (&["--backup", "kept", "--journal", "job"], "job"),
        (&["--backup", "kept", "--no-journal"], "kept"),
    ] {
        let (emulator, folder, old) = replaced(args);

        let run = Run::of(restore(&emulator, &folder, source).arg("--verify"));

        assert_eq!(run.code, Some(1), "{source} {run:?}");
        assert_eq!(run.summary(), "3 groups: 2 set, 1 no avatar before");
        assert!(
            run.stderr
                .contains("group -3: it had no avatar before, and the API cannot remove one")
        );
        assert_eq!(
            ["-1", "-2"].map(|chat| shown(&emulator, chat)),
            old,
            "{source}"
        );
    }
}

#[test]
fn a_restore_that_is_killed_is_continued_and_one_that_is_done_is_done() {
    if !cfg!(debug_assertions) {
        eprintln!("skipped: only builds with debug assertions can be told where to end");
        return;
    }
    for (args, source) in [
        (&[][..], "groups.csv.journal"),
        (&["--backup", "kept", "--no-journal"], "kept"),
    ] {
        let (emulator, folder, old) = replaced(args);
        let before = sends(&emulator);

        let mut killed = restore(&emulator, &folder, source);
        killed.env("GROUP_PICTURE_END_AT", "sent:1");
        let killed = killed.output().unwrap().status.code();
        let second = Run::of(&mut restore(&emulator, &folder, source));
        let after = sends(&emulator);

        assert_eq!(killed, None);
        assert_eq!(second.code, Some(1), "{second:?}");
        assert_eq!(
            ["-1", "-2"].map(|chat| shown(&emulator, chat)),
            old,
            "{source}"
        );
        assert_eq!(after - before, 2, "{source}");
        let third = Run::of(&mut restore(&emulator, &folder, source));
        assert_eq!(
            third.summary(),
            "3 groups: 0 set, 2 set before, 1 no avatar before"
        );
    }
}

#[test]
fn the_batch_can_be_sent_again_after_it_and_keeps_what_somebody_set_meanwhile() {
    let (emulator, folder, old) = replaced(&[]);
    let ours = shown(&emulator, "-1");
    let only = ["--only", "-1"];
    let back = Run::of(restore(&emulator, &folder, "groups.csv.journal").args(only));
    let theirs = set(&emulator, &folder, "-1", "other.png");

    let again = Run::of(&mut batch(&emulator, &folder));
    let shown_again = shown(&emulator, "-1");
    let latest = Run::of(restore(&emulator, &folder, "groups.csv.journal").args(only));
    let shown_latest = shown(&emulator, "-1");
    let oldest = Run::of(
        restore(&emulator, &folder, "groups.csv.journal")
            .args(only)
            .arg("--oldest"),
    );

    assert_eq!(back.summary(), "1 group: 1 set", "{back:?}");
    assert_eq!(
        again.summary(),
        "3 groups: 1 set, 2 set before",
        "{again:?}"
    );
    assert_eq!(latest.code, Some(0), "{latest:?}");
    assert_eq!(oldest.code, Some(0), "{oldest:?}");
    assert!(shown_again == ours && shown_latest == theirs && shown(&emulator, "-1") == old[0]);
}

#[test]
fn what_was_not_replaced_is_left_alone() {
    let folder = list();
    let emulator = Emulator::start(Config::new()).unwrap();
    for chat in ["-1", "-2", "-3"] {
        set(&emulator, &folder, chat, "old.png");
    }
    let refused = Rule::new()
        .method(Method::SetGroupPicture)
        .chat("-2")
        .answer(Documented::Refused);
    let failed = Rule::new()
        .method(Method::SetGroupPicture)
        .chat("-3")
        .answer(Documented::ServerError);
    emulator.set_script(Script::new().rule(refused).rule(failed));
    let run = Run::of(&mut batch(&emulator, &folder));
    emulator.set_script(Script::new());
    assert!(run.summary().starts_with("3 groups: 1 set"), "{run:?}");
    let before = sends(&emulator);

    let plan = Run::of(restore(&emulator, &folder, "groups.csv.backup").arg("--dry-run"));
    let restored = Run::of(&mut restore(&emulator, &folder, "groups.csv.backup"));

    assert_eq!(plan.summary(), "1 group: 1 to be set", "{plan:?}");
    assert_eq!(restored.summary(), "1 group: 1 set", "{restored:?}");
    assert_eq!(sends(&emulator) - before, 1);
}

#[test]
fn what_cannot_be_put_back_is_told() {
    let (emulator, folder, _) = replaced(&[]);
    fs::write(folder.at("groups.csv.backup/-1.jpg"), "changed").unwrap();
    fs::remove_file(folder.at("groups.csv.backup/-2.jpg")).unwrap();
    let before = sends(&emulator);

    let changed = Run::of(&mut restore(&emulator, &folder, "groups.csv.backup"));

    assert_eq!(changed.code, Some(1), "{changed:?}");
    assert_eq!(
        changed.summary(),
        "3 groups: 0 set, 2 not readable, 1 no avatar before"
    );
    assert_eq!(sends(&emulator), before);
    for (source, args, code, part) in [
        (
            "groups.csv.backup",
            &["--only", "-9"][..],
            2,
            "group -9 is not in the backup",
        ),
        ("nowhere", &[], 2, "neither a backup's folder nor a journal"),
        ("groups.csv", &[], 7, "not a journal"),
        (".", &[], 7, "the backup"),
    ] {
        let run = Run::of(restore(&emulator, &folder, source).args(args));

        assert_eq!(run.code, Some(code), "{source} {run:?}");
        assert!(run.stderr.contains(part), "{source} {run:?}");
    }
    let other = Run::of(
        restore(&emulator, &folder, "groups.csv.backup").env("GREEN_API_ID_INSTANCE", "31"),
    );
    assert_eq!(other.code, Some(7), "{other:?}");
}
