//! Every fault, as it is seen on the wire.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use emulator::{
    Action, Answer, Config, Count, Cut, Delivery, Documented, Emulator, End, Greeting, Method,
    Pace, RetryAfter, Rule, Script, Upload,
};
use serde_json::json;

use crate::client::*;

const GROUP: &str = "-10000000000000";

/// An emulator whose first `setGroupPicture` meets the rule; the next ones are as usual.
fn first(rule: Rule) -> Emulator {
    let rule = rule.method(Method::SetGroupPicture).to(1);
    Emulator::start(Config::new().script(Script::new().rule(rule))).unwrap()
}

/// Sends all that the emulator takes, and leaves the answer on the wire.
fn offer(emulator: &Emulator, request: &[u8]) -> TcpStream {
    let mut stream = connect(emulator.address());
    // A reset in the middle of the sending is what some of these tests are about.
    let _ = stream.write_all(request);
    stream
}

/// What comes up to the end of the connection, and how it ends.
fn rest(stream: &mut TcpStream) -> (Vec<u8>, Result<(), ErrorKind>) {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return (bytes, Ok(())),
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
            Err(error) => return (bytes, Err(error.kind())),
        }
    }
}

/// Fails if anything, the end included, comes within a while.
fn assert_silent(stream: &mut TcpStream) {
    stream
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let error = stream.read(&mut [0; 1]).unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut
    ));
}

#[test]
fn every_documented_answer_can_be_asked_for_by_name() {
    for documented in Documented::ALL {
        let emulator = first(Rule::new().answer(documented));

        let answer = set(&emulator, GROUP, JPEG);

        assert_eq!(answer.status, documented.status(), "{documented:?}");
        assert_eq!(emulator.requests()[0].status, Some(documented.status()));
        assert!(!answer.text().contains("{url}"), "{}", answer.text());
        assert!(!answer.text().contains("{method}"), "{}", answer.text());
        if answer
            .header("Content-Type")
            .unwrap()
            .starts_with("application/json")
        {
            answer.json();
        }
        assert!(emulator.pictures().is_empty(), "{documented:?}");
        assert_eq!(set(&emulator, GROUP, JPEG).json()["setGroupPicture"], true);
    }
}

#[test]
fn the_bodies_are_those_of_the_reference() {
    let table = [
        (
            Documented::TimedOut,
            r#"{"reason":"Timed Out","urlAvatar":null,"setGroupPicture":false}"#,
        ),
        (
            Documented::Refused,
            r#"{"reason":"","urlAvatar":"","setGroupPicture":false}"#,
        ),
        (
            Documented::RateOverlimit,
            r#"{"reason":"rate-overlimit","urlAvatar":null,"setGroupPicture":false}"#,
        ),
        (
            Documented::NotReady,
            r#"{"status":false,"reason":"instance is starting or not authorized"}"#,
        ),
        (
            Documented::UnauthorizedWith200,
            r#"{"code":401,"description":"Unauthorized"}"#,
        ),
        (Documented::Null, "null"),
        (Documented::Empty, ""),
        (Documented::FileIsEmpty, r#""File is empty""#),
        (
            Documented::UnsupportedMediaType,
            r#""Unsupported media type""#,
        ),
        (
            Documented::InstanceStarting,
            "instance in starting process try later",
        ),
        (
            Documented::AccountNotAuthorized,
            "instance account not authorized",
        ),
        (Documented::InstanceDeleted, "Instance is deleted"),
        (Documented::BadRequestData, "bad request data"),
        (Documented::Unauthorized, "Unauthorized"),
        (Documented::Forbidden, "Forbidden"),
        (Documented::Suspended, "Your account is suspended"),
        (Documented::TooManyRequests, "Too Many Requests"),
        (Documented::ClientClosedRequest, "Client Closed Request"),
    ];

    for (documented, body) in table {
        let emulator = first(Rule::new().answer(documented));

        assert_eq!(set(&emulator, GROUP, JPEG).text(), body);
    }
}

#[test]
fn an_answer_may_be_given_though_the_action_is_done() {
    let rule = Rule::new()
        .answer(Documented::BadGateway)
        .action(Action::Done);
    let emulator = first(rule);

    let answer = set(&emulator, GROUP, JPEG);

    assert_eq!(answer.status, 502);
    assert_eq!(emulator.pictures()[GROUP].bytes().unwrap(), JPEG);
    assert!(emulator.requests()[0].changed);
}

#[test]
fn a_success_may_be_claimed_though_nothing_is_done() {
    let emulator = first(Rule::new().action(Action::Skipped));

    let answer = set(&emulator, GROUP, JPEG).json();

    assert_eq!(answer["setGroupPicture"], true);
    let url = answer["urlAvatar"].as_str().unwrap();
    assert_eq!(get(&emulator, local(&emulator, url)).status, 404);
    assert!(emulator.pictures().is_empty());
    assert!(!emulator.requests()[0].changed);
}

#[test]
fn the_token_is_echoed_raw_and_encoded_in_body_and_headers() {
    let answer = Answer::new(500)
        .body("raw {token} encoded {token-encoded} at {path}")
        .header("X-Token", "{token}");
    let emulator = first(Rule::new().answer(answer));

    let answer = set(&emulator, GROUP, JPEG);

    let token = Config::TOKEN;
    let encoded: String = token.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let path = path("setGroupPicture");
    assert_eq!(
        answer.text(),
        format!("raw {token} encoded {encoded} at {path}")
    );
    assert_eq!(answer.header("X-Token"), Some(token));
}

#[test]
fn redirects_lead_where_they_are_told_to() {
    for status in [301, 302, 303, 307, 308] {
        let answer = Answer::redirect(status, "{url}{path}?again");
        let emulator = first(Rule::new().answer(answer));

        let answer = set(&emulator, GROUP, JPEG);

        assert_eq!(answer.status, status);
        let expected = format!("{}{}?again", emulator.url(), path("setGroupPicture"));
        assert_eq!(answer.header("Location"), Some(expected.as_str()));
    }
}

#[test]
fn retry_after_has_both_forms_and_the_wrong_ones_too() {
    let storm = || Answer::from(Documented::TooManyRequests);
    let table = [
        (storm().retry_after(RetryAfter::Seconds(3600)), "3600"),
        (storm().retry_after(RetryAfter::Seconds(-1)), "-1"),
        (storm().header("Retry-After", "soon"), "soon"),
    ];
    for (answer, expected) in table {
        let emulator = first(Rule::new().answer(answer));
        assert_eq!(
            set(&emulator, GROUP, JPEG).header("retry-after"),
            Some(expected)
        );
    }

    for seconds in [30, -30, i64::MAX, i64::MIN] {
        let retry_after = RetryAfter::DateInSeconds(seconds);
        let emulator = first(Rule::new().answer(storm().retry_after(retry_after)));

        let answer = set(&emulator, GROUP, JPEG);

        let date = answer.header("Retry-After").unwrap();
        assert_eq!(date.len(), "Sun, 06 Nov 1994 08:49:37 GMT".len());
        assert!(date.ends_with(" GMT"), "{date}");
    }
}

#[test]
fn headers_that_cannot_be_sent_are_left_out() {
    let answer = Answer::new(200)
        .header("a b", "1")
        .header("c", "2\r\nd: 3")
        .header("e", "4");
    for delivery in [Delivery::Whole, Delivery::NoLength] {
        let emulator = first(Rule::new().answer(answer.clone()).delivery(delivery));

        let mut stream = offer(&emulator, &set_request(GROUP, JPEG));
        let head = read_head(&mut stream).unwrap().to_ascii_lowercase();

        assert!(head.contains("\r\ne: 4\r\n"), "{head}");
        assert!(!head.contains("a b") && !head.contains("d: 3"), "{head}");
    }
}

#[test]
fn latency_comes_after_the_action_and_before_the_answer() {
    let latency = Duration::from_millis(300);
    let emulator = first(Rule::new().latency(latency));
    let began = Instant::now();

    let mut stream = offer(&emulator, &set_request(GROUP, JPEG));
    let is_set = wait_until(|| !emulator.pictures().is_empty());
    let is_answered = emulator.requests()[0].status.is_some() && began.elapsed() < latency;
    let answer = read_answer(&mut stream).unwrap();

    assert!(is_set);
    assert!(!is_answered);
    assert_eq!(answer.status, 200);
    assert!(began.elapsed() >= latency);
}

/// Waits for what another thread is about to do.
fn wait_until(mut is_true: impl FnMut() -> bool) -> bool {
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs(10) {
        if is_true() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    false
}

#[test]
fn a_reset_at_any_point_of_the_upload_is_a_reset_and_sets_nothing() {
    let picture = [JPEG, &vec![7; 400_000]].concat();
    let request = set_request(GROUP, &picture);
    let body = request.len() as u64;

    for percent in [0, 25, 50, 99, 100] {
        let emulator = first(Rule::new().upload(Upload::Cut(Cut::new(percent, End::Reset))));

        let mut stream = offer(&emulator, &request);
        let (bytes, end) = rest(&mut stream);

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
    let cut = Upload::Cut(Cut::new(100, End::Reset));
    let emulator = first(Rule::new().upload(cut).action(Action::Done));

    let mut stream = offer(&emulator, &set_request(GROUP, JPEG));
    let (bytes, end) = rest(&mut stream);

    assert_eq!((bytes.len(), end), (0, Err(ErrorKind::ConnectionReset)));
    assert_eq!(emulator.pictures()[GROUP].changes(), 1);
    let record = &emulator.requests()[0];
    assert_eq!((record.status, record.changed), (None, true));
}

#[test]
fn an_upload_may_be_closed_in_order_without_an_answer() {
    for percent in [0, 50, 100] {
        let emulator = first(Rule::new().upload(Upload::Cut(Cut::new(percent, End::Close))));

        let mut stream = offer(
            &emulator,
            &set_request(GROUP, &[JPEG, &[0; 100_000]].concat()),
        );

        assert_eq!(rest(&mut stream), (Vec::new(), Ok(())), "{percent}");
    }
}

#[test]
fn silence_is_silence_until_the_client_gives_up() {
    for percent in [0, 50, 100] {
        let emulator = first(Rule::new().upload(Upload::Cut(Cut::new(percent, End::Silence))));

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
fn a_head_that_is_cut_ends_in_the_middle() {
    for (end, expected) in [
        (End::Reset, Err(ErrorKind::ConnectionReset)),
        (End::Close, Ok(())),
    ] {
        let emulator = first(Rule::new().delivery(Delivery::CutHead(Cut::new(50, end))));

        let mut stream = offer(&emulator, &set_request(GROUP, JPEG));
        let (bytes, ended) = rest(&mut stream);

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
        let delivery = Delivery::CutBody(Cut::new(50, end));
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
    let slow_head = Delivery::SlowHead(Pace::byte_every(every));
    let slow_body = Delivery::SlowBody(Pace::byte_every(every));

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
    let pace = Pace::byte_every(Duration::from_millis(50));
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
fn a_huge_body_is_streamed_and_is_json_to_its_end() {
    const HUGE: u64 = 300_000_000;
    let emulator = first(Rule::new().answer(Answer::new(200).filler(HUGE)));

    let mut stream = offer(&emulator, &set_request(GROUP, JPEG));
    let head = read_head(&mut stream).unwrap();
    let mut read = 0;
    let mut tail = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = stream.read(&mut buffer).unwrap();
        if length == 0 {
            break;
        }
        read += length as u64;
        tail.extend_from_slice(&buffer[..length]);
        tail.drain(..tail.len().saturating_sub(40));
    }

    assert!(
        head.contains(&format!("\r\nContent-Length: {read}\r\n")),
        "{head}"
    );
    assert!(read > HUGE);
    assert!(tail.ends_with(br#""setGroupPicture":false}"#));
}

#[test]
fn a_gzip_bomb_is_small_on_the_wire() {
    let emulator = first(Rule::new().answer(Answer::new(200).gzip_bomb(100_000_000)));

    let answer = set(&emulator, GROUP, JPEG);

    assert_eq!(answer.header("Content-Encoding"), Some("gzip"));
    assert!(answer.body.starts_with(&[0x1f, 0x8b, 8]));
    assert!((600_000..700_000).contains(&answer.body.len()));
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

#[test]
fn a_connection_may_end_before_it_has_begun() {
    let script = Script::new()
        .connection(Greeting::new(End::Reset).to(1))
        .connection(Greeting::new(End::Close).to(1))
        .connection(Greeting::new(End::Silence).to(1));
    let emulator = Emulator::start(Config::new().script(script)).unwrap();
    let request = set_request(GROUP, JPEG);

    let (nothing, reset) = rest(&mut offer(&emulator, &request));
    let closed = rest(&mut offer(&emulator, &request));
    assert_silent(&mut offer(&emulator, &request));
    let answer = set(&emulator, GROUP, JPEG);

    assert!(nothing.is_empty());
    assert!(matches!(reset, Err(ErrorKind::ConnectionReset)));
    assert_eq!(closed, (Vec::new(), Ok(())));
    assert_eq!(answer.status, 200);
    assert_eq!(emulator.requests().len(), 1, "the others were not read");
}

#[test]
fn a_fault_for_one_chat_leaves_the_others_alone() {
    let reset = Rule::new()
        .chat("-2")
        .upload(Upload::Cut(Cut::new(25, End::Reset)));
    let storm = Rule::new().chat("-3").answer(Documented::TooManyRequests);
    let emulator =
        Emulator::start(Config::new().script(Script::new().rule(reset).rule(storm))).unwrap();

    let one = set(&emulator, "-1", JPEG);
    let (_, two) = rest(&mut offer(
        &emulator,
        &set_request("-2", &[JPEG, &[0; 300_000]].concat()),
    ));
    let three = set(&emulator, "-3", JPEG);

    assert_eq!(one.status, 200);
    assert_eq!(two, Err(ErrorKind::ConnectionReset));
    assert_eq!(three.status, 429);
    let requests = emulator.requests();
    assert!(requests[1].bytes < 150_000, "{}", requests[1].bytes);
    let rules: Vec<_> = requests.iter().map(|request| request.rule).collect();
    assert_eq!(rules, [None, Some(0), Some(1)]);
}

#[test]
fn a_chat_named_at_the_end_of_the_form_is_found_there() {
    let rule = Rule::new().chat(GROUP).answer(Documented::TooManyRequests);
    let emulator = Emulator::start(Config::new().script(Script::new().rule(rule))).unwrap();
    let picture = [JPEG, &[0; 200_000]].concat();
    let body = form(&[(FILE, &picture), (CHAT, GROUP.as_bytes())]);

    let answer = send(
        &emulator,
        &request("POST", &path("setGroupPicture"), FORM, &body),
    );

    assert_eq!(answer.status, 429);
}

#[test]
fn each_chat_may_fail_once_and_then_succeed() {
    let rule = Rule::new()
        .method(Method::SetGroupPicture)
        .count(Count::EachChat)
        .to(1)
        .answer(Documented::ServiceUnavailable);
    let emulator = Emulator::start(Config::new().script(Script::new().rule(rule))).unwrap();

    let statuses: Vec<u16> = ["-1", "-2", "-1", "-2", "-2"]
        .into_iter()
        .map(|chat| set(&emulator, chat, JPEG).status)
        .collect();

    assert_eq!(statuses, [503, 503, 200, 200, 200]);
}

#[test]
fn other_methods_and_the_avatar_itself_have_faults_as_well() {
    let script = Script::new()
        .rule(
            Rule::new()
                .method(Method::GetStateInstance)
                .answer(Documented::Html),
        )
        .rule(
            Rule::new()
                .method(Method::UrlAvatar)
                .answer(Documented::BadGateway),
        )
        .rule(
            Rule::new()
                .method(Method::GetAvatar)
                .chat("-1")
                .answer(Documented::Null),
        );
    let emulator = Emulator::start(Config::new().script(script)).unwrap();
    let answer = set(&emulator, "-1", JPEG).json();

    let state = get(&emulator, &path("getStateInstance"));
    let avatar = get(
        &emulator,
        local(&emulator, answer["urlAvatar"].as_str().unwrap()),
    );
    let asked = post_json(&emulator, "getAvatar", r#"{"chatId":"-1"}"#);
    let other = post_json(&emulator, "getAvatar", r#"{"chatId":"-2"}"#);

    assert!(state.text().starts_with("<html>"));
    assert_eq!(avatar.status, 502);
    assert_eq!(asked.text(), "null");
    assert_eq!(other.text(), r#"{"urlAvatar":""}"#);
}

#[test]
fn another_script_begins_with_the_next_request() {
    let emulator = first(Rule::new().answer(Documented::BadGateway));

    let before = set(&emulator, GROUP, JPEG).status;
    emulator.play(Script::new().rule(Rule::new().answer(Documented::GatewayTimeout)));
    let during = [(); 2].map(|()| set(&emulator, GROUP, JPEG).status);
    emulator.play(Script::new());
    let after = set(&emulator, GROUP, JPEG).status;

    assert_eq!((before, during, after), (502, [504, 504], 200));
}

#[test]
fn dropping_the_emulator_ends_its_faults() {
    let cut = Upload::Cut(Cut::new(100, End::Silence));
    let emulator = first(Rule::new().upload(cut));
    let mut stream = offer(&emulator, &set_request(GROUP, JPEG));
    assert_silent(&mut stream);

    drop(emulator);

    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    assert!(matches!(stream.read(&mut [0; 1]), Ok(0) | Err(_)));
}
