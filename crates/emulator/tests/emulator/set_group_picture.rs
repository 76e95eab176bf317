//! `setGroupPicture`: every answer that the documentation names.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use emulator::{Config, Emulator, Group, Messenger, Method, Role, State};
use serde_json::json;

use crate::client::*;

const GROUP: &str = "-10000000000000";

fn start() -> Emulator {
    Emulator::start(Config::new()).unwrap()
}

#[test]
fn a_picture_is_kept_as_it_came_and_served_again() {
    let emulator = start();

    let answer = set(&emulator, GROUP, JPEG);

    assert_eq!(answer.status, 200);
    let body = answer.json();
    assert_eq!(body["setGroupPicture"], true);
    assert_eq!(body["reason"], "");
    let url = body["urlAvatar"].as_str().unwrap();
    assert_eq!(get(&emulator, local(&emulator, url)).body, JPEG);
    let picture = &emulator.pictures()[GROUP];
    assert_eq!(picture.bytes().unwrap(), JPEG);
    assert_eq!((picture.size(), picture.changes()), (9, 1));
    assert_eq!(picture.url(), url);
}

#[test]
fn the_prefix_v3_may_be_missing_but_not_doubled() {
    let emulator = start();
    let body = form(&[(CHAT, GROUP.as_bytes()), (FILE, JPEG)]);
    let with = path("setGroupPicture");
    let without = with.strip_prefix("/v3").unwrap();

    let answered = [without.to_owned(), format!("/v3{with}")]
        .map(|path| send(&emulator, &request("POST", &path, FORM, &body)).status);

    assert_eq!(answered, [200, 404]);
}

#[test]
fn each_change_has_another_url_and_the_old_one_is_gone() {
    let emulator = start();

    let [first, second] = [(); 2].map(|()| {
        let answer = set(&emulator, GROUP, JPEG).json();
        answer["urlAvatar"].as_str().unwrap().to_owned()
    });

    assert_ne!(first, second);
    assert_eq!(get(&emulator, local(&emulator, &first)).status, 404);
    assert_eq!(get(&emulator, local(&emulator, &second)).status, 200);
    assert_eq!(emulator.pictures()[GROUP].changes(), 2);
}

#[test]
fn the_order_of_the_parts_does_not_matter() {
    let emulator = start();
    let body = form(&[(FILE, JPEG), (CHAT, GROUP.as_bytes())]);

    let answer = send(
        &emulator,
        &request("POST", &path("setGroupPicture"), FORM, &body),
    );

    assert_eq!(answer.json()["setGroupPicture"], true);
}

#[test]
fn a_wrong_instance_is_forbidden_and_a_wrong_token_unauthorized() {
    let emulator = start();
    let body = form(&[(CHAT, GROUP.as_bytes()), (FILE, JPEG)]);
    let right = path("setGroupPicture");

    let instance = right.replace(Config::INSTANCE, "3100000002");
    let token = right.replace(Config::TOKEN, "ab");
    let both = instance.replace(Config::TOKEN, "ab");
    let answers = [instance, token, both].map(|path| {
        let answer = send(&emulator, &request("POST", &path, FORM, &body));
        (answer.status, answer.text().to_owned())
    });

    assert_eq!(answers[0], (403, "Forbidden".to_owned()));
    assert_eq!(answers[1], (401, "Unauthorized".to_owned()));
    assert_eq!(answers[2].0, 403);
    assert!(emulator.pictures().is_empty());
}

#[test]
fn a_wrong_path_gets_the_page_of_nginx() {
    let emulator = start();

    let answer = send(
        &emulator,
        &request("POST", "/v3/setGroupPicture", FORM, b""),
    );

    assert_eq!(answer.status, 404);
    assert_eq!(answer.header("Content-Type"), Some("text/html"));
    assert!(
        answer
            .text()
            .contains("<center><h1>404 Not Found</h1></center>")
    );
    assert!(answer.text().contains("<hr><center>nginx</center>"));
}

#[test]
fn a_chat_id_that_is_none_fails_the_validation_and_the_token_is_echoed() {
    let emulator = start();

    for chat in [
        "10000000000000",
        "\u{2212}1",
        "12@g.us",
        "- 1",
        "-1\n",
        "../-1",
        "\"\\",
    ] {
        let answer = set(&emulator, chat, JPEG);

        assert_eq!(answer.status, 400, "{chat:?}");
        let body = answer.json();
        assert_eq!(body["statusCode"], 400);
        assert_eq!(body["path"], path("setGroupPicture"));
        assert!(answer.text().contains(Config::TOKEN));
        let message = body["message"].as_str().unwrap();
        assert!(
            message.starts_with(
                "Validation failed. Details: 'chatId' must be one of the next formats:"
            ),
            "{message}"
        );
        assert!(body["timestamp"].as_str().unwrap().ends_with('Z'));
    }
    assert!(emulator.pictures().is_empty());
}

#[test]
fn a_chat_id_that_is_missing_empty_or_there_twice_fails_the_validation() {
    let emulator = start();
    let table: [(&[Part], &str); 4] = [
        (&[(FILE, JPEG)], "'chatId' is required"),
        (
            &[("name=\"groupId\"", b"-1"), (FILE, JPEG)],
            "'chatId' is required",
        ),
        (
            &[(CHAT, b""), (FILE, JPEG)],
            "'chatId' is not allowed to be empty",
        ),
        (
            &[(CHAT, b"-1"), (CHAT, b"-2"), (FILE, JPEG)],
            "'chatId' must be a string",
        ),
    ];

    for (parts, details) in table {
        let answer = send(
            &emulator,
            &request("POST", &path("setGroupPicture"), FORM, &form(parts)),
        );

        assert_eq!(answer.status, 400);
        let expected = format!("Validation failed. Details: {details}");
        assert_eq!(answer.json()["message"], expected);
    }
}

#[test]
fn a_file_that_is_empty_or_missing_is_called_empty() {
    let emulator = start();
    let not_a_file = "name=\"file\"";
    let table: [&[Part]; 3] = [
        &[(CHAT, b"-1"), (FILE, b"")],
        &[(CHAT, b"-1")],
        &[(CHAT, b"-1"), (not_a_file, JPEG)],
    ];

    for parts in table {
        let answer = send(
            &emulator,
            &request("POST", &path("setGroupPicture"), FORM, &form(parts)),
        );

        assert_eq!(
            (answer.status, answer.json()),
            (400, json!("File is empty"))
        );
    }
}

#[test]
fn a_file_that_is_no_jpeg_by_name_type_or_content_is_unsupported() {
    let emulator = start();
    let png: &[u8] = b"\x89PNG\r\n\x1a\n";
    let table: [Part; 4] = [
        (FILE, png),
        (FILE, b"\xff\xd8"),
        (
            "name=\"file\"; filename=\"avatar.png\"\r\nContent-Type: image/jpeg",
            JPEG,
        ),
        (
            "name=\"file\"; filename=\"avatar.jpg\"\r\nContent-Type: image/png",
            JPEG,
        ),
    ];

    for part in table {
        let body = form(&[(CHAT, b"-1"), part]);
        let answer = send(
            &emulator,
            &request("POST", &path("setGroupPicture"), FORM, &body),
        );

        let expected = (400, json!("Unsupported media type"));
        assert_eq!((answer.status, answer.json()), expected, "{part:?}");
    }
}

#[test]
fn a_form_that_is_cut_short_is_a_server_error() {
    let emulator = start();
    let whole = form(&[(CHAT, GROUP.as_bytes()), (FILE, JPEG)]);
    let cut = &whole[..whole.len() - 8];

    let answer = send(
        &emulator,
        &request("POST", &path("setGroupPicture"), FORM, cut),
    );

    assert_eq!(
        (answer.status, answer.text()),
        (500, "Internal Server Error")
    );
}

#[test]
fn media_types_are_the_same_in_upper_and_lower_case() {
    let emulator = start();
    let file = "name=\"file\"; filename=\"A.JPG\"\r\nContent-Type: Image/JPEG; charset=binary";
    let body = form(&[(CHAT, GROUP.as_bytes()), (file, JPEG)]);
    let body = String::from_utf8_lossy(&body).into_owned();
    // The bytes of the picture are no text, so only the disposition is changed, in them.
    let mut bytes = form(&[(CHAT, GROUP.as_bytes()), (file, JPEG)]);
    let place = body.find("form-data").unwrap();
    bytes[place..place + 9].copy_from_slice(b"Form-Data");

    let kind = "Multipart/Form-Data; Boundary=frontier";
    let answer = send(
        &emulator,
        &request("POST", &path("setGroupPicture"), kind, &bytes),
    );

    assert_eq!(answer.json()["setGroupPicture"], true, "{}", answer.text());
}

#[test]
fn telegram_answers_an_unknown_group_with_an_empty_address() {
    let config = Config::new().messenger(Messenger::Telegram).groups(["-1"]);
    let emulator = Emulator::start(config).unwrap();
    let body = form(&[(CHAT, b"-3"), (FILE, JPEG)]);
    let path = path("setGroupPicture").replace("/v3", "");

    let answer = send(&emulator, &request("POST", &path, FORM, &body));

    let expected = json!({"reason": "Timed Out", "urlAvatar": "", "setGroupPicture": false});
    assert_eq!((answer.status, answer.json()), (200, expected));
}

#[test]
fn a_group_that_is_not_there_times_out_with_200() {
    let emulator = Emulator::start(Config::new().groups(["-1", "-2"])).unwrap();

    let unknown = set(&emulator, "-3", JPEG);
    let known = set(&emulator, "-2", JPEG);

    let expected = json!({"reason": "Timed Out", "urlAvatar": null, "setGroupPicture": false});
    assert_eq!((unknown.status, unknown.json()), (200, expected));
    assert_eq!(known.json()["setGroupPicture"], true);
    assert_eq!(emulator.pictures().len(), 1);
}

#[test]
fn a_group_that_may_not_be_edited_is_refused_without_a_reason() {
    let group = Group::new("-1").role(Role::Participant);
    let emulator = Emulator::start(Config::new().groups([group])).unwrap();

    let answer = set(&emulator, "-1", JPEG);

    let expected = json!({"reason": "", "urlAvatar": "", "setGroupPicture": false});
    assert_eq!((answer.status, answer.json()), (200, expected));
    assert!(emulator.pictures().is_empty());
}

#[test]
fn an_account_that_is_not_ready_sets_nothing() {
    let table = [
        (State::NotAuthorized, 400, "instance account not authorized"),
        (State::Blocked, 400, "instance account not authorized"),
        (
            State::Starting,
            400,
            "instance in starting process try later",
        ),
        (
            State::PendingPassword,
            400,
            "instance account not authorized",
        ),
        (
            State::SleepMode,
            200,
            r#"{"status":false,"reason":"instance is starting or not authorized"}"#,
        ),
    ];

    for (state, status, text) in table {
        let emulator = Emulator::start(Config::new().state(state)).unwrap();

        let answer = set(&emulator, GROUP, JPEG);

        assert_eq!((answer.status, answer.text()), (status, text));
        assert!(emulator.pictures().is_empty());
    }
}

#[test]
fn a_suspended_account_sets_pictures_on_max_and_not_on_telegram() {
    let suspended = Config::new().state(State::Suspended);
    let max = Emulator::start(suspended.clone()).unwrap();
    let telegram = Emulator::start(suspended.messenger(Messenger::Telegram)).unwrap();
    let body = form(&[(CHAT, GROUP.as_bytes()), (FILE, JPEG)]);
    let unprefixed = path("setGroupPicture").replace("/v3", "");

    let on_max = set(&max, GROUP, JPEG);
    let on_telegram = send(&telegram, &request("POST", &unprefixed, FORM, &body));

    assert_eq!(on_max.json()["setGroupPicture"], true);
    assert_eq!(
        (on_telegram.status, on_telegram.text()),
        (403, "Your account is suspended")
    );
}

#[test]
fn more_than_the_rate_is_429_until_the_second_is_over() {
    let config = Config::new().rate(NonZeroU32::new(2).unwrap());
    let emulator = Emulator::start(config).unwrap();
    let began = Instant::now();

    let statuses: Vec<u16> = (0..3).map(|_| set(&emulator, GROUP, JPEG).status).collect();
    // On a machine that took a second for three requests there is nothing to see.
    let seen = began.elapsed() < Duration::from_millis(900);
    std::thread::sleep(Duration::from_millis(1050));
    let later = set(&emulator, GROUP, JPEG);

    if seen {
        assert_eq!(statuses, [200, 200, 429]);
        assert_eq!(emulator.pictures()[GROUP].changes(), 3);
    }
    assert_eq!(later.status, 200);
}

#[test]
fn a_body_over_the_limit_is_read_and_then_refused() {
    let emulator = Emulator::start(Config::new().body_limit(1000)).unwrap();
    let large = [JPEG, &[0; 3_000_000]].concat();

    let refused = set(&emulator, GROUP, &large);
    let taken = set(&emulator, GROUP, JPEG);

    assert_eq!(refused.status, 413);
    assert!(refused.text().contains("413 Request Entity Too Large"));
    assert_eq!(taken.status, 200);
    assert!(emulator.requests()[0].bytes > 3_000_000);
}

#[test]
fn pictures_in_a_folder_are_files_named_by_chat() {
    let folder = std::env::temp_dir().join(format!("emulator-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let emulator = Emulator::start(Config::new().folder(&folder)).unwrap();

    let answer = set(&emulator, GROUP, JPEG);

    let url = answer.json()["urlAvatar"].as_str().unwrap().to_owned();
    let read_back = get(&emulator, local(&emulator, &url));
    let names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let picture = emulator.pictures()[GROUP].clone();
    let kept = std::fs::read(picture.path().unwrap()).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(names, [format!("{GROUP}.jpg")]);
    assert_eq!(kept, JPEG);
    assert_eq!(read_back.body, JPEG);
    assert!(
        picture.bytes().is_err(),
        "the picture was kept in memory too"
    );
}

#[test]
fn the_record_says_what_came_and_never_the_token() {
    let emulator = start();
    let before = Instant::now();

    set(&emulator, GROUP, JPEG);
    set(&emulator, "7", JPEG);
    get(&emulator, &format!("/nowhere/{}", Config::TOKEN));

    let requests = emulator.requests();
    let seen: Vec<_> = requests
        .iter()
        .map(|r| (r.number, r.method, r.chat.as_deref(), r.status, r.changed))
        .collect();
    assert_eq!(
        seen,
        [
            (1, Method::SetGroupPicture, Some(GROUP), Some(200), true),
            (2, Method::SetGroupPicture, Some("7"), Some(400), false),
            (3, Method::Other, None, Some(404), false),
        ]
    );
    let body = form(&[(CHAT, GROUP.as_bytes()), (FILE, JPEG)]);
    assert_eq!(requests[0].bytes, body.len() as u64);
    assert!(requests.is_sorted_by_key(|request| request.arrived));
    assert!(requests[0].arrived >= before);
    assert!(!format!("{requests:?}").contains(Config::TOKEN));
}

#[test]
fn a_chat_id_without_end_is_not_kept_whole() {
    let emulator = start();

    let answer = set(&emulator, &"-1".repeat(50_000), JPEG);

    assert_eq!(answer.status, 400);
    assert_eq!(emulator.requests()[0].chat, Some("-1".repeat(32)));
}

#[test]
fn whatsapp_names_the_group_otherwise_and_has_no_v3() {
    let config = Config::new().messenger(Messenger::WhatsApp);
    let emulator = Emulator::start(config).unwrap();
    let with = path("setGroupPicture");
    let without = with.strip_prefix("/v3").unwrap();
    let body = form(&[
        ("name=\"groupId\"", b"120363043968066561@g.us"),
        (FILE, JPEG),
    ]);

    let answers = [without, &with].map(|path| send(&emulator, &request("POST", path, FORM, &body)));

    assert_eq!(answers[0].json()["setGroupPicture"], true);
    assert_eq!(answers[1].status, 404);
    assert!(emulator.pictures().contains_key("120363043968066561@g.us"));
}

#[test]
fn max_answers_a_large_picture_with_a_bare_500() {
    let max = Emulator::start(Config::new()).unwrap();
    let mut picture = vec![0; 850_000];
    picture[..JPEG.len()].copy_from_slice(JPEG);

    let largest = set(&max, GROUP, &picture);
    picture.push(0);
    let too_large = set(&max, GROUP, &picture);

    assert_eq!(largest.json()["setGroupPicture"], true);
    assert_eq!((too_large.status, too_large.text()), (500, ""));
}
