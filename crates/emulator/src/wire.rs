//! Answers that are malformed on the wire. They are written by hand, because HTTP libraries refuse to.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use hyper::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::fault::{Delivery, End, Trickle, Truncation};
use crate::reply::Reply;
use crate::reply_body::ReplyBody;

/// What is done with a connection that was taken from HTTP.
#[derive(Debug)]
pub(crate) enum Takeover {
    /// It ends without an answer.
    End(End),
    /// It carries one more answer.
    Deliver(Reply, Delivery),
}

/// How many bytes are written at a time, unless the script asks for fewer.
const CHUNK: usize = 64 << 10;

/// How long a client may go on sending after this side has sent FIN.
const MAX_DRAIN: Duration = Duration::from_secs(10);

/// How often a silent connection is checked for whether the client is still there.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

impl Takeover {
    /// Serves the connection to its end. An error means that the client has closed it.
    pub(crate) async fn run(self, mut stream: TcpStream) {
        let end = match self {
            Self::End(end) => Ok(end),
            Self::Deliver(reply, delivery) => deliver(&mut stream, &reply, delivery).await,
        };
        if let Ok(end) = end {
            finish(stream, end).await;
        }
    }
}

/// Ends a connection.
pub(crate) async fn finish(mut stream: TcpStream, end: End) {
    match end {
        // With a linger time of zero, the system sends a reset when the socket is dropped.
        End::Reset => drop(stream.set_zero_linger()),
        End::Close => {
            // Unread bytes would turn the end into a reset, so they are read.
            if stream.shutdown().await.is_ok() {
                let mut discarded = vec![0; CHUNK];
                let drain = async { while matches!(stream.read(&mut discarded).await, Ok(1..)) {} };
                let _ = timeout(MAX_DRAIN, drain).await;
            }
        }
        End::Silence => {
            while is_open(&stream).await {
                sleep(POLL_INTERVAL).await;
            }
        }
    }
}

/// Returns whether the client has not closed its side, without reading what it sends.
async fn is_open(stream: &TcpStream) -> bool {
    match timeout(Duration::ZERO, stream.ready(Interest::READABLE)).await {
        Ok(Ok(ready)) => !ready.is_read_closed(),
        Ok(Err(_)) => false,
        Err(_) => true,
    }
}

/// Sends an answer, and returns how its connection ends.
async fn deliver(stream: &mut TcpStream, reply: &Reply, delivery: Delivery) -> io::Result<End> {
    let body = &reply.body;
    let length = body.length();
    let kept = head(reply, &format!("Content-Length: {length}\r\n"));
    let last = head(reply, &last_of(length));
    match delivery {
        Delivery::Whole => both(stream, &last, body).await?,
        Delivery::ThenClose => both(stream, &kept, body).await?,
        Delivery::Twice => {
            both(stream, &kept, body).await?;
            both(stream, &kept, body).await?;
        }
        Delivery::CutHead(Truncation { at, then }) => {
            let part = at.of(last.len() as u64) as usize;
            stream.write_all(&last.as_bytes()[..part]).await?;
            return Ok(then);
        }
        Delivery::CutBody(Truncation { at, then }) => {
            stream.write_all(last.as_bytes()).await?;
            write(stream, body, at.of(length), None).await?;
            return Ok(then);
        }
        Delivery::SlowHead(trickle) => {
            let head = ReplyBody::from(last);
            write(stream, &head, head.length(), Some(trickle)).await?;
            write(stream, body, length, None).await?;
        }
        Delivery::SlowBody(trickle) => {
            stream.write_all(last.as_bytes()).await?;
            write(stream, body, length, Some(trickle)).await?;
        }
        Delivery::LengthOff(by) => {
            let claimed = length.saturating_add_signed(by);
            both(stream, &head(reply, &last_of(claimed)), body).await?;
        }
        Delivery::NoLength => both(stream, &head(reply, CLOSE), body).await?,
        Delivery::Chunked => {
            write_chunk(stream, reply).await?;
            stream.write_all(b"0\r\n\r\n").await?;
        }
        Delivery::BrokenChunks => {
            write_chunk(stream, reply).await?;
            stream.write_all(b"many\r\nmore\r\n0\r\n\r\n").await?;
        }
        Delivery::Interim(times) => {
            for _ in 0..times {
                stream.write_all(b"HTTP/1.1 102 Processing\r\n\r\n").await?;
            }
            both(stream, &last, body).await?;
        }
        Delivery::BigHead(bytes) => {
            let filler = ReplyBody::repeating("X-Filler: ", b"x", u64::from(bytes), "\r\n");
            let (status, rest) = last.split_at(last.find("\r\n").map_or(0, |end| end + 2));
            both(stream, status, &filler).await?;
            both(stream, rest, body).await?;
        }
    }
    Ok(End::Close)
}

const CLOSE: &str = "Connection: close\r\n";

/// Returns the framing headers of a body of this length, after which the connection ends.
fn last_of(length: u64) -> String {
    format!("Content-Length: {length}\r\n{CLOSE}")
}

/// Writes a head and a whole body.
async fn both(stream: &mut TcpStream, head: &str, body: &ReplyBody) -> io::Result<()> {
    stream.write_all(head.as_bytes()).await?;
    write(stream, body, body.length(), None).await
}

/// Writes this many bytes from a body's beginning.
async fn write(
    stream: &mut TcpStream,
    content: &ReplyBody,
    length: u64,
    trickle: Option<Trickle>,
) -> io::Result<()> {
    let step = trickle.map_or(CHUNK, |trickle| trickle.bytes.get());
    let mut sent = 0;
    while sent < length {
        let max = (length - sent).min(step as u64);
        let bytes = content.piece(sent, max as usize);
        stream.write_all(&bytes).await?;
        sent += bytes.len() as u64;
        if let Some(trickle) = trickle {
            sleep(trickle.every.0).await;
        }
    }
    Ok(())
}

/// Writes head and body, the body as one chunk, without the chunk that ends it.
async fn write_chunk(stream: &mut TcpStream, reply: &Reply) -> io::Result<()> {
    let length = reply.body.length();
    let head = head(reply, &format!("Transfer-Encoding: chunked\r\n{CLOSE}"));
    stream.write_all(head.as_bytes()).await?;
    if length > 0 {
        stream
            .write_all(format!("{length:x}\r\n").as_bytes())
            .await?;
        write(stream, &reply.body, length, None).await?;
        stream.write_all(b"\r\n").await?;
    }
    Ok(())
}

/// Makes status line and headers with their empty line. `framing` says where the body ends.
fn head(reply: &Reply, framing: &str) -> String {
    let reason = StatusCode::from_u16(reply.status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("Unknown");
    let mut head = format!("HTTP/1.1 {} {reason}\r\nServer: nginx\r\n", reply.status);
    for (name, value) in reply.sendable_headers() {
        // Writing to a string does not fail.
        let _ = write!(head, "{name}: {value}\r\n");
    }
    head.push_str(framing);
    head.push_str("\r\n");
    head
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream as Client;

    use tokio::net::TcpListener;
    use tokio::runtime;

    use super::*;

    #[test]
    fn silence_ends_when_the_client_closes_though_its_bytes_were_not_read() {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();

        let ended = runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let mut client = Client::connect(listener.local_addr().unwrap()).unwrap();
            let (stream, _) = listener.accept().await.unwrap();
            std::io::Write::write_all(&mut client, &[0; 1000]).unwrap();
            let silence = tokio::spawn(finish(stream, End::Silence));
            sleep(POLL_INTERVAL * 3).await;
            assert!(!silence.is_finished(), "it ended before the client closed");
            drop(client);
            timeout(Duration::from_secs(10), silence).await
        });

        assert!(
            ended.is_ok(),
            "the connection is kept after the client closed it"
        );
    }
}
