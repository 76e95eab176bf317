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
fn people_and_the_account_itself_have_avatars_too() {
    let table = [
        (Messenger::Max, "10000000", "10000001", "-1", false),
        (Messenger::Telegram, "10000000", "10000001", "-1", false),
        (
            Messenger::WhatsApp,
            "79876543210@c.us",
            "79001234568@c.us",
            "1@g.us",
            true,
        ),
    ];
    for (messenger, own, person, group, tells_available) in table {
        let emulator = Emulator::start(Config::new().messenger(messenger)).unwrap();
        let call = |method: &str, kind: &str, body: &[u8]| {
            let path = path(method).replace("/v3", "");
            send(&emulator, &request("POST", &path, kind, body)).json()
        };
        let ask = |chat: &str| {
            let body = json!({ "chatId": chat }).to_string();
            call("getAvatar", "application/json", body.as_bytes())
        };
        let set = call("setProfilePicture", FORM, &form(&[(FILE, JPEG)]));

        let answer = |url: &serde_json::Value| match tells_available {
            true => json!({ "urlAvatar": url, "available": true }),
            false => json!({ "urlAvatar": url }),
        };
        assert_eq!(ask(own), answer(&set["urlAvatar"]), "{messenger:?}");
        for chat in [person, group] {
            assert_eq!(ask(chat), answer(&json!("")), "{messenger:?} {chat}");
        }
    }
}

#[test]
fn a_group_that_is_created_exists_and_is_the_accounts_own() {
    for (messenger, person, field) in [
        (Messenger::Max, "10000001", "chatId"),
        (Messenger::Telegram, "10000001", "chatId"),
        (Messenger::WhatsApp, "79001234568@c.us", "groupId"),
    ] {
        for config in [Config::new(), Config::new().groups(Vec::<Group>::new())] {
            let emulator = Emulator::start(config.messenger(messenger)).unwrap();
            let call = |method: &str, body: serde_json::Value| {
                let path = path(method).replace("/v3", "");
                let body = body.to_string();
                let request = request("POST", &path, "application/json", body.as_bytes());
                send(&emulator, &request)
            };
            let create = |name: &str| {
                call(
                    "createGroup",
                    json!({ "groupName": name, "chatIds": [person] }),
                )
                .json()
            };

            let (first, second) = (create("One"), create("Two"));

            assert_eq!(
                (&first["created"], &second["created"]),
                (&json!(true), &json!(true))
            );
            assert!(!first["groupInviteLink"].as_str().unwrap().is_empty());
            assert_ne!(first["chatId"], second["chatId"]);
            let group = call("getGroupData", json!({ field: second["chatId"] })).json();
            assert_eq!(
                (&group["subject"], &group["size"]),
                (&json!("Two"), &json!(2))
            );
            let own = &group["participants"][0];
            assert_eq!(
                (&own["isAdmin"], &own["isSuperAdmin"]),
                (&json!(true), &json!(true))
            );
            let chats = get(&emulator, &path("getChats").replace("/v3", "")).json();
            assert_eq!(chats.as_array().unwrap().len(), 3, "{messenger:?} {chats}");
        }
    }
}

#[test]
fn a_group_without_a_name_or_people_is_not_created() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let name = "n".repeat(101);
    for (body, needed) in [
        (
            json!({ "chatIds": ["10000001"] }),
            "'groupName' is required",
        ),
        (
            json!({ "groupName": "", "chatIds": ["10000001"] }),
            "'groupName' must",
        ),
        (
            json!({ "groupName": name, "chatIds": ["10000001"] }),
            "'groupName' must",
        ),
        (json!({ "groupName": "One" }), "'chatIds' must"),
        (
            json!({ "groupName": "One", "chatIds": [] }),
            "'chatIds' must",
        ),
        (
            json!({ "groupName": "One", "chatIds": ["-1"] }),
            "'chatIds' must",
        ),
        (
            json!({ "groupName": "One", "chatIds": [10000001] }),
            "'chatIds' must",
        ),
    ] {
        let answer = post_json(&emulator, "createGroup", &body.to_string());

        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.text().contains(needed), "{body}: {}", answer.text());
    }
    let chats = get(&emulator, &path("getChats")).json();
    assert_eq!(chats.as_array().unwrap().len(), 1);
}

#[test]
fn the_settings_name_the_account_and_the_api() {
    for (messenger, kind, account) in [
        (Messenger::Max, "v3", "10000000"),
        (Messenger::Telegram, "telegram", "10000000"),
        (Messenger::WhatsApp, "whatsapp", "79876543210@c.us"),
    ] {
        let emulator = Emulator::start(Config::new().messenger(messenger)).unwrap();

        let settings = get(&emulator, &path("getSettings").replace("/v3", "")).json();

        assert_eq!(settings["typeInstance"], kind);
        assert_eq!(settings["wid"], account);
        assert_eq!(settings["delaySendMessagesMilliseconds"], 1000);
        assert_eq!(settings["incomingWebhook"], "no");
    }
}

#[test]
fn slashes_that_an_address_with_one_at_its_end_leaves_do_no_harm() {
    let emulator = Emulator::start(Config::new()).unwrap();
    let path = path("getStateInstance");

    for path in [
        format!("{path}/"),
        format!("/{path}"),
        path.replace("/v3", "/v3/"),
    ] {
        assert_eq!(get(&emulator, &path).status, 200, "{path}");
    }
}

#[test]
fn a_documented_rate_is_that_of_the_messenger_and_the_method() {
    let start =
        |messenger| Emulator::start(Config::new().messenger(messenger).documented_rates()).unwrap();
    let (max, whatsapp) = (start(Messenger::Max), start(Messenger::WhatsApp));

    // Ten a second.
    let groups: Vec<u16> = (0..10)
        .map(|_| post_json(&max, "getGroupData", r#"{"chatId":"-1"}"#).status)
        .collect();
    // One in ten seconds.
    let body = form(&[(FILE, JPEG)]);
    let path = path("setProfilePicture").replace("/v3", "");
    let pictures = [(); 2].map(|()| send(&whatsapp, &request("POST", &path, FORM, &body)).status);

    assert_eq!(groups, [200; 10]);
    assert_eq!(pictures, [200, 429]);
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
            r#"{"chatId":"x1"}"#,
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
