//! Credentials: where they come from, and that nobody sees them.

use std::fs;
use std::process::{Command, Stdio};

use emulator::{Config, Emulator, Method, Received};

use crate::run::{Folder, Run, group_picture, png};

/// The binary, with the emulator's credentials in its environment.
pub(crate) fn pointed_at(emulator: &Emulator) -> Command {
    let mut command = group_picture();
    command
        .env("GREEN_API_URL", emulator.url())
        .env("GREEN_API_ID_INSTANCE", Config::INSTANCE)
        .env("GREEN_API_TOKEN", Config::TOKEN);
    command
}

/// How many pictures it was asked to set.
pub(crate) fn sends(emulator: &Emulator) -> usize {
    let is_send = |request: &Received| {
        matches!(
            request.method,
            Method::SetGroupPicture | Method::SetProfilePicture
        )
    };
    emulator
        .requests()
        .iter()
        .filter(|request| is_send(request))
        .count()
}

#[test]
fn without_credentials_nothing_is_begun_and_the_way_out_is_told() {
    let folder = Folder::new().with("photo.png", png(300, 300));

    for (variables, missing) in [
        (&[][..], "GREEN_API_ID_INSTANCE"),
        (&["GREEN_API_ID_INSTANCE"][..], "GREEN_API_TOKEN"),
    ] {
        let mut command = group_picture();
        for variable in variables {
            command.env(variable, Config::INSTANCE);
        }
        let run = Run::of(command.args(["set", "-100"]).arg(folder.at("photo.png")));

        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(
            run.stderr.contains(missing) && run.stderr.contains("--emulator"),
            "{run:?}"
        );
    }
}

#[test]
fn a_token_may_come_from_a_file_or_from_stdin() {
    let folder = Folder::new()
        .with("photo.png", png(300, 300))
        .with("token", format!("{}\r\n", Config::TOKEN));
    let emulator = Emulator::start(Config::new()).unwrap();
    let set = |file: &str| {
        let mut command = pointed_at(&emulator);
        command
            .env_remove("GREEN_API_TOKEN")
            .args(["set", "-100", "--token-file", file])
            .arg(folder.at("photo.png"));
        command
    };

    let from_file = Run::of(&mut set(folder.at("token").to_str().unwrap()));
    let stdin = fs::File::open(folder.at("token")).unwrap();
    let from_stdin = Run::of(set("-").stdin(Stdio::from(stdin)));

    assert_eq!(
        (from_file.code, from_stdin.code),
        (Some(0), Some(0)),
        "{from_file:?} {from_stdin:?}"
    );
    assert_eq!(sends(&emulator), 2);
}

#[test]
fn flags_go_before_the_environment() {
    let folder = Folder::new()
        .with("photo.png", png(300, 300))
        .with("token", Config::TOKEN);
    let emulator = Emulator::start(Config::new()).unwrap();

    let run = Run::of(
        group_picture()
            .env("GREEN_API_URL", "http://127.0.0.1:1")
            .env("GREEN_API_ID_INSTANCE", "1")
            .env("GREEN_API_TOKEN", "wrong")
            .args(["set", "-100", "--api-url", &emulator.url()])
            .args(["--id-instance", Config::INSTANCE, "--token-file"])
            .args([folder.at("token"), folder.at("photo.png")]),
    );

    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn the_emulator_inside_takes_no_notice_of_real_credentials() {
    let folder = Folder::new().with("photo.png", png(300, 300));
    let outside = Emulator::start(Config::new()).unwrap();

    let run = Run::of(
        pointed_at(&outside)
            .args(["set", "-100", "--emulator"])
            .arg(folder.at("photo.png")),
    );

    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(outside.requests().is_empty());
}

#[cfg(unix)]
#[test]
fn a_token_file_that_everyone_can_read_is_warned_of() {
    use std::os::unix::fs::PermissionsExt;

    let folder = Folder::new()
        .with("photo.png", png(300, 300))
        .with("token", Config::TOKEN);
    let emulator = Emulator::start(Config::new()).unwrap();
    let warned = |mode| {
        fs::set_permissions(folder.at("token"), fs::Permissions::from_mode(mode)).unwrap();
        let run = Run::of(
            pointed_at(&emulator)
                .args(["set", "-100", "--token-file"])
                .args([folder.at("token"), folder.at("photo.png")]),
        );
        assert_eq!(run.code, Some(0), "{run:?}");
        run.stderr.contains("chmod 600")
    };

    assert!(warned(0o644));
    assert!(!warned(0o600));
}

#[test]
fn a_token_in_the_wrong_place_is_not_repeated() {
    let secret = "d75b3a66374942c5b3c019c698abc2067e151558acbd412345";
    let folder = Folder::new()
        .with("photo.png", png(300, 300))
        .with("token", format!("{secret} {secret}"));
    let file = folder.at("token").display().to_string();
    let url = format!("https://api.green-api.com/waInstance1/setGroupPicture/{secret}");

    for (variable, value, args) in [
        ("GREEN_API_URL", secret, &[][..]),
        ("GREEN_API_URL", &url, &[]),
        ("GREEN_API_ID_INSTANCE", secret, &[]),
        ("GREEN_API_TOKEN", &url, &[]),
        ("UNRELATED", "", &["--api-url", &url]),
        ("UNRELATED", "", &["--id-instance", secret]),
        ("UNRELATED", "", &["--token-file", secret]),
        ("UNRELATED", "", &["--token-file", &file]),
        ("UNRELATED", "", &["--token", secret]),
    ] {
        let run = Run::of(
            group_picture()
                .env("GREEN_API_ID_INSTANCE", "3100000001")
                .env("GREEN_API_TOKEN", secret)
                .env(variable, value)
                .args(["set", "-100"])
                .arg(folder.at("photo.png"))
                .args(args),
        );

        assert_eq!(run.code, Some(2), "{variable} {args:?} {run:?}");
        assert_eq!(run.stdout, "");
        assert!(!run.stderr.contains(secret), "{variable} {args:?} {run:?}");
    }
}
