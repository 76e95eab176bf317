//! What the tests of faults share.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use emulator::{Config, Emulator, Method, Rule, Script};

use crate::client::connect;

pub(crate) const GROUP: &str = "-10000000000000";

/// How a connection ended: in order, or by an error.
pub(crate) type Ended = Result<(), ErrorKind>;

/// An emulator whose first `setGroupPicture` meets the rule; the next ones are as usual.
pub(crate) fn first(rule: Rule) -> Emulator {
    let rule = rule.method(Method::SetGroupPicture).to(1);
    Emulator::start(Config::new().script(Script::new().rule(rule))).unwrap()
}

/// Sends a request, and leaves the answer on the wire.
pub(crate) fn offer(emulator: &Emulator, request: &[u8]) -> TcpStream {
    let mut stream = connect(emulator.address());
    stream.write_all(request).unwrap();
    stream
}

/// Sends a request as far as it goes, and reads to the end.
///
/// A reset is told once: to the sending if it comes early, else to the reading.
pub(crate) fn exchange(emulator: &Emulator, request: &[u8]) -> (Vec<u8>, Ended) {
    let mut stream = connect(emulator.address());
    let sent = stream.write_all(request).map_err(|error| error.kind());
    let (bytes, ended) = rest(&mut stream);
    let ended = sent.and(ended).map_err(|kind| match kind {
        ErrorKind::BrokenPipe => ErrorKind::ConnectionReset,
        other => other,
    });
    (bytes, ended)
}

/// What comes up to the end of the connection, and how it ends.
pub(crate) fn rest(stream: &mut TcpStream) -> (Vec<u8>, Ended) {
    let mut bytes = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return (bytes, Ok(())),
            Ok(read) => bytes.extend_from_slice(&buffer[..read]),
            Err(error) => return (bytes, Err(error.kind())),
        }
    }
}

/// Fails if anything, the end included, comes within a while.
pub(crate) fn assert_silent(stream: &mut TcpStream) {
    let patience = Some(Duration::from_millis(200));
    stream.set_read_timeout(patience).unwrap();
    let error = stream.read(&mut [0; 1]).unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::WouldBlock | ErrorKind::TimedOut
    ));
}
