use std::fs;

use super::*;
use crate::input::quoted::SHOWN;

const FOLDER: Folder<'_> = Folder {
    ours: &[],
    non_images: NonImages::Skip,
};

fn read_text(text: &str) -> Result<Vec<(String, PathBuf)>, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("groups.csv");
    fs::write(&path, text).unwrap();

    let groups = read_groups(&path).map_err(|refusal| refusal.to_string())?;

    let within = |photo: PathBuf| photo.strip_prefix(folder.path()).unwrap().to_owned();
    let pair = |assignment: Assignment| {
        let chat = assignment.target.chat_id().unwrap();
        (chat, within(assignment.photo))
    };
    Ok(groups.list.into_iter().map(pair).collect())
}

fn read_groups(path: &Path) -> Result<Groups, Refusal> {
    let list = List::open(path)?;
    let profiles = list.profiles(None)?;
    let accounts = match &*profiles {
        [] => vec![(None, Messenger::Max)],
        _ => profiles
            .iter()
            .map(|name| (Some(name), Messenger::Max))
            .collect(),
    };
    list.read(&Member::all(accounts, None)?, FOLDER)
}

#[test]
fn a_group_may_be_listed_once_for_each_account() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("groups.csv");
    let read = |rows: &str| {
        fs::write(&path, format!("chat_id,photo,profile\n{rows}")).unwrap();
        read_groups(&path).map_err(|refusal| refusal.to_string())
    };

    let groups = read("-1,a.png,one\n-1,b.png,two\n-2,a.png,one\n").unwrap();
    let unnamed = read("-1,a.png,\n-2,b.png\n").unwrap();
    let twice = read("-1,a.png,one\n-1,b.png,two\n-1,a.png,one\n").unwrap_err();
    let missing = read("-1,a.png,one\n-2,a.png,\n").unwrap_err();
    let wrong = read("-1,a.png,one\n-2,a.png,../two\n").unwrap_err();

    let targets: Vec<String> = groups
        .list
        .iter()
        .map(|one| one.target.to_string())
        .collect();
    assert_eq!(
        targets,
        ["group -1 (one)", "group -1 (two)", "group -2 (one)"]
    );
    assert!(unnamed.list.iter().all(|one| one.target.profile.is_none()));
    assert!(
        twice.contains("groups.csv:4: group -1 (one) is listed already: "),
        "{twice}"
    );
    assert!(
        missing.contains("groups.csv:3: the profile is missing"),
        "{missing}"
    );
    assert!(
        wrong.contains("groups.csv:3: \"../two\": the name of a profile has"),
        "{wrong}"
    );
}

#[test]
fn spreadsheets_of_all_countries_are_read() {
    for text in [
        "chat_id,photo\n-100,a b.png\n-200,in/c.jpg\n",
        "chat_id;photo\r\n-100;a b.png\r\n-200;in/c.jpg\r\n",
        "chat_id\tphoto\n-100\ta b.png\n-200\tin/c.jpg",
        "\u{feff}Photo,name,Chat_ID\n\"a b.png\",\"Smith, family\",-100\n\nin/c.jpg,,-200\n",
        "sep=;\r\n;;\r\nchatId;photo;\r\n=\"-100\";a b.png;\r\n;;\r\n'-200; in/c.jpg;;\r\n",
    ] {
        let expected = [
            ("-100".to_owned(), PathBuf::from("a b.png")),
            ("-200".to_owned(), PathBuf::from("in/c.jpg")),
        ];

        assert_eq!(read_text(text).unwrap(), expected, "{text:?}");
    }
}

#[test]
fn everything_wrong_is_told_at_once_with_its_line_and_its_value() {
    let text = "chat_id,photo\r\n-100,a.png\r\n100,b.png\r\n-100,c.png\r\n-300\r\n-400,\r\n,d.png\r\n\
                -1E+13,e.png\r\n-500,a,b.png\r\n\"-6\u{1b}\",f.png\r\n";

    let told = read_text(text).unwrap_err();

    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 8, "{told}");
    for (line, part) in lines.iter().zip([
        "groups.csv:3: \"100\": the chat id is positive",
        "groups.csv:4: group -100 is listed already: ",
        "groups.csv:5: \"-300\": the photo is missing",
        "groups.csv:6: \"-400\": the photo is missing",
        "groups.csv:7: \"d.png\": the chat id is missing",
        "groups.csv:8: \"-1E+13\": the chat id was rounded by a spreadsheet",
        "groups.csv:9: \"-500\": it has 3 columns and the first line 2",
        "groups.csv:10: \"-6\\u{1b}\": the chat id is not a number",
    ]) {
        assert!(line.contains(part), "{line}");
    }
    assert!(lines[1].ends_with("groups.csv:2"), "{told}");
}

#[test]
fn a_list_without_its_first_line_is_refused() {
    for (text, part) in [
        ("-100,a.png\n", "the first line must name"),
        ("", "the first line must name"),
        ("chat,photo\n-100,a.png\n", "the first line must name"),
        (
            "chat_id,photo,Photo\n-100,a.png,\n",
            "columns 2 and 3 are both named",
        ),
    ] {
        let told = read_text(text).unwrap_err();

        assert!(told.contains(part), "{told}");
    }
}

#[test]
fn what_may_be_a_token_is_not_shown_and_what_is_long_is_shortened() {
    let token = "d75b3a66374942c5b3c019c698abc2067e151558acbd412345";

    assert_eq!(quoted(token), "(50 letters and digits)");
    assert_eq!(quoted("-10000000000000"), "\"-10000000000000\"");
    assert_eq!(quoted(&"a b".repeat(20)).chars().count(), SHOWN + 3);
}
