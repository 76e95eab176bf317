//! Limits of photos and pictures, and the options that say them.

use std::fs;

use crate::run::{Folder, Run, group_picture, png, size_of_jpeg};

#[test]
fn the_flags_of_a_picture_reach_it() {
    let folder = Folder::new().with("photo.png", png(300, 200));
    let out = folder.at("out");

    let run = Run::of(
        group_picture()
            .arg("prepare")
            .arg(folder.at("photo.png"))
            .args(["--size", "400", "--enlarge", "--quality", "50"])
            .args(["--subsampling", "4:4:4", "--background", "#102030", "-o"])
            .arg(&out),
    );

    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(size_of_jpeg(&out.join("photo.jpg")), (400, 400));
}

#[test]
fn a_flag_goes_before_its_preset() {
    let folder = Folder::new().with("photo.png", png(170, 170));
    let prepare = |flags: &[&str]| {
        Run::of(
            group_picture()
                .arg("prepare")
                .arg(folder.at("photo.png"))
                .args(flags)
                .args(["--overwrite", "--out"])
                .arg(folder.at("out")),
        )
        .code
    };

    assert_eq!(prepare(&["--preset", "telegram"]), Some(0));
    assert_eq!(prepare(&["--preset", "whatsapp"]), Some(1));
    assert_eq!(
        prepare(&["--preset", "whatsapp", "--min-size", "100"]),
        Some(0)
    );
    assert_eq!(prepare(&["--preset", "icq"]), Some(2));
}

#[test]
fn wrong_flags_are_told_before_any_work() {
    let folder = Folder::new().with("photo.png", png(700, 700));
    let out = folder.at("out");

    for flags in [
        &["--size", "0"][..],
        &["--size", "9000"],
        &["--quality", "0"],
        &["--quality", "101"],
        &["--threads", "0"],
        &["--threads", "257"],
        &["--background", "sky"],
        &["--subsampling", "4:1:1"],
        &["--overwrite", "--skip-existing"],
        &["--memory", "much"],
        &["--unknown"],
    ] {
        let run = Run::of(
            group_picture()
                .arg("prepare")
                .arg(folder.at("photo.png"))
                .arg("--out")
                .arg(&out)
                .args(flags),
        );

        assert_eq!(run.code, Some(2), "{flags:?} {run:?}");
        assert_eq!(run.stdout, "");
        assert!(!out.exists());
    }
}

#[test]
fn a_file_over_the_limit_is_refused_by_its_size() {
    let folder = Folder::new().with("photo.png", png(700, 700));

    for limit in [
        ["--max-input", "1K"],
        ["--max-pixels", "489999"],
        ["--max-side", "699"],
        ["--memory", "500K"],
    ] {
        let run = Run::of(
            group_picture()
                .arg("prepare")
                .arg(folder.at("photo.png"))
                .args(limit)
                .arg("--out")
                .arg(folder.at("out")),
        );

        assert_eq!(run.code, Some(1), "{limit:?} {run:?}");
        assert_eq!(
            run.summary(),
            "1 photo: 0 prepared, 1 too large",
            "{limit:?}"
        );
    }
}

#[test]
fn photos_that_need_all_the_memory_go_one_by_one() {
    let mut folder = Folder::new();
    for number in 0..8 {
        folder = folder.with(&format!("in/{number}.png"), png(800 + number, 800));
    }

    // An eighth of this is less than a file, and three quarters are less than two photos.
    let run = Run::of(
        group_picture()
            .arg("prepare")
            .arg(folder.at("in"))
            .args(["--memory", "4M", "--threads", "8", "--out"])
            .arg(folder.at("out")),
    );

    assert_eq!(run.summary(), "8 photos: 8 prepared", "{run:?}");
}

#[test]
fn a_picture_keeps_within_its_bytes_or_is_refused() {
    let folder = Folder::new().with("photo.png", png(900, 900));
    let prepare = |limit: &[&str]| {
        Run::of(
            group_picture()
                .arg("prepare")
                .arg(folder.at("photo.png"))
                .args(limit)
                .args(["--overwrite", "--json", "--out"])
                .arg(folder.at("out")),
        )
    };

    let fitting = prepare(&["--max-bytes", "6000"]);
    let bytes = fs::read(folder.at("out/photo.jpg")).unwrap().len();
    let hopeless = prepare(&["--max-bytes", "100"]);

    assert_eq!(fitting.code, Some(0), "{fitting:?}");
    assert!(bytes <= 6000, "{bytes}");
    assert!(fitting.stdout.contains("\"score\":"), "{fitting:?}");
    assert_eq!(hopeless.code, Some(1), "{hopeless:?}");
    assert!(
        hopeless.stdout.contains("over the byte budget"),
        "{hopeless:?}"
    );
}
