//! The form that a picture is sent in: a file and a few fields.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::multipart::{BodyPart, BodyParts, Malformed};

/// A form that was read to its end.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Form {
    /// The part `file`, if it has a file name, as files have.
    pub(crate) file: Option<File>,
    /// The text fields, each with all its values.
    pub(crate) fields: BTreeMap<String, Vec<String>>,
}

/// A file as it was sent.
#[derive(Debug, PartialEq)]
pub(crate) struct File {
    name: String,
    content_type: Option<String>,
    pub(crate) bytes: Bytes,
}

impl Form {
    /// Reads a body. One whose `Content-Type` is not that of a form is an empty form.
    pub(crate) fn read(content_type: &str, body: &Bytes) -> Result<Self, Malformed> {
        let mut form = Self::default();
        if media_type(content_type).eq_ignore_ascii_case("multipart/form-data") {
            for part in BodyParts::new(content_type, body)? {
                form.add(part?);
            }
        }
        Ok(form)
    }

    /// Reads the parts that are complete, whatever follows them.
    pub(crate) fn read_complete_parts(content_type: &str, body: &Bytes) -> Self {
        let mut form = Self::default();
        for part in BodyParts::new(content_type, body)
            .into_iter()
            .flatten()
            .flatten()
        {
            form.add(part);
        }
        form
    }

    /// Returns the first value of a field.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.first().map(String::as_str)
    }

    fn add(&mut self, part: BodyPart) {
        match part.file_name {
            Some(name) if part.name == "file" => {
                self.file = Some(File {
                    name,
                    content_type: part.content_type,
                    bytes: part.content,
                });
            }
            Some(_) => {}
            None => self
                .fields
                .entry(part.name)
                .or_default()
                .push(String::from_utf8_lossy(&part.content).into_owned()),
        }
    }
}

/// Returns a `Content-Type` without its parameters. Upper and lower case are the same in it (RFC 9110, 8.3.1).
fn media_type(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

impl File {
    /// Returns whether the name, the declared type and the first bytes are those of a JPEG.
    ///
    /// The documentation says `*.jpg` and no more; that all three count is inferred.
    pub(crate) fn is_jpeg(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        let declared = self.content_type.as_deref().unwrap_or("image/jpeg");
        let declared = media_type(declared).to_ascii_lowercase();
        (name.ends_with(".jpg") || name.ends_with(".jpeg"))
            && matches!(&*declared, "image/jpeg" | "image/jpg")
            && self.bytes.starts_with(&[0xff, 0xd8, 0xff])
    }
}
