//! `prepare --update`, `--dry-run` and `--suffix`.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::run::{Folder, Run, group_picture, jpeg, png};

fn prepare(folder: &Folder, options: &[&str]) -> Run {
    let mut command = group_picture();
    command
        .current_dir(folder.path())
        .args(["prepare", "in", "--out", "out"]);
    Run::of(command.args(options))
}

fn two_photos() -> Folder {
    Folder::new()
        .with("in/a.jpg", jpeg(500, 400))
        .with("in/b.png", png(500, 400))
}

/// When a file was changed last.
fn changed(path: &Path) -> SystemTime {
    path.metadata().unwrap().modified().unwrap()
}

#[test]
fn an_update_makes_again_what_has_changed_and_nothing_else() {
    let folder = two_photos();
    let summaries = |steps: &[&[&str]]| -> Vec<String> {
        let run = |options: &&[&str]| {
            let run = prepare(&folder, options);
            assert_eq!(run.code, Some(0), "{run:?}");
            run.summary().to_owned()
        };
        steps.iter().map(run).collect()
    };
    let nothing = "2 photos: 0 prepared, 2 kept";

    let first = summaries(&[&["--update"], &["--update"], &["--update", "--dry-run"]]);
    let options = summaries(&[
        &["--update", "--quality", "70"],
        &["--update", "--quality", "70"],
    ]);
    fs::write(folder.at("in/b.png"), png(600, 400)).unwrap();
    let photo = summaries(&[
        &["--update", "--quality", "70", "--dry-run"],
        &["--update", "--quality", "70"],
    ]);
    fs::remove_file(folder.at("out/a.jpg")).unwrap();
    fs::write(folder.at("out/b.jpg"), "damaged").unwrap();
    let pictures = summaries(&[
        &["--update", "--quality", "70"],
        &["--update", "--quality", "70"],
    ]);

    assert_eq!(first[..2], ["2 photos: 2 prepared", nothing]);
    assert_eq!(first[2], "2 photos: 0 to be prepared, 2 kept");
    assert_eq!(options, ["2 photos: 2 prepared", nothing]);
    assert_eq!(photo[0], "2 photos: 1 to be prepared, 1 kept");
    assert_eq!(photo[1], "2 photos: 1 prepared, 1 kept");
    assert_eq!(pictures, ["2 photos: 2 prepared", nothing]);
}

#[test]
fn an_update_reads_no_photo_that_has_not_changed_and_writes_no_picture_that_is_the_same() {
    let folder = two_photos();
    let plain = prepare(&folder, &[]);
    let long_ago = SystemTime::now() - Duration::from_secs(100_000);
    for picture in ["out/a.jpg", "out/b.jpg"] {
        let file = File::options()
            .write(true)
            .open(folder.at(picture))
            .unwrap();
        file.set_modified(long_ago).unwrap();
    }

    // Nothing is known of them, so they are made again, and found to be the same.
    let update = prepare(&folder, &["--update"]);
    // Its length and its time are as they were: it is not looked into.
    let photo = folder.at("in/b.png");
    let before = changed(&photo);
    let length = fs::metadata(&photo).unwrap().len() as usize;
    fs::write(&photo, vec![b'x'; length]).unwrap();
    File::options()
        .write(true)
        .open(&photo)
        .unwrap()
        .set_modified(before)
        .unwrap();
    let again = prepare(&folder, &["--update"]);

    assert_eq!(plain.summary(), "2 photos: 2 prepared");
    assert_eq!(
        update.summary(),
        "2 photos: 0 prepared, 2 kept",
        "{update:?}"
    );
    assert_eq!(again.summary(), "2 photos: 0 prepared, 2 kept", "{again:?}");
    assert_eq!(changed(&folder.at("out/a.jpg")), long_ago);
}

#[test]
fn a_file_that_is_not_ours_is_not_replaced_by_what_update_remembers() {
    for (content, code) in [("my notes\n", 2), ("", 0)] {
        let folder = two_photos().with("out/.group-picture.pictures", content);

        let run = prepare(&folder, &["--update"]);

        assert_eq!(run.code, Some(code), "{content:?} {run:?}");
        let kept = fs::read_to_string(folder.at("out/.group-picture.pictures")).unwrap();
        assert_eq!(kept == content, code == 2);
    }
}

#[test]
fn a_dry_run_tells_what_would_be_written_and_what_would_fail_and_writes_nothing() {
    let folder = two_photos().with("in/bad.jpg", "text");

    let dry = prepare(&folder, &["--dry-run"]);
    let names = folder.names();
    let json = prepare(&folder, &["-n", "--json"]);
    let real = prepare(&folder, &["--json"]);

    assert_eq!(dry.code, Some(1), "{dry:?}");
    assert_eq!(dry.summary(), "3 photos: 2 to be prepared, 1 not an image");
    assert!(
        dry.stdout.contains("in/a.jpg → out/a.jpg, 400×400, "),
        "{dry:?}"
    );
    assert_eq!(names, ["in/a.jpg", "in/b.png", "in/bad.jpg"]);
    // The same lines as those of the run itself, but for the status; in order of their photos.
    let lines = |run: &Run| {
        let mut lines = run.json();
        for line in &mut lines {
            line["status"] = "".into();
        }
        lines.sort_by_key(|line| line["photo"].to_string());
        lines
    };
    assert_eq!(lines(&json), lines(&real));
}

#[test]
fn a_suffix_is_put_before_the_extension_and_is_no_path() {
    let folder = two_photos();

    let run = prepare(&folder, &["--suffix", "-avatar"]);
    let full = prepare(&folder, &["--suffix=_s", "--full-names"]);

    assert_eq!(
        (run.code, full.code),
        (Some(0), Some(0)),
        "{run:?} {full:?}"
    );
    assert_eq!(
        folder.names()[2..],
        [
            "out/a-avatar.jpg",
            "out/a.jpg_s.jpg",
            "out/b-avatar.jpg",
            "out/b.png_s.jpg"
        ]
    );
    for wrong in ["/../x", "a\\b", "c:d"] {
        assert_eq!(
            prepare(&folder, &["--suffix", wrong]).code,
            Some(2),
            "{wrong}"
        );
    }
}
