//! Names of pictures: nothing is overwritten unawares.

use std::fs;

use crate::run::{Folder, Run, group_picture, jpeg, names_in, png};

#[test]
fn photos_whose_pictures_would_have_one_name_are_refused_and_the_others_prepared() {
    let folder = Folder::new()
        .with("in/a.jpg", jpeg(640, 640))
        .with("in/a.png", png(641, 641))
        .with("in/b.png", png(642, 642));
    let out = folder.at("out");

    let run = Run::of(
        group_picture()
            .arg("prepare")
            .arg(folder.at("in"))
            .arg("--out")
            .arg(&out),
    );

    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(run.summary(), "3 photos: 1 prepared, 2 name collision");
    assert_eq!(names_in(&out), ["b.jpg"]);
    let lines: Vec<&str> = run.stderr.lines().collect();
    let [jpg, png] = ["in/a.jpg", "in/a.png"].map(|name| folder.at(name).display().to_string());
    assert_eq!(lines.len(), 2);
    assert!(
        lines[0].starts_with(&jpg) && lines[0].contains(&png),
        "{run:?}"
    );
    assert!(
        lines[1].starts_with(&png) && lines[1].contains(&jpg),
        "{run:?}"
    );
}

#[test]
fn names_that_only_some_disks_keep_apart_collide_everywhere() {
    for [one, other] in [
        ["Photo.png", "photo.jpg"],
        ["caf\u{e9}.png", "cafe\u{301}.jpg"],
        ["ФОТО.png", "фото.jpg"],
    ] {
        let folder = Folder::new()
            .with(&format!("in/{one}"), png(640, 640))
            .with(&format!("in/{other}"), jpeg(641, 641));

        let run = Run::of(
            group_picture()
                .arg("prepare")
                .arg(folder.at("in"))
                .arg("--out")
                .arg(folder.at("out")),
        );

        assert_eq!(
            run.summary(),
            "2 photos: 0 prepared, 2 name collision",
            "{one} {other}"
        );
    }
}

#[test]
fn collisions_are_found_across_folders() {
    let folder = Folder::new()
        .with("one/a.png", png(640, 640))
        .with("two/a.png", png(641, 641));

    let run = Run::of(
        group_picture()
            .arg("prepare")
            .args([folder.at("one"), folder.at("two")])
            .arg("--out")
            .arg(folder.at("out")),
    );

    assert_eq!(run.summary(), "2 photos: 0 prepared, 2 name collision");
    assert!(run.stderr.contains("two folders"), "{run:?}");
}

#[test]
fn with_full_names_extensions_tell_photos_apart() {
    let folder = Folder::new()
        .with("in/a.jpg", jpeg(640, 640))
        .with("in/a.png", png(641, 641));
    let out = folder.at("out");

    let run = Run::of(
        group_picture()
            .arg("prepare")
            .arg(folder.at("in"))
            .arg("--full-names")
            .arg("--out")
            .arg(&out),
    );

    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(names_in(&out), ["a.jpg.jpg", "a.png.jpg"]);
}

#[test]
fn a_photo_that_is_given_twice_is_prepared_once() {
    let folder = Folder::new().with("in/a.png", png(640, 640));

    let run = Run::of(
        group_picture()
            .arg("prepare")
            .args([
                folder.at("in/a.png"),
                folder.at("in"),
                folder.at("in/../in/a.png"),
            ])
            .arg("--out")
            .arg(folder.at("out")),
    );

    assert_eq!(
        (run.code, run.summary()),
        (Some(0), "1 photo: 1 prepared"),
        "{run:?}"
    );
}

#[test]
fn a_picture_never_takes_the_place_of_a_photo() {
    let photo = jpeg(700, 700);
    let folder = Folder::new()
        .with("in/a.jpg", &photo)
        .with("in/b.png", png(700, 700));

    let run = Run::of(
        group_picture()
            .arg("prepare")
            .arg(folder.at("in"))
            .arg("--overwrite")
            .arg("--out")
            .arg(folder.at("in")),
    );

    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(
        run.summary(),
        "2 photos: 1 prepared, 1 would replace a photo"
    );
    assert_eq!(fs::read(folder.at("in/a.jpg")).unwrap(), photo);
    assert_eq!(names_in(&folder.at("in")), ["a.jpg", "b.jpg", "b.png"]);
}

#[cfg(unix)]
#[test]
fn a_photo_is_known_by_any_of_its_names() {
    let photo = jpeg(700, 700);
    let folder = Folder::new()
        .with("in/a.jpg", &photo)
        .with("linked/unrelated.txt", "");
    std::os::unix::fs::symlink(folder.at("in"), folder.at("out")).unwrap();
    fs::hard_link(folder.at("in/a.jpg"), folder.at("linked/a.jpg")).unwrap();

    for out in ["out", "linked"] {
        let run = Run::of(
            group_picture()
                .arg("prepare")
                .arg(folder.at("in"))
                .arg("--overwrite")
                .arg("--out")
                .arg(folder.at(out)),
        );

        assert_eq!(
            run.summary(),
            "1 photo: 0 prepared, 1 would replace a photo",
            "{out}"
        );
        assert_eq!(fs::read(folder.at("in/a.jpg")).unwrap(), photo);
    }
}

#[test]
fn what_is_there_already_stays_unless_told_otherwise() {
    let folder = Folder::new()
        .with("in/a.png", png(640, 640))
        .with("in/b.png", png(641, 641))
        .with("out/a.jpg", "precious");
    let prepare = |flags: &[&str]| {
        let mut command = group_picture();
        command
            .arg("prepare")
            .arg(folder.at("in"))
            .arg("--out")
            .arg(folder.at("out"))
            .args(flags);
        Run::of(&mut command)
    };
    let kept = || fs::read(folder.at("out/a.jpg")).unwrap() == b"precious";

    let refused = prepare(&[]);
    assert_eq!((refused.code, kept()), (Some(1), true), "{refused:?}");
    assert_eq!(refused.summary(), "2 photos: 1 prepared, 1 picture exists");

    let skipped = prepare(&["--skip-existing"]);
    assert_eq!((skipped.code, kept()), (Some(0), true), "{skipped:?}");
    assert_eq!(skipped.summary(), "2 photos: 0 prepared, 2 kept");

    let replaced = prepare(&["--overwrite"]);
    assert_eq!((replaced.code, kept()), (Some(0), false), "{replaced:?}");
    assert_eq!(replaced.summary(), "2 photos: 2 prepared");
    assert_eq!(names_in(&folder.at("out")), ["a.jpg", "b.jpg"]);
}

#[test]
fn what_cannot_be_written_leaves_nothing_behind() {
    let folder = Folder::new()
        .with("in/a.png", png(640, 640))
        .with("out/a.jpg/in-the-way", "");

    let run = Run::of(
        group_picture()
            .arg("prepare")
            .arg(folder.at("in"))
            .arg("--overwrite")
            .arg("--out")
            .arg(folder.at("out")),
    );

    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(run.summary(), "1 photo: 0 prepared, 1 not written");
    assert_eq!(names_in(&folder.at("out")), ["a.jpg/in-the-way"]);
}

#[test]
fn a_file_in_the_place_of_the_folder_is_told_before_any_work() {
    let folder = Folder::new()
        .with("a.png", png(640, 640))
        .with("out", "a file");

    let run = Run::of(
        group_picture()
            .arg("prepare")
            .arg(folder.at("a.png"))
            .arg("--out")
            .arg(folder.at("out")),
    );

    assert_eq!(run.code, Some(2), "{run:?}");
    assert_eq!(fs::read(folder.at("out")).unwrap(), b"a file");
}
