//! Photos by URL and from stdin, pictures to stdout, lists from stdin.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use emulator::{Config, Emulator};

use crate::account::{pointed_at, sends};
use crate::run::{Folder, Run, group_picture, jpeg, png};

/// A web server: what it says to each path, and how often it was asked.
pub(crate) struct Web {
    pub(crate) url: String,
    pub(crate) asked: Arc<AtomicUsize>,
}

impl Web {
    fn start(answer: impl Fn(&str, TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(AtomicUsize::new(0));
        let (count, answer) = (Arc::clone(&asked), Arc::new(answer));
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (count, answer) = (Arc::clone(&count), Arc::clone(&answer));
                thread::spawn(move || {
                    let mut head = [0; 4096];
                    let read = stream.read(&mut head).unwrap_or(0);
                    count.fetch_add(1, Ordering::SeqCst);
                    let head = String::from_utf8_lossy(&head[..read]).into_owned();
                    answer(head.split(' ').nth(1).unwrap_or(""), stream);
                });
            }
        });
        Self { url, asked }
    }

    /// Serves one photo at `/a.jpg`, a redirect to it at `/moved`, and too much at `/large`.
    pub(crate) fn of(photo: Vec<u8>) -> Self {
        Self::start(move |path, stream| match path {
            "/a.jpg" | "/a.jpg?size=1" => say(stream, "200 OK", "", &photo),
            "/moved" => say(stream, "302 Found", "Location: /a.jpg\r\n", b""),
            "/inside" => say(
                stream,
                "302 Found",
                "Location: http://10.0.0.1/a.jpg\r\n",
                b"",
            ),
            "/large" => say(stream, "200 OK", "", &vec![0; 200_000]),
            "/broken" => say(stream, "500 Internal Server Error", "", b""),
            _ => say(stream, "404 Not Found", "", b""),
        })
    }
}

fn say(mut stream: TcpStream, status: &str, headers: &str, body: &[u8]) {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n"
    );
    // The client may have had enough.
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(body);
}

/// A machine without root certificates fetches no photos at all.
pub(crate) fn has_no_roots(run: &Run) -> bool {
    let without = run.stderr.contains("root certificates");
    if without {
        eprintln!("skipped: this machine has no root certificates");
    }
    without
}

fn prepare(folder: &Folder, inputs: &[&str]) -> Command {
    let mut command = group_picture();
    command
        .current_dir(folder.path())
        .arg("prepare")
        .args(inputs)
        .args(["--out", "out"]);
    command
}

#[test]
fn a_photo_by_url_makes_the_same_picture_as_its_file() {
    let photo = jpeg(500, 400);
    let web = Web::of(photo.clone());
    let folder = Folder::new().with("file.jpg", photo);
    let (plain, moved) = (
        format!("{}/a.jpg?size=1", web.url),
        format!("{}/moved", web.url),
    );

    let run = Run::of(prepare(&folder, &["file.jpg", &plain, &moved]).arg("--private-hosts"));

    if has_no_roots(&run) {
        return;
    }
    assert_eq!(run.code, Some(0), "{run:?}");
    let picture = |name: &str| fs::read(folder.at("out").join(name)).unwrap();
    assert_eq!(picture("a.jpg"), picture("file.jpg"));
    assert_eq!(picture("moved.jpg"), picture("file.jpg"));
}

#[test]
fn what_cannot_be_fetched_is_told_and_the_exit_code_says_whether_to_try_again() {
    let web = Web::of(jpeg(500, 400));
    let folder = Folder::new();
    for (path, options, code, part) in [
        ("/gone", &["--private-hosts"][..], 1, "HTTP 404"),
        ("/broken", &["--private-hosts"], 5, "HTTP 500"),
        (
            "/large",
            &["--private-hosts", "--max-input", "100K"],
            1,
            "more than 102400 bytes",
        ),
        ("/a.jpg", &[], 1, "private network"),
        ("/inside", &[], 1, "private network"),
    ] {
        let asked = web.asked.load(Ordering::SeqCst);

        let run = Run::of(prepare(&folder, &[&format!("{}{path}", web.url)]).args(options));

        if has_no_roots(&run) {
            return;
        }
        assert_eq!(run.code, Some(code), "{path} {run:?}");
        assert!(run.stderr.contains(part), "{path} {run:?}");
        let has_asked = web.asked.load(Ordering::SeqCst) > asked;
        assert_eq!(has_asked, !options.is_empty(), "{path}");
    }
    assert!(folder.names().is_empty(), "{:?}", folder.names());
}

#[test]
fn a_download_that_hangs_ends_soon_after_the_signal() {
    let web = Web::start(|_, mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        thread::sleep(Duration::from_secs(30));
    });
    let folder = Folder::new();
    let url = format!("{}/a.jpg", web.url);
    let mut child = prepare(&folder, &[&url])
        .arg("--private-hosts")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let begin = Instant::now();
    while web.asked.load(Ordering::SeqCst) == 0 && begin.elapsed() < Duration::from_secs(20) {
        if child.try_wait().unwrap().is_some() {
            break;
        }
        thread::sleep(Duration::from_millis(20));
    }

    let asked = Instant::now();
    let kill = Command::new("kill")
        .args(["-TERM", &child.id().to_string()])
        .status();
    let run = Run::from(child.wait_with_output().unwrap());

    if kill.is_err() || has_no_roots(&run) {
        return;
    }
    assert!(asked.elapsed() < Duration::from_secs(5), "{run:?}");
    assert_ne!(run.code, Some(0), "{run:?}");
}

#[test]
fn sixty_groups_with_one_photo_fetch_and_prepare_it_once() {
    let web = Web::of(jpeg(500, 400));
    let rows: String = (1..=60)
        .map(|group| format!("-{group},{}/a.jpg\n", web.url))
        .collect();
    let folder = Folder::new().with("groups.csv", format!("chat_id,photo\n{rows}"));
    let emulator = Emulator::start(Config::new()).unwrap();
    let mut batch = pointed_at(&emulator);
    batch.arg("batch").arg(folder.at("groups.csv"));

    let refused = Run::of(&mut batch);
    let run = Run::of(batch.args(["--rate", "1000", "--private-hosts"]));

    if has_no_roots(&run) {
        return;
    }
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(
        refused.stderr.contains("groups.csv:2: the photo http"),
        "{refused:?}"
    );
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(sends(&emulator), 60);
    assert_eq!(web.asked.load(Ordering::SeqCst), 1);
}

#[test]
fn photos_that_cannot_be_fetched_now_are_tried_again_at_the_end_of_the_run() {
    let photo = jpeg(500, 400);
    let serve = move || {
        let (photo, is_down) = (photo.clone(), AtomicBool::new(true));
        Web::start(move |path, stream| match path {
            "/a.jpg" if is_down.swap(false, Ordering::SeqCst) => {
                say(stream, "503 Service Unavailable", "", b"");
            }
            "/a.jpg" => say(stream, "200 OK", "", &photo),
            _ => say(stream, "404 Not Found", "", b""),
        })
    };
    let run = |args: &[&str]| {
        let web = serve();
        let rows: String = ["a", "a", "gone", "a"]
            .iter()
            .zip(1..)
            .map(|(name, group)| format!("-{group},{}/{name}.jpg\n", web.url))
            .collect();
        let folder = Folder::new().with("groups.csv", format!("chat_id,photo\n{rows}"));
        let emulator = Emulator::start(Config::new()).unwrap();
        let run = Run::of(
            pointed_at(&emulator)
                .arg("batch")
                .arg(folder.at("groups.csv"))
                .args(["--rate", "1000", "--private-hosts"])
                .args(["--initial-backoff", "10ms"])
                .args(args),
        );
        (run, sends(&emulator), web.asked.load(Ordering::SeqCst))
    };

    let (all, sent, asked) = run(&[]);
    if has_no_roots(&all) {
        return;
    }
    let (once, sent_once, _) = run(&["--passes", "1"]);
    let (_, sent_limited, _) = run(&["--limit", "2"]);

    assert_eq!(all.code, Some(1), "{all:?}");
    assert_eq!(all.summary(), "4 groups: 3 set, 1 not readable");
    assert!(all.stderr.contains("tried again at the end"), "{all:?}");
    // Twice for the three groups together, and once for what is not there.
    assert_eq!((sent, asked), (3, 3));
    assert_eq!((once.code, sent_once), (Some(5), 0), "{once:?}");
    // They count when they are sent first, in whatever pass.
    assert_eq!(sent_limited, 2);
}

#[test]
fn a_photo_that_fails_for_one_group_fails_for_all_that_share_it() {
    let folder = Folder::new()
        .with(
            "groups.csv",
            "chat_id,photo\n-1,a.png\n-2,a.png\n-3,a.png\n",
        )
        .with("a.png", "text");

    let run = Run::of(
        group_picture()
            .arg("batch")
            .arg(folder.at("groups.csv"))
            .arg("--emulator"),
    );

    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(run.summary(), "3 groups: 0 set, 3 not an image");
}

#[test]
fn a_photo_comes_from_stdin_and_its_picture_goes_to_stdout() {
    let folder = Folder::new()
        .with("a.png", png(500, 400))
        .with("bad", "text");
    let stdin = |name: &str| Stdio::from(File::open(folder.at(name)).unwrap());
    let to_file = Run::of(&mut prepare(&folder, &["a.png"]));
    let from_stdin = Run::of(prepare(&folder, &["-"]).stdin(stdin("a.png")));
    let filter = |name: &str| {
        group_picture()
            .args(["prepare", "-", "--out", "-"])
            .stdin(stdin(name))
            .output()
            .unwrap()
    };

    let (piped, bad) = (filter("a.png"), filter("bad"));

    assert_eq!(to_file.code, Some(0), "{to_file:?}");
    assert_eq!(from_stdin.code, Some(0), "{from_stdin:?}");
    let picture = fs::read(folder.at("out/a.jpg")).unwrap();
    assert_eq!(fs::read(folder.at("out/stdin.jpg")).unwrap(), picture);
    assert_eq!(piped.stdout, picture);
    assert_eq!((bad.status.code(), bad.stdout.len()), (Some(1), 0));
    for wrong in [
        &["a.png", "bad"][..],
        &["."],
        &["a.png", "--json"],
        &["a.png", "-n"],
    ] {
        let mut command = group_picture();
        command
            .current_dir(folder.path())
            .arg("prepare")
            .args(wrong);
        let run = Run::of(command.args(["--out", "-"]));
        assert_eq!((run.code, &*run.stdout), (Some(2), ""), "{wrong:?} {run:?}");
    }
}

#[test]
fn set_and_batch_read_stdin_once_and_no_journal_is_made_of_a_dash() {
    let folder = Folder::new()
        .with("a.png", png(500, 400))
        .with("groups.csv", "chat_id,photo\n-100,a.png\n");
    let emulator = Emulator::start(Config::new()).unwrap();
    let run = |arguments: &[&str], stdin: &str| {
        let stdin = File::open(folder.at(stdin)).unwrap();
        let mut command = pointed_at(&emulator);
        command.current_dir(folder.path()).stdin(stdin);
        Run::of(command.args(arguments).args(["--rate", "1000"]))
    };

    let set = run(&["set", "-100", "-"], "a.png");
    let homeless = run(&["batch", "-"], "groups.csv");
    let batch = run(&["batch", "-", "--journal", "j"], "groups.csv");
    let again = run(&["batch", "-", "--journal", "j"], "groups.csv");
    let twice = run(
        &["batch", "-", "--no-journal", "--token-file", "-"],
        "groups.csv",
    );

    assert_eq!(set.code, Some(0), "{set:?}");
    assert_eq!(homeless.code, Some(2), "{homeless:?}");
    assert!(homeless.stderr.contains("--journal"), "{homeless:?}");
    assert_eq!(batch.summary(), "1 group: 1 set", "{batch:?}");
    assert_eq!(again.summary(), "1 group: 0 set, 1 set before", "{again:?}");
    assert!(twice.stderr.contains("only one input"), "{twice:?}");
    assert_eq!(sends(&emulator), 2);
    let names = folder.names();
    let others = names.iter().filter(|name| !name.starts_with("j.backup/"));
    assert_eq!(others.collect::<Vec<_>>(), ["a.png", "groups.csv", "j"]);
}
