//! The picture behind an avatar's address, against the emulator and servers of one's own.

use std::io::Write;
use std::thread;
use std::time::{Duration, Instant};

use emulator::{Answer, Config, Delivery, Documented, End, Method, Rule, Script, Truncation};
use upload::{Avatar, FetchError, Token, blocking};

use crate::server::Server;
use crate::support::{PICTURE, chat, start};

fn fault(rule: Rule) -> Script {
    Script::new().rule(rule.method(Method::UrlAvatar))
}

fn client(api_url: &str) -> blocking::Client {
    blocking::Client::builder(
        Config::INSTANCE.parse().unwrap(),
        Token::new(Config::TOKEN).unwrap(),
    )
    .api_url(api_url.parse().unwrap())
    .build()
    .unwrap()
}

fn avatar(url: impl Into<String>) -> Avatar {
    Avatar {
        url: Some(url.into()),
    }
}

/// Sets a picture, and fetches it as the script lets it.
fn set_and_fetch(script: Script) -> Result<Vec<u8>, FetchError> {
    let emulator = start(script);
    let client = client(&emulator.url());
    let avatar = client.set_group_picture(&chat(0), PICTURE).unwrap();
    client.fetch_avatar(&avatar).map(Into::into)
}

#[test]
fn what_was_set_is_fetched_and_a_new_picture_has_a_new_address() {
    let emulator = start(Script::new());
    let client = client(&emulator.url());

    let first = client.set_group_picture(&chat(0), PICTURE).unwrap();
    let fetched = client.fetch_avatar(&first).unwrap();
    let second = client.set_group_picture(&chat(0), PICTURE).unwrap();
    let seen = client.avatar(&chat(0)).unwrap();

    assert_eq!(fetched, PICTURE);
    assert_ne!(first, second);
    assert_eq!(seen, second);
    assert_eq!(client.fetch_avatar(&seen).unwrap(), PICTURE);
    assert_eq!(
        client.fetch_avatar(&first),
        Err(FetchError::Status { status: 404 })
    );
}

#[test]
fn no_address_is_nothing_to_fetch() {
    let client = client("http://127.0.0.1:1");

    for (avatar, expected) in [
        (Avatar { url: None }, FetchError::NoAddress),
        (avatar("no address"), FetchError::Malformed),
        (avatar("/i?r=1"), FetchError::Malformed),
    ] {
        assert_eq!(client.fetch_avatar(&avatar), Err(expected));
    }
}

#[test]
fn what_comes_instead_of_a_picture_is_an_error_or_is_handed_on() {
    let other = b"\xff\xd8\xff\xe0 another picture \xff\xd9";
    let cut = |at| Delivery::CutBody(Truncation::new(at, End::Reset));

    for (rule, expected) in [
        (
            Rule::new().answer(Answer::default().bytes(&other[..])),
            Ok(other.to_vec()),
        ),
        (
            Rule::new().answer(Documented::NotFound),
            Err(FetchError::Status { status: 404 }),
        ),
        (
            Rule::new().answer(Answer::new(204)),
            Err(FetchError::Status { status: 204 }),
        ),
        (
            Rule::new().answer(Answer::default().filler(11 << 20)),
            Err(FetchError::TooLarge { limit: 10 << 20 }),
        ),
        (
            Rule::new()
                .answer(Answer::default().filler(300_000_000))
                .delivery(Delivery::NoLength),
            Err(FetchError::TooLarge { limit: 10 << 20 }),
        ),
    ] {
        let fetched = set_and_fetch(fault(rule.clone()));

        assert_eq!(fetched, expected, "{rule:?}");
    }
    for rule in [
        Rule::new().delivery(cut(50)),
        Rule::new().delivery(Delivery::LengthOff(10)),
        Rule::new().delivery(Delivery::CutHead(Truncation::new(50, End::Close))),
    ] {
        let fetched = set_and_fetch(fault(rule.clone()));

        assert!(
            matches!(fetched, Err(FetchError::Failed { .. })),
            "{rule:?}: {fetched:?}"
        );
    }
}

#[test]
fn redirects_are_followed_only_to_where_pictures_may_be() {
    let elsewhere = Server::answering("200 OK", "", PICTURE);
    let same = "{url}/i?r=1.-10000000000000";

    for (location, expected) in [
        (same, Ok(PICTURE.to_vec())),
        (
            &elsewhere.url,
            Err(FetchError::NotEncrypted {
                host: "127.0.0.1".into(),
            }),
        ),
        (
            "https://169.254.169.254/latest/meta-data",
            Err(FetchError::NotAllowed {
                host: "169.254.169.254".into(),
            }),
        ),
        (
            "https://evil.example/{token}",
            Err(FetchError::NotAllowed {
                host: "evil.example".into(),
            }),
        ),
        (
            "https://{token}.example/",
            Err(FetchError::NotAllowed {
                host: "[token].example".into(),
            }),
        ),
    ] {
        for status in [301, 302, 303, 307, 308] {
            let rule = Rule::new().to(1).answer(Answer::redirect(status, location));

            let fetched = set_and_fetch(fault(rule));

            assert_eq!(fetched, expected, "{status} {location}");
        }
    }
    assert!(elsewhere.requests().is_empty());
}

#[test]
fn redirects_without_an_end_have_one() {
    let rule = Rule::new().answer(Answer::redirect(302, "{url}/i?r=1.-10000000000000"));
    let emulator = start(fault(rule));
    let client = client(&emulator.url());
    let avatar = client.set_group_picture(&chat(0), PICTURE).unwrap();

    let fetched = client.fetch_avatar(&avatar);

    assert_eq!(fetched, Err(FetchError::TooManyRedirects));
    let asked = emulator.requests();
    let asked = asked.iter().filter(|one| one.method == Method::UrlAvatar);
    assert_eq!(asked.count(), 4);
}

#[test]
fn nobody_is_told_who_asks() {
    let server = Server::answering("200 OK", "Set-Cookie: a=b\r\n", PICTURE);
    let client = client(&server.url);

    for _ in 0..2 {
        let avatar = avatar(format!("{}/i?r=1", server.url));
        assert_eq!(client.fetch_avatar(&avatar).unwrap(), PICTURE);
    }

    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    for request in requests {
        let request = request.to_lowercase();
        assert!(request.starts_with("get /i?r=1 http/1.1\r\n"), "{request}");
        for absent in ["cookie", "referer", "authorization", Config::TOKEN] {
            assert!(!request.contains(absent), "{absent}: {request}");
        }
    }
}

#[test]
fn a_name_that_leads_to_this_machine_is_not_asked() {
    let server = Server::answering("200 OK", "", PICTURE);
    let port = server.url.rsplit(':').next().unwrap().to_owned();
    let builder = blocking::Client::builder(
        Config::INSTANCE.parse().unwrap(),
        Token::new(Config::TOKEN).unwrap(),
    );
    // The host is allowed by name, also where the API itself is; what counts is where it leads.
    let api_url = format!("https://a.localhost:{port}");
    let Ok(client) = builder.api_url(api_url.parse().unwrap()).build() else {
        eprintln!("skipped: this machine has no root certificates");
        return;
    };

    let fetched = client.fetch_avatar(&avatar(format!("{api_url}/i")));

    // Where `a.localhost` is no name at all, there is no connection either.
    let refused = FetchError::NotPublic {
        host: "a.localhost".into(),
    };
    assert!(
        fetched == Err(refused) || matches!(fetched, Err(FetchError::Failed { .. })),
        "{fetched:?}"
    );
    assert!(server.requests().is_empty());
}

#[test]
fn an_avatar_drop_by_drop_ends_at_the_time_limit() {
    let server = Server::start(|mut connection| {
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
        while connection.write_all(b" ").is_ok() {
            thread::sleep(Duration::from_millis(100));
        }
    });
    let begin = Instant::now();

    let fetched = client(&server.url).fetch_avatar(&avatar(format!("{}/i", server.url)));

    let after = Duration::from_secs(10);
    assert_eq!(fetched, Err(FetchError::TimedOut { after }));
    assert!(begin.elapsed() < after + Duration::from_secs(1));
}

#[test]
fn no_text_of_an_error_has_the_token_or_the_address() {
    let rules = [
        Rule::new().answer(Answer::redirect(
            302,
            "https://evil.example/{token}?sign=S1GN",
        )),
        Rule::new().answer(Answer::redirect(
            302,
            "https://x{token}x.example/?sign=S1GN",
        )),
        Rule::new().answer(Answer::redirect(
            302,
            "http://{token}@evil.example/?sign=S1GN",
        )),
        Rule::new().answer(Answer::new(500).body("{token} S1GN")),
        Rule::new().delivery(Delivery::CutHead(Truncation::new(20, End::Reset))),
    ];

    for rule in rules {
        let error = set_and_fetch(fault(rule.clone())).unwrap_err();

        let text = format!("{error} {error:?} {error:#?}");
        assert!(!text.contains(Config::TOKEN), "{rule:?}: {text}");
        assert!(!text.contains("S1GN"), "{rule:?}: {text}");
    }
}
