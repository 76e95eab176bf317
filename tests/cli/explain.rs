//! `explain`: what would be made of a photo, and why.

use std::fs;
use std::path::Path;

use tempfile::tempdir;

use crate::run::{Run, group_picture};

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(name)
}

#[test]
fn explain_tells_people_why_and_writes_nothing() {
    let folder = tempdir().unwrap();
    fs::copy(fixture("photos/astronaut.png"), folder.path().join("a.png")).unwrap();

    let run = Run::of(group_picture().current_dir(&folder).args([
        "explain",
        "a.png",
        "--gravity",
        "auto",
    ]));

    assert_eq!(run.code, Some(0), "{}", run.stderr);
    for told in [
        "a.png",
        "PNG, 512×512, rgb, 8 bits",
        "by a face",
        "in the circle",
        "512×512, reduced 1.00 times, quality 85, 4:2:0",
        "damage   none",
    ] {
        assert!(run.stdout.contains(told), "{told}: {}", run.stdout);
    }
    assert_eq!(run.summary(), "1 photo: 1 explained");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[test]
fn explain_tells_machines_the_same() {
    let run = Run::of(
        group_picture()
            .arg("explain")
            .args([
                fixture("photos/astronaut.png"),
                fixture("orientation/6.jpg"),
                fixture("malformed/text.jpg"),
            ])
            .args(["--gravity", "auto", "--size", "300", "--json"]),
    );

    let lines = run.json();
    let explanation = &lines[0]["explanation"];
    assert_eq!(
        (run.code, &lines[0]["status"]),
        (Some(1), &"explained".into())
    );
    assert_eq!(
        (&explanation["rule"], &explanation["faces"][0]["in_circle"]),
        (&"faces".into(), &true.into())
    );
    assert_eq!(
        (&explanation["side"], &explanation["score"]),
        (&300.into(), &1.0.into())
    );
    let (turned, header) = (&lines[1]["explanation"], &lines[1]["explanation"]["header"]);
    assert_eq!(
        (&header["width"], &header["height"], &header["orientation"]),
        (&600.into(), &400.into(), &6.into())
    );
    assert_eq!(
        (&turned["rule"], &turned["route"], &turned["lost"]),
        (&"attention".into(), &"ycbcr".into(), &0.0.into())
    );
    assert_eq!(turned["square"]["width"], 400.0);
    assert_eq!(lines[2]["status"], "failed");
    assert_eq!(lines[3]["summary"]["done"], 2);
}

#[test]
fn a_face_outside_the_circle_is_warned_of() {
    let folder = tempdir().unwrap();
    // Two astronauts far from each other: no square has both.
    let astronaut = image::open(fixture("photos/astronaut.png"))
        .unwrap()
        .to_rgb8();
    let head = image::imageops::crop_imm(&astronaut, 120, 30, 220, 220).to_image();
    let head = image::imageops::thumbnail(&head, 400, 400);
    let mut wide = image::RgbImage::from_pixel(1000, 400, image::Rgb([128; 3]));
    image::imageops::overlay(&mut wide, &head, 0, 0);
    image::imageops::overlay(&mut wide, &head, 600, 0);
    wide.save(folder.path().join("two.png")).unwrap();

    let run = Run::of(group_picture().current_dir(&folder).args([
        "prepare",
        "two.png",
        "--out",
        "out",
        "--gravity",
        "auto",
        "--json",
    ]));

    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(
        run.stderr
            .contains("two.png: 1 of 2 faces lies partly outside the circle"),
        "{}",
        run.stderr
    );
    assert!(
        run.json()[0]["warning"]
            .as_str()
            .unwrap()
            .starts_with("1 of 2 faces")
    );
}

#[test]
fn a_picture_that_is_one_already_is_told_and_kept() {
    let folder = tempdir().unwrap();
    let coffee = fixture("photos/coffee.png");
    let prepare = |photo: &std::path::Path, out: &str, more: &[&str]| {
        Run::of(
            group_picture()
                .current_dir(&folder)
                .arg("prepare")
                .arg(photo)
                .args(["--out", out])
                .args(more),
        )
    };
    prepare(&coffee, "once", &[]);
    let picture = folder.path().join("once/coffee.jpg");
    let bytes = fs::read(&picture).unwrap();
    let commented = folder.path().join("commented.jpg");
    fs::write(
        &commented,
        [&bytes[..2], b"\xff\xfe\0\x06hey!", &bytes[2..]].concat(),
    )
    .unwrap();

    let told = Run::of(group_picture().arg("explain").arg(&picture));
    let kept = prepare(&picture, "twice", &[]);
    let stripped = prepare(&commented, "twice", &["--json"]);
    let encoded = prepare(&picture, "again", &["--reencode", "--json"]);
    let explained = Run::of(group_picture().arg("explain").arg(&commented).arg("--json"));

    let size = format!("400×400, passed-through, 4:2:0, {} bytes", bytes.len());
    assert!(told.stdout.contains(&size), "{}", told.stdout);
    assert!(
        kept.stdout.contains("coffee.jpg (passed-through)"),
        "{}",
        kept.stdout
    );
    assert_eq!(stripped.json()[0]["treatment"], "metadata-stripped");
    assert_eq!(encoded.json()[0]["treatment"], "encoded");
    let explanation = &explained.json()[0]["explanation"];
    assert_eq!(explanation["treatment"], "metadata-stripped");
    assert!(explanation["quality"].is_null());
    for name in ["coffee", "commented"] {
        let same = fs::read(folder.path().join("twice").join(name).with_extension("jpg")).unwrap();
        assert!(same == bytes, "{name}");
    }
}
