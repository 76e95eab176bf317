//! Looks for the token in whatever was written.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use emulator::Config;
use tracing_subscriber::fmt::MakeWriter;

/// Whether a telling part of the token is in the text, in any case and percent-encoded or not.
///
/// All of the text is decoded until nothing changes, and then simply searched: the other way round
/// than the client does it.
pub(crate) fn is_in(text: &str) -> bool {
    let mut text = text.to_ascii_lowercase().into_bytes();
    loop {
        if has_part_of_token(&text) {
            return true;
        }
        if !text.contains(&b'%') {
            return false;
        }
        let decoded = percent_decoded(&text);
        if decoded == text {
            return false;
        }
        text = decoded;
    }
}

/// The token is hexadecimal, so only what is hexadecimal too can be a part of it.
fn has_part_of_token(text: &[u8]) -> bool {
    let token = Config::TOKEN.as_bytes();
    text.split(|byte| !byte.is_ascii_hexdigit())
        .flat_map(|word| word.windows(TELLING))
        .any(|part| token.windows(TELLING).any(|telling| telling == part))
}

fn percent_decoded(text: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let code = (text[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|code| std::str::from_utf8(code).ok())
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        decoded.push(code.unwrap_or(text[at]).to_ascii_lowercase());
        at += if code.is_some() { 3 } else { 1 };
    }
    decoded
}

/// So many characters in a row are no coincidence.
const TELLING: usize = 12;

/// All that is logged, by the client and by the libraries below it, at every level.
#[derive(Clone, Default)]
pub(crate) struct Leaks(Arc<Seen>);

#[derive(Default)]
struct Seen {
    lines: AtomicUsize,
    leaks: Mutex<Vec<String>>,
}

impl Leaks {
    /// Listens to the log from now on, for the whole program.
    pub(crate) fn watch_the_log() -> Self {
        let leaks = Self::default();
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_writer(leaks.clone())
            .with_ansi(false)
            .init();
        leaks
    }

    pub(crate) fn lines_seen(&self) -> usize {
        self.0.lines.load(Ordering::Relaxed)
    }

    /// The first lines that hold the token.
    pub(crate) fn found(&self) -> Vec<String> {
        self.0.leaks.lock().unwrap().clone()
    }
}

impl Write for Leaks {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lines.fetch_add(1, Ordering::Relaxed);
        let text = String::from_utf8_lossy(line);
        if is_in(&text) {
            let mut leaks = self.0.leaks.lock().unwrap();
            if leaks.len() < 10 {
                leaks.push(text.into_owned());
            }
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Leaks {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[test]
fn the_token_is_found_in_every_form_and_nowhere_else() {
    let encoded: String = Config::TOKEN
        .bytes()
        .map(|byte| format!("%{byte:02x}"))
        .collect();

    for text in [
        Config::TOKEN.to_owned(),
        format!("x{}", Config::TOKEN.to_uppercase()),
        encoded.clone(),
        encoded.replace('%', "%25"),
        Config::TOKEN[20..32].to_owned(),
    ] {
        assert!(is_in(&text), "{text}");
    }
    for text in ["", "%", "%4", "[token]", &Config::TOKEN[..11]] {
        assert!(!is_in(text), "{text}");
    }
}
