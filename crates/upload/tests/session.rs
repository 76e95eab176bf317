//! Sessions against the emulator, over real sockets.

#![allow(clippy::unwrap_used, reason = "a test that cannot start has failed")]

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use emulator::{
    Action, Answer, Config, Delivery, Documented, Emulator, End, Group, Method, Role,
    Rule as Fault, Script, Truncation, Upload,
};
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use upload::{
    Avatar, ChatId, Client, Editing, Error, ErrorKind, Messenger, OnUnknown, ReadBack, Retry,
    RetryClass, RetryConfig, Session, SessionBuilder, Settled, State, Token, UploadReport,
};

const PICTURE: &[u8] = b"\xff\xd8\xff\xe0 a picture \xff\xd9";

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

fn start(script: Script) -> Emulator {
    Emulator::start(Config::new().script(script)).unwrap()
}

fn client(emulator: &Emulator) -> Client {
    Client::builder(
        Config::INSTANCE.parse().unwrap(),
        Token::new(Config::TOKEN).unwrap(),
    )
    .api_url(emulator.url().parse().unwrap())
    .timeout(Duration::from_millis(500))
    .build()
    .unwrap()
}

/// As many retries as by default, a hundred times as fast.
fn fast(emulator: &Emulator) -> SessionBuilder {
    let retries = RetryConfig::new().scale_backoff(0.01);
    Session::builder(client(emulator))
        .interval(Duration::from_millis(10))
        .read_interval(Duration::from_millis(1))
        .deadline(Duration::from_secs(5))
        .retries(retries.max_retry_after(Duration::from_millis(300)))
}

fn chat(number: usize) -> ChatId {
    format!("-{}", 10_000_000_000_000 + number).parse().unwrap()
}

fn set(session: &Session) -> UploadReport {
    runtime().block_on(session.set_group_picture(&chat(0), PICTURE))
}

fn sends(emulator: &Emulator) -> Vec<Instant> {
    let requests = emulator.requests();
    requests
        .iter()
        .filter(|request| request.method == Method::SetGroupPicture)
        .map(|request| request.arrived)
        .collect()
}

fn always(answer: impl Into<Answer>) -> Script {
    Script::new().rule(Fault::new().method(Method::SetGroupPicture).answer(answer))
}

fn once(fault: Fault) -> Script {
    Script::new().rule(fault.method(Method::SetGroupPicture).to(1))
}

fn kind(report: &UploadReport) -> Option<ErrorKind> {
    report.outcome.as_ref().err().map(Error::kind)
}

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
fn a_wrong_token_is_met_three_times_however_many_groups_there_are() {
    let emulator = start(always(Documented::Unauthorized));
    let session = fast(&emulator).build();

    let kinds = runtime().block_on(async {
        let mut sets = JoinSet::new();
        for number in 0..50 {
            let session = session.clone();
            sets.spawn(async move { session.set_group_picture(&chat(number), PICTURE).await });
        }
        sets.join_all().await.iter().map(kind).collect::<Vec<_>>()
    });

    assert_eq!(sends(&emulator).len(), 3);
    assert_eq!(
        kinds
            .iter()
            .filter(|kind| **kind == Some(ErrorKind::Unauthorized))
            .count(),
        3
    );
    assert_eq!(
        kinds
            .iter()
            .filter(|kind| **kind == Some(ErrorKind::Stopped))
            .count(),
        47
    );
    assert_eq!(session.stopped(), Some(ErrorKind::Unauthorized));
}

/// Sets the pictures of twenty groups one after the other, and tells how many failed.
fn set_twenty(session: &Session) -> usize {
    runtime().block_on(async {
        let mut failed = 0;
        for number in 0..20 {
            let report = session.set_group_picture(&chat(number), PICTURE).await;
            failed += usize::from(report.outcome.is_err());
        }
        failed
    })
}

#[test]
fn an_endless_429_is_met_by_twenty_groups_with_twenty_eight_requests_at_most() {
    let emulator = start(always(Documented::TooManyRequests));
    let session = fast(&emulator).deadline(Duration::from_secs(60)).build();

    assert_eq!(set_twenty(&session), 20);
    assert_eq!(sends(&emulator).len(), 28);
}

#[test]
fn an_endless_429_ends_twenty_groups_within_three_hundred_seconds() {
    if !long_tests_are_wanted("in real time, up to 300 s twice") {
        return;
    }
    for answer in [
        Answer::from(Documented::TooManyRequests),
        Answer::from(Documented::TooManyRequests).retry_after(emulator::RetryAfter::Seconds(3600)),
    ] {
        let emulator = start(always(answer));
        let begin = Instant::now();

        let failed = set_twenty(&Session::builder(client(&emulator)).build());

        let sends = sends(&emulator);
        println!("{} sends in {:?}", sends.len(), begin.elapsed());
        assert_eq!(failed, 20);
        assert!(sends.len() <= 28);
        assert!(
            sends
                .windows(2)
                .all(|two| two[1] - two[0] >= Duration::from_millis(1050))
        );
        assert!(begin.elapsed() < Duration::from_secs(300));
    }
}

#[test]
fn requests_of_all_clones_are_paced_together() {
    let emulator = start(Script::new());
    let interval = Duration::from_millis(200);
    let session = fast(&emulator).interval(interval).build();

    runtime().block_on(async {
        let mut sets = JoinSet::new();
        for number in 0..5 {
            let session = session.clone();
            sets.spawn(async move { session.set_group_picture(&chat(number), PICTURE).await });
        }
        assert!(
            sets.join_all()
                .await
                .iter()
                .all(|report| report.outcome.is_ok())
        );
    });

    let sends = sends(&emulator);
    assert_eq!(sends.len(), 5);
    assert!(sends[4] - sends[0] >= interval * 4 - Duration::from_millis(50));
}

#[test]
fn one_instance_that_is_slowed_down_leaves_the_others_alone() {
    // Three instances side by side in one program: one is told 429 for ever, one is throttled by the
    // messenger, and one is well.
    let slowed = start(always(Documented::TooManyRequests));
    let throttled = start(always(Documented::RateOverlimit));
    let well = start(Script::new());
    let interval = Duration::from_millis(20);
    let sessions = [&slowed, &throttled, &well].map(|emulator| {
        let session = fast(emulator).interval(interval);
        session.read_back(ReadBack::Never).build()
    });

    let (failed, took) = runtime().block_on(async {
        let [slowed, throttled, well] = &sessions;
        let storm = |session: &Session| {
            let session = session.clone();
            tokio::spawn(async move {
                let mut failed = 0;
                for number in 0..10 {
                    let report = session.set_group_picture(&chat(number), PICTURE).await;
                    failed += usize::from(report.outcome.is_err());
                }
                failed
            })
        };
        let storms = [storm(slowed), storm(throttled)];
        let begin = Instant::now();
        for number in 0..20 {
            let report = well.set_group_picture(&chat(number), PICTURE).await;
            assert_eq!(report.attempts.len(), 1, "{report:?}");
            assert!(report.outcome.is_ok(), "{report:?}");
        }
        let took = begin.elapsed();
        let mut failed = 0;
        for storm in storms {
            failed += storm.await.unwrap();
        }
        (failed, took)
    });

    assert_eq!(failed, 20);
    assert_eq!(well.pictures().len(), 20);
    // What is well keeps its own pace; what is not is far slower.
    let spent = |emulator: &Emulator| {
        let sends = sends(emulator);
        sends[sends.len() - 1] - sends[0]
    };
    assert!(took < interval * 20 * 4, "{took:?}");
    assert!(spent(&slowed) > took, "{:?}", spent(&slowed));
    assert!(spent(&throttled) > took, "{:?}", spent(&throttled));
}

#[test]
fn five_percent_of_faults_leave_no_group_behind() {
    let faults = |answer| {
        Fault::new()
            .method(Method::SetGroupPicture)
            .chance(0.0125)
            .answer(answer)
    };
    let script = Script::new()
        .seed(1)
        .rule(faults(Documented::TooManyRequests).action(Action::Skipped))
        .rule(faults(Documented::BadGateway).action(Action::Skipped))
        .rule(faults(Documented::ServerError))
        .rule(
            Fault::new()
                .method(Method::SetGroupPicture)
                .chance(0.0125)
                .upload(Upload::Cut(Truncation::new(50, End::Reset))),
        );
    let emulator = Emulator::start(Config::new().script(script)).unwrap();
    let session = fast(&emulator).interval(Duration::from_millis(2)).build();

    let reports = runtime().block_on(async {
        let mut reports = Vec::new();
        for number in 0..300 {
            reports.push(session.set_group_picture(&chat(number), PICTURE).await);
        }
        reports
    });

    assert!(reports.iter().all(|report| report.outcome.is_ok()));
    assert!(reports.iter().any(|report| report.attempts.len() > 1));
    assert_eq!(emulator.pictures().len(), 300);
}

#[test]
fn two_hundred_a_second_with_five_percent_of_faults_is_near_the_limits_own_floor() {
    if !long_tests_are_wanted("half a minute, on a machine that is not busy otherwise") {
        return;
    }
    let faults = |answer| {
        Fault::new()
            .method(Method::SetGroupPicture)
            .chance(0.0125)
            .answer(answer)
    };
    let script = Script::new()
        .rule(faults(Documented::TooManyRequests).action(Action::Skipped))
        .rule(faults(Documented::BadGateway).action(Action::Skipped))
        .rule(faults(Documented::ServiceUnavailable).action(Action::Skipped))
        .rule(faults(Documented::ServerError));
    let emulator = start(script);
    let interval = Duration::from_millis(5);
    let session = Session::builder(client(&emulator))
        .interval(interval)
        .read_back(ReadBack::Never)
        .build();
    let begin = Instant::now();

    let failed = runtime().block_on(async {
        let mut failed = 0;
        let mut sets = JoinSet::new();
        for number in 0..5_000 {
            if sets.len() >= 500 {
                let report: UploadReport = sets.join_next().await.unwrap().unwrap();
                failed += usize::from(report.outcome.is_err());
            }
            let session = session.clone();
            sets.spawn(async move { session.set_group_picture(&chat(number), PICTURE).await });
        }
        failed
            + sets
                .join_all()
                .await
                .iter()
                .filter(|report| report.outcome.is_err())
                .count()
    });

    let sends = sends(&emulator).len();
    let floor = interval * sends as u32;
    println!("{sends} sends in {:?}, floor {floor:?}", begin.elapsed());
    assert_eq!(failed, 0);
    // Each 429 costs two intervals or so, and the last retries have their pauses.
    assert!(begin.elapsed() < floor.mul_f64(1.05) + Duration::from_secs(4));
}

#[test]
fn the_accounts_own_picture_has_no_chat() {
    let emulator = start(Script::new());

    let report = runtime().block_on(fast(&emulator).build().set_profile_picture(PICTURE));

    assert!(report.outcome.is_ok(), "{report:?}");
    assert_eq!(emulator.requests()[0].method, Method::SetProfilePicture);
}

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

        let (set, seen, group) = runtime().block_on(async {
            let set = client.set_group_picture(&chat, PICTURE).await.unwrap();
            (
                set,
                client.avatar(&chat).await.unwrap(),
                client.group_data(&chat).await.unwrap(),
            )
        });

        assert!(set.url.is_some());
        assert_eq!(seen, set);
        assert_eq!(group.subject, Some(format!("Group {id}")));
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
        let mut editing = Vec::new();
        for number in 0..3 {
            editing.push(client.group_data(&chat(number)).await.unwrap().editing);
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
fn a_session_stops_after_as_many_refusals_as_it_is_told() {
    let emulator = start(always(Documented::QuotaExceeded));
    let session = fast(&emulator).stop_after(NonZeroU32::MIN).build();

    let kinds = [kind(&set(&session)), kind(&set(&session))];

    assert_eq!(
        kinds,
        [Some(ErrorKind::QuotaExceeded), Some(ErrorKind::Stopped)]
    );
    assert_eq!(sends(&emulator).len(), 1);
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

/// What takes too long for every run is run with `GROUP_PICTURE_LONG=1`, and says so otherwise.
fn long_tests_are_wanted(what: &str) -> bool {
    let wanted = std::env::var_os("GROUP_PICTURE_LONG").is_some();
    if !wanted {
        eprintln!("skipped: {what}; set GROUP_PICTURE_LONG=1");
    }
    wanted
}
