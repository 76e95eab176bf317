//! Which files of a folder are photos.

use crate::run::{Folder, Run, group_picture, names_in, png};

#[test]
fn subfolders_are_left_alone_unless_asked_for_and_then_mirrored() {
    let folder = Folder::new()
        .with("in/a.png", png(640, 640))
        .with("in/deep/er/b.png", png(641, 641))
        .with("in/.git/c.png", png(642, 642));
    let prepare = |out: &str, flags: &[&str]| {
        let mut command = group_picture();
        command
            .arg("prepare")
            .arg(folder.at("in"))
            .arg("--out")
            .arg(folder.at(out))
            .args(flags);
        Run::of(&mut command)
    };

    let flat = prepare("flat", &[]);
    let deep = prepare("deep", &["--recursive"]);

    assert_eq!(
        (flat.code, deep.code),
        (Some(0), Some(0)),
        "{flat:?} {deep:?}"
    );
    assert_eq!(names_in(&folder.at("flat")), ["a.jpg"]);
    assert_eq!(names_in(&folder.at("deep")), ["a.jpg", "deep/er/b.jpg"]);
}

#[test]
fn pictures_among_the_photos_are_not_taken_for_photos_the_next_time() {
    let folder = Folder::new().with("in/a.png", png(640, 640));
    let out = folder.at("in/avatars");
    let prepare = || {
        let mut command = group_picture();
        command
            .arg("prepare")
            .arg(folder.at("in"))
            .arg("--out")
            .arg(&out);
        Run::of(command.args(["--recursive", "--overwrite"]))
    };

    let first = prepare();
    let second = prepare();

    assert_eq!((first.code, second.code), (Some(0), Some(0)), "{second:?}");
    assert_eq!(second.summary(), "1 photo: 1 prepared");
    assert_eq!(folder.names(), ["in/a.png", "in/avatars/a.jpg"]);
}

#[cfg(unix)]
#[test]
fn links_pipes_and_loops_in_a_folder_are_passed_by() {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    let folder = Folder::new()
        .with("in/a.png", png(640, 640))
        .with("elsewhere/secret.png", png(641, 641));
    symlink(folder.at("elsewhere/secret.png"), folder.at("in/link.png")).unwrap();
    symlink(folder.at("elsewhere"), folder.at("in/away")).unwrap();
    symlink(folder.at("in"), folder.at("in/loop")).unwrap();
    let made = Command::new("mkfifo")
        .arg(folder.at("in/pipe.png"))
        .status();
    assert!(made.is_ok_and(|status| status.success()));

    let run = Run::of(
        group_picture()
            .arg("prepare")
            .arg(folder.at("in"))
            .args(["--recursive", "--out"])
            .arg(folder.at("out")),
    );

    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(names_in(&folder.at("out")), ["a.jpg"]);
    assert_eq!(
        run.stderr,
        "group-picture: links in folders are not followed: 3\n"
    );
}

#[cfg(unix)]
#[test]
fn a_link_that_is_named_is_followed() {
    use std::os::unix::fs::symlink;

    let folder = Folder::new().with("photos/a.png", png(640, 640));
    symlink(folder.at("photos/a.png"), folder.at("one.png")).unwrap();
    symlink(folder.at("photos"), folder.at("many")).unwrap();

    let run = Run::of(
        group_picture()
            .arg("prepare")
            .args([folder.at("one.png"), folder.at("many")])
            .arg("--out")
            .arg(folder.at("out")),
    );

    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(names_in(&folder.at("out")), ["a.jpg", "one.jpg"]);
}
