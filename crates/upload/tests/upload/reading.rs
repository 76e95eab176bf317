//! What is read of an account and its groups, for each messenger.

use emulator::{
    Answer, Config, Emulator, End, Group, Role, Rule as Fault, Script, Truncation, Upload,
};
use upload::{Client, Editing, ErrorKind, Messenger, State, Token};

use crate::support::*;

#[test]
fn each_messenger_of_the_family_is_spoken() {
    for (messenger, other, id) in [
        (Messenger::Max, emulator::Messenger::Max, "-10000000000000"),
        (
            Messenger::Telegram,
            emulator::Messenger::Telegram,
            "-1001234567890",
        ),
        (
            Messenger::WhatsApp,
            emulator::Messenger::WhatsApp,
            "120363043968066561@g.us",
        ),
    ] {
        let emulator = Emulator::start(Config::new().messenger(other)).unwrap();
        let client = Client::builder(
            Config::INSTANCE.parse().unwrap(),
            Token::new(Config::TOKEN).unwrap(),
        )
        .api_url(emulator.url().parse().unwrap())
        .messenger(messenger)
        .build()
        .unwrap();
        let chat = messenger.chat_id(id).unwrap();

        let (set, seen, group, account) = runtime().block_on(async {
            let set = client.set_group_picture(&chat, PICTURE).await.unwrap();
            (
                set,
                client.avatar(&chat).await.unwrap(),
                client.group_data(&chat).await.unwrap(),
                client.account().await.unwrap(),
            )
        });

        assert!(set.url.is_some());
        assert_eq!(seen, set);
        assert_eq!(group.subject, Some(format!("Group {id}")));
        assert_eq!(
            group.role(&account),
            Some(upload::Role::Owner),
            "{messenger}"
        );
    }
}

#[test]
fn an_account_can_be_looked_at_before_anything_is_sent() {
    let groups = [
        Group::new(chat(0).to_string()),
        Group::new(chat(1).to_string()).role(Role::Participant),
        Group::new(chat(2).to_string())
            .role(Role::Participant)
            .editing(emulator::Editing::Everyone),
    ];
    let emulator = Emulator::start(Config::new().groups(groups)).unwrap();
    let client = client(&emulator);

    let (state, editing, missing) = runtime().block_on(async {
        let account = client.account().await.unwrap();
        let mut editing = Vec::new();
        for number in 0..3 {
            let group = client.group_data(&chat(number)).await.unwrap();
            editing.push(group.editing(Some(&account)));
        }
        (
            client.state_instance().await.unwrap(),
            editing,
            client.group_data(&chat(9)).await.unwrap_err(),
        )
    });

    assert_eq!(state, State::Authorized);
    assert_eq!(
        editing,
        [Editing::Managers, Editing::OthersOnly, Editing::Everyone]
    );
    assert_eq!(missing.kind(), ErrorKind::BadRequest);
}

#[test]
fn reading_has_no_unknown_outcome() {
    let emulator = start(
        Script::new().rule(Fault::new().upload(Upload::Cut(Truncation::new(100, End::Reset)))),
    );

    let error = runtime()
        .block_on(client(&emulator).avatar(&chat(0)))
        .unwrap_err();

    assert_eq!(error.kind(), ErrorKind::NotRead);
    assert!(!error.to_string().contains("may have been set"));
}

#[test]
fn a_group_of_ten_thousand_is_read_whole() {
    let participants: Vec<String> = (0..10_000)
        .map(|id| format!(r#"{{"chatId":"{id}","isAdmin":false,"isSuperAdmin":false}}"#))
        .collect();
    let body = format!(
        r#"{{"chatId":"{}","participants":[{}]}}"#,
        chat(0),
        participants.join(",")
    );
    let answer = Answer::new(200).body(body);
    let emulator = start(Script::new().rule(Fault::new().answer(answer)));

    let group = runtime().block_on(client(&emulator).group_data(&chat(0)));

    assert_eq!(group.unwrap().size, Some(10_000));
}

#[test]
fn the_groups_of_an_account_are_listed_on_every_messenger() {
    for (messenger, other, id) in [
        (Messenger::Max, emulator::Messenger::Max, "-1"),
        (Messenger::Telegram, emulator::Messenger::Telegram, "-1"),
        (Messenger::WhatsApp, emulator::Messenger::WhatsApp, "1@g.us"),
    ] {
        let groups = [Group::new(id).subject("Ours")];
        let config = Config::new().messenger(other).groups(groups);
        let emulator = Emulator::start(config).unwrap();
        let token = Token::new(Config::TOKEN).unwrap();
        let client = Client::builder(Config::INSTANCE.parse().unwrap(), token)
            .api_url(emulator.url().parse().unwrap())
            .messenger(messenger)
            .build()
            .unwrap();

        let groups = runtime().block_on(client.groups()).unwrap();

        let has_names = messenger != Messenger::Max;
        assert_eq!(groups.len(), 1, "{messenger}");
        assert_eq!(groups[0].id.to_string(), id);
        assert_eq!(groups[0].name.as_deref(), has_names.then_some("Ours"));
    }
}

#[test]
fn a_list_that_is_cut_off_or_refused_is_no_list() {
    for (status, body, kind) in [
        (200, r#"[{"chatId":"-1"},"#, ErrorKind::NotRead),
        (200, "{}", ErrorKind::NotRead),
        (200, "null", ErrorKind::NotReady),
        (
            200,
            r#"{"code":401,"description":"Unauthorized"}"#,
            ErrorKind::Unauthorized,
        ),
        (429, "[]", ErrorKind::TooManyRequests),
        (401, "", ErrorKind::Unauthorized),
    ] {
        let answer = Answer::new(status).body(body);
        let emulator = start(Script::new().rule(Fault::new().answer(answer)));

        let error = runtime().block_on(client(&emulator).groups()).unwrap_err();

        assert_eq!(error.kind(), kind, "{status} {body}");
    }
}
