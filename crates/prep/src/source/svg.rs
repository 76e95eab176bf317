//! SVG and SVGZ: recognized by their root element, drawn at the picture's size.

#[cfg(feature = "svg")]
mod drawing;
mod encoding;

use super::spec::{FormatSpec, Reading};
use crate::header::Format;

impl Format {
    /// Scalable Vector Graphics, also packed (SVGZ): drawn at the size that is asked for.
    pub const SVG: Self = Self::named("SVG");
}

pub(super) const FORMAT: FormatSpec = FormatSpec {
    format: Format::SVG,
    extensions: &["svg", "svgz"],
    matches,
    reading: Reading::Whole,
    #[cfg(feature = "svg")]
    open: Some(drawing::open),
    #[cfg(not(feature = "svg"))]
    open: None,
};

fn matches(head: &[u8]) -> bool {
    (head.starts_with(&GZIP) && is_packed_svg(head)) || is_svg(&encoding::ascii_of(head))
}

/// The first bytes of a gzip file.
const GZIP: [u8; 2] = [0x1F, 0x8B];

/// Whether the root of this XML is a drawing, whatever comes before it: a byte order mark, a
/// declaration, comments, a document type with entities.
fn is_svg(text: &[u8]) -> bool {
    let mut rest = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
    loop {
        rest = rest.trim_ascii_start();
        let end: &[u8] = match rest {
            [b'<', b'?', ..] => b"?>",
            [b'<', b'!', b'-', b'-', ..] => b"-->",
            [b'<', b'!', ..] => match rest.iter().find(|byte| matches!(byte, b'[' | b'>')) {
                Some(b'[') => b"]",
                _ => b">",
            },
            [b'<', name @ ..] => return is_svg_name(name),
            // What is left of a document type after its entities.
            [b'>', after @ ..] if rest.len() < text.len() => {
                rest = after;
                continue;
            }
            _ => return false,
        };
        let Some(found) = rest.windows(end.len()).position(|window| window == end) else {
            return false;
        };
        rest = &rest[found + end.len()..];
    }
}

/// Whether a tag's name is `svg`, with any prefix.
fn is_svg_name(tag: &[u8]) -> bool {
    let end = tag
        .iter()
        .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'));
    let name = &tag[..end.unwrap_or(0)];
    name.rsplit(|&byte| byte == b':').next() == Some(b"svg")
}

#[cfg(feature = "svg")]
fn is_packed_svg(head: &[u8]) -> bool {
    use std::io::Read;

    const ENOUGH: u64 = 64 << 10;
    let mut text = Vec::new();
    // What breaks off was cut off by us, or will be told when the whole is unpacked.
    let _ = flate2::read::GzDecoder::new(head)
        .take(ENOUGH)
        .read_to_end(&mut text);
    is_svg(&encoding::ascii_of(&text))
}

/// Without the format nothing is unpacked.
#[cfg(not(feature = "svg"))]
fn is_packed_svg(_head: &[u8]) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawing_is_known_by_its_root() {
        let drawings = [
            "<svg>",
            "<svg/>",
            "<svg:svg xmlns:svg='http://www.w3.org/2000/svg'>",
            "\u{FEFF}<?xml version='1.0'?>\n<!-- a <html> --><svg width='1'>",
            "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'svg11.dtd'><svg>",
            "<!DOCTYPE svg [ <!ENTITY a 'b'> ]>\n<svg>",
        ];
        for text in drawings {
            assert!(matches(text.as_bytes()), "{text}");
        }
        for text in [
            "<html><svg></svg></html>",
            "<svgs>",
            "<?xml?>",
            "<!-- <svg>",
            "svg",
            "> <svg>",
        ] {
            assert!(!matches(text.as_bytes()), "{text}");
        }
    }
}
