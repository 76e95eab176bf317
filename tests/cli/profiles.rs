//! Accounts by name, and files of variables.

use std::fs;
use std::path::Path;
use std::process::Command;

use emulator::{Config, Emulator};

use crate::account::sends;
use crate::run::{Folder, Run, group_picture, png};

const SALES: &str = "3100000777";
const TOKEN: &str = "5a1e5a1e5a1e5a1e5a1e5a1e5a1e5a1e5a1e5a1e5a1e5a1e5a";

fn other_account() -> Emulator {
    Emulator::start(Config::new().instance(SALES).token(TOKEN)).unwrap()
}

/// A configuration with two accounts, one of each emulator.
fn folder(first: &Emulator, second: &Emulator) -> Folder {
    let config = format!(
        "[profiles.main]\nid_instance = \"{}\"\napi_url = \"{}\"\ntoken_env = \"MAIN_TOKEN\"\n\n\
         [profiles.sales]\nid_instance = \"{SALES}\"\napi_url = \"{}\"\ntoken_file = \"sales.token\"\nmessenger = \"max\"\n",
        Config::INSTANCE,
        first.url(),
        second.url(),
    );
    Folder::new()
        .with("group-picture/config.toml", config)
        .with("group-picture/sales.token", format!("{TOKEN}\n"))
        .with("a.png", png(300, 300))
}

fn run(folder: &Folder, arguments: &[&str]) -> Run {
    let mut command = group_picture();
    command
        .current_dir(folder.path())
        .env("XDG_CONFIG_HOME", folder.path())
        .env("MAIN_TOKEN", Config::TOKEN);
    let run = Run::of(command.args(arguments));
    for token in [TOKEN, Config::TOKEN] {
        assert!(!format!("{run:?}").contains(token), "{run:?}");
    }
    run
}

#[test]
fn an_account_is_chosen_by_its_name() {
    let (first, second) = (Emulator::start(Config::new()).unwrap(), other_account());
    let folder = folder(&first, &second);

    let main = run(&folder, &["set", "-100", "a.png", "--profile", "main"]);
    let sales = run(&folder, &["set", "-100", "a.png", "--profile", "sales"]);
    let check = run(&folder, &["check", "--profile", "sales"]);

    for run in [&main, &sales, &check] {
        assert_eq!(run.code, Some(0), "{run:?}");
    }
    assert_eq!((sends(&first), sends(&second)), (1, 1));
}

#[cfg(unix)]
#[test]
fn a_token_in_the_configuration_needs_a_file_that_nobody_else_reads() {
    use std::os::unix::fs::PermissionsExt;

    let emulator = other_account();
    let config = format!(
        "[profiles.sales]\nid_instance = \"{SALES}\"\napi_url = \"{}\"\ntoken = \"{TOKEN}\"\n",
        emulator.url()
    );
    let folder = Folder::new().with("c.toml", config);
    let chmod =
        |mode| fs::set_permissions(folder.at("c.toml"), fs::Permissions::from_mode(mode)).unwrap();
    let check = ["check", "--profile", "sales", "--config", "c.toml"];

    chmod(0o640);
    let open = run(&folder, &check);
    chmod(0o600);
    let closed = run(&folder, &check);

    assert_eq!(
        (open.code, closed.code),
        (Some(2), Some(0)),
        "{open:?} {closed:?}"
    );
    assert!(open.stderr.contains("chmod 600"), "{open:?}");
}

#[test]
fn what_is_wrong_with_a_configuration_is_told_without_its_values() {
    for (config, part) in [
        (format!("[profiles.a]\ntoken = {TOKEN}\n"), "line 2"),
        (
            format!("[profiles.a]\nid_instance = 1\ntoken = \"{TOKEN}\"\n"),
            "expected tables",
        ),
        (
            format!("[profiles.a]\nid_instance = \"1\"\n{TOKEN} = 1\n"),
            "expected tables",
        ),
        (
            "[profiles.b]\nid_instance = \"1\"\ntoken_env = \"X\"\n".to_owned(),
            "there are b",
        ),
        ("".to_owned(), "nor any other"),
        (
            "[profiles.a]\nid_instance = \"1\"\n".to_owned(),
            "one of token_file",
        ),
        (
            "[profiles.a]\nid_instance = \"1\"\ntoken_env = \"NO_SUCH\"\n".to_owned(),
            "is not set",
        ),
    ] {
        let folder = Folder::new().with("c.toml", &config);

        let run = run(&folder, &["check", "--profile", "a", "--config", "c.toml"]);

        assert_eq!(run.code, Some(2), "{config:?} {run:?}");
        assert!(run.stderr.contains(part), "{config:?} {run:?}");
    }
    let folder = Folder::new();
    let missing = run(&folder, &["check", "--profile", "a"]);
    assert!(missing.stderr.contains("config.toml"), "{missing:?}");
}

#[test]
fn a_file_of_variables_is_read_only_when_it_is_named() {
    let emulator = other_account();
    let variables = format!(
        "# account\nexport GREEN_API_ID_INSTANCE={SALES}\nGREEN_API_URL='{}'\nGREEN_API_TOKEN=\"{TOKEN}\"\n",
        emulator.url()
    );
    let folder = Folder::new()
        .with(".env", variables)
        .with("bad", "nonsense\n");
    let check = |options: &[&str]| {
        let mut command: Command = group_picture();
        command
            .current_dir(folder.path())
            .arg("check")
            .args(options);
        // The file goes before the environment.
        Run::of(command.env("GREEN_API_ID_INSTANCE", "1"))
    };

    let unasked = check(&[]);
    let asked = check(&["--env-file", ".env"]);
    let bad = check(&["--env-file", "bad"]);

    assert_eq!(
        (unasked.code, asked.code),
        (Some(2), Some(0)),
        "{unasked:?} {asked:?}"
    );
    assert!(bad.stderr.contains("bad:1: expected NAME=value"), "{bad:?}");
    assert!(Path::new(&folder.at(".env")).exists());
}
