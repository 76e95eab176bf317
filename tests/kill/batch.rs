//! One batch, the emulator that it talks to, and what must be true of both in the end.

use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use emulator::{Config, Emulator, Method, Script};
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::Value;
use tempfile::TempDir;

/// A list of groups with their photos.
pub(crate) struct Batch {
    folder: TempDir,
    emulator: Emulator,
    groups: u64,
    rate: u64,
}

impl Batch {
    /// So many groups, which share a few photos, so many a second, on an emulator that plays the script.
    pub(crate) fn new(groups: u64, rate: u64, script: Script) -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        for number in 0..PHOTOS {
            let photo = RgbImage::from_fn(48, 48, |x, y| {
                let [x, y, number] = [x, y, number as u32].map(|value| value as u8);
                Rgb([x * 5, y * 5, number * 40])
            });
            photo
                .save_with_format(
                    folder.path().join(format!("{number}.jpg")),
                    ImageFormat::Jpeg,
                )
                .expect("a photo can be written");
        }
        let rows: String = (1..=groups)
            .map(|group| format!("-{group},{}.jpg\n", group % PHOTOS))
            .collect();
        fs::write(
            folder.path().join("groups.csv"),
            format!("chat_id,photo\n{rows}"),
        )
        .expect("a list can be written");
        let emulator = Emulator::start(Config::new().script(script)).expect("an emulator starts");
        Self {
            folder,
            emulator,
            groups,
            rate,
        }
    }

    /// The one command, which starts the batch and goes on with it.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_group-picture"));
        command
            .current_dir(self.folder.path())
            .args(["batch", "groups.csv", "--min-size", "1", "--rate"])
            .arg(self.rate.to_string())
            .args([
                "--initial-backoff",
                "50ms",
                "--out",
                "out",
                "--report",
                "report.json",
                "--json",
            ])
            .env("GREEN_API_URL", self.emulator.url())
            .env("GREEN_API_ID_INSTANCE", Config::INSTANCE)
            .env("GREEN_API_TOKEN", Config::TOKEN)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Runs the command until it ends by itself; tells how many pictures were sent again because nobody knew of them.
    pub(crate) fn finish_and_check(&self) -> u64 {
        let mut told = String::new();
        let mut code = None;
        // What the server was too busy for is temporary: the same again, as the exit code says.
        for _ in 0..5 {
            let run = self
                .command()
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .output()
                .expect("the binary can be started");
            code = run.status.code();
            told = String::from_utf8_lossy(&[run.stdout, run.stderr].concat()).into_owned();
            if code != Some(5) {
                break;
            }
        }
        assert_eq!(code, Some(0), "{told}");
        let journal =
            fs::read_to_string(self.at("groups.csv.journal")).expect("there is a journal");
        let report = fs::read_to_string(self.at("report.json")).expect("there is a report");
        for text in [&told, &journal, &report] {
            assert!(!text.contains(Config::TOKEN), "the token is shown: {text}");
        }
        self.check_report(&report);
        self.check_pictures();
        let intents = self.check_journal(&journal);
        self.check_sends(&intents)
    }

    /// Each group has exactly one final state: it is set.
    fn check_report(&self, report: &str) {
        let report: Value = serde_json::from_str(report).expect("the report is JSON");
        let groups = report["groups"].as_array().expect("it has groups");
        let states: HashMap<_, _> = groups
            .iter()
            .map(|group| (group["chat_id"].as_str(), group["status"].as_str()))
            .collect();
        assert_eq!(groups.len() as u64, self.groups);
        for group in 1..=self.groups {
            let chat = format!("-{group}");
            let state = states.get(&Some(&*chat));
            let is_set = matches!(state, Some(Some("set" | "set-before")));
            assert!(is_set, "{chat}: {state:?}");
        }
    }

    /// Each group shows its own picture, of which a whole copy was kept.
    fn check_pictures(&self) {
        let shown = self.emulator.pictures();
        assert_eq!(shown.len() as u64, self.groups);
        for (chat, picture) in &shown {
            let kept = fs::read(self.at(&format!("out/{chat}.jpg"))).expect("a copy was kept");
            assert!(picture.bytes().is_ok_and(|shown| shown == kept), "{chat}");
        }
    }

    /// The last word on each group is that it is set. Tells how often each was intended.
    fn check_journal(&self, journal: &str) -> HashMap<String, u64> {
        let mut intents: HashMap<String, u64> = HashMap::new();
        let mut last: HashMap<String, String> = HashMap::new();
        for line in journal.lines() {
            let line: Value = serde_json::from_str(line).expect("a line is JSON");
            let Some(chat) = line["chat"].as_str() else {
                continue;
            };
            if line["record"] == "intent" {
                *intents.entry(chat.to_owned()).or_default() += 1;
            }
            let word = line["outcome"].as_str().unwrap_or("intended");
            last.insert(chat.to_owned(), word.to_owned());
        }
        assert_eq!(last.len() as u64, self.groups);
        assert!(last.values().all(|word| word == "set"), "{last:?}");
        intents
    }

    /// Each picture was set once. A request that came without doing so was either met by a fault of the script, or its
    /// run was killed, and the next one declared in the journal that it sends again.
    fn check_sends(&self, intents: &HashMap<String, u64>) -> u64 {
        let mut changes: HashMap<String, u64> = HashMap::new();
        let mut in_vain: HashMap<String, u64> = HashMap::new();
        for request in self.emulator.requests() {
            if request.method != Method::SetGroupPicture {
                continue;
            }
            // A request that was cut before its chat could be read has changed nothing.
            let Some(chat) = request.chat else {
                assert!(!request.changed);
                continue;
            };
            let is_refused = request.status.is_some_and(|status| status != 200);
            if request.changed {
                *changes.entry(chat).or_default() += 1;
            } else if !is_refused {
                *in_vain.entry(chat).or_default() += 1;
            }
        }
        for group in 1..=self.groups {
            let chat = format!("-{group}");
            let of = |counts: &HashMap<String, u64>| counts.get(&chat).copied().unwrap_or(0);
            assert_eq!(of(&changes), 1, "{chat} was set so often");
            assert!(
                of(&in_vain) < of(intents),
                "{chat} was sent again undeclared"
            );
        }
        intents.values().map(|intents| intents - 1).sum()
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

/// How many photos there are.
const PHOTOS: u64 = 5;
