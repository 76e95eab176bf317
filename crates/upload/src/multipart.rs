//! A form with a file in it (RFC 7578), complete before the first byte goes out.

use bytes::Bytes;
use memchr::memmem;

/// A form that can be sent any number of times.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) content_type: String,
    pub(crate) bytes: Bytes,
}

impl Form {
    /// Makes a form of a text field, if there is one, and the part `file`.
    ///
    /// The file name is a constant, because escapes in users' file names have caused 400s.
    pub(crate) fn new(field: Option<(&str, &str)>, picture: &[u8]) -> Self {
        let boundary = boundary(picture);
        let text = field.map_or_else(String::new, |(name, value)| {
            format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            )
        });
        let file = format!(
            "--{boundary}\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"avatar.jpg\"\r\n\
             Content-Type: image/jpeg\r\n\r\n"
        );
        let end = format!("\r\n--{boundary}--\r\n");
        let body = [text.as_bytes(), file.as_bytes(), picture, end.as_bytes()].concat();
        Self {
            content_type: format!("multipart/form-data; boundary={boundary}"),
            bytes: body.into(),
        }
    }
}

/// Returns the first of a fixed series of boundaries that the data does not contain, so that equal
/// forms are equal bytes.
fn boundary(data: &[u8]) -> String {
    (0_u64..)
        .map(|number| format!("group-picture-{number:016x}"))
        .find(|boundary| !contains(data, boundary.as_bytes()))
        .expect("the data is finite")
}

fn contains(data: &[u8], part: &[u8]) -> bool {
    memmem::find(data, part).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_byte_for_byte_what_the_standard_asks() {
        let form = Form::new(Some(("chatId", "-100")), b"\xff\xd8\xff");

        let expected = b"--group-picture-0000000000000000\r\n\
            Content-Disposition: form-data; name=\"chatId\"\r\n\r\n-100\r\n\
            --group-picture-0000000000000000\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"avatar.jpg\"\r\n\
            Content-Type: image/jpeg\r\n\r\n\xff\xd8\xff\r\n\
            --group-picture-0000000000000000--\r\n";
        assert_eq!(form.bytes, expected.as_slice());
        assert_eq!(
            form.content_type,
            "multipart/form-data; boundary=group-picture-0000000000000000"
        );
    }

    #[test]
    fn the_boundary_is_never_in_the_picture() {
        let picture = b"..group-picture-0000000000000000..\r\n--group-picture-0000000000000001";

        let form = Form::new(None, picture);

        assert!(
            form.content_type
                .ends_with("=group-picture-0000000000000002")
        );
    }
}
