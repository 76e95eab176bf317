//! `check`: the account and its groups, before anything is sent.

use std::process::Command;

use emulator::{
    Config, Documented, Editing, Emulator, Group, Messenger, Method, Role, Rule, Script, State,
};

use crate::account::pointed_at;
use crate::run::{Folder, Run, png};

fn check(emulator: &Emulator) -> Command {
    let mut command = pointed_at(emulator);
    command.args(["check", "--initial-backoff", "1ms"]);
    command
}

fn list() -> Folder {
    Folder::new()
        .with(
            "groups.csv",
            "chat_id,photo\n-1,a.png\n-2,a.png\n-3,a.png\n-4,a.png\n",
        )
        .with("a.png", png(200, 200))
}

#[test]
fn each_group_is_looked_at_and_nothing_is_changed() {
    let folder = list();
    let emulator = Emulator::start(
        Config::new().groups([
            Group::new("-1").subject("Smith, \u{1b}[2J"),
            Group::new("-2").role(Role::Participant),
            Group::new("-3")
                .role(Role::Participant)
                .editing(Editing::Everyone),
        ]),
    )
    .unwrap();

    let people = Run::of(check(&emulator).arg(folder.at("groups.csv")));
    let machines = Run::of(check(&emulator).arg(folder.at("groups.csv")).arg("--json"));

    assert_eq!(
        (people.code, machines.code),
        (Some(1), Some(1)),
        "{people:?}"
    );
    assert!(
        people.stdout.starts_with("the account: authorized\n"),
        "{people:?}"
    );
    assert_eq!(
        people.summary(),
        "4 groups: 2 editable, 1 bad request, 1 not editable"
    );
    assert!(!people.stdout.contains('\u{1b}'), "{people:?}");
    let lines = machines.json();
    assert_eq!(lines[0]["account"], "authorized");
    let mut told: Vec<_> = lines[1..5]
        .iter()
        .map(|line| format!("{} {} {}", line["chat_id"], line["status"], line["editing"]))
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            r#""-1" "editable" "managers""#,
            r#""-2" "failed" null"#,
            r#""-3" "editable" "everyone""#,
            r#""-4" "failed" null"#,
        ]
    );
    assert_eq!(lines[5]["summary"]["done"], 2);
    let only_asked = |method| {
        matches!(
            method,
            Method::GetStateInstance | Method::GetAccountSettings | Method::GetGroupData
        )
    };
    assert!(
        emulator
            .requests()
            .iter()
            .all(|request| only_asked(request.method))
    );
}

#[test]
fn an_account_that_is_not_ready_ends_the_check() {
    let folder = list();
    for (config, code) in [
        (Config::new(), 0),
        (Config::new().token("another"), 4),
        (Config::new().instance("3100000099"), 4),
        (Config::new().state(State::NotAuthorized), 4),
        (Config::new().state(State::PendingPassword), 4),
        (Config::new().state(State::Blocked), 4),
        (Config::new().state(State::Starting), 5),
        (Config::new().state(State::SleepMode), 5),
    ] {
        let shown = format!("{config:?}");
        let emulator = Emulator::start(config).unwrap();

        let alone = Run::of(check(&emulator).arg("--json"));
        let with_list = Run::of(check(&emulator).arg(folder.at("groups.csv")));

        assert_eq!(alone.code, Some(code), "{shown} {alone:?}");
        assert_eq!(with_list.code, Some(code), "{shown} {with_list:?}");
        assert!(!alone.json().is_empty(), "{alone:?}");
        if code != 0 {
            assert_eq!(with_list.summary(), "4 groups: 0 editable, 4 not begun");
        }
    }
}

#[test]
fn a_failure_that_passes_is_asked_again() {
    let folder = list();
    let fault = |method| {
        Rule::new()
            .method(method)
            .to(2)
            .answer(Documented::TooManyRequests)
    };
    let script = Script::new()
        .rule(fault(Method::GetStateInstance))
        .rule(fault(Method::GetGroupData));
    let emulator = Emulator::start(Config::new().script(script)).unwrap();

    let run = Run::of(check(&emulator).arg(folder.at("groups.csv")));

    assert_eq!(
        (run.code, run.summary()),
        (Some(0), "4 groups: 4 editable"),
        "{run:?}"
    );
}

#[test]
fn an_owner_without_an_invite_link_may_edit() {
    let folder = list();
    let groups = [
        Group::new("-1").invite_link(false),
        Group::new("-2")
            .role(Role::Administrator)
            .invite_link(false),
        Group::new("-3").role(Role::Participant).invite_link(false),
        Group::new("-4"),
    ];
    let emulator = Emulator::start(Config::new().groups(groups)).unwrap();

    let run = Run::of(check(&emulator).arg(folder.at("groups.csv")));

    assert_eq!(
        (run.code, run.summary()),
        (Some(1), "4 groups: 3 editable, 1 not editable"),
        "{run:?}"
    );
    assert!(run.stderr.contains("-3"), "{run:?}");
}

#[test]
fn a_restricted_account_is_checked_all_the_same_and_the_restriction_is_explained() {
    let folder = list();
    for (state, word, advice) in [
        (State::Suspended, "suspended", "may not write to strangers"),
        (State::YellowCard, "yellowCard", "because of spam"),
    ] {
        let emulator = Emulator::start(Config::new().state(state)).unwrap();

        let run = Run::of(check(&emulator).arg(folder.at("groups.csv")));

        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(
            run.stdout.starts_with(&format!("the account: {word}\n")),
            "{run:?}"
        );
        assert!(run.stderr.contains(advice), "{run:?}");
    }
    let telegram = Config::new().messenger(Messenger::Telegram);
    let emulator = Emulator::start(telegram.state(State::Suspended)).unwrap();
    let run = Run::of(check(&emulator).args(["--messenger", "telegram"]));
    assert_eq!(run.code, Some(4), "{run:?}");
}

#[test]
fn without_the_accounts_own_id_an_invite_link_is_what_shows_that_it_manages_a_group() {
    let folder = list();
    let groups = [
        Group::new("-1"),
        Group::new("-2").invite_link(false),
        Group::new("-3").role(Role::Participant),
        Group::new("-4"),
    ];
    let missing = Rule::new()
        .method(Method::GetAccountSettings)
        .answer(Documented::NotFound);
    let config = Config::new().groups(groups);
    let emulator = Emulator::start(config.script(Script::new().rule(missing))).unwrap();

    let run = Run::of(check(&emulator).arg(folder.at("groups.csv")).arg("--json"));

    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("own id cannot be read"), "{run:?}");
    let mut told: Vec<_> = run.json()[1..5]
        .iter()
        .map(|line| format!("{} {}", line["chat_id"], line["editing"]))
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            r#""-1" "managers""#,
            r#""-2" "unknown""#,
            r#""-3" "unknown""#,
            r#""-4" "managers""#,
        ]
    );
}

#[test]
fn whatsapp_is_asked_about_one_group_a_second() {
    let folder = Folder::new()
        .with(
            "groups.csv",
            "chat_id,photo\n1@g.us,a.png\n2@g.us,a.png\n3@g.us,a.png\n",
        )
        .with("a.png", png(200, 200));
    let groups = [
        Group::new("1@g.us"),
        Group::new("2@g.us").role(Role::Participant),
        Group::new("3@g.us").role(Role::Administrator),
    ];
    let config = Config::new().messenger(Messenger::WhatsApp).groups(groups);
    let emulator = Emulator::start(config).unwrap();

    let run = Run::of(
        check(&emulator)
            .args(["--messenger", "whatsapp"])
            .arg(folder.at("groups.csv")),
    );

    // WhatsApp does not say whether everyone may edit, so a participant may be able to.
    assert_eq!(
        (run.code, run.summary()),
        (Some(0), "3 groups: 3 editable"),
        "{run:?}"
    );
    let asked: Vec<_> = emulator
        .requests()
        .into_iter()
        .filter(|request| request.method == Method::GetGroupData)
        .map(|request| request.arrived)
        .collect();
    let second = std::time::Duration::from_secs(1);
    assert!(asked.windows(2).all(|two| two[1] - two[0] >= second));
}
