//! Text in a page: whatever it is, it is shown and does nothing.

use std::fmt::{self, Display, Write};

/// Something to be shown, in an element or in an attribute with quotes.
pub(super) struct Text<T>(pub(super) T);

impl<T: Display> Display for Text<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaping(f), "{}", self.0)
    }
}

struct Escaping<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for character in text.chars() {
            match character {
                '&' => self.0.write_str("&amp;")?,
                '<' => self.0.write_str("&lt;")?,
                '>' => self.0.write_str("&gt;")?,
                '"' => self.0.write_str("&quot;")?,
                '\'' => self.0.write_str("&#39;")?,
                _ => self.0.write_char(character)?,
            }
        }
        Ok(())
    }
}

/// A text for scripts, as `encodeURIComponent` writes it: nothing in it can be anything but text.
pub(super) struct Encoded<'a>(pub(super) &'a str);

impl Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                    f.write_char(byte.into())?;
                }
                _ => write!(f, "%{byte:02X}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::escape;

    #[test]
    fn what_would_be_markup_is_text() {
        let name = "</bdi><script>alert('1')</script>\" onload=\"x\u{202e}\n&amp;";

        let shown = Text(escape::text(name)).to_string();

        assert_eq!(
            shown,
            "&lt;/bdi&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot; onload=&quot;x\\u{202e}\\n&amp;amp;"
        );
    }

    #[test]
    fn a_text_for_scripts_is_letters_digits_and_percents() {
        assert_eq!(
            Encoded("in/é \"'<\u{0}\u{85}.jpg").to_string(),
            "in%2F%C3%A9%20%22%27%3C%00%C2%85.jpg"
        );
    }
}
