//! What is asked and undone with such a list: `batch --dry-run`, `check`, `restore`.

use emulator::{Config, Method, State};

use super::{ROWS, Two, pictures};
use crate::account::sends;
use crate::run::{Run, names_in};

#[test]
fn a_dry_run_says_what_each_account_would_do_with_and_without_credentials() {
    let rows: String = (1..=80)
        .map(|group| format!("-{group},a.png,main\n"))
        .collect();
    let two = Two::new(Config::new(), Config::new(), &(rows + "-1,b.png,sales\n"));
    let bare = |options: &[&str]| {
        let mut command = two.command(&[&["batch", "groups.csv", "--dry-run"], options].concat());
        Run::of(
            command
                .env("XDG_CONFIG_HOME", "/nowhere")
                .env("HOME", "/nowhere"),
        )
    };

    let known = two.run(&["batch", "groups.csv", "--dry-run"]);
    let unknown = bare(&[]);
    let emulated = bare(&["--emulator"]);

    for run in [&known, &unknown, &emulated] {
        assert_eq!(run.code, Some(0), "{run:?}");
        assert_eq!(run.summary(), "81 groups: 81 to be set", "{run:?}");
        assert!(run.stdout.contains("group -1 (sales)"), "{run:?}");
    }
    // At one a second by each, the eighty take longest.
    assert!(
        known.stderr.contains("sending would take about 1m 20s"),
        "{known:?}"
    );
    assert_eq!((sends(&two.main), sends(&two.sales)), (0, 0));
}

#[test]
fn check_asks_every_account_about_its_own_groups() {
    let blocked = Config::new().state(State::Blocked);
    let two = Two::new(Config::new().groups(["-1", "-2"]), blocked, ROWS);

    let run = two.run(&["check", "groups.csv", "--json"]);
    let alone = two.run(&["check", "groups.csv", "--profile", "main"]);

    assert_eq!(run.code, Some(4), "{run:?}");
    assert!(run.stderr.contains("the account sales: "), "{run:?}");
    let lines = run.json();
    assert_eq!(lines[0]["account"], "authorized");
    assert_eq!(lines[0]["profile"], "main");
    assert_eq!(lines[1]["profile"], "main");
    let summary = &lines.last().unwrap()["summary"];
    assert_eq!(
        (&summary["done"], &summary["not_begun"]),
        (&2.into(), &3.into())
    );
    assert_eq!(alone.summary(), "2 groups: 2 editable", "{alone:?}");
    assert!(!two.sales.counts().contains_key(&Method::GetGroupData));
}

#[test]
fn restore_puts_back_what_each_account_has_replaced() {
    for source in ["groups.csv.journal", "groups.csv.backup"] {
        let two = Two::new(Config::new(), Config::new(), ROWS);
        for profile in ["main", "sales"] {
            let set = two.run(&["set", "-1", "old.png", "--profile", profile]);
            assert_eq!(set.code, Some(0), "{set:?}");
        }
        let old = pictures(&two.main)["-1"].clone();
        let batch = two.batch(&[]);
        assert_eq!(batch.code, Some(0), "{batch:?}");
        let restore = |options: &[&str]| {
            let restore = ["restore", source, "--rate", "1000", "--only", "-1"];
            two.run(&[&restore, options].concat())
        };

        let planned = restore(&["--dry-run"]);
        let alone = restore(&["--profile", "sales"]);
        let main_before = pictures(&two.main)["-1"].clone();
        let all = restore(&[]);

        assert_eq!(
            planned.summary(),
            "2 groups: 2 to be set",
            "{source} {planned:?}"
        );
        assert_eq!(alone.summary(), "1 group: 1 set", "{source} {alone:?}");
        assert_ne!(main_before, old);
        assert_eq!(all.code, Some(0), "{source} {all:?}");
        assert_eq!(pictures(&two.main)["-1"], old, "{source}");
        assert_eq!(pictures(&two.sales)["-1"], old, "{source}");
        let kept = names_in(&two.folder.at("groups.csv.backup"));
        let wanted = [
            "main/-1.jpg",
            "main/backup.jsonl",
            "sales/-1.jpg",
            "sales/backup.jsonl",
        ];
        assert_eq!(kept, wanted);
        let nobody = restore(&["--profile", "support"]);
        assert_eq!(nobody.code, Some(2), "{nobody:?}");
    }
}
