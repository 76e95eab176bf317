//! Reads `multipart/form-data` bodies (RFC 7578, and RFC 2046, 5.1.1 for the delimiters).

use bytes::Bytes;
use memchr::memmem;

/// A body part: its headers, and its content as it came.
#[derive(Debug, PartialEq)]
pub(crate) struct BodyPart {
    pub(crate) name: String,
    pub(crate) file_name: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) content: Bytes,
}

/// The body is not the form that its `Content-Type` says it is.
#[derive(Debug, PartialEq)]
pub(crate) struct Malformed;

/// The parts of a body, in order. After a malformed one there are no more.
#[derive(Debug)]
pub(crate) struct BodyParts<'a> {
    body: &'a Bytes,
    /// Line break, two hyphens, boundary.
    delimiter: Vec<u8>,
    /// Where the bytes after the last delimiter begin; `None` after the closing one or an error.
    after: Option<usize>,
}

impl<'a> BodyParts<'a> {
    /// Divides `body` as its `Content-Type` says.
    pub(crate) fn new(content_type: &str, body: &'a Bytes) -> Result<Self, Malformed> {
        let boundary = parameter(content_type, "boundary").ok_or(Malformed)?;
        // Longer ones are not allowed (RFC 2046, 5.1.1).
        if boundary.is_empty() || boundary.len() > 70 {
            return Err(Malformed);
        }
        let delimiter = format!("\r\n--{boundary}").into_bytes();
        let after = if body.starts_with(&delimiter[2..]) {
            delimiter.len() - 2
        } else {
            memmem::find(body, &delimiter).ok_or(Malformed)? + delimiter.len()
        };
        Ok(Self {
            body,
            delimiter,
            after: Some(after),
        })
    }

    fn part(&mut self, after: usize) -> Result<Option<BodyPart>, Malformed> {
        let rest = &self.body[after..];
        if rest.starts_with(b"--") {
            return Ok(None);
        }
        let padding = rest.iter().take_while(|byte| b" \t".contains(byte)).count();
        let rest = rest[padding..].strip_prefix(b"\r\n").ok_or(Malformed)?;
        let end = memmem::find(rest, &self.delimiter).ok_or(Malformed)?;
        let start = self.body.len() - rest.len();
        self.after = Some(start + end + self.delimiter.len());
        part(&self.body.slice(start..start + end)).map(Some)
    }
}

impl Iterator for BodyParts<'_> {
    type Item = Result<BodyPart, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        let after = self.after.take()?;
        self.part(after).transpose()
    }
}

fn part(bytes: &Bytes) -> Result<BodyPart, Malformed> {
    let mut headers = [httparse::EMPTY_HEADER; 16];
    let parsed = httparse::parse_headers(bytes, &mut headers).map_err(|_| Malformed)?;
    let httparse::Status::Complete((length, headers)) = parsed else {
        return Err(Malformed);
    };
    let find = |name: &str| {
        headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| String::from_utf8_lossy(header.value).trim().to_owned())
    };
    let disposition = find("Content-Disposition").ok_or(Malformed)?;
    let kind = disposition.split(';').next().unwrap_or_default();
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return Err(Malformed);
    }
    Ok(BodyPart {
        name: parameter(&disposition, "name").ok_or(Malformed)?,
        file_name: parameter(&disposition, "filename"),
        content_type: find("Content-Type"),
        content: bytes.slice(length..),
    })
}

/// Returns a parameter of a header such as `form-data; name="file"`. A value may be quoted; within
/// quotes a backslash escapes the next character.
fn parameter(header: &str, wanted: &str) -> Option<String> {
    let (_, mut rest) = header.split_once(';')?;
    loop {
        let (name, after) = rest.split_once('=')?;
        let (value, after) = match after.trim_start().strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => {
                let end = after.find(';').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(value);
        }
        rest = after.trim_start().strip_prefix(';')?;
    }
}

/// Returns the text up to the closing quote, and what follows it.
fn unquote(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(content_type: &str, body: &str) -> Result<Vec<(String, String)>, Malformed> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        BodyParts::new(content_type, &body)?
            .map(|part| {
                let part = part?;
                Ok((
                    part.name,
                    String::from_utf8_lossy(&part.content).into_owned(),
                ))
            })
            .collect()
    }

    fn pair(name: &str, content: &str) -> (String, String) {
        (name.to_owned(), content.to_owned())
    }

    #[test]
    fn parts_keep_line_breaks_and_near_misses_of_the_delimiter() {
        let body = "preamble\r\n--xy\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n\
                    1\r\n--x\r\n\r\n--xy \t\r\n\
                    content-disposition: form-data; name=b\r\n\r\n\r\n--xy--\r\nepilogue";

        let parts = parts("multipart/form-data; charset=utf-8; boundary=\"xy\"", body);

        assert_eq!(parts, Ok(vec![pair("a", "1\r\n--x\r\n"), pair("b", "")]));
    }

    #[test]
    fn what_is_not_a_form_is_malformed_and_never_a_panic() {
        let head = "Content-Disposition: form-data; name=\"a\"\r\n\r\n";
        let table = [
            ("multipart/form-data", format!("--x\r\n{head}1\r\n--x--")),
            (
                "multipart/form-data; boundary=",
                format!("--\r\n{head}1\r\n----"),
            ),
            (
                "multipart/form-data; boundary=\"x",
                format!("--x\r\n{head}1\r\n--x--"),
            ),
            ("multipart/form-data; boundary=x", String::new()),
            ("multipart/form-data; boundary=x", "--x".to_owned()),
            ("multipart/form-data; boundary=x", "--x\r\n".to_owned()),
            ("multipart/form-data; boundary=x", format!("--x\r\n{head}1")),
            (
                "multipart/form-data; boundary=x",
                format!("--x\r\n{head}1\r\n--x"),
            ),
            (
                "multipart/form-data; boundary=x",
                format!("--x{head}1\r\n--x--"),
            ),
            (
                "multipart/form-data; boundary=x",
                "--x\r\nA: b\r\n\r\n1\r\n--x--".to_owned(),
            ),
            (
                "multipart/form-data; boundary=x",
                "--x\r\n\r\n\r\n1\r\n--x--".to_owned(),
            ),
        ];

        for (content_type, body) in table {
            assert_eq!(parts(content_type, &body), Err(Malformed), "{body:?}");
        }
    }

    #[test]
    fn parameters_are_read_in_quotes_and_without() {
        let header = r#"form-data; name="fi\"le"; filename=a.jpg ; x="1;2=3"; y = "4""#;

        let found = ["name", "FILENAME", "x", "y", "z"].map(|name| parameter(header, name));

        let expected = [
            Some("fi\"le"),
            Some("a.jpg"),
            Some("1;2=3"),
            Some("4"),
            None,
        ];
        assert_eq!(found, expected.map(|value| value.map(str::to_owned)));
    }
}
