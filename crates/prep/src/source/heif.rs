//! AVIF and HEIC: still images in HEIF (ISO 23008-12), coded with AV1 or HEVC.

#[cfg(any(feature = "avif", feature = "heic"))]
#[cfg_attr(
    not(all(feature = "avif", feature = "heic")),
    allow(
        dead_code,
        unused_variables,
        reason = "a container is read in full, whichever coding is left out"
    )
)]
mod decode;

use super::spec::{FormatSpec, Reading};
use crate::header::Format;

impl Format {
    /// AV1 in HEIF; of a sequence the still image.
    pub const AVIF: Self = Self::named("AVIF");
    /// HEVC in HEIF; of a sequence the still image.
    pub const HEIC: Self = Self::named("HEIC");
}

pub(super) const AVIF: FormatSpec = FormatSpec {
    format: Format::AVIF,
    extensions: &["avif"],
    matches: |head| promised(head) == Some(Format::AVIF),
    reading: Reading::Whole,
    #[cfg(feature = "avif")]
    open: Some(|context| decode::open(Format::AVIF, context)),
    #[cfg(not(feature = "avif"))]
    open: None,
};

pub(super) const HEIC: FormatSpec = FormatSpec {
    format: Format::HEIC,
    extensions: &["heic", "heif", "hif"],
    matches: |head| promised(head) == Some(Format::HEIC),
    reading: Reading::Whole,
    #[cfg(feature = "heic")]
    open: Some(|context| decode::open(Format::HEIC, context)),
    #[cfg(not(feature = "heic"))]
    open: None,
};

/// The format that the brands of an ISO media file promise, the first brand before the others.
///
/// ```text
/// 0 size │ 4 ftyp │ 8 brand │ 12 version │ 16 … other brands
/// ```
fn promised(head: &[u8]) -> Option<Format> {
    if head.get(4..8) != Some(b"ftyp") {
        return None;
    }
    let size = u32::from_be_bytes(*head.first_chunk()?) as usize;
    let brands = head.get(8..size.min(head.len()))?.as_chunks::<4>().0;
    let of_brand = |brand: &[u8; 4]| match brand {
        b"avif" | b"avis" => Some(Format::AVIF),
        b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" => Some(Format::HEIC),
        _ => None,
    };
    // Any image in HEIF: how it is coded is found when it is opened.
    let is_heif = || {
        let general = [b"mif1", b"mif2", b"msf1", b"miaf"];
        brands.iter().any(|brand| general.contains(&brand))
    };
    brands
        .iter()
        .find_map(of_brand)
        .or_else(|| is_heif().then_some(Format::HEIC))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_brand_that_names_a_format_counts() {
        for (brands, expected) in [
            (&b"heic\0\0\0\0mif1heic"[..], Some(Format::HEIC)),
            (b"avif\0\0\0\0mif1miafMA1B", Some(Format::AVIF)),
            (b"mif1\0\0\0\0avifmiaf", Some(Format::AVIF)),
            (b"msf1\0\0\0\0hevcheicmif1", Some(Format::HEIC)),
            (b"mif1\0\0\0\0miaf", Some(Format::HEIC)),
            (b"isom\0\0\0\0iso2mp41", None),
        ] {
            let size = 8 + brands.len() as u8;
            let photo = [&[0, 0, 0, size], &b"ftyp"[..], brands].concat();

            assert_eq!(promised(&photo), expected, "{}", brands.escape_ascii());
        }
    }
}
