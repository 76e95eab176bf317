//! `preview`: a page to look at before anything is sent.

use std::collections::BTreeSet;
use std::fs;

use base64::Engine;
use sha2::Digest;

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

#[cfg(unix)]
#[test]
fn whatever_a_photo_is_called_the_page_only_shows_it() {
    use std::os::unix::ffi::OsStrExt;

    let names: [&[u8]; 7] = [
        b"<script>alert(1)</script>.png",
        b"\"><img src=http://example.org onerror=alert(1)>.png",
        b"two\nlines\rand\ttab.png",
        "\u{202e}gnp.exe\u{2066}.png".as_bytes(),
        b"\x1b[2J\x07&lt;&#0;.png",
        b"</bdi></h3></article><!-- '\" -->]]>.png",
        b"not \xff utf-8.png",
    ];
    let folder = Folder::new().with("in/a.png", png(200, 200));
    for name in names {
        let path = folder.at("in").join(std::ffi::OsStr::from_bytes(name));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(folder.at("in/a.png"), path).unwrap();
    }

    let run = preview(&folder, &["in", "--recursive"]);

    assert_eq!(run.code, Some(0), "{run:?}");
    let page = page(&folder);
    assert_eq!(page.cards().len(), names.len() + 1);
    // No element, no attribute and no address but those that the page has for each photo.
    let elements: BTreeSet<&str> = page.elements.iter().map(|part| &*part.name).collect();
    let known = [
        "a", "article", "b", "bdi", "body", "circle", "code", "defs", "details", "div", "footer",
        "h1", "h2", "h3", "head", "header", "html", "image", "input", "label", "li", "link",
        "main", "meta", "p", "path", "pre", "rect", "script", "section", "style", "summary", "svg",
        "title", "ul", "use",
    ];
    let strangers = &elements - &BTreeSet::from(known);
    assert!(strangers.is_empty(), "{strangers:?}");
    assert_eq!(
        (page.named("script").count(), page.named("style").count()),
        (1, 1)
    );
    for part in &page.elements {
        for (attribute, value) in &part.attributes {
            assert!(!attribute.starts_with("on") && attribute != "style" && attribute != "src");
            let is_inside = value.starts_with('#')
                || value == "data:,"
                || value
                    .strip_prefix("data:image/jpeg;base64,")
                    .is_some_and(|data| {
                        data.bytes()
                            .all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
                    });
            assert!(attribute != "href" || is_inside, "{value}");
        }
    }
    let is_plain = |letter: char| {
        letter == '\n'
            || !(letter.is_control()
                || ('\u{200b}'..='\u{200f}').contains(&letter)
                || ('\u{202a}'..='\u{202e}').contains(&letter)
                || ('\u{2066}'..='\u{2069}').contains(&letter))
    };
    assert!(page.text.chars().all(is_plain));
    // And each is there to be read.
    let shown = page.names();
    for part in [
        "<script>alert(1)</script>.png",
        "\"><img src=http:/example.org onerror=alert(1)>.png",
        "two\\nlines\\rand\\ttab.png",
        "\\u{202e}gnp.exe\\u{2066}.png",
        "\\u{1b}[2J\\u{7}&lt;&#0;.png",
        "not \\xFF utf-8.png",
    ] {
        assert!(shown.iter().any(|name| name == part), "{part}: {shown:?}");
    }
    // What is no text has no name in a list.
    assert!(
        !page
            .card("not \\xFF utf-8.png")
            .attributes
            .contains_key("data-photo")
    );
}

#[test]
fn nothing_may_be_loaded_and_nothing_runs_but_the_pages_own_script() {
    let folder = Folder::new().with("a.png", png(200, 200));

    preview(&folder, &["a.png"]);

    let page = page(&folder);
    let hash = |name: &str| {
        let text = &page.named(name).next().unwrap().text;
        let hash = sha2::Sha256::digest(text.as_bytes());
        base64::engine::general_purpose::STANDARD.encode(hash)
    };
    let is_policy =
        |meta: &&crate::page::Element| meta.get("http-equiv") == "Content-Security-Policy";
    let policy = page.named("meta").find(is_policy).unwrap();
    let directives: BTreeSet<&str> = policy.get("content").split("; ").collect();
    let (style, script) = (hash("style"), hash("script"));
    assert_eq!(
        directives,
        BTreeSet::from([
            "default-src 'none'",
            "img-src data:",
            &*format!("style-src 'sha256-{style}'"),
            &*format!("script-src 'sha256-{script}'"),
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ])
    );
    // It counts for what comes after it.
    let at = page.text.find("Content-Security-Policy").unwrap();
    for late in ["<link", "<style", "<script", "<svg", "href", "url("] {
        assert!(
            page.text.find(late).is_none_or(|place| place > at),
            "{late}"
        );
    }
}

#[test]
fn the_page_is_the_same_for_any_number_of_threads() {
    let folder = (0..9).fold(Folder::new(), |folder, number| {
        folder
            .with(&format!("in/{number}.jpg"), jpeg(300 + number, 260))
            .with(&format!("in/{number}-cut.png"), cut(png(300 + number, 250)))
    });
    let made = |args: &[&str]| {
        let run = preview(&folder, &[&["in"][..], args].concat());
        assert_eq!(run.code, Some(1), "{run:?}");
        fs::read(folder.at("preview.html")).unwrap()
    };

    let alone = made(&["-j", "1"]);

    assert!(made(&["-j", "4"]) == alone);
    assert!(made(&["-j", "9", "--memory", "1M"]) == alone);
    assert!(made(&["-j", "2", "--quality", "50"]) != alone);
}

#[test]
fn a_list_of_groups_is_shown_with_its_groups_and_overrides() {
    let folder = Folder::new()
        .with(
            "list/groups.csv",
            "chat_id,photo\n-100,in/a.png\n-200,in/a.png\n-300,b.jpg\n-400,gone.jpg\n",
        )
        .with("list/in/a.png", png(900, 500))
        .with("list/b.jpg", jpeg(500, 500))
        .with(
            "o.csv",
            "photo,focal,fit\nin/a.png,\"0.1,0.5\",\nb.jpg,,contain\n",
        );

    let run = preview(
        &folder,
        &["list/groups.csv", "--overrides", "o.csv", "--json"],
    );

    assert_eq!(run.code, Some(1), "{run:?}");
    let page = page(&folder);
    let targets: Vec<&str> = page
        .elements
        .iter()
        .filter(|part| part.has_class("target"))
        .map(|part| &*part.text)
        .collect();
    assert_eq!(
        targets,
        ["group -400", "group -100", "group -200", "group -300"]
    );
    assert_eq!(page.names(), ["gone.jpg", "in/a.png", "in/a.png", "b.jpg"]);
    let card = page.card("in/a.png");
    assert_eq!(
        (
            card.get("data-photo"),
            card.get("data-focal"),
            card.get("data-size")
        ),
        ("in%2Fa.png", "0.1,0.5", "900 500")
    );
    assert_eq!(page.card("b.jpg").get("data-fit"), "contain");
    let square = page.inside("in/a.png");
    let square = square.iter().find(|part| part.has_class("square")).unwrap();
    // 0.1 × 900 − 250 would be left of the photo.
    assert_eq!(square.numbers(&["x", "width"]), [0.0, 500.0]);
    assert!(run.json()[0]["chat_id"].is_string());
}

#[test]
fn an_earlier_preview_is_replaced_and_nothing_else() {
    let photo = png(200, 200);
    let folder = Folder::new()
        .with("in/a.png", &photo)
        .with("in/o.csv", "photo\na.png\n")
        .with("notes.html", "<!doctype html><title>Notes</title>");
    let args = ["in", "--overrides", "in/o.csv", "--out"];

    for out in ["in/a.png", "in/o.csv", "notes.html", "in", "none/p.html"] {
        let run = preview(&folder, &[&args[..], &[out]].concat());

        assert_eq!(run.code, Some(2), "{out}: {run:?}");
    }
    let first = preview(&folder, &[&args[..], &["in/p.html"]].concat());
    let page = fs::read(folder.at("in/p.html")).unwrap();
    let second = preview(&folder, &[&args[..], &["in/p.html"]].concat());

    // Neither the page nor the overrides is a photo of the folder.
    assert_eq!(second.summary(), "1 photo: 1 previewed", "{second:?}");
    assert_eq!((first.code, second.code), (Some(0), Some(0)));
    assert!(fs::read(folder.at("in/p.html")).unwrap() == page);
    assert!(fs::read(folder.at("in/a.png")).unwrap() == photo);
    assert_eq!(
        folder.names(),
        ["in/a.png", "in/o.csv", "in/p.html", "notes.html"]
    );
}

#[test]
fn where_there_is_nothing_to_see_no_page_is_made() {
    let folder = Folder::new().with("in/.hidden.png", png(200, 200));

    let run = preview(&folder, &["in"]);

    assert_eq!(run.code, Some(3), "{run:?}");
    assert_eq!(folder.names(), ["in/.hidden.png"]);
}

#[test]
fn many_photos_are_parted_into_pages_with_small_pictures() {
    let small = png(200, 200);
    let folder = (0..205).fold(Folder::new(), |folder, number| {
        folder.with(&format!("in/{number:03}.png"), &small)
    });

    let run = preview(&folder, &["in", "--quiet"]);

    assert_eq!(run.code, Some(0), "{run:?}");
    let page = page(&folder);
    let parts: Vec<&str> = page.named("section").map(|part| part.get("id")).collect();
    assert_eq!(parts, ["page-1", "page-2", "page-3"]);
    for way in page.named("a") {
        assert!(parts.contains(&&way.get("href")[1..]), "{way:?}");
    }
    let index = |id: &str| {
        let is_it = |part: &crate::page::Element| part.get("id") == id;
        page.elements.iter().position(is_it).unwrap()
    };
    let counts = parts.iter().map(|id| {
        let part = index(id);
        let cards = page.cards();
        cards
            .iter()
            .filter(|card| card.ancestors.contains(&part))
            .count()
    });
    assert_eq!(counts.collect::<Vec<_>>(), [100, 100, 5]);
    let names: Vec<String> = (0..205).map(|number| format!("{number:03}.png")).collect();
    assert_eq!(page.names(), names);
    let ids: BTreeSet<&str> = page
        .elements
        .iter()
        .map(|part| part.get("id"))
        .filter(|id| !id.is_empty())
        .collect();
    let all = page
        .elements
        .iter()
        .filter(|part| !part.get("id").is_empty())
        .count();
    assert_eq!(ids.len(), all, "each id is there once");
    let picture = image::load_from_memory(&page.image("007.png", 'p').unwrap()).unwrap();
    assert_eq!((picture.width(), picture.height()), (160, 160));
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
