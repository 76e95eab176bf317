//! `--names`: lists that give groups by name.

use std::process::Command;

use emulator::{Config, Emulator};

use crate::account::{pointed_at, sends};
use crate::run::{Folder, Run, jpeg, png};

const NAMES: &str = "chat_id,name,role,participants,avatar\n-1,Family,owner,2,\n-2,'=Friends,owner,2,\n\
    -3,Chess,owner,2,\n-4,Chess,owner,2,\n-5,,owner,2,\n";

fn folder(list: &str) -> Folder {
    Folder::new()
        .with("names.csv", NAMES)
        .with("groups.csv", list)
        .with("a.png", png(200, 200))
}

fn run(emulator: &Emulator, folder: &Folder, command: &str, args: &[&str]) -> Run {
    let mut run: Command = pointed_at(emulator);
    run.current_dir(folder.path())
        .args([command, "groups.csv"])
        .args(args);
    Run::of(&mut run)
}

#[test]
fn groups_are_found_by_their_exact_names_in_every_command_that_reads_lists() {
    let emulator = Emulator::start(Config::new()).unwrap();
    for list in [
        "chat_id,photo\nFamily,a.png\n=Friends,a.png\n-9,a.png\n",
        "name,photo\nFamily,a.png\n'=Friends,a.png\n",
        "chat_id,name,photo\n,Family,a.png\n-2,whatever,a.png\n",
    ] {
        let folder = folder(list);
        let rows = list.lines().count() - 1;

        let check = run(
            &emulator,
            &folder,
            "check",
            &["--names", "names.csv", "--json"],
        );
        let preview = run(
            &emulator,
            &folder,
            "preview",
            &["--names", "names.csv", "--json"],
        );
        let args = [
            "--names",
            "names.csv",
            "--rate",
            "1000",
            "--no-journal",
            "--json",
        ];
        let batch = run(&emulator, &folder, "batch", &args);

        for run in [check, preview, batch] {
            assert_eq!(run.code, Some(0), "{list} {run:?}");
            let mut chats: Vec<String> = run
                .json()
                .iter()
                .filter_map(|line| Some(line["chat_id"].as_str()?.to_owned()))
                .collect();
            chats.sort();
            assert_eq!(chats, ["-1", "-2", "-9"][..rows], "{list}");
        }
    }
}

#[test]
fn photos_in_a_folder_may_be_named_by_their_groups() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let folder = Folder::new()
        .with("names.csv", NAMES)
        .with("groups.csv/Family.jpg", jpeg(200, 200));

    let args = ["--names", "names.csv", "--rate", "1000"];
    let run = run(&emulator, &folder, "batch", &args);

    assert_eq!(
        (run.code, run.summary()),
        (Some(0), "1 group: 1 set"),
        "{run:?}"
    );
    assert!(emulator.pictures().contains_key("-1"));
}

#[test]
fn a_name_that_is_not_exactly_one_groups_rejects_the_list_with_the_candidates() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let folder =
        folder("chat_id,photo\nfamily,a.png\nChess,a.png\nNobody,a.png\nFamily,a.png\n-1,a.png\n");

    for command in ["batch", "check", "preview"] {
        let run = run(&emulator, &folder, command, &["--names", "names.csv"]);

        assert_eq!(run.code, Some(2), "{run:?}");
        let lines: Vec<&str> = run.stderr.lines().collect();
        assert_eq!(lines.len(), 4, "{run:?}");
        for (line, part) in lines.iter().zip([
            ":2: \"family\": no group has exactly this name; similar: \"Family\" (-1)",
            ":3: \"Chess\": 2 groups have this name: -3, -4; give the chat id",
            ":4: \"Nobody\": no group has this id or name",
            ":6: group -1 is listed already: groups.csv:5",
        ]) {
            assert!(line.contains(part), "{line}");
        }
    }
    assert_eq!(sends(&emulator), 0);
}

#[test]
fn without_the_names_a_list_by_name_is_refused_with_what_helps() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let folder =
        folder("name,photo\nFamily,a.png\n").with("other.csv", "chat_id,title\n-1,Family\n");

    let without = run(&emulator, &folder, "batch", &[]);
    let other = run(&emulator, &folder, "batch", &["--names", "other.csv"]);

    assert_eq!(without.code, Some(2), "{without:?}");
    assert!(without.stderr.contains("only with --names"), "{without:?}");
    assert_eq!(other.code, Some(2), "{other:?}");
    assert!(
        other.stderr.contains("other.csv: the first line must name"),
        "{other:?}"
    );
}
