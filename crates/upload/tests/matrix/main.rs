//! Every fault of the wire and every answer, met at the first send, at the second, and at all of
//! them: the right final state each time, in time, and not a byte of the token anywhere.
//!
//! The faults and what is to become of them are data, in `faults.rs`.

#![allow(clippy::unwrap_used, reason = "a test that cannot start has failed")]

mod connect;
mod expect;
mod faults;
mod front;
mod leak;
mod proxy;
mod trust;

use std::error::Error as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use emulator::{Action, Config, Documented, Emulator, Method, Rule as Faulty, Script};
use expect::{Final, Mode};
use faults::{Fault, How};
use front::Front;
use leak::Leaks;
use upload::{Client, Error, ReadBack, RetryConfig, Session, Token, UploadReport};

#[test]
fn every_fault_has_the_right_end() {
    let leaks = Leaks::watch_the_log();
    let faults = faults::all();
    let cases: Vec<(&Fault, Mode)> = faults
        .iter()
        .flat_map(|fault| Mode::ALL.map(|mode| (fault, mode)))
        .collect();
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let begin = Instant::now();

    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((fault, mode)) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(message) = play(fault, *mode) {
                        let line = format!("{} ({mode:?}): {message}", fault.name);
                        wrong.lock().unwrap().push(line);
                    }
                }
            });
        }
    });

    let wrong = wrong.into_inner().unwrap();
    println!(
        "{} faults, {} cases in {:?}, {} lines of log",
        faults.len(),
        cases.len(),
        begin.elapsed(),
        leaks.lines_seen()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(leaks.lines_seen() > 0, "nothing was logged at all");
    assert_eq!(leaks.found(), Vec::<String>::new());
    // The list that was promised has sixty.
    assert!(faults.len() >= 60);
    let mut names: Vec<_> = faults.iter().map(|fault| fault.name.clone()).collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), faults.len());
}

/// Sets one picture through one fault, and tells what was not as it must be.
fn play(fault: &Fault, mode: Mode) -> Result<(), String> {
    let emulator = Emulator::start(Config::new().script(script(fault, mode))).unwrap();
    let front = match &fault.how {
        How::Script(_) => None,
        How::Wire(wire) => Some(Front::start(emulator.address(), wire.clone(), mode)),
    };
    let url = front
        .as_ref()
        .map_or(emulator.url(), |front| front.url.clone());
    let picture = faults::picture(fault.picture_bytes);
    let session = session(&url, fault.read_back);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();

    let begin = Instant::now();
    let chat = CHAT.parse().unwrap();
    let report = runtime.block_on(session.set_group_picture(&chat, picture.clone()));
    let took = begin.elapsed();

    let (expected, sends) = fault.expect.end(mode);
    check(
        took < DEADLINE + Duration::from_secs(1),
        &format!("took {took:?} {report:?}"),
    )?;
    check(
        Final::of(&report) == expected,
        &format!("expected {expected:?}, got {report:?}"),
    )?;
    check(
        report.attempts.len() == sends,
        &format!("expected {sends} sends: {report:?}"),
    )?;
    check(
        !leak::is_in(&all_text(&report)),
        &format!("the token leaked: {}", all_text(&report)),
    )?;
    let shown = emulator.pictures().get(CHAT).cloned();
    match (&report.outcome, &shown) {
        (Ok(_), None) => Err("told to be set, and is not".to_owned()),
        (Ok(_), Some(shown)) if shown.changes() != 1 => {
            Err(format!("changed {} times", shown.changes()))
        }
        (Ok(_), Some(shown)) if shown.bytes().unwrap() != picture => {
            Err("another picture is shown".to_owned())
        }
        (Err(error), Some(_)) if !error.kind().is_unknown_outcome() => {
            Err(format!("told not to be set, and is: {error}"))
        }
        _ => Ok(()),
    }
}

fn check(holds: bool, message: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(message.to_owned())
    }
}

/// What the emulator does: the fault, and before it a 502 where it is to meet the second send.
fn script(fault: &Fault, mode: Mode) -> Script {
    let set = |rule: Faulty| rule.method(Method::SetGroupPicture);
    let gone = Faulty::new()
        .answer(Documented::BadGateway)
        .action(Action::Skipped);
    let mut script = Script::new();
    if mode == Mode::Second {
        script = script.rule(set(gone).to(1));
    }
    match &fault.how {
        How::Script(rule) if mode == Mode::Storm => script.rule(set(Faulty::clone(rule))),
        How::Script(rule) => script.rule(set(Faulty::clone(rule)).to(1)),
        How::Wire(_) => script,
    }
}

/// As many retries as by default, a hundred times as fast.
fn session(url: &str, read_back: ReadBack) -> Session {
    let client = Client::builder(
        Config::INSTANCE.parse().unwrap(),
        Token::new(Config::TOKEN).unwrap(),
    )
    .api_url(url.parse().unwrap())
    .connect_timeout(TIMEOUT * 3 / 4)
    .timeout(TIMEOUT)
    .build()
    .unwrap();
    let retries = RetryConfig::new().scale_backoff(0.01);
    Session::builder(client)
        .interval(Duration::from_millis(10))
        .read_interval(Duration::from_millis(1))
        .deadline(DEADLINE)
        .retries(retries.max_retry_after(Duration::from_millis(100)))
        .read_back(read_back)
        .build()
}

/// Everything that can be printed of a report.
fn all_text(report: &UploadReport) -> String {
    let mut text = format!("{report:?} {report:#?}");
    if let Err(error) = &report.outcome {
        text += &text_of(error);
    }
    text
}

fn text_of(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?} {}", error.kind());
    if let Error::Rejected(rejection) = error {
        text += &format!("{rejection} {rejection:?} {:?}", rejection.said());
    }
    let mut source = error.source();
    while let Some(error) = source {
        text += &format!(" {error} {error:?}");
        source = error.source();
    }
    text
}

const CHAT: &str = "-10000000000000";
const TIMEOUT: Duration = Duration::from_millis(1200);
const DEADLINE: Duration = Duration::from_secs(10);

/// Most of the time is spent waiting, so there are more than cores.
const AT_ONCE: usize = 16;
