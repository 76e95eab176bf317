//! `prepare`: photos become pictures, with a line of output for each.

mod damage;
mod folders;
mod limits;

use std::fs;

use crate::run::{Folder, Run, group_picture, jpeg, names_in, png, size_of_jpeg};

#[test]
fn a_folder_of_photos_becomes_a_folder_of_pictures() {
    let folder = Folder::new()
        .with("in/landscape.png", png(900, 700))
        .with("in/portrait.JPG", jpeg(650, 800))
        .with("in/small.png", png(300, 200));
    let out = folder.at("out");

    let run = Run::of(
        group_picture()
            .arg("prepare")
            .arg(folder.at("in"))
            .arg("--out")
            .arg(&out),
    );

    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.stderr, "");
    assert_eq!(run.summary(), "3 photos: 3 prepared");
    assert_eq!(
        names_in(&out),
        ["landscape.jpg", "portrait.jpg", "small.jpg"]
    );
    assert_eq!(size_of_jpeg(&out.join("landscape.jpg")), (640, 640));
    assert_eq!(size_of_jpeg(&out.join("portrait.jpg")), (640, 640));
    assert_eq!(size_of_jpeg(&out.join("small.jpg")), (200, 200));
}

#[test]
fn a_photo_that_fails_stops_none_of_the_others() {
    let whole = png(700, 700);
    let folder = Folder::new()
        .with("in/cut.png", &whole[..whole.len() / 2])
        .with("in/empty.jpg", "")
        .with("in/good.png", &whole)
        .with("in/text.jpg", "not a photo at all")
        .with("in/tiny.png", png(20, 20));
    let out = folder.at("out");

    let run = Run::of(
        group_picture()
            .arg("prepare")
            .arg(folder.at("in"))
            .arg("--out")
            .arg(&out),
    );

    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(names_in(&out), ["good.jpg"]);
    assert_eq!(
        run.summary(),
        "5 photos: 1 prepared, 2 not an image, 1 damaged, 1 too small"
    );
    let mut starts: Vec<&str> = run
        .stderr
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, _)| name)
        .collect();
    starts.sort_unstable();
    let expected =
        ["cut.png", "empty.jpg", "text.jpg", "tiny.png"].map(|name| folder.at("in").join(name));
    assert_eq!(
        starts,
        expected.each_ref().map(|path| path.to_str().unwrap())
    );
}

#[test]
fn where_there_is_no_photo_a_script_is_told_so() {
    let folder = Folder::new().with("in/.hidden.png", png(700, 700));
    let out = folder.at("out");

    for input in ["in", "missing.jpg"] {
        let run = Run::of(
            group_picture()
                .arg("prepare")
                .arg(folder.at(input))
                .arg("--out")
                .arg(&out),
        );

        assert_eq!(run.code, Some(3), "{run:?}");
        assert!(run.stderr.contains("no photos found"), "{run:?}");
        assert!(!out.exists());
    }
}

#[test]
fn a_missing_photo_is_a_failure_of_its_own() {
    let folder = Folder::new().with("photo.png", png(700, 700));
    let out = folder.at("out");

    let run = Run::of(
        group_picture()
            .arg("prepare")
            .args([folder.at("missing.jpg"), folder.at("photo.png")])
            .arg("--out")
            .arg(&out),
    );

    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(run.summary(), "2 photos: 1 prepared, 1 not readable");
    assert_eq!(names_in(&out), ["photo.jpg"]);
}

#[test]
fn as_many_threads_as_one_likes_make_the_same_bytes() {
    let mut folder = Folder::new();
    for number in 0..6 {
        folder = folder.with(&format!("in/{number}.jpg"), jpeg(1200 + 7 * number, 1000));
    }
    let prepare = |threads: &str| {
        let out = folder.at(threads);
        let run = Run::of(
            group_picture()
                .arg("prepare")
                .arg(folder.at("in"))
                .args(["--threads", threads, "--out"])
                .arg(&out),
        );
        assert_eq!(run.code, Some(0), "{run:?}");
        let pictures = names_in(&out)
            .into_iter()
            .map(|name| fs::read(out.join(name)).unwrap());
        pictures.collect::<Vec<_>>()
    };

    let one = prepare("1");

    assert_eq!(one.len(), 6);
    assert_eq!(prepare("2"), one);
    assert_eq!(prepare("8"), one);
}

#[cfg(unix)]
#[test]
fn a_picture_has_the_rights_that_the_users_mask_leaves() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new().with("photo.png", png(640, 640));
    fs::write(folder.at("plain"), "").unwrap();

    Run::of(
        group_picture()
            .arg("prepare")
            .arg(folder.at("photo.png"))
            .arg("--out")
            .arg(folder.path()),
    );

    let mode = |name: &str| fs::metadata(folder.at(name)).unwrap().permissions().mode();
    assert_eq!(mode("photo.jpg"), mode("plain"));
}

#[test]
fn the_long_version_lists_what_is_read() {
    let run = Run::of(group_picture().arg("--version"));

    assert_eq!(run.code, Some(0), "{run:?}");
    let formats = run.summary().strip_prefix("formats: ").unwrap();
    let formats: Vec<&str> = formats.split(", ").collect();
    for format in ["JPEG", "PNG", "WebP", "AVIF", "HEIC", "JPEG XL", "SVG"] {
        assert!(formats.contains(&format), "{formats:?}");
    }
}
