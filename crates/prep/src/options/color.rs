//! The color behind a transparent or contained photo.

use std::fmt;
use std::str::FromStr;

use crate::names::ParseError;

/// An sRGB color with 8 bits a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Color {
    /// 0…255.
    pub red: u8,
    /// 0…255.
    pub green: u8,
    /// 0…255.
    pub blue: u8,
}

impl Color {
    /// `#ffffff`
    pub const WHITE: Self = Self::new(255, 255, 255);
    /// `#000000`
    pub const BLACK: Self = Self::new(0, 0, 0);

    /// The color of the three components, each 0…255.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }
}

impl FromStr for Color {
    type Err = ParseError;

    /// Reads `white`, `black`, `#rrggbb` or `#rgb`; the `#` may be left out.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let digits = match text {
            "white" => return Ok(Self::WHITE),
            "black" => return Ok(Self::BLACK),
            _ => text.strip_prefix('#').unwrap_or(text),
        };
        let wrong = ParseError::new("white, black, #rrggbb or #rgb");
        // A sign, which `from_str_radix` would take, is not a digit.
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(wrong);
        }
        let Ok(number) = u32::from_str_radix(digits, 16) else {
            return Err(wrong);
        };
        let [_, red, green, blue] = number.to_be_bytes();
        match digits.len() {
            6 => Ok(Self::new(red, green, blue)),
            3 => Ok(Self::new(
                (green & 15) * 17,
                (blue >> 4) * 17,
                (blue & 15) * 17,
            )),
            _ => Err(wrong),
        }
    }
}

/// `#rrggbb`, in lowercase.
impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { red, green, blue } = self;
        f.pad(&format!("#{red:02x}{green:02x}{blue:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_color_is_read_in_every_form_that_people_write() {
        for (text, expected) in [
            ("white", (255, 255, 255)),
            ("#1a2b3c", (0x1a, 0x2b, 0x3c)),
            ("1A2B3C", (0x1a, 0x2b, 0x3c)),
            ("#f0a", (0xff, 0x00, 0xaa)),
        ] {
            let Color { red, green, blue } = text.parse().unwrap();

            assert_eq!((red, green, blue), expected, "{text}");
            let color = Color::new(red, green, blue);
            assert_eq!(color.to_string().parse(), Ok(color));
        }
    }

    #[test]
    fn what_is_no_color_is_refused() {
        for text in ["", "#", "red", "#12345", "#1234567", "+12345", "#é00"] {
            assert!(text.parse::<Color>().is_err(), "{text}");
        }
    }
}
