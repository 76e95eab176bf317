//! The faults before HTTP begins: no server, no name, no trust. Proxies: `proxy.rs`.
//!
//! Trust is the system's, so all of it is set by variables of the environment that a process of its
//! own begins with.

use std::env;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use socket2::{Domain, Socket, Type};
use upload::{ErrorKind, ReadBack};

use crate::expect::Expect::{self, Again, Never};
use crate::expect::{Final, Mode};
use crate::trust::{authority, server_config, signed};
use crate::{DEADLINE, all_text, leak, session};

/// What a server does with one connection.
#[derive(Clone)]
enum Act {
    /// Speaks TLS with this certificate, and answers one request.
    Answer(Arc<ServerConfig>, &'static str),
    /// Closes in the handshake.
    Cut,
    /// Resets in the handshake.
    Reset,
    /// Says nothing in the handshake.
    Silence,
    /// Sends these bytes in the handshake.
    Say(&'static [u8]),
}

const SET: &str = r#"{"setGroupPicture":true}"#;

#[test]
fn what_goes_wrong_before_http_begins_has_the_right_end() {
    const NAME: &str = "connect::what_goes_wrong_before_http_begins_has_the_right_end";
    if let Ok(folder) = env::var(FOLDER) {
        return trust_faults(&folder);
    }
    if !cfg!(target_os = "linux") {
        eprintln!(
            "skipped: where to find root certificates is told by SSL_CERT_FILE on Linux only"
        );
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let authority = authority();
    let roots = folder.path().join("roots.pem");
    fs::write(&roots, authority.pem()).unwrap();
    for (name, cert) in [
        ("good", signed(&authority, &["localhost"], 2020..2200)),
        ("expired", signed(&authority, &["localhost"], 2020..2021)),
        ("early", signed(&authority, &["localhost"], 2199..2200)),
        (
            "other-host",
            signed(&authority, &["other.example"], 2020..2200),
        ),
        (
            "unknown",
            signed(&crate::trust::authority(), &["localhost"], 2020..2200),
        ),
    ] {
        fs::write(folder.path().join(name), cert).unwrap();
    }

    let mut child = Command::new(env::current_exe().unwrap());
    child
        .args(["--exact", NAME, "--nocapture"])
        .env("SSL_CERT_FILE", &roots)
        .env_remove("SSL_CERT_DIR")
        .env(FOLDER, folder.path());
    for proxy in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        child.env_remove(proxy);
    }
    let output = child.output().unwrap();

    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    println!("{text}");
    assert!(output.status.success(), "{text}");
    assert!(!leak::is_in(&text), "{text}");
}

/// What the child does, whose environment trusts the authority.
fn trust_faults(folder: &str) {
    let config = |name| server_config(folder, name);
    let good = config("good");
    let wrong = |name| Act::Answer(config(name), SET);
    let untrusted = Never(ErrorKind::Untrusted);
    let absent = Again(ErrorKind::NoConnection, 4);
    let table: [(&str, Act, Expect); 10] = [
        (
            "a good certificate",
            Act::Answer(Arc::clone(&good), SET),
            Expect::Harmless,
        ),
        ("an expired certificate", wrong("expired"), untrusted),
        ("a certificate of the future", wrong("early"), untrusted),
        ("another host's certificate", wrong("other-host"), untrusted),
        (
            "an unknown authority's certificate",
            wrong("unknown"),
            untrusted,
        ),
        (
            "clear text in the handshake",
            Act::Say(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
            untrusted,
        ),
        (
            "an alert in the handshake",
            Act::Say(b"\x15\x03\x03\x00\x02\x02\x28"),
            untrusted,
        ),
        ("a handshake that is closed", Act::Cut, absent),
        ("a handshake that is reset", Act::Reset, absent),
        ("a handshake of silence", Act::Silence, absent),
    ];
    for (name, act, expect) in table {
        for mode in Mode::ALL {
            let well = Act::Answer(Arc::clone(&good), SET);
            let gone = Act::Answer(Arc::clone(&good), GONE);
            let acts = match mode {
                Mode::First => vec![act.clone(), well],
                Mode::Second => vec![gone, act.clone(), well],
                Mode::Storm => vec![act.clone()],
            };
            let url = serve(acts);
            set(name, &url, mode, expect);
        }
    }

    // `.invalid` is no name anywhere (RFC 6761, 6.4).
    set("no such name", "https://api.invalid", Mode::Storm, absent);
}

const GONE: &str = "502";

/// Sets a picture, and asserts that it ends as it must.
pub(crate) fn set(name: &str, url: &str, mode: Mode, expect: Expect) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let session = session(url, ReadBack::Never);
    let chat = crate::CHAT.parse().unwrap();

    let begin = Instant::now();
    let report = runtime.block_on(session.set_group_picture(&chat, &b"\xff\xd8\xff"[..]));

    let (end, sends) = expect.end(mode);
    assert!(
        begin.elapsed() < DEADLINE + Duration::from_secs(1),
        "{name} ({mode:?})"
    );
    assert_eq!(Final::of(&report), end, "{name} ({mode:?}): {report:?}");
    assert_eq!(
        report.attempts.len(),
        sends,
        "{name} ({mode:?}): {report:?}"
    );
    assert!(!leak::is_in(&all_text(&report)), "{name} ({mode:?})");
}

/// Does to each connection what is next, and to all that follow the last.
fn serve(acts: Vec<Act>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!(
        "https://localhost:{}",
        listener.local_addr().unwrap().port()
    );
    thread::spawn(move || {
        for (nth, stream) in listener.incoming().flatten().enumerate() {
            let act = acts[nth.min(acts.len() - 1)].clone();
            thread::spawn(move || {
                // A connection that breaks is the client's own end of it.
                let _ = play(act, stream);
            });
        }
    });
    url
}

fn play(act: Act, mut stream: TcpStream) -> std::io::Result<()> {
    let mut buffer = [0; 65536];
    if let Act::Answer(config, body) = act {
        let connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
        let mut tls = StreamOwned::new(connection, stream);
        let mut request = Vec::new();
        while !request.windows(7).any(|end| end == b"\xff\xd8\xff\r\n--") {
            let read = tls.read(&mut buffer)?;
            request.extend_from_slice(&buffer[..read]);
        }
        let status = if body == GONE { 502 } else { 200 };
        let length = body.len();
        write!(
            tls,
            "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )?;
        tls.conn.send_close_notify();
        return tls.flush();
    }
    let _ = stream.read(&mut buffer)?;
    match act {
        Act::Reset => socket2::SockRef::from(&stream).set_linger(Some(Duration::ZERO))?,
        Act::Silence => thread::sleep(Duration::from_secs(2)),
        Act::Say(bytes) => stream.write_all(bytes)?,
        Act::Answer(..) | Act::Cut => {}
    }
    Ok(())
}

/// A server that is down for a while, on an address that no other test has.
#[test]
fn a_server_that_is_down_is_waited_for() {
    if !cfg!(target_os = "linux") {
        eprintln!("skipped: all of 127.0.0.0/8 is this machine on Linux only");
        return;
    }
    let expect = Again(ErrorKind::NoConnection, 4);
    let address = TcpListener::bind("127.77.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    set("refused", &format!("http://{address}"), Mode::Storm, expect);

    for mode in [Mode::First, Mode::Second] {
        let first = (mode == Mode::Second).then(|| TcpListener::bind(address).unwrap());
        let server = thread::spawn(move || {
            if let Some(listener) = first {
                answer(&listener.accept().unwrap().0, "502 Bad Gateway", "");
            }
            thread::sleep(Duration::from_millis(40));
            let listener = TcpListener::bind(address).unwrap();
            answer(&listener.accept().unwrap().0, "200 OK", SET);
        });
        let report = set_once(address);

        assert_eq!(Final::of(&report), Final::Set, "{mode:?}: {report:?}");
        let refused = |attempt: &upload::Attempt| attempt.failure == Some(ErrorKind::NoConnection);
        assert!(report.attempts.iter().any(refused), "{mode:?}: {report:?}");
        server.join().unwrap();
    }
}

#[test]
fn a_server_that_takes_no_connections_in_is_no_connection() {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    let any: SocketAddr = "127.0.0.1:0".parse().unwrap();
    socket.bind(&any.into()).unwrap();
    socket.listen(0).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    let connect = || TcpStream::connect_timeout(&address, Duration::from_millis(100));
    let filling: Vec<_> = (0..8).map_while(|_| connect().ok()).collect();
    if filling.len() == 8 {
        eprintln!("skipped: this system takes connections in without being asked");
        return;
    }

    let report = set_once(address);

    let failed = Final::Failed(ErrorKind::NoConnection);
    assert_eq!(Final::of(&report), failed, "{report:?}");
    assert_eq!(report.attempts.len(), 4, "{report:?}");
    assert!(report.took < DEADLINE, "{report:?}");
}

fn set_once(address: SocketAddr) -> upload::UploadReport {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let session = session(&format!("http://{address}"), ReadBack::Never);
    let chat = crate::CHAT.parse().unwrap();
    let report = runtime.block_on(session.set_group_picture(&chat, &b"\xff\xd8\xff"[..]));
    assert!(!leak::is_in(&all_text(&report)), "{report:?}");
    report
}

/// Reads something and answers.
fn answer(mut stream: &TcpStream, status: &str, body: &str) {
    let _ = stream.read(&mut [0; 65536]);
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    let _ = stream.write_all((head + body).as_bytes());
    let _ = stream.shutdown(std::net::Shutdown::Write);
    let _ = stream.read(&mut [0; 65536]);
}

/// Tells the child where the certificates are.
const FOLDER: &str = "GROUP_PICTURE_TEST_FOLDER";
