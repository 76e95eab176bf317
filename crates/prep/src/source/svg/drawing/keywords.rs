//! Keywords of CSS in the case that usvg knows: CSS has none (CSS Values 4, 2.1), browsers read `CURRENTCOLOR` and `None`.
//!
//! Words are replaced wherever they stand on their own, so names of classes and ids stay those of what refers to them.

use std::borrow::Cow;

/// What drawings in the wild spell in other ways; none of them is a name of an element or an attribute.
const KEYWORDS: [&str; 12] = [
    "currentColor",
    "none",
    "inherit",
    "evenodd",
    "nonzero",
    "round",
    "bevel",
    "miter",
    "butt",
    "square",
    "hidden",
    "visible",
];

/// The text with its keywords spelled as in the standards.
pub(super) fn in_usual_case(text: &str) -> Cow<'_, str> {
    let mut usual = String::new();
    let mut written = 0;
    for (start, word) in words(text) {
        let keyword = KEYWORDS
            .iter()
            .find(|keyword| keyword.eq_ignore_ascii_case(word) && **keyword != word);
        if let Some(keyword) = keyword {
            usual.push_str(&text[written..start]);
            usual.push_str(keyword);
            written = start + word.len();
        }
    }
    match written {
        0 => Cow::Borrowed(text),
        _ => {
            usual.push_str(&text[written..]);
            Cow::Owned(usual)
        }
    }
}

/// The words that are only letters and stand on their own, and where each begins.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + text[rest..].find(is_of_name)?;
        let tail = &text[start..];
        let length = tail.find(|c| !is_of_name(c)).unwrap_or(tail.len());
        rest = start + length;
        Some((start, &tail[..length]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_have_no_case() {
        let text =
            "<g fill='NONE' style='stroke:currentcolor;stroke-linecap:Round' id='CurrentColor'/>";

        let usual = in_usual_case(text);

        let expected =
            "<g fill='none' style='stroke:currentColor;stroke-linecap:round' id='currentColor'/>";
        assert_eq!(usual, expected);
    }

    #[test]
    fn what_only_contains_a_keyword_stays() {
        for text in [
            "",
            "None-of-them NONEs x_None nOnE2 \u{E9}None",
            "none currentColor",
            "é",
        ] {
            assert!(matches!(in_usual_case(text), Cow::Borrowed(same) if same == text));
        }
    }
}
