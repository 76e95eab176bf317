//! Many groups, fast, with faults: all right at the end, memory flat, and no time lost.
//!
//! 300 groups by default. `GROUP_PICTURE_LONG=1` makes it 10,000, at 200 a second, and then speed,
//! memory and idle time are asserted too: on a machine that does nothing else,
//! `GROUP_PICTURE_LONG=1 cargo test --release -p group-picture-upload --test soak -- --nocapture`.

#![allow(clippy::unwrap_used, reason = "a test that cannot start has failed")]

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Lines, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use emulator::{
    Action, Answer, Config, Count, Delivery, Documented, Emulator, End, Method, Rule as Fault,
    Script, Truncation, Upload,
};
use serde_json::Value;
use tokio::task::JoinSet;
use upload::{Client, ErrorKind, RetryConfig, Session, Token, UploadReport};

#[test]
fn all_groups_are_set_whatever_happens_on_the_way() {
    if env::var_os(CHILD).is_some() {
        return emulate();
    }
    let long = env::var_os("GROUP_PICTURE_LONG").is_some();
    let groups = if long { 10_000 } else { 300 };
    let server = Server::start();
    let session = session(&server.url);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();

    let (begin, busy) = (Instant::now(), cpu_time());
    let seen = runtime.block_on(run(&session, groups));
    let (wall, busy) = (begin.elapsed(), cpu_time() - busy);

    let floor = INTERVAL * seen.sends;
    let over = wall.as_secs_f64() / floor.as_secs_f64() - 1.0;
    let load = busy.as_secs_f64() / wall.as_secs_f64();
    let growth = growth(&seen.memory);
    println!(
        "{groups} groups, {} sends, {} failures on the way: {:?}",
        seen.sends,
        seen.failures.values().sum::<u32>(),
        seen.failures
    );
    println!(
        "{wall:.2?}, the rate's floor {floor:.2?}, {:.1} % over it",
        over * 100.0
    );
    println!(
        "{:.0} % of one core, memory {:?} KiB, grown by {:.2} %",
        load * 100.0,
        ends(&seen.memory),
        growth * 100.0
    );
    assert_eq!(seen.failed, 0);
    let shown = server.pictures();
    assert_eq!(shown.len(), groups);
    let twice: Vec<_> = shown
        .iter()
        .filter(|(_, picture)| picture["changes"] != 1)
        .collect();
    assert!(twice.is_empty(), "set more than once: {twice:?}");
    assert!(seen.failures.len() >= 4, "there were hardly any faults");
    if long {
        assert!(over <= 0.03, "{over}");
        assert!(growth <= 0.01, "{growth}");
        assert!(load <= 0.75, "{load}");
    }
}

/// What was seen on the way.
#[derive(Default)]
struct Seen {
    sends: u32,
    failed: u32,
    failures: BTreeMap<ErrorKind, u32>,
    /// In KiB, of this process, from time to time.
    memory: Vec<u64>,
}

impl Seen {
    fn note(&mut self, report: &UploadReport) {
        self.sends += report.attempts.len() as u32;
        self.failed += u32::from(report.outcome.is_err());
        for failure in report.attempts.iter().filter_map(|attempt| attempt.failure) {
            *self.failures.entry(failure).or_default() += 1;
        }
    }
}

async fn run(session: &Session, groups: usize) -> Seen {
    let picture = bytes::Bytes::from([&b"\xff\xd8\xff"[..], &[7; 50_000]].concat());
    let mut seen = Seen::default();
    let mut sets = JoinSet::new();
    for number in 0..groups {
        if sets.len() >= IN_FLIGHT {
            seen.note(&sets.join_next().await.unwrap().unwrap());
        }
        if number % (groups / 100) == 0 {
            seen.memory.push(memory_kib());
        }
        let (session, picture) = (session.clone(), picture.clone());
        sets.spawn(async move {
            let chat = format!("-{}", 10_000_000_000_000 + number).parse().unwrap();
            session.set_group_picture(&chat, picture).await
        });
    }
    while let Some(report) = sets.join_next().await {
        seen.note(&report.unwrap());
    }
    seen.memory.push(memory_kib());
    seen
}

/// Two hundred times as fast as the API allows; backoffs are a tenth of the default.
fn session(url: &str) -> Session {
    let token = Token::new(Config::TOKEN).unwrap();
    let client = Client::builder(Config::INSTANCE.parse().unwrap(), token)
        .api_url(url.parse().unwrap())
        .build()
        .unwrap();
    Session::builder(client)
        .interval(INTERVAL)
        .read_interval(INTERVAL / 10)
        .retries(RetryConfig::new().scale_backoff(0.1))
        .build()
}

/// One group in twenty meets one of eight faults, and once only: a server that fails twice in a row for
/// the same group has failed.
fn script() -> Script {
    let fault = || {
        Fault::new()
            .method(Method::SetGroupPicture)
            .count(Count::EachChat)
            .to(1)
            .chance(0.05 / 8.0)
    };
    let done = || fault().action(Action::Done);
    Script::new()
        .seed(5)
        .rule(fault().answer(Documented::TooManyRequests))
        .rule(fault().answer(Documented::BadGateway))
        .rule(fault().answer(Documented::ServerError))
        .rule(fault().answer(Answer::from(Documented::Html)))
        .rule(fault().upload(Upload::Cut(Truncation::new(50, End::Reset))))
        .rule(done().upload(Upload::Cut(Truncation::new(100, End::Reset))))
        .rule(done().delivery(Delivery::CutBody(Truncation::new(50, End::Close))))
        .rule(done().latency(Duration::from_millis(500)))
}

/// The emulator in a process of its own, so that its memory is not counted.
struct Server {
    url: String,
    child: Child,
    /// What else it says is not read, but it must be able to say it.
    _lines: Lines<BufReader<ChildStdout>>,
}

impl Server {
    fn start() -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args([
                "--exact",
                "all_groups_are_set_whatever_happens_on_the_way",
                "--nocapture",
            ])
            .env(CHILD, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let url = lines.find_map(|line| line.unwrap().strip_prefix("at ").map(str::to_owned));
        Self {
            url: url.unwrap(),
            child,
            _lines: lines,
        }
    }

    /// What the emulator says is set, by chat.
    fn pictures(&self) -> serde_json::Map<String, Value> {
        let mut stream = TcpStream::connect(self.url.strip_prefix("http://").unwrap()).unwrap();
        stream
            .write_all(
                b"GET /emulator/pictures HTTP/1.1\r\nHost: emulator\r\nConnection: close\r\n\r\n",
            )
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its standard input ends, and with it the child.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// What the child does, until its standard input ends.
fn emulate() {
    let emulator = Emulator::start(Config::new().script(script())).unwrap();
    // The test's own line has no end yet.
    println!("\nat {}", emulator.url());
    let _ = io::stdin().read(&mut [0]);
}

/// The memory of this process, or nothing off Linux.
fn memory_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number
        .and_then(|number| number.parse().ok())
        .unwrap_or_default()
}

/// The time that this process was busy, or none off Linux: fields 14 and 15, in hundredths.
fn cpu_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let (_, fields) = stat.rsplit_once(')').unwrap_or_default();
    let fields: Vec<i64> = fields
        .split_whitespace()
        .filter_map(|field| field.parse().ok())
        .collect();
    // The letter of the state is no number, so the fourth field is the first here.
    let ticks: i64 = fields.iter().skip(10).take(2).sum();
    Duration::from_millis(ticks.unsigned_abs() * 10)
}

/// How much more memory it is at the end than at the fifth, on the straight line that fits best.
fn growth(memory: &[u64]) -> f64 {
    let settled = &memory[memory.len() / 5..];
    let n = settled.len() as f64;
    let x = |i: usize| i as f64 - (n - 1.0) / 2.0;
    let mean = settled.iter().sum::<u64>() as f64 / n;
    let up: f64 = settled
        .iter()
        .enumerate()
        .map(|(i, kib)| x(i) * (*kib as f64 - mean))
        .sum();
    let across: f64 = (0..settled.len()).map(|i| x(i) * x(i)).sum();
    up / across * n / mean
}

fn ends(memory: &[u64]) -> (u64, u64, u64) {
    (
        memory[0],
        memory[memory.len() / 5],
        memory[memory.len() - 1],
    )
}

const INTERVAL: Duration = Duration::from_millis(5);
const IN_FLIGHT: usize = 100;
const CHILD: &str = "GROUP_PICTURE_TEST_CHILD";
