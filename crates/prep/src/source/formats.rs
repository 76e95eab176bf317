//! The table of formats: the one place that lists them. A photo is of the first that matches its first bytes.

use super::spec::{FormatSpec, Reading};
use super::{bmp, farbfeld, gif, heif, ico, jpeg, jxl, png, pnm, qoi, svg, tga, tiff, webp};
use crate::error::Error;
use crate::header::Format;
use crate::photo::{Photo, READ_SIZE};

/// All formats, those without unmistakable first bytes last.
static FORMATS: &[FormatSpec] = &[
    jpeg::FORMAT,
    png::FORMAT,
    webp::FORMAT,
    gif::FORMAT,
    bmp::FORMAT,
    tiff::FORMAT,
    ico::FORMAT,
    qoi::FORMAT,
    pnm::FORMAT,
    farbfeld::FORMAT,
    heif::AVIF,
    heif::HEIC,
    jxl::FORMAT,
    svg::FORMAT,
    tga::FORMAT,
    #[cfg(test)]
    super::toy::FORMAT,
];

/// Returns the formats that this build reads.
pub fn formats() -> impl Iterator<Item = Format> {
    let compiled = FORMATS.iter().filter(|spec| spec.open.is_some());
    compiled.map(|spec| spec.format)
}

impl Format {
    /// Returns the extensions of its files without the dot, the usual one first.
    ///
    /// They are for naming files: photos are recognized by their bytes alone.
    pub fn extensions(self) -> &'static [&'static str] {
        let spec = FORMATS.iter().find(|spec| spec.format == self);
        spec.map_or(&[], |spec| spec.extensions)
    }
}

impl Photo<'_> {
    /// Returns how many bytes of the file will be in memory at once, beside
    /// [`Header::memory`](crate::Header::memory).
    pub fn held(&self) -> u64 {
        match sniff(self.head()) {
            Ok(spec) if spec.reading == Reading::Whole => self.length(),
            _ => self.length().min(2 * READ_SIZE as u64),
        }
    }
}

/// Finds the format of a photo by its first bytes.
///
/// # Errors
///
/// Names what the photo is, if that is known but cannot be read.
pub(super) fn sniff(head: &[u8]) -> Result<&'static FormatSpec, Error> {
    if head.is_empty() {
        return Err(Error::Empty);
    }
    if let Some(spec) = FORMATS.iter().find(|spec| (spec.matches)(head)) {
        return Ok(spec);
    }
    match known_by_name(head) {
        Some(what) => Err(Error::Unsupported { what: what.into() }),
        None => Err(Error::NotAnImage),
    }
}

/// Formats that people have and that this version cannot decode: worth a name in the answer.
fn known_by_name(head: &[u8]) -> Option<&'static str> {
    if let Some([b'f', b't', b'y', b'p', brand @ ..]) = head.get(4..12) {
        return match brand {
            b"crx " => Some("camera raw (Canon CR3)"),
            _ => Some("video or another ISO media file"),
        };
    }
    let signatures: [(&[u8], &str); 13] = [
        (b"IIU\0", "camera raw (Panasonic RW2)"),
        (b"IIRO", "camera raw (Olympus ORF)"),
        (b"IIRS", "camera raw (Olympus ORF)"),
        (b"FUJIFILMCCD-RAW", "camera raw (Fujifilm RAF)"),
        (b"\0MRM", "camera raw (Minolta MRW)"),
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
        .find(|(bytes, _)| head.starts_with(bytes))
        .map(|&(_, what)| what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_extensions_are_those_of_one_format() {
        let mut names: Vec<&str> = FORMATS.iter().map(|spec| spec.format.name()).collect();
        let mut extensions: Vec<&str> = FORMATS
            .iter()
            .flat_map(|spec| spec.extensions.iter().copied())
            .collect();
        let counts = (names.len(), extensions.len());

        names.sort_unstable();
        names.dedup();
        extensions.sort_unstable();
        extensions.dedup();

        assert_eq!((names.len(), extensions.len()), counts);
        for spec in FORMATS {
            assert_eq!(spec.format.extensions(), spec.extensions);
            assert!(!spec.extensions.is_empty(), "{}", spec.format);
        }
    }

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
}
