//! What the tests share: a client and a session of an emulator, quick enough for tests.

use std::time::{Duration, Instant};

use emulator::{Answer, Config, Emulator, Method, Rule as Fault, Script};
use tokio::runtime::Runtime;
use upload::{
    ChatId, Client, Error, ErrorKind, RetryConfig, Session, SessionBuilder, Token, UploadReport,
};

pub(crate) const PICTURE: &[u8] = b"\xff\xd8\xff\xe0 a picture \xff\xd9";

pub(crate) fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

pub(crate) fn start(script: Script) -> Emulator {
    Emulator::start(Config::new().script(script)).unwrap()
}

pub(crate) fn client(emulator: &Emulator) -> Client {
    Client::builder(
        Config::INSTANCE.parse().unwrap(),
        Token::new(Config::TOKEN).unwrap(),
    )
    .api_url(emulator.url().parse().unwrap())
    .timeout(Duration::from_millis(500))
    .build()
    .unwrap()
}

/// As many retries as by default, a hundred times as fast.
pub(crate) fn fast(emulator: &Emulator) -> SessionBuilder {
    let retries = RetryConfig::new().scale_backoff(0.01);
    Session::builder(client(emulator))
        .interval(Duration::from_millis(10))
        .read_interval(Duration::from_millis(1))
        .deadline(Duration::from_secs(5))
        .retries(retries.max_retry_after(Duration::from_millis(300)))
}

pub(crate) fn chat(number: usize) -> ChatId {
    format!("-{}", 10_000_000_000_000 + number).parse().unwrap()
}

pub(crate) fn set(session: &Session) -> UploadReport {
    runtime().block_on(session.set_group_picture(&chat(0), PICTURE))
}

pub(crate) fn sends(emulator: &Emulator) -> Vec<Instant> {
    let requests = emulator.requests();
    requests
        .iter()
        .filter(|request| request.method == Method::SetGroupPicture)
        .map(|request| request.arrived)
        .collect()
}

pub(crate) fn always(answer: impl Into<Answer>) -> Script {
    Script::new().rule(Fault::new().method(Method::SetGroupPicture).answer(answer))
}

pub(crate) fn once(fault: Fault) -> Script {
    Script::new().rule(fault.method(Method::SetGroupPicture).to(1))
}

pub(crate) fn kind(report: &UploadReport) -> Option<ErrorKind> {
    report.outcome.as_ref().err().map(Error::kind)
}

/// What takes too long for every run is run with `GROUP_PICTURE_LONG=1`, and says so otherwise.
pub(crate) fn long_tests_are_wanted(what: &str) -> bool {
    let wanted = std::env::var_os("GROUP_PICTURE_LONG").is_some();
    if !wanted {
        eprintln!("skipped: {what}; set GROUP_PICTURE_LONG=1");
    }
    wanted
}
