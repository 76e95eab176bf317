//! A batch that is killed: at random moments, and at each step of its journal, its renames and its sends.
//!
//! However often that happens, the same command ends with each group set, each exactly once; a picture is sent again only
//! where the journal had declared that nobody knows of it.
//!
//! A short form runs with all tests. The long one, with 500 random kills and one at each step of 200 groups:
//!
//! ```sh
//! GROUP_PICTURE_LONG=1 cargo test --test kill -- --nocapture
//! ```

#![cfg(all(test, unix))]

mod batch;

use std::num::NonZeroU32;
use std::thread;
use std::time::Duration;

use emulator::{Action, Documented, End, Method, Rule, Script, Truncation, Upload};

use batch::Batch;

/// Numbers by chance, always the same (SplitMix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// Bytes a second; a picture has about a thousand.
const SLOW: NonZeroU32 = NonZeroU32::new(20_000).expect("it is not zero");

fn is_long() -> bool {
    std::env::var_os("GROUP_PICTURE_LONG").is_some()
}

/// A server that is slow, loses answers after it acted, and is too busy at times.
fn bad_server(seed: u64) -> Script {
    let rule = || Rule::new().method(Method::SetGroupPicture);
    Script::new()
        .seed(seed)
        .rule(
            rule()
                .chance(0.05)
                .action(Action::Done)
                .upload(Upload::Cut(Truncation::new(100, End::Reset))),
        )
        .rule(rule().chance(0.05).answer(Documented::TooManyRequests))
        .rule(rule().chance(0.1).upload(Upload::BytesPerSecond(SLOW)))
        .rule(rule().latency(Duration::from_millis(20)))
}

#[test]
fn kills_at_random_moments_lose_nothing_and_send_nothing_twice() {
    let (wanted, groups) = if is_long() { (500, 200) } else { (24, 60) };
    let mut chance = Chance(7);
    let (mut kills, mut batches, mut sent_again) = (0, 0, 0);

    while kills < wanted {
        let batch = Batch::new(groups, groups / 2, bad_server(batches));
        for _ in 0..12 {
            let mut run = batch.command().spawn().expect("the binary can be started");
            thread::sleep(Duration::from_millis(50 + chance.below(600)));
            // SIGKILL, unless it has ended.
            let _ = run.kill();
            let status = run.wait().expect("it was started");
            kills += u64::from(status.code().is_none());
        }
        sent_again += batch.finish_and_check();
        batches += 1;
    }

    println!(
        "{kills} random kills in {batches} batches of {groups} groups; {sent_again} declared unknowns sent again"
    );
}

/// Ends a batch when it comes to a place for the nth time, for each n up to `times` of its groups, and lets it go on.
fn end_at_each(place: &str, times: impl Fn(u64) -> u64) {
    if !cfg!(debug_assertions) {
        eprintln!("skipped: only builds with debug assertions can be told where to end");
        return;
    }
    let groups = if is_long() { 200 } else { 12 };
    let times = times(groups);
    // The short form takes the first, the second, one in the middle and the last.
    let some = [1, 2, times / 2, times].map(|time| time.clamp(1, times));
    let (mut ends, mut sent_again) = (0, 0);
    for time in (1..=times).filter(|time| is_long() || some.contains(time)) {
        let batch = Batch::new(groups, 1000, Script::new());

        let ended = batch
            .command()
            .env("GROUP_PICTURE_END_AT", format!("{place}:{time}"))
            .status()
            .expect("the binary can be started");

        assert_eq!(ended.code(), None, "it did not end at {place}:{time}");
        sent_again += batch.finish_and_check();
        ends += 1;
    }
    println!(
        "{ends} ends at {place}, {groups} groups each; {sent_again} declared unknowns sent again"
    );
}

#[test]
fn an_end_before_the_journal_has_its_first_line_loses_nothing() {
    end_at_each("journal-begin", |_| 1);
}

#[test]
fn an_end_in_the_middle_of_any_line_of_the_journal_loses_nothing() {
    end_at_each("journal-torn", |groups| 2 * groups);
}

#[test]
fn an_end_before_any_line_of_the_journal_is_on_the_disk_loses_nothing() {
    end_at_each("journal-written", |groups| 2 * groups);
}

#[test]
fn an_end_after_any_line_of_the_journal_is_on_the_disk_loses_nothing() {
    end_at_each("journal-synced", |groups| 2 * groups);
}

#[test]
fn an_end_after_any_answer_sends_nothing_twice() {
    end_at_each("sent", |groups| groups);
}

#[test]
fn an_end_around_any_backup_loses_nothing() {
    end_at_each("backup-written", |groups| groups);
    end_at_each("backup-recorded", |groups| groups);
}

#[test]
fn an_end_around_any_rename_leaves_nothing_half_done() {
    end_at_each("picture-written", |groups| groups);
    end_at_each("picture-renamed", |groups| groups);
    end_at_each("report-written", |_| 1);
    end_at_each("report-renamed", |_| 1);
}

#[test]
fn a_batch_that_ends_after_every_single_answer_still_comes_to_its_end() {
    if !cfg!(debug_assertions) {
        eprintln!("skipped: only builds with debug assertions can be told where to end");
        return;
    }
    let groups = if is_long() { 200 } else { 20 };
    let batch = Batch::new(groups, 1000, Script::new());
    let mut ends = 0;

    loop {
        let status = batch
            .command()
            .env("GROUP_PICTURE_END_AT", "sent:1")
            .status()
            .expect("the binary can be started");
        if status.code().is_some() {
            break;
        }
        ends += 1;
        assert!(ends <= groups, "it does not come forward");
    }

    // Others were on their way at the same time.
    let sent_again = batch.finish_and_check();
    println!(
        "{ends} ends after an answer, {groups} groups; {sent_again} declared unknowns sent again"
    );
}
