//! Arrow arrays of photos in, of pictures and errors out.

use std::sync::Arc;

use arrow_array::builder::{LargeBinaryBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3_arrow::PyArray;

use crate::many::Outcome;

/// The photos of an array, where they lie; nothing is copied.
pub(crate) fn photos(chunks: &[ArrayRef]) -> PyResult<Vec<Option<&[u8]>>> {
    let mut photos = Vec::with_capacity(chunks.iter().map(|chunk| chunk.len()).sum());
    for chunk in chunks {
        match chunk.data_type() {
            DataType::Binary => photos.extend(chunk.as_binary::<i32>()),
            DataType::LargeBinary => photos.extend(chunk.as_binary::<i64>()),
            DataType::BinaryView => photos.extend(chunk.as_binary_view()),
            // An engine's way to say that a block has no photos at all.
            DataType::Null => photos.extend((0..chunk.len()).map(|_| None)),
            other => {
                let message = format!("expected an array of binaries, not of {other}");
                return Err(PyTypeError::new_err(message));
            }
        }
    }
    Ok(photos)
}

/// A column of pictures and one of errors; where one has a value the other is null.
pub(crate) fn columns(outcomes: Vec<Option<Outcome>>) -> (PyArray, PyArray) {
    let mut pictures = LargeBinaryBuilder::new();
    let mut errors = StringBuilder::new();
    for outcome in outcomes {
        match outcome {
            Some(Ok(picture)) => {
                pictures.append_value(picture);
                errors.append_null();
            }
            Some(Err(failure)) => {
                pictures.append_null();
                errors.append_value(format!("{}: {}", failure.kind, failure.message));
            }
            None => {
                pictures.append_null();
                errors.append_null();
            }
        }
    }
    (
        PyArray::from_array_ref(Arc::new(pictures.finish())),
        PyArray::from_array_ref(Arc::new(errors.finish())),
    )
}
