//! Removes the token from any text before anything else sees the text.

use crate::Token;

/// Returns the text with every form of the token replaced by `[token]`.
///
/// A character of the token is recognized in either case, plain, percent-encoded any number of times
/// with hex digits of either case, or as a JSON escape, in any mixture. A long enough prefix of the
/// token counts as the token: the rest may have been cut off.
pub(crate) fn redact(text: &[u8], token: &Token) -> Vec<u8> {
    let token = token.expose().as_bytes();
    let mut clean = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        if let Some(end) = end_of_token(text, at, token) {
            clean.extend_from_slice(REPLACEMENT);
            at = end;
        } else {
            clean.push(byte);
            at += 1;
        }
    }
    clean
}

/// Returns where the token that starts at `start` ends.
fn end_of_token(text: &[u8], start: usize, token: &[u8]) -> Option<usize> {
    // A token that has '%' in it can be read in more than one way, so all ways are followed at
    // once.
    let mut ends = vec![start];
    for (matched, &byte) in token.iter().enumerate() {
        let next: Vec<usize> = ends
            .iter()
            .flat_map(|&at| ends_of_byte(text, at, byte))
            .collect();
        if next.is_empty() {
            return (matched >= MIN_PREFIX)
                .then(|| ends.into_iter().max())
                .flatten();
        }
        ends = next;
    }
    ends.into_iter().max()
}

/// Returns where `byte` can end if it starts at `at` in any of its forms.
fn ends_of_byte(text: &[u8], at: usize, byte: u8) -> Vec<usize> {
    let mut ends = Vec::new();
    let Some(text) = text.get(at..) else {
        return ends;
    };
    if text
        .first()
        .is_some_and(|first| first.eq_ignore_ascii_case(&byte))
    {
        ends.push(at + 1);
    }
    if let Some(mut rest) = text.strip_prefix(b"%") {
        // "%41", and what encoding that once more makes of it: "%2541", "%252541" …
        let mut end = at + 1;
        loop {
            if starts_with_hex(rest, byte) {
                ends.push(end + 2);
            }
            let Some(inner) = rest.strip_prefix(b"25") else {
                break;
            };
            rest = inner;
            end += 2;
        }
    }
    if let Some(rest) = text.strip_prefix(br"\u00")
        && starts_with_hex(rest, byte)
    {
        ends.push(at + 6);
    }
    ends
}

fn starts_with_hex(text: &[u8], byte: u8) -> bool {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let [high, low, ..] = text else {
        return false;
    };
    let value = digit(*high)
        .zip(digit(*low))
        .and_then(|(high, low)| u8::try_from(high << 4 | low).ok());
    value.is_some_and(|value| value.eq_ignore_ascii_case(&byte))
}

const REPLACEMENT: &[u8] = b"[token]";

/// This many equal characters in a row are no coincidence.
const MIN_PREFIX: usize = 12;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn clean(text: &str, token: &str) -> String {
        String::from_utf8(redact(text.as_bytes(), &Token::new(token).unwrap())).unwrap()
    }

    #[test]
    fn every_form_of_the_token_is_taken_out() {
        let token = "d75b+3a66%7Z";

        for form in [
            "d75b+3a66%7Z",
            "d75b%2B3a66%257Z",
            "d75b%2b3a66%257Z",
            "%64%37%35%62%2B%33%61%36%36%25%37%5a",
            "%64%37%35%62%2b%33%61%36%36%25%37%5A",
            "d75b%252B3a66%25257Z",
            r"d75b\u002b3a66\u00257Z",
            r"\u0064\u0037\u0035\u0062\u002B\u0033\u0061\u0036\u0036\u0025\u0037\u005a",
            "%64%2537%35b+3a66%7Z",
            // Hosts and headers lose their case, and a token in the wrong case is easily put right.
            "D75B+3A66%7z",
            "%44%37%35%42+3a66%7Z",
        ] {
            assert_eq!(clean(&format!("<{form}>"), token), "<[token]>", "{form}");
            assert_eq!(
                clean(&format!("{form}{form}"), token),
                "[token][token]",
                "{form}"
            );
        }
    }

    #[test]
    fn a_beginning_that_was_cut_off_is_taken_out_too() {
        let token = "d75b3a66374942c5b3c019c698abc206";

        assert_eq!(clean("/d75b3a663749", token), "/[token]");
        assert_eq!(
            clean("/%64%37%35%62%33%61%36%36%33%37%34%39x", token),
            "/[token]x"
        );
        assert_eq!(clean("/d75b3a66 37", token), "/d75b3a66 37");
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for text in [
            "",
            "%",
            "%6",
            "%64%37",
            r"\u00",
            "d75",
            "привет",
            "\u{feff}{}",
        ] {
            assert_eq!(clean(text, "d75b3a66374942c5"), text);
        }
    }

    /// A character as some server may write it.
    fn written(byte: u8, form: u8) -> String {
        let character = char::from(byte);
        match form {
            0 => character.to_string(),
            1 => character.to_ascii_uppercase().to_string(),
            2 => format!("%{byte:02x}"),
            3 => format!("%{byte:02X}"),
            4 => format!("%25{byte:02x}"),
            5 => format!("%2525{byte:02X}"),
            6 => format!("\\u{byte:04x}"),
            _ => format!("\\u{byte:04X}"),
        }
    }

    /// All that a reader of the text could make of it, the escapes undone until there are none.
    fn undone(text: &[u8]) -> Vec<u8> {
        let mut text = text.to_ascii_lowercase();
        loop {
            let mut next = Vec::with_capacity(text.len());
            let mut at = 0;
            while at < text.len() {
                let (skip, code) = match &text[at..] {
                    [b'%', high, low, ..] => (3, [*high, *low]),
                    [b'\\', b'u', b'0', b'0', high, low, ..] => (6, [*high, *low]),
                    _ => (1, [b'?'; 2]),
                };
                let code = u8::from_str_radix(&String::from_utf8_lossy(&code), 16).ok();
                next.push(code.unwrap_or(text[at]).to_ascii_lowercase());
                at += if code.is_some() { skip } else { 1 };
            }
            if next == text {
                return text;
            }
            text = next;
        }
    }

    proptest! {
        #[test]
        fn no_form_of_any_token_is_left_in_any_text(
            token in "[a-z0-9]{16,60}|[!\"$-.0->@-~]{16,40}",
            forms in prop::collection::vec(0_u8..8, 1..70),
            // Digits next to the token could be taken for a part of an escape of its last
            // character.
            before in "[ -~]{0,20}[ :/]",
            after in "([ :/][ -~]{0,20})?",
            cut in 12_usize..80,
        ) {
            let kept = token.len().min(cut);
            let echoed: String = token
                .bytes()
                .take(kept)
                .zip(forms.iter().cycle())
                .map(|(byte, form)| written(byte, *form))
                .collect();

            let clean = redact(
                format!("{before}{echoed}{after}").as_bytes(),
                &Token::new(token.clone()).unwrap(),
            );

            let telling = &token.as_bytes().to_ascii_lowercase()[..MIN_PREFIX];
            let undone = undone(&clean);
            prop_assert!(
                !undone.windows(telling.len()).any(|window| window == telling),
                "{}", String::from_utf8_lossy(&clean)
            );
        }
    }
}
