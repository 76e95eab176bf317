//! Many photos: their order, and the parts of the page.

use std::collections::BTreeSet;
use std::fs;

use super::{cut, page, preview};
use crate::page::Element;
use crate::run::{Folder, jpeg, png};

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
        let is_it = |part: &Element| part.get("id") == id;
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
    // A filter that leaves more than a part has its own links; one that leaves fewer shows all at once.
    let links = |class: &str| {
        let navs = page.named("nav").filter(|nav| nav.has_class(class));
        navs.map(|nav| nav.text.clone()).collect::<Vec<_>>()
    };
    assert_eq!(links("for-all"), ["123"; 6]);
    assert_eq!(links("for-fine"), ["123"; 6]);
    let with_links = page.named("nav").filter(|nav| nav.has_class("pages"));
    assert_eq!(with_links.count(), 12);
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
    assert!(made(&["-j", "9", "--memory", "2M"]) == alone);
    assert!(made(&["-j", "2", "--quality", "50"]) != alone);
}

#[test]
fn photos_of_a_folder_are_in_the_order_in_which_people_count() {
    let sorted = [
        "2 b.png",
        "10.png",
        "IMG_3.png",
        "img_20.png",
        "photo1.png",
        "photo2/x9.png",
        "photo2/x11.png",
        "photo10.png",
        "\u{436}.png",
    ];
    let folder = sorted.iter().rev().fold(Folder::new(), |folder, name| {
        folder.with(&format!("in/{name}"), png(200, 200))
    });

    let run = preview(&folder, &["in", "--recursive", "--quiet"]);

    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(page(&folder).names(), sorted);
}
