//! What PNG's chunks say about color, in the order of its third edition (clause 4.3): cICP, iCCP, sRGB, gAMA with cHRM.

use std::borrow::Cow;
use std::io::Read;

use flate2::read::ZlibDecoder;

use super::chunks::Chunks;
use crate::color::{Cicp, ColorSpace, Curve, MAX_ICC, Primaries};
use crate::photo::Photo;

/// 1 / 2.2 in the unit of gAMA; what is within 5 % of it is taken for the curve of sRGB, which no power is.
const SRGB_GAMMA: u32 = 45_455;

/// Returns the color space of a PNG file.
pub(super) fn space(photo: &Photo<'_>) -> ColorSpace<'static> {
    let chunks = ColorChunks::read(photo);
    if let Some(cicp) = chunks.cicp {
        return ColorSpace::Cicp(cicp);
    }
    if let Some(profile) = chunks.profile {
        return ColorSpace::Icc(unpacked(&profile).into());
    }
    if chunks.srgb {
        return ColorSpace::Srgb;
    }
    match (chunks.gamma, chunks.primaries) {
        (None, None) => ColorSpace::Untagged,
        (gamma, primaries) => ColorSpace::Primaries {
            primaries: primaries.unwrap_or(Primaries::SRGB),
            curve: match gamma {
                Some(gamma) if gamma.abs_diff(SRGB_GAMMA) > SRGB_GAMMA / 20 => {
                    Curve::Gamma(100_000.0 / f64::from(gamma))
                }
                _ => Curve::Srgb,
            },
        },
    }
}

#[derive(Default)]
struct ColorChunks<'a> {
    cicp: Option<Cicp>,
    /// Its name, a zero, the method, and the packed profile.
    profile: Option<Cow<'a, [u8]>>,
    srgb: bool,
    gamma: Option<u32>,
    primaries: Option<Primaries>,
}

impl<'a> ColorChunks<'a> {
    /// Reads the chunks before the pixels; they all must stand there.
    fn read(photo: &'a Photo<'a>) -> Self {
        let mut found = Self::default();
        for chunk in Chunks::before_pixels(photo) {
            // What is longer than any of them may be is not what it says.
            let end = chunk.data.end.min(chunk.data.start + MAX_ICC as u64);
            let data = || photo.bytes(chunk.data.start..end);
            match &chunk.kind {
                b"cICP" => found.cicp = found.cicp.or_else(|| cicp(&data())),
                b"iCCP" => found.profile = found.profile.or_else(|| Some(data())),
                b"sRGB" => found.srgb = true,
                b"gAMA" => found.gamma = found.gamma.or_else(|| gamma(&data())),
                b"cHRM" => found.primaries = found.primaries.or_else(|| primaries(&data())),
                _ => {}
            }
        }
        found
    }
}

/// The profile of iCCP, as far as it is whole; no more is unpacked than a profile may have.
fn unpacked(profile: &[u8]) -> Vec<u8> {
    let mut icc = Vec::new();
    let packed = profile
        .iter()
        .position(|&byte| byte == 0)
        .map(|name| &profile[name + 1..]);
    if let Some([0, packed @ ..]) = packed {
        // The bytes before a fault are parsed; the profile is then found unusable.
        let _ = ZlibDecoder::new(packed)
            .take(MAX_ICC as u64 + 1)
            .read_to_end(&mut icc);
    }
    icc
}

/// Primaries, transfer, then the matrix, which PNG leaves out, and the range, which must be full to be of use.
fn cicp(data: &[u8]) -> Option<Cicp> {
    let &[primaries, transfer, 0, 1] = data else {
        return None;
    };
    Some(Cicp {
        primaries: primaries.into(),
        transfer: transfer.into(),
    })
}

fn gamma(data: &[u8]) -> Option<u32> {
    let gamma = u32::from_be_bytes(data.try_into().ok()?);
    // Beyond these nothing would be left to see.
    (10_000..=1_000_000).contains(&gamma).then_some(gamma)
}

fn primaries(data: &[u8]) -> Option<Primaries> {
    let (numbers, []) = data.as_chunks() else {
        return None;
    };
    let numbers: Vec<f64> = numbers
        .iter()
        .map(|&number| f64::from(u32::from_be_bytes(number)) / 100_000.0)
        .collect();
    let &[xw, yw, xr, yr, xg, yg, xb, yb] = numbers.as_slice() else {
        return None;
    };
    Some(Primaries {
        white: [xw, yw],
        red: [xr, yr],
        green: [xg, yg],
        blue: [xb, yb],
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::ZlibEncoder;

    use super::*;

    /// A PNG's signature and chunks; nobody here looks at the checksums.
    fn png(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut png = b"\x89PNG\r\n\x1A\n".to_vec();
        for (kind, data) in chunks {
            png.extend((data.len() as u32).to_be_bytes());
            png.extend(*kind);
            png.extend(*data);
            png.extend([0; 4]);
        }
        png
    }

    fn of_png(png: &[u8]) -> ColorSpace<'static> {
        space(&Photo::from(png))
    }

    #[test]
    fn the_better_word_wins() {
        let cicp: (&[u8; 4], &[u8]) = (b"cICP", &[12, 13, 0, 1]);
        let srgb: (&[u8; 4], &[u8]) = (b"sRGB", &[0]);
        let gamma: (&[u8; 4], &[u8]) = (b"gAMA", &[0, 0, 0xC3, 0x50]);
        let p3 = ColorSpace::Cicp(Cicp {
            primaries: 12,
            transfer: 13,
        });
        let half = ColorSpace::Primaries {
            primaries: Primaries::SRGB,
            curve: Curve::Gamma(2.0),
        };
        let packed = [&b"name\0\0"[..], &packed(b"profile")].concat();
        let icc: (&[u8; 4], &[u8]) = (b"iCCP", &packed);

        for (chunks, expected) in [
            (&[gamma, srgb, icc, cicp][..], p3),
            (&[gamma, srgb, icc], ColorSpace::Icc(b"profile".into())),
            (&[gamma, srgb], ColorSpace::Srgb),
            (&[gamma], half),
            (&[], ColorSpace::Untagged),
            (&[(b"IDAT", &[]), srgb], ColorSpace::Untagged),
        ] {
            assert_eq!(of_png(&png(chunks)), expected);
        }
    }

    #[test]
    fn a_profile_that_unpacks_to_too_much_is_cut() {
        let bomb = [&b"name\0\0"[..], &packed(&vec![0; 64 << 20])].concat();

        let space = of_png(&png(&[(b"iCCP", &bomb)]));

        assert!(matches!(space, ColorSpace::Icc(icc) if icc.len() == MAX_ICC + 1));
    }

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_makes_no_sense_is_not_heard() {
        for (kind, data) in [
            (b"cICP", &[12, 13, 0][..]),
            (b"cICP", &[12, 13, 9, 1]),
            (b"cICP", &[12, 13, 0, 0]),
            (b"gAMA", &[0; 4]),
            (b"gAMA", &[0xFF; 4]),
            (b"gAMA", &[1]),
            (b"cHRM", &[0; 31]),
            (b"cHRM", &[0; 36]),
        ] {
            assert_eq!(
                of_png(&png(&[(kind, data)])),
                ColorSpace::Untagged,
                "{kind:?} {data:?}"
            );
        }
        let mut cut = png(&[(b"gAMA", &[0, 0, 0xC3, 0x50])]);
        cut.truncate(cut.len() - 6);
        assert_eq!(of_png(&cut), ColorSpace::Untagged);
    }
}
