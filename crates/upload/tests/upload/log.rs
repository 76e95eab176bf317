//! What is logged of a picture's way.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use emulator::{Answer, Config, Documented, Emulator, Method, Rule as Fault, Script};
use serde_json::Value;
use tracing_subscriber::fmt::MakeWriter;
use upload::{Client, Retry, RetryClass, RetryConfig, Session, Token};

/// A file in memory.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[test]
fn a_pictures_way_can_be_followed_in_the_log() {
    let lines = Lines::default();
    let log = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::DEBUG)
        .with_writer(lines.clone())
        .finish();
    let echo = r#"{"message":"{token} {path}"}"#;
    let fault = Fault::new().method(Method::SetGroupPicture);
    let script = Script::new()
        .rule(fault.clone().to(1).answer(Documented::TooManyRequests))
        .rule(fault.answer(Answer::new(401).body(echo)));
    let emulator = Emulator::start(Config::new().script(script)).unwrap();
    let session = session(&emulator);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();

    let report = tracing::subscriber::with_default(log, || {
        let chat = "-10000000000000".parse().unwrap();
        runtime.block_on(session.set_group_picture(&chat, &b"\xff\xd8\xff\xd9"[..]))
    });

    assert!(report.outcome.is_err());
    let text = lines.text();
    assert!(!text.contains(Config::TOKEN), "{text}");
    let events: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .filter(|event: &Value| event["target"].as_str().unwrap().starts_with("upload"))
        .collect();
    let told = |event: &Value| {
        let fields = &event["fields"];
        let field = |name: &str| fields.get(name).map_or(String::new(), Value::to_string);
        assert_eq!(event["span"]["instance"], Config::INSTANCE, "{event}");
        assert_eq!(event["span"]["chat"], "-10000000000000", "{event}");
        [
            fields["message"].as_str().unwrap().to_owned(),
            field("attempt"),
            field("kind"),
        ]
    };
    assert_eq!(
        events.iter().map(told).collect::<Vec<_>>(),
        [
            ["request", "", ""],
            ["request", "", ""],
            ["slowed down", "", "\"too many requests\""],
            ["sent", "1", "\"too many requests\""],
            ["backing off", "1", "\"too many requests\""],
            ["request", "", ""],
            ["sent", "2", "\"token not accepted\""],
            ["not set", "", "\"token not accepted\""],
        ]
    );
    let pause = events[4]["fields"]["wait_ms"].as_u64().unwrap();
    assert!((20..=40).contains(&pause), "{pause}");
    assert_eq!(events[5]["fields"]["status"], 401);
}

/// Repeats a 429 once, soon.
fn session(emulator: &Emulator) -> Session {
    let token = Token::new(Config::TOKEN).unwrap();
    let client = Client::builder(Config::INSTANCE.parse().unwrap(), token)
        .api_url(emulator.url().parse().unwrap())
        .build()
        .unwrap();
    let retry = Retry {
        max_retries: 1,
        initial_backoff: Duration::from_millis(20),
        max_backoff: Duration::from_millis(40),
    };
    Session::builder(client)
        .interval(Duration::from_millis(10))
        .retries(RetryConfig::new().with(RetryClass::TooManyRequests, retry))
        .build()
}
