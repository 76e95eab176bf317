//! No option replaces an input: every option of every subcommand that takes a path, as the help lists them.

#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use emulator::{Config, Emulator};

use crate::account::pointed_at;
use crate::run::{Folder, Run, group_picture, png};

/// What a command does with a path.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Use {
    /// It reads what is there.
    Reads,
    /// It writes a file there.
    WritesFile,
    /// It writes files into the folder there.
    WritesFolder,
}
use Use::{Reads, WritesFile, WritesFolder};

/// Every option and argument that takes a path.
const PATHS: [(&str, &str, Use); 44] = [
    ("prepare", "PHOTO|DIR", Reads),
    ("prepare", "--out", WritesFolder),
    ("prepare", "--overrides", Reads),
    ("preview", "PHOTO|DIR|GROUPS.csv", Reads),
    ("preview", "--out", WritesFile),
    ("preview", "--overrides", Reads),
    ("explain", "PHOTO", Reads),
    ("merge", "REPORT", Reads),
    ("set", "PHOTO", Reads),
    ("set", "--out", WritesFolder),
    ("set", "--report", WritesFile),
    ("set", "--token-file", Reads),
    ("set", "--config", Reads),
    ("set", "--env-file", Reads),
    ("batch", "GROUPS.csv|DIR", Reads),
    ("batch", "--overrides", Reads),
    ("batch", "--journal", WritesFile),
    ("batch", "--out", WritesFolder),
    ("batch", "--report", WritesFile),
    ("batch", "--token-file", Reads),
    ("batch", "--config", Reads),
    ("batch", "--env-file", Reads),
    ("check", "GROUPS.csv|DIR", Reads),
    ("check", "--token-file", Reads),
    ("check", "--config", Reads),
    ("check", "--env-file", Reads),
    ("check", "--names", Reads),
    ("batch", "--names", Reads),
    ("preview", "--names", Reads),
    ("groups", "--journal", WritesFile),
    ("groups", "--token-file", Reads),
    ("groups", "--config", Reads),
    ("groups", "--env-file", Reads),
    ("emulator", "--groups", Reads),
    ("batch", "--backup", WritesFolder),
    ("restore", "DIR|JOURNAL", Reads),
    ("restore", "--journal", WritesFile),
    ("restore", "--out", WritesFolder),
    ("restore", "--report", WritesFile),
    ("restore", "--token-file", Reads),
    ("restore", "--config", Reads),
    ("restore", "--env-file", Reads),
    ("emulator", "--pictures", WritesFolder),
    ("emulator", "--script", Reads),
];

/// The names of values that are no paths. A name that is in neither list fails the test.
const OTHER_VALUES: [&str; 27] = [
    "STATE",
    "I/N",
    "SUFFIX",
    "SHELL",
    "COMMAND",
    "MESSENGER",
    "PIXELS",
    "FIT",
    "TOLERANCE",
    "BACKDROP",
    "GRAVITY",
    "X,Y",
    "N",
    "J:A:B",
    "SIZE",
    "COLOR",
    "FRAME",
    "POLICY",
    "FORMAT",
    "WHAT",
    "NAME",
    "CHAT_ID",
    "HOST",
    "URL",
    "ID",
    "TIME",
    "ADDRESS:PORT",
];

/// A command that reads all that it can, and the files that it reads. All names are such that outputs in the folder `in`
/// have them too.
fn command(name: &str) -> (Vec<&'static str>, Vec<&'static str>) {
    match name {
        "prepare" => (
            vec![
                "prepare",
                "in/-1.jpg",
                "b.png",
                "sub/-2.png",
                "--overwrite",
                "--overrides",
                "in/-2.jpg",
            ],
            vec!["in/-1.jpg", "b.png", "sub/-2.png", "in/-2.jpg"],
        ),
        "preview" => (
            vec!["preview", "groups.csv", "--overrides", "in/-2.jpg"],
            vec!["groups.csv", "in/-1.jpg", "b.png", "in/-2.jpg"],
        ),
        "set" => (
            vec!["set", "-1", "in/-1.jpg", "--token-file", "in/-3.jpg"],
            vec!["in/-1.jpg", "in/-3.jpg"],
        ),
        "batch" => (
            vec![
                "batch",
                "groups.csv",
                "--overrides",
                "in/-2.jpg",
                "--token-file",
                "in/-3.jpg",
                "--names",
                "in/-5.jpg",
            ],
            vec![
                "groups.csv",
                "in/-1.jpg",
                "b.png",
                "in/-2.jpg",
                "in/-3.jpg",
                "in/-5.jpg",
            ],
        ),
        "restore" => (
            vec!["restore", "saved", "--token-file", "in/-3.jpg"],
            vec!["saved/-1.jpg", "saved/backup.jsonl", "in/-3.jpg"],
        ),
        "groups" => (
            vec!["groups", "--token-file", "in/-3.jpg"],
            vec!["in/-3.jpg"],
        ),
        "emulator" => (vec!["emulator", "--script", "in/-4.jpg"], vec!["in/-4.jpg"]),
        other => panic!("{other} writes files: say here how it is called"),
    }
}

fn folder() -> Folder {
    Folder::new()
        .with(
            "groups.csv",
            "chat_id,photo\n-1,in/-1.jpg\n-2,b.png\n-3,b.png\n",
        )
        .with("in/-1.jpg", png(640, 640))
        .with("in/-2.jpg", "photo,skip\nb.png,no\n")
        .with("in/-3.jpg", Config::TOKEN)
        .with("in/-4.jpg", "{}")
        .with("in/-5.jpg", "chat_id,name\n-5,Ours\n")
        .with("b.png", png(641, 641))
        .with("sub/-2.png", png(642, 642))
        .with("elsewhere", "important")
        .with_link("link", "elsewhere")
        .with_link("in/b.jpg", "elsewhere")
        .with_pipe("pipe")
}

/// What everything in the folder is, and holds.
fn snapshot(folder: &Folder) -> BTreeMap<PathBuf, String> {
    let entries = walkdir::WalkDir::new(folder.path()).into_iter();
    let describe = |entry: walkdir::DirEntry| {
        let kind = entry.file_type();
        let content = kind.is_file().then(|| fs::read(entry.path()).unwrap());
        (entry.into_path(), format!("{kind:?} {content:?}"))
    };
    entries.map(Result::unwrap).map(describe).collect()
}

/// The options and arguments that take a value, with the names of their values, as the help lists them.
fn values(command: &str) -> Vec<(String, String)> {
    let help = Run::of(
        group_picture()
            .args([command, "--help"])
            .env("COLUMNS", "200"),
    )
    .stdout;
    let is_listed = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("-")
            || line.starts_with('<')
            || (line.starts_with('[') && !line.contains(':'))
    };
    let mut found = Vec::new();
    for line in help
        .lines()
        .filter(|line| line.starts_with("  "))
        .filter(is_listed)
    {
        let option = line
            .split(['<', '[', ' '])
            .find(|word| word.starts_with("--"));
        // `<CHAT_ID> [PHOTO]...` are two.
        for value in line
            .split(['<', '['])
            .skip(1)
            .filter_map(|rest| rest.split(['>', ']']).next())
        {
            let value = value.trim_start_matches('=');
            if !value.is_empty() {
                found.push((option.unwrap_or(value).to_owned(), value.to_owned()));
            }
        }
    }
    found
}

fn commands() -> Vec<String> {
    let help = Run::of(group_picture().arg("--help")).stdout;
    let (_, list) = help.split_once("Commands:\n").unwrap();
    let names = list.lines().take_while(|line| !line.trim().is_empty());
    let name = |line: &str| line.split_whitespace().next().unwrap().to_owned();
    names.map(name).filter(|name| name != "help").collect()
}

#[test]
fn every_option_that_takes_a_path_is_in_the_table() {
    let is_path = |value: &str| {
        let parts = ["FILE", "DIR", "PHOTO", "GROUPS", "REPORT", "JOURNAL"];
        parts.iter().any(|part| value.contains(part))
    };
    let mut found = Vec::new();
    for command in commands() {
        for (option, value) in values(&command) {
            if is_path(&value) {
                found.push((command.clone(), option));
            } else {
                assert!(
                    OTHER_VALUES.contains(&&*value),
                    "{command} {option}: is {value} a path?"
                );
            }
        }
    }

    let mut expected: Vec<_> = PATHS
        .iter()
        .map(|(command, option, _)| ((*command).to_owned(), (*option).to_owned()))
        .collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn no_option_replaces_an_input_or_anything_but_a_regular_file() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let folder = folder();
    for (command, photo) in [("set", "b.png"), ("batch", "groups.csv")] {
        let mut run = pointed_at(&emulator);
        run.current_dir(folder.path()).arg(command);
        let run = match command {
            "set" => Run::of(run.args(["-1", photo])),
            _ => Run::of(run.args([photo, "--rate", "1000", "--no-journal", "--backup", "saved"])),
        };
        assert_eq!(run.code, Some(0), "{run:?}");
    }
    let before = snapshot(&folder);
    let written = PATHS.iter().filter(|(_, _, what)| *what != Reads);
    for &(name, option, what) in written {
        let (args, inputs) = command(name);
        let targets = match what {
            WritesFile => [&inputs[..], &["link", "pipe", "sub"]].concat(),
            _ if name == "restore" => vec!["saved", "pipe", "b.png"],
            _ => vec!["in", "pipe", "b.png"],
        };
        for target in targets {
            let mut command = pointed_at(&emulator);
            command
                .current_dir(folder.path())
                .args(&args)
                .args([option, target]);

            let run = run(&mut command);

            assert!(
                matches!(run.code, Some(1 | 2 | 7)),
                "{name} {option} {target} {run:?}"
            );
            let after = snapshot(&folder);
            for (path, content) in &before {
                assert_eq!(
                    after.get(path),
                    Some(content),
                    "{name} {option} {target} {run:?}"
                );
            }
        }
    }
}

/// Runs a command to its end. An emulator that has started is sent a picture, and ended.
fn run(command: &mut Command) -> Run {
    let spawned = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = spawned.expect("the binary can be started");
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
    stdout.read_line(&mut line).expect("stdout can be read");
    if line.starts_with("export GREEN_API_URL") {
        child.kill().expect("the emulator can be ended");
        panic!("an emulator was started whose pictures may replace its script");
    }
    let output = child.wait_with_output().expect("the command ends");
    output.into()
}

#[test]
fn an_output_of_one_option_is_not_replaced_by_another() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let folder = folder();

    let run = Run::of(pointed_at(&emulator).current_dir(folder.path()).args([
        "batch",
        "groups.csv",
        "--report",
        "groups.csv.journal",
    ]));

    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("another option writes"), "{run:?}");
}
