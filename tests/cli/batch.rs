//! `batch`: a list of groups.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use emulator::{Config, Emulator, Messenger, Method, Rule, Script};

use crate::account::{pointed_at, sends};
use crate::run::{Folder, Run, group_picture, jpeg, names_in, png, size_of_jpeg};

#[test]
fn the_photos_of_the_readme_become_avatars_on_the_emulator() {
    let list = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/photos/groups.csv");
    let folder = Folder::new();

    let run = Run::of(
        group_picture()
            .arg("batch")
            .arg(&list)
            .args(["--emulator", "--out"])
            .arg(folder.at("avatars")),
    );

    assert_eq!(run.code, Some(0), "{run:?}");
    let rows = fs::read_to_string(&list).unwrap().lines().count() - 1;
    assert_eq!(run.summary(), format!("{rows} groups: {rows} set"));
    let names = names_in(&folder.at("avatars"));
    assert_eq!(names.len(), rows);
    for name in names {
        let (width, height) = size_of_jpeg(&folder.at("avatars").join(name));
        assert!(width == height && width <= 640);
    }
}

#[test]
fn each_group_of_a_list_gets_its_own_photo() {
    let folder = Folder::new()
        .with(
            "list/groups.csv",
            "chat_id,photo\n-100,a.png\n-200,deep/b.jpg\n",
        )
        .with("list/a.png", png(300, 300))
        .with("list/deep/b.jpg", jpeg(400, 400));
    let emulator = Emulator::start(Config::new()).unwrap();

    let run = Run::of(
        pointed_at(&emulator)
            .arg("batch")
            .arg(folder.at("list/groups.csv"))
            .args(["--rate", "1000"]),
    );

    assert_eq!(run.code, Some(0), "{run:?}");
    let side = |chat: &str| {
        image::load_from_memory(&emulator.pictures()[chat].bytes().unwrap())
            .unwrap()
            .width()
    };
    assert_eq!((side("-100"), side("-200")), (300, 400));
}

#[test]
fn a_folder_whose_names_are_groups_is_a_list() {
    let folder = Folder::new()
        .with("in/-10000000000000.jpg", jpeg(300, 300))
        .with("in/-10000000000001.png", png(400, 400))
        .with("in/.DS_Store", "");
    let emulator = Emulator::start(Config::new()).unwrap();

    let run = Run::of(
        pointed_at(&emulator)
            .arg("batch")
            .arg(folder.at("in"))
            .args(["--rate", "1000"]),
    );

    assert_eq!(run.code, Some(0), "{run:?}");
    let chats: Vec<String> = emulator.pictures().into_keys().collect();
    assert_eq!(chats, ["-10000000000000", "-10000000000001"]);
}

#[test]
fn a_list_with_anything_wrong_sends_nothing() {
    let emulator = Emulator::start(Config::new()).unwrap();
    for (name, content) in [
        ("groups.csv", "chat_id,photo\n-100,a.png\n-100,a.png\n"),
        ("groups.csv", "chat_id,photo\n-100,a.png\n100,a.png\n"),
        ("groups.csv", "-100,a.png\n"),
        ("groups.csv", "chat_id,photo\n-100,\"a.png\n-200"),
        ("in/-100.png", ""),
        ("in/Thumbs.jpg", ""),
    ] {
        let folder = Folder::new()
            .with("in/-100.jpg", jpeg(300, 300))
            .with("a.png", png(300, 300))
            .with(name, content);
        let list = name.split('/').next().unwrap();

        let run = Run::of(pointed_at(&emulator).arg("batch").arg(folder.at(list)));

        assert_eq!(run.code, Some(2), "{content:?} {run:?}");
        assert_eq!(run.stdout, "");
    }
    assert!(emulator.requests().is_empty());
}

#[test]
fn a_list_of_nothing_is_told_apart() {
    let folder = Folder::new().with("groups.csv", "chat_id,photo\n");

    let run = Run::of(
        group_picture()
            .arg("batch")
            .arg(folder.at("groups.csv"))
            .arg("--emulator"),
    );

    assert_eq!(run.code, Some(3), "{run:?}");
}

#[test]
fn a_photo_that_fails_stops_none_of_the_other_groups() {
    let folder = Folder::new()
        .with(
            "groups.csv",
            "chat_id,photo\n-1,cut.png\n-2,text.png\n-3,good.png\n",
        )
        .with("cut.png", &png(300, 300)[..20])
        .with("text.png", "text")
        .with("good.png", png(300, 300));

    let run = Run::of(
        group_picture()
            .arg("batch")
            .arg(folder.at("groups.csv"))
            .arg("--emulator"),
    );

    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(run.summary(), "3 groups: 1 set, 1 not an image, 1 damaged");
}

#[test]
fn requests_keep_the_pace_that_was_asked_for() {
    let folder = Folder::new()
        .with(
            "groups.csv",
            "chat_id,photo\n-1,a.png\n-2,a.png\n-3,a.png\n-4,a.png\n",
        )
        .with("a.png", png(300, 300));
    let emulator = Emulator::start(Config::new()).unwrap();

    let run = Run::of(
        pointed_at(&emulator)
            .arg("batch")
            .arg(folder.at("groups.csv"))
            .args(["--rate", "4"]),
    );

    assert_eq!(run.code, Some(0), "{run:?}");
    let requests = emulator.requests();
    let arrived: Vec<_> = requests
        .iter()
        .filter(|request| request.method == Method::SetGroupPicture)
        .map(|request| request.arrived)
        .collect();
    assert_eq!(arrived.len(), 4);
    // Connecting takes a moment, the first time most; all together it cannot be made up for.
    assert!(
        arrived[3] - arrived[0] >= Duration::from_millis(450),
        "{arrived:?}"
    );
}

#[test]
fn a_kept_picture_never_takes_the_place_of_a_photo() {
    let photo = jpeg(700, 700);
    let folder = Folder::new().with("in/-100.jpg", &photo);
    let emulator = Emulator::start(Config::new()).unwrap();

    let run = Run::of(
        pointed_at(&emulator)
            .arg("batch")
            .arg(folder.at("in"))
            .arg("--out")
            .arg(folder.at("in")),
    );

    assert_eq!(run.code, Some(2), "{run:?}");
    assert_eq!(fs::read(folder.at("in/-100.jpg")).unwrap(), photo);
    assert!(emulator.requests().is_empty());
}

#[test]
fn a_batch_stops_when_the_account_is_refused() {
    let mut list = "chat_id,photo\n".to_owned();
    for number in 1..=30 {
        list.push_str(&format!("-{number},a.png\n"));
    }
    let folder = Folder::new()
        .with("groups.csv", list)
        .with("a.png", png(300, 300));
    for (args, sent) in [(&["--no-backup", "--no-journal"][..], 3), (&[], 0)] {
        let emulator = Emulator::start(Config::new().token("another")).unwrap();

        let run = Run::of(
            pointed_at(&emulator)
                .arg("batch")
                .arg(folder.at("groups.csv"))
                .args(["--rate", "1000"])
                .args(args),
        );

        assert_eq!(run.code, Some(4), "{run:?}");
        assert_eq!(
            run.summary(),
            "30 groups: 0 set, 3 token not accepted, 27 not begun"
        );
        assert!(
            run.stderr.contains("stopped: token not accepted"),
            "{run:?}"
        );
        assert_eq!(sends(&emulator), sent);
    }
}

#[test]
fn a_folder_of_photos_may_be_named_by_groups_of_whatsapp() {
    let folder = Folder::new()
        .with("in/120363043968066561@g.us.png", png(300, 300))
        .with("in/79876543210-1587570015@g.us.jpg", jpeg(300, 300));
    let emulator = Emulator::start(Config::new().messenger(Messenger::WhatsApp)).unwrap();

    let run = Run::of(
        pointed_at(&emulator)
            .arg("batch")
            .arg(folder.at("in"))
            .args(["--messenger", "whatsapp"]),
    );

    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(emulator.pictures().len(), 2);
}

#[test]
fn a_server_that_is_slow_to_answer_does_not_slow_down_the_batch() {
    let mut list = "chat_id,photo\n".to_owned();
    for number in 1..=40 {
        list.push_str(&format!("-{number},a.png\n"));
    }
    let folder = Folder::new()
        .with("groups.csv", list)
        .with("a.png", png(300, 300));
    let slow = Rule::new()
        .method(Method::SetGroupPicture)
        .latency(Duration::from_secs(1));
    let emulator = Emulator::start(Config::new().script(Script::new().rule(slow))).unwrap();
    let began = Instant::now();

    let run = Run::of(
        pointed_at(&emulator)
            .arg("batch")
            .arg(folder.at("groups.csv"))
            .args(["--rate", "20"]),
    );

    assert_eq!(run.code, Some(0), "{run:?}");
    // One after the other it would be 40 s.
    let took = began.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn a_dry_run_needs_no_credentials() {
    let folder = Folder::new()
        .with("groups.csv", "chat_id,photo\n-1,a.png\n-2,a.png\n")
        .with("a.png", png(300, 300));
    let emulator = Emulator::start(Config::new()).unwrap();
    let sent = Run::of(pointed_at(&emulator).current_dir(folder.path()).args([
        "batch",
        "groups.csv",
        "--limit",
        "1",
    ]));

    let run = Run::of(group_picture().current_dir(folder.path()).args([
        "batch",
        "groups.csv",
        "--dry-run",
    ]));

    assert_eq!(sent.code, Some(6), "{sent:?}");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.summary(), "2 groups: 1 to be set, 1 set before");
}
