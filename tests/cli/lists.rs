//! Lists and folders as people have them: saved by Excel, with files of the system among the photos.

use std::fs;

use emulator::{Config, Emulator};

use crate::account::pointed_at;
use crate::run::{Folder, Run, group_picture, jpeg, png};

/// A list as Excel saves it in countries with a decimal comma.
const EXCEL: &str =
    "sep=;\r\n;;\r\nchatId;photo;name\r\n=\"-100\"; a.png ;Hiking\r\n;;\r\n'-200;b ü.png;\r\n";

#[test]
fn what_excel_saves_is_read_in_each_encoding() {
    let wide = |bytes: fn(u16) -> [u8; 2]| EXCEL.encode_utf16().flat_map(bytes).collect();
    let marked = |mark: &[u8], text: Vec<u8>| [mark, &*text].concat();
    for list in [
        EXCEL.as_bytes().to_vec(),
        marked(b"\xEF\xBB\xBF", EXCEL.as_bytes().to_vec()),
        marked(b"\xFF\xFE", wide(u16::to_le_bytes)),
        marked(b"\xFE\xFF", wide(u16::to_be_bytes)),
    ] {
        let folder = Folder::new()
            .with("groups.csv", list)
            .with("a.png", png(300, 300))
            .with("b ü.png", png(400, 400));
        let emulator = Emulator::start(Config::new()).unwrap();

        let run = Run::of(
            pointed_at(&emulator)
                .arg("batch")
                .arg(folder.at("groups.csv"))
                .args(["--rate", "1000"]),
        );

        assert_eq!(run.code, Some(0), "{run:?}");
        let chats: Vec<String> = emulator.pictures().into_keys().collect();
        assert_eq!(chats, ["-100", "-200"]);
    }
}

#[test]
fn a_mistake_is_told_with_its_value_in_the_line_where_an_editor_shows_it() {
    let folder = Folder::new()
        .with(
            "groups.csv",
            "chat_id;photo\r\n-100;a.png\r\n;;\r\n-1,5E+13;a.png\r\n-300;gone.png\r\n",
        )
        .with("twice.csv", "chat_id,photo,chatId\r\n-100,a.png,-200\r\n")
        .with(
            "ansi.csv",
            b"chat_id;photo\r\n-100;\xF4\xEE\xF2\xEE.png\r\n",
        )
        .with("a.png", png(300, 300));
    let told = |list: &str| {
        let run = Run::of(
            group_picture()
                .args(["batch", "--dry-run"])
                .arg(folder.at(list)),
        );
        assert_eq!(run.code, Some(2), "{run:?}");
        run.stderr
    };

    let rounded = told("groups.csv");
    let corrected = fs::read_to_string(folder.at("groups.csv"))
        .unwrap()
        .replace("-1,5E+13", "-15000000000001");
    fs::write(folder.at("groups.csv"), corrected).unwrap();
    let gone = told("groups.csv");

    assert!(
        rounded.contains("groups.csv:4: \"-1,5E+13\": "),
        "{rounded}"
    );
    assert!(rounded.contains("rounded by a spreadsheet"), "{rounded}");
    assert!(
        gone.contains("groups.csv:5: ") && gone.contains("gone.png"),
        "{gone}"
    );
    assert!(told("twice.csv").contains("columns 1 and 3 are both named"));
    assert!(told("ansi.csv").contains("save it as CSV UTF-8"));
}

#[test]
fn files_of_the_system_among_photos_are_counted_and_skipped_unless_strict() {
    let folder = Folder::new()
        .with("in/-100.jpg", jpeg(300, 300))
        .with("in/-200", png(300, 300))
        .with("in/Thumbs.db", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
        .with("in/desktop.ini", "[.ShellClassInfo]")
        .with("in/.DS_Store", b"\0\0\0\x01Bud1")
        .with("in/empty", "");
    let command = |command: &str| {
        let mut process = group_picture();
        process.arg(command).arg(folder.at("in"));
        match command {
            "prepare" => process
                .arg("--out")
                .arg(folder.at("out"))
                .arg("--overwrite"),
            "preview" => process.arg("--out").arg(folder.at("page.html")),
            _ => process.arg("--emulator"),
        };
        process
    };
    for (name, strict_code) in [("prepare", 1), ("preview", 1), ("batch", 2), ("check", 2)] {
        let run = Run::of(&mut command(name));
        let strict = Run::of(command(name).arg("--strict"));

        assert_eq!(run.code, Some(0), "{name} {run:?}");
        assert!(run.summary().starts_with("2 "), "{name} {run:?}");
        let note = "that are not images are skipped (--strict fails for them): 3";
        assert!(run.stderr.contains(note), "{name} {run:?}");
        assert_eq!(strict.code, Some(strict_code), "{name} {strict:?}");
        assert!(strict.stderr.contains("Thumbs"), "{name} {strict:?}");
    }
}

#[test]
fn a_damaged_photo_in_a_folder_is_not_skipped() {
    let folder = Folder::new()
        .with("in/good.jpg", jpeg(300, 300))
        .with("in/zeros.JPG", [0; 5000])
        .with("in/empty.png", "")
        .with("in/cut", &png(300, 300)[..40]);

    let run = Run::of(
        group_picture()
            .arg("prepare")
            .arg(folder.at("in"))
            .arg("--out")
            .arg(folder.at("out")),
    );

    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.summary().starts_with("4 photos: 1 prepared"), "{run:?}");
}
