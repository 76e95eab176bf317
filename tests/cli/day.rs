//! The commands of `docs/day.md`, against the emulator: what they print is what the page says.

#![cfg(target_os = "linux")]

use std::env;
use std::path::Path;
use std::process::Command;

use emulator::{Config, Emulator, Group, Role};

use crate::account::pointed_at;
use crate::backup::{set, shown};
use crate::run::{Folder, png};

const PAGE: &str = include_str!("../../docs/day.md");

/// A command, and what it is to print.
struct Step {
    command: String,
    printed: Vec<String>,
}

fn steps() -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let blocks = PAGE.split("```console\n").skip(1);
    for line in blocks.flat_map(|block| block.split("```").next().unwrap_or("").lines()) {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push(Step {
                command: command.to_owned(),
                printed: Vec::new(),
            }),
            (None, Some(step)) => step.printed.push(line.to_owned()),
            (None, None) => panic!("a block begins with a command: {line}"),
        }
    }
    steps
}

/// Whether the lines are those that are expected, where `...` is any number of lines, or any end of a line.
fn are_as_expected(lines: &[&str], expected: &[String]) -> bool {
    match (lines, expected) {
        ([], []) => true,
        (_, [any, rest @ ..]) if any == "..." => {
            (0..=lines.len()).any(|skipped| are_as_expected(&lines[skipped..], rest))
        }
        ([line, lines @ ..], [wanted, rest @ ..]) => {
            let is_wanted = match wanted.strip_suffix("...") {
                Some(beginning) => line.starts_with(beginning),
                None => line == wanted,
            };
            is_wanted && are_as_expected(lines, rest)
        }
        _ => false,
    }
}

#[test]
fn a_day_goes_as_its_page_says() {
    let id = |number: u64| format!("-1000000000000{number}");
    let emulator = Emulator::start(
        Config::new().groups([
            Group::new(id(1)).subject("Family"),
            Group::new(id(2)).subject("Neighbors"),
            Group::new(id(3))
                .subject("Lost & found")
                .role(Role::Administrator),
            Group::new(id(4)).subject("Chess").role(Role::Participant),
        ]),
    )
    .unwrap();
    let folder = Folder::new()
        .with("family.png", png(900, 700))
        .with("yard.png", png(700, 800))
        .with("keys.png", png(640, 640))
        .with("old.png", png(500, 500));
    let old = [1, 2].map(|number| set(&emulator, &folder, &id(number), "old.png"));
    let binaries = Path::new(env!("CARGO_BIN_EXE_group-picture")).parent();
    let path = format!(
        "{}:{}",
        binaries.unwrap().display(),
        env::var("PATH").unwrap()
    );

    for step in steps() {
        // With the credentials, but as the shell starts it.
        let credentials = pointed_at(&emulator);
        let variables = credentials
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?)));
        let output = Command::new("sh")
            .args(["-c", &format!("exec 2>&1; {}", step.command)])
            .current_dir(folder.path())
            .envs(variables)
            .env("PATH", &path)
            .output()
            .unwrap();

        let text = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            are_as_expected(&lines, &step.printed),
            "$ {}\n{text}\nis not\n{:#?}",
            step.command,
            step.printed
        );
        if step.command == "group-picture batch groups.csv --verify" {
            assert!(
                old.iter()
                    .zip([1, 2])
                    .all(|(old, number)| shown(&emulator, &id(number)) != *old)
            );
        }
    }

    assert_eq!([1, 2].map(|number| shown(&emulator, &id(number))), old);
    let changes = emulator.pictures().into_iter();
    let changes: Vec<_> = changes
        .map(|(chat, picture)| (chat, picture.changes()))
        .collect();
    // Old, new, and old again; the third has a new one only.
    assert_eq!(changes, [(id(1), 3), (id(2), 3), (id(3), 1)]);
}
