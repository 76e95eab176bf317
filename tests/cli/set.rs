//! `set`: one photo, one group.

use emulator::{Config, Emulator};

use crate::account::pointed_at;
use crate::run::{Folder, Run, group_picture, names_in, png};

#[test]
fn a_chat_id_that_begins_with_a_minus_just_works() {
    let folder = Folder::new().with("photo.png", png(640, 640));
    let photo = folder.at("photo.png").display().to_string();

    for args in [
        &["set", "-10000000000000", &photo, "--emulator"][..],
        &["set", "--emulator", "-10000000000000", &photo],
        &["set", "-10000000000000", "--emulator", &photo],
        &["set", "--emulator", "--", "-10000000000000", &photo],
    ] {
        let run = Run::of(group_picture().args(args));

        assert_eq!(run.code, Some(0), "{args:?} {run:?}");
        assert_eq!(run.summary(), "1 group: 1 set");
    }
}

#[test]
fn the_group_gets_the_picture_that_prepare_makes() {
    let folder = Folder::new().with("photo.png", png(900, 700));
    let emulator = Emulator::start(Config::new()).unwrap();

    let set = Run::of(
        pointed_at(&emulator)
            .args(["set", "-100", "--json"])
            .arg(folder.at("photo.png")),
    );
    let prepared = Run::of(
        group_picture()
            .arg("prepare")
            .arg(folder.at("photo.png"))
            .arg("--out")
            .arg(folder.path()),
    );

    assert_eq!((set.code, prepared.code), (Some(0), Some(0)), "{set:?}");
    let shown = &emulator.pictures()["-100"];
    assert_eq!(
        shown.bytes().unwrap(),
        std::fs::read(folder.at("photo.jpg")).unwrap()
    );
    let lines = set.json();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["chat_id"], "-100");
    assert_eq!(lines[0]["status"], "set");
    assert_eq!(lines[0]["url"], shown.url());
    assert_eq!(
        (lines[0]["width"].as_u64(), lines[0]["bytes"].as_u64()),
        (Some(640), Some(shown.size()))
    );
}

#[test]
fn a_chat_id_that_is_none_is_refused_before_anything_is_sent() {
    let folder = Folder::new().with("photo.png", png(640, 640));
    let emulator = Emulator::start(Config::new()).unwrap();

    for chat in [
        "100",
        "\u{2212}100",
        "120363043968066561@g.us",
        "-100 ",
        "-10O",
        "",
    ] {
        let run = Run::of(
            pointed_at(&emulator)
                .args(["set", chat])
                .arg(folder.at("photo.png")),
        );

        assert_eq!(run.code, Some(2), "{chat:?} {run:?}");
    }
    assert!(emulator.requests().is_empty());
}

#[test]
fn a_photo_that_fails_is_not_sent() {
    let folder = Folder::new().with("photo.png", "text");
    let emulator = Emulator::start(Config::new()).unwrap();

    let run = Run::of(
        pointed_at(&emulator)
            .args(["set", "-100"])
            .arg(folder.at("photo.png")),
    );

    assert_eq!(
        (run.code, run.summary()),
        (Some(1), "1 group: 0 set, 1 not an image")
    );
    let start = format!(
        "{}: group -100: not an image",
        folder.at("photo.png").display()
    );
    assert!(run.stderr.starts_with(&start), "{run:?}");
    assert!(emulator.requests().is_empty());
}

#[test]
fn the_accounts_own_picture_is_set_without_a_chat_id() {
    let folder = Folder::new().with("photo.png", png(300, 300));
    let emulator = Emulator::start(Config::new()).unwrap();
    let photo = folder.at("photo.png").display().to_string();

    let run = Run::of(
        pointed_at(&emulator)
            .args(["set", "--own", &photo, "--out"])
            .arg(folder.at("out")),
    );

    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.summary(), "1 account: 1 set");
    assert_eq!(names_in(&folder.at("out")), ["profile.jpg"]);
    let pictures = emulator.pictures();
    let (target, _) = pictures.iter().next().unwrap();
    assert_eq!((target.as_str(), pictures.len()), ("profile", 1));
    for args in [
        &["set", "--own", "-100", &photo][..],
        &["set", &photo],
        &["set"],
        &["set", "-100", &photo, &photo],
    ] {
        let run = Run::of(pointed_at(&emulator).args(args));

        assert_eq!(run.code, Some(2), "{args:?} {run:?}");
    }
}

#[test]
fn each_messenger_of_the_family_has_its_own_ids() {
    let folder = Folder::new().with("photo.png", png(300, 300));
    let photo = folder.at("photo.png").display().to_string();

    for (messenger, chat, expected) in [
        ("max", "-10000000000000", 0),
        ("telegram", "-1001234567890", 0),
        ("whatsapp", "120363043968066561@g.us", 0),
        ("whatsapp", "-10000000000000", 2),
        ("max", "120363043968066561@g.us", 2),
        ("viber", "-10000000000000", 2),
    ] {
        let run = Run::of(group_picture().args([
            "set",
            chat,
            &photo,
            "--emulator",
            "--messenger",
            messenger,
        ]));

        assert_eq!(run.code, Some(expected), "{messenger} {chat} {run:?}");
    }
}

#[test]
fn a_picture_that_max_refuses_for_its_size_is_warned_of_before_and_explained_after() {
    let folder = Folder::new().with("noise.png", noise(1200));
    let emulator = Emulator::start(Config::new()).unwrap();
    let set = |more: &[&str]| {
        let mut command = pointed_at(&emulator);
        command
            .args(["set", "-100", "--size", "1200", "--quality", "100"])
            .arg(folder.at("noise.png"))
            .args(more);
        Run::of(&mut command)
    };

    let large = set(&[]);
    let planned = set(&["--dry-run"]);
    let small = set(&["--max-bytes", "300K"]);

    assert_eq!(large.code, Some(1), "{large:?}");
    for run in [&large, &planned] {
        assert!(
            run.stderr
                .contains("known to refuse more than about 850000"),
            "{run:?}"
        );
        assert!(run.stderr.contains("--max-bytes"), "{run:?}");
    }
    assert_eq!(large.summary(), "1 group: 0 set, 1 picture too large");
    assert_eq!(
        (small.code, small.stderr.as_str()),
        (Some(0), ""),
        "{small:?}"
    );
}

/// A PNG that no JPEG makes small.
fn noise(side: u32) -> Vec<u8> {
    let mut state = 1_u32;
    let pixels = image::RgbImage::from_fn(side, side, |_, _| {
        image::Rgb([(); 3].map(|()| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        }))
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    pixels
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}
