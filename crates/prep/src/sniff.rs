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
        _ if is_tga(photo) => Format::Tga,
        _ => return None,
    })
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
            b"avif" | b"avis" => Some("AVIF"),
            b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"mif1" | b"msf1" => {
                Some("HEIC")
            }
            b"crx " => Some("Canon raw (CR3)"),
            _ => Some("video or another ISO media file"),
        };
    }
    let signatures: [(&[u8], &str); 11] = [
        (b"\xFF\x0A", "JPEG XL"),
        (b"\0\0\0\x0CJXL \r\n\x87\n", "JPEG XL"),
        (b"\0\0\0\x0CjP  ", "JPEG 2000"),
        (b"\xFF\x4F\xFF\x51", "JPEG 2000"),
        (b"8BPS", "Photoshop (PSD)"),
        (b"DDS ", "DDS"),
        (b"#?RADIANCE", "Radiance HDR"),
        (b"\x76\x2F\x31\x01", "OpenEXR"),
        (b"%PDF", "PDF"),
        (b"<svg", "SVG"),
        (b"\x1F\x8B", "SVGZ or another gzip file"),
    ];
    if let Some((_, what)) = signatures
        .iter()
        .find(|(bytes, _)| photo.starts_with(bytes))
    {
        return Some(what);
    }
    let start = photo.trim_ascii_start();
    let head = &start[..start.len().min(1024)];
    let is_svg = head.starts_with(b"<") && head.windows(4).any(|four| four == b"<svg");
    is_svg.then_some("SVG")
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
            (&b"\0\0\0\x18ftypheic\0\0\0\0"[..], "HEIC"),
            (b"\0\0\0\x18ftypavif\0\0\0\0", "AVIF"),
            (b"\xFF\x0Arest", "JPEG XL"),
            (b"  <?xml version=\"1.0\"?><svg>", "SVG"),
        ] {
            let Err(Error::Unsupported { what }) = sniff(photo) else {
                panic!("{name} is not named");
            };

            assert_eq!(what, name);
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
