//! The preview in a real browser: nothing leaves the page, names do nothing, and it works with scripts and without.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::browser::{Browser, PATIENCE};
use crate::run::{Folder, Run, group_picture, png};

pub(super) fn preview(folder: &Folder, args: &[&str]) -> PathBuf {
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
    browser.click(".page:target .pages.for-fine a[href='#page-3']", 0.5, 0.5);
    browser.wait_for("location.hash === '#page-3'");
    let fine_on_the_last = browser.shown();
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
    // The page stays where it has such photos.
    assert_eq!(fine, second);
    assert_eq!(fine_on_the_last, ["200.png"]);
    assert_eq!(skipped, ["007.png"]);
    assert_eq!(browser.shown(), ["200.png", "007.png"]);
}

#[test]
fn on_a_phone_everything_is_in_sight_and_large_enough_for_a_finger() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let small = png(300, 200);
    let folder = (0..101).fold(Folder::new(), |folder, number| {
        folder.with(&format!("in/{number:03}-{}.png", "long".repeat(20)), &small)
    });
    let page = preview(&folder, &["in", "--quiet"]);
    browser.resize(360);

    browser.open(&page);
    browser.wait_for("document.querySelectorAll('.adjust').length > 1");
    browser.click("#n1 .photo", 0.1, 0.5);
    let photo = browser.value("document.querySelector('#n1 .photo').getBoundingClientRect().width");
    let beyond = browser.value("document.documentElement.scrollWidth - innerWidth");
    let small = browser.value(
        "[...document.querySelectorAll('label,button,select,summary,.pages a')]\
         .filter((part) => part.getClientRects().length > 0)\
         .map((part) => [part.outerHTML, part.getBoundingClientRect()])\
         .filter(([, box]) => box.width < 40 || box.height < 40)\
         .map(([html]) => html)",
    );

    assert!(photo.as_f64().unwrap() >= 300.0, "{photo}");
    assert_eq!(beyond, 0);
    assert_eq!(small, json!([]));
}
