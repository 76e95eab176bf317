//! No option replaces an input or anything but a regular file, and a list's files are checked before anything is sent.

#![cfg(unix)]

use std::fs::{self, File};
use std::os::unix::fs::{FileTypeExt, symlink};
use std::process::Command;

use emulator::{Config, Emulator, Method};
use serde_json::Value;

use crate::account::{pointed_at, sends};
use crate::run::{Folder, Run, group_picture, png};

/// What no option may replace: inputs, and things that are not regular files.
const PROTECTED: [&str; 9] = [
    "groups.csv",
    "in/a.png",
    "in/-2.jpg",
    "overrides.csv",
    "token",
    "link",
    "elsewhere",
    "pipe",
    "sub",
];

fn folder() -> Folder {
    let folder = Folder::new()
        .with("groups.csv", "chat_id,photo\n-1,in/a.png\n-2,in/-2.jpg\n")
        .with("in/a.png", png(640, 640))
        .with("in/-2.jpg", png(641, 641))
        .with("overrides.csv", "photo,skip\nin/a.png,no\n")
        .with("token", Config::TOKEN)
        .with("elsewhere", "important")
        .with("sub/file", "important");
    symlink(folder.at("elsewhere"), folder.at("link")).unwrap();
    make_pipe(&folder, "pipe");
    folder
}

fn make_pipe(folder: &Folder, name: &str) {
    let made = Command::new("mkfifo").arg(folder.at(name)).status();
    assert!(made.is_ok_and(|made| made.success()));
}

/// What each of the protected names is, and holds.
fn snapshot(folder: &Folder) -> Vec<String> {
    let describe = |name: &&str| {
        let path = folder.at(name);
        let kind = path.symlink_metadata().unwrap().file_type();
        if kind.is_file() {
            format!("{name}: {:?}", fs::read(path).unwrap())
        } else {
            let is = (kind.is_symlink(), kind.is_fifo(), kind.is_dir());
            format!("{name}: {is:?}")
        }
    };
    PROTECTED.iter().map(describe).collect()
}

#[test]
fn no_option_replaces_an_input_or_anything_but_a_regular_file() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let folder = folder();
    let before = snapshot(&folder);
    let account = || {
        let mut command = pointed_at(&emulator);
        command.current_dir(folder.path());
        command
    };
    let batch = || {
        let mut command = account();
        command.args(["batch", "groups.csv", "--overrides", "overrides.csv"]);
        command.args(["--token-file", "token"]);
        command
    };
    let set = || {
        let mut command = account();
        command.args(["set", "-1", "in/a.png", "--token-file", "token"]);
        command
    };
    let preview = || {
        let mut command = account();
        command.args(["preview", "groups.csv", "--overrides", "overrides.csv"]);
        command
    };

    for name in PROTECTED {
        let mut runs = vec![
            ("batch --report", Run::of(batch().args(["--report", name]))),
            (
                "batch --journal",
                Run::of(batch().args(["--journal", name])),
            ),
            (
                "batch --dry-run --journal",
                Run::of(batch().args(["--dry-run", "--journal", name])),
            ),
            ("preview --out", Run::of(preview().args(["--out", name]))),
        ];
        // `set` reads neither the list nor the overrides, and may replace them.
        if !["groups.csv", "overrides.csv", "in/-2.jpg", "elsewhere"].contains(&name) {
            runs.push(("set --report", Run::of(set().args(["--report", name]))));
        }
        for (option, run) in runs {
            let is_elsewhere = option == "batch --report" && name == "elsewhere";
            if is_elsewhere {
                // A regular file that the command does not read is an earlier report.
                assert_eq!(run.code, Some(0), "{option} {name} {run:?}");
                fs::write(folder.at(name), "important").unwrap();
            } else {
                assert!(matches!(run.code, Some(2 | 7)), "{option} {name} {run:?}");
                assert!(run.stderr.contains(name), "{option} {name} {run:?}");
            }
            assert_eq!(snapshot(&folder), before, "{option} {name} {run:?}");
        }
    }
    let journal = Run::of(batch().args(["--report", "groups.csv.journal"]));
    assert_eq!(journal.code, Some(2), "{journal:?}");
    assert!(
        journal.stderr.contains("another option writes"),
        "{journal:?}"
    );
}

#[test]
fn no_picture_replaces_an_input_or_anything_but_a_regular_file() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let folder = Folder::new()
        .with("out/-1.csv", "chat_id,photo\n-1,../a.png\n-2,../a.png\n")
        .with("a.png", png(640, 640))
        .with("b.png", png(640, 640))
        .with("elsewhere", "important")
        .with("out/a.jpg", "photo,skip\nb.png,no\n");
    fs::rename(folder.at("out/-1.csv"), folder.at("out/-1.jpg")).unwrap();
    symlink(folder.at("elsewhere"), folder.at("out/-2.jpg")).unwrap();
    symlink(folder.at("elsewhere"), folder.at("out/b.jpg")).unwrap();

    let batch = Run::of(
        pointed_at(&emulator)
            .arg("batch")
            .arg(folder.at("out/-1.jpg"))
            .arg("--out")
            .arg(folder.at("out")),
    );
    let prepare = Run::of(
        group_picture()
            .current_dir(folder.path())
            .args(["prepare", "a.png", "b.png", "--overwrite", "--out", "out"])
            .args(["--overrides", "out/a.jpg"]),
    );

    assert_eq!((batch.code, sends(&emulator)), (Some(2), 0), "{batch:?}");
    assert!(
        batch.stderr.contains("that this command reads"),
        "{batch:?}"
    );
    assert!(batch.stderr.contains("a symbolic link"), "{batch:?}");
    assert_eq!(prepare.code, Some(1), "{prepare:?}");
    assert!(prepare.stderr.contains("a symbolic link"), "{prepare:?}");
    let list = fs::read(folder.at("out/-1.jpg")).unwrap();
    assert!(list.starts_with(b"chat_id"));
    let overrides = fs::read(folder.at("out/a.jpg")).unwrap();
    assert!(overrides.starts_with(b"photo,skip"));
    assert_eq!(fs::read(folder.at("elsewhere")).unwrap(), b"important");
    for link in ["out/-2.jpg", "out/b.jpg"] {
        assert!(folder.at(link).is_symlink(), "{link}");
    }
}

#[test]
fn a_dash_is_stdout_which_then_holds_nothing_else() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let folder = folder();
    let batch = |args: &[&str]| {
        Run::of(
            pointed_at(&emulator)
                .current_dir(folder.path())
                .args(["batch", "groups.csv", "--rate", "1000", "--report", "-"])
                .args(args),
        )
    };

    let report = batch(&[]);
    let both = batch(&["--json"]);
    let page = Run::of(
        group_picture()
            .current_dir(folder.path())
            .args(["preview", "in/a.png", "--out", "-"]),
    );

    assert_eq!(report.code, Some(0), "{report:?}");
    let report: Value = serde_json::from_str(&report.stdout).unwrap();
    assert_eq!(report["summary"]["done"], 2);
    assert_eq!(both.code, Some(2), "{both:?}");
    assert!(both.stderr.contains("--json"), "{both:?}");
    assert_eq!(page.code, Some(0), "{page:?}");
    assert!(page.stdout.starts_with("<!doctype html>"), "{page:?}");
    assert!(page.stdout.ends_with("</html>\n"));
    assert!(!folder.at("preview.html").exists() && !folder.at("-").exists());
}

#[test]
fn merged_reports_are_not_written_over_one_of_them() {
    let folder = Folder::new().with("1.jsonl", "{\"summary\":{}}\n");
    let out = File::options()
        .append(true)
        .open(folder.at("1.jsonl"))
        .unwrap();

    let run = Run::of(
        group_picture()
            .current_dir(folder.path())
            .args(["merge", "1.jsonl"])
            .stdout(out),
    );

    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("the output too"), "{run:?}");
    assert_eq!(
        fs::read_to_string(folder.at("1.jsonl")).unwrap(),
        "{\"summary\":{}}\n"
    );
}

#[test]
fn files_that_cannot_be_photos_reject_the_list_before_anything_is_sent() {
    let folder = Folder::new()
        .with(
            "groups.csv",
            "chat_id,photo\n-1,good.png\n-2,missing.png\n-3,empty.png\n-4,pipe\n-5,sub\n",
        )
        .with("good.png", png(640, 640))
        .with("empty.png", "")
        .with("sub/file", "")
        .with(
            "skip.csv",
            "photo,skip\nmissing.png,yes\nempty.png,yes\npipe,yes\nsub,yes\n",
        );
    make_pipe(&folder, "pipe");
    let emulator = Emulator::start(Config::new()).unwrap();
    let run = |args: &[&str]| Run::of(pointed_at(&emulator).current_dir(folder.path()).args(args));

    for args in [
        &["batch", "groups.csv"][..],
        &["batch", "groups.csv", "--dry-run"],
        &["check", "groups.csv"],
    ] {
        let run = run(args);

        assert_eq!(run.code, Some(2), "{args:?} {run:?}");
        let lines: Vec<&str> = run.stderr.lines().collect();
        assert_eq!(lines.len(), 4, "{args:?} {run:?}");
        for (line, part) in lines.iter().zip([
            "groups.csv:3: the photo missing.png cannot be read: ",
            "groups.csv:4: the photo empty.png is empty",
            "groups.csv:5: the photo pipe is not a regular file",
            "groups.csv:6: the photo sub is not a regular file",
        ]) {
            assert!(line.contains(part), "{args:?} {line}");
        }
        let asked = emulator.requests();
        assert!(asked.iter().all(|r| r.method != Method::SetGroupPicture));
    }
    let skipped = run(&["batch", "groups.csv", "--overrides", "skip.csv"]);
    assert_eq!(
        skipped.summary(),
        "5 groups: 1 set, 4 skipped",
        "{skipped:?}"
    );
}
