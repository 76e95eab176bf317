//! SVG: keywords in any case, text in any encoding.

use crate::common::{finest, picture_of};

fn drawing(attributes: &str) -> Vec<u8> {
    let svg = r#"<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200" fill="none" color="blue">"#;
    format!(r#"{svg}<circle cx="100" cy="100" r="60" stroke-width="30" {attributes}/></svg>"#)
        .into_bytes()
}

fn picture(photo: &[u8]) -> Vec<u8> {
    picture_of(photo, finest().side(200), "the drawing")
}

#[test]
fn keywords_have_no_case() {
    let expected = picture(&drawing(r#"stroke="blue""#));
    for attributes in [
        r#"stroke="currentColor""#,
        r#"stroke="currentcolor""#,
        r#"stroke="CURRENTCOLOR" fill="NONE""#,
        r#"style="stroke:currentcolor;fill:None""#,
        r#"stroke='Currentcolor' filter="NONE" opacity="1""#,
    ] {
        assert!(picture(&drawing(attributes)) == expected, "{attributes}");
    }
}

#[test]
fn each_encoding_gives_the_same_drawing() {
    let plain = String::from_utf8(drawing(r#"stroke="red""#)).unwrap();
    let expected = picture(plain.as_bytes());
    for encoding in ["ISO-8859-1", "windows-1252", "ISO-8859-15", "koi8-r"] {
        let mut photo =
            format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?><!-- ").into_bytes();
        photo.extend(b"r\xE9sum\xE9 -->");
        photo.extend(plain.as_bytes());

        assert!(picture(&photo) == expected, "{encoding}");
    }
    for order in [u16::to_le_bytes, u16::to_be_bytes] {
        let photo: Vec<u8> = format!("\u{FEFF}{plain}")
            .encode_utf16()
            .flat_map(order)
            .collect();

        assert!(picture(&photo) == expected);
    }
}
