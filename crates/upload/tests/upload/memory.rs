//! How much memory a hostile answer takes, measured in a process of its own.

use std::env;
use std::fs;
use std::process::Command;
use std::time::Duration;

use emulator::{Answer, Config, Delivery, Emulator, Method, Rule, Script};
use upload::{Error, Token, blocking};

#[test]
fn three_hundred_megabytes_of_answer_take_next_to_nothing() {
    if let Ok(url) = env::var(URL) {
        child(&url);
        return;
    }
    if !cfg!(target_os = "linux") {
        eprintln!("skipped: memory is read from /proc, which is Linux's");
        return;
    }
    let set = || Rule::new().method(Method::SetGroupPicture);
    let huge = || Answer::new(200).filler(300_000_000);
    let script = Script::new()
        // The first ones are to have what a client takes anyhow.
        .rule(set().to(WARM))
        .rule(set().to(1).answer(huge()))
        .rule(set().to(1).answer(huge()).delivery(Delivery::NoLength))
        .rule(set().to(1).answer(huge()).delivery(Delivery::Chunked))
        .rule(set().to(1).answer(Answer::new(401).filler(300_000_000)))
        .rule(
            set()
                .to(1)
                .answer(Answer::new(200).gzip_bomb(10_000_000_000)),
        )
        .rule(set().to(1).delivery(Delivery::BigHead(300_000_000)))
        .rule(set().to(1).delivery(Delivery::Interim(1_000_000)))
        .rule(Rule::new().method(Method::UrlAvatar).answer(huge()));
    let emulator = Emulator::start(Config::new().script(script)).unwrap();

    let output = Command::new(env::current_exe().unwrap())
        .args([
            "--exact",
            "memory::three_hundred_megabytes_of_answer_take_next_to_nothing",
        ])
        .arg("--nocapture")
        .env(URL, emulator.url())
        .output()
        .unwrap();

    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    println!("{text}");
    assert!(output.status.success(), "{text}");
    assert!(!text.contains(Config::TOKEN), "{text}");
    // All of them were asked for.
    let asked = emulator.requests();
    let sets = asked
        .iter()
        .filter(|one| one.method == Method::SetGroupPicture);
    assert_eq!(sets.count() as u64, WARM + 7);
}

/// Sets pictures one after the other, and watches the most memory that it ever had.
fn child(url: &str) {
    let client = blocking::Client::builder(
        Config::INSTANCE.parse().unwrap(),
        Token::new(Config::TOKEN).unwrap(),
    )
    .api_url(url.parse().unwrap())
    .timeout(Duration::from_secs(20))
    .build()
    .unwrap();
    let chat = "-10000000000000".parse().unwrap();
    let picture = [&b"\xff\xd8\xff"[..], &[7; 100_000]].concat();
    let set = || client.set_group_picture(&chat, picture.clone());
    for _ in 0..WARM {
        set().unwrap();
    }
    let seen = client.avatar(&chat).unwrap();
    let before = peak_kib();

    let errors: Vec<Error> = (0..6).map(|_| set().unwrap_err()).collect();
    let last = set();
    let fetched = client.fetch_avatar(&seen);

    let more = peak_kib() - before;
    println!("{more} KiB more than the {before} KiB before");
    let kinds: Vec<String> = errors
        .iter()
        .map(|error| error.kind().to_string())
        .collect();
    assert_eq!(kinds[..3], ["answer not readable"; 3]);
    assert_eq!(kinds[3], "token not accepted");
    assert_eq!(kinds[4], "answer not readable");
    assert_eq!(kinds[5], "connection broken");
    assert!(last.is_ok(), "{last:?}");
    assert!(fetched.is_err());
    assert!(more <= 4096, "{more} KiB");
}

/// The most memory that this process had so far.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1));
    number.unwrap().parse().unwrap()
}

const URL: &str = "GROUP_PICTURE_TEST_URL";
const WARM: u64 = 3;
