//! The form that carries a picture: a file and a few fields.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::multipart::{Malformed, Part, Parts};

/// A form that was read to its end.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Form {
    /// The part `file`, if it was sent as a file is: with a file name.
    pub(crate) file: Option<File>,
    /// The text fields; one that came twice is here with both values.
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
    /// Reads a body; one that does not say that it is a form is an empty form.
    pub(crate) fn read(content_type: &str, body: &Bytes) -> Result<Self, Malformed> {
        let mut form = Self::default();
        if content_type.starts_with("multipart/form-data") {
            for part in Parts::new(content_type, body)? {
                form.add(part?);
            }
        }
        Ok(form)
    }

    /// The parts that are whole; what is missing or malformed after them is not missed.
    pub(crate) fn as_far_as_it_came(content_type: &str, body: &Bytes) -> Self {
        let mut form = Self::default();
        for part in Parts::new(content_type, body)
            .into_iter()
            .flatten()
            .flatten()
        {
            form.add(part);
        }
        form
    }

    /// The first value of a field.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name)?.first().map(String::as_str)
    }

    fn add(&mut self, part: Part) {
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

impl File {
    /// Whether all that can be seen of it says JPEG: the name, the declared type, the first bytes.
    ///
    /// The documentation says `*.jpg` and no more; that all three count is inferred.
    pub(crate) fn is_jpeg(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        let declared = self.content_type.as_deref().unwrap_or("image/jpeg");
        (name.ends_with(".jpg") || name.ends_with(".jpeg"))
            && matches!(declared, "image/jpeg" | "image/jpg")
            && self.bytes.starts_with(&[0xff, 0xd8, 0xff])
    }
}
