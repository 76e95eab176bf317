//! What a journal tells after whatever may happen to it.

use std::fs;
use std::thread;

use super::*;
use crate::send::account::{Account, Server};
use crate::send::credentials::Credentials;

const TOKEN: &str = "e4d909c290d0fb1ca068ffaddf22cbd0e4d909c290d0fb1ca0";

fn account(instance: &str, url: &str) -> Account {
    Account {
        profile: None,
        messenger: upload::Messenger::Max,
        avatar_hosts: Vec::new(),
        files: Vec::new(),
        server: Server::Api(Credentials {
            api_url: url.parse().unwrap(),
            instance: instance.parse().unwrap(),
            token: upload::Token::new(TOKEN).unwrap(),
        }),
    }
}

fn ours() -> Accounts {
    Accounts::of(vec![our_account()])
}

fn our_account() -> Account {
    account("3100000001", "https://3100.api.green-api.com")
}

fn chat(number: i64) -> Target {
    Target::group((-number).to_string().parse().unwrap())
}

fn avatar(url: Option<&str>) -> Avatar {
    Avatar {
        url: url.map(str::to_owned),
    }
}

/// A few groups with every kind of ending.
fn write(journal: &Journal) {
    let picture = Digest::of(b"picture");
    let reason = || "\"no\" \u{1f}, {token}".to_owned();
    let endings = [
        Some(Ending::Set {
            url: Some("https://i.oneme.ru/i?r=1".to_owned()),
        }),
        Some(Ending::Set { url: None }),
        Some(Ending::Refused { reason: reason() }),
        Some(Ending::NotSet { reason: reason() }),
        Some(Ending::Unknown { reason: reason() }),
        None,
    ];
    for (number, ending) in (1..).zip(endings) {
        let before = avatar((number % 2 == 0).then_some("https://i.oneme.ru/i?r=0"));
        journal
            .intend(&chat(number), picture, Some(&before))
            .unwrap();
        if let Some(ending) = ending {
            journal.conclude(&chat(number), picture, ending).unwrap();
        }
    }
}

#[test]
fn a_journal_tells_the_next_run_what_became_of_each_group() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let picture = Digest::of(b"picture");

    write(&Journal::open(&path, &ours()).unwrap());
    let journal = Journal::open(&path, &ours()).unwrap();

    let past = |number| journal.past().get(&chat(number));
    assert_eq!(past(1), Some(&Past::Set { picture }));
    assert_eq!(past(2), Some(&Past::Set { picture }));
    assert!(matches!(past(3), Some(Past::Refused { .. })));
    assert_eq!(past(4), None);
    let sent = |url| Past::Sent {
        picture,
        before: Some(avatar(url)),
    };
    assert_eq!(past(5), Some(&sent(None)));
    assert_eq!(past(6), Some(&sent(Some("https://i.oneme.ru/i?r=0"))));
    assert_eq!(Journal::look(&path, &ours()).unwrap().past, *journal.past());
}

#[test]
fn a_journal_that_is_cut_at_any_byte_tells_what_its_whole_lines_tell() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    write(&Journal::open(&path, &ours()).unwrap());
    let whole = fs::read(&path).unwrap();
    // What each number of whole lines tells, worked out line by line.
    let mut told = vec![HashMap::new()];
    for line in whole.split_inclusive(|byte| *byte == b'\n') {
        let mut past = told.last().unwrap().clone();
        let entry = checked::read::<Entry>(line).unwrap();
        if let Some(group) = entry.group().cloned() {
            let target = group.target(upload::Messenger::Max).unwrap();
            entry.change(target, &mut past);
        }
        told.push(past);
    }
    assert_eq!(told.len(), 13);

    for cut in 0..=whole.len() {
        fs::write(&path, &whole[..cut]).unwrap();
        let lines = whole[..cut].iter().filter(|byte| **byte == b'\n').count();

        let looked = Journal::look(&path, &ours()).unwrap().past;

        assert_eq!(looked, told[lines], "cut at {cut}");
        let is_near_an_end =
            whole[cut.saturating_sub(1)..(cut + 2).min(whole.len())].contains(&b'\n');
        if !is_near_an_end && cut % 41 != 0 {
            // To sync thousands of times takes long.
            continue;
        }
        let journal = Journal::open(&path, &ours()).unwrap();
        journal
            .conclude(&chat(99), Digest::of(b"x"), Ending::Set { url: None })
            .unwrap();
        let first = journal.past().clone();
        drop(journal);
        let mut second = Journal::look(&path, &ours()).unwrap().past;

        assert_eq!(first, told[lines], "cut at {cut}");
        assert!(second.remove(&chat(99)).is_some(), "cut at {cut}");
        assert_eq!(second, first, "cut at {cut}");
    }
}

#[test]
fn any_byte_that_is_another_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    write(&Journal::open(&path, &ours()).unwrap());
    let whole = fs::read(&path).unwrap();
    for place in 0..whole.len() - 1 {
        let mut damaged = whole.clone();
        damaged[place] ^= 1;
        fs::write(&path, &damaged).unwrap();

        let refused = Journal::open(&path, &ours()).unwrap_err();

        assert_eq!(refused.code.number(), 7, "{place} {refused}");
        assert_eq!(fs::read(&path).unwrap(), damaged, "{place}");
    }
}

#[test]
fn a_file_that_is_no_journal_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");

    for content in [
        &b"chat_id,photo\n-100,a.png\n"[..],
        b"x",
        b"{\"record\":1}",
        b"\xff\xd8\xff\xe0",
        b"\0\0\0\0",
        b"\n",
    ] {
        fs::write(&path, content).unwrap();

        let refused = Journal::open(&path, &ours()).unwrap_err();

        assert_eq!(refused.code.number(), 7);
        assert_eq!(fs::read(&path).unwrap(), content);
    }
}

#[test]
fn a_journal_serves_its_own_account_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let emulator = |port| account("3100000001", &format!("http://127.0.0.1:{port}"));
    let whatsapp = || Account {
        messenger: upload::Messenger::WhatsApp,
        ..our_account()
    };

    for (first, second, is_same) in [
        (our_account(), our_account(), true),
        (
            our_account(),
            account("3100000001", "https://api.green-api.com/v3/"),
            true,
        ),
        (
            our_account(),
            account("3100000002", "https://3100.api.green-api.com"),
            false,
        ),
        (our_account(), emulator(1), false),
        (our_account(), whatsapp(), false),
        (emulator(1), emulator(1), true),
        (emulator(1), emulator(2), false),
    ] {
        let [first, second] = [first, second].map(|account| Accounts::of(vec![account]));
        drop(Journal::open(&path, &first).unwrap());

        let opened = Journal::open(&path, &second);

        assert_eq!(opened.is_ok(), is_same, "{first:?} {second:?}");
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_journal_of_several_accounts_keeps_them_apart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let url = "https://api.green-api.com";
    let named = |name: &str, instance| Account {
        profile: Some(name.parse().unwrap()),
        ..account(instance, url)
    };
    let one = || named("one", "3100000001");
    let two = || named("two", "3100000002");
    let of = |name: &str| Target {
        profile: Some(name.parse().unwrap()),
        ..chat(1)
    };
    let picture = Digest::of(b"picture");

    let journal = Journal::open(&path, &Accounts::of(vec![one()])).unwrap();
    let set = Ending::Set { url: None };
    journal.conclude(&of("one"), picture, set.clone()).unwrap();
    drop(journal);
    let both = Accounts::of(vec![two(), one()]);
    let journal = Journal::open(&path, &both).unwrap();
    assert_eq!(journal.past().get(&of("two")), None);
    journal.intend(&of("two"), picture, None).unwrap();
    drop(journal);

    let past = Journal::look(&path, &both).unwrap().past;
    assert_eq!(past.get(&of("one")), Some(&Past::Set { picture }));
    assert!(matches!(past.get(&of("two")), Some(Past::Sent { .. })));
    let names = Journal::profiles(&path).unwrap();
    assert_eq!(names, ["one", "two"].map(|name| name.parse().unwrap()));
    let alone = Journal::look(&path, &Accounts::of(vec![two()])).unwrap();
    assert_eq!(alone.past.len(), 1);
    // An item is never sent through another account than its profile was.
    for other in [
        Accounts::of(vec![one(), named("two", "3100000003")]),
        Accounts::of(vec![named("one", "3100000002"), named("two", "3100000001")]),
        ours(),
    ] {
        assert!(Journal::open(&path, &other).is_err(), "{other:?}");
    }
    fs::remove_file(&path).unwrap();
    write(&Journal::open(&path, &ours()).unwrap());
    assert!(Journal::open(&path, &both).is_err());
}

#[test]
fn one_run_at_a_time_writes_a_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");

    let first = Journal::open(&path, &ours()).unwrap();
    let second = Journal::open(&path, &ours()).unwrap_err();
    let looked = Journal::look(&path, &ours());
    drop(first);

    assert!(second.to_string().contains("another run"), "{second}");
    assert!(looked.is_ok() && Journal::open(&path, &ours()).is_ok());
}

#[test]
fn neither_token_nor_instance_is_in_a_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    write(&Journal::open(&path, &ours()).unwrap());

    let text = fs::read_to_string(&path).unwrap();

    assert!(
        !text.contains(TOKEN) && !text.contains("3100000001"),
        "{text}"
    );
}

#[test]
fn lines_of_many_threads_stay_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let journal = Journal::open(&path, &ours()).unwrap();

    thread::scope(|scope| {
        for thread in 0..8 {
            let journal = &journal;
            scope.spawn(move || {
                for number in 0..50 {
                    let chat = chat(1 + thread * 50 + number);
                    journal.intend(&chat, Digest::of(b"x"), None).unwrap();
                }
            });
        }
    });

    assert_eq!(Journal::look(&path, &ours()).unwrap().past.len(), 400);
}

/// A disk that is full, which every Linux has.
#[cfg(target_os = "linux")]
#[test]
fn a_journal_that_cannot_be_written_says_so_ever_after() {
    let file = OpenOptions::new().append(true).open("/dev/full").unwrap();
    let journal = Journal {
        file,
        history: History::default(),
        written: Mutex::default(),
        synced: Condvar::new(),
    };

    let first = journal.intend(&chat(1), Digest::of(b"x"), None);
    let second = journal.intend(&chat(2), Digest::of(b"x"), None);

    assert!(first.is_err() && second.is_err());
    assert!(journal.failed().is_some());
}
