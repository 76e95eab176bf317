//! Arrow arrays of photos in, of pictures and errors out.

use std::sync::Arc;

use arrow_array::builder::{LargeBinaryBuilder, StringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, Field, Fields};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3_arrow::PyArray;

use crate::many::Outcome;

/// The photos of an array, where they lie; nothing is copied.
pub(crate) fn photos(chunks: &[ArrayRef]) -> PyResult<Vec<Option<&[u8]>>> {
    let mut photos = Vec::with_capacity(chunks.iter().map(|chunk| chunk.len()).sum());
    for chunk in chunks {
        append(chunk, &mut photos)?;
    }
    Ok(photos)
}

fn append<'a>(array: &'a dyn Array, photos: &mut Vec<Option<&'a [u8]>>) -> PyResult<()> {
    match array.data_type() {
        DataType::Binary => photos.extend(array.as_binary::<i32>()),
        DataType::LargeBinary => photos.extend(array.as_binary::<i64>()),
        DataType::BinaryView => photos.extend(array.as_binary_view()),
        // An engine's way to say that a block has no photos at all.
        DataType::Null => photos.extend((0..array.len()).map(|_| None)),
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let mut values = Vec::new();
            append(dictionary.values().as_ref(), &mut values)?;
            let is_null = |row: usize| dictionary.keys().is_null(row);
            if values.is_empty() {
                photos.extend((0..array.len()).map(|_| None));
                return Ok(());
            }
            let keys = dictionary.normalized_keys().into_iter().enumerate();
            photos.extend(keys.map(|(row, key)| if is_null(row) { None } else { values[key] }));
        }
        DataType::Struct(fields) => {
            let place = photo_field(fields).ok_or_else(|| unexpected(array))?;
            let first = photos.len();
            append(array.as_struct().column(place).as_ref(), photos)?;
            for (row, photo) in photos[first..].iter_mut().enumerate() {
                *photo = photo.filter(|_| array.is_valid(row));
            }
        }
        _ => return Err(unexpected(array)),
    }
    Ok(())
}

/// The field of a structure that holds photos: `bytes`, as in the images of Hugging Face's datasets, or the only binary one.
fn photo_field(fields: &Fields) -> Option<usize> {
    let is_binary = |field: &Field| {
        matches!(
            field.data_type(),
            DataType::Binary | DataType::LargeBinary | DataType::BinaryView
        )
    };
    let named = fields.iter().position(|field| field.name() == "bytes");
    let mut binary = (0..fields.len()).filter(|&place| is_binary(&fields[place]));
    named.or_else(|| binary.next().filter(|_| binary.next().is_none()))
}

fn unexpected(array: &dyn Array) -> PyErr {
    let message = format!(
        "expected an array of binaries, a dictionary of them or structures with a field of them, not of {}",
        array.data_type()
    );
    PyTypeError::new_err(message)
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
