//! What is chosen in the page, in a real browser: by clicks and keys, and taken back.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::browsed::preview;
use crate::browser::{Browser, PATIENCE};
use crate::run::{Folder, Run, group_picture, jpeg, png};

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
    let saved = save(&mut browser, &folder);

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

/// Saves the overrides of the page.
fn save(browser: &mut Browser, folder: &Folder) -> PathBuf {
    let behavior =
        json!({"behavior": "allow", "downloadPath": folder.path(), "eventsEnabled": true});
    let session = browser.session.take();
    browser.call("Browser.setDownloadBehavior", behavior);
    browser.session = session;
    browser.click(".bar .save", 0.5, 0.5);
    let saved = folder.at("overrides.csv");
    let begun = Instant::now();
    while !saved.exists() {
        assert!(begun.elapsed() < PATIENCE, "nothing was saved");
        thread::sleep(Duration::from_millis(50));
    }
    saved
}

/// Opens a page of so many cards, with their controls.
fn open(browser: &mut Browser, page: &Path, cards: usize) {
    browser.open(page);
    browser.wait_for(&format!(
        "document.querySelectorAll('.adjust').length === {cards}"
    ));
}

/// Where the square of a card begins.
fn square(browser: &mut Browser, card: u32) -> (f64, f64) {
    let place = browser.value(&format!(
        "['x', 'y'].map((a) => Number(document.querySelector('#n{card} .square').getAttribute(a)))"
    ));
    (place[0].as_f64().unwrap(), place[1].as_f64().unwrap())
}

#[test]
fn keys_move_the_square_from_where_it_is_and_are_taken_back_at_once() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let folder = Folder::new()
        .with("in/a.png", png(900, 500))
        .with("in/b.png", png(500, 1000));
    let page = preview(&folder, &["in", "--gravity", "southeast"]);
    open(&mut browser, &page, 2);
    let close = |(x, y): (f64, f64), expected: (f64, f64)| {
        // A focal point has three digits: half a pixel here.
        assert!(
            (x - expected.0).abs() <= 0.5 && (y - expected.1).abs() <= 0.5,
            "{x} {y} {expected:?}"
        );
    };

    browser.value("document.querySelector('#n1 .photo').focus()");
    close(square(&mut browser, 1), (400.0, 0.0));
    browser.press("ArrowLeft", 0);
    close(square(&mut browser, 1), (391.0, 0.0));
    browser.press("ArrowLeft", SHIFT);
    close(square(&mut browser, 1), (301.0, 0.0));
    // There is nothing above.
    browser.press("ArrowUp", SHIFT);
    close(square(&mut browser, 1), (301.0, 0.0));
    let ring = browser.value("getComputedStyle(document.querySelector('#n1 .photo')).outlineStyle");
    for _ in 0..20 {
        browser.press("ArrowRight", SHIFT);
    }
    close(square(&mut browser, 1), (400.0, 0.0));
    browser.value("document.querySelector('#n2 .photo').focus()");
    browser.press("ArrowUp", SHIFT);
    close(square(&mut browser, 2), (0.0, 400.0));
    let counted = browser.value("document.querySelector('.bar span').textContent");
    browser.press("z", CTRL);
    close(square(&mut browser, 2), (0.0, 500.0));
    let crosses = browser.value("document.querySelectorAll('#n2 .cross').length");
    browser.press("z", CTRL);
    close(square(&mut browser, 1), (400.0, 0.0));

    assert_eq!(ring, "solid", "it is seen what the keys move");
    assert_eq!(counted, "2 overrides");
    assert_eq!(crosses, 0);
    assert_eq!(browser.value("document.querySelector('.bar').hidden"), true);
    assert_eq!(
        browser.value("document.querySelectorAll('.changed').length"),
        0
    );
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_cards_own_changes_are_taken_back_without_those_of_others() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let folder = Folder::new()
        .with("in/a.png", png(900, 500))
        .with("in/b.png", png(910, 500));
    let page = preview(&folder, &["in"]);
    open(&mut browser, &page, 2);
    let undo = "button[aria-label='Undo the last change of a.png']";

    browser.click("#n1 .photo", 0.1, 0.5);
    browser.click("#n1 .photo", 0.9, 0.5);
    browser.click("#n2 input[type=checkbox]", 0.5, 0.5);
    let last = square(&mut browser, 1);
    browser.click(undo, 0.5, 0.5);
    let first = square(&mut browser, 1);
    browser.click(undo, 0.5, 0.5);
    let none = square(&mut browser, 1);
    let is_offered = browser.value(&format!("!document.querySelector(\"{undo}\").hidden"));
    let skips =
        |browser: &mut Browser| browser.value("document.querySelector('#n2 input').checked");
    let skipped = skips(&mut browser);
    browser.click(".bar button:not(.save)", 0.5, 0.5);

    assert_eq!((last.0, first.0, none.0), (400.0, 0.0, 200.0));
    assert_eq!((is_offered, skipped), (json!(false), json!(true)));
    assert_eq!(skips(&mut browser), false);
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn a_photo_of_two_groups_has_one_override() {
    let Some(mut browser) = Browser::start() else {
        return;
    };
    let folder = Folder::new()
        .with("groups.csv", "chat_id,photo\n-1,a.png\n-2,a.png\n")
        .with("a.png", png(900, 500));
    let page = preview(&folder, &["groups.csv"]);
    open(&mut browser, &page, 2);

    browser.click("#n2 .photo", 0.0, 0.5);
    let both = [square(&mut browser, 1), square(&mut browser, 2)];
    let saved = save(&mut browser, &folder);
    let again = Run::of(group_picture().current_dir(folder.path()).args([
        "preview",
        "groups.csv",
        "--overrides",
        "overrides.csv",
    ]));

    assert_eq!(both, [(0.0, 0.0); 2]);
    let text = fs::read_to_string(saved).unwrap();
    assert_eq!(text.lines().count(), 2, "{text}");
    assert_eq!(again.code, Some(0), "{again:?}");
}

/// As the protocol numbers the keys that are held.
const CTRL: u32 = 2;
const SHIFT: u32 = 8;
