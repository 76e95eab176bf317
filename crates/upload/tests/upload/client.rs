//! The client against a real socket.

use std::error::Error as _;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use upload::{Avatar, Error, ErrorKind, RetryAfter, Token, blocking};

use crate::server::Server;
use crate::support::{PICTURE, chat};

const TOKEN: &str = "d75b3a66374942c5b3c019c698abc2067e151558acbd412345";
const SET: &str =
    r#"{"reason":"","urlAvatar":"https://i.oneme.ru/i?r=BTE2","setGroupPicture":true}"#;

fn client(url: &str) -> blocking::Client {
    blocking::Client::builder("3100000001".parse().unwrap(), Token::new(TOKEN).unwrap())
        .api_url(url.parse().unwrap())
        .connect_timeout(Duration::from_millis(500))
        .timeout(Duration::from_secs(1))
        .build()
        .unwrap()
}

fn set(server: &Server) -> Result<Avatar, Error> {
    client(&server.url).set_group_picture(&chat(0), PICTURE)
}

/// Everything that can be printed of an error, its sources included.
fn all_text(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?} {}", error.kind());
    let mut source = error.source();
    while let Some(error) = source {
        text += &format!(" {error} {error:?}");
        source = error.source();
    }
    text
}

#[test]
fn a_picture_is_set_with_one_complete_form() {
    let server = Server::answering("200 OK", "", SET);

    let avatar = set(&server).unwrap();

    assert_eq!(avatar.url.as_deref(), Some("https://i.oneme.ru/i?r=BTE2"));
    let requests = server.requests();
    assert_eq!(requests.len(), 1);
    let request = &requests[0];
    let line = format!("POST /v3/waInstance3100000001/setGroupPicture/{TOKEN} HTTP/1.1\r\n");
    assert!(request.starts_with(&line), "{request}");
    let lower = request.to_lowercase();
    assert!(lower.contains("\r\ncontent-type: multipart/form-data; boundary=group-picture-"));
    assert!(lower.contains("\r\ncontent-length: "), "{request}");
    for absent in [
        "\r\nreferer:",
        "\r\ncookie:",
        "transfer-encoding",
        "groupid",
    ] {
        assert!(!lower.contains(absent), "{absent}");
    }
    assert!(request.contains("name=\"chatId\"\r\n\r\n-10000000000000\r\n"));
    assert!(
        request
            .contains("name=\"file\"; filename=\"avatar.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n")
    );
    assert!(request.contains(" a picture "));
}

#[test]
fn one_client_sets_thousands_and_ends_its_thread() {
    let server = Server::answering("200 OK", "", SET);
    let client = client(&server.url);

    for _ in 0..1000 {
        client.set_group_picture(&chat(0), PICTURE).unwrap();
    }
    drop(client);

    assert_eq!(server.requests().len(), 1000);
}

#[test]
fn the_blocking_client_works_from_many_threads_and_inside_a_runtime() {
    let server = Server::answering("200 OK", "", SET);
    let client = client(&server.url);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();

    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| client.set_group_picture(&chat(0), PICTURE).unwrap());
        }
    });
    runtime.block_on(async move {
        client.set_group_picture(&chat(0), PICTURE).unwrap();
        drop(client);
    });

    assert_eq!(server.requests().len(), 9);
}

#[test]
fn the_asynchronous_client_does_the_same() {
    let server = Server::answering("200 OK", "", SET);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let client = upload::Client::builder("1".parse().unwrap(), Token::new(TOKEN).unwrap())
        .api_url(server.url.parse().unwrap())
        .build()
        .unwrap();

    let avatar = runtime
        .block_on(client.set_group_picture(&chat(0), PICTURE))
        .unwrap();

    assert!(avatar.url.is_some());
}

#[test]
fn a_picture_that_is_no_jpeg_is_not_sent() {
    let server = Server::answering("200 OK", "", SET);

    for picture in [b"".as_slice(), b"\x89PNG\r\n\x1a\n"] {
        let error = client(&server.url)
            .set_group_picture(&chat(0), picture)
            .unwrap_err();

        assert_eq!(error, Error::NotJpeg);
    }
    assert!(server.requests().is_empty());
}

#[test]
fn a_refused_connection_is_known_to_have_sent_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);

    let error = client(&url)
        .set_group_picture(&chat(0), PICTURE)
        .unwrap_err();

    assert_eq!(error.kind(), ErrorKind::NoConnection);
    assert!(error.to_string().contains("refused"), "{error}");
    assert!(!all_text(&error).contains(TOKEN));
}

#[test]
fn a_server_that_cannot_be_trusted_gets_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let _ = connection.read(&mut [0; 4096]);
            let _ = connection.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let builder = blocking::Client::builder("1".parse().unwrap(), Token::new(TOKEN).unwrap());

    let client = builder.api_url(url.parse().unwrap()).build();
    let error = client
        .and_then(|client| client.set_group_picture(&chat(0), PICTURE))
        .unwrap_err();

    // A machine without root certificates says so before it connects.
    let expected = [ErrorKind::Untrusted, ErrorKind::NoRootCertificates];
    assert!(expected.contains(&error.kind()), "{error}");
    assert!(!all_text(&error).contains(TOKEN));
}

#[test]
fn silence_ends_at_the_time_limit_with_an_unknown_outcome() {
    let server = Server::start(|connection| {
        thread::sleep(Duration::from_secs(5));
        drop(connection);
    });
    let start = Instant::now();

    let error = set(&server).unwrap_err();

    assert!(start.elapsed() < Duration::from_millis(1500));
    assert_eq!(
        error,
        Error::TimedOut {
            after: Duration::from_secs(1)
        }
    );
    assert!(error.kind().is_unknown_outcome());
}

#[test]
fn an_answer_drop_by_drop_ends_at_the_time_limit() {
    let server = Server::start(|mut connection| {
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
        while connection.write_all(b" ").is_ok() {
            thread::sleep(Duration::from_millis(100));
        }
    });
    let start = Instant::now();

    let error = set(&server).unwrap_err();

    assert!(start.elapsed() < Duration::from_millis(1500));
    assert_eq!(error.kind(), ErrorKind::TimedOut);
}

#[test]
fn a_broken_connection_is_an_unknown_outcome() {
    for part in [
        "",
        "HTTP/1.1 200 OK\r\nConte",
        "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"setGroup",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        "SSH-2.0-OpenSSH_9.9\r\n",
    ] {
        let server = Server::start(move |mut connection| {
            let _ = connection.write_all(part.as_bytes());
        });

        let error = set(&server).unwrap_err();

        assert_eq!(error.kind(), ErrorKind::Interrupted, "{part:?}: {error}");
        assert!(!all_text(&error).contains(TOKEN));
    }
}

#[test]
fn a_refusal_is_a_refusal_however_its_body_ends() {
    let server = Server::start(move |mut connection| {
        let _ =
            connection.write_all(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 500\r\n\r\nUnau");
    });

    let error = set(&server).unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unauthorized);
}

#[test]
fn a_bomb_of_headers_is_refused() {
    let header = format!("X-Bomb: {}\r\n", "x".repeat(1_000_000));
    let server = Server::answering("200 OK", &header, SET);

    let error = set(&server).unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Interrupted);
}

#[test]
fn redirects_are_not_followed() {
    let elsewhere = Server::answering("200 OK", "", SET);
    for status in [
        "301 Moved",
        "302 Found",
        "303 See Other",
        "307 Temporary",
        "308 Permanent",
    ] {
        let location = format!("Location: {}/{TOKEN}\r\n", elsewhere.url);
        let server = Server::answering(status, &location, "");

        let error = set(&server).unwrap_err();

        assert_eq!(error.kind(), ErrorKind::Redirected, "{status}");
        assert!(!all_text(&error).contains(TOKEN));
    }
    assert!(elsewhere.requests().is_empty());
}

#[test]
fn an_answer_too_many_is_not_taken_for_the_next_one() {
    let refused = r#"{"reason":"","urlAvatar":null,"setGroupPicture":false}"#;
    for delay in [0, 20] {
        let server = Server::start(move |mut connection| {
            let answer = |body: &str| {
                let length = body.len();
                format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{body}")
            };
            let first = answer(SET);
            let _ = connection.write_all(first.as_bytes());
            thread::sleep(Duration::from_millis(delay));
            let _ = connection.write_all(first.as_bytes());
            // Should the connection be used again, this is the answer.
            let _ = connection.read(&mut [0; 65536]);
            let _ = connection.write_all(answer(refused).as_bytes());
        });
        let client = client(&server.url);

        client.set_group_picture(&chat(0), PICTURE).unwrap();
        thread::sleep(Duration::from_millis(200));
        let second = client.set_group_picture(&chat(0), PICTURE);

        // It went over a connection of its own, whose first answer it has.
        assert!(second.is_ok(), "{second:?}");
        assert_eq!(server.requests().len(), 2, "{delay}");
    }
}

#[test]
fn of_a_huge_answer_only_the_beginning_is_read() {
    let server = Server::start(|mut connection| {
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"reason\":\"");
        while connection.write_all(&[b'x'; 65536]).is_ok() {}
    });
    let start = Instant::now();

    let error = set(&server).unwrap_err();

    assert_eq!(error.kind(), ErrorKind::Unreadable);
    assert!(start.elapsed() < Duration::from_millis(900));
}

#[test]
fn when_to_come_back_is_kept() {
    let server = Server::answering("429 Too Many Requests", "Retry-After: 7\r\n", "");

    let Err(Error::Rejected(rejection)) = set(&server) else {
        panic!("a 429 is a rejection")
    };

    assert_eq!(rejection.retry_after(), Some(RetryAfter::Seconds(7)));
}

#[test]
fn an_echoed_token_is_in_no_text_of_the_error() {
    let upper: String = TOKEN.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let lower = upper.to_lowercase();
    let json: String = TOKEN.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
    let twice = upper.replace('%', "%25");
    for echo in [TOKEN, &upper, &lower, &json, &twice, &TOKEN[..30]] {
        for status in [
            "200 OK",
            "400 Bad Request",
            "401 Unauthorized",
            "429 Slow",
            "500 Oops",
        ] {
            for body in [
                format!(r#"{{"statusCode":400,"path":"/{echo}","message":"no {echo}!"}}"#),
                format!(r#"{{"reason":"no {echo}!","setGroupPicture":false}}"#),
                format!("\"no {echo}!\""),
                format!("no {echo}!"),
                format!("<html><title>no {echo}!</title></html>"),
            ] {
                let server = Server::answering(status, "", body.clone());

                let error = set(&server).unwrap_err();

                let text = all_text(&error);
                for form in [echo, TOKEN, &upper, &lower, &twice, &TOKEN[..12]] {
                    assert!(!text.contains(form), "{status} {body}: {text}");
                }
                assert!(text.contains("no [token]!"), "{status} {body}: {text}");
            }
        }
    }
}

#[test]
fn an_echoed_token_is_not_in_the_avatars_address() {
    let body = format!(r#"{{"urlAvatar":"https://a/{TOKEN}","setGroupPicture":true}}"#);
    let server = Server::answering("200 OK", "", body);

    let avatar = set(&server).unwrap();

    assert!(!format!("{avatar:?}").contains(TOKEN));
}

#[test]
fn the_client_and_its_builder_do_not_print_the_token() {
    let builder = blocking::Client::builder("1".parse().unwrap(), Token::new(TOKEN).unwrap())
        .api_url("http://127.0.0.1:1".parse().unwrap());

    let text = format!(
        "{builder:?} {builder:#?} {:?}",
        builder.clone().build().unwrap()
    );

    assert!(!text.contains(TOKEN), "{text}");
}
