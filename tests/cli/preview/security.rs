//! The page loads nothing, does nothing that a name says, and takes the place of nothing but an earlier page.

use std::collections::BTreeSet;
use std::fs;

use base64::Engine;
use sha2::Digest;

use super::{page, preview};
use crate::page::Element;
use crate::run::{Folder, png};

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
        "h1", "h2", "h3", "head", "header", "html", "image", "input", "kbd", "label", "li", "link",
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
    let is_policy = |meta: &&Element| meta.get("http-equiv") == "Content-Security-Policy";
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
