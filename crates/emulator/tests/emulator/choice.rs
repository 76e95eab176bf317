//! Which requests meet a fault.

use std::io::ErrorKind;

use emulator::{
    Config, Count, Documented, Emulator, End, Method, Rule, Script, Truncation, Upload,
};

use crate::client::*;
use crate::fault::*;

#[test]
fn a_fault_for_one_chat_leaves_the_others_alone() {
    let reset = Rule::new()
        .chat("-2")
        .upload(Upload::Cut(Truncation::new(25, End::Reset)));
    let storm = Rule::new().chat("-3").answer(Documented::TooManyRequests);
    let emulator =
        Emulator::start(Config::new().script(Script::new().rule(reset).rule(storm))).unwrap();

    let one = set(&emulator, "-1", JPEG);
    let picture = [JPEG, &[0; 300_000]].concat();
    let (_, two) = exchange(&emulator, &set_request("-2", &picture));
    let three = set(&emulator, "-3", JPEG);

    assert_eq!(one.status, 200);
    assert_eq!(two, Err(ErrorKind::ConnectionReset));
    assert_eq!(three.status, 429);
    let requests = emulator.requests();
    assert!(requests[1].bytes < 150_000, "{}", requests[1].bytes);
    let rules: Vec<_> = requests.iter().map(|request| request.rule).collect();
    assert_eq!(rules, [None, Some(0), Some(1)]);
}

#[test]
fn a_chat_named_at_the_end_of_the_form_is_found_there() {
    let rule = Rule::new().chat(GROUP).answer(Documented::TooManyRequests);
    let emulator = Emulator::start(Config::new().script(Script::new().rule(rule))).unwrap();
    let picture = [JPEG, &[0; 200_000]].concat();
    let body = form(&[(FILE, &picture), (CHAT, GROUP.as_bytes())]);

    let answer = send(
        &emulator,
        &request("POST", &path("setGroupPicture"), FORM, &body),
    );

    assert_eq!(answer.status, 429);
}

#[test]
fn each_chat_may_fail_once_and_then_succeed() {
    let rule = Rule::new()
        .method(Method::SetGroupPicture)
        .count(Count::EachChat)
        .to(1)
        .answer(Documented::ServiceUnavailable);
    let emulator = Emulator::start(Config::new().script(Script::new().rule(rule))).unwrap();

    let statuses: Vec<u16> = ["-1", "-2", "-1", "-2", "-2"]
        .into_iter()
        .map(|chat| set(&emulator, chat, JPEG).status)
        .collect();

    assert_eq!(statuses, [503, 503, 200, 200, 200]);
}

#[test]
fn other_methods_and_the_avatar_itself_have_faults_as_well() {
    let script = Script::new()
        .rule(
            Rule::new()
                .method(Method::GetStateInstance)
                .answer(Documented::Html),
        )
        .rule(
            Rule::new()
                .method(Method::UrlAvatar)
                .answer(Documented::BadGateway),
        )
        .rule(
            Rule::new()
                .method(Method::GetAvatar)
                .chat("-1")
                .answer(Documented::Null),
        );
    let emulator = Emulator::start(Config::new().script(script)).unwrap();
    let answer = set(&emulator, "-1", JPEG).json();

    let state = get(&emulator, &path("getStateInstance"));
    let avatar = get(
        &emulator,
        local(&emulator, answer["urlAvatar"].as_str().unwrap()),
    );
    let asked = post_json(&emulator, "getAvatar", r#"{"chatId":"-1"}"#);
    let other = post_json(&emulator, "getAvatar", r#"{"chatId":"-2"}"#);

    assert!(state.text().starts_with("<html>"));
    assert_eq!(avatar.status, 502);
    assert_eq!(asked.text(), "null");
    assert_eq!(other.text(), r#"{"urlAvatar":""}"#);
}

#[test]
fn another_picture_than_the_one_that_was_set_may_be_shown() {
    let other: &[u8] = &[0xff, 0xd8, 0xff, 0xe0, 9, 9, 9, 0xff, 0xd9];
    let script = Script::new().rule(
        Rule::new()
            .method(Method::UrlAvatar)
            .to(1)
            .answer(emulator::Answer::new(200).bytes(other)),
    );
    let emulator = Emulator::start(Config::new().script(script)).unwrap();
    let answer = set(&emulator, "-1", JPEG).json();
    let url = local(&emulator, answer["urlAvatar"].as_str().unwrap());

    let shown = [(); 2].map(|()| get(&emulator, url));

    assert_eq!((shown[0].status, &shown[0].body[..]), (200, other));
    assert_eq!(shown[0].header("Content-Type"), Some("image/jpeg"));
    assert_eq!(shown[1].body, JPEG);
}

#[test]
fn another_script_begins_with_the_next_request() {
    let emulator = first(Rule::new().answer(Documented::BadGateway));

    let before = set(&emulator, GROUP, JPEG).status;
    emulator.set_script(Script::new().rule(Rule::new().answer(Documented::GatewayTimeout)));
    let during = [(); 2].map(|()| set(&emulator, GROUP, JPEG).status);
    emulator.set_script(Script::new());
    let after = set(&emulator, GROUP, JPEG).status;

    assert_eq!((before, during, after), (502, [504, 504], 200));
}
