//! `emulator`: what it takes, and what it refuses.

use crate::run::{Folder, Run, group_picture};

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
