//! HTTP/1.1 by hand over a plain socket, so that nothing between the test and the wire can help.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use emulator::{Config, Emulator};

/// The smallest thing that begins like a JPEG.
pub(crate) const JPEG: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9];

/// No test waits longer than this for one read.
const PATIENCE: Duration = Duration::from_secs(20);

/// An answer as it was read off the wire.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, wanted: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// The path of a method for the default instance and token.
pub(crate) fn path(method: &str) -> String {
    format!(
        "/v3/waInstance{}/{method}/{}",
        Config::INSTANCE,
        Config::TOKEN
    )
}

/// A request with a body, all of its bytes.
pub(crate) fn request(verb: &str, path: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!(
        "{verb} {path} HTTP/1.1\r\nHost: emulator\r\nContent-Type: {content_type}\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

/// A part of a form: what follows `form-data;`, and the content.
pub(crate) type Part<'a> = (&'a str, &'a [u8]);

pub(crate) fn form(parts: &[Part]) -> Vec<u8> {
    let mut body = Vec::new();
    for (headers, content) in parts {
        body.extend_from_slice(b"--frontier\r\n");
        body.extend_from_slice(
            format!("Content-Disposition: form-data; {headers}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--frontier--\r\n");
    body
}

pub(crate) const FORM: &str = "multipart/form-data; boundary=frontier";
pub(crate) const FILE: &str = "name=\"file\"; filename=\"avatar.jpg\"\r\nContent-Type: image/jpeg";
pub(crate) const CHAT: &str = "name=\"chatId\"";

/// A whole `setGroupPicture`, as a good client sends it.
pub(crate) fn set_request(chat: &str, picture: &[u8]) -> Vec<u8> {
    let body = form(&[(CHAT, chat.as_bytes()), (FILE, picture)]);
    request("POST", &path("setGroupPicture"), FORM, &body)
}

/// Sends on a connection of its own, and reads one answer.
pub(crate) fn send(emulator: &Emulator, request: &[u8]) -> Answer {
    let mut stream = connect(emulator.address());
    stream.write_all(request).unwrap();
    read_answer(&mut stream).unwrap()
}

pub(crate) fn set(emulator: &Emulator, chat: &str, picture: &[u8]) -> Answer {
    send(emulator, &set_request(chat, picture))
}

pub(crate) fn get(emulator: &Emulator, path: &str) -> Answer {
    send(emulator, &request("GET", path, "text/plain", b""))
}

pub(crate) fn post_json(emulator: &Emulator, method: &str, body: &str) -> Answer {
    let request = request("POST", &path(method), "application/json", body.as_bytes());
    send(emulator, &request)
}

/// The path and query of a URL of the emulator's own.
pub(crate) fn local<'a>(emulator: &Emulator, url: &'a str) -> &'a str {
    url.strip_prefix(&emulator.url()).unwrap()
}

/// Reads an answer with a `Content-Length`; any shortfall is an error.
pub(crate) fn read_answer(stream: &mut TcpStream) -> io::Result<Answer> {
    let head = read_head(stream)?;
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .ok_or_else(|| io::Error::other(format!("no status in {head:?}")))?;
    let mut answer = Answer {
        status,
        head,
        body: Vec::new(),
    };
    let length = answer.header("Content-Length").unwrap_or("0").parse();
    answer.body = vec![0; length.map_err(io::Error::other)?];
    stream.read_exact(&mut answer.body)?;
    Ok(answer)
}

/// Reads byte by byte up to the empty line, so that nothing of the body is taken along.
pub(crate) fn read_head(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    String::from_utf8(head).map_err(io::Error::other)
}
