//! Recognises a format by its first bytes.

use crate::error::Error;
use crate::header::Format;

/// Tells the format of `photo`, or why it is none that can be read.
pub(crate) fn sniff(photo: &[u8]) -> Result<Format, Error> {
    if photo.is_empty() {
        return Err(Error::Empty);
    }
    if let Some(format) = readable(photo) {
        return Ok(format);
    }
    if let Some(what) = known_by_name(photo) {
        return Err(Error::Unsupported { what: what.into() });
    }
    Err(Error::NotAnImage)
}

fn readable(photo: &[u8]) -> Option<Format> {
    Some(match photo {
        [0xFF, 0xD8, 0xFF, ..] => Format::Jpeg,
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Format::Png,
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'E',
            b'B',
            b'P',
            ..,
        ] => Format::WebP,
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Format::Gif,
        [b'B', b'M', _, _, _, _, ..] if photo.len() >= 26 => Format::Bmp,
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => Format::Tiff,
        [0, 0, 1 | 2, 0, count, ..] if *count > 0 => Format::Ico,
        [b'q', b'o', b'i', b'f', ..] => Format::Qoi,
        [b'P', b'1'..=b'7', b' ' | b'\t' | b'\r' | b'\n' | b'#', ..] => Format::Pnm,
        [b'f', b'a', b'r', b'b', b'f', b'e', b'l', b'd', ..] => Format::Farbfeld,
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => return heif(photo),
        [0xFF, 0x0A, ..]
        | [
            0,
            0,
            0,
            12,
            b'J',
            b'X',
            b'L',
            b' ',
            b'\r',
            b'\n',
            0x87,
            b'\n',
            ..,
        ] => Format::Jxl,
        [0x1F, 0x8B, ..] if is_packed_svg(photo) => Format::Svg,
        _ if is_svg(photo) => Format::Svg,
        _ if is_tga(photo) => Format::Tga,
        _ => return None,
    })
}

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
fn is_packed_svg(photo: &[u8]) -> bool {
    use std::io::Read;

    const ENOUGH: u64 = 64 << 10;
    let mut head = Vec::new();
    // What breaks off was cut off by us, or will be told when the whole is unpacked.
    let _ = flate2::read::GzDecoder::new(photo)
        .take(ENOUGH)
        .read_to_end(&mut head);
    is_svg(&head)
}

/// Without the format nothing is unpacked.
#[cfg(not(feature = "svg"))]
fn is_packed_svg(_photo: &[u8]) -> bool {
    false
}

/// The format that the brands of an ISO media file promise, the first brand before the others.
///
/// ```text
/// 0 size │ 4 ftyp │ 8 brand │ 12 version │ 16 … other brands
/// ```
fn heif(photo: &[u8]) -> Option<Format> {
    let size = u32::from_be_bytes(*photo.first_chunk()?) as usize;
    let brands = photo.get(8..size.min(photo.len()))?.as_chunks::<4>().0;
    let of_brand = |brand: &[u8; 4]| match brand {
        b"avif" | b"avis" => Some(Format::Avif),
        b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" => Some(Format::Heic),
        _ => None,
    };
    // Any image in HEIF: its coding is found when it is opened.
    let is_heif = || {
        let general = [b"mif1", b"mif2", b"msf1", b"miaf"];
        brands.iter().any(|brand| general.contains(&brand))
    };
    brands
        .iter()
        .find_map(of_brand)
        .or_else(|| is_heif().then_some(Format::Heic))
}

/// TGA has no first bytes of its own: the fields of its header must all make sense.
///
/// ```text
/// 0 id length │ 1 map: 0, 1 │ 2 type: 1, 2, 3, 9, 10, 11 │ 3‥5 map range │ 7 map bits │ 8‥11 origin │ 12‥15 size │ 16 bits │ 17 alpha, origin
/// ```
fn is_tga(photo: &[u8]) -> bool {
    let &[
        _,
        map,
        kind,
        ..,
        width_low,
        width_high,
        height_low,
        height_high,
        bits,
        descriptor,
    ] = photo.first_chunk::<18>().map_or(&[][..], |header| header)
    else {
        return false;
    };
    let mapped =
        matches!(kind, 1 | 9) && map == 1 && matches!(photo[7], 15 | 16 | 24 | 32) && bits == 8;
    let plain = matches!(kind, 2 | 10) && map == 0 && matches!(bits, 15 | 16 | 24 | 32);
    let gray = matches!(kind, 3 | 11) && map == 0 && matches!(bits, 8 | 16);
    let sized = (width_low, width_high) != (0, 0) && (height_low, height_high) != (0, 0);
    (mapped || plain || gray) && sized && descriptor & 0b1100_0000 == 0
}

/// Formats that people have and that this version cannot decode: worth a name in the answer.
fn known_by_name(photo: &[u8]) -> Option<&'static str> {
    if let Some([b'f', b't', b'y', b'p', brand @ ..]) = photo.get(4..12) {
        return match brand {
            b"crx " => Some("Canon raw (CR3)"),
            _ => Some("video or another ISO media file"),
        };
    }
    let signatures: [(&[u8], &str); 8] = [
        (b"\0\0\0\x0CjP  ", "JPEG 2000"),
        (b"\xFF\x4F\xFF\x51", "JPEG 2000"),
        (b"8BPS", "Photoshop (PSD)"),
        (b"DDS ", "DDS"),
        (b"#?RADIANCE", "Radiance HDR"),
        (b"\x76\x2F\x31\x01", "OpenEXR"),
        (b"%PDF", "PDF"),
        (b"\x1F\x8B", "a gzip file that is no SVG"),
    ];
    signatures
        .iter()
        .find(|(bytes, _)| photo.starts_with(bytes))
        .map(|&(_, what)| what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_not_taken_for_an_image() {
        for text in [
            &b"Photos: see the other folder"[..],
            b"P",
            b"BM",
            b"Begin",
            b"\0\0",
            b"<html></html>",
        ] {
            assert!(matches!(sniff(text), Err(Error::NotAnImage)), "{text:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (photo, name) in [
            (&b"8BPSrest"[..], "Photoshop (PSD)"),
            (b"%PDF-1.7", "PDF"),
            (
                b"\0\0\0\x14ftypisom\0\0\0\0mp41",
                "video or another ISO media file",
            ),
        ] {
            let Err(Error::Unsupported { what }) = sniff(photo) else {
                panic!("{name} is not named");
            };

            assert_eq!(what, name);
        }
    }

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
            assert_eq!(sniff(text.as_bytes()).ok(), Some(Format::Svg), "{text}");
        }
        for text in [
            "<html><svg></svg></html>",
            "<svgs>",
            "<?xml?>",
            "<!-- <svg>",
            "svg",
            "> <svg>",
        ] {
            assert!(sniff(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn the_first_brand_that_names_a_format_counts() {
        for (brands, expected) in [
            (&b"heic\0\0\0\0mif1heic"[..], Some(Format::Heic)),
            (b"avif\0\0\0\0mif1miafMA1B", Some(Format::Avif)),
            (b"mif1\0\0\0\0avifmiaf", Some(Format::Avif)),
            (b"msf1\0\0\0\0hevcheicmif1", Some(Format::Heic)),
            (b"mif1\0\0\0\0miaf", Some(Format::Heic)),
            (b"isom\0\0\0\0iso2mp41", None),
        ] {
            let size = 8 + brands.len() as u8;
            let photo = [&[0, 0, 0, size], &b"ftyp"[..], brands].concat();

            assert_eq!(sniff(&photo).ok(), expected, "{}", brands.escape_ascii());
        }
    }

    #[test]
    fn a_targa_header_must_make_sense_as_a_whole() {
        let mut header = [0; 18];
        header[2] = 2;
        header[12] = 4;
        header[14] = 4;
        header[16] = 24;

        assert_eq!(sniff(&header).unwrap(), Format::Tga);

        header[16] = 23;
        assert!(sniff(&header).is_err());
    }
}
