//! `groups`: the account's groups as a list.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use emulator::{Config, Documented, Emulator, Group, Messenger, Method, Role, Rule, Script};
use serde_json::json;

use crate::account::pointed_at;
use crate::run::{Folder, Run, group_picture, png};

fn groups(emulator: &Emulator) -> Command {
    let mut command = pointed_at(emulator);
    command.args(["groups", "--initial-backoff", "1ms"]);
    command
}

fn ours() -> Config {
    Config::new().groups([
        Group::new("-1").subject("Family, ours"),
        Group::new("-2").subject("=1+1").role(Role::Administrator),
        Group::new("-3")
            .subject("a \"b\"\u{1b}[2J")
            .role(Role::Participant)
            .invite_link(false),
    ])
}

fn set(emulator: &Emulator, folder: &Folder, chat: &str) {
    let run = Run::of(
        pointed_at(emulator)
            .args(["set", chat])
            .arg(folder.at("a.png")),
    );
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn the_groups_are_listed_with_name_role_participants_and_avatar() {
    let folder = Folder::new().with("a.png", png(200, 200));
    let emulator = Emulator::start(ours()).unwrap();
    set(&emulator, &folder, "-1");
    let avatar = emulator.pictures()["-1"].url().to_owned();

    let csv = Run::of(&mut groups(&emulator));
    let table = Run::of(groups(&emulator).args(["--format", "table"]));
    let json = Run::of(groups(&emulator).arg("--json"));

    assert_eq!(csv.code, Some(0), "{csv:?}");
    // In the order of the emulator's list. A name that a spreadsheet would calculate has an apostrophe.
    let expected = [
        "chat_id,name,role,participants,avatar".to_owned(),
        format!("-1,\"Family, ours\",owner,2,{avatar}"),
        "-2,'=1+1,admin,2,".to_owned(),
        r#"-3,"a ""b""\u{1b}[2J",member,2,"#.to_owned(),
    ];
    assert_eq!(csv.stdout.lines().collect::<Vec<_>>(), expected);
    assert_eq!(csv.stderr, "group-picture: 3 groups: 3 listed\n");
    let rows: Vec<Vec<&str>> = table
        .stdout
        .lines()
        .map(|line| {
            line.split("  ")
                .map(str::trim)
                .filter(|cell| !cell.is_empty())
                .collect()
        })
        .collect();
    assert_eq!(
        rows[0],
        ["CHAT_ID", "NAME", "ROLE", "PARTICIPANTS", "AVATAR"]
    );
    assert_eq!(rows[1], ["-1", "Family, ours", "owner", "2", "yes"]);
    assert_eq!(rows[2], ["-2", "=1+1", "admin", "2", "no"]);
    let lines = json.json();
    assert_eq!(
        lines[1],
        json!({ "chat_id": "-2", "name": "=1+1", "role": "admin", "participants": 2, "avatar": null })
    );
    assert_eq!((lines.len(), &lines[3]["summary"]["done"]), (4, &json!(3)));
}

#[test]
fn the_list_is_one_for_batch_once_it_names_photos() {
    let folder = Folder::new().with("a.png", png(200, 200));
    let emulator = Emulator::start(ours()).unwrap();
    let listed = Run::of(&mut groups(&emulator));
    let mut rows: Vec<String> = listed
        .stdout
        .lines()
        .map(|row| format!("{row},a.png"))
        .collect();
    rows[0] = rows[0].replace("a.png", "photo");
    let folder = folder.with("groups.csv", rows.join("\n"));

    let run = Run::of(
        pointed_at(&emulator)
            .args(["batch", "--rate", "1000"])
            .arg(folder.at("groups.csv")),
    );

    assert_eq!(
        run.summary(),
        "3 groups: 2 set, 1 refused by the messenger",
        "{run:?}"
    );
}

#[test]
fn each_method_keeps_its_pace_on_each_messenger() {
    for (messenger, name, ids, pace) in [
        (Messenger::Max, "max", ["-1", "-2", "-3"], 100),
        (
            Messenger::WhatsApp,
            "whatsapp",
            ["1@g.us", "2@g.us", "3@g.us"],
            1000,
        ),
    ] {
        let config = Config::new()
            .messenger(messenger)
            .groups(ids.map(Group::new));
        let emulator = Emulator::start(config).unwrap();

        let run = Run::of(groups(&emulator).args(["--messenger", name]));

        assert_eq!(run.code, Some(0), "{run:?}");
        assert_eq!(run.stdout.lines().count(), 4, "{run:?}");
        let asked = emulator.requests().into_iter();
        let asked = asked.filter(|request| request.method == Method::GetGroupData);
        let arrived: Vec<_> = asked.map(|request| request.arrived).collect();
        let pace = Duration::from_millis(pace);
        assert_eq!(arrived.len(), 3);
        assert!(
            arrived.windows(2).all(|two| two[1] - two[0] >= pace),
            "{name}"
        );
    }
}

#[test]
fn a_run_that_was_killed_is_continued_and_asks_about_no_group_again_that_it_has_read() {
    let folder = Folder::new();
    let chats: Vec<String> = (1..=20).map(|id| format!("-{id}")).collect();
    let emulator = Emulator::start(Config::new().groups(chats)).unwrap();
    let command = || {
        let mut command = groups(&emulator);
        command.arg("--journal").arg(folder.at("journal"));
        command
    };
    let asked = || {
        let requests = emulator.requests().into_iter();
        requests
            .filter(|request| request.method == Method::GetAvatar)
            .count()
    };

    let mut first = command().stdout(Stdio::null()).spawn().unwrap();
    let begin = Instant::now();
    while asked() < 7 && begin.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(5));
    }
    first.kill().unwrap();
    first.wait().unwrap();
    let before = asked();
    let second = Run::of(&mut command());

    assert!((7..20).contains(&before), "{before}");
    assert_eq!(second.code, Some(0), "{second:?}");
    assert_eq!(second.stdout.lines().count(), 21, "{second:?}");
    assert!(
        second.stderr.contains("an earlier run has read: "),
        "{second:?}"
    );
    // What was on its way may be asked about twice: eight at most.
    assert!(asked() <= 20 + 8, "{}", asked());
    assert!(!folder.at("journal").exists());
}

#[test]
fn a_group_that_cannot_be_read_keeps_its_row_and_the_journal() {
    let folder = Folder::new();
    let missing = Rule::new()
        .method(Method::GetGroupData)
        .chat("-2")
        .answer(Documented::NotFound);
    let emulator = Emulator::start(ours().script(Script::new().rule(missing))).unwrap();
    let command = || {
        let mut command = groups(&emulator);
        command.arg("--journal").arg(folder.at("journal"));
        command
    };

    let first = Run::of(&mut command());
    let kept = folder.at("journal").exists();
    emulator.set_script(Script::new());
    let asked = emulator.requests().len();
    let second = Run::of(&mut command());

    assert_eq!(first.code, Some(1), "{first:?}");
    assert_eq!(first.stdout.lines().nth(2), Some("-2,,,,"), "{first:?}");
    assert!(first.stderr.contains("group -2: "), "{first:?}");
    assert!(kept);
    assert_eq!(second.code, Some(0), "{second:?}");
    assert!(second.stdout.contains("-2,'=1+1,admin,2,"), "{second:?}");
    // The chats, the account, and the group that was missing.
    assert_eq!(emulator.requests().len() - asked, 4);
}

#[test]
fn an_account_that_is_refused_or_in_no_group_has_no_list() {
    for (config, code) in [
        (Config::new(), 3),
        (Config::new().token("another"), 4),
        (Config::new().state(emulator::State::Starting), 5),
    ] {
        let emulator = Emulator::start(config).unwrap();

        let run = Run::of(&mut groups(&emulator));

        assert_eq!((run.code, &*run.stdout), (Some(code), ""), "{run:?}");
        assert!(!run.stderr.contains(Config::TOKEN), "{run:?}");
    }
}

#[test]
fn another_accounts_journal_and_a_file_that_is_none_are_refused() {
    let folder = Folder::new().with("notes", "important");
    let emulator = Emulator::start(ours()).unwrap();
    let run = |name: &str| Run::of(groups(&emulator).arg("--journal").arg(folder.at(name)));
    let failing = Rule::new()
        .method(Method::GetAvatar)
        .answer(Documented::NotFound);
    emulator.set_script(Script::new().rule(failing));
    run("journal");

    let notes = run("notes");
    let other = Run::of(
        group_picture()
            .env("GREEN_API_URL", emulator.url())
            .env("GREEN_API_ID_INSTANCE", "3100000002")
            .env("GREEN_API_TOKEN", Config::TOKEN)
            .args(["groups", "--journal"])
            .arg(folder.at("journal")),
    );

    assert_eq!(
        (notes.code, other.code),
        (Some(7), Some(7)),
        "{notes:?} {other:?}"
    );
    assert_eq!(
        std::fs::read_to_string(folder.at("notes")).unwrap(),
        "important"
    );
    assert!(other.stderr.contains("another account"), "{other:?}");
}
