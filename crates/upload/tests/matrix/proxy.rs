//! Proxies: a refusal of theirs is named as such, what hangs in them was not sent, and what they carry
//! arrives, avatars too.
//!
//! Which proxy is used is the system's setting, so each case is a process of its own whose
//! environment says so.

use std::env;
use std::fs;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use emulator::Config;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use upload::{Avatar, Error, ErrorKind, FetchError, Token, blocking};

use crate::connect::set;
use crate::expect::Expect::{self, Again, Harmless, Never};
use crate::expect::Mode;
use crate::leak;
use crate::trust::{authority, server_config, signed};

/// What a proxy does with each connection.
#[derive(Clone, Copy)]
enum Manner {
    /// Connects to the one server that there is.
    Carry,
    /// Says this once it was told where to connect to, and closes.
    Say(&'static [u8]),
    /// Says this to the greeting of SOCKS, and closes.
    SayFirst(&'static [u8]),
    /// Says nothing.
    Silence,
}

use Manner::{Carry, Say, SayFirst, Silence};

const UNAUTHORIZED: Expect = Never(ErrorKind::ProxyUnauthorized);
const REFUSED: Expect = Again(ErrorKind::ProxyRefused, 4);
const ABSENT: Expect = Again(ErrorKind::NoConnection, 4);

/// The address of the proxy before its port, what it does, and how that must end.
const CASES: [(&str, Manner, Expect); 15] = [
    ("http://127.0.0.1", Carry, Harmless),
    ("http://user:secret@127.0.0.1", Carry, Harmless),
    (
        "http://127.0.0.1",
        Say(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"),
        UNAUTHORIZED,
    ),
    (
        "http://127.0.0.1",
        Say(b"HTTP/1.1 403 Forbidden\r\n\r\n"),
        REFUSED,
    ),
    (
        "http://127.0.0.1",
        Say(b"HTTP/1.1 502 Bad Gateway\r\n\r\n"),
        REFUSED,
    ),
    (
        "http://127.0.0.1",
        Say(b"<html>not a proxy</html>"),
        REFUSED,
    ),
    ("http://127.0.0.1", Say(b""), ABSENT),
    ("http://127.0.0.1", Silence, ABSENT),
    ("socks5h://127.0.0.1", Carry, Harmless),
    ("socks5h://user:secret@127.0.0.1", Carry, Harmless),
    ("socks5h://127.0.0.1", SayFirst(b"\x05\xff"), UNAUTHORIZED),
    (
        "socks5h://127.0.0.1",
        Say(b"\x05\x02\x00\x01\0\0\0\0\0\0"),
        REFUSED,
    ),
    (
        "socks5h://127.0.0.1",
        Say(b"\x05\x04\x00\x01\0\0\0\0\0\0"),
        ABSENT,
    ),
    ("socks5h://127.0.0.1", SayFirst(b""), ABSENT),
    ("socks5h://127.0.0.1", Silence, ABSENT),
];

#[test]
fn what_a_proxy_does_is_told_as_its_own_and_what_it_carries_arrives() {
    const NAME: &str = "proxy::what_a_proxy_does_is_told_as_its_own_and_what_it_carries_arrives";
    if let Ok(case) = env::var(CASE) {
        let (_, manner, expect) = CASES[case.parse::<usize>().unwrap()];
        return behind_a_proxy(manner, expect);
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
    let cert = signed(&authority, &[API, AVATARS], 2020..2200);
    fs::write(folder.path().join("server"), cert).unwrap();
    let server = serve(server_config(folder.path().to_str().unwrap(), "server"));

    thread::scope(|scope| {
        for (number, (proxy, manner, _)) in CASES.into_iter().enumerate() {
            let roots = &roots;
            scope.spawn(move || {
                let (port, heard) = start(manner, server);
                let mut child = Command::new(env::current_exe().unwrap());
                child.args(["--exact", NAME, "--nocapture"]);
                for name in ["HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_DIR"] {
                    child.env_remove(name).env_remove(name.to_lowercase());
                }
                let output = child
                    .env("SSL_CERT_FILE", roots)
                    .env("HTTPS_PROXY", format!("{proxy}:{port}"))
                    .env(CASE, number.to_string())
                    .output()
                    .unwrap();

                let text = String::from_utf8_lossy(&output.stdout)
                    + String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success(), "{number} {proxy}: {text}");
                assert!(!leak::is_in(&text) && !text.contains("secret"), "{text}");
                let heard: Vec<String> = heard.try_iter().collect();
                assert!(!heard.is_empty(), "{number}: the proxy was not asked");
                assert!(!leak::is_in(&heard.join("\n")), "{heard:?}");
            });
        }
    });
}

/// What the child does, whose proxy is one of ours.
fn behind_a_proxy(manner: Manner, expect: Expect) {
    let url = format!("https://{API}");
    set("through a proxy", &url, Mode::Storm, expect);

    let client = |timeout| {
        let instance = Config::INSTANCE.parse().unwrap();
        blocking::Client::builder(instance, Token::new(Config::TOKEN).unwrap())
            .api_url(url.parse().unwrap())
            .connect_timeout(Duration::from_secs(60))
            .timeout(timeout)
            .build()
            .unwrap()
    };
    match manner {
        Carry => {
            let avatar = Avatar {
                url: Some(format!("https://{AVATARS}/i?r=1")),
            };
            let fetched = client(Duration::from_secs(5)).fetch_avatar(&avatar);
            assert_eq!(fetched.unwrap(), PICTURE);
        }
        // The whole time is over before that of the connection: nothing was sent all the same.
        Silence => {
            let client = client(Duration::from_millis(300));
            let set = client.set_group_picture(&crate::CHAT.parse().unwrap(), PICTURE);
            assert!(matches!(set, Err(Error::NoConnection { .. })), "{set:?}");
        }
        Say(_) | SayFirst(_) => {
            let avatar = Avatar {
                url: Some(format!("https://{AVATARS}/i?r=1")),
            };
            let fetched = client(Duration::from_secs(5)).fetch_avatar(&avatar);
            let refused = matches!(fetched, Err(FetchError::ProxyRefused { .. }));
            let absent = matches!(expect, Again(ErrorKind::NoConnection, _));
            assert_eq!(refused, !absent, "{fetched:?}");
        }
    }
}

/// Listens like a proxy; returns its port, and what it was told.
fn start(manner: Manner, server: SocketAddr) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (sender, heard) = channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let sender = sender.clone();
            // A connection that breaks is the client's own end of it.
            thread::spawn(move || {
                handle(stream, manner, server, |text| {
                    sender.send(text).unwrap_or(())
                })
            });
        }
    });
    (port, heard)
}

fn handle(
    mut client: TcpStream,
    manner: Manner,
    server: SocketAddr,
    heard: impl Fn(String),
) -> io::Result<()> {
    let mut first = [0; 1];
    client.read_exact(&mut first)?;
    heard(format!("{first:?}"));
    if let Silence = manner {
        thread::sleep(Duration::from_secs(5));
        return Ok(());
    }
    let connected: &[u8] = if first == [5] {
        if let SayFirst(answer) = manner {
            return client.write_all(answer);
        }
        heard(socks_request(&mut client)?);
        b"\x05\0\0\x01\0\0\0\0\0\0"
    } else {
        heard(head(&mut client)?);
        b"HTTP/1.1 200 Connection established\r\n\r\n"
    };
    match manner {
        Say(answer) => client.write_all(answer),
        _ => {
            client.write_all(connected)?;
            pipe(client, TcpStream::connect(server)?)
        }
    }
}

/// Reads a greeting, a user name and password if they are offered, and where to connect to (RFC 1928, RFC 1929).
fn socks_request(client: &mut TcpStream) -> io::Result<String> {
    let methods = counted(client)?;
    client.write_all(&[5, methods[0]])?;
    let mut text = String::new();
    if methods[0] == 2 {
        client.read_exact(&mut [0; 1])?;
        let (user, password) = (counted(client)?, counted(client)?);
        let is_right = (&*user, &*password) == (b"user", b"secret");
        client.write_all(&[1, u8::from(!is_right)])?;
        text += "with a password, ";
    }
    let mut fixed = [0; 4];
    client.read_exact(&mut fixed)?;
    assert_eq!(fixed, [5, 1, 0, 3], "connect, by name");
    let host = counted(client)?;
    client.read_exact(&mut [0; 2])?;
    Ok(text + &String::from_utf8_lossy(&host))
}

/// Reads a length in one byte, and so many bytes.
fn counted(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut length = [0; 1];
    client.read_exact(&mut length)?;
    let mut bytes = vec![0; length[0].into()];
    client.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Reads up to an empty line.
fn head(client: &mut impl Read) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0; 1];
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// Carries bytes in both directions until both ends have closed.
fn pipe(client: TcpStream, server: TcpStream) -> io::Result<()> {
    let (mut from_client, mut to_server) = (client.try_clone()?, server.try_clone()?);
    let (mut from_server, mut to_client) = (server, client);
    thread::spawn(move || io::copy(&mut from_client, &mut to_server));
    io::copy(&mut from_server, &mut to_client)?;
    to_client.shutdown(std::net::Shutdown::Both)
}

/// The API and the avatars, on one address.
fn serve(config: Arc<ServerConfig>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let config = Arc::clone(&config);
            thread::spawn(move || answer(config, stream));
        }
    });
    address
}

fn answer(config: Arc<ServerConfig>, stream: TcpStream) -> io::Result<()> {
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut tls = StreamOwned::new(connection, stream);
    let head = head(&mut tls)?;
    let body = if head.starts_with("GET /i?r=1 ") {
        PICTURE
    } else {
        let length = head.lines().find_map(|line| {
            line.to_lowercase()
                .strip_prefix("content-length: ")?
                .parse()
                .ok()
        });
        let mut picture = vec![0; length.expect("a length is told")];
        tls.read_exact(&mut picture)?;
        br#"{"setGroupPicture":true}"#
    };
    write!(
        tls,
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    tls.write_all(body)?;
    tls.conn.send_close_notify();
    tls.flush()
}

const API: &str = "api.example";
const AVATARS: &str = "i.oneme.ru";
const PICTURE: &[u8] = b"\xff\xd8\xff\xe0 a picture \xff\xd9";

/// Tells the child which case it is.
const CASE: &str = "GROUP_PICTURE_TEST_PROXY";
