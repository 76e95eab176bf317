//! What is sent: the address and the multipart body (RFC 7578), complete before the first byte goes out.

use bytes::Bytes;
use reqwest::Url;

use crate::{ApiUrl, Instance, Token};

/// The address of a method. It holds the token, so it goes to the HTTP library and nowhere else.
pub(crate) fn url(api_url: &ApiUrl, instance: &Instance, method: &str, token: &Token) -> Url {
    let instance = format!("waInstance{instance}");
    api_url.join(["v3", &instance, method, token.expose()])
}

/// A form that can be sent any number of times.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) content_type: String,
    pub(crate) body: Bytes,
}

impl Form {
    /// The form of `setGroupPicture`: the group and the file.
    ///
    /// The file's name is a constant, because names of users' files have broken requests.
    pub(crate) fn new(chat: &str, picture: &[u8]) -> Self {
        let boundary = boundary(picture);
        let head = format!(
            "--{boundary}\r\n\
             Content-Disposition: form-data; name=\"chatId\"\r\n\r\n\
             {chat}\r\n\
             --{boundary}\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"avatar.jpg\"\r\n\
             Content-Type: image/jpeg\r\n\r\n"
        );
        let body = [
            head.as_bytes(),
            picture,
            format!("\r\n--{boundary}--\r\n").as_bytes(),
        ]
        .concat();
        Self {
            content_type: format!("multipart/form-data; boundary={boundary}"),
            body: body.into(),
        }
    }
}

/// Whether the bytes start as every JPEG does: SOI and the first byte of a marker (T.81, B.1.1.3).
pub(crate) fn is_jpeg(picture: &[u8]) -> bool {
    picture.starts_with(&[0xff, 0xd8, 0xff])
}

/// The first of a fixed row of boundaries that is not in the data, so equal forms are equal bytes.
fn boundary(data: &[u8]) -> String {
    (0_u64..)
        .map(|number| format!("group-picture-{number:016x}"))
        .find(|boundary| !contains(data, boundary.as_bytes()))
        .expect("the data is finite")
}

fn contains(data: &[u8], part: &[u8]) -> bool {
    data.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_byte_for_byte_what_the_standard_asks() {
        let form = Form::new("-100", b"\xff\xd8\xff");

        let expected = b"--group-picture-0000000000000000\r\n\
            Content-Disposition: form-data; name=\"chatId\"\r\n\r\n-100\r\n\
            --group-picture-0000000000000000\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"avatar.jpg\"\r\n\
            Content-Type: image/jpeg\r\n\r\n\xff\xd8\xff\r\n\
            --group-picture-0000000000000000--\r\n";
        assert_eq!(form.body, expected.as_slice());
        assert_eq!(
            form.content_type,
            "multipart/form-data; boundary=group-picture-0000000000000000"
        );
    }

    #[test]
    fn the_boundary_is_never_in_the_picture() {
        let picture = b"..group-picture-0000000000000000..\r\n--group-picture-0000000000000001";

        let form = Form::new("-100", picture);

        assert!(
            form.content_type
                .ends_with("=group-picture-0000000000000002")
        );
    }

    #[test]
    fn v3_is_in_the_address_once() {
        let instance = "3100000001".parse().unwrap();
        let token = Token::new("d75b%3a").unwrap();
        for api_url in [
            "https://3100.api.green-api.com",
            "https://3100.api.green-api.com/v3/",
        ] {
            let url = url(
                &api_url.parse().unwrap(),
                &instance,
                "setGroupPicture",
                &token,
            );

            let expected =
                "https://3100.api.green-api.com/v3/waInstance3100000001/setGroupPicture/d75b%253a";
            assert_eq!(url.as_str(), expected);
        }
    }
}
