//! What is printed where, and what never is.

use std::process::Stdio;

use crate::run::{Folder, Run, group_picture, png};

#[test]
fn json_lines_are_all_that_stdout_gets() {
    let folder = Folder::new()
        .with("in/good.png", png(700, 700))
        .with("in/text.jpg", "text")
        .with("in/kept.png", png(701, 701))
        .with("out/kept.jpg", "");

    let run = Run::of(
        group_picture()
            .arg("prepare")
            .arg(folder.at("in"))
            .args(["--json", "--skip-existing", "--out"])
            .arg(folder.at("out")),
    );

    let mut lines = run.json();
    let summary = lines.pop().unwrap();
    assert_eq!(
        summary.to_string(),
        r#"{"summary":{"causes":{"not an image":1},"done":1,"failed":1,"kept":1,"not_begun":0,"skipped":0,"total":3}}"#
    );
    lines.sort_by_key(|line| line["photo"].to_string());
    let statuses: Vec<_> = lines
        .iter()
        .map(|line| line["status"].as_str().unwrap())
        .collect();
    assert_eq!(statuses, ["prepared", "kept", "failed"]);
    let good = &lines[0];
    assert_eq!(good["photo"], folder.at("in/good.png").to_str().unwrap());
    assert_eq!(good["picture"], folder.at("out/good.jpg").to_str().unwrap());
    assert_eq!(
        (good["width"].as_u64(), good["height"].as_u64()),
        (Some(640), Some(640))
    );
    assert_eq!(
        good["bytes"],
        std::fs::metadata(folder.at("out/good.jpg")).unwrap().len()
    );
    assert!(good["error"].is_null());
    let text = &lines[2];
    assert!(text["picture"].is_null());
    assert_eq!(text["error"]["kind"], "not an image");
    assert!(
        text["error"]["message"]
            .as_str()
            .unwrap()
            .contains("send a photo")
    );
}

#[test]
fn a_quiet_success_prints_nothing() {
    let folder = Folder::new().with("a.png", png(700, 700));

    let run = Run::of(
        group_picture()
            .arg("prepare")
            .arg(folder.at("a.png"))
            .args(["-q", "--out"])
            .arg(folder.at("out")),
    );

    assert_eq!((run.code, &*run.stdout, &*run.stderr), (Some(0), "", ""));
}

#[cfg(unix)]
#[test]
fn names_that_play_with_the_terminal_are_spelled_out() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let folder = Folder::new();
    std::fs::create_dir(folder.at("in")).unwrap();
    for name in [
        &b"two\nlines"[..],
        b"\x1b[2Jescape",
        b"\xE2\x80\xAEgpj-exe",
        b"invalid-\xFF-utf8",
    ] {
        std::fs::write(folder.at("in").join(OsStr::from_bytes(name)), png(700, 700)).unwrap();
        let mut bad = name.to_vec();
        bad.extend_from_slice(b"-bad");
        std::fs::write(folder.at("in").join(OsStr::from_bytes(&bad)), "text").unwrap();
    }
    let prepare = |flags: &[&str]| {
        let mut command = group_picture();
        command
            .arg("prepare")
            .arg(folder.at("in"))
            .arg("--out")
            .arg(folder.at("out"))
            .args(flags);
        Run::of(&mut command)
    };

    let people = prepare(&["--strict"]);
    let machines = prepare(&["--strict", "--overwrite", "--json"]);

    assert_eq!(people.summary(), "8 photos: 4 prepared, 4 not an image");
    assert_eq!(people.stdout.lines().count(), 5, "{}", people.stdout);
    assert_eq!(people.stderr.lines().count(), 4, "{}", people.stderr);
    for shown in [
        "two\\nlines",
        "\\u{1b}[2Jescape",
        "\\u{202e}gpj-exe",
        "invalid-\\xFF-utf8",
    ] {
        assert!(people.stdout.contains(shown), "{}", people.stdout);
        assert!(people.stderr.contains(shown), "{}", people.stderr);
    }
    for raw in ["\u{1b}", "\u{202e}"] {
        assert!(!people.stdout.contains(raw) && !people.stderr.contains(raw));
    }
    assert_eq!(machines.json().len(), 9);
}

#[test]
fn a_reader_who_has_gone_stops_nothing() {
    let folder = Folder::new()
        .with("in/a.png", png(700, 700))
        .with("in/b.png", png(701, 701));

    let mut child = group_picture()
        .arg("prepare")
        .arg(folder.at("in"))
        .arg("--out")
        .arg(folder.at("out"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let run: Run = child.wait_with_output().unwrap().into();

    assert_eq!((run.code, &*run.stderr), (Some(0), ""));
    assert!(folder.at("out/a.jpg").exists() && folder.at("out/b.jpg").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn results_that_cannot_be_written_are_a_failure() {
    let folder = Folder::new().with("a.png", png(700, 700));
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();

    let run = Run::of(
        group_picture()
            .arg("prepare")
            .arg(folder.at("a.png"))
            .arg("--out")
            .arg(folder.at("out"))
            .stdout(full),
    );

    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("stdout cannot be written"), "{run:?}");
}

#[test]
fn help_lists_the_exit_codes_that_the_command_can_give_and_no_secret() {
    for (command, codes) in [
        ("", "0 1 2 3 4 5 6 7 130"),
        ("prepare", "0 1 2 3 130"),
        ("preview", "0 1 2 3 130"),
        ("explain", "0 1 2 130"),
        ("merge", "0 1 2 5 130"),
        ("set", "0 1 2 4 5 130"),
        ("batch", "0 1 2 3 4 5 6 7 130"),
        ("restore", "0 1 2 3 4 5 6 7 130"),
        ("groups", "0 1 2 3 4 5 7 130"),
        ("check", "0 1 2 3 4 5 130"),
        ("emulator", "0 2 130"),
    ] {
        let run = Run::of(
            group_picture()
                .args((!command.is_empty()).then_some(command))
                .arg("--help")
                .env("GREEN_API_TOKEN", "topsecret")
                .env("GREEN_API_URL", "http://127.0.0.1/topsecret"),
        );

        assert_eq!(run.code, Some(0), "{command}");
        let (_, listed) = run.stdout.split_once("Exit codes:\n").unwrap();
        let listed: Vec<&str> = listed
            .lines()
            .filter_map(|line| line.split_whitespace().next())
            .filter(|word| word.bytes().all(|byte| byte.is_ascii_digit()))
            .collect();
        assert_eq!(listed.join(" "), codes, "{command}");
        assert!(!run.stdout.contains("topsecret"), "{command}");
    }
}

#[test]
fn partial_files_of_a_run_that_was_killed_are_removed() {
    let folder = Folder::new()
        .with("in/sub/a.png", png(700, 700))
        .with("out/.group-picture-old.partial", "half")
        .with("out/sub/.group-picture-old.partial", "half")
        .with("out/.group-picture-new.partial", "half")
        .with("out/.group-picture-held.partial", "half")
        .with("out/mine.partial", "half");
    let an_hour_ago = std::time::SystemTime::now() - std::time::Duration::from_secs(3600);
    let age = |name: &str| {
        let file = std::fs::File::options()
            .append(true)
            .open(folder.at(name))
            .unwrap();
        file.set_modified(an_hour_ago).unwrap();
        file
    };
    age("out/.group-picture-old.partial");
    age("out/sub/.group-picture-old.partial");
    age("out/mine.partial");
    let held = age("out/.group-picture-held.partial");
    held.lock().unwrap();

    let run = Run::of(group_picture().current_dir(folder.path()).args([
        "prepare",
        "in",
        "--recursive",
        "--out",
        "out",
    ]));

    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(
        crate::run::names_in(&folder.at("out")),
        [
            ".group-picture-held.partial",
            ".group-picture-new.partial",
            "mine.partial",
            "sub/a.jpg"
        ]
    );
}
