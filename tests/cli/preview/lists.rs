//! Lists of groups: what the page says of each group, and that what was saved from a page is found in a list.

use std::fs;
use std::io::Write;
use std::process::Stdio;

use super::{page, preview};
use crate::account::pointed_at;
use crate::run::{Folder, Run, group_picture, jpeg, png};
use emulator::{Config, Emulator};

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
fn a_list_from_stdin_is_a_list_and_is_previewed_alone() {
    let folder = Folder::new().with("in/a.png", png(300, 300));
    let run = |args: &[&str]| {
        let mut command = group_picture();
        command.current_dir(folder.path()).arg("preview").args(args);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // It may have ended already, of wrong arguments.
        let _ = stdin.write_all(b"chat_id;photo\n-7;in/a.png\n");
        drop(stdin);
        Run::from(child.wait_with_output().unwrap())
    };

    let alone = run(&["-"]);
    let cards = page(&folder).names();
    let beside = run(&["-", "in/a.png"]);
    let twice = run(&["-", "--overrides", "-"]);

    assert_eq!(alone.code, Some(0), "{alone:?}");
    assert_eq!(cards, ["in/a.png"]);
    assert_eq!(alone.summary(), "1 photo: 1 previewed");
    let page = page(&folder);
    let is_target = |part: &&crate::page::Element| part.has_class("target");
    let target = page.elements.iter().find(is_target).unwrap();
    assert_eq!(target.text, "group -7");
    for (run, part) in [(beside, "previewed alone"), (twice, "only one input")] {
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains(part), "{run:?}");
    }
}

#[test]
fn cards_are_labelled_with_the_names_of_photo_and_group() {
    let folder = Folder::new()
        .with(
            "groups.csv",
            "chat_id,name,photo\n-1,\"<b>Us & them</b>\",a.png\n-2,,b.png\n-3,,c.png\n",
        )
        .with("names.csv", "chat_id,name\n-2,Chess\n-9,Other\n")
        .with("a.png", png(300, 200))
        .with("b.png", png(310, 200))
        .with("c.png", png(320, 200));

    let run = preview(&folder, &["groups.csv", "--names", "names.csv"]);

    assert_eq!(run.code, Some(0), "{run:?}");
    let page = page(&folder);
    for (photo, label) in [
        ("a.png", "a.png, <b>Us & them</b>, group -1"),
        ("b.png", "b.png, Chess, group -2"),
        ("c.png", "c.png, group -3"),
    ] {
        assert_eq!(page.card(photo).get("aria-label"), label);
        let inside = page.inside(photo);
        let labels: Vec<&str> = inside
            .iter()
            .map(|part| part.get("aria-label"))
            .filter(|label| !label.is_empty())
            .collect();
        // The photo, its picture in three sizes, and what shows the large one.
        assert_eq!(labels.len(), 6, "{labels:?}");
        assert!(labels.iter().all(|own| own.contains(label)), "{labels:?}");
    }
}

#[test]
fn overrides_saved_from_the_preview_of_a_folder_are_found_in_a_list() {
    let folder = Folder::new()
        .with("photos/a.png", png(900, 500))
        .with("photos/deep/b.png", png(910, 500))
        .with(
            "lists/groups.csv",
            "chat_id,photo\n-1,../photos/a.png\n-2,../photos/deep/b.png\n",
        )
        .with(
            "lists/two.csv",
            "chat_id,photo\n-1,one/x.png\n-2,two/x.png\n-3,y.png\n",
        )
        .with("lists/one/x.png", png(600, 500))
        .with("lists/two/x.png", png(610, 500))
        .with("lists/y.png", png(620, 500));
    let emulator = Emulator::start(Config::new()).unwrap();
    let batch = |list: &str, overrides: &str| {
        Run::of(
            pointed_at(&emulator)
                .current_dir(folder.path())
                .args(["batch", list, "--overrides", overrides])
                .args(["--rate", "1000", "--out", "kept"]),
        )
    };
    preview(&folder, &["photos", "--recursive", "--quiet"]);
    let page = page(&folder);
    // As the page's script writes them.
    let key = |name: &str| page.card(name).get("data-photo").replace("%2F", "/");
    let rows = format!(
        "photo,focal,skip\n{},\"1,0.5\",\n{},,yes\n",
        key("a.png"),
        key("deep/b.png")
    );
    fs::write(folder.at("o.csv"), rows).unwrap();
    fs::write(folder.at("ambiguous.csv"), "photo,skip\nx.png,yes\n").unwrap();
    fs::write(
        folder.at("clear.csv"),
        "photo,skip\none/x.png,yes\ny.png,yes\n",
    )
    .unwrap();

    let found = batch("lists/groups.csv", "o.csv");
    let ambiguous = batch("lists/two.csv", "ambiguous.csv");
    let clear = batch("lists/two.csv", "clear.csv");
    let prepared = Run::of(group_picture().current_dir(folder.path()).args([
        "prepare",
        "photos/a.png",
        "--focal",
        "1,0.5",
        "--out",
        "expected",
    ]));

    assert_eq!(found.summary(), "2 groups: 1 set, 1 skipped", "{found:?}");
    assert_eq!(prepared.code, Some(0), "{prepared:?}");
    let sent = fs::read(folder.at("kept/-1.jpg")).unwrap();
    assert!(sent == fs::read(folder.at("expected/a.jpg")).unwrap());
    assert_eq!(ambiguous.code, Some(2), "{ambiguous:?}");
    assert!(
        ambiguous
            .stderr
            .contains("ambiguous.csv:2: 2 photos are named \"x.png\": write ")
            && ambiguous.stderr.contains("one/x.png")
            && ambiguous.stderr.contains("two/x.png"),
        "{ambiguous:?}"
    );
    assert_eq!(clear.summary(), "3 groups: 1 set, 2 skipped", "{clear:?}");
}
