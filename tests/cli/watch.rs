//! Whatever a photo or a server does, a run ends: soon after a signal, and without the photos that take too long.

#![cfg(unix)]

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use emulator::{Answer, Config, Emulator, Method, RetryAfter, Rule, Script};

use crate::account::{pointed_at, sends};
use crate::run::{Folder, Run, group_picture, png};

/// From a signal to the end of a program that is not sending.
const SOON: Duration = Duration::from_secs(5);

fn signal(child: &Child) {
    let status = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    assert!(status.is_ok_and(|status| status.success()));
}

/// A command that runs, and the lines that it has printed.
struct Running(Child);

impl Running {
    fn start(command: &mut Command) -> Self {
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(command.spawn().unwrap())
    }

    /// Waits for a line of stdout.
    fn line(&mut self) -> String {
        let mut line = Vec::new();
        let stdout = self.0.stdout.as_mut().unwrap();
        // Byte by byte: what follows is left for `end`.
        while line.last() != Some(&b'\n') {
            let mut byte = [0];
            stdout.read_exact(&mut byte).unwrap();
            line.push(byte[0]);
        }
        String::from_utf8(line).unwrap()
    }

    /// Waits until the program listens for signals and is at work: it has no other way to show it.
    fn settle(&self) {
        thread::sleep(Duration::from_secs(1));
    }

    /// Sends a signal, waits for the end, and returns the run and how long that took.
    fn stop(self) -> (Run, Duration) {
        signal(&self.0);
        let asked = Instant::now();
        let run = self.0.wait_with_output().unwrap().into();
        (run, asked.elapsed())
    }
}

/// A drawing that is within the work that is allowed, and takes about ten seconds on a large picture.
const SLOW: &str = "<svg xmlns='http://www.w3.org/2000/svg' width='640' height='640'>\
                    <filter id='f'><feTurbulence baseFrequency='.02' numOctaves='8'/></filter>\
                    <rect width='640' height='640' filter='url(#f)'/></svg>";

/// The size at which it does.
const LARGE: [&str; 2] = ["--size", "3000"];

#[cfg(target_os = "linux")]
fn pipe(folder: &Folder, name: &str) {
    let made = Command::new("mkfifo").arg(folder.at(name)).status();
    assert!(made.is_ok_and(|status| status.success()));
}

#[cfg(target_os = "linux")]
#[test]
fn one_signal_ends_what_waits_for_a_pipe_and_a_second_ends_it_at_once() {
    let folder = Folder::new();
    pipe(&folder, "pipe.jpg");
    let emulator = Emulator::start(Config::new()).unwrap();
    let commands = [
        &["prepare", "pipe.jpg", "--out", "out"][..],
        &["explain", "pipe.jpg"],
        &["preview", "pipe.jpg"],
        &["set", "-100", "pipe.jpg"],
    ];

    let ends = commands.map(|args| {
        let start = || {
            let mut command = pointed_at(&emulator);
            let running = Running::start(command.current_dir(folder.path()).args(args));
            running.settle();
            running
        };
        let first = start().stop();
        let twice = start();
        signal(&twice.0);
        thread::sleep(Duration::from_millis(200));
        (args, first, twice.stop())
    });

    for (args, (run, took), (_, took_after_two)) in ends {
        assert_eq!(run.code, Some(130), "{args:?} {run:?}");
        assert!(took < SOON, "{args:?} {took:?}");
        assert!(
            took_after_two < Duration::from_secs(1),
            "{args:?} {took_after_two:?}"
        );
    }
    assert_eq!(sends(&emulator), 0);
}

#[test]
fn one_signal_ends_a_decode_and_what_was_made_is_told() {
    let folder = Folder::new()
        .with("in/a.png", png(300, 300))
        .with("in/b.svg", SLOW)
        .with("in/c.png", png(301, 301));

    let mut command = group_picture();
    command.current_dir(folder.path());
    command
        .args(["prepare", "in", "--out", "out", "-j", "1"])
        .args(LARGE);
    let mut running = Running::start(&mut command);
    let line = running.line();
    let (run, took) = running.stop();

    assert!(line.contains("a.jpg"), "{line}");
    assert_eq!(run.code, Some(130), "{run:?}");
    assert!(took < SOON, "{took:?}");
    assert_eq!(run.summary(), "3 photos: 1 prepared, 2 not begun");
}

#[test]
fn a_photo_that_takes_too_long_fails_alone() {
    let folder = Folder::new()
        .with("in/a.svg", SLOW)
        .with("in/b.png", png(300, 300))
        .with("in/c.png", png(301, 301));
    let run = |args: &[&str]| {
        let began = Instant::now();
        let mut command = group_picture();
        command.current_dir(folder.path()).args(args);
        let limits = ["-j", "1", "--max-time", "2s"];
        let run = Run::of(command.args(limits).args(LARGE));
        (run, began.elapsed())
    };

    let (prepared, _) = run(&["prepare", "in", "--out", "out"]);
    let (explained, _) = run(&["explain", "in/a.svg", "in/b.png", "in/c.png"]);
    let (previewed, took) = run(&["preview", "in", "--out", "page.html"]);

    for (run, word) in [
        (&prepared, "prepared"),
        (&explained, "explained"),
        (&previewed, "previewed"),
    ] {
        assert_eq!(run.code, Some(1), "{run:?}");
        let expected = format!("3 photos: 2 {word}, 1 too large");
        assert!(run.stdout.contains(&expected), "{run:?}");
        let told = run.stderr.lines().find(|line| line.contains("a.svg"));
        let told = told.unwrap_or_else(|| panic!("{run:?}"));
        assert!(told.contains("decoding takes longer than"), "{told}");
    }
    let page = std::fs::read_to_string(folder.at("page.html")).unwrap();
    assert!(page.contains("a.svg") && page.contains("c.png"));
    // The decoder is not waited for.
    assert!(took < Duration::from_secs(12), "{took:?}");
}

#[test]
fn a_batch_sends_the_others_and_reports_all() {
    let folder = Folder::new()
        .with("slow.svg", SLOW)
        .with("photo.png", png(300, 300))
        .with(
            "groups.csv",
            "chat_id,photo\n-1,slow.svg\n-2,photo.png\n-3,photo.png\n",
        );
    let emulator = Emulator::start(Config::new()).unwrap();
    let batch = |more: &[&str]| {
        let mut command = pointed_at(&emulator);
        command
            .current_dir(folder.path())
            .args(["batch", "groups.csv"]);
        Run::of(command.args(LARGE).args(["--max-time", "2s"]).args(more))
    };

    let planned = batch(&["--dry-run", "-j", "1"]);
    let run = batch(&["--report", "report.csv", "-j", "1"]);

    assert_eq!(planned.summary(), "3 groups: 2 to be set, 1 too large");
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(run.summary(), "3 groups: 2 set, 1 too large");
    assert_eq!(emulator.pictures().len(), 2);
    let report = std::fs::read_to_string(folder.at("report.csv")).unwrap();
    for chat in ["-1", "-2", "-3"] {
        assert!(report.contains(chat), "{report}");
    }
}

#[test]
fn groups_that_share_a_photo_that_takes_too_long_do_not_wait_for_it() {
    let folder = Folder::new()
        .with("slow.svg", SLOW)
        .with("photo.png", png(300, 300))
        .with(
            "groups.csv",
            "chat_id,photo\n-1,slow.svg\n-2,slow.svg\n-3,slow.svg\n-4,photo.png\n",
        );
    let emulator = Emulator::start(Config::new()).unwrap();
    let batch = |more: &[&str]| {
        let began = Instant::now();
        let mut command = pointed_at(&emulator);
        command.current_dir(folder.path());
        command.args(["batch", "groups.csv", "--max-time", "3s", "-j", "2"]);
        (Run::of(command.args(LARGE).args(more)), began.elapsed())
    };

    let (planned, planned_in) = batch(&["--dry-run"]);
    let (run, took) = batch(&[]);

    assert_eq!(planned.summary(), "4 groups: 1 to be set, 3 too large");
    assert_eq!(run.summary(), "4 groups: 1 set, 3 too large", "{run:?}");
    // The decoder takes twenty seconds.
    for took in [planned_in, took] {
        assert!(took < Duration::from_secs(12), "{took:?}");
    }
}

/// A list of two groups, of which the first is on its way when this returns.
fn sending(folder: &Folder, emulator: &Emulator) -> Running {
    let mut command = pointed_at(emulator);
    command.current_dir(folder.path());
    command.args(["batch", "groups.csv", "--rate", "0.1"]);
    let running = Running::start(&mut command);
    let begun = Instant::now();
    while sends(emulator) == 0 {
        assert!(begun.elapsed() < Duration::from_secs(30));
        thread::sleep(Duration::from_millis(20));
    }
    running
}

fn two_groups() -> Folder {
    Folder::new()
        .with("photo.png", png(300, 300))
        .with("groups.csv", "chat_id,photo\n-1,photo.png\n-2,photo.png\n")
}

fn emulator(rule: Rule) -> Emulator {
    let rule = rule.method(Method::SetGroupPicture);
    Emulator::start(Config::new().script(Script::new().rule(rule))).unwrap()
}

#[test]
fn a_picture_on_its_way_is_waited_for() {
    let folder = two_groups();
    let emulator = emulator(Rule::new().latency(Duration::from_secs(6)));

    let (run, took) = sending(&folder, &emulator).stop();

    assert_eq!(run.code, Some(130), "{run:?}");
    assert!(took > Duration::from_secs(3), "{took:?}");
    assert_eq!(run.summary(), "2 groups: 1 set, 1 not begun");
    assert_eq!(sends(&emulator), 1);
}

#[test]
fn a_pause_before_another_try_is_not() {
    let folder = two_groups();
    let busy = Answer::new(429).retry_after(RetryAfter::Seconds(40));
    let emulator = emulator(Rule::new().answer(busy));

    let running = sending(&folder, &emulator);
    running.settle();
    let (run, took) = running.stop();

    assert_eq!(run.code, Some(130), "{run:?}");
    assert!(took < SOON, "{took:?}");
    assert_eq!(
        run.summary(),
        "2 groups: 0 set, 1 too many requests, 1 not begun"
    );
    let journal = std::fs::read_to_string(folder.at("groups.csv.journal")).unwrap();
    assert!(journal.contains("\"outcome\":\"not-set\""), "{journal}");
}
