//! Makes a server's words and times fit to be shown.

use std::time::Duration;

/// Returns the text on one line of at most 300 characters, without anything that moves a cursor or
/// hides letters.
pub(crate) fn presentable(text: &str) -> String {
    let mut line = String::new();
    let mut characters = 0;
    for word in text.split_whitespace() {
        if characters > 0 {
            line.push(' ');
            characters += 1;
        }
        for character in word.chars() {
            if characters >= MAX_CHARACTERS {
                line.push('…');
                return line;
            }
            if is_visible(character) {
                line.push(character);
            } else {
                line.extend(character.escape_unicode());
            }
            characters += 1;
        }
    }
    line
}

/// Returns whether the character only shows itself: no control, no change of direction, no zero
/// width.
fn is_visible(character: char) -> bool {
    !character.is_control()
        && !matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Returns whole milliseconds, as logs have them.
pub(crate) fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

const MAX_CHARACTERS: usize = 300;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_moves_the_cursor_or_hides_letters() {
        for (text, expected) in [
            ("File is empty", "File is empty"),
            ("  two\r\n\tlines ", "two lines"),
            ("\u{1b}[31mred", "\\u{1b}[31mred"),
            ("nul\0bell\u{7}", "nul\\u{0}bell\\u{7}"),
            ("\u{202e}gpj.exe", "\\u{202e}gpj.exe"),
            ("Группа не найдена", "Группа не найдена"),
        ] {
            assert_eq!(presentable(text), expected);
        }
    }

    #[test]
    fn a_long_text_is_cut_at_three_hundred_characters() {
        let line = presentable(&"ы".repeat(5000));

        assert_eq!(line.chars().count(), 301);
        assert!(line.ends_with('…'));
    }

    proptest! {
        #[test]
        fn any_text_becomes_one_short_visible_line(text in any::<String>()) {
            let line = presentable(&text);

            let length = line.chars().count();
            let moves_the_cursor = line.contains(char::is_control);
            // Every character may have been written as an escape, the longest of which has ten.
            prop_assert!(length <= 300 * 10 + 1);
            prop_assert!(!moves_the_cursor);
            prop_assert!(line.chars().all(is_visible));
        }
    }
}
