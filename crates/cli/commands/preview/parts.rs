//! The page in parts of a hundred cards, of which one is shown at a time: under a filter, too, that leaves more than that.

use crate::commands::preview::mark::{Mark, Marks};
use crate::commands::preview::spool::Kept;

/// A part of the page.
#[derive(Debug)]
pub(super) struct Part<'a> {
    /// From 1.
    pub(super) number: usize,
    pub(super) cards: &'a [Kept],
    /// The marks of its cards.
    pub(super) marks: Marks,
    /// The marks that no part before it has.
    pub(super) first_of: Marks,
    pub(super) links: Vec<Links>,
}

/// The links from one part to others.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Links {
    /// The filter under which they are shown.
    pub(super) filter: Option<Mark>,
    /// Of the first, the last and those around: which of the filter's parts it is, and its number.
    pub(super) numbers: Vec<(usize, usize)>,
}

/// Parts these cards.
pub(super) fn of(cards: &[Kept]) -> Vec<Part<'_>> {
    let mut seen = Marks::default();
    let mut parts: Vec<Part<'_>> = cards
        .chunks(CARDS)
        .zip(1..)
        .map(|(cards, number)| {
            let marks: Marks = cards.iter().flat_map(|card| card.marks.iter()).collect();
            let first_of = marks.iter().filter(|mark| !seen.has(*mark)).collect();
            seen.extend(marks.iter());
            Part {
                number,
                cards,
                marks,
                first_of,
                links: Vec::new(),
            }
        })
        .collect();
    for filter in [None].into_iter().chain(Mark::ALL.map(Some)) {
        if is_parted(filter, &parts) {
            link(&mut parts, filter);
        }
    }
    parts
}

/// Returns whether what a filter leaves is shown in parts, as everything is without one.
pub(super) fn is_parted(filter: Option<Mark>, parts: &[Part<'_>]) -> bool {
    let is_left = |card: &&Kept| filter.is_none_or(|mark| card.marks.has(mark));
    let cards = parts.iter().flat_map(|part| part.cards);
    cards.filter(is_left).count() > CARDS
}

/// Links the parts that a filter leaves.
fn link(parts: &mut [Part<'_>], filter: Option<Mark>) {
    let is_left = |part: &Part<'_>| filter.is_none_or(|mark| part.marks.has(mark));
    let left: Vec<usize> = (0..parts.len())
        .filter(|index| is_left(&parts[*index]))
        .collect();
    for (position, index) in (1..).zip(&left) {
        let is_linked =
            |other: usize| other == 1 || other == left.len() || other.abs_diff(position) <= 2;
        let numbers = (1..=left.len())
            .filter(|other| is_linked(*other))
            .map(|other| (other, left[other - 1] + 1))
            .collect();
        parts[*index].links.push(Links { filter, numbers });
    }
}

/// How many are in one part.
const CARDS: usize = 100;
