//! Starting, serving connections side by side, and ending.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;

use emulator::{Config, Emulator};

use crate::client::*;

#[test]
fn only_loopback_is_listened_on() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let error = Emulator::start(Config::new().listen(address.parse().unwrap())).unwrap_err();

        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{address}");
    }
}

#[test]
fn a_folder_that_is_not_there_is_an_error_at_the_start() {
    let error = Emulator::start(Config::new().folder("no/such/folder")).unwrap_err();

    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[test]
fn a_port_that_is_taken_is_an_error() {
    let emulator = Emulator::start(Config::new()).unwrap();

    let error = Emulator::start(Config::new().listen(emulator.address())).unwrap_err();

    assert_eq!(error.kind(), ErrorKind::AddrInUse);
}

#[test]
fn it_can_be_started_and_dropped_inside_an_async_test() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();

    let status = runtime.block_on(async {
        let emulator = Emulator::start(Config::new()).unwrap();
        set(&emulator, "-1", JPEG).status
    });

    assert_eq!(status, 200);
}

#[test]
fn an_emulator_that_is_printed_keeps_the_token_to_itself() {
    let emulator = Emulator::start(Config::new()).unwrap();

    let printed = format!("{emulator:?}");

    assert!(printed.contains("127.0.0.1"), "{printed}");
    assert!(!printed.contains(Config::TOKEN), "{printed}");
}

#[test]
fn the_url_is_the_address() {
    let emulator = Emulator::start(Config::new()).unwrap();

    assert_eq!(emulator.url(), format!("http://{}", emulator.address()));
    assert!(emulator.address().ip().is_loopback());
}

#[test]
fn dropping_it_closes_connections_and_frees_the_port() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let address = emulator.address();
    let mut idle = connect(address);
    idle.write_all(b"POST /v3").unwrap();

    drop(emulator);

    assert!(matches!(idle.read(&mut [0; 1]), Ok(0) | Err(_)));
    assert!(TcpStream::connect(address).is_err());
}

#[test]
fn a_connection_serves_one_request_after_the_other() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let mut stream = connect(emulator.address());

    for chat in ["-1", "-2", "-3"] {
        stream.write_all(&set_request(chat, JPEG)).unwrap();
        let answer = read_answer(&mut stream).unwrap();
        assert_eq!(answer.json()["setGroupPicture"], true);
    }

    assert_eq!(emulator.pictures().len(), 3);
}

#[test]
fn a_client_that_waits_to_be_asked_for_its_body_is_asked() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let mut stream = connect(emulator.address());
    let request = set_request("-1", JPEG);
    let end = request.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let (head, body) = request.split_at(end);

    stream.write_all(head).unwrap();
    stream
        .write_all(b"\r\nExpect: 100-continue\r\n\r\n")
        .unwrap();
    let asked = read_head(&mut stream).unwrap();
    stream.write_all(&body[4..]).unwrap();
    let answer = read_answer(&mut stream).unwrap();

    assert!(asked.starts_with("HTTP/1.1 100 "), "{asked}");
    assert_eq!(answer.json()["setGroupPicture"], true);
}

#[test]
fn clients_side_by_side_each_get_their_own_picture() {
    let emulator = Emulator::start(Config::new()).unwrap();

    thread::scope(|scope| {
        for client in 1..=8_u8 {
            let emulator = &emulator;
            scope.spawn(move || {
                for group in 0..20 {
                    let picture = [JPEG, &[client, group]].concat();
                    let answer = set(emulator, &format!("-{client}{group:02}"), &picture);
                    assert_eq!(answer.json()["setGroupPicture"], true);
                }
            });
        }
    });

    let pictures = emulator.pictures();
    assert_eq!(pictures.len(), 160);
    assert_eq!(pictures["-719"].bytes().unwrap()[JPEG.len()..], [7, 19]);
    assert_eq!(emulator.requests().len(), 160);
}
