//! The secret that lets its holder act for the account.

use std::fmt;
use std::sync::Arc;

use thiserror::Error;
use zeroize::Zeroizing;

/// The `apiTokenInstance` of an instance. It cannot be printed.
///
/// `Debug` prints `Token(..)` and there is no `Display`. Clones share one copy, which is
/// overwritten with zeros when the last of them is dropped. The URL of a request holds the token
/// too while the request runs; that copy belongs to the HTTP library and is not overwritten.
#[derive(Clone)]
pub struct Token(Arc<Zeroizing<String>>);

impl Token {
    /// Takes a token as the instance's page shows it: 1 to 512 visible ASCII characters without `/`,
    /// `?` and `#`.
    ///
    /// Tokens are 50 hexadecimal digits today; that is not enforced.
    ///
    /// # Errors
    ///
    /// Returns an error for anything else, surrounding white space included: it was most likely
    /// pasted wrongly.
    pub fn new(token: impl Into<String>) -> Result<Self, InvalidToken> {
        let token = Zeroizing::new(token.into());
        if token.is_empty() {
            return Err(InvalidToken::Empty);
        }
        if token.len() > MAX_LENGTH {
            return Err(InvalidToken::TooLong);
        }
        if token.contains(char::is_whitespace) {
            return Err(InvalidToken::Space);
        }
        let visible = |c: char| c.is_ascii_graphic() && !matches!(c, '/' | '?' | '#');
        // URLs resolve the path segments `.` and `..` away.
        if !token.chars().all(visible) || *token == "." || *token == ".." {
            return Err(InvalidToken::Character);
        }
        Ok(Self(Arc::new(token)))
    }

    /// Returns the secret itself, for the URL and for the search in texts.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// The text is not a token. Copy `apiTokenInstance` from the instance's page again.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidToken {
    /// The text is empty.
    #[error("the token is empty: copy apiTokenInstance from the instance's page")]
    Empty,
    /// It contains white space, perhaps a line end.
    #[error("the token contains white space: copy apiTokenInstance without spaces and line ends")]
    Space,
    /// It contains a character that tokens do not have.
    #[error(
        "the token contains a character that tokens do not have: copy apiTokenInstance alone, not a URL"
    )]
    Character,
    /// It is longer than 512 characters.
    #[error("the token is longer than 512 characters: copy apiTokenInstance alone")]
    TooLong,
}

const MAX_LENGTH: usize = 512;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_cannot_be_printed() {
        let token = Token::new("d75b3a66374942c5b3c019c698abc2067e151558acbd412345").unwrap();

        let debug = format!("{token:?} {token:#?}");

        assert_eq!(debug, "Token(..) Token(..)");
    }

    #[test]
    fn what_was_pasted_wrongly_is_refused() {
        for (text, expected) in [
            ("", InvalidToken::Empty),
            ("abc def", InvalidToken::Space),
            ("abcdef\n", InvalidToken::Space),
            ("\u{a0}abcdef", InvalidToken::Space),
            ("abc/def", InvalidToken::Character),
            ("abc?def", InvalidToken::Character),
            ("abc#def", InvalidToken::Character),
            ("abc\u{200b}def", InvalidToken::Character),
            ("abc\0def", InvalidToken::Character),
            ("..", InvalidToken::Character),
            (&"a".repeat(513), InvalidToken::TooLong),
        ] {
            assert_eq!(Token::new(text).err(), Some(expected), "{text:?}");
        }
    }
}
