//! The examples of the workspace, started as programs: `cargo test` builds them before its tests.

use std::path::Path;
use std::process::Command;

/// Runs an example; returns what it printed.
fn run(name: &str, args: &[&Path]) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_group-picture"));
    let example = program.with_file_name("examples").join(name);

    let output = Command::new(&example).args(args).output();

    let output = output.unwrap_or_else(|error| {
        panic!(
            "{}: {error}; build it: cargo build --examples",
            example.display()
        )
    });
    assert!(output.status.success(), "{name}: {output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn photo() -> &'static Path {
    Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/fixtures/photos/coffee.png"
    ))
}

#[test]
fn one_photo_is_prepared() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let picture = folder.path().join("avatar.jpg");

    let printed = run("prepare", &[photo(), &picture]);

    let bytes = std::fs::read(picture).expect("the picture");
    assert_eq!(printed, format!("PNG of 600x400: {} bytes\n", bytes.len()));
    assert!(bytes.starts_with(b"\xFF\xD8\xFF"));
}

#[test]
fn one_picture_is_uploaded_to_the_emulator() {
    let printed = run("upload", &[photo()]);

    assert!(printed.starts_with("http://127.0.0.1:"), "{printed}");
}
