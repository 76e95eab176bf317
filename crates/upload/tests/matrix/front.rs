//! A server in front of the emulator that does what HTTP libraries know better than to do.
//!
//! It reads one request from each connection and hands it to the emulator, unless it is one that is
//! to meet the fault: then the fault has the connection.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use emulator::Config;
use socket2::{Domain, SockRef, Socket, Type};

use crate::expect::Mode;

/// What happens on the wire.
#[derive(Clone)]
pub(crate) struct Wire {
    pub(crate) when: When,
    /// Whether the request is done all the same: the emulator gets it before the fault begins.
    pub(crate) done: bool,
    pub(crate) act: Arc<dyn Fn(&mut Connection) + Send + Sync>,
}

/// How much of a request is read before the fault begins.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum When {
    /// Nothing. Then every connection counts as a send, so avatars must not be read.
    Accepted,
    /// Its head, and what came along with it.
    HeadRead,
    /// All.
    Read,
}

/// One connection, as the fault has it.
pub(crate) struct Connection {
    pub(crate) stream: TcpStream,
    /// What was read so far.
    read: Vec<u8>,
}

pub(crate) struct Front {
    pub(crate) url: String,
}

impl Front {
    /// Listens until the program ends.
    pub(crate) fn start(emulator: SocketAddr, wire: Wire, mode: Mode) -> Self {
        let listener = listener();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let sends = Arc::new(AtomicUsize::new(0));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (wire, sends) = (wire.clone(), Arc::clone(&sends));
                let connection = Connection {
                    stream,
                    read: Vec::new(),
                };
                thread::spawn(move || connection.serve(emulator, &wire, mode, &sends));
            }
        });
        Self { url }
    }
}

/// One whose connections take in little at a time.
fn listener() -> TcpListener {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(16_384).unwrap();
    let address: SocketAddr = "127.0.0.1:0".parse().unwrap();
    socket.bind(&address.into()).unwrap();
    socket.listen(128).unwrap();
    socket.into()
}

impl Connection {
    fn serve(mut self, emulator: SocketAddr, wire: &Wire, mode: Mode, sends: &AtomicUsize) {
        let is_due = |sends: &AtomicUsize| match (mode, sends.fetch_add(1, Ordering::Relaxed) + 1) {
            // The emulator's script has an answer of its own for the first.
            (Mode::Second, nth) => mode.meets(nth - 1),
            (_, nth) => mode.meets(nth),
        };
        if wire.when == When::Accepted {
            if is_due(sends) {
                (wire.act)(&mut self);
            } else {
                self.hand_on(emulator, true);
            }
            return;
        }
        if !self.read_head() {
            return;
        }
        let is_set = self.read_text().contains("/setGroupPicture/");
        if !is_set || !is_due(sends) {
            self.hand_on(emulator, true);
            return;
        }
        if wire.when == When::Read {
            self.read_whole();
        }
        if wire.done {
            self.hand_on(emulator, false);
        }
        (wire.act)(&mut self);
    }

    /// Sends bytes; the token is filled in for `{token}`.
    pub(crate) fn send(&mut self, text: &str) {
        let text = text.replace("{token}", Config::TOKEN);
        let _ = self.stream.write_all(text.as_bytes());
    }

    /// Sends the same again and again, a hundred times a millisecond, until the client goes.
    ///
    /// Any faster, and this is a test of how fast unoptimized code reads.
    pub(crate) fn flood(&mut self, text: &str) {
        let block = text.replace("{token}", Config::TOKEN).repeat(100);
        while self.stream.write_all(block.as_bytes()).is_ok() {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Ends with a reset.
    pub(crate) fn reset(&mut self) {
        let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
    }

    /// Says that there is no more, and reads what still comes: then the end is no reset.
    pub(crate) fn close(&mut self) {
        let _ = self.stream.shutdown(Shutdown::Write);
        self.drain();
    }

    /// Reads until the client goes.
    pub(crate) fn drain(&mut self) {
        while matches!(self.stream.read(&mut [0; 65536]), Ok(1..)) {}
    }

    fn read_text(&self) -> String {
        String::from_utf8_lossy(&self.read).into_owned()
    }

    fn head_length(&self) -> Option<usize> {
        let end = self.read.windows(4).position(|four| four == b"\r\n\r\n");
        end.map(|end| end + 4)
    }

    fn read_head(&mut self) -> bool {
        while self.head_length().is_none() {
            if !self.read_some() {
                return false;
            }
        }
        true
    }

    fn read_whole(&mut self) -> bool {
        if !self.read_head() {
            return false;
        }
        let head = self.head_length().unwrap_or(0);
        let text = String::from_utf8_lossy(&self.read[..head]).to_lowercase();
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(0, |length| length.parse().unwrap());
        while self.read.len() < head + length {
            if !self.read_some() {
                return false;
            }
        }
        true
    }

    fn read_some(&mut self) -> bool {
        let mut buffer = [0; 65536];
        match self.stream.read(&mut buffer) {
            Ok(0) | Err(_) => false,
            Ok(read) => {
                self.read.extend_from_slice(&buffer[..read]);
                true
            }
        }
    }

    /// Lets the emulator answer the request; the answer goes back to the client if it is to be told.
    fn hand_on(&mut self, emulator: SocketAddr, told: bool) {
        if !self.read_whole() {
            return;
        }
        let head = self.head_length().unwrap_or(0);
        let (head, body) = self.read.split_at(head);
        let head = &head[..head.len() - 2];
        let request = [head, b"Connection: close\r\n\r\n", body].concat();
        let mut answer = Vec::new();
        // Where the case is over already, there is no emulator any more.
        let asked = TcpStream::connect(emulator).and_then(|mut inner| {
            inner.write_all(&request)?;
            inner.read_to_end(&mut answer)
        });
        if told && asked.is_ok() {
            let _ = self.stream.write_all(&answer);
        }
    }
}
