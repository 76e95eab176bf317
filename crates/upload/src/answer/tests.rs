//! Every row of what is known of the answers, in every form that a body has.

use proptest::prelude::*;

use super::*;

fn read(status: u16, retry_after: Option<&str>, body: &[u8]) -> Result<Avatar, Rejection> {
    let answer = Answer {
        status,
        retry_after: retry_after.map(str::to_owned),
        body: body.to_vec(),
    };
    answer.set("setGroupPicture")
}

fn kind_of(status: u16, body: &str) -> ErrorKind {
    read(status, None, body.as_bytes()).unwrap_err().kind()
}

#[test]
fn only_true_is_success_whatever_is_beside_it() {
    let seen = "https://i.oneme.ru/i?r=BTE2sh";
    for (body, url) in [
        (
            format!(r#"{{"reason":"","urlAvatar":"{seen}","setGroupPicture":true}}"#),
            Some(seen),
        ),
        (
            r#"{"reason":null,"urlAvatar":null,"setGroupPicture":true}"#.to_owned(),
            None,
        ),
        (
            r#"{"reason":"","urlAvatar":"","setGroupPicture":true}"#.to_owned(),
            None,
        ),
        (r#"{"setGroupPicture":true}"#.to_owned(), None),
        (
            format!("\u{feff} \r\n{{\"urlAvatar\":\"{seen}\",\"setGroupPicture\":true}}\n"),
            Some(seen),
        ),
        (
            r#"{"urlAvatar":"https://a/\u001b[31m","setGroupPicture":true}"#.to_owned(),
            None,
        ),
        (r#"{"urlAvatar":7,"setGroupPicture":true}"#.to_owned(), None),
    ] {
        let avatar = read(200, None, body.as_bytes()).unwrap();

        assert_eq!(avatar.url.as_deref(), url, "{body}");
    }
}

#[test]
fn an_object_with_a_name_twice_is_no_answer() {
    for body in [
        r#"{"setGroupPicture":true,"setGroupPicture":false}"#,
        r#"{"setGroupPicture":false,"setGroupPicture":true}"#,
        r#"{"setGroupPicture":true,"setGroupPicture":true}"#,
        r#"{"setGroupPicture":true,"urlAvatar":"https://a/1","urlAvatar":"https://a/2"}"#,
        // The second name is the first one, written with an escape.
        r#"{"setGroupPicture":true,"setGroup\u0050icture":false}"#,
    ] {
        assert_eq!(kind_of(200, body), ErrorKind::Unreadable, "{body}");
    }
    let nested = r#"{"setGroupPicture":true,"a":{"b":1,"b":2}}"#;
    assert!(read(200, None, nested.as_bytes()).is_ok());
}

#[test]
fn every_known_answer_has_its_kind() {
    for &(status, body, expected) in KNOWN {
        assert_eq!(kind_of(status, body), expected, "{status} {body}");
    }
}

const VALIDATION: &str = r#"{"statusCode":400,"timestamp":"2026-01-01T00:00:00Z","path":"/waInstance3100000001/setGroupPicture/[token]","message":"Validation failed. Details: 'chatId' must be one of the next formats: expired, suspended"}"#;
const QUOTA: &str = r#"{"invokeStatus":{"method":"setGroupPicture","used":10,"total":10,"status":"QUOTE_EXCEEDED","description":"only 79001234567@c.us"}}"#;

/// Every answer that is documented or was seen, by status.
#[rustfmt::skip]
const KNOWN: &[(u16, &str, ErrorKind)] = {
    use ErrorKind::*;
    &[
        (200, r#"{"reason":"Timed Out","urlAvatar":null,"setGroupPicture":false}"#, WrongChat),
        (200, r#"{"reason":"Timed Out","urlAvatar":"","setGroupPicture":false}"#, WrongChat),
        (200, r#"{"reason":"","urlAvatar":"","setGroupPicture":false}"#, Refused),
        (200, r#"{"reason":null,"setGroupPicture":false}"#, Refused),
        (200, r#"{"setGroupPicture":false}"#, Refused),
        (200, r#"{"reason":"no rights","setGroupPicture":false}"#, Refused),
        (200, r#"{"reason":"rate-overlimit","urlAvatar":null,"setGroupPicture":false}"#, MessengerLimit),
        (200, r#"{"reason":"Error: Rate-Overlimit","setGroupPicture":false}"#, MessengerLimit),
        (200, r#"{"status":false,"reason":"instance is starting or not authorized"}"#, Starting),
        (200, r#"{"code":401,"description":"Unauthorized"}"#, Unauthorized),
        (200, r#"{"code":429,"description":"Too Many Requests"}"#, TooManyRequests),
        (200, VALIDATION, InvalidField),
        (200, "null", NotReady),
        (200, "", NotReady),
        (200, " \r\n", NotReady),
        (200, "<html><head><title>Welcome</title></head></html>", NotReady),
        (204, "", NotReady),
        (400, "Bad Request", BadRequest),
        (400, "", BadRequest),
        (400, "<html>400</html>", BadRequest),
        (400, "null", BadRequest),
        (400, VALIDATION, InvalidField),
        (400, r#"{"statusCode":400,"message":["Validation failed","chatId"]}"#, InvalidField),
        (400, "Validation failed", InvalidField),
        (400, r#""File is empty""#, EmptyFile),
        (400, "File is empty", EmptyFile),
        (400, r#"{"message":"File is empty"}"#, EmptyFile),
        (400, r#"{"error":"File is empty"}"#, EmptyFile),
        (400, "Unsupported media type", UnsupportedMedia),
        (400, r#"{"reason":"","message":"Unsupported media type"}"#, UnsupportedMedia),
        (400, "instance in starting process try later", Starting),
        (400, r#""instance account not authorized""#, AccountNotAuthorized),
        (400, "Instance is expired, please pay", Expired),
        (400, "Instance is deleted", Deleted),
        (400, r#"{"description":"bad request data"}"#, BadRequest),
        (401, "Unauthorized", Unauthorized),
        (401, "", Unauthorized),
        (403, "Forbidden", Forbidden),
        (403, "", Forbidden),
        (403, r#"{"message":"Your account is suspended"}"#, Suspended),
        (404, "<html><head><title>404 Not Found</title></head></html>", NotFound),
        (404, "", NotFound),
        (413, "<html><title>413 Request Entity Too Large</title></html>", TooLarge),
        (415, "", UnsupportedMedia),
        (429, "Too Many Requests", TooManyRequests),
        (429, r#"{"statusCode":429}"#, TooManyRequests),
        (466, QUOTA, QuotaExceeded),
        (466, "", QuotaExceeded),
        (499, "Client Closed Request", ClientClosed),
        (500, "Internal Server Error", ServerError),
        (500, "Error: rate-overlimit", MessengerLimit),
        (502, "<html><title>502 Bad Gateway</title></html>", Unavailable),
        (503, "", Unavailable),
        (504, "<html><title>504 Gateway Time-out</title></html>", Unavailable),
        (408, "", Unavailable),
        (520, "", ServerError),
        (301, "", Redirected),
        (307, "<html></html>", Redirected),
        (418, "teapot", Unexpected),
        (402, "instance expired", Expired),
    ]
};

#[test]
fn an_answer_that_cannot_be_read_is_an_unknown_outcome() {
    for body in [
        r#"{"reason":"","urlAvatar":"https://i.oneme.ru/i?r=BT"#,
        r#"{"setGroupPicture":"true"}"#,
        r#"{"setGroupPicture":1}"#,
        r#"{"setGroupPicture":null}"#,
        r#"{"setGroupPicture":[true]}"#,
        "{}",
        "[]",
        "true",
        "12",
        "OK",
        "\"OK\"",
        "\u{fffd}\u{fffd}",
        &"[".repeat(10_000),
    ] {
        let kind = kind_of(200, body);

        assert_eq!(kind, ErrorKind::Unreadable, "{body}");
        assert!(kind.is_unknown_outcome());
    }
}

#[test]
fn a_failure_status_with_true_is_still_a_failure() {
    for status in [302, 400, 401, 429, 500, 502] {
        assert!(
            read(status, None, br#"{"setGroupPicture":true}"#).is_err(),
            "{status}"
        );
    }
}

#[test]
fn the_servers_words_are_shown_and_markup_is_not() {
    for (status, body, expected) in [
        (
            200,
            r#"{"reason":"no rights","setGroupPicture":false}"#,
            Some("no rights"),
        ),
        (
            400,
            r#"{"reason":" ","message":"a\nb","description":"c"}"#,
            Some("a b"),
        ),
        (400, r#"{"message":["a","b"]}"#, Some("a; b")),
        (400, r#""File is empty""#, Some("File is empty")),
        (
            502,
            "<html><head><TITLE>502 Bad Gateway</TITLE></head></html>",
            Some("502 Bad Gateway"),
        ),
        (502, "<html><h1>oops", None),
        (500, "\u{1b}[2J", Some("\\u{1b}[2J")),
        (401, "", None),
        (400, "null", None),
    ] {
        let rejection = read(status, None, body.as_bytes()).unwrap_err();

        assert_eq!(rejection.said(), expected, "{body}");
    }
}

#[test]
fn other_peoples_ids_in_a_quota_answer_are_not_repeated() {
    let body = r#"{"invokeStatus":{"used":10,"total":12,"description":"79001234567@c.us"},"description":"79001234567@c.us"}"#;

    let rejection = read(466, None, body.as_bytes()).unwrap_err();

    assert_eq!(rejection.said(), Some("10 of 12 used"));
    assert!(!format!("{rejection} {rejection:?}").contains("7900"));
}

#[test]
fn a_long_answer_is_shown_short() {
    let rejection = read(400, None, "x".repeat(60_000).as_bytes()).unwrap_err();

    assert!(rejection.to_string().len() < 450);
}

#[test]
fn retry_after_is_kept() {
    let rejection = read(429, Some("3"), b"").unwrap_err();

    assert_eq!(rejection.retry_after(), Some(RetryAfter::Seconds(3)));
}

#[test]
fn each_method_has_a_flag_of_its_own() {
    let body = br#"{"reason":null,"urlAvatar":"https://a/b","setProfilePicture":true}"#.to_vec();
    let answer = Answer {
        status: 200,
        retry_after: None,
        body,
    };

    assert!(answer.set("setProfilePicture").is_ok());
    assert_eq!(
        answer.set("setGroupPicture").unwrap_err().kind(),
        ErrorKind::Unreadable
    );
}

#[test]
fn an_avatar_that_is_read_back_is_there_or_not_or_unknown() {
    for (body, expected) in [
        (r#"{"urlAvatar":"https://a/b"}"#, Ok(Some("https://a/b"))),
        (r#"{"urlAvatar":"","reason":""}"#, Ok(None)),
        (r#"{"urlAvatar":null}"#, Ok(None)),
        (
            r#"{"urlAvatar":"","reason":"rate-overlimit"}"#,
            Err(ErrorKind::MessengerLimit),
        ),
        (
            r#"{"code":401,"description":"Unauthorized"}"#,
            Err(ErrorKind::Unauthorized),
        ),
        ("{}", Err(ErrorKind::Unreadable)),
        ("null", Err(ErrorKind::NotReady)),
    ] {
        let answer = Answer {
            status: 200,
            retry_after: None,
            body: body.into(),
        };

        let url = answer
            .avatar()
            .map(|avatar| avatar.url)
            .map_err(|rejection| rejection.kind());

        assert_eq!(url, expected.map(|url| url.map(str::to_owned)), "{body}");
    }
}

/// The names in the generated objects. No generated value contains one in quotation marks.
const NAMES: [&str; 7] = [
    "setGroupPicture",
    "reason",
    "urlAvatar",
    "message",
    "statusCode",
    "code",
    "invokeStatus",
];

/// Bodies that are nearly what is expected, and bodies of anything.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let value = prop_oneof![
        Just("true".to_owned()),
        Just("false".to_owned()),
        Just("null".to_owned()),
        Just("401".to_owned()),
        Just("\"Timed Out\"".to_owned()),
        Just("[\"a\", 1, {}]".to_owned()),
        "\"[a-z \\\\\u{20ac}]{0,20}\"",
        any::<i64>().prop_map(|number| number.to_string()),
    ];
    let name = prop::sample::select(&NAMES);
    let object = prop::collection::vec((name, value), 0..5).prop_map(|fields| {
        let fields: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        format!("{{{}}}", fields.join(","))
    });
    let text = ("(\u{feff})?", object, "(x|\r\n|\0)?")
        .prop_map(|(start, object, end)| start + &object + &end);
    prop_oneof![
        4 => (text, 0_usize..2, any::<prop::sample::Index>()).prop_map(|(text, whole, at)| {
            let cut = if whole == 0 { text.len() } else { at.index(text.len()) };
            text.into_bytes()[..cut].to_vec()
        }),
        1 => prop::collection::vec(any::<u8>(), 0..200),
        1 => "<[a-z<>/ ]{0,60}|[a-z ]{0,60}".prop_map(String::into_bytes),
    ]
}

proptest! {
    #[test]
    fn every_answer_means_something_and_only_the_flag_means_success(
        status in prop_oneof![3 => Just(200_u16), 1 => any::<u16>(), 1 => 100_u16..600],
        body in body(),
        retry_after in prop::option::of(".*"),
    ) {
        let answer = Answer { status, retry_after, body: body.clone() };

        let set = answer.set("setGroupPicture");
        let seen = answer.avatar();

        // Read once more, and without any of the code above.
        let text = String::from_utf8_lossy(&body).into_owned();
        let json = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}').trim());
        let flag = json.is_ok_and(|json| json["setGroupPicture"] == Value::Bool(true));
        let ambiguous = NAMES
            .iter()
            .any(|name| text.matches(&format!("\"{name}\":")).count() > 1);
        prop_assert_eq!(set.is_ok(), flag && !ambiguous && (200..300).contains(&status));
        if !(200..300).contains(&status) {
            prop_assert!(seen.is_err());
        }
        for rejection in [set.err(), seen.err()].into_iter().flatten() {
            prop_assert_eq!(rejection.status(), status);
            let line = format!("{rejection} {}", rejection.kind());
            prop_assert!(!line.contains(char::is_control), "{}", line);
            prop_assert!(line.chars().count() < 600, "{}", line);
            // There is a policy for it, and it ends.
            let retry = rejection.kind().policy().retry;
            prop_assert!(crate::RetryConfig::new().of(retry).max_retries <= 9);
        }
    }
}
