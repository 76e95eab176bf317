//! The examples of the workspace, started as programs: `cargo test` builds them before its tests, `cargo build --examples` too.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

fn example(name: &str) -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_group-picture"));
    program.with_file_name("examples").join(name)
}

/// Runs an example; returns what it printed.
fn run(name: &str, args: &[&Path]) -> String {
    let example = example(name);

    let output = Command::new(&example).args(args).output();

    let output = output.unwrap_or_else(|error| {
        panic!(
            "{}: {error}; build it: cargo build --examples",
            example.display()
        )
    });
    assert!(output.status.success(), "{name}: {output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn photo() -> &'static Path {
    Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/fixtures/photos/coffee.png"
    ))
}

#[test]
fn one_photo_is_prepared() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let picture = folder.path().join("avatar.jpg");

    let printed = run("prepare", &[photo(), &picture]);

    let bytes = std::fs::read(picture).expect("the picture");
    assert_eq!(printed, format!("PNG of 600x400: {} bytes\n", bytes.len()));
    assert!(bytes.starts_with(b"\xFF\xD8\xFF"));
}

#[test]
fn one_picture_is_uploaded_to_the_emulator() {
    let printed = run("upload", &[photo()]);

    assert!(printed.starts_with("http://127.0.0.1:"), "{printed}");
}

/// A bot that serves until the test ends.
struct Bot {
    process: Child,
    address: String,
}

impl Bot {
    fn start() -> Self {
        let mut process = Command::new(example("webhook"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the example is built: cargo build --examples");
        let stdout = process.stdout.take().expect("its output is a pipe");
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("it prints its address");
        let address = line.trim().trim_start_matches("http://").to_owned();
        Self { process, address }
    }

    fn post(&self, path: &str, photo: &[u8]) -> String {
        let mut stream = TcpStream::connect(&self.address).expect("the bot listens");
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: bot\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            photo.len()
        );
        stream
            .write_all(&[head.as_bytes(), photo].concat())
            .expect("the bot reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the bot answers");
        answer
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // It may have ended by itself, and then the test has failed already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_photo_that_is_posted_to_the_bot_becomes_the_avatar() {
    let bot = Bot::start();
    let photo = std::fs::read(photo()).expect("the fixture");

    let set = bot.post("/-10000000000001", &photo);
    let no_photo = bot.post("/-10000000000001", b"hello");
    let no_chat = bot.post("/hello", b"");

    assert!(set.starts_with("HTTP/1.1 200"), "{set}");
    assert!(set.contains("http://127.0.0.1:"), "{set}");
    assert!(no_photo.starts_with("HTTP/1.1 422"), "{no_photo}");
    assert!(no_photo.contains("not an image"), "{no_photo}");
    assert!(no_chat.starts_with("HTTP/1.1 422"), "{no_chat}");
}
