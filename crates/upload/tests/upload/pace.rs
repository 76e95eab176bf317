//! Sessions against the emulator: many pictures, their pace, and when a session stops.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use emulator::{
    Action, Answer, Config, Documented, Emulator, End, Method, Rule as Fault, Script, Truncation,
    Upload,
};
use tokio::task::JoinSet;
use upload::{ErrorKind, ReadBack, Session, UploadReport};

use crate::support::*;

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
