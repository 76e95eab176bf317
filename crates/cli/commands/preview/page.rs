//! The page: one file that needs no network and no scripts, failures and warnings first.

use std::fmt::Write as _;
use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use prep::Color;
use sha2::{Digest, Sha256};

use crate::commands::preview::args::Embed;
use crate::commands::preview::mark::Mark;
use crate::commands::preview::spool::{Kept, Rank, Spool};
use crate::output::{Destination, Draft};

/// How every page says of itself what it is.
pub(super) const GENERATOR: &str = "<meta name=\"generator\" content=\"group-picture ";

/// Writes the page of all cards, and puts it in its place when it is whole.
pub(super) fn write(
    out: &Destination,
    background: Color,
    embed: Embed,
    spool: &mut Spool,
) -> io::Result<()> {
    let mut page = Draft::new(out)?;
    let cards = spool.in_order();
    write_head(&mut page, cards.len())?;
    write_header(&mut page, &cards, embed)?;
    let Color { red, green, blue } = background;
    writeln!(
        page,
        "<main data-background=\"#{red:02x}{green:02x}{blue:02x}\">"
    )?;
    let pages: Vec<&[Kept]> = cards.chunks(CARDS).collect();
    for (index, part) in pages.iter().enumerate() {
        write_part(&mut page, index, &pages, spool, part)?;
    }
    write!(
        page,
        "</main>\n{FOOTER}<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )?;
    page.finish()
}

/// Nothing is loaded, and nothing runs but what is written here.
fn write_head(page: &mut impl Write, total: usize) -> io::Result<()> {
    let style = style();
    write!(
        page,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n{GENERATOR}{version}\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; \
         style-src '{style_hash}'; script-src '{script_hash}'; base-uri 'none'; form-action 'none'; \
         require-trusted-types-for 'script'; trusted-types 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <link rel=\"icon\" href=\"data:,\">\n\
         <title>Preview of {photos}</title>\n<style>{style}</style>\n</head>\n<body>\n",
        version = env!("CARGO_PKG_VERSION"),
        style_hash = hash(&style),
        script_hash = hash(SCRIPT),
        photos = count(total, "photo"),
    )
}

/// What there is, and the filters.
fn write_header(page: &mut impl Write, cards: &[Kept], embed: Embed) -> io::Result<()> {
    let marked = |mark: Mark| cards.iter().filter(|card| card.marks.has(mark)).count();
    let filters: Vec<(Mark, usize)> = Mark::ALL
        .into_iter()
        .map(|mark| (mark, marked(mark)))
        .filter(|(_, count)| *count > 0)
        .collect();
    // Before all that they change, as the style wants it.
    page.write_all(b"<input type=\"radio\" name=\"show\" id=\"show-all\" checked>\n")?;
    for (mark, _) in &filters {
        let class = mark.class();
        writeln!(
            page,
            "<input type=\"radio\" name=\"show\" id=\"show-{class}\">"
        )?;
    }
    write!(
        page,
        "<header>\n<h1>Preview of {}</h1>\n",
        count(cards.len(), "photo")
    )?;
    page.write_all(match embed {
        Embed::Pictures => b"<p>The pictures are those that would be sent, byte for byte.</p>\n",
        Embed::Thumbnails => b"<p>The pictures are shown reduced to 160 pixels.</p>\n",
    })?;
    write!(
        page,
        "<div class=\"filters\" role=\"group\" aria-label=\"Show\"><label for=\"show-all\">All <b>{}</b></label>",
        cards.len()
    )?;
    for (mark, count) in &filters {
        let (class, label) = (mark.class(), mark.label());
        write!(
            page,
            "<label for=\"show-{class}\">{label} <b>{count}</b></label>"
        )?;
    }
    page.write_all(b"</div>\n</header>\n")
}

/// A part of the cards with the ways to the other parts.
fn write_part(
    page: &mut impl Write,
    index: usize,
    pages: &[&[Kept]],
    spool: &mut Spool,
    cards: &[Kept],
) -> io::Result<()> {
    let number = index + 1;
    writeln!(page, "<section class=\"page\" id=\"page-{number}\">")?;
    write_ways(page, number, pages.len())?;
    let mut rank = None;
    for card in cards {
        if rank != Some(card.rank()) {
            if rank.is_some() {
                page.write_all(b"</div>\n")?;
            }
            rank = Some(card.rank());
            write!(
                page,
                "<h2>{}</h2>\n<div class=\"cards\">\n",
                heading(card.rank())
            )?;
        }
        spool.copy(*card, page)?;
    }
    page.write_all(b"</div>\n")?;
    write_ways(page, number, pages.len())?;
    page.write_all(b"</section>\n")
}

fn write_ways(page: &mut impl Write, number: usize, pages: usize) -> io::Result<()> {
    if pages == 1 {
        return Ok(());
    }
    page.write_all(b"<nav class=\"pages\" aria-label=\"Pages\">")?;
    // The first, the last, and those around.
    let mut before = 0;
    for other in
        (1..=pages).filter(|other| *other == 1 || *other == pages || other.abs_diff(number) <= 2)
    {
        if other > before + 1 {
            page.write_all("<span>…</span>".as_bytes())?;
        }
        before = other;
        if other == number {
            write!(page, "<b aria-current=\"page\">{other}</b>")?;
        } else {
            write!(page, "<a href=\"#page-{other}\">{other}</a>")?;
        }
    }
    page.write_all(b"</nav>\n")
}

fn heading(rank: Rank) -> &'static str {
    match rank {
        Rank::Failed => "Failed",
        Rank::Warned => "Warnings",
        Rank::Fine => "No warning",
        Rank::Skipped => "Skipped",
    }
}

/// The style, with what the filters do.
fn style() -> String {
    let mut style = STYLE.to_owned();
    let all = [("all", "")];
    let marks = Mark::ALL.map(|mark| (mark.class(), mark.class()));
    for (id, class) in all.into_iter().chain(marks) {
        let written = write!(
            style,
            "#show-{id}:checked~header label[for=show-{id}]{{background:var(--text);border-color:var(--text);color:var(--page)}}\n\
             #show-{id}:focus-visible~header label[for=show-{id}]{{outline:2px solid var(--accent);outline-offset:2px}}\n"
        );
        debug_assert!(written.is_ok(), "a text takes whatever is written to it");
        if !class.is_empty() {
            style.push_str(&format!(
                "#show-{id}:checked~main .card:not(.{class}){{display:none}}\n"
            ));
        }
    }
    style
}

/// As a Content-Security-Policy names what it allows.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

const STYLE: &str = include_str!("style.css");

const SCRIPT: &str = include_str!("script.js");

/// How overrides are written by hand.
const FOOTER: &str = "<footer>\n<p>To make some of the pictures otherwise, write a file <code>overrides.csv</code>, and give it to \
     <code>preview</code>, <code>prepare</code> or <code>batch</code> with <code>--overrides overrides.csv</code>:</p>\n\
     <pre>photo,focal,fit,skip\nfamily.jpg,\"0.5,0.2\",,\nlogo.png,,contain,\nbad.jpg,,,yes</pre>\n\
     <p>A photo is called as on this page. <b>focal</b> is the point that comes to the middle, from the left and from the top, each from 0 to 1. \
     <b>fit</b> is auto, cover, contain or circle-safe.</p>\n</footer>\n";

/// How many are on one page.
const CARDS: usize = 100;
