//! The methods around `setGroupPicture`.

use emulator::{Config, Editing, Emulator, Group, Messenger, Role, State};
use serde_json::json;

use crate::client::*;

#[test]
fn the_state_is_told_by_its_documented_word() {
    let table = [
        (State::Authorized, "authorized"),
        (State::NotAuthorized, "notAuthorized"),
        (State::Blocked, "blocked"),
        (State::PendingPassword, "pendingPassword"),
        (State::Starting, "starting"),
        (State::SleepMode, "sleepMode"),
        (State::Suspended, "suspended"),
        (State::YellowCard, "yellowCard"),
    ];

    for (state, word) in table {
        let emulator = Emulator::start(Config::new().state(state)).unwrap();

        let answer = get(&emulator, &path("getStateInstance"));

        assert_eq!(answer.status, 200);
        assert_eq!(answer.json(), json!({ "stateInstance": word }));
    }
}

#[test]
fn group_data_tells_who_may_edit() {
    let groups = [
        Group::new("-1").subject("Ours"),
        Group::new("-2").role(Role::Administrator),
        Group::new("-3").role(Role::Participant),
        Group::new("-4")
            .role(Role::Participant)
            .editing(Editing::Everyone),
        Group::new("-5").invite_link(false),
    ];
    let emulator = Emulator::start(Config::new().groups(groups)).unwrap();
    // Chat, open to all, account is administrator, account is owner, link.
    let table = [
        ("-1", false, true, true, true),
        ("-2", false, true, false, true),
        ("-3", false, false, false, false),
        ("-4", true, false, false, false),
        ("-5", false, true, true, false),
    ];

    let own = get(&emulator, &path("getAccountSettings")).json()["chatId"].clone();

    for (chat, open, administrator, owner, link) in table {
        let answer = post_json(
            &emulator,
            "getGroupData",
            &json!({ "chatId": chat }).to_string(),
        );

        let body = answer.json();
        assert_eq!((answer.status, &body["chatId"]), (200, &json!(chat)));
        assert_eq!(body["allowParticipantsEditGroupSettings"], open, "{chat}");
        assert_eq!(body["owner"] == own, owner, "{chat}");
        assert_eq!(body["groupInviteLink"] != "", link, "{chat}");
        assert_eq!(body["participants"][0]["chatId"], own);
        assert_eq!(body["size"], 2);
        assert_eq!(body["participants"][0]["isAdmin"], administrator, "{chat}");
        for field in ["subject", "description", "creation", "participants"] {
            assert!(!body[field].is_null(), "{field}");
        }
    }
}

#[test]
fn the_account_has_the_id_by_which_groups_list_it() {
    for (messenger, method, field) in [
        (Messenger::Max, "getAccountSettings", "chatId"),
        (Messenger::Telegram, "getAccountSettings", "chatId"),
        (Messenger::WhatsApp, "getWaSettings", "phone"),
    ] {
        let emulator = Emulator::start(Config::new().messenger(messenger)).unwrap();
        let other = match method {
            "getWaSettings" => "getAccountSettings",
            _ => "getWaSettings",
        };
        let ask = |method: &str| get(&emulator, &path(method).replace("/v3", ""));

        let account = ask(method).json();

        assert_eq!(account["stateInstance"], "authorized");
        assert!(!account[field].as_str().unwrap().is_empty(), "{account}");
        assert_eq!(ask(other).status, 404);
    }
    let out = Emulator::start(Config::new().state(State::NotAuthorized)).unwrap();
    let account = get(&out, &path("getAccountSettings")).json();
    assert_eq!(
        account,
        json!({ "avatar": "", "phone": "", "chatId": "", "stateInstance": "notAuthorized" })
    );
}

#[test]
fn an_avatar_is_empty_until_it_is_set() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let ask = || post_json(&emulator, "getAvatar", r#"{"chatId":"-1"}"#).json();

    let before = ask();
    let answer = set(&emulator, "-1", JPEG).json();
    let after = ask();

    assert_eq!(before, json!({ "urlAvatar": "" }));
    assert_eq!(after, json!({ "urlAvatar": answer["urlAvatar"] }));
}

#[test]
fn chats_are_a_person_and_the_groups_that_are_listed_or_else_those_with_a_picture() {
    let listed = Emulator::start(Config::new().groups(["-2", "-1"])).unwrap();
    let open = Emulator::start(Config::new()).unwrap();
    set(&open, "-3", JPEG);

    let answers = [&listed, &open].map(|emulator| get(emulator, &path("getChats")).json());

    let chat = |id: &str| json!({ "chatId": id, "phoneNumber": 0 });
    let person = json!({ "chatId": "10000001", "phoneNumber": 79_001_234_568_u64 });
    assert_eq!(
        answers,
        [
            json!([chat("-1"), chat("-2"), person]),
            json!([chat("-3"), person])
        ]
    );
}

#[test]
fn chats_and_contacts_have_the_fields_of_their_messenger() {
    let group = |chat| Group::new(chat).subject("Ours");
    for (messenger, id, chats, contacts) in [
        (Messenger::Max, "-1", vec!["chatId", "phoneNumber"], 1),
        (
            Messenger::Telegram,
            "-1",
            vec!["chatId", "name", "phoneNumber", "type", "username"],
            1,
        ),
        (
            Messenger::WhatsApp,
            "1@g.us",
            vec![
                "archive",
                "ephemeralExpiration",
                "ephemeralSettingTimestamp",
                "id",
                "name",
                "type",
            ],
            2,
        ),
    ] {
        let config = Config::new().messenger(messenger).groups([group(id)]);
        let emulator = Emulator::start(config).unwrap();
        let ask = |method: &str| {
            let path = path(method.split('?').next().unwrap()).replace("/v3", "");
            let query = method.split_once('?').map_or("", |(_, query)| query);
            get(&emulator, &format!("{path}?{query}")).json()
        };

        let listed = ask("getChats");
        let mut fields: Vec<_> = listed[0].as_object().unwrap().keys().cloned().collect();
        fields.sort();

        assert_eq!(fields, chats, "{messenger:?}");
        let all = ask("getContacts");
        assert_eq!(all.as_array().unwrap().len(), contacts, "{messenger:?}");
        assert_eq!(ask("getContacts?count=1").as_array().unwrap().len(), 1);
        let groups = ask("getContacts?group=true");
        assert_eq!(groups.as_array().unwrap().len(), contacts - 1);
    }
}

#[test]
fn bodies_that_name_no_chat_are_refused() {
    let emulator = Emulator::start(Config::new().groups(["-1"])).unwrap();
    let table = [
        ("", "bad request data"),
        ("[", "bad request data"),
        ("[]", "'chatId' is required"),
        ("{}", "'chatId' is required"),
        (r#"{"chatId":-1}"#, "'chatId' must be a string"),
        (
            r#"{"chatId":"1"}"#,
            "'chatId' must be one of the next formats",
        ),
        (r#"{"chatId":""}"#, "'chatId' is not allowed to be empty"),
    ];

    for (body, needed) in table {
        for method in ["getGroupData", "getAvatar"] {
            let answer = post_json(&emulator, method, body);

            assert_eq!(answer.status, 400, "{body}");
            assert!(answer.text().contains(needed), "{body}: {}", answer.text());
        }
    }
    let unknown = post_json(&emulator, "getGroupData", r#"{"chatId":"-2"}"#);
    assert_eq!((unknown.status, unknown.text()), (400, "bad request data"));
}

#[test]
fn the_profile_has_a_picture_of_its_own_and_a_reason_of_null() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let body = form(&[(FILE, JPEG)]);

    let answer = send(
        &emulator,
        &request("POST", &path("setProfilePicture"), FORM, &body),
    );

    let body = answer.json();
    assert_eq!(body["setProfilePicture"], true);
    assert!(body["reason"].is_null());
    assert_eq!(emulator.pictures()["profile"].url(), body["urlAvatar"]);
}

#[test]
fn every_method_asks_for_the_token() {
    let emulator = Emulator::start(Config::new().token("other")).unwrap();

    for method in [
        "setGroupPicture",
        "setProfilePicture",
        "getGroupData",
        "getAvatar",
    ] {
        assert_eq!(post_json(&emulator, method, "{}").status, 401, "{method}");
    }
    for method in ["getStateInstance", "getChats"] {
        assert_eq!(get(&emulator, &path(method)).status, 401, "{method}");
    }
}
