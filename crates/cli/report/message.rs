//! What other threads tell the terminal, and ask there.

use std::io::{self, IsTerminal};
use std::sync::mpsc::{Sender, SyncSender, sync_channel};

use crate::report::record::Record;

/// A message to the terminal.
#[derive(Debug)]
pub(crate) enum Message {
    /// An item's record.
    Record(Box<Record>),
    /// Something to know about the run.
    Note(String),
    /// No threads could be started.
    NotStarted(io::Error),
    /// Something to know about a photo before its picture is sent.
    Warning(String),
    /// Why a group was not set that is tried again at the end.
    Deferred(String),
    /// A question to be answered with yes or no.
    Question {
        doubt: String,
        answer: SyncSender<bool>,
    },
}

impl From<Record> for Message {
    fn from(record: Record) -> Self {
        Self::Record(Box::new(record))
    }
}

/// Asks at the terminal whether to set a picture again, and waits for the answer.
pub(crate) fn ask(told: &Sender<Message>, doubt: String) -> bool {
    let (answer, answered) = sync_channel(1);
    let asked = told.send(Message::Question { doubt, answer });
    asked.is_ok() && answered.recv().unwrap_or(false)
}

/// Returns whether somebody can be asked.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}
