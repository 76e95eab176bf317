//! `preview`: a page to look at before anything is sent.

mod browsed;
mod chosen;
mod lists;
mod opened;
mod parts;
mod security;

use std::fs;

use crate::page::Page;
use crate::run::{Folder, Run, group_picture, jpeg, png};

fn preview(folder: &Folder, args: &[&str]) -> Run {
    Run::of(
        group_picture()
            .current_dir(folder.path())
            .arg("preview")
            .args(args),
    )
}

fn page(folder: &Folder) -> Page {
    Page::read(fs::read_to_string(folder.at("preview.html")).unwrap())
}

/// The first half of a photo.
fn cut(photo: Vec<u8>) -> Vec<u8> {
    photo[..photo.len() / 2].to_vec()
}

#[test]
fn the_page_shows_each_photo_with_its_square_and_its_picture_as_it_would_be_sent() {
    let folder = Folder::new()
        .with("in/wide.png", png(900, 500))
        .with("in/deep/tall.jpg", jpeg(700, 1100))
        .with("in/large.jpg", jpeg(2640, 1400));
    let args = ["--gravity", "southeast", "--quality", "60"];

    let run = preview(&folder, &[&["in", "--recursive"][..], &args].concat());
    let prepared = Run::of(
        group_picture()
            .current_dir(folder.path())
            .args(["prepare", "in", "--recursive", "--out", "out"])
            .args(args),
    );

    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.summary(), "3 photos: 3 previewed");
    assert_eq!(prepared.code, Some(0), "{prepared:?}");
    let page = page(&folder);
    assert_eq!(page.names(), ["deep/tall.jpg", "large.jpg", "wide.png"]);
    for (name, picture, square, size) in [
        (
            "wide.png",
            "wide.jpg",
            [400.0, 0.0, 500.0, 500.0],
            (900, 500),
        ),
        (
            "deep/tall.jpg",
            "deep/tall.jpg",
            [0.0, 400.0, 700.0, 700.0],
            (700, 1100),
        ),
        (
            "large.jpg",
            "large.jpg",
            [1240.0, 0.0, 1400.0, 1400.0],
            (2640, 1400),
        ),
    ] {
        let inside = page.inside(name);
        let drawn = inside.iter().find(|part| part.has_class("square"));
        let drawn = drawn.unwrap().numbers(&["x", "y", "width", "height"]);
        assert_eq!(drawn, square, "{name}");
        let view = inside.iter().find(|part| part.has_class("photo")).unwrap();
        assert_eq!(view.get("viewbox"), format!("0 0 {} {}", size.0, size.1));
        let sides: Vec<f64> = inside
            .iter()
            .filter(|part| part.has_class("round"))
            .flat_map(|part| part.numbers(&["width"]))
            .collect();
        assert_eq!(sides, [160.0, 56.0, 40.0, 640.0]);
        let sent = fs::read(folder.at("out").join(picture)).unwrap();
        assert!(page.image(name, 'p') == Some(sent), "{name}");
        // All of the photo, alone or in the middle of a square as wide as its longer side.
        let whole = image::load_from_memory(&page.image(name, 'o').unwrap()).unwrap();
        let place = inside
            .iter()
            .find(|part| part.name == "image" && part.get("id").starts_with('o'))
            .unwrap()
            .numbers(&["x", "y", "width", "height"]);
        if name == "large.jpg" {
            assert_eq!((whole.width(), whole.height()), (330, 175));
            assert_eq!(place, [0.0, 0.0, 2640.0, 1400.0]);
            continue;
        }
        assert_eq!(whole.width(), whole.height());
        let longer = f64::from(size.0.max(size.1));
        let begin = [size.0, size.1].map(|side| (f64::from(side) - longer) / 2.0);
        assert_eq!(place, [begin[0], begin[1], longer, longer]);
    }
}

#[test]
fn failures_come_first_then_warnings_and_what_is_skipped_last() {
    // Its end is below its square.
    let tail = jpeg(300, 900);
    let folder = Folder::new()
        .with("in/a.png", png(300, 300))
        .with("in/b-text.jpg", "no photo")
        .with("in/c-skipped.png", png(320, 300))
        .with("in/d-small.png", png(100, 100))
        .with("in/e-cut.png", cut(png(700, 700)))
        .with("in/f.png", png(310, 300))
        .with("in/g-skipped-text.jpg", "no photo either")
        .with("in/h-tail.jpg", &tail[..tail.len() * 9 / 10])
        .with(
            "o.csv",
            "photo,skip,focal\nc-skipped.png,yes,\nf.png,,\"0,0\"\ng-skipped-text.jpg,yes,\n",
        );

    let run = preview(
        &folder,
        &[
            "in",
            "--overrides",
            "o.csv",
            "--on-damage",
            "accept",
            "--json",
        ],
    );

    assert_eq!(run.code, Some(1), "{run:?}");
    let page = page(&folder);
    assert_eq!(
        page.names(),
        [
            "b-text.jpg",
            "d-small.png",
            "e-cut.png",
            "h-tail.jpg",
            "a.png",
            "f.png",
            "c-skipped.png",
            "g-skipped-text.jpg",
        ]
    );
    let notes = |name: &str| {
        let inside = page.inside(name);
        let notes = inside.iter().find(|part| part.has_class("notes"));
        notes.map_or(String::new(), |notes| notes.text.clone())
    };
    // The lines are those of the terminal and the report.
    for line in run.json() {
        if let Some(message) = line["error"]["message"].as_str() {
            let name = line["photo"].as_str().unwrap().strip_prefix("in/").unwrap();
            assert_eq!(notes(name), message);
        }
    }
    assert!(notes("e-cut.png").starts_with("damaged: "));
    assert!(
        notes("h-tail.jpg").contains("the file is cut off, but nothing"),
        "{}",
        notes("h-tail.jpg")
    );
    assert_eq!(notes("a.png"), "");
    // A photo that is too small is shown, though it has no picture.
    assert!(page.image("d-small.png", 'o').is_some() && page.image("d-small.png", 'p').is_none());
    let headings: Vec<&str> = page.named("h2").map(|heading| &*heading.text).collect();
    assert_eq!(headings, ["Failed", "Warnings", "No warning", "Skipped"]);
    let filters: Vec<&str> = page.named("label").map(|label| &*label.text).collect();
    assert_eq!(
        filters,
        [
            "All 8",
            "Failed 2",
            "Warnings 2",
            "Damaged 2",
            "No warning 2",
            "Overridden 3",
            "Skipped 2"
        ]
    );
    for (label, input) in page.named("label").zip(page.named("input")) {
        assert_eq!(label.get("for"), input.get("id"));
        let class = input.get("id").strip_prefix("show-").unwrap();
        let shown = page
            .cards()
            .iter()
            .filter(|card| card.has_class(class))
            .count();
        let counted = if class == "all" { 8 } else { shown };
        assert!(label.text.ends_with(&format!(" {counted}")), "{class}");
    }
    let lines = run.json();
    let summary = &lines.last().unwrap()["summary"];
    assert_eq!(
        (&summary["done"], &summary["failed"], &summary["skipped"]),
        (&4.into(), &2.into(), &2.into())
    );
}

#[test]
fn a_photo_that_is_a_picture_already_is_told_and_shown_as_it_is() {
    let folder = Folder::new().with("a.png", png(900, 500));
    let prepared = Run::of(
        group_picture()
            .current_dir(folder.path())
            .args(["prepare", "a.png", "--out", "out"]),
    );
    assert_eq!(prepared.code, Some(0), "{prepared:?}");

    let run = preview(&folder, &["out/a.jpg"]);

    assert_eq!(run.code, Some(0), "{run:?}");
    let page = page(&folder);
    let picture = fs::read(folder.at("out/a.jpg")).unwrap();
    assert!(page.image("a.jpg", 'p') == Some(picture));
    let inside = page.inside("a.jpg");
    let facts = inside.iter().find(|part| part.has_class("facts")).unwrap();
    assert!(facts.text.ends_with(", passed-through"), "{}", facts.text);
}
