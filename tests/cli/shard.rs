//! Parts of a job on several machines, and their one report.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::run::{Folder, Run, group_picture, names_in, png};

const PHOTOS: u32 = 12;

fn folder() -> Folder {
    let photos = (0..PHOTOS).fold(Folder::new(), |folder, number| {
        folder.with(&format!("in/{number}.png"), png(200 + number, 200))
    });
    photos.with("in/text.png", "no photo")
}

/// Runs one part and keeps what it printed.
fn part(folder: &Folder, shard: &str, out: &str) -> PathBuf {
    let run = Run::of(
        group_picture()
            .arg("prepare")
            .arg(folder.at("in"))
            .args(["--json", "--shard", shard, "--out"])
            .arg(folder.at(out)),
    );
    let report = folder.at(&format!("{}.jsonl", shard.replace('/', "-of-")));
    fs::write(&report, run.stdout).unwrap();
    report
}

fn merge(reports: &[PathBuf]) -> Run {
    Run::of(group_picture().arg("merge").args(reports))
}

#[test]
fn parts_together_are_the_whole_and_none_has_what_another_has() {
    let folder = folder();

    let reports = ["1/3", "2/3", "3/3"].map(|shard| part(&folder, shard, shard.split_at(1).0));

    let pictures: Vec<Vec<String>> = ["1", "2", "3"].map(|out| names_in(&folder.at(out))).into();
    let all: BTreeSet<&String> = pictures.iter().flatten().collect();
    assert_eq!(all.len(), PHOTOS as usize);
    assert_eq!(pictures.iter().flatten().count(), PHOTOS as usize);

    let merged = merge(&[reports[2].clone(), reports[0].clone(), reports[1].clone()]);
    let lines = merged.json();
    let (summary, items) = lines.split_last().unwrap();
    let photos: BTreeSet<&str> = items
        .iter()
        .filter_map(|item| item["photo"].as_str())
        .collect();
    assert_eq!(photos.len(), PHOTOS as usize + 1);
    assert_eq!(
        summary["summary"],
        json!({"total": PHOTOS + 1, "done": PHOTOS, "kept": 0, "skipped": 0, "failed": 1, "not_begun": 0, "causes": {"not an image": 1}})
    );
    assert_eq!(merged.code, Some(1));
}

#[test]
fn a_report_that_would_be_wrong_is_not_made() {
    let folder = folder();
    let [first, second] = ["1/2", "2/2"].map(|shard| part(&folder, shard, "out"));
    let other = part(&folder, "1/3", "other");
    let cut_off = folder.at("cut-off.jsonl");
    let text = fs::read_to_string(&second).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    fs::write(&cut_off, lines[..lines.len() - 1].join("\n")).unwrap();

    for (reports, told) in [
        (vec![first.clone()], "part 2/2 is missing"),
        (vec![first.clone(), first.clone()], "and so is"),
        (vec![first.clone(), other], "the first is of 2 parts"),
        (
            vec![first.clone(), cut_off],
            "its last line is not a summary",
        ),
        (vec![first.clone(), folder.at("none")], "none: "),
    ] {
        let run = merge(&reports);

        assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
        assert!(run.stderr.contains(told), "{}", run.stderr);
    }
    assert_eq!(merge(&[first, second]).code, Some(1));
}

#[test]
fn the_whole_is_no_part() {
    let folder = folder();
    let run = Run::of(
        group_picture()
            .arg("prepare")
            .arg(folder.at("in"))
            .args(["--json", "--out"])
            .arg(folder.at("out")),
    );
    let report = folder.at("whole.jsonl");
    fs::write(&report, &run.stdout).unwrap();

    assert_eq!(run.json().last().unwrap()["summary"]["shard"], Value::Null);
    assert!(merge(&[report]).stderr.contains("printed without --shard"));
}
