//! `emulator`: what it takes, and what it refuses.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::run::{Folder, Run, group_picture, png};

#[test]
fn what_it_cannot_use_is_told_at_once() {
    let folder = Folder::new().with("script.json", "{ \"rules\": [ { \"unknown\": 1 } ] }");
    let script = folder.at("script.json").display().to_string();
    let missing = folder.at("missing.json").display().to_string();

    for (args, part) in [
        (["--listen", "0.0.0.0:0"], "loopback"),
        (["--script", &script], "unknown"),
        (["--script", &missing], "missing.json: "),
        (["--pictures", &script], "script.json: "),
        (["--rate", "0"], "--rate"),
    ] {
        let run = Run::of(group_picture().arg("emulator").args(args));

        assert_eq!(run.code, Some(2), "{args:?} {run:?}");
        assert!(run.stderr.contains(part), "{args:?} {run:?}");
        assert_eq!(run.stdout, "");
    }
}

#[cfg(unix)]
#[test]
fn a_picture_replaces_neither_a_link_nor_what_it_leads_to() {
    let folder = Folder::new()
        .with("photo.png", png(200, 200))
        .with("elsewhere", "important")
        .with("in/script.json", "{}")
        .with_link("in/-1.jpg", "elsewhere")
        .with_link("in/.-2.jpg.partial", "elsewhere");
    let mut emulator = Started::with(&[
        "--script".into(),
        folder.at("in/script.json"),
        "--pictures".into(),
        folder.at("in"),
    ]);
    let set = |chat: &str, emulator: &Started| {
        let mut command = emulator.pointed_at();
        Run::of(command.args(["set", chat]).arg(folder.at("photo.png")))
    };

    let over_link = set("-1", &emulator);
    let beside_link = set("-2", &emulator);
    emulator.end();

    assert_eq!(over_link.code, Some(5), "{over_link:?}");
    assert_eq!(beside_link.code, Some(0), "{beside_link:?}");
    assert!(folder.at("in/-1.jpg").is_symlink());
    assert!(folder.at("in/-2.jpg").is_file() && !folder.at("in/-2.jpg").is_symlink());
    let elsewhere = std::fs::read_to_string(folder.at("elsewhere")).unwrap();
    assert_eq!(elsewhere, "important");
}

/// An emulator that runs as a program of its own.
struct Started {
    child: Child,
    variables: Vec<(String, String)>,
}

impl Started {
    fn with(args: &[PathBuf]) -> Self {
        let mut command = group_picture();
        command.arg("emulator").args(args).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the binary can be started");
        let stdout = BufReader::new(child.stdout.take().expect("stdout is a pipe"));
        let variable = |line: String| {
            let (name, value) = line.strip_prefix("export ")?.split_once('=')?;
            Some((name.to_owned(), value.to_owned()))
        };
        let lines = stdout.lines().take(3).map_while(Result::ok);
        let variables = lines.filter_map(variable).collect();
        Self { child, variables }
    }

    /// The binary, with this emulator's credentials.
    fn pointed_at(&self) -> Command {
        let mut command = group_picture();
        command.envs(self.variables.iter().cloned());
        command
    }

    fn end(&mut self) {
        self.child.kill().expect("the emulator can be ended");
        self.child.wait().expect("the emulator ends");
    }
}

#[test]
fn the_accounts_groups_are_those_of_a_list() {
    let list = "chat_id,name,role,participants,avatar\n-1,Family,owner,2,\n-2,'=1+1,member,2,\n";
    let folder = Folder::new()
        .with("groups.csv", list)
        .with("bad.csv", "chat_id,role\n-1,king\n")
        .with("photo.png", png(200, 200));
    let mut emulator = Started::with(&["--groups".into(), folder.at("groups.csv")]);

    let listed = Run::of(emulator.pointed_at().arg("groups"));
    let set = |chat: &str| {
        let mut command = emulator.pointed_at();
        Run::of(command.args(["set", chat]).arg(folder.at("photo.png")))
    };
    let (owned, joined) = (set("-1"), set("-2"));
    emulator.end();
    let bad = Run::of(
        group_picture()
            .args(["emulator", "--groups"])
            .arg(folder.at("bad.csv")),
    );

    assert_eq!(listed.stdout, list, "{listed:?}");
    assert_eq!((owned.code, joined.code), (Some(0), Some(1)), "{joined:?}");
    assert_eq!(bad.code, Some(2), "{bad:?}");
    assert!(bad.stderr.contains("owner, admin or member"), "{bad:?}");
}
