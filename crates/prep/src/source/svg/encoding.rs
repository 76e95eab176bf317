//! The encodings of XML (XML 1.0, 4.3.3 and appendix F).
//!
//! No text of a drawing is ever drawn, and all that its markup needs is ASCII. So any encoding that keeps ASCII as it is can
//! be read alike, its other bytes as what ISO 8859-1 makes of them: names differ from what was meant, but each from the others.

use std::borrow::Cow;

/// Decodes a document; `None` where the encoding is none of those that can be read.
#[cfg(feature = "svg")]
pub(super) fn decode(xml: &[u8]) -> Option<Cow<'_, str>> {
    if let Some((text, order)) = utf_16(xml) {
        let units = text.as_chunks().0.iter().map(|&unit| order.unit(unit));
        let decoded: Result<String, _> = char::decode_utf16(units).collect();
        return decoded.ok().map(Cow::Owned);
    }
    match std::str::from_utf8(xml) {
        Ok(text) => Some(Cow::Borrowed(text)),
        Err(_) if declares_ascii_and_more(xml) => {
            Some(Cow::Owned(xml.iter().copied().map(char::from).collect()))
        }
        Err(_) => None,
    }
}

/// What of the first bytes of a document is ASCII, a byte each.
pub(super) fn ascii_of(head: &[u8]) -> Cow<'_, [u8]> {
    let Some((text, order)) = utf_16(head) else {
        return Cow::Borrowed(head);
    };
    let units = text.as_chunks().0.iter().map(|&unit| order.unit(unit));
    Cow::Owned(
        units
            .map(|unit| u8::try_from(unit).unwrap_or(b'?'))
            .collect(),
    )
}

/// Which of the bytes of a unit is the first.
#[derive(Clone, Copy)]
enum Order {
    Highest,
    Lowest,
}

impl Order {
    fn unit(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Highest => u16::from_be_bytes(bytes),
            Self::Lowest => u16::from_le_bytes(bytes),
        }
    }
}

/// The text of a document in UTF-16 behind its byte order mark, which may be missing.
fn utf_16(xml: &[u8]) -> Option<(&[u8], Order)> {
    match xml {
        [0xFE, 0xFF, text @ ..] => Some((text, Order::Highest)),
        [0xFF, 0xFE, text @ ..] => Some((text, Order::Lowest)),
        [0, b'<', 0, ..] => Some((xml, Order::Highest)),
        [b'<', 0, _, 0, ..] => Some((xml, Order::Lowest)),
        _ => None,
    }
}

/// Whether the declaration names an encoding in which markup is what it is in ASCII.
#[cfg(feature = "svg")]
fn declares_ascii_and_more(xml: &[u8]) -> bool {
    /// In these, ASCII bytes may stand for something else, or UTF-8 was promised and not kept.
    const OTHERS: [&str; 7] = ["utf", "ucs", "iso-10646", "iso-2022", "hz", "ebcdic", "ibm"];
    let declaration = xml.split(|&byte| byte == b'>').next().unwrap_or_default();
    let declaration = String::from_utf8_lossy(declaration);
    let Some((_, value)) = declaration
        .strip_prefix("<?xml")
        .and_then(|rest| rest.split_once("encoding"))
    else {
        return false;
    };
    let value = value.trim_start().trim_start_matches('=').trim_start();
    let name = value.trim_matches(['"', '\'']).to_ascii_lowercase();
    value.starts_with(['"', '\'']) && !OTHERS.iter().any(|other| name.starts_with(other))
}

#[cfg(all(test, feature = "svg"))]
mod tests {
    use super::*;

    fn declared(encoding: &str) -> Vec<u8> {
        let mut xml =
            format!("<?xml version=\"1.0\" encoding='{encoding}'?><svg id='").into_bytes();
        xml.extend(b"\xE9'/>");
        xml
    }

    #[test]
    fn single_bytes_are_read_where_they_are_declared() {
        for encoding in [
            "ISO-8859-1",
            "windows-1252",
            "koi8-r",
            "latin1",
            "Shift_JIS",
        ] {
            let xml = declared(encoding);

            let text = decode(&xml).expect(encoding);

            assert!(text.ends_with("<svg id='\u{E9}'/>"), "{text}");
        }
    }

    #[test]
    fn bytes_that_are_not_what_was_declared_are_refused() {
        for encoding in ["UTF-8", "utf-16", "ISO-2022-JP", "IBM037"] {
            assert_eq!(decode(&declared(encoding)), None, "{encoding}");
        }
        assert_eq!(decode(b"<svg id='\xE9'/>"), None);
        assert_eq!(decode(b"<?xml version='1.0'?><svg encoding='\xE9'/>"), None);
    }

    #[test]
    fn utf_16_is_read_in_both_orders() {
        let text = "<?xml version='1.0' encoding='UTF-16'?><svg id='\u{1F600}'/>";
        for mark in ["", "\u{FEFF}"] {
            let units: Vec<u16> = format!("{mark}{text}").encode_utf16().collect();
            let orders: [fn(u16) -> [u8; 2]; 2] = [u16::to_be_bytes, u16::to_le_bytes];
            for order in orders {
                let xml: Vec<u8> = units.iter().flat_map(|&unit| order(unit)).collect();

                assert_eq!(decode(&xml).as_deref(), Some(text));
                assert!(ascii_of(&xml).starts_with(b"<?xml version"));
            }
        }
    }
}
