//! The preview in a real browser: nothing leaves the page, names do nothing, and it works with scripts and without.
//!
//! Where no Chromium is found the tests say so and end. `GROUP_PICTURE_CHROMIUM` names one that is not in the path.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::run::{Folder, Run, group_picture, jpeg, png};

/// A browser without a window, driven through its pipe.
struct Browser {
    child: Child,
    commands: ChildStdin,
    messages: Receiver<Value>,
    session: Option<String>,
    last: u64,
    events: Vec<Value>,
    _profile: TempDir,
}

impl Browser {
    /// Starts one; none where there is none.
    fn start() -> Option<Self> {
        let Some(program) = chromium() else {
            eprintln!("skipped: no Chromium found; GROUP_PICTURE_CHROMIUM may name one");
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        // It reads commands from descriptor 3 and writes to 4.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$@\" 3<&0 4>&1 0</dev/null 1>&2", "sh"])
            .arg(program)
            .args(["--headless", "--no-sandbox", "--disable-gpu"])
            .args(["--no-first-run", "--remote-debugging-pipe"])
            .args(["--window-size=1400,1200", "about:blank"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let commands = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap());
        let (sender, messages) = channel();
        thread::spawn(move || {
            let mut message = Vec::new();
            while answers
                .read_until(0, &mut message)
                .is_ok_and(|read| read > 0)
            {
                message.pop();
                let Ok(value) = serde_json::from_slice(&message) else {
                    return;
                };
                if sender.send(value).is_err() {
                    return;
                }
                message.clear();
            }
        });
        let mut browser = Self {
            child,
            commands,
            messages,
            session: None,
            last: 0,
            events: Vec::new(),
            _profile: profile,
        };
        let target = browser.call("Target.createTarget", json!({"url": "about:blank"}));
        let attach = json!({"targetId": target["targetId"], "flatten": true});
        let attached = browser.call("Target.attachToTarget", attach);
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Network", "Log", "Runtime", "DOM"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        Some(browser)
    }

    /// Sends a command and waits for its result.
    fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.last += 1;
        let id = self.last;
        let mut command = json!({"id": id, "method": method, "params": parameters});
        if let Some(session) = &self.session {
            command["sessionId"] = session.clone().into();
        }
        let mut bytes = serde_json::to_vec(&command).unwrap();
        bytes.push(0);
        self.commands.write_all(&bytes).unwrap();
        loop {
            let message = self
                .messages
                .recv_timeout(PATIENCE)
                .unwrap_or_else(|_| panic!("{method} has no answer"));
            if message["id"] != id {
                self.events.push(message);
                continue;
            }
            assert!(message["error"].is_null(), "{method}: {message}");
            return message["result"].clone();
        }
    }

    fn go_to(&mut self, page: &Path) {
        self.events.clear();
        self.call(
            "Page.navigate",
            json!({"url": format!("file://{}", page.display())}),
        );
    }

    /// Opens a page and waits until all of it is there.
    fn open(&mut self, page: &Path) {
        self.go_to(page);
        let loaded = |event: &Value| event["method"] == "Page.loadEventFired";
        let begun = Instant::now();
        while !self.events.iter().any(loaded) {
            assert!(begun.elapsed() < PATIENCE, "the page is not there in time");
            if let Ok(event) = self.messages.recv_timeout(Duration::from_millis(100)) {
                self.events.push(event);
            }
        }
    }

    /// What an expression is in the page.
    fn value(&mut self, expression: &str) -> Value {
        let ask = json!({"expression": expression, "returnByValue": true});
        let answer = self.call("Runtime.evaluate", ask);
        assert!(answer["exceptionDetails"].is_null(), "{answer}");
        answer["result"]["value"].clone()
    }

    /// Clicks where a point of an element is, in fractions of its box.
    fn click(&mut self, selector: &str, across: f64, down: f64) {
        let place = self.value(&format!(
            "(() => {{ const e = document.querySelector({selector:?}); e.scrollIntoView({{block: 'center'}}); \
             const b = e.getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; }})()"
        ));
        let at = |index: usize| place[index].as_f64().unwrap();
        let (x, y) = (at(0) + at(2) * across, at(1) + at(3) * down);
        for kind in ["mousePressed", "mouseReleased"] {
            let event = json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1});
            self.call("Input.dispatchMouseEvent", event);
        }
    }

    /// The names on the cards that are to be seen.
    fn shown(&mut self) -> Vec<String> {
        let names = self.value(
            "[...document.querySelectorAll('.card')].filter((card) => card.getClientRects().length > 0)\
             .map((card) => card.querySelector('h3').textContent)",
        );
        serde_json::from_value(names).unwrap()
    }

    /// Waits until an expression is true.
    fn wait_for(&mut self, expression: &str) {
        let begun = Instant::now();
        while self.value(expression) != true {
            assert!(begun.elapsed() < PATIENCE, "never: {expression}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// The addresses that were asked for, other than those of data.
    fn requests(&self) -> Vec<String> {
        let events = self.events.iter();
        events
            .filter(|event| event["method"] == "Network.requestWillBeSent")
            .map(|event| {
                event["params"]["request"]["url"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .filter(|url| !url.starts_with("data:"))
            .collect()
    }

    /// What the browser complained of.
    fn complaints(&self) -> Vec<String> {
        let is_complaint = |event: &&Value| {
            event["method"] == "Log.entryAdded" || event["method"] == "Runtime.exceptionThrown"
        };
        let events = self.events.iter().filter(is_complaint);
        events.map(Value::to_string).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Whether it has ended already does not matter.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The longest that a browser on a busy machine may take for one thing.
const PATIENCE: Duration = Duration::from_secs(60);

fn chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("GROUP_PICTURE_CHROMIUM") {
        return Some(named.into());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let names = [
        "chromium-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome",
    ];
    std::env::split_paths(&path)
        .flat_map(|folder| names.map(|name| folder.join(name)))
        .find(|program| program.is_file())
}

fn preview(folder: &Folder, args: &[&str]) -> PathBuf {
    let run = Run::of(
        group_picture()
            .current_dir(folder.path())
            .arg("preview")
            .args(args),
    );
    assert!(matches!(run.code, Some(0 | 1)), "{run:?}");
    folder.at("preview.html")
}

#[test]
fn nothing_leaves_the_page_and_names_do_nothing() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    server.set_nonblocking(true).unwrap();
    let address = server.local_addr().unwrap();
    let names = [
        "<script>document.title=1</script>.png".to_owned(),
        format!("<img src=http://{address}/a onerror=document.title=2>.png"),
        format!("\"><link rel=stylesheet href=http://{address}/b>.png"),
        "<svg onload=document.title=3>.png".to_owned(),
    ];
    let mut folder = Folder::new();
    for name in &names {
        folder = folder.with(&format!("in/{name}"), png(300, 200));
    }
    let page = preview(&folder, &["in", "--recursive"]);
    // The same names in a page without our care: this test would see what they do.
    let careless = format!("<!doctype html><title>0</title>{}", names.concat());
    fs::write(folder.at("careless.html"), careless).unwrap();

    browser.open(&page);
    browser.wait_for("document.querySelectorAll('.adjust').length === 4");
    let asked = browser.requests();
    let title = browser.value("document.title");
    let shown = browser.shown();
    let complaints = browser.complaints();
    let connected = server.accept().is_ok();
    // It waits for an answer that never comes.
    browser.go_to(&folder.at("careless.html"));
    browser.wait_for("document.title > '0'");

    assert_eq!(asked, [format!("file://{}", page.display())]);
    assert_eq!(title, "Preview of 4 photos");
    assert_eq!(complaints, [""; 0]);
    assert!(!connected, "something left the page");
    for name in names {
        let name = name.replace("//", "/");
        assert!(shown.contains(&name), "{name}: {shown:?}");
    }
    let begun = Instant::now();
    while server.accept().is_err() {
        assert!(
            begun.elapsed() < PATIENCE,
            "the careless page asks for nothing"
        );
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn without_scripts_the_page_is_read_filtered_and_turned() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let small = png(200, 200);
    let folder = (0..201).fold(Folder::new(), |folder, number| {
        folder.with(&format!("in/{number:03}.png"), &small)
    });
    let folder = folder
        .with("in/bad.jpg", "no photo")
        .with("o.csv", "photo,skip\n007.png,yes\n");
    let page = preview(&folder, &["in", "--overrides", "o.csv"]);
    browser.call(
        "Emulation.setScriptExecutionDisabled",
        json!({"value": true}),
    );

    browser.open(&page);
    let first = browser.shown();
    let controls = browser.value("document.querySelectorAll('.adjust,.bar').length");
    let picture = browser.value(
        "(() => { const b = document.querySelector('#n1 .round').getBoundingClientRect(); return [b.width, b.height]; })()",
    );
    browser.click(".pages a[href='#page-2']", 0.5, 0.5);
    browser.wait_for("location.hash === '#page-2'");
    let second = browser.shown();
    browser.click("label[for=show-failed]", 0.5, 0.5);
    let failed = browser.shown();
    browser.click("label[for=show-fine]", 0.5, 0.5);
    let fine = browser.shown();
    browser.click("label[for=show-skipped]", 0.5, 0.5);
    let skipped = browser.shown();
    browser.click("label[for=show-all]", 0.5, 0.5);

    assert_eq!(
        (first.len(), &*first[0], &*first[1]),
        (100, "bad.jpg", "000.png")
    );
    assert_eq!(controls, 0);
    assert_eq!(picture, json!([160, 160]));
    assert_eq!((second.len(), &*second[0]), (100, "100.png"));
    assert_eq!(failed, ["bad.jpg"]);
    assert_eq!(fine.len(), 200);
    assert_eq!(skipped, ["007.png"]);
    assert_eq!(browser.shown(), second);
}

#[test]
fn what_is_chosen_in_the_page_is_what_overrides_do() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let folder = Folder::new()
        .with("in/a.png", png(900, 500))
        .with("in/b \"quoted\", é.jpg", jpeg(700, 1100))
        .with("in/c.png", png(600, 400))
        .with("in/d.png", png(640, 480))
        .with("o.csv", "photo,fit,skip\nc.png,contain,\nd.png,,yes\n");
    let page = preview(&folder, &["in", "--overrides", "o.csv"]);
    let behavior =
        json!({"behavior": "allow", "downloadPath": folder.path(), "eventsEnabled": true});
    let session = browser.session.take();
    browser.call("Browser.setDownloadBehavior", behavior);
    browser.session = session;

    browser.open(&page);
    browser.wait_for("document.querySelectorAll('.adjust').length === 4");
    let before = browser.value("document.querySelector('.bar').hidden");
    browser.click("#n1 .photo", 0.9, 0.5);
    browser.value(
        "(() => { const s = document.querySelector('#n2 select'); s.value = 'circle-safe'; s.dispatchEvent(new Event('change')); })()",
    );
    browser.click("#n4 input[type=checkbox]", 0.5, 0.5);
    let square = browser.value("document.querySelector('#n1 .square').getAttribute('x')");
    let rounds = browser.value(
        "[...document.querySelectorAll('#n1 .round')].map((round) => [round.getAttribute('viewBox'), round.firstChild.getAttribute('href')].join(' '))",
    );
    let counted = browser.value("document.querySelector('.bar span').textContent");
    browser.click(".bar button", 0.5, 0.5);
    let saved = folder.at("overrides.csv");
    let begun = Instant::now();
    while !saved.exists() {
        assert!(begun.elapsed() < PATIENCE, "nothing was saved");
        thread::sleep(Duration::from_millis(50));
    }

    assert_eq!(before, true);
    // The focal point is so far right that the square comes to the edge.
    assert_eq!(square, "400");
    assert_eq!(rounds, json!(["400 0 500 500 #o1"].repeat(4)));
    assert_eq!(counted, "3 overrides");
    let text = fs::read_to_string(&saved).unwrap();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 4, "{text}");
    assert_eq!(lines[0], "photo,focal,fit,skip");
    let focal = lines[1].split('"').nth(1).unwrap();
    let point: Vec<f64> = focal.split(',').map(|at| at.parse().unwrap()).collect();
    assert!(
        (point[0] - 0.9).abs() < 0.01 && (point[1] - 0.5).abs() < 0.01,
        "{focal}"
    );
    assert_eq!(lines[2], "\"b \"\"quoted\"\", é.jpg\",,circle-safe,");
    assert_eq!(lines[3], "c.png,,contain,");
    assert_eq!(browser.complaints(), [""; 0]);
    assert_eq!(the_same_as_options(&folder, focal), [true; 4]);
}

/// Whether the pictures by the saved list are those by options: of each photo one.
fn the_same_as_options(folder: &Folder, focal: &str) -> [bool; 4] {
    let prepare = |out: &str, args: &[&str]| {
        let run = Run::of(
            group_picture()
                .current_dir(folder.path())
                .args(["prepare", "in", "--out", out])
                .args(args),
        );
        assert_eq!(run.code, Some(0), "{run:?}");
        ["a", "b \"quoted\", é", "c", "d"]
            .map(|name| fs::read(folder.at(out).join(format!("{name}.jpg"))).unwrap())
    };
    let by_list = prepare("list", &["--overrides", "overrides.csv"]);
    let by_options: HashMap<&str, [Vec<u8>; 4]> = HashMap::from([
        ("focal", prepare("focal", &["--focal", focal])),
        ("circle", prepare("circle", &["--circle-safe"])),
        ("contain", prepare("contain", &["--fit", "contain"])),
        ("plain", prepare("plain", &[])),
    ]);
    let expected = ["focal", "circle", "contain", "plain"];
    std::array::from_fn(|index| by_list[index] == by_options[expected[index]][index])
}
