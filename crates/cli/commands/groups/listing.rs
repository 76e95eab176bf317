//! A group of the list, and the list as a table, as CSV and as JSON.

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use upload::GroupChat;

use crate::report::escape;
use crate::report::json::json;
use crate::report::summary::Summary;

/// How a list of groups is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// Columns for people.
    Table,
    /// CSV with the columns chat_id, name, role, participants and avatar.
    Csv,
    /// An object for each group, then a summary; the same as --json.
    Json,
}

/// What is known of a group. Fields that could not be read are empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listed {
    pub(super) chat_id: String,
    pub(super) name: Option<String>,
    pub(super) role: Option<Role>,
    pub(super) participants: Option<u64>,
    /// Where its avatar can be seen.
    pub(super) avatar: Option<String>,
}

/// What the account may do in a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Role {
    Owner,
    Admin,
    Member,
}

impl From<&GroupChat> for Listed {
    fn from(chat: &GroupChat) -> Self {
        Self {
            chat_id: chat.id.to_string(),
            name: chat.name.clone(),
            role: None,
            participants: None,
            avatar: None,
        }
    }
}

impl Role {
    fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }
}

/// People get a table, files and programs CSV.
pub(super) fn default_format() -> ListFormat {
    match io::stdout().is_terminal() {
        true => ListFormat::Table,
        false => ListFormat::Csv,
    }
}

/// Prints the list to stdout.
pub(super) fn print(list: &[Listed], format: ListFormat, summary: &Summary) -> io::Result<()> {
    let text = match format {
        ListFormat::Table => table(list),
        ListFormat::Csv => csv(list)?,
        ListFormat::Json => list
            .iter()
            .map(json)
            .chain([summary.json()])
            .map(|line| line + "\n")
            .collect(),
    };
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// The cells of a row, in the order of [`COLUMNS`].
fn cells(group: &Listed) -> [String; 5] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        group.chat_id.clone(),
        text(&group.name),
        group
            .role
            .map_or_else(String::new, |role| role.word().to_owned()),
        group
            .participants
            .map_or_else(String::new, |count| count.to_string()),
        text(&group.avatar),
    ]
}

fn csv(list: &[Listed]) -> io::Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for group in list {
        let mut cells = cells(group);
        cells[1] = guarded(&cells[1]);
        writer.write_record(cells)?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// A name behind an apostrophe if a spreadsheet would take it for a formula, as anyone in a group may name it one.
/// Lists are read without the apostrophe.
fn guarded(name: &str) -> String {
    match name.chars().next() {
        Some('=' | '+' | '-' | '@' | '\'') => format!("'{name}"),
        _ => name.to_owned(),
    }
}

fn table(list: &[Listed]) -> String {
    let mut rows = vec![COLUMNS.map(str::to_uppercase)];
    rows.extend(list.iter().map(|group| {
        let mut cells = cells(group);
        cells[1] = escape::text(&cells[1]).to_string();
        // An address would be wider than any screen.
        cells[4] = if group.avatar.is_some() { "yes" } else { "no" }.to_owned();
        cells
    }));
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or(0)
    };
    let widths = [0, 1, 2, 3].map(width);
    let line = |row: &[String; 5]| {
        let padded = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell:<width$}  "));
        padded.chain([row[4].clone()]).collect::<String>() + "\n"
    };
    rows.iter().map(line).collect()
}

const COLUMNS: [&str; 5] = ["chat_id", "name", "role", "participants", "avatar"];
