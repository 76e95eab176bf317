//! Faults before there is an answer.

use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use emulator::{Action, Config, ConnectionRule, Emulator, End, Rule, Script, Truncation, Upload};

use crate::client::*;
use crate::fault::*;

#[test]
fn a_reset_at_any_point_of_the_upload_is_a_reset_and_sets_nothing() {
    let picture = [JPEG, &vec![7; 400_000]].concat();
    let request = set_request(GROUP, &picture);
    let body = request.len() as u64;

    for percent in [0, 25, 50, 99, 100] {
        let emulator = first(Rule::new().upload(Upload::Cut(Truncation::new(percent, End::Reset))));

        let (bytes, end) = exchange(&emulator, &request);

        assert_eq!(
            (bytes.len(), end),
            (0, Err(ErrorKind::ConnectionReset)),
            "{percent}"
        );
        let record = &emulator.requests()[0];
        assert_eq!(record.status, None);
        assert!(
            record.bytes >= (body - 1000) * u64::from(percent) / 100,
            "{percent}"
        );
        assert!(
            record.bytes <= body * u64::from(percent) / 100 + 16_384,
            "{percent}"
        );
        assert!(emulator.pictures().is_empty());
        assert_eq!(set(&emulator, GROUP, &picture).status, 200);
    }
}

#[test]
fn a_reset_after_the_upload_may_come_though_the_picture_was_set() {
    let cut = Upload::Cut(Truncation::new(100, End::Reset));
    let emulator = first(Rule::new().upload(cut).action(Action::Done));

    let (bytes, end) = exchange(&emulator, &set_request(GROUP, JPEG));

    assert_eq!((bytes.len(), end), (0, Err(ErrorKind::ConnectionReset)));
    assert_eq!(emulator.pictures()[GROUP].changes(), 1);
    let record = &emulator.requests()[0];
    assert_eq!((record.status, record.changed), (None, true));
}

#[test]
fn an_upload_may_be_closed_in_order_without_an_answer() {
    for percent in [0, 50, 100] {
        let emulator = first(Rule::new().upload(Upload::Cut(Truncation::new(percent, End::Close))));

        let picture = [JPEG, &[0; 100_000]].concat();
        let outcome = exchange(&emulator, &set_request(GROUP, &picture));

        assert_eq!(outcome, (Vec::new(), Ok(())), "{percent}");
    }
}

#[test]
fn silence_is_silence_until_the_client_gives_up() {
    for percent in [0, 50, 100] {
        let emulator =
            first(Rule::new().upload(Upload::Cut(Truncation::new(percent, End::Silence))));

        let mut stream = offer(
            &emulator,
            &set_request(GROUP, &[JPEG, &[0; 50_000]].concat()),
        );

        assert_silent(&mut stream);
        drop(stream);
        assert_eq!(set(&emulator, GROUP, JPEG).status, 200);
    }
}

#[test]
fn a_slow_reader_takes_its_time() {
    let slow = Upload::BytesPerSecond(100_000.try_into().unwrap());
    let emulator = first(Rule::new().upload(slow));
    let began = Instant::now();

    let answer = set(&emulator, GROUP, &[JPEG, &[0; 40_000]].concat());

    assert_eq!(answer.status, 200);
    assert!(began.elapsed() >= Duration::from_millis(400));
}

#[test]
fn a_connection_may_end_before_it_has_begun() {
    let script = Script::new()
        .connection(ConnectionRule::new(End::Reset).to(1))
        .connection(ConnectionRule::new(End::Close).to(1))
        .connection(ConnectionRule::new(End::Silence).to(1));
    let emulator = Emulator::start(Config::new().script(script)).unwrap();
    let request = set_request(GROUP, JPEG);

    let reset = exchange(&emulator, &request);
    let closed = exchange(&emulator, &request);
    assert_silent(&mut offer(&emulator, &request));
    let answer = set(&emulator, GROUP, JPEG);

    assert_eq!(reset, (Vec::new(), Err(ErrorKind::ConnectionReset)));
    assert_eq!(closed, (Vec::new(), Ok(())));
    assert_eq!(answer.status, 200);
    assert_eq!(emulator.requests().len(), 1, "the others were not read");
}

#[test]
fn dropping_the_emulator_ends_its_faults() {
    let cut = Upload::Cut(Truncation::new(100, End::Silence));
    let emulator = first(Rule::new().upload(cut));
    let mut stream = offer(&emulator, &set_request(GROUP, JPEG));
    assert_silent(&mut stream);

    drop(emulator);

    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    assert!(matches!(stream.read(&mut [0; 1]), Ok(0) | Err(_)));
}
