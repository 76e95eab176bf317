//! Names that pictures and inputs share, and a list's files, which are checked before anything is sent. That no option
//! replaces an input: `paths`.

#![cfg(unix)]

use std::fs::{self, File};
use std::os::unix::fs::symlink;

use emulator::{Config, Emulator, Method};
use serde_json::Value;

use crate::account::{pointed_at, sends};
use crate::run::{Folder, Run, group_picture, png};

fn folder() -> Folder {
    Folder::new()
        .with("groups.csv", "chat_id,photo\n-1,in/a.png\n-2,in/-2.jpg\n")
        .with("in/a.png", png(640, 640))
        .with("in/-2.jpg", png(641, 641))
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
        )
        .with_pipe("pipe");
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
