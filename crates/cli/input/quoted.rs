//! Values of lists, as messages show them.

use crate::report::escape;

/// A value for a message: on one line, and shortened. Of what may be a token in the wrong place only the length is shown.
pub(crate) fn quoted(value: &str) -> String {
    let letters = value.chars().count();
    if letters >= SECRET && value.chars().all(char::is_alphanumeric) {
        return format!("({letters} letters and digits)");
    }
    let dots = if letters > SHOWN { "…" } else { "" };
    let shown: String = value.chars().take(SHOWN).collect();
    format!("\"{}{dots}\"", escape::text(&shown))
}

/// How much of a value is shown.
pub(crate) const SHOWN: usize = 40;

/// Tokens have 50 letters and digits; no chat id has half as many.
const SECRET: usize = 32;
