//! The rows that the emulator cannot make, because it speaks HTTP.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use upload::{ErrorKind, ReadBack};

use super::{Fault, How, PICTURE_BYTES};
use crate::expect::Expect::{self, Again, Harmless, Never};
use crate::front::{Connection, When, Wire};

pub(super) fn all() -> Vec<Fault> {
    let mut faults = before_the_answer();
    faults.extend(MALFORMED.iter().map(|&(name, answer, expect)| {
        on(When::Read, name, expect, move |connection| {
            connection.send(answer);
            connection.close();
        })
    }));
    faults.extend(endless());
    faults.extend(odd_successes());
    faults
}

const LOST: Expect = Again(ErrorKind::Interrupted, 2);
const SILENT: Expect = Again(ErrorKind::TimedOut, 2);

/// Connections that end or fall silent before there is an answer.
fn before_the_answer() -> Vec<Fault> {
    let mut faults = vec![
        on(
            When::Accepted,
            "reset as soon as connected",
            LOST,
            |connection| {
                // Any sooner, and it may look like no connection at all.
                thread::sleep(Duration::from_millis(20));
                connection.reset();
            },
        ),
        on(
            When::Accepted,
            "closed as soon as connected",
            LOST,
            Connection::close,
        ),
        on(
            When::Accepted,
            "silent as soon as connected",
            SILENT,
            Connection::drain,
        ),
        on(When::HeadRead, "closed after the head", LOST, |_| ()),
        on(
            When::HeadRead,
            "413 before the upload is read",
            Never(ErrorKind::TooLarge),
            |connection| {
                connection.send(
                    "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                );
                connection.close();
            },
        ),
    ];
    // Nothing is read, so the window closes for good.
    let mut tiny = on(
        When::HeadRead,
        "a window that stays tiny",
        SILENT,
        |connection| {
            thread::sleep(Duration::from_secs(5));
            connection.reset();
        },
    );
    tiny.picture_bytes = 500_000;
    faults.push(tiny);
    faults
}

/// Answers that are not HTTP, or not quite.
const MALFORMED: &[(&str, &str, Expect)] = &[
    ("another protocol", "SSH-2.0-OpenSSH_9.9 {token}\r\n", LOST),
    (
        "HTTP/2",
        "\0\0\u{6}\u{4}\0\0\0\0\0\0\u{3}\0\0\0\u{64}",
        LOST,
    ),
    ("HTTP/0.9", r#"{"setGroupPicture":true} {token}"#, LOST),
    (
        "a status that is none",
        "HTTP/1.1 abc {token}\r\n\r\n",
        LOST,
    ),
    ("a status of 99", "HTTP/1.1 99 Odd\r\n\r\n", LOST),
    ("a status of 1000", "HTTP/1.1 1000 Odd\r\n\r\n", LOST),
    (
        "101",
        "HTTP/1.1 101 {token}\r\nConnection: upgrade\r\nUpgrade: {token}\r\n\r\n",
        Never(ErrorKind::Unexpected),
    ),
    (
        "a negative length",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
        LOST,
    ),
    (
        "a length of text",
        "HTTP/1.1 200 OK\r\nContent-Length: {token}\r\n\r\n",
        LOST,
    ),
    (
        "a length beyond 64 bits",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        LOST,
    ),
    (
        "two lengths",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
        LOST,
    ),
    (
        "a chunk that never ends",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n{",
        LOST,
    ),
    (
        "a chunk's size beyond 64 bits",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{",
        LOST,
    ),
    (
        "a NUL in a header",
        "HTTP/1.1 200 OK\r\nX-\0{token}: a\r\n\r\n",
        LOST,
    ),
    (
        "a header without a name",
        "HTTP/1.1 200 OK\r\n: {token}\r\n\r\n",
        LOST,
    ),
    ("a line without an end", "HTTP/1.1 200 OK {token}", LOST),
    (
        "a reason that echoes",
        "HTTP/1.1 401 {token}\r\nContent-Length: 7\r\nX-{token}: {token}\r\n\r\n{token}",
        Never(ErrorKind::Unauthorized),
    ),
    (
        "HTTP/1.0 401",
        "HTTP/1.0 401 No\r\n\r\n{token}",
        Never(ErrorKind::Unauthorized),
    ),
    (
        "a 401 without a reason",
        "HTTP/1.1 401\r\nContent-Length: 0\r\n\r\n",
        Never(ErrorKind::Unauthorized),
    ),
    (
        "bare line feeds",
        "HTTP/1.1 401 No\nContent-Length: 0\n\n",
        Never(ErrorKind::Unauthorized),
    ),
];

/// Answers without an end.
fn endless() -> Vec<Fault> {
    let mut faults = Vec::new();
    faults.push(on(When::Read, "10,000 headers", LOST, |connection| {
        connection.send("HTTP/1.1 200 OK\r\n");
        connection.send(&"X-A: {token}\r\n".repeat(10_000));
        connection.send("\r\n");
        connection.close();
    }));
    faults.push(on(
        When::Read,
        "interim answers without an end",
        SILENT,
        |connection| {
            connection.flood("HTTP/1.1 102 {token}\r\n\r\n");
        },
    ));
    faults.push(on(
        When::Read,
        "trailers without an end",
        LOST,
        |connection| {
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
            connection.flood("X-A: {token}\r\n");
        },
    ));
    faults
}

/// Answers that are unusual, and a success all the same.
fn odd_successes() -> Vec<Fault> {
    let mut faults = Vec::new();
    let set = "HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{\"setGroupPicture\":true}";
    for (name, answer) in [
        ("a success in HTTP/1.0", set.replace("1.1", "1.0")),
        ("a success in pieces", set.to_owned()),
    ] {
        let mut fault = on(When::Read, name, Harmless, move |connection| {
            for piece in answer.split_inclusive(':') {
                connection.send(piece);
                thread::sleep(Duration::from_millis(5));
            }
            connection.close();
        });
        let How::Wire(wire) = &mut fault.how else {
            unreachable!("it was made so")
        };
        wire.done = true;
        faults.push(fault);
    }
    faults
}

fn on(
    when: When,
    name: &str,
    expect: Expect,
    act: impl Fn(&mut Connection) + Send + Sync + 'static,
) -> Fault {
    let read_back = match when {
        When::Accepted => ReadBack::Never,
        When::HeadRead | When::Read => ReadBack::Around,
    };
    Fault {
        name: name.to_owned(),
        how: How::Wire(Wire {
            when,
            done: false,
            act: Arc::new(act),
        }),
        expect,
        read_back,
        picture_bytes: PICTURE_BYTES,
    }
}
