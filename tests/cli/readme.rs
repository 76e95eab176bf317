//! The two front pages: what the English one says is printed, and the Russian one has the same commands, links and tables.

use std::fs;
use std::path::Path;

use crate::run::{Folder, Run, group_picture};

const ENGLISH: &str = include_str!("../../README.md");
const RUSSIAN: &str = include_str!("../../README.ru.md");

/// The blocks of code, without what their comments say.
fn code(page: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    for (index, part) in page.split("```").enumerate() {
        if index % 2 == 1 {
            let lines = part.lines().map(without_comment);
            blocks.push(lines.collect::<Vec<_>>().join("\n"));
        }
    }
    blocks
}

fn without_comment(line: &str) -> &str {
    let end = ["  #", "  //"].iter().filter_map(|mark| line.find(mark));
    line[..end.min().unwrap_or(line.len())].trim_end()
}

/// Where its links and pictures point to, in their order.
fn links(page: &str) -> Vec<&str> {
    let targets = page.split("](").skip(1);
    let targets = targets.filter_map(|rest| rest.split(')').next());
    targets
        .filter(|target| !target.starts_with("README"))
        .collect()
}

/// The first and the last cells of its tables' rows, where they are numbers or names.
fn figures(page: &str) -> Vec<Vec<&str>> {
    let rows = page.lines().filter(|line| line.starts_with("| "));
    rows.map(|row| {
        let cells = row.trim_matches('|').split('|').map(str::trim);
        let has_digit = |cell: &&str| cell.chars().any(|c| c.is_ascii_digit());
        cells
            .filter(|cell| has_digit(cell) && !cell.contains(' '))
            .collect()
    })
    .collect()
}

#[test]
fn the_russian_page_has_the_commands_links_and_figures_of_the_english_one() {
    assert_eq!(code(RUSSIAN), code(ENGLISH));
    assert!(code(ENGLISH).len() > 5);
    assert_eq!(links(RUSSIAN), links(ENGLISH));
    assert_eq!(figures(RUSSIAN), figures(ENGLISH));
    let headings = |page: &str| page.lines().filter(|line| line.starts_with('#')).count();
    assert_eq!(headings(RUSSIAN), headings(ENGLISH));
}

#[test]
fn every_page_and_picture_that_they_point_to_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));

    for target in links(ENGLISH) {
        let file = target.split('#').next().unwrap_or(target);
        assert!(
            file.starts_with("https://") || root.join(file).exists(),
            "{target}"
        );
    }
}

#[test]
fn the_first_command_prints_what_the_page_shows() {
    let photos = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/photos");
    let mut folder = Folder::new();
    for photo in fs::read_dir(photos).unwrap() {
        let photo = photo.unwrap();
        let name = format!("fixtures/photos/{}", photo.file_name().to_string_lossy());
        folder = folder.with(&name, fs::read(photo.path()).unwrap());
    }
    let block = code(ENGLISH)
        .into_iter()
        .find(|block| block.starts_with("console"));
    let block = block.unwrap();
    let mut lines = block.lines().skip(1);
    let command = lines.next().unwrap();
    let arguments = command.strip_prefix("$ cargo run --release -- ").unwrap();

    let run = Run::of(
        group_picture()
            .args(arguments.split(' '))
            .current_dir(folder.path()),
    );

    assert_eq!(run.code, Some(0), "{run:?}");
    let shown: Vec<&str> = lines.take_while(|line| !line.starts_with('$')).collect();
    assert!(shown.len() > 3);
    for line in shown.iter().filter(|line| **line != "...") {
        assert!(run.stdout.lines().any(|printed| printed == *line), "{line}");
    }
    assert_eq!(run.stdout.lines().last(), shown.last().copied());
}
