//! The vendor's own clients, from the package registries, against the emulator: what they send is what it must understand.
//!
//! They are installed once, below `target/tmp`. Where that cannot be done (no network, no Python, no Node) a test says so and
//! is skipped.

#![cfg(test)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use emulator::{Config, Emulator, Messenger, Method};
use serde_json::{Value, json};

/// What begins and ends like a JPEG.
const PICTURE: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9];

const PYTHON: [&str; 3] = [
    "max-api-client-python==1.0.1",
    "telegram-api-client-python==1.0.1",
    "whatsapp-api-client-python==0.0.55",
];

/// What they import; they require more, which takes long to install.
const IMPORTED: [&str; 3] = ["aiofiles", "aiohttp", "requests"];

const NODE: &str = "@green-api/whatsapp-api-client-js-v2@1.0.3";

/// A client, and what it is to be called with.
struct Case {
    module: &'static str,
    messenger: Messenger,
    /// What follows the emulator's address.
    prefix: &'static str,
    chat: &'static str,
    own: &'static str,
    person: &'static str,
}

const CASES: [Case; 3] = [
    Case {
        module: "max_api_client_python",
        messenger: Messenger::Max,
        prefix: "/v3",
        chat: "-10000000000000",
        own: "10000000",
        person: "10000001",
    },
    Case {
        module: "telegram_api_client_python",
        messenger: Messenger::Telegram,
        prefix: "",
        chat: "-10000000000000",
        own: "10000000",
        person: "10000001",
    },
    Case {
        module: "whatsapp_api_client_python",
        messenger: Messenger::WhatsApp,
        prefix: "",
        chat: "120363043968066561@g.us",
        own: "79876543210@c.us",
        person: "79001234568@c.us",
    },
];

#[test]
fn the_vendors_python_clients_set_pictures_and_read_what_is_around_them() {
    let Some(python) = python() else {
        return;
    };
    for case in CASES {
        let emulator = Emulator::start(Config::new().messenger(case.messenger)).unwrap();
        let host = emulator.url() + case.prefix;
        let told = run(Command::new(&python)
            .arg(source("python.py"))
            .args([case.module, &host, case.chat, case.own, case.person])
            .arg(picture()));
        let data = |name: &str| {
            assert_eq!(told[name]["code"], 200, "{} {name}: {told}", case.module);
            &told[name]["data"]
        };

        // MAX's client still sends `groupId`, which the API has renamed; `set` is the client's own request with `chatId`.
        if case.messenger == Messenger::Max {
            assert_eq!(told["own set"]["code"], 400, "{told}");
            let error = told["own set"]["error"].as_str().unwrap();
            assert!(error.contains("'chatId' is required"), "{error}");
        } else {
            assert_eq!(data("own set")["setGroupPicture"], true);
        }
        assert_eq!(data("set")["setGroupPicture"], true);
        assert_eq!(data("profile")["setProfilePicture"], true);
        let shown = emulator.pictures();
        for (chat, answer, avatar) in [
            (case.chat, "set", "avatar"),
            ("profile", "profile", "own avatar"),
        ] {
            assert_eq!(shown[chat].bytes().unwrap(), PICTURE, "{chat}");
            assert_eq!(shown[chat].url(), data(answer)["urlAvatar"], "{chat}");
            assert_eq!(shown[chat].url(), data(avatar)["urlAvatar"], "{chat}");
        }
        assert_eq!(data("person's avatar")["urlAvatar"], "");
        assert_eq!(data("group")["size"], 2);
        assert_eq!(data("state")["stateInstance"], "authorized");
        assert_eq!(data("settings")["wid"], case.own);
        assert_eq!(data("account")["stateInstance"], "authorized");
        assert_eq!(data("created")["created"], true);
        assert!(!data("contacts").as_array().unwrap().is_empty());
        let counts = emulator.counts();
        assert!(!counts.contains_key(&Method::Other), "{counts:?}");
    }
}

#[test]
fn the_vendors_node_client_sets_pictures_and_reads_what_is_around_them() {
    let Some(folder) = node() else {
        return;
    };
    let emulator = Emulator::start(Config::new().messenger(Messenger::WhatsApp)).unwrap();
    let (chat, own) = ("120363043968066561@g.us", "79876543210@c.us");

    let told = run(Command::new("node")
        .arg(source("node.cjs"))
        .args([&*folder.to_string_lossy(), &emulator.url(), chat, own])
        .arg(picture()));

    assert_eq!(told["set"]["setGroupPicture"], true, "{told}");
    assert_eq!(told["profile"]["setProfilePicture"], true, "{told}");
    let shown = emulator.pictures();
    assert_eq!(shown[chat].bytes().unwrap(), PICTURE);
    assert_eq!(shown[chat].url(), told["avatar"]["urlAvatar"], "{told}");
    assert_eq!(
        shown["profile"].url(),
        told["own avatar"]["urlAvatar"],
        "{told}"
    );
    assert_eq!(told["own avatar"]["available"], true);
    assert_eq!(told["group"]["groupId"], chat);
    assert_eq!(told["settings"]["typeInstance"], "whatsapp");
    assert_eq!(told["created"]["created"], true);
    assert!(!emulator.counts().contains_key(&Method::Other));
}

/// Runs a program that prints one JSON object.
fn run(command: &mut Command) -> Value {
    let credentials = json!([Config::INSTANCE, Config::TOKEN]).to_string();
    let output = command.env("CREDENTIALS", credentials).output();
    let output = output.expect("it is installed");
    let (stdout, stderr) = (&output.stdout, &output.stderr);
    let stderr = String::from_utf8_lossy(stderr);
    assert!(output.status.success(), "{stderr}");
    let told = String::from_utf8_lossy(stdout);
    let last = told.lines().last().unwrap_or_default();
    serde_json::from_str(last).unwrap_or_else(|_| panic!("no JSON: {told} {stderr}"))
}

/// The Python that has the clients.
fn python() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sdk-python");
    let python = folder.join("bin").join("python");
    let install = || {
        let mut make = Command::new("python3");
        let pip = |packages: &[&str]| {
            let mut pip = Command::new(&python);
            pip.args(["-m", "pip", "install", "--quiet", "--no-compile"])
                .args(["--timeout", "15", "--retries", "0"])
                .args(packages);
            is_done(&mut pip)
        };
        is_done(make.args(["-m", "venv"]).arg(&folder))
            && pip(&[&["--no-deps"], &PYTHON[..]].concat())
            && pip(&IMPORTED)
    };
    install_once(&folder, &PYTHON.join(" "), install).then_some(python)
}

/// The folder that has the client for Node.
fn node() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sdk-node");
    let install = || {
        let mut npm = Command::new("npm");
        npm.args(["install", "--no-audit", "--no-fund", "--ignore-scripts"])
            .args(["--fetch-retries=0", "--fetch-timeout=15000", "--prefix"])
            .arg(&folder)
            .arg(NODE);
        is_done(&mut npm)
    };
    install_once(&folder, NODE, install).then_some(folder)
}

/// Installs what a folder does not have yet, and tells whether it has it now.
fn install_once(folder: &Path, what: &str, install: impl FnOnce() -> bool) -> bool {
    let marker = folder.join("installed");
    if fs::read_to_string(&marker).is_ok_and(|there| there == what) {
        return true;
    }
    // What an interrupted test has left.
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).expect("a folder can be made");
    let is_installed = install();
    if is_installed {
        fs::write(marker, what).expect("a file can be written");
    } else {
        eprintln!("skipped: {what} cannot be installed here");
    }
    is_installed
}

fn is_done(command: &mut Command) -> bool {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null());
    let status = quiet.stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/sdk")
        .join(name)
}

/// The file of the picture.
fn picture() -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sdk-picture.jpg");
    fs::write(&path, PICTURE).expect("a file can be written");
    path
}
