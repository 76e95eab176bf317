//! Lists for several accounts: one run serves them all, each by its own instance and at its own pace.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroU32;
use std::process::{Command, Stdio};
use std::sync::atomic::Ordering;

use emulator::{
    Action, Config, Documented, Emulator, End, Messenger, Method, Rule, Script, Truncation, Upload,
};

use crate::account::sends;
use crate::run::{Folder, Run, group_picture, jpeg, png};
use crate::sources::{Web, has_no_roots};

/// The commands beside `batch`.
mod commands;

const TOKENS: [&str; 2] = [
    Config::TOKEN,
    "5a1e5a1e5a1e5a1e5a1e5a1e5a1e5a1e5a1e5a1e5a1e5a1e5a",
];

/// Two instances, `main` and `sales`, on two ports.
struct Two {
    main: Emulator,
    sales: Emulator,
    folder: Folder,
}

impl Two {
    fn new(main: Config, sales: Config, rows: &str) -> Self {
        let start = |config: Config| Emulator::start(config).unwrap();
        let main = start(main.instance("3100000001").token(TOKENS[0]));
        let sales = start(sales.instance("3100000777").token(TOKENS[1]));
        let folder = Folder::new()
            .with("group-picture/main.token", TOKENS[0])
            .with("group-picture/sales.token", TOKENS[1])
            .with("a.png", png(300, 310))
            .with("b.png", png(330, 300))
            .with("old.png", png(400, 400))
            .with("groups.csv", format!("chat_id,photo,profile\n{rows}"));
        let two = Self {
            main,
            sales,
            folder,
        };
        two.configure(&two.main, &two.sales);
        two
    }

    /// Writes the configuration, with these instances under the two names.
    fn configure(&self, main: &Emulator, sales: &Emulator) {
        let of = |emulator: &Emulator| match emulator.url() == self.main.url() {
            true => ("3100000001", "main.token"),
            false => ("3100000777", "sales.token"),
        };
        let entries = [("main", main), ("sales", sales)].map(|(name, emulator)| {
            let (instance, token) = of(emulator);
            format!(
                "[profiles.{name}]\nid_instance = \"{instance}\"\napi_url = \"{}\"\ntoken_file = \"{token}\"\n",
                emulator.url()
            )
        });
        let path = self.folder.at("group-picture/config.toml");
        fs::write(path, entries.concat()).unwrap();
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = group_picture();
        command
            .current_dir(self.folder.path())
            .env("XDG_CONFIG_HOME", self.folder.path())
            .args(arguments);
        command
    }

    fn run(&self, arguments: &[&str]) -> Run {
        let run = Run::of(&mut self.command(arguments));
        let shown = format!("{run:?}");
        assert!(!TOKENS.iter().any(|token| shown.contains(token)), "{shown}");
        run
    }

    fn batch(&self, options: &[&str]) -> Run {
        let quick = ["--initial-backoff", "1ms"];
        let has_own = options.contains(&"--initial-backoff");
        let quick = if has_own { &[] } else { &quick[..] };
        self.run(&[BATCH, quick, options].concat())
    }

    fn forget(&self) {
        self.main.forget();
        self.sales.forget();
    }
}

const BATCH: &[&str] = &["batch", "groups.csv", "--rate", "1000"];

/// Group -1 is in both accounts.
const ROWS: &str = "-1,a.png,main\n-1,b.png,sales\n-2,a.png,main\n-3,b.png,sales\n-4,a.png,sales\n";

fn chats(emulator: &Emulator) -> Vec<String> {
    emulator.pictures().into_keys().collect()
}

fn pictures(emulator: &Emulator) -> BTreeMap<String, Vec<u8>> {
    let pictures = emulator.pictures().into_iter();
    pictures
        .map(|(chat, picture)| (chat, picture.bytes().unwrap().to_vec()))
        .collect()
}

#[test]
fn each_group_gets_its_picture_from_its_own_account_and_once() {
    let two = Two::new(Config::new(), Config::new(), ROWS);

    let run = two.batch(&["--out", "out", "--report", "report.json", "--json"]);
    let again = two.batch(&[]);

    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(
        again.summary(),
        "5 groups: 0 set, 5 set before",
        "{again:?}"
    );
    assert_eq!(chats(&two.main), ["-1", "-2"]);
    assert_eq!(chats(&two.sales), ["-1", "-3", "-4"]);
    assert_eq!((sends(&two.main), sends(&two.sales)), (2, 3));
    for (emulator, name) in [(&two.main, "main"), (&two.sales, "sales")] {
        for (chat, picture) in pictures(emulator) {
            let kept = fs::read(two.folder.at(&format!("out/{chat}.{name}.jpg"))).unwrap();
            assert_eq!(picture, kept, "{name} {chat}");
        }
    }
    assert_ne!(pictures(&two.main)["-1"], pictures(&two.sales)["-1"]);
    let report = fs::read_to_string(two.folder.at("report.json")).unwrap();
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    let mut told: Vec<_> = report["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| [&group["profile"], &group["chat_id"]].map(|text| text.as_str().unwrap()))
        .collect();
    told.sort_unstable();
    let wanted = [
        ("main", "-1"),
        ("main", "-2"),
        ("sales", "-1"),
        ("sales", "-3"),
        ("sales", "-4"),
    ];
    assert_eq!(told, wanted.map(<[&str; 2]>::from));
    assert_eq!(report["summary"]["total"], 5);
    let journals = two.folder.names();
    let journals: Vec<_> = journals
        .iter()
        .filter(|name| name.ends_with(".journal"))
        .collect();
    assert_eq!(journals, ["groups.csv.journal"]);
}

#[test]
fn one_account_may_be_served_alone_and_the_rest_later() {
    let two = Two::new(Config::new(), Config::new(), ROWS);

    let sales = two.batch(&["--profile", "sales"]);
    let all = two.batch(&[]);
    let nobody = two.batch(&["--profile", "support"]);

    assert_eq!(sales.summary(), "3 groups: 3 set", "{sales:?}");
    let left_out = "rows for other profiles are left out: 2";
    assert!(sales.stderr.contains(left_out), "{sales:?}");
    assert_eq!(all.summary(), "5 groups: 2 set, 3 set before", "{all:?}");
    assert_eq!(nobody.code, Some(2), "{nobody:?}");
    assert_eq!((sends(&two.main), sends(&two.sales)), (2, 3));
}

#[test]
fn an_account_that_is_told_to_wait_holds_up_no_other() {
    let rows = |profile: &str| -> String {
        (1..=6)
            .map(|group| format!("-{group},a.png,{profile}\n"))
            .collect()
    };
    let slow = Config::new().rate(NonZeroU32::new(3).unwrap());
    // The slow account's groups all come first.
    let two = Two::new(slow, Config::new(), &(rows("main") + &rows("sales")));

    let run = two.batch(&["--no-backup", "--initial-backoff", "200ms"]);

    assert_eq!(run.summary(), "12 groups: 12 set", "{run:?}");
    let set = |emulator: &Emulator| emulator.counts()[&Method::SetGroupPicture].clone();
    let (main, sales) = (set(&two.main), set(&two.sales));
    assert!(main.answered[&429] > 0 && main.changed == 6, "{main:?}");
    assert_eq!((sales.received, sales.changed), (6, 6));
    let arrivals = |emulator: &Emulator| {
        let requests = emulator.requests().into_iter();
        let sets = requests.filter(|request| request.method == Method::SetGroupPicture);
        sets.map(|request| request.arrived).collect::<Vec<_>>()
    };
    let last = |emulator: &Emulator| arrivals(emulator).into_iter().max().unwrap();
    assert!(last(&two.sales) < last(&two.main));
}

#[test]
fn a_rejected_account_stops_its_own_groups_only() {
    for options in [&["--no-backup"][..], &[]] {
        let rows: String = (1..=8)
            .map(|group| format!("-{group},a.png,main\n-{group},b.png,sales\n"))
            .collect();
        let two = Two::new(Config::new(), Config::new(), &rows);
        let token = two.folder.at("group-picture/sales.token");
        fs::write(&token, TOKENS[0]).unwrap();

        let run = two.batch(options);
        let rejected = sends(&two.sales);
        fs::write(&token, TOKENS[1]).unwrap();
        let again = two.batch(options);

        assert_eq!(run.code, Some(4), "{run:?}");
        let stopped = "stopped: the account sales: token not accepted; not tried: 5";
        assert!(run.stderr.contains(stopped), "{run:?}");
        assert_eq!(chats(&two.main).len(), 8);
        assert!(rejected <= 3, "{rejected}");
        assert_eq!(
            again.summary(),
            "16 groups: 8 set, 8 set before",
            "{again:?}"
        );
        assert_eq!(sends(&two.main), 8);
        assert_eq!(chats(&two.sales).len(), 8);
    }
}

#[test]
fn an_outage_of_one_instance_is_waited_for_by_its_own_groups_only() {
    let outage = Rule::new()
        .method(Method::SetGroupPicture)
        .to(12)
        .answer(Documented::ServiceUnavailable);
    let broken = Config::new().script(Script::new().rule(outage));
    let two = Two::new(Config::new(), broken, ROWS);

    let run = two.batch(&["--no-backup"]);

    assert_eq!(run.summary(), "5 groups: 5 set", "{run:?}");
    assert!(
        run.stderr.contains("sales: trying again what failed"),
        "{run:?}"
    );
    assert!(!run.stderr.contains("main: trying again"), "{run:?}");
    assert_eq!(sends(&two.main), 2);
}

#[test]
fn a_killed_run_goes_on_and_sends_nothing_twice_or_through_another_account() {
    if !cfg!(debug_assertions) {
        eprintln!("skipped: only builds with debug assertions can be told where to end");
        return;
    }
    let rows: String = (1..=10)
        .map(|group| format!("-{group},a.png,main\n-{group},b.png,sales\n"))
        .collect();
    for place in [
        "journal-begin:1",
        "journal-torn:7",
        "journal-written:11",
        "journal-synced:16",
        "sent:1",
        "sent:9",
        "sent:20",
        "backup-written:5",
        "backup-recorded:13",
    ] {
        // Answers of one account are lost, so whether these pictures were set is unknown.
        let lost = Rule::new()
            .method(Method::SetGroupPicture)
            .to(2)
            .action(Action::Done)
            .upload(Upload::Cut(Truncation::new(100, End::Reset)));
        let unsure = Config::new().script(Script::new().rule(lost));
        let two = Two::new(Config::new(), unsure, &rows);

        let mut killed = two.command(&[BATCH, &["--out", "out"]].concat());
        killed.stdout(Stdio::null()).stderr(Stdio::null());
        let killed = killed.env("GROUP_PICTURE_END_AT", place).status().unwrap();
        let resumed = two.batch(&["--out", "out"]);

        assert_eq!(killed.code(), None, "it did not end at {place}");
        assert_eq!(resumed.code, Some(0), "{place} {resumed:?}");
        for (emulator, name) in [(&two.main, "main"), (&two.sales, "sales")] {
            let shown = pictures(emulator);
            assert_eq!(shown.len(), 10, "{place} {name}");
            for (chat, picture) in shown {
                let kept = fs::read(two.folder.at(&format!("out/{chat}.{name}.jpg"))).unwrap();
                assert_eq!(picture, kept, "{place} {name} {chat}");
                let changes = emulator.pictures()[&chat].changes();
                assert_eq!(changes, 1, "{place} {name} {chat}");
            }
        }
    }
}

#[test]
fn a_journal_never_serves_a_profile_that_is_another_instance_now() {
    let two = Two::new(Config::new(), Config::new(), ROWS);
    let first = two.batch(&["--limit", "2"]);
    two.forget();
    two.configure(&two.sales, &two.main);

    let swapped = two.batch(&[]);
    let alone = two.batch(&["--profile", "sales"]);

    assert_eq!(first.code, Some(6), "{first:?}");
    for run in [&swapped, &alone] {
        assert_eq!(run.code, Some(7), "{run:?}");
        let reason = "was another account or messenger";
        assert!(run.stderr.contains(reason), "{run:?}");
    }
    assert_eq!((sends(&two.main), sends(&two.sales)), (0, 0));
}

#[test]
fn all_credentials_are_right_before_anything_is_sent() {
    let rows = "-1,a.png,main\n-2,a.png,sales\n-3,a.png,support\n";
    let two = Two::new(Config::new(), Config::new(), rows);
    fs::remove_file(two.folder.at("group-picture/sales.token")).unwrap();

    let wrong = two.batch(&[]);
    let given = two.batch(&["--id-instance", "3100000001"]);

    assert_eq!(wrong.code, Some(2), "{wrong:?}");
    for part in ["profile \"sales\"", "no profile \"support\""] {
        assert!(wrong.stderr.contains(part), "{wrong:?}");
    }
    assert_eq!(given.code, Some(2), "{given:?}");
    assert!(given.stderr.contains("leave out"), "{given:?}");
    two.configure(&two.main, &two.main);
    fs::write(
        two.folder.at("groups.csv"),
        format!("chat_id,photo,profile\n{ROWS}"),
    )
    .unwrap();
    let same = two.batch(&[]);
    assert_eq!(same.code, Some(2), "{same:?}");
    assert!(
        same.stderr.contains("main and sales are the same instance"),
        "{same:?}"
    );
    assert_eq!((sends(&two.main), sends(&two.sales)), (0, 0));
}

#[test]
fn accounts_may_be_of_several_messengers() {
    let rows = "-1,a.png,main\n120363043968066561@g.us,a.png,sales\n";
    let whatsapp = Config::new().messenger(Messenger::WhatsApp);
    let two = Two::new(Config::new(), whatsapp, rows);
    let config = two.folder.at("group-picture/config.toml");
    let text = fs::read_to_string(&config).unwrap() + "messenger = \"whatsapp\"\n";
    fs::write(&config, text).unwrap();

    let run = two.batch(&[]);
    let again = two.batch(&[]);

    assert_eq!(run.summary(), "2 groups: 2 set", "{run:?}");
    assert_eq!(
        again.summary(),
        "2 groups: 0 set, 2 set before",
        "{again:?}"
    );
    assert_eq!(chats(&two.sales), ["120363043968066561@g.us"]);
}

#[test]
fn a_photo_that_groups_of_several_accounts_share_is_fetched_and_prepared_once() {
    let web = Web::of(jpeg(500, 400));
    let rows: String = (1..=20)
        .flat_map(|group| {
            ["main", "sales"].map(|name| format!("-{group},{}/a.jpg,{name}\n", web.url))
        })
        .collect();
    let two = Two::new(Config::new(), Config::new(), &rows);

    let run = two.batch(&["--private-hosts"]);

    if has_no_roots(&run) {
        return;
    }
    assert_eq!(run.summary(), "40 groups: 40 set", "{run:?}");
    assert_eq!(web.asked.load(Ordering::SeqCst), 1);
}
