//! Makes names and messages fit to be shown: nothing in them moves the cursor or hides letters.

use std::ffi::OsStr;
use std::fmt::{self, Write};
use std::path::Path;

use crate::output::Destination;

/// A path on one line; what is not UTF-8 is shown as `\xFF`.
pub(crate) fn path(path: &Path) -> Escaped<'_> {
    name(path.as_os_str())
}

/// An output's path on one line, or `-` for stdout.
pub(crate) fn destination(destination: &Destination) -> Escaped<'_> {
    path(destination.path().unwrap_or(Path::new("-")))
}

/// A name on one line; what is not UTF-8 is shown as `\xFF`.
pub(crate) fn name(name: &OsStr) -> Escaped<'_> {
    Escaped(name.as_encoded_bytes())
}

/// A text on one line.
pub(crate) fn text(text: &str) -> Escaped<'_> {
    Escaped(text.as_bytes())
}

/// Bytes of which only harmless characters are shown as they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Escaped<'a>(&'a [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                if is_harmless(character) {
                    f.write_char(character)?;
                } else {
                    write!(f, "{}", character.escape_default())?;
                }
            }
            for byte in chunk.invalid() {
                write!(f, "\\x{byte:02X}")?;
            }
        }
        Ok(())
    }
}

/// Whether a character only shows itself: no control, no change of direction, no zero width.
fn is_harmless(character: char) -> bool {
    !character.is_control()
        && !matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_moves_the_cursor_or_hides_letters_is_spelled_out() {
        for (name, expected) in [
            ("photo.jpg", "photo.jpg"),
            ("фото 日本.jpg", "фото 日本.jpg"),
            ("two\nlines", "two\\nlines"),
            ("\u{1b}[2Jgone", "\\u{1b}[2Jgone"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("\u{202e}gpj.exe", "\\u{202e}gpj.exe"),
        ] {
            assert_eq!(text(name).to_string(), expected);
        }
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_are_shown_in_hexadecimal() {
        use std::os::unix::ffi::OsStrExt;

        let shown = name(OsStr::from_bytes(b"a\xFF\xC3b")).to_string();

        assert_eq!(shown, "a\\xFF\\xC3b");
    }
}
