//! Answers that arrive broken, late or more than once.

use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use emulator::{Answer, Delivery, End, Rule, Trickle, Truncation};
use serde_json::json;

use crate::client::*;
use crate::fault::*;

#[test]
fn a_head_that_is_cut_ends_in_the_middle() {
    for (end, expected) in [
        (End::Reset, Err(ErrorKind::ConnectionReset)),
        (End::Close, Ok(())),
    ] {
        let emulator = first(Rule::new().delivery(Delivery::CutHead(Truncation::new(50, end))));

        let (bytes, ended) = exchange(&emulator, &set_request(GROUP, JPEG));

        // A reset may overtake what was sent before it.
        assert_eq!(ended, expected);
        assert!(b"HTTP/1.1 200 OK\r\n".starts_with(&bytes[..bytes.len().min(17)]));
        assert!(!bytes.windows(4).any(|window| window == b"\r\n\r\n"));
        assert!(end == End::Reset || !bytes.is_empty());
        assert_eq!(emulator.requests()[0].status, None);
        assert_eq!(
            emulator.pictures()[GROUP].changes(),
            1,
            "it was set all the same"
        );
    }
}

#[test]
fn a_body_that_is_cut_is_shorter_than_was_promised() {
    let answer = Answer::new(200).body("#".repeat(1000));
    for end in [End::Reset, End::Close, End::Silence] {
        let delivery = Delivery::CutBody(Truncation::new(50, end));
        let emulator = first(Rule::new().answer(answer.clone()).delivery(delivery));

        let mut stream = offer(&emulator, &set_request(GROUP, JPEG));
        if end == End::Silence {
            let head = read_head(&mut stream).unwrap();
            let mut half = [0; 500];
            stream.read_exact(&mut half).unwrap();
            assert!(head.contains("\r\nContent-Length: 1000\r\n"), "{head}");
            assert_silent(&mut stream);
            continue;
        }
        let (bytes, ended) = rest(&mut stream);

        assert_eq!(ended.is_err(), end == End::Reset);
        let body = bytes.iter().filter(|byte| **byte == b'#').count();
        assert!(if end == End::Close {
            body == 500
        } else {
            body <= 500
        });
        assert_eq!(emulator.requests()[0].status, Some(200));
    }
}

#[test]
fn drops_come_one_by_one_in_the_head_or_in_the_body() {
    let every = Duration::from_millis(2);
    let answer = Answer::new(200).body("y".repeat(100));
    let slow_head = Delivery::SlowHead(Trickle::byte_every(every));
    let slow_body = Delivery::SlowBody(Trickle::byte_every(every));

    for delivery in [slow_head, slow_body] {
        let emulator = first(Rule::new().answer(answer.clone()).delivery(delivery));
        let began = Instant::now();

        let mut stream = offer(&emulator, &set_request(GROUP, JPEG));
        let head = read_head(&mut stream).unwrap();
        let head_took = began.elapsed();
        let (body, ended) = rest(&mut stream);
        let body_took = began.elapsed() - head_took;

        assert_eq!((body.len(), ended), (100, Ok(())));
        // The last byte of the head is read before the wait that follows it.
        if delivery == slow_head {
            assert!(
                head_took >= every * (head.len() as u32 - 1),
                "{head_took:?}"
            );
        } else {
            assert!(body_took >= every * 90, "{body_took:?}");
        }
    }
}

#[test]
fn a_slow_answer_goes_on_without_the_client_and_stops_nobody() {
    let pace = Trickle::byte_every(Duration::from_millis(50));
    let emulator = first(Rule::new().delivery(Delivery::SlowHead(pace)));

    let slow = offer(&emulator, &set_request(GROUP, JPEG));
    let answer = set(&emulator, GROUP, JPEG);

    assert_eq!(answer.status, 200);
    drop(slow);
}

#[test]
fn a_wrong_length_says_more_or_less_than_comes() {
    for (by, claimed) in [(10, 110), (-10, 90), (-1000, 0)] {
        let answer = Answer::new(200).body("z".repeat(100));
        let emulator = first(Rule::new().answer(answer).delivery(Delivery::LengthOff(by)));

        let mut stream = offer(&emulator, &set_request(GROUP, JPEG));
        let head = read_head(&mut stream).unwrap();
        let (body, ended) = rest(&mut stream);

        assert!(
            head.contains(&format!("\r\nContent-Length: {claimed}\r\n")),
            "{head}"
        );
        assert_eq!((body.len(), ended), (100, Ok(())));
    }
}

#[test]
fn without_a_length_the_body_ends_with_the_connection() {
    let emulator = first(Rule::new().delivery(Delivery::NoLength));

    let mut stream = offer(&emulator, &set_request(GROUP, JPEG));
    let head = read_head(&mut stream).unwrap();
    let (body, ended) = rest(&mut stream);

    assert!(!head.contains("Content-Length") && !head.contains("Transfer-Encoding"));
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(
        (body["setGroupPicture"].clone(), ended),
        (json!(true), Ok(()))
    );
}

#[test]
fn chunks_are_right_or_broken() {
    let answer = Answer::new(200).body("0123456789abcdef!");
    let table = [
        (Delivery::Chunked, "11\r\n0123456789abcdef!\r\n0\r\n\r\n"),
        (
            Delivery::BrokenChunks,
            "11\r\n0123456789abcdef!\r\nmany\r\nmore\r\n0\r\n\r\n",
        ),
    ];

    for (delivery, expected) in table {
        let emulator = first(Rule::new().answer(answer.clone()).delivery(delivery));

        let mut stream = offer(&emulator, &set_request(GROUP, JPEG));
        let head = read_head(&mut stream).unwrap();

        assert!(
            head.contains("\r\nTransfer-Encoding: chunked\r\n"),
            "{head}"
        );
        assert_eq!(rest(&mut stream), (expected.as_bytes().to_vec(), Ok(())));
    }
}

#[test]
fn interim_answers_come_before_the_real_one() {
    let emulator = first(Rule::new().delivery(Delivery::Interim(1000)));

    let mut stream = offer(&emulator, &set_request(GROUP, JPEG));
    let interim = (0..1000)
        .filter(|_| read_head(&mut stream).unwrap() == "HTTP/1.1 102 Processing\r\n\r\n")
        .count();
    let answer = read_answer(&mut stream).unwrap();

    assert_eq!(interim, 1000);
    assert_eq!(answer.json()["setGroupPicture"], true);
}

#[test]
fn a_head_may_be_a_bomb() {
    let emulator = first(Rule::new().delivery(Delivery::BigHead(1_000_000)));

    let mut stream = offer(&emulator, &set_request(GROUP, JPEG));
    let (bytes, ended) = rest(&mut stream);

    assert_eq!(ended, Ok(()));
    assert!(bytes.starts_with(b"HTTP/1.1 200 OK\r\nX-Filler: xxx"));
    assert!(bytes.len() > 1_000_000 && bytes.ends_with(b"}"));
}

#[test]
fn a_kept_connection_may_turn_out_to_be_closed() {
    let emulator = first(Rule::new().delivery(Delivery::ThenClose));

    let mut stream = offer(&emulator, &set_request(GROUP, JPEG));
    let answer = read_answer(&mut stream).unwrap();

    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("Connection"), None);
    assert_eq!(rest(&mut stream), (Vec::new(), Ok(())));
}

#[test]
fn an_answer_may_come_twice() {
    let emulator = first(Rule::new().delivery(Delivery::Twice));

    let mut stream = offer(&emulator, &set_request(GROUP, JPEG));
    let answers = [(); 2].map(|()| read_answer(&mut stream).unwrap().json());

    assert_eq!(answers[0], answers[1]);
    assert_eq!(rest(&mut stream), (Vec::new(), Ok(())));
    assert_eq!(emulator.pictures()[GROUP].changes(), 1);
}
