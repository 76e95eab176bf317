//! Transient failures are tried again at the end of the run.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use emulator::{
    Action, Config, Count, Documented, Emulator, End, Method, Rule, Script, Truncation, Upload,
};

use crate::account::{pointed_at, sends};
use crate::run::{Folder, Run, png};

fn groups(number: usize) -> Folder {
    let rows: String = (1..=number).map(|id| format!("-{id},a.png\n")).collect();
    Folder::new()
        .with("groups.csv", format!("chat_id,photo\n{rows}"))
        .with("a.png", png(200, 200))
}

fn batch(emulator: &Emulator, folder: &Folder) -> Command {
    let mut command = pointed_at(emulator);
    command.arg("batch").arg(folder.at("groups.csv")).args([
        "--rate",
        "1000",
        "--json",
        "--initial-backoff",
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
fn an_outage_that_ends_during_the_run_fails_no_group() {
    let folder = groups(40);
    let emulator = start(rule().answer(Documented::BadGateway));
    let report = folder.at("report.json");

    let mut running = batch(&emulator, &folder)
        .args(["20ms", "--report"])
        .arg(&report)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = BufReader::new(running.stderr.take().unwrap());
    let mut told = String::new();
    while !told.contains("; it is tried again at the end") {
        assert_ne!(stderr.read_line(&mut told).unwrap(), 0, "{told}");
    }
    // A group has failed for good: the outage is over.
    emulator.set_script(Script::new());
    stderr.read_to_string(&mut told).unwrap();
    let run: Run = running.wait_with_output().unwrap().into();

    assert_eq!(run.code, Some(0), "{run:?}");
    let lines = run.json();
    assert_eq!(lines.len(), 41, "a line for each group and the summary");
    assert_eq!(lines[40]["summary"]["done"], 40);
    assert!(
        told.contains("trying again what failed transiently: "),
        "{told}"
    );
    let attempts = lines[..40]
        .iter()
        .map(|line| line["attempts"].as_array().unwrap().len());
    assert_eq!(
        attempts.sum::<usize>(),
        sends(&emulator),
        "each attempt is reported"
    );
    assert!(
        emulator
            .pictures()
            .values()
            .all(|picture| picture.changes() == 1)
    );
    let report = std::fs::read_to_string(report).unwrap();
    assert_eq!(report.matches(r#""status":"set""#).count(), 40);
}

#[test]
fn an_outage_without_an_end_is_asked_about_by_one_group_in_each_pass() {
    let folder = groups(20);
    let emulator = start(rule().answer(Documented::BadGateway));
    let run = |passes: &str| {
        let begin = sends(&emulator);
        let run = Run::of(batch(&emulator, &folder).args(["1ms", "--passes", passes]));
        (run, sends(&emulator) - begin)
    };

    let (one, first) = run("1");
    let (all, more) = run("4");

    for run in [one, all] {
        assert_eq!(run.code, Some(5), "{run:?}");
        assert_eq!(run.json().len(), 21);
        assert_eq!(run.json()[20]["summary"]["failed"], 20, "{run:?}");
    }
    // In each of three passes one group, with at most three retries.
    assert!(more <= first.max(28) + 3 * 4, "{first} {more}");
}

#[test]
fn a_groups_own_transient_failure_is_tried_once_more() {
    let folder = groups(2);
    // The first attempt, its retry, and in the other group the second pass too.
    let script = Script::new()
        .rule(rule().chat("-1").to(2).answer(Documented::ServerError))
        .rule(rule().chat("-2").answer(Documented::ServerError));
    let emulator = Emulator::start(Config::new().script(script)).unwrap();

    let run = Run::of(batch(&emulator, &folder).arg("1ms"));

    assert_eq!(run.code, Some(5), "{run:?}");
    let mut lines = run.json();
    lines.truncate(2);
    lines.sort_by_key(|line| line["chat_id"].to_string());
    let told = lines.iter().map(|line| {
        (
            line["status"].as_str(),
            line["attempts"].as_array().map(Vec::len),
        )
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [(Some("set"), Some(3)), (Some("failed"), Some(4))]
    );
    let again = Run::of(batch(&emulator, &folder).args(["1ms", "--passes", "1"]));
    assert_eq!(again.json()[2]["summary"]["kept"], 1, "{again:?}");
}

#[test]
fn what_is_refused_is_not_tried_again() {
    let folder = groups(3);
    let emulator = start(rule().answer(Documented::Refused));

    let run = Run::of(batch(&emulator, &folder).arg("1ms"));

    assert_eq!((run.code, sends(&emulator)), (Some(1), 3), "{run:?}");
}

#[test]
fn an_unknown_outcome_is_sent_again_only_where_the_policy_allows_it() {
    let lost = || {
        rule()
            .count(Count::EachChat)
            .to(2)
            .action(Action::Done)
            .upload(Upload::Cut(Truncation::new(100, End::Reset)))
    };
    let unread = Rule::new()
        .method(Method::GetAvatar)
        .answer(Documented::Forbidden);
    for (policy, code, sent) in [("fail", 5, 1), ("retry", 0, 3)] {
        let folder = groups(1);
        let script = Script::new().rule(lost()).rule(unread.clone());
        let emulator = Emulator::start(Config::new().script(script)).unwrap();

        let run =
            Run::of(batch(&emulator, &folder).args(["1ms", "--no-backup", "--on-unknown", policy]));

        assert_eq!(
            (run.code, sends(&emulator)),
            (Some(code), sent),
            "{policy} {run:?}"
        );
    }
    // Where the avatar tells, nothing is sent again.
    let folder = groups(1);
    let emulator = start(lost());
    let run = Run::of(batch(&emulator, &folder).arg("1ms"));
    assert_eq!((run.code, sends(&emulator)), (Some(0), 1), "{run:?}");
}

#[test]
fn pictures_of_another_pass_do_not_count_for_the_limit() {
    let folder = groups(3);
    let emulator = start(
        rule()
            .count(Count::EachChat)
            .to(2)
            .answer(Documented::ServerError),
    );

    let run = Run::of(batch(&emulator, &folder).args(["1ms", "--limit", "2"]));

    assert_eq!(run.code, Some(6), "{run:?}");
    assert_eq!(run.json()[2]["summary"]["done"], 2, "{run:?}");
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_pause_before_a_pass_and_the_failures_are_told() {
    let folder = groups(1);
    let emulator = start(rule().answer(Documented::BadGateway));
    // A pause of fifty seconds.
    let running = batch(&emulator, &folder)
        .args(["10s", "--deadline", "5s"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while sends(&emulator) < 1 {
        thread::sleep(Duration::from_millis(5));
    }
    thread::sleep(Duration::from_millis(500));

    let begin = Instant::now();
    let pid = running.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    let run: Run = running.wait_with_output().unwrap().into();

    assert!(
        begin.elapsed() < Duration::from_secs(3),
        "{:?}",
        begin.elapsed()
    );
    assert_eq!(run.code, Some(5), "{run:?}");
    assert_eq!(run.json()[1]["summary"]["failed"], 1, "{run:?}");
}

#[test]
fn a_dry_run_tells_how_long_sending_takes_without_what_is_set() {
    let folder = groups(90);
    let emulator = Emulator::start(Config::new()).unwrap();
    let dry = |args: &[&str]| {
        let mut command = pointed_at(&emulator);
        Run::of(
            command
                .args(["batch", "--dry-run"])
                .arg(folder.at("groups.csv"))
                .args(args),
        )
    };

    let all = dry(&[]);
    let faster = dry(&["--rate", "1.25"]);
    let first = Run::of(batch(&emulator, &folder).args(["1ms", "--limit", "60"]));
    let rest = dry(&[]);

    assert!(
        all.stderr.contains("sending would take about 1m 30s\n"),
        "{all:?}"
    );
    assert!(
        faster.stderr.contains("sending would take about 1m 12s\n"),
        "{faster:?}"
    );
    assert_eq!(first.code, Some(6), "{first:?}");
    assert_eq!(rest.summary(), "90 groups: 30 to be set, 60 set before");
    assert!(!rest.stderr.contains("would take"), "{rest:?}");
}
