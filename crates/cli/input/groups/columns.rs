//! What the columns of a list are, and what a row says in them.

use crate::input::quoted::quoted;
use crate::input::table::{Row, Table};

/// How a list says which group it means.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted<'a> {
    /// By its chat id, or in the place of one by its name.
    Chat(&'a str),
    /// By its name.
    Name(&'a str),
}

/// Where each column is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Columns {
    count: usize,
    chat: Option<usize>,
    name: Option<usize>,
    photo: usize,
    profile: Option<usize>,
}

impl Columns {
    pub(super) fn of(table: &Table) -> Result<Self, String> {
        let (chat, name) = (table.column("chat_id")?, table.column("name")?);
        match table.column("photo")? {
            Some(photo) if chat.or(name).is_some() => Ok(Self {
                count: table.names().len(),
                chat,
                name,
                photo,
                profile: table.column("profile")?,
            }),
            _ => Err("the first line must name the columns chat_id (or name) and photo".to_owned()),
        }
    }

    /// Returns the name of the account that a row is for; empty if it names none.
    pub(super) fn profile(self, row: &Row) -> &str {
        self.profile.map_or("", |column| row.cell(column))
    }

    /// Returns what a row calls its group; empty if it does not say.
    pub(super) fn name(self, row: &Row) -> &str {
        text(row, self.name)
    }

    /// Returns the group and the photo of a row.
    pub(super) fn read(self, row: &Row) -> Result<(Wanted<'_>, &str), String> {
        let photo = row.cell(self.photo);
        let (wanted, chat) = match (text(row, self.chat), self.name(row)) {
            ("", "") => return Err(format!("{}: the chat id is missing", quoted(photo))),
            ("", name) => (Wanted::Name(name), name),
            (chat, _) => (Wanted::Chat(chat), chat),
        };
        if photo.is_empty() {
            return Err(format!("{}: the photo is missing", quoted(chat)));
        }
        if photo == "-" {
            let reason = "a photo of a list cannot come from stdin (-)";
            return Err(format!("{}: {reason}", quoted(chat)));
        }
        if photo.contains(['\r', '\n']) {
            let reason = "the photo's name contains a line break: close its quote";
            return Err(format!("{}: {reason}", quoted(photo)));
        }
        if row.width() > self.count {
            return Err(format!(
                "{}: it has {} columns and the first line {}; quote a name that contains the separator",
                quoted(chat),
                row.width(),
                self.count
            ));
        }
        Ok((wanted, photo))
    }
}

/// The text of a cell, which spreadsheets keep as text by an apostrophe.
fn text(row: &Row, column: Option<usize>) -> &str {
    let cell = column.map_or("", |column| row.cell(column));
    cell.strip_prefix('\'').unwrap_or(cell)
}
