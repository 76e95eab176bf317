//! A program that has this crate and a `reqwest` of its own, without TLS: one of the same version, with which it shares features,
//! and one of the next. Its clients work as they would without this crate.

#![cfg(test)]
#![allow(clippy::unwrap_used, reason = "a test that cannot start has failed")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use upload::{Client, Instance, Token};

#[test]
fn a_reqwest_of_the_program_s_own_works_beside_a_client_and_before_it() {
    let before = get_with_0_12();
    let ours = Client::builder(
        "3100000001".parse::<Instance>().unwrap(),
        Token::new("0123456789abcdef0123456789abcdef0123456789abcdef01").unwrap(),
    )
    .api_url("http://127.0.0.1:1".parse().unwrap())
    .build();
    let after = get_with_0_12();
    let next_version = get_with_0_13();

    assert!(ours.is_ok());
    assert_eq!([before, after, next_version], [200, 200, 200]);
    // Which provider of cryptography a process uses is the program's choice.
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}

fn get_with_0_12() -> u16 {
    let client = reqwest::Client::new();
    answered(|url| async move { client.get(url).send().await.unwrap().status().as_u16() })
}

fn get_with_0_13() -> u16 {
    let client = reqwest_0_13::Client::new();
    answered(|url| async move { client.get(url).send().await.unwrap().status().as_u16() })
}

/// Lets `get` ask a server that answers once.
fn answered<F: Future<Output = u16>>(get: impl FnOnce(String) -> F) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]).unwrap();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            .unwrap();
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let status = runtime.block_on(get(url));
    server.join().unwrap();
    status
}
