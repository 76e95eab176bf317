//! `prepare`: which photos, and what becomes of each.

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
fn damage_is_told_and_what_becomes_of_it_is_chosen() {
    let whole = jpeg(700, 700);
    let cut = &whole[..whole.len() * 97 / 100];
    let folder = Folder::new()
        .with("cut.jpg", cut)
        .with("half.jpg", &whole[..whole.len() / 2]);
    let run = |policy: &str| {
        Run::of(
            group_picture()
                .arg("prepare")
                .args([folder.at("cut.jpg"), folder.at("half.jpg")])
                .arg("--out")
                .arg(folder.at(policy))
                .args(["--on-damage", policy, "--json"]),
        )
    };

    let outcome = ["refuse", "accept-small", "accept", "repair"].map(|policy| {
        let run = run(policy);
        let pictures = names_in(&folder.at(policy)).len();
        let warnings = run
            .stderr
            .matches("the picture was made from the rest")
            .count();
        (pictures, warnings, run.code)
    });

    assert_eq!(
        outcome,
        [
            (0, 0, Some(1)),
            (1, 1, Some(1)),
            (2, 2, Some(0)),
            (2, 2, Some(0))
        ]
    );
}

#[test]
fn a_photo_cut_off_below_its_square_is_told_and_may_be_refused() {
    let whole = jpeg(500, 900);
    let folder = Folder::new()
        .with("cut.jpg", &whole[..whole.len() * 99 / 100])
        .with("whole.jpg", &whole);
    let run = |policy: &str| {
        Run::of(
            group_picture()
                .arg("prepare")
                .args([folder.at("cut.jpg"), folder.at("whole.jpg")])
                .arg("--out")
                .arg(folder.at(policy))
                .args(["--on-damage", policy, "--json"]),
        )
    };

    let (accepted, refused) = (run("accept-small"), run("refuse"));

    // Each comes when it is made, and the summary last.
    let mut lines = accepted.json();
    lines.sort_by_key(|line| line["photo"].to_string());
    assert_eq!(lines[0]["truncated"], true);
    assert!(lines[0]["lost"].is_null() && lines[1]["truncated"].is_null());
    assert_eq!(accepted.code, Some(0));
    assert!(
        accepted
            .stderr
            .contains("cut.jpg: damaged: the file is cut off, but"),
        "{}",
        accepted.stderr
    );
    let [cut, unharmed] = ["cut.jpg", "whole.jpg"]
        .map(|name| std::fs::read(folder.at("accept-small").join(name)).unwrap());
    assert_eq!(cut, unharmed);
    assert_eq!(refused.code, Some(1));
    assert_eq!(names_in(&folder.at("refuse")), ["whole.jpg"]);
}

#[test]
fn a_broken_color_profile_is_told_and_no_failure() {
    let mut photo = jpeg(700, 700);
    // APP2 with a whole profile of one chunk that is none (ICC.1, B.4).
    let profile = [&b"\xFF\xE2\0\x1AICC_PROFILE\0\x01\x01"[..], &[7; 10]].concat();
    photo.splice(2..2, profile);
    let folder = Folder::new().with("odd.jpg", &photo);

    let run = Run::of(
        group_picture()
            .arg("prepare")
            .arg(folder.at("odd.jpg"))
            .arg("--out")
            .arg(folder.at("out")),
    );

    assert_eq!(run.code, Some(0));
    assert!(
        run.stderr
            .contains("odd.jpg: its color profile is unusable"),
        "{}",
        run.stderr
    );
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
