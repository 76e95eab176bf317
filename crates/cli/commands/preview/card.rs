//! One photo on the page: the photo with its square, the picture as messengers show it, and what is to be said.

use std::fmt::{self, Display, Write};

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;
use prep::{Rect, Rule, Size, Treatment};

use crate::commands::preview::html::{Encoded, Text};
use crate::commands::preview::items::Item;
use crate::commands::preview::mark::{Mark, Marks, judge};
use crate::commands::preview::svg::{Outline, Tenth, View, union};
use crate::commands::preview::thumbnails::{Small, whole};
use crate::report::escape;
use crate::report::explanation::Explanation;
use crate::report::failure::Failure;

/// What is shown of one item.
pub(super) struct Card<'a> {
    pub(super) item: &'a Item,
    pub(super) made: &'a Result<Explanation, Failure>,
    pub(super) photo: Option<&'a Small>,
    pub(super) picture: Option<&'a [u8]>,
}

impl Card<'_> {
    /// Its marks, and its part of the page.
    pub(super) fn html(&self) -> (Marks, String) {
        let (marks, warnings) = judge(self.made, self.item.instead);
        let mut html = String::new();
        let written = self.write(&mut html, marks, &warnings);
        debug_assert!(written.is_ok(), "a text takes whatever is written to it");
        (marks, html)
    }

    fn write(&self, html: &mut String, marks: Marks, warnings: &[String]) -> fmt::Result {
        let Self { item, made, .. } = self;
        let number = item.number;
        write!(html, "<article id=\"n{number}\" class=\"card")?;
        for mark in marks.iter() {
            write!(html, " {}", mark.class())?;
        }
        html.push('"');
        self.write_data(html)?;
        let label = item.label();
        write!(
            html,
            " aria-label=\"{}\">\n<h3><bdi>{}</bdi></h3>\n",
            Text(&label),
            Text(escape::path(&item.name))
        )?;
        if let Some(group) = item.group() {
            writeln!(html, "<p class=\"target\"><bdi>{}</bdi></p>", Text(group))?;
        }
        self.write_views(html, &label)?;
        if !warnings.is_empty() {
            html.push_str("<ul class=\"notes\">");
            for warning in warnings {
                write!(html, "<li>{}</li>", Text(escape::text(warning)))?;
            }
            html.push_str("</ul>\n");
        }
        if marks.has(Mark::Overridden) {
            self.write_override(html)?;
        }
        if let Ok(explanation) = made {
            write_facts(html, explanation)?;
        }
        if self.picture.is_some() {
            writeln!(
                html,
                "<details><summary aria-label=\"Large picture: {}\">Large</summary>{}</details>",
                Text(&label),
                Round {
                    number,
                    side: 640,
                    label: &label
                }
            )?;
        }
        html.push_str("</article>\n");
        Ok(())
    }

    /// What the page's script needs to change the override.
    fn write_data(&self, html: &mut String) -> fmt::Result {
        let Some(key) = &self.item.key else {
            return Ok(());
        };
        write!(html, " data-photo=\"{}\"", Encoded(key))?;
        if let Some(photo) = self.photo {
            let Size { width, height } = photo.size;
            write!(html, " data-size=\"{width} {height}\"")?;
        }
        let instead = self.item.instead;
        if let Some(focal) = instead.focal {
            write!(html, " data-focal=\"{focal}\"")?;
        }
        if let Some(fit) = instead.fit {
            write!(html, " data-fit=\"{fit}\"")?;
        }
        if instead.skip {
            html.push_str(" data-skip=\"yes\"");
        }
        Ok(())
    }

    fn write_views(&self, html: &mut String, label: &str) -> fmt::Result {
        let number = self.item.number;
        if self.photo.is_none() && self.picture.is_none() {
            return Ok(());
        }
        html.push_str("<div class=\"views\">\n<svg class=\"store\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs>");
        if let Some(photo) = self.photo {
            write_image(html, 'o', number, photo.place, &photo.jpeg)?;
        }
        if let Some(jpeg) = self.picture {
            write_image(html, 'p', number, UNIT, jpeg)?;
        }
        html.push_str("</defs></svg>\n");
        if let Some(photo) = self.photo {
            html.push_str("<div class=\"whole\">");
            self.write_photo(html, whole(photo.size), label)?;
            html.push_str("</div>\n");
        }
        if self.picture.is_some() {
            html.push_str("<div class=\"rounds\">");
            for side in [160, 56, 40] {
                let round = Round {
                    number,
                    side,
                    label,
                };
                write!(html, "{round}")?;
            }
            html.push_str("</div>\n");
        }
        html.push_str("</div>\n");
        Ok(())
    }

    /// The whole photo, with what its picture leaves out in the shade.
    fn write_photo(&self, html: &mut String, whole: Rect, label: &str) -> fmt::Result {
        let square = self.made.as_ref().ok().map(Explanation::square);
        let view = square.map_or(whole, |square| union(whole, square));
        let scale = PHOTO / view.width.max(view.height);
        write!(
            html,
            "<svg class=\"photo\" role=\"img\" aria-label=\"The photo and its square: {}\" width=\"{:.0}\" height=\"{:.0}\" viewBox=\"{}\"><use href=\"#o{}\"/>",
            Text(label),
            (view.width * scale).max(1.0),
            (view.height * scale).max(1.0),
            View(view),
            self.item.number
        )?;
        if let (Some(square), Ok(explanation)) = (square, self.made) {
            let Rect { x, y, width, .. } = square;
            write!(
                html,
                "<path class=\"shade\" d=\"{}{}\"/><rect class=\"square\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/><circle class=\"ring\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
                Outline(view),
                Outline(square),
                Tenth(x),
                Tenth(y),
                Tenth(width),
                Tenth(width),
                Tenth(x + width / 2.0),
                Tenth(y + width / 2.0),
                Tenth(width / 2.0)
            )?;
            for face in explanation.prepared.plan.choice.faces.iter() {
                let circle = match (face.is_main, face.is_in_circle) {
                    (false, _) => " small",
                    (true, true) => "",
                    (true, false) => " out",
                };
                let Rect {
                    x,
                    y,
                    width,
                    height,
                } = face.area;
                write!(
                    html,
                    "<rect class=\"face{circle}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                    Tenth(x),
                    Tenth(y),
                    Tenth(width),
                    Tenth(height)
                )?;
            }
        }
        html.push_str("</svg>\n");
        Ok(())
    }

    fn write_override(&self, html: &mut String) -> fmt::Result {
        let instead = self.item.instead;
        html.push_str("<p class=\"override\">Overridden:");
        if let Some(focal) = instead.focal {
            write!(html, " focal {focal}")?;
        }
        if let Some(fit) = instead.fit {
            write!(html, " fit {fit}")?;
        }
        if instead.skip {
            html.push_str(" skip");
        }
        html.push_str("</p>\n");
        Ok(())
    }
}

fn write_facts(html: &mut String, explanation: &Explanation) -> fmt::Result {
    let prepared = &explanation.prepared;
    let (header, plan) = (&prepared.header, &prepared.plan);
    let by = match plan.choice.rule {
        Rule::Faces => "by faces",
        Rule::Attention => "by attention",
        Rule::Content => "by its content",
        Rule::FocalPoint => "by the focal point",
        _ if plan.backdrop.is_some() => "all of the photo",
        _ => "by gravity",
    };
    write!(
        html,
        "<p class=\"facts\">{} {}, {} → {side}×{side}, {}, {by}",
        header.format,
        header.orientation.seen(header.size),
        Bytes(explanation.photo_bytes),
        Bytes(explanation.picture_bytes),
        side = plan.side,
    )?;
    if plan.treatment != Treatment::Encoded {
        write!(html, ", {}", plan.treatment)?;
    }
    if let Some(fitted) = prepared.fitted {
        write!(html, ", score {:.0}", fitted.score)?;
    }
    html.push_str("</p>\n");
    Ok(())
}

fn write_image(
    html: &mut String,
    letter: char,
    number: usize,
    place: Rect,
    jpeg: &[u8],
) -> fmt::Result {
    write!(
        html,
        "<image id=\"{letter}{number}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" href=\"data:image/jpeg;base64,{}\"/>",
        Tenth(place.x),
        Tenth(place.y),
        Tenth(place.width),
        Tenth(place.height),
        Base64Display::new(jpeg, &STANDARD)
    )
}

/// The picture as a messenger shows it.
struct Round<'a> {
    number: usize,
    side: u32,
    label: &'a str,
}

impl Display for Round<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            number,
            side,
            label,
        } = self;
        let label = Text(label);
        write!(
            f,
            "<svg class=\"round\" role=\"img\" aria-label=\"The picture at {side} px: {label}\" width=\"{side}\" height=\"{side}\" viewBox=\"0 0 1 1\"><use href=\"#p{number}\"/></svg>"
        )
    }
}

/// The longer side of the photo on the page.
const PHOTO: f64 = 480.0;

/// Where the picture is before it is scaled.
const UNIT: Rect = Rect {
    x: 0.0,
    y: 0.0,
    width: 1.0,
    height: 1.0,
};

/// A length as people read it.
struct Bytes(u64);

impl Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 as f64 {
            bytes @ ..1e3 => write!(f, "{bytes} B"),
            bytes @ ..1e6 => write!(f, "{:.1} kB", bytes / 1e3),
            bytes => write!(f, "{:.1} MB", bytes / 1e6),
        }
    }
}
