//! What is wrong with a photo and does not fail it.

use crate::run::{Folder, Run, group_picture, jpeg, names_in};

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
