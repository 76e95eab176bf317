//! A list's text: UTF-8, or what Excel saves as "Unicode text".

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::input::source::Source;

/// Reads the text of a file, or of stdin for `-`, or returns why it cannot be read.
pub(super) fn read(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let opened: io::Result<Box<dyn Read>> = match Source::of(path) {
        Source::Stdin => Ok(Box::new(io::stdin())),
        _ => File::open(path).map(|file| Box::new(file) as Box<dyn Read>),
    };
    opened
        .and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
        .map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("the list is larger than {} MiB", MAX_BYTES >> 20));
    }
    decode(bytes)
}

/// Decodes by the byte order mark; without one the text is UTF-8.
fn decode(bytes: Vec<u8>) -> Result<String, String> {
    let wide = match &*bytes {
        [0xFF, 0xFE, rest @ ..] => Some((rest, u16::from_le_bytes as fn([u8; 2]) -> u16)),
        [0xFE, 0xFF, rest @ ..] => Some((rest, u16::from_be_bytes as fn([u8; 2]) -> u16)),
        _ => None,
    };
    if let Some((rest, unit)) = wide {
        let (pairs, odd) = rest.as_chunks::<2>();
        let units = pairs.iter().map(|pair| unit(*pair));
        let text: Result<String, _> = char::decode_utf16(units).collect();
        return match text {
            Ok(text) if odd.is_empty() => Ok(text),
            _ => Err("the list begins like UTF-16 and is damaged: save it as CSV UTF-8".to_owned()),
        };
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..valid];
        let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
        format!("the list is not UTF-8 (line {line}): save it as CSV UTF-8")
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(text) => text.to_owned(),
        None => text,
    })
}

/// A hundred thousand groups with long names are a tenth of it.
const MAX_BYTES: u64 = 64 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_encoding_with_its_mark_is_read() {
        let text = "chat_id\tФото 😀\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();

        for bytes in [
            text.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            [b"\xFF\xFE", &*little].concat(),
            [b"\xFE\xFF", &*big].concat(),
        ] {
            assert_eq!(decode(bytes).as_deref(), Ok(text));
        }
    }

    #[test]
    fn another_encoding_is_named_with_its_line_and_a_damaged_one_is_refused() {
        for (bytes, part) in [
            (
                &b"chat_id;photo\r\n-100;\xD4\xEE\xF2\xEE.jpg\r\n"[..],
                "not UTF-8 (line 2)",
            ),
            (b"\xFF\xFEa\0b", "UTF-16 and is damaged"),
            (b"\xFF\xFE\0\xD8a\0", "UTF-16 and is damaged"),
        ] {
            let reason = decode(bytes.to_vec()).unwrap_err();

            assert!(reason.contains(part), "{reason}");
        }
    }
}
