use super::*;

fn parse(text: &str) -> Vec<(u64, Vec<String>)> {
    let table = Table::parse(text).unwrap();
    let (chat, photo) = (column(&table, "chat_id"), column(&table, "photo"));
    let cells = |row: &Row| {
        let cells = [chat, photo].map(|column| row.cell(column).to_owned());
        (row.line, cells.to_vec())
    };
    table.rows.iter().map(cells).collect()
}

fn column(table: &Table, name: &str) -> usize {
    table.column(name).unwrap().unwrap()
}

#[test]
fn lines_are_those_of_an_editor() {
    for end in ["\n", "\r\n", "\r"] {
        let text = [
            "chat_id,photo",
            "-1,a",
            "",
            "",
            "-2,\"b",
            "c\"",
            "-3,d",
            ",",
            "-4,e",
        ]
        .join(end);

        let lines: Vec<u64> = parse(&text).into_iter().map(|(line, _)| line).collect();

        assert_eq!(lines, [2, 5, 7, 9], "{text:?}");
    }
}

#[test]
fn cells_say_the_same_however_excel_wrote_them() {
    for (row, expected) in [
        ("-100;a.png", ["-100", "a.png"]),
        (" -100 ;\ta.png ", ["-100", "a.png"]),
        ("\u{a0}-100;a.png\u{a0}", ["-100", "a.png"]),
        ("=\"-100\";=\"a.png\"", ["-100", "a.png"]),
        ("\"=\"\"-100\"\"\";a.png", ["-100", "a.png"]),
        ("\"-100\"; \"a b.png\"", ["-100", "a b.png"]),
        ("-100;a \"b\".png", ["-100", "a \"b\".png"]),
        ("-100;\"a;b.png\"", ["-100", "a;b.png"]),
        ("-100", ["-100", ""]),
    ] {
        let text = format!("chat_id;photo\r\n{row}\r\n");

        assert_eq!(
            parse(&text),
            [(2, expected.map(str::to_owned).to_vec())],
            "{row}"
        );
    }
}

#[test]
fn the_first_line_may_name_the_separator() {
    for first in ["sep=;", "SEP=;\r", "\"sep=;\""] {
        // By count the comma would win.
        let text = format!("{first}\nchat_id;photo,with,commas;photo\n-1;;a,b.png\n");

        assert_eq!(
            parse(&text),
            [(3, vec!["-1".to_owned(), "a,b.png".to_owned()])]
        );
    }
}

#[test]
fn columns_are_found_by_name_and_a_name_that_two_have_is_refused() {
    for name in ["chat_id", "chatId", "Chat ID", " CHAT-ID "] {
        let table = Table::parse(&format!("name,{name}\n")).unwrap();

        assert_eq!(table.column("chat_id"), Ok(Some(1)), "{name}");
        assert_eq!(table.column("photo"), Ok(None));
    }
    let table = Table::parse("chat_id,photo,chatId\n").unwrap();

    let reason = table.column("chat_id").unwrap_err();

    assert!(reason.contains("columns 1 and 3"), "{reason}");
}
