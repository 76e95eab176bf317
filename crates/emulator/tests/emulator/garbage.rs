//! Bytes that no client should send.

use std::io::{Read, Write};
use std::net::Shutdown;

use emulator::{Config, Emulator};

use crate::client::*;

/// Sends bytes, ends the sending, and reads what comes until the end or a reset.
fn throw(emulator: &Emulator, bytes: &[u8]) -> Vec<u8> {
    let mut stream = connect(emulator.address());
    // The emulator may have hung up already.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

#[test]
fn garbage_is_refused_or_dropped_and_the_next_request_is_served() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let post = path("setGroupPicture");
    let table: [Vec<u8>; 12] = [
        b"\0\0\0\0".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc".to_vec(),
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(),
        b"GET\r\n\r\n".to_vec(),
        b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        b"GET http://other/%ff?\xff HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        vec![b'a'; 1 << 20],
        format!("POST {post} HTTP/1.1\r\nContent-Length: x\r\n\r\n").into_bytes(),
        format!("POST {post} HTTP/1.1\r\nContent-Length: 100\r\n\r\nshort").into_bytes(),
        format!("POST {post} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n").into_bytes(),
        request(
            "POST",
            &post,
            "multipart/form-data; boundary=\"",
            b"--\r\n\r\n----",
        ),
    ];

    for bytes in table {
        throw(&emulator, &bytes);
    }

    assert_eq!(set(&emulator, "-1", JPEG).status, 200);
}

#[test]
fn random_changes_to_a_good_request_never_stop_the_emulator() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let good = set_request("-1", JPEG);
    let mut state = 1_u64;
    let mut random = |bound: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize % bound
    };

    for _ in 0..300 {
        let mut bad = good.clone();
        for _ in 0..=random(4) {
            let at = random(bad.len());
            bad[at] = random(256) as u8;
        }
        bad.truncate(bad.len() - random(3) * random(40));
        throw(&emulator, &bad);
    }

    assert_eq!(set(&emulator, "-1", JPEG).status, 200);
}

#[test]
fn a_client_that_hangs_up_in_its_body_is_recorded_without_a_status() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let whole = set_request("-1", &[0xff; 5000]);

    throw(&emulator, &whole[..whole.len() - 4000]);

    let requests = emulator.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].status, None);
    assert!(emulator.pictures().is_empty());
}
