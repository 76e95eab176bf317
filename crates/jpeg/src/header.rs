//! The header: everything that a photo declares before its first scan.

use std::borrow::Cow;

use crate::frame::Frame;
use crate::marker::{Markers, Segment, code};
use crate::{Component, Error, Process, Unsupported};

/// Reads the markers up to the first scan; no sample is decoded.
///
/// # Errors
///
/// [`Error::Malformed`] if there is no frame or no scan, [`Error::Unsupported`] if the process is not supported.
///
/// ```
/// assert!(jpeg::read_header(b"not a photo").is_err());
/// ```
pub fn read_header(photo: &[u8]) -> Result<Header<'_>, Error> {
    let mut markers = Markers::new(photo)?;
    let mut frame = None;
    let mut restart_interval = 0;
    let (mut jfif, mut adobe, mut exif) = (false, None, None);
    let mut icc = [None; ICC_CHUNKS];
    while let Some(segment) = markers.next_segment() {
        match segment.code {
            code::SOS => {
                let frame: Frame = frame.ok_or(Error::Malformed {
                    what: "a frame before the first scan",
                    offset: segment.offset,
                })?;
                let frame = with_height(frame, photo, markers.offset)?;
                let color = Color::of(&frame, jfif, adobe);
                return Ok(Header {
                    frame,
                    color,
                    restart_interval,
                    exif,
                    icc,
                });
            }
            code::EOI => break,
            code::DHP => return Err(Error::Unsupported(Unsupported::Hierarchical)),
            code::DHT | code::DAC | code::JPG => {}
            code::SOF0..=code::SOF15 if frame.is_some() => {
                return Err(segment.malformed("a single frame"));
            }
            code::SOF0..=code::SOF15 => frame = Some(Frame::read(&segment)?),
            code::DRI => restart_interval = read_restart_interval(&segment)?,
            code::APP0 => jfif |= segment.payload.starts_with(b"JFIF\0"),
            code::APP1 if exif.is_none() => exif = segment.payload.strip_prefix(b"Exif\0\0"),
            code::APP2 => keep_icc_chunk(&mut icc, segment.payload),
            code::APP14 => adobe = read_adobe(segment.payload).or(adobe),
            _ => {}
        }
    }
    Err(Error::Malformed {
        what: "a scan",
        offset: markers.offset.min(photo.len()),
    })
}

/// What a photo declares before its first scan; returned by [`read_header`].
#[derive(Clone, Debug)]
pub struct Header<'a> {
    pub(crate) frame: Frame,
    color: Color,
    restart_interval: u32,
    exif: Option<&'a [u8]>,
    icc: [Option<&'a [u8]>; ICC_CHUNKS],
}

impl<'a> Header<'a> {
    /// Returns the width in pixels, as stored.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.frame.width
    }

    /// Returns the height in pixels, as stored.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.frame.height
    }

    /// Returns how the coefficients are coded.
    #[must_use]
    pub fn process(&self) -> Process {
        self.frame.process
    }

    /// Returns the components: 1, 3 or 4. A lone component's sampling factors are given as 1.
    #[must_use]
    pub fn components(&self) -> &[Component] {
        self.frame.components()
    }

    /// Returns the color space of the components.
    #[must_use]
    pub fn color(&self) -> Color {
        self.color
    }

    /// Returns the number of MCUs between restart markers, 0 for none.
    #[must_use]
    pub fn restart_interval(&self) -> u32 {
        self.restart_interval
    }

    /// Returns the Exif data: a TIFF stream, without the `Exif` identifier before it.
    #[must_use]
    pub fn exif(&self) -> Option<&'a [u8]> {
        self.exif
    }

    /// Returns the ICC profile, assembled from its chunks, or `None` if the photo has none or a chunk is missing.
    #[must_use]
    pub fn icc(&self) -> Option<Cow<'a, [u8]>> {
        let first = self.icc[0]?;
        let count = usize::from(first[1]);
        if count == 1 {
            return Some(Cow::Borrowed(&first[2..]));
        }
        let mut profile = Vec::new();
        for chunk in self.icc.get(..count)? {
            profile.extend_from_slice(&(*chunk)?[2..]);
        }
        Some(Cow::Owned(profile))
    }
}

/// The color space of a photo's components.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[non_exhaustive]
pub enum Color {
    /// One component: luminance.
    Gray,
    /// Luminance and two color differences (T.871).
    YCbCr,
    /// Red, green, blue.
    Rgb,
    /// Cyan, magenta, yellow, black; stored inverted: 255 is no ink.
    ///
    /// That is Adobe's way, and every reader's also where Adobe's segment is missing: an optimizer removed it, for nobody
    /// writes plain CMYK.
    Cmyk,
    /// CMYK whose first three are stored as luminance and color differences.
    Ycck,
}

impl Color {
    /// Decides by JFIF, which allows nothing but YCbCr, then by Adobe's transform, then by the identifiers, then by what is common.
    fn of(frame: &Frame, jfif: bool, adobe: Option<u8>) -> Self {
        let ids = || frame.components().iter().map(|component| component.id);
        match (frame.components().len(), adobe) {
            (1, _) => Self::Gray,
            (3, _) if jfif => Self::YCbCr,
            (3, Some(0)) => Self::Rgb,
            (3, None) if ids().eq(*b"RGB") || ids().eq(*b"rgb") => Self::Rgb,
            (3, _) => Self::YCbCr,
            (_, None | Some(0)) => Self::Cmyk,
            (_, Some(_)) => Self::Ycck,
        }
    }
}

/// The most chunks of an ICC profile. A segment holds 64 KiB, so this is 4 MiB; the format allows 255 chunks.
const ICC_CHUNKS: usize = 64;

fn keep_icc_chunk<'a>(chunks: &mut [Option<&'a [u8]>; ICC_CHUNKS], payload: &'a [u8]) {
    if let Some(chunk @ [number, _, ..]) = payload.strip_prefix(b"ICC_PROFILE\0")
        && let Some(index) = usize::from(*number).checked_sub(1)
        && let Some(slot) = chunks.get_mut(index)
    {
        *slot = Some(chunk);
    }
}

/// Adobe's color transform: 0 none, 1 YCbCr, 2 YCCK (Adobe Technical Note 5116).
fn read_adobe(payload: &[u8]) -> Option<u8> {
    payload.strip_prefix(b"Adobe")?.get(6).copied()
}

/// Reads DRI (T.81, B.2.4.4).
pub(crate) fn read_restart_interval(segment: &Segment<'_>) -> Result<u32, Error> {
    match *segment.payload {
        [high, low] => Ok(u32::from(u16::from_be_bytes([high, low]))),
        _ => Err(segment.malformed("a restart interval")),
    }
}

/// Takes the height from DNL after the first scan if the frame leaves it open (T.81, B.2.5).
fn with_height(mut frame: Frame, photo: &[u8], after_scan_header: usize) -> Result<Frame, Error> {
    if frame.height == 0 {
        let offset = after_scan_header;
        let missing = Error::Malformed {
            what: "a height, in the frame or in DNL",
            offset,
        };
        let segment = Markers::at(photo, offset).next_segment().ok_or(missing)?;
        let (code::DNL, &[high, low, ..]) = (segment.code, segment.payload) else {
            return Err(missing);
        };
        frame.height = u32::from(u16::from_be_bytes([high, low]));
        if frame.height == 0 {
            return Err(missing);
        }
    }
    Ok(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(segments: &[(u8, &[u8])]) -> Vec<u8> {
        let mut photo = vec![0xff, code::SOI];
        for (code, payload) in segments {
            photo.extend([0xff, *code]);
            photo.extend((payload.len() as u16 + 2).to_be_bytes());
            photo.extend(*payload);
        }
        photo
    }

    const GRAY: (u8, &[u8]) = (code::SOF0, &[8, 0, 17, 0, 33, 1, 1, 0x11, 0]);
    const COLOR: (u8, &[u8]) = (
        code::SOF0,
        &[8, 0, 17, 0, 33, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1],
    );
    const SCAN: (u8, &[u8]) = (code::SOS, &[1, 1, 0, 0, 63, 0]);

    #[test]
    fn a_profile_is_assembled_in_the_order_of_its_numbers() {
        let second: &[u8] = b"ICC_PROFILE\0\x02\x02world";
        let first: &[u8] = b"ICC_PROFILE\0\x01\x02hello ";
        let bytes = photo(&[(code::APP2, second), (code::APP2, first), GRAY, SCAN]);

        let header = read_header(&bytes).unwrap();

        assert_eq!(header.icc().unwrap(), &b"hello world"[..]);
    }

    #[test]
    fn adobe_without_transform_means_red_green_blue() {
        let adobe: &[u8] = b"Adobe\0\x64\0\0\0\0\0";
        let plain = photo(&[COLOR, SCAN]);
        let bytes = photo(&[(code::APP14, adobe), COLOR, SCAN]);

        assert_eq!(read_header(&plain).unwrap().color(), Color::YCbCr);
        assert_eq!(read_header(&bytes).unwrap().color(), Color::Rgb);
    }

    #[test]
    fn the_height_may_come_after_the_scan() {
        let mut bytes = photo(&[(code::SOF0, &[8, 0, 0, 0, 33, 1, 1, 0x11, 0]), SCAN]);
        bytes.extend([1, 2, 0xff, 0, 3, 0xff, code::DNL, 0, 4, 0, 99]);

        assert_eq!(read_header(&bytes).unwrap().height(), 99);
    }

    #[test]
    fn a_photo_without_a_scan_is_malformed() {
        assert!(matches!(
            read_header(&photo(&[GRAY])),
            Err(Error::Malformed { what: "a scan", .. })
        ));
    }
}
