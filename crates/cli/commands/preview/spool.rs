//! Cards as they come, in a file without a name, until all are there and their order is known.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::commands::preview::card::Card;
use crate::commands::preview::mark::{Mark, Marks};
use crate::output::Destination;

/// Where cards wait: however many there are, only their marks are kept in memory.
#[derive(Debug)]
pub(crate) struct Spool {
    file: File,
    end: u64,
    cards: Vec<Kept>,
}

/// A card in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    pub(super) marks: Marks,
    number: usize,
    start: u64,
    length: usize,
}

/// In which part of the page a card is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Failed,
    Warned,
    Fine,
    Skipped,
}

impl Kept {
    pub(super) fn rank(&self) -> Rank {
        let has = |mark| self.marks.has(mark);
        match () {
            () if has(Mark::Skipped) => Rank::Skipped,
            () if has(Mark::Failed) => Rank::Failed,
            () if has(Mark::Warned) => Rank::Warned,
            () => Rank::Fine,
        }
    }
}

impl Spool {
    /// An empty one, on the disk where the page will be.
    pub(super) fn beside(page: &Destination) -> io::Result<Self> {
        Ok(Self {
            file: match page.path() {
                None => tempfile::tempfile()?,
                Some(page) => {
                    let folder = page.parent().unwrap_or(Path::new(""));
                    tempfile::tempfile_in(Path::new(".").join(folder))?
                }
            },
            end: 0,
            cards: Vec::new(),
        })
    }

    pub(super) fn add(&mut self, card: &Card<'_>) -> io::Result<()> {
        let (marks, html) = card.html();
        self.file.write_all(html.as_bytes())?;
        self.cards.push(Kept {
            marks,
            number: card.item.number,
            start: self.end,
            length: html.len(),
        });
        self.end += html.len() as u64;
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.cards.len()
    }

    /// All cards: failures first, then warnings, and otherwise as the photos were given.
    pub(super) fn in_order(&self) -> Vec<Kept> {
        let mut cards = self.cards.clone();
        cards.sort_unstable_by_key(|card| (card.rank(), card.number));
        cards
    }

    /// Writes one card to the page.
    pub(super) fn copy(&mut self, card: Kept, page: &mut impl Write) -> io::Result<()> {
        let mut html = vec![0; card.length];
        self.file.seek(SeekFrom::Start(card.start))?;
        self.file.read_exact(&mut html)?;
        page.write_all(&html)
    }
}
