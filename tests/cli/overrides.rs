//! `--overrides`: what is done otherwise for single photos.

use std::fs;

use emulator::{Config, Emulator};
use image::{Rgb, RgbImage};

use crate::account::{pointed_at, sends};
use crate::run::{Folder, Run, group_picture, jpeg, names_in, png};

/// A wide photo: red on the left, green in the middle, blue on the right.
fn flag() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    RgbImage::from_fn(900, 300, |x, _| match x / 300 {
        0 => Rgb([255, 0, 0]),
        1 => Rgb([0, 255, 0]),
        _ => Rgb([0, 0, 255]),
    })
    .write_to(&mut bytes, image::ImageFormat::Png)
    .unwrap();
    bytes.into_inner()
}

fn prepare(folder: &Folder, args: &[&str]) -> Run {
    Run::of(
        group_picture()
            .current_dir(folder.path())
            .args(["prepare", "in", "--out", "out", "--overwrite"])
            .args(args),
    )
}

/// The colors of a picture at its left, in its middle and at its top, as letters.
fn look(folder: &Folder, picture: &str) -> String {
    let picture = image::open(folder.at(picture)).unwrap().to_rgb8();
    let side = picture.width();
    [(20, side / 2), (side / 2, side / 2), (side / 2, 20)]
        .map(|(x, y)| match picture.get_pixel(x, y).0 {
            [200..=255, 200..=255, 200..=255] => 'w',
            [200..=255, _, _] => 'r',
            [_, 200..=255, _] => 'g',
            [_, _, 200..=255] => 'b',
            _ => '?',
        })
        .iter()
        .collect()
}

#[test]
fn single_photos_are_prepared_otherwise_and_some_not_at_all() {
    let folder = ["left", "middle", "whole", "gone"]
        .iter()
        .fold(Folder::new(), |folder, name| {
            folder.with(&format!("in/{name}.png"), flag())
        })
        .with(
            "in/overrides.csv",
            "photo,focal,fit,skip\nleft.png,\"0,0.5\",,\nwhole.png,,contain,\nin/gone.png,,,yes\n",
        );

    let run = prepare(&folder, &["--overrides", "in/overrides.csv", "--json"]);

    assert_eq!(run.code, Some(0), "{run:?}");
    let lines = run.json();
    let skipped: Vec<_> = lines
        .iter()
        .filter(|line| line["status"] == "skipped")
        .map(|line| line["photo"].as_str().unwrap())
        .collect();
    assert_eq!(skipped, ["in/gone.png"]);
    let summary = &lines.last().unwrap()["summary"];
    assert_eq!(
        (&summary["done"], &summary["skipped"], &summary["failed"]),
        (&3.into(), &1.into(), &0.into())
    );
    assert_eq!(
        names_in(&folder.at("out")),
        ["left.jpg", "middle.jpg", "whole.jpg"]
    );
    assert_eq!(look(&folder, "out/left.jpg"), "rrr");
    assert_eq!(look(&folder, "out/middle.jpg"), "ggg");
    assert_eq!(look(&folder, "out/whole.jpg"), "rgw");
}

#[test]
fn an_override_makes_the_same_bytes_as_the_option() {
    let folder = Folder::new()
        .with("in/a.png", png(900, 500))
        .with("in/b.jpg", jpeg(700, 1100))
        .with("in/c.png", png(800, 600))
        .with(
            "o.csv",
            "photo;focal;fit\nb.jpg;0.3,0.9;\nc.png;;circle-safe\n",
        );
    let picture = |name: &str| fs::read(folder.at("out").join(name)).unwrap();

    let with = prepare(&folder, &["--overrides", "o.csv", "-j", "1"]);
    let overridden = ["a.jpg", "b.jpg", "c.jpg"].map(picture);
    prepare(&folder, &[]);
    let plain = ["a.jpg", "b.jpg", "c.jpg"].map(picture);
    prepare(&folder, &["--focal", "0.3,0.9"]);
    let focal = picture("b.jpg");
    prepare(&folder, &["--circle-safe"]);
    let in_circle = picture("c.jpg");

    assert_eq!(with.code, Some(0), "{with:?}");
    assert!(overridden == [plain[0].clone(), focal, in_circle]);
    assert!(overridden[1] != plain[1] && overridden[2] != plain[2]);
}

#[test]
fn overrides_with_anything_wrong_leave_everything_as_it_is() {
    let folder = Folder::new()
        .with("in/a.png", png(300, 300))
        .with("groups.csv", "chat_id,photo\n-100,in/a.png\n")
        .with(
            "o.csv",
            "photo,skip\nin/a.png,yes\nb.png,yes\na.png,perhaps\n",
        );
    let emulator = Emulator::start(Config::new()).unwrap();

    let prepared = prepare(&folder, &["--overrides", "o.csv"]);
    let sent = Run::of(pointed_at(&emulator).current_dir(folder.path()).args([
        "batch",
        "groups.csv",
        "--overrides",
        "o.csv",
    ]));
    let missing = prepare(&folder, &["--overrides", "none.csv"]);

    assert_eq!(prepared.code, Some(2), "{prepared:?}");
    let lines: Vec<&str> = prepared.stderr.lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].ends_with("o.csv:3: no photo of this job is named \"b.png\""));
    assert!(lines[1].contains("o.csv:4: skip: expected yes or no, not \"perhaps\""));
    // In the list the photo is called in/a.png, so a.png is nobody's name either.
    assert_eq!((sent.code, sent.stderr.lines().count()), (Some(2), 2));
    assert_eq!(missing.code, Some(2), "{missing:?}");
    assert_eq!(emulator.requests().len(), 0);
    assert_eq!(folder.names(), ["groups.csv", "in/a.png", "o.csv"]);
}

#[test]
fn skipping_one_of_two_that_collide_makes_way_for_the_other() {
    let folder = Folder::new()
        .with("in/a.png", png(300, 300))
        .with("in/a.jpg", jpeg(400, 400))
        .with("o.csv", "photo,skip\na.png,yes\n");

    let run = prepare(&folder, &["--overrides", "o.csv"]);

    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.summary(), "2 photos: 1 prepared, 1 skipped");
}

#[test]
fn a_photo_that_is_skipped_is_not_replaced_by_a_picture() {
    let skipped = jpeg(400, 400);
    let folder = Folder::new()
        .with("in/a.png", png(300, 300))
        .with("in/deep/a.jpg", &skipped)
        .with("o.csv", "photo,skip\na.jpg,yes\n");

    let run = Run::of(
        group_picture()
            .current_dir(folder.path())
            .args(["prepare", "in/a.png", "in/deep/a.jpg", "--out", "in/deep"])
            .args(["--overwrite", "--overrides", "o.csv"]),
    );

    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("would replace a photo"), "{run:?}");
    assert!(fs::read(folder.at("in/deep/a.jpg")).unwrap() == skipped);
}

#[test]
fn a_batch_sends_again_what_an_override_has_changed_and_leaves_out_what_is_skipped() {
    let folder = Folder::new()
        .with(
            "groups.csv",
            "chat_id,photo\n-1,a.png\n-2,b.png\n-3,c.png\n",
        )
        .with("a.png", flag())
        .with("b.png", flag())
        .with("c.png", flag())
        .with("o.csv", "photo,focal,skip\nb.png,\"1,0.5\",\nc.png,,yes\n");
    let emulator = Emulator::start(Config::new()).unwrap();
    let batch = |args: &[&str]| {
        Run::of(
            pointed_at(&emulator)
                .current_dir(folder.path())
                .args(["batch", "groups.csv", "--rate", "1000", "--out", "kept"])
                .args(args),
        )
    };

    let first = batch(&[]);
    let planned = batch(&["--overrides", "o.csv", "--dry-run"]);
    let second = batch(&["--overrides", "o.csv", "--report", "report.json"]);
    let third = batch(&["--overrides", "o.csv"]);

    assert_eq!(first.summary(), "3 groups: 3 set", "{first:?}");
    assert_eq!(
        planned.summary(),
        "3 groups: 1 to be set, 1 set before, 1 skipped"
    );
    assert_eq!(
        second.summary(),
        "3 groups: 1 set, 1 set before, 1 skipped",
        "{second:?}"
    );
    assert_eq!(third.summary(), "3 groups: 0 set, 2 set before, 1 skipped");
    assert_eq!((second.code, third.code), (Some(0), Some(0)));
    assert_eq!(sends(&emulator), 4);
    assert_eq!(look(&folder, "kept/-2.jpg"), "bbb");
    let report = fs::read_to_string(folder.at("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let status = |chat: &str| {
        let groups = report["groups"].as_array().unwrap();
        let group = groups.iter().find(|group| group["chat_id"] == chat);
        group.unwrap()["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        ["-1", "-2", "-3"].map(status),
        ["set-before", "set", "skipped"]
    );
    assert_eq!(report["summary"]["skipped"], 1);
}
