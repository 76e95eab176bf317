//! Ctrl-C.

#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use emulator::{Config, Emulator};

use crate::account::pointed_at;
use crate::run::{Folder, Run, group_picture, names_in, png};

fn send(signal: &str, child: &Child) {
    let status = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status();
    assert!(status.is_ok_and(|status| status.success()));
}

/// Sends a signal once the first line is printed; returns all that was printed, and the rest of the run.
fn run_and_send(signal: &str, command: &mut Command) -> (String, Run) {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut printed = String::new();
    stdout.read_line(&mut printed).unwrap();
    send(signal, &child);
    stdout.read_to_string(&mut printed).unwrap();
    (printed, child.wait_with_output().unwrap().into())
}

#[test]
fn a_batch_that_is_interrupted_tells_what_was_done_and_leaves_the_rest() {
    let mut list = "chat_id,photo\n".to_owned();
    for number in 1..=50 {
        list.push_str(&format!("-{number},photo.png\n"));
    }
    let folder = Folder::new()
        .with("groups.csv", list)
        .with("photo.png", png(640, 640));
    let emulator = Emulator::start(Config::new()).unwrap();

    let mut batch = pointed_at(&emulator);
    batch.arg("batch").arg(folder.at("groups.csv"));
    batch.args(["--rate", "2", "--out"]).arg(folder.at("out"));
    let (told, run) = run_and_send("-INT", &mut batch);

    assert_eq!(run.code, Some(130), "{told} {run:?}");
    let set = emulator.pictures().len();
    assert!((1..10).contains(&set), "{set}");
    let summary = format!("50 groups: {set} set, {} not begun", 50 - set);
    assert_eq!(told.lines().last(), Some(&*summary));
    assert_eq!(told.lines().count(), set + 1);
    let leftovers = names_in(&folder.at("out"))
        .into_iter()
        .filter(|name| name.ends_with(".partial"));
    assert_eq!(leftovers.count(), 0);
}

#[test]
fn a_preview_that_is_interrupted_leaves_the_earlier_one() {
    let photo = png(640, 640);
    let folder = (0..400).fold(Folder::new(), |folder, number| {
        folder.with(&format!("in/{number:03}.png"), &photo)
    });
    let preview = |input: &str| {
        let mut command = group_picture();
        command.current_dir(folder.path());
        command.args(["preview", input, "-j", "1"]);
        command
    };
    let first = Run::of(&mut preview("in/007.png"));
    let earlier = std::fs::read(folder.at("preview.html")).unwrap();

    let (told, run) = run_and_send("-INT", &mut preview("in"));

    assert_eq!(first.code, Some(0), "{first:?}");
    assert_eq!(run.code, Some(130), "{told} {run:?}");
    assert!(
        run.stderr.contains("preview.html was not written"),
        "{run:?}"
    );
    assert!(std::fs::read(folder.at("preview.html")).unwrap() == earlier);
    assert_eq!(names_in(folder.path()).len(), 401);
}

#[test]
fn the_emulator_runs_until_ctrl_c() {
    let folder = Folder::new().with("photo.png", png(640, 640));
    let mut child = group_picture()
        .args(["emulator", "--pictures"])
        .arg(folder.at("pictures"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut set = group_picture();
    for _ in 0..3 {
        let line = lines.next().unwrap().unwrap();
        let (name, value) = line
            .strip_prefix("export ")
            .unwrap()
            .split_once('=')
            .unwrap();
        set.env(name, value);
    }

    let run = Run::of(
        set.args(["set", "-10000000000000"])
            .arg(folder.at("photo.png")),
    );
    send("-INT", &child);
    let status = child.wait().unwrap();

    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(names_in(&folder.at("pictures")), ["-10000000000000.jpg"]);
    assert_eq!(status.code(), Some(0));
}

/// Under `nohup` a batch outlives its terminal.
#[cfg(target_os = "linux")]
#[test]
fn a_hangup_that_was_ignored_at_the_start_stays_ignored() {
    let folder = Folder::new()
        .with("groups.csv", "chat_id,photo\n-1,photo.png\n-2,photo.png\n")
        .with("photo.png", png(640, 640));
    let run = |disposition: &str| {
        let emulator = Emulator::start(Config::new()).unwrap();
        let program = pointed_at(&emulator);
        let mut command = Command::new("env");
        command.arg(disposition).arg(program.get_program());
        for (name, value) in program.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.args(program.get_args()).arg("batch");
        command.arg(folder.at("groups.csv"));
        command.args(["--no-journal", "--rate", "0.5"]);
        // The first group is set, and the second waits for its turn.
        let (told, run) = run_and_send("-HUP", &mut command);
        (run.code, told, emulator.pictures().len())
    };

    let (ignored, told, set) = run("--ignore-signal=HUP");
    let (default, _, set_before) = run("--default-signal=HUP");

    assert_eq!((ignored, set), (Some(0), 2), "{told}");
    assert_eq!(told.lines().last(), Some("2 groups: 2 set"));
    assert_eq!((default, set_before), (Some(130), 1));
}
