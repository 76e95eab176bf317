//! The page: one file that needs no network and no scripts, failures and warnings first.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use prep::Color;
use sha2::{Digest, Sha256};

use crate::commands::preview::args::Embed;
use crate::commands::preview::mark::Mark;
use crate::commands::preview::parts::{self, Part};
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
    let parts = parts::of(&cards);
    let style = style(&parts);
    write_head(&mut page, cards.len(), &style)?;
    write_header(&mut page, &cards, embed)?;
    let Color { red, green, blue } = background;
    writeln!(
        page,
        "<main data-background=\"#{red:02x}{green:02x}{blue:02x}\">"
    )?;
    for part in &parts {
        write_part(&mut page, part, spool)?;
    }
    write!(
        page,
        "</main>\n{FOOTER}<script type=\"module\">{SCRIPT}</script>\n</body>\n</html>\n"
    )?;
    page.finish()
}

/// Nothing is loaded, and nothing runs but what is written here.
fn write_head(page: &mut impl Write, total: usize, style: &str) -> io::Result<()> {
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
        style_hash = hash(style),
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

/// A part of the cards with the links to the other parts.
fn write_part(page: &mut impl Write, part: &Part<'_>, spool: &mut Spool) -> io::Result<()> {
    write!(page, "<section class=\"page")?;
    for mark in part.marks.iter() {
        write!(page, " has-{}", mark.class())?;
    }
    for mark in part.first_of.iter() {
        write!(page, " first-{}", mark.class())?;
    }
    writeln!(page, "\" id=\"page-{}\">", part.number)?;
    write_links(page, part)?;
    let mut rank = None;
    for card in part.cards {
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
    write_links(page, part)?;
    page.write_all(b"</section>\n")
}

/// The links to other parts, for each filter those that it leaves.
fn write_links(page: &mut impl Write, part: &Part<'_>) -> io::Result<()> {
    for links in &part.links {
        let (class, label) = match links.filter {
            None => ("all", "Pages".to_owned()),
            Some(mark) => (mark.class(), format!("Pages: {}", mark.label())),
        };
        write!(
            page,
            "<nav class=\"pages for-{class}\" aria-label=\"{label}\">"
        )?;
        let mut before = 0;
        for (position, number) in &links.numbers {
            if *position > before + 1 {
                page.write_all("<span>…</span>".as_bytes())?;
            }
            before = *position;
            if *number == part.number {
                write!(page, "<b aria-current=\"page\">{number}</b>")?;
            } else {
                write!(
                    page,
                    "<a href=\"#page-{number}\" aria-label=\"Page {number}\">{number}</a>"
                )?;
            }
        }
        page.write_all(b"</nav>\n")?;
    }
    Ok(())
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
fn style(parts: &[Part<'_>]) -> String {
    let mut style = STYLE.to_owned();
    for filter in [None].into_iter().chain(Mark::ALL.map(Some)) {
        let written = write_filter(&mut style, filter, parts);
        debug_assert!(written.is_ok(), "a text takes whatever is written to it");
    }
    style
}

/// Shows the label of the filter as chosen, its cards, and of its parts one, or all where that is not many.
fn write_filter(style: &mut String, filter: Option<Mark>, parts: &[Part<'_>]) -> fmt::Result {
    let id = filter.map_or("all", Mark::class);
    write!(
        style,
        "#show-{id}:checked~header label[for=show-{id}]{{background:var(--text);border-color:var(--text);color:var(--page)}}\n\
         #show-{id}:focus-visible~header label[for=show-{id}]{{outline:3px solid var(--accent);outline-offset:2px}}\n"
    )?;
    let (page, first) = match filter {
        None => (".page".to_owned(), ".page:first-child".to_owned()),
        Some(_) => (format!(".page.has-{id}"), format!(".page.first-{id}")),
    };
    if filter.is_some() {
        writeln!(
            style,
            "#show-{id}:checked~main .card:not(.{id}){{display:none}}"
        )?;
    }
    if parts::is_parted(filter, parts) {
        writeln!(
            style,
            "#show-{id}:checked~main {page}:target,#show-{id}:checked~main:not(:has({page}:target)) {first}{{display:block}}\n\
             #show-{id}:checked~main .pages.for-{id}{{display:flex}}"
        )
    } else {
        writeln!(style, "#show-{id}:checked~main {page}{{display:block}}")
    }
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

const SCRIPT: &str = concat!(
    include_str!("geometry.js"),
    include_str!("changes.js"),
    include_str!("script.js")
);

/// How squares are moved, and how overrides are written by hand.
const FOOTER: &str = "<footer>\n<p>Where scripts run, a click on a photo moves its square there. On a photo that has the focus (<kbd>Tab</kbd>), \
     the arrow keys move the square by a hundredth of the photo's longer side from where it is, with <kbd>Shift</kbd> by a tenth. \
     <kbd>Ctrl</kbd>+<kbd>Z</kbd> takes the last change back, the button <b>Undo</b> on a card the last one of that photo. \
     <b>Save overrides.csv</b> saves what was chosen; nothing is kept otherwise.</p>\n\
     <p>The same file can be written by hand. Give it to <code>preview</code>, <code>prepare</code> or <code>batch</code> with \
     <code>--overrides overrides.csv</code>:</p>\n\
     <pre>photo,focal,fit,skip\nfamily.jpg,\"0.5,0.2\",,\nlogo.png,,contain,\nbad.jpg,,,yes</pre>\n\
     <p>A photo is called as on this page. <b>focal</b> is the point that comes to the middle, from the left and from the top, each from 0 to 1. \
     <b>fit</b> is auto, cover, contain or circle-safe.</p>\n</footer>\n";
