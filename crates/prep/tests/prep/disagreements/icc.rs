//! ICC profiles whose colorants are missing, or of another type than XYZ, in each container that our tests can write.

use std::io::Write;

use crate::common::{finest, finest_of, fixture, prepare};
use prep::Profile;

/// Display P3, with the signatures of the colorants' tags, or of their values' type, overwritten.
fn broken_profiles() -> Vec<Vec<u8>> {
    let whole = fixture("color/display-p3.icc");
    let tag = |name: &[u8]| {
        let mut tags = whole[132..].chunks_exact(12);
        tags.position(|tag| tag.starts_with(name)).unwrap() * 12 + 132
    };
    let mut profiles = Vec::new();
    for names in [
        &["rXYZ"][..],
        &["gXYZ"],
        &["bXYZ"],
        &["rXYZ", "gXYZ", "bXYZ"],
    ] {
        let (mut missing, mut wrong) = (whole.clone(), whole.clone());
        for name in names {
            let at = tag(name.as_bytes());
            missing[at..at + 4].copy_from_slice(b"none");
            let value = u32::from_be_bytes(*whole[at + 4..].first_chunk().unwrap()) as usize;
            wrong[value..value + 4].copy_from_slice(&[0x17, 0xA5, 0x05, 0xB8]);
        }
        profiles.extend([missing, wrong]);
    }
    profiles
}

fn jpeg_with(profile: &[u8]) -> Vec<u8> {
    let photo = fixture("formats/baseline.jpg");
    let length = (profile.len() as u16 + 16).to_be_bytes();
    [
        &photo[..2],
        &[0xFF, 0xE2],
        &length,
        b"ICC_PROFILE\0\x01\x01",
        profile,
        &photo[2..],
    ]
    .concat()
}

fn png_with(profile: &[u8]) -> Vec<u8> {
    const HEAD: usize = 8 + 25;
    let mut packed =
        flate2::write::ZlibEncoder::new(b"p\0\0".to_vec(), flate2::Compression::fast());
    packed.write_all(profile).unwrap();
    let data = packed.finish().unwrap();
    let content = [&b"iCCP"[..], &data].concat();
    let mut checksum = flate2::Crc::new();
    checksum.update(&content);
    let length = (data.len() as u32).to_be_bytes();
    let photo = fixture("formats/rgb.png");
    [
        &photo[..HEAD],
        &length,
        &content,
        &checksum.sum().to_be_bytes(),
        &photo[HEAD..],
    ]
    .concat()
}

#[test]
fn a_profile_without_its_colorants_is_reported_and_ignored() {
    for profile in broken_profiles() {
        for (photo, name) in [
            (jpeg_with(&profile), "formats/baseline.jpg"),
            (png_with(&profile), "formats/rgb.png"),
        ] {
            let (prepared, picture) = prepare(&photo, finest()).unwrap();

            assert_eq!(prepared.header.profile, Profile::Unusable, "{name}");
            assert!(picture == finest_of(name), "{name}");
        }
    }
}

#[test]
fn a_whole_profile_counts() {
    let profile = fixture("color/display-p3.icc");
    for photo in [jpeg_with(&profile), png_with(&profile)] {
        let (prepared, _) = prepare(&photo, finest()).unwrap();

        assert_eq!(prepared.header.profile, Profile::Convert);
    }
}
