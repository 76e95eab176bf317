//! The rows that the emulator cannot make, because it speaks HTTP.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use upload::{ErrorKind, ReadBack};

use super::{Fault, How, PICTURE_BYTES};
use crate::expect::Expect::{self, Again, Harmless, Never};
use crate::front::{Connection, When, Wire};

pub(super) fn all() -> Vec<Fault> {
    let lost = Again(ErrorKind::Interrupted, 2);
    let silent = Again(ErrorKind::TimedOut, 2);
    let mut faults = vec![
        on(
            When::Accepted,
            "reset as soon as connected",
            lost,
            |connection| {
                // Any sooner, and it may look like no connection at all.
                thread::sleep(Duration::from_millis(20));
                connection.reset();
            },
        ),
        on(
            When::Accepted,
            "closed as soon as connected",
            lost,
            Connection::close,
        ),
        on(
            When::Accepted,
            "silent as soon as connected",
            silent,
            Connection::drain,
        ),
        on(When::HeadRead, "closed after the head", lost, |_| ()),
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
        silent,
        |connection| {
            thread::sleep(Duration::from_secs(5));
            connection.reset();
        },
    );
    tiny.picture_bytes = 500_000;
    faults.push(tiny);
    for (name, answer, expect) in [
        ("another protocol", "SSH-2.0-OpenSSH_9.9 {token}\r\n", lost),
        (
            "HTTP/2",
            "\0\0\u{6}\u{4}\0\0\0\0\0\0\u{3}\0\0\0\u{64}",
            lost,
        ),
        ("HTTP/0.9", r#"{"setGroupPicture":true} {token}"#, lost),
        (
            "a status that is none",
            "HTTP/1.1 abc {token}\r\n\r\n",
            lost,
        ),
        ("a status of 99", "HTTP/1.1 99 Odd\r\n\r\n", lost),
        ("a status of 1000", "HTTP/1.1 1000 Odd\r\n\r\n", lost),
        (
            "101",
            "HTTP/1.1 101 {token}\r\nConnection: upgrade\r\nUpgrade: {token}\r\n\r\n",
            Never(ErrorKind::Unexpected),
        ),
        (
            "a negative length",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            lost,
        ),
        (
            "a length of text",
            "HTTP/1.1 200 OK\r\nContent-Length: {token}\r\n\r\n",
            lost,
        ),
        (
            "a length beyond 64 bits",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
            lost,
        ),
        (
            "two lengths",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
            lost,
        ),
        (
            "a chunk that never ends",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n{",
            lost,
        ),
        (
            "a chunk's size beyond 64 bits",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{",
            lost,
        ),
        (
            "a NUL in a header",
            "HTTP/1.1 200 OK\r\nX-\0{token}: a\r\n\r\n",
            lost,
        ),
        (
            "a header without a name",
            "HTTP/1.1 200 OK\r\n: {token}\r\n\r\n",
            lost,
        ),
        ("a line without an end", "HTTP/1.1 200 OK {token}", lost),
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
    ] {
        faults.push(on(When::Read, name, expect, move |connection| {
            connection.send(answer);
            connection.close();
        }));
    }
    faults.push(on(When::Read, "10,000 headers", lost, |connection| {
        connection.send("HTTP/1.1 200 OK\r\n");
        connection.send(&"X-A: {token}\r\n".repeat(10_000));
        connection.send("\r\n");
        connection.close();
    }));
    faults.push(on(
        When::Read,
        "interim answers without an end",
        silent,
        |connection| {
            connection.flood("HTTP/1.1 102 {token}\r\n\r\n");
        },
    ));
    faults.push(on(
        When::Read,
        "trailers without an end",
        lost,
        |connection| {
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n");
            connection.flood("X-A: {token}\r\n");
        },
    ));
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
