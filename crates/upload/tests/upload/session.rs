//! Sessions against the emulator: one picture, its attempts and how they are settled.

use std::time::Duration;

use emulator::{
    Action, Answer, Config, Delivery, Documented, End, Method, Rule as Fault, Script, Truncation,
    Upload,
};
use upload::{
    Avatar, ErrorKind, OnUnknown, ReadBack, Retry, RetryClass, RetryConfig, Settled, Token,
};

use crate::support::*;

#[test]
fn a_picture_is_set_at_the_first_try() {
    let emulator = start(Script::new());

    let report = set(&fast(&emulator).build());

    assert!(report.outcome.unwrap().url.is_some());
    assert_eq!(report.before, Some(Avatar { url: None }));
    assert_eq!(report.attempts.len(), 1);
    assert_eq!(emulator.pictures()[&chat(0).to_string()].changes(), 1);
}

#[test]
fn every_documented_answer_is_repeated_as_often_as_its_policy_says() {
    for (answer, expected, times) in [
        (Documented::TimedOut, ErrorKind::WrongChat, 2),
        (Documented::Refused, ErrorKind::Refused, 1),
        (Documented::RateOverlimit, ErrorKind::MessengerLimit, 4),
        (Documented::NotReady, ErrorKind::Starting, 10),
        (Documented::UnauthorizedWith200, ErrorKind::Unauthorized, 1),
        (Documented::Null, ErrorKind::NotReady, 10),
        (Documented::Empty, ErrorKind::NotReady, 10),
        (Documented::Html, ErrorKind::NotReady, 10),
        (Documented::ValidationFailed, ErrorKind::InvalidField, 1),
        (Documented::FileIsEmpty, ErrorKind::EmptyFile, 1),
        (
            Documented::UnsupportedMediaType,
            ErrorKind::UnsupportedMedia,
            1,
        ),
        (Documented::InstanceStarting, ErrorKind::Starting, 10),
        (
            Documented::AccountNotAuthorized,
            ErrorKind::AccountNotAuthorized,
            1,
        ),
        (Documented::AccountExpired, ErrorKind::Expired, 1),
        (Documented::InstanceDeleted, ErrorKind::Deleted, 1),
        (Documented::BadRequestData, ErrorKind::BadRequest, 1),
        (Documented::Unauthorized, ErrorKind::Unauthorized, 1),
        (Documented::Forbidden, ErrorKind::Forbidden, 1),
        (Documented::Suspended, ErrorKind::Suspended, 1),
        (Documented::NotFound, ErrorKind::NotFound, 1),
        (Documented::TooLarge, ErrorKind::TooLarge, 1),
        (Documented::TooManyRequests, ErrorKind::TooManyRequests, 6),
        (Documented::QuotaExceeded, ErrorKind::QuotaExceeded, 1),
        (Documented::ClientClosedRequest, ErrorKind::ClientClosed, 2),
        (Documented::ServerError, ErrorKind::ServerError, 2),
        (Documented::BadGateway, ErrorKind::Unavailable, 4),
        (Documented::ServiceUnavailable, ErrorKind::Unavailable, 4),
        (Documented::GatewayTimeout, ErrorKind::Unavailable, 4),
    ] {
        // Done nothing: an emulator that answers so has not set the picture either.
        let fault = Fault::new()
            .method(Method::SetGroupPicture)
            .action(Action::Skipped)
            .answer(answer);
        let emulator = start(Script::new().rule(fault));

        let report = set(&fast(&emulator).build());

        assert_eq!(kind(&report), Some(expected), "{answer:?}");
        assert_eq!(sends(&emulator).len(), times, "{answer:?}");
        assert_eq!(report.attempts.len(), times, "{answer:?}");
        let text = format!("{report:?} {}", report.outcome.as_ref().unwrap_err());
        assert!(!text.contains(Config::TOKEN), "{text}");
    }
}

#[test]
fn an_answer_that_was_lost_is_settled_without_a_second_send() {
    for fault in [
        Fault::new()
            .action(Action::Done)
            .upload(Upload::Cut(Truncation::new(100, End::Reset))),
        Fault::new()
            .action(Action::Done)
            .upload(Upload::Cut(Truncation::new(100, End::Silence))),
        Fault::new()
            .action(Action::Done)
            .delivery(Delivery::CutBody(Truncation::new(50, End::Close))),
        Fault::new()
            .action(Action::Done)
            .answer(Documented::ClientClosedRequest),
    ] {
        let emulator = start(once(fault.clone()));

        let report = set(&fast(&emulator).build());

        assert!(report.outcome.is_ok(), "{fault:?}: {report:?}");
        assert_eq!(report.attempts[0].settled, Some(Settled::Set));
        assert_eq!(emulator.pictures()[&chat(0).to_string()].changes(), 1);
    }
}

#[test]
fn a_request_that_was_lost_is_sent_again() {
    for fault in [
        Fault::new()
            .action(Action::Skipped)
            .upload(Upload::Cut(Truncation::new(0, End::Reset))),
        Fault::new()
            .action(Action::Skipped)
            .upload(Upload::Cut(Truncation::new(100, End::Close))),
    ] {
        let emulator = start(once(fault));

        let report = set(&fast(&emulator).build());

        assert!(report.outcome.is_ok(), "{report:?}");
        assert_eq!(report.attempts[0].settled, Some(Settled::NotSet));
        assert_eq!(sends(&emulator).len(), 2);
        assert_eq!(emulator.pictures()[&chat(0).to_string()].changes(), 1);
    }
}

#[test]
fn where_reading_is_not_allowed_the_policy_decides() {
    for (policy, expected) in [(OnUnknown::Retry, 2), (OnUnknown::Fail, 1)] {
        let lost = Fault::new().method(Method::SetGroupPicture).to(1);
        let script = Script::new()
            .rule(lost.upload(Upload::Cut(Truncation::new(100, End::Reset))))
            .rule(
                Fault::new()
                    .method(Method::GetAvatar)
                    .answer(Documented::Forbidden),
            );
        let emulator = start(script);

        let report = set(&fast(&emulator).on_unknown(policy).build());

        assert_eq!(sends(&emulator).len(), expected, "{policy:?}");
        assert_eq!(report.outcome.is_ok(), policy == OnUnknown::Retry);
    }
}

#[test]
fn an_avatar_whose_address_changes_by_itself_tells_nothing() {
    // A server may sign addresses anew each time, or forget for a moment that there is an avatar.
    let volatile = Answer::new(200).body(r#"{"urlAvatar":"{url}/i?r={timestamp}"}"#);
    let lost = || Upload::Cut(Truncation::new(100, End::Reset));
    let read = || Fault::new().method(Method::GetAvatar);
    for (name, before, after) in [
        ("volatile", volatile.clone(), volatile),
        (
            "gone",
            Answer::new(200).body(r#"{"urlAvatar":"https://a/b"}"#),
            Answer::new(200).body(r#"{"urlAvatar":""}"#),
        ),
    ] {
        let script = once(Fault::new().action(Action::Skipped).upload(lost()))
            .rule(read().to(1).answer(before))
            .rule(read().latency(Duration::from_millis(5)).answer(after));
        let emulator = start(script);

        let report = set(&fast(&emulator).on_unknown(OnUnknown::Fail).build());

        assert_eq!(kind(&report), Some(ErrorKind::Interrupted), "{name}");
        assert_eq!(report.attempts[0].settled, Some(Settled::Unknown), "{name}");
    }
}

#[test]
fn what_was_before_may_come_from_a_journal() {
    let emulator = start(once(
        Fault::new()
            .action(Action::Done)
            .upload(Upload::Cut(Truncation::new(100, End::Reset))),
    ));
    let session = fast(&emulator).read_back(ReadBack::Never).build();
    let before = Avatar { url: None };

    let (report, settled) = runtime().block_on(async {
        let slot = session.slot().await.unwrap();
        let report = slot
            .set_group_picture(&chat(0), PICTURE, Some(before.clone()))
            .await;
        (report, session.settle(&chat(1), &before).await)
    });

    assert_eq!(report.attempts[0].settled, Some(Settled::Set));
    assert_eq!(settled, (Settled::NotSet, None));
}

#[test]
fn between_a_turn_and_its_sending_there_is_time_to_write_it_down() {
    let emulator = start(Script::new());
    let session = fast(&emulator).interval(Duration::from_secs(1)).build();

    let (unused, report) = runtime().block_on(async {
        drop(session.slot().await.unwrap());
        let slot = session.slot().await.unwrap();
        let before = session.avatar_before(&chat(0)).await;
        let unused = sends(&emulator).len();
        (
            unused,
            slot.set_group_picture(&chat(0), PICTURE, before).await,
        )
    });
    let early = session.slot();
    let early = runtime().block_on(async {
        tokio::time::timeout(Duration::from_millis(1), early)
            .await
            .is_ok()
    });

    assert_eq!(unused, 0);
    assert!(report.outcome.is_ok(), "{report:?}");
    assert_eq!(report.before, Some(Avatar { url: None }));
    assert_eq!(sends(&emulator).len(), 1);
    assert!(!early, "the pace was not kept");
}

#[test]
fn a_future_that_is_dropped_sends_nothing_more_and_leaves_the_session_usable() {
    let silence = Fault::new().upload(Upload::Cut(Truncation::new(0, End::Silence)));
    let emulator = start(once(silence));
    let session = fast(&emulator).build();

    let (dropped, settled, report) = runtime().block_on(async {
        let group = chat(0);
        let set = session.set_group_picture(&group, PICTURE);
        let dropped = tokio::time::timeout(Duration::from_millis(200), set).await;
        let sent = sends(&emulator).len();
        tokio::time::sleep(Duration::from_millis(200)).await;
        let settled = session.settle(&chat(0), &Avatar { url: None }).await;
        let report = session.set_group_picture(&chat(1), PICTURE).await;
        ((dropped.is_err(), sent), settled, report)
    });

    assert_eq!(dropped, (true, 1));
    assert_eq!(settled, (Settled::NotSet, None));
    assert!(report.outcome.is_ok(), "{report:?}");
    assert_eq!(sends(&emulator).len(), 2);
}

#[test]
fn one_set_is_over_within_its_deadline_whatever_the_server_does() {
    for fault in [
        Fault::new().upload(Upload::Cut(Truncation::new(0, End::Silence))),
        Fault::new().delivery(Delivery::SlowBody(emulator::Trickle::byte_every(
            Duration::from_millis(100),
        ))),
        Fault::new().answer(Documented::TooManyRequests),
        Fault::new().answer(Documented::Null),
    ] {
        let emulator = start(Script::new().rule(fault));
        let session = fast(&emulator).deadline(Duration::from_millis(800)).build();

        let report = set(&session);

        assert!(report.outcome.is_err());
        assert!(
            report.took < Duration::from_millis(1000),
            "{:?}",
            report.took
        );
    }
}

#[test]
fn the_accounts_own_picture_has_no_chat() {
    let emulator = start(Script::new());

    let report = runtime().block_on(fast(&emulator).build().set_profile_picture(PICTURE));

    assert!(report.outcome.is_ok(), "{report:?}");
    assert_eq!(emulator.requests()[0].method, Method::SetProfilePicture);
}

#[test]
fn a_session_needs_no_runtime_of_the_callers() {
    let emulator = start(once(
        Fault::new()
            .answer(Documented::BadGateway)
            .action(Action::Skipped),
    ));
    let client = upload::blocking::Client::builder(
        Config::INSTANCE.parse().unwrap(),
        Token::new(Config::TOKEN).unwrap(),
    )
    .api_url(emulator.url().parse().unwrap())
    .build()
    .unwrap();
    let retry = Retry {
        max_retries: 3,
        initial_backoff: Duration::from_millis(10),
        max_backoff: Duration::from_millis(20),
    };
    let session = client.session(|session| {
        session.retries(RetryConfig::new().with(RetryClass::Unavailable, retry))
    });
    drop(client);

    let report = session.set_group_picture(&chat(0), PICTURE);

    assert!(report.outcome.is_ok());
    assert_eq!(report.attempts.len(), 2);
    assert_eq!(session.avatar(&chat(0)).unwrap(), report.outcome.unwrap());
}

#[test]
fn a_bare_500_to_a_large_picture_says_that_it_is_too_large_and_is_not_repeated() {
    let emulator = start(Script::new());
    let picture = [PICTURE, &vec![0; 900_000]].concat();

    let large = runtime().block_on(fast(&emulator).build().set_group_picture(&chat(0), picture));
    emulator.set_script(always(Answer::new(500)));
    let small = set(&fast(&emulator).build());

    let error = large.outcome.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert!(
        error.to_string().contains("refuse more than about 850000"),
        "{error}"
    );
    assert_eq!(large.attempts.len(), 1);
    assert_eq!(kind(&small), Some(ErrorKind::ServerError));
}

#[test]
fn a_session_that_winds_down_waits_for_nothing_but_the_answer() {
    let busy = Answer::new(429).retry_after(emulator::RetryAfter::Seconds(60));
    let emulator = start(always(busy));
    let retries = RetryConfig::new().max_retry_after(Duration::from_secs(100));
    let session = fast(&emulator)
        .retries(retries)
        .deadline(Duration::from_secs(300))
        .build();
    let begin = std::time::Instant::now();

    let report = runtime().block_on(async {
        let winding_down = async {
            while sends(&emulator).is_empty() {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            session.wind_down();
        };
        let (chat, after) = (chat(0), chat(1));
        let (report, ()) = tokio::join!(session.set_group_picture(&chat, PICTURE), winding_down);
        let next = session.set_group_picture(&after, PICTURE).await;
        assert!(
            next.outcome.is_err() && next.attempts.len() <= 1,
            "{next:?}"
        );
        report
    });

    assert_eq!(kind(&report), Some(ErrorKind::TooManyRequests));
    assert_eq!(report.attempts.len(), 1);
    assert!(begin.elapsed() < Duration::from_secs(20));
}
