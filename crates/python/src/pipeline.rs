//! Photos to pictures, one or many at a time, with pipelines that stay warm.

use std::sync::{Mutex, PoisonError};

use prep::batch::{Batch, Worker};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyDict, PyIterator, PyList};
use pyo3_arrow::PyArray;
use pyo3_arrow::input::AnyArray;

use crate::arrow;
use crate::cancel::{self, Cancel, interruptible};
use crate::error::Failure;
use crate::many::{Photos, prepare_all};
use crate::options::options;

/// A batch: the options, and the warm pipelines of as many threads as ever worked at once.
#[pyclass(frozen, module = "group_picture._native")]
pub(crate) struct Pipeline {
    batch: Batch,
}

#[pymethods]
impl Pipeline {
    #[new]
    #[pyo3(signature = (**keywords))]
    fn new(py: Python<'_>, keywords: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let batch = Batch::new(options(keywords)?)
            .map_err(|error| Failure::from(error).into_exception(py))?;
        Ok(Self { batch })
    }

    fn prepare<'py>(
        &self,
        py: Python<'py>,
        photo: PyBackedBytes,
        cancel: Option<&Cancel>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let cancel = cancel::flag(cancel);
        let work = |worker: &mut Worker<'_>| prepare(worker, &photo, &cancel);
        match interruptible(py, &cancel, photo.len(), || self.batch.run_one(work))? {
            Ok(picture) => Ok(PyBytes::new(py, &picture)),
            Err(failure) => Err(failure.into_exception(py)),
        }
    }

    /// Pictures and errors, one of the two `None`, in the photos' order. Of an iterator's photos only a few a thread are held at a time.
    fn prepare_each<'py>(
        &self,
        py: Python<'py>,
        photos: &Bound<'py, PyIterator>,
        count: Option<usize>,
        threads: usize,
        cancel: Option<&Cancel>,
    ) -> PyResult<(Bound<'py, PyList>, Bound<'py, PyList>)> {
        let raised = Mutex::new(None);
        let photos = Photos {
            iterator: photos.clone().unbind(),
            count,
            raised: &raised,
        };
        let results = prepare_all(py, &self.batch, photos, threads, &cancel::flag(cancel))?;
        if let Some(error) = raised.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error);
        }
        let (pictures, errors) = (PyList::empty(py), PyList::empty(py));
        for result in results {
            match result {
                Some(Ok(picture)) => {
                    pictures.append(PyBytes::new(py, &picture))?;
                    errors.append(py.None())?;
                }
                Some(Err(failure)) => {
                    pictures.append(py.None())?;
                    errors.append(failure.into_exception(py).value(py))?;
                }
                None => {
                    pictures.append(py.None())?;
                    errors.append(py.None())?;
                }
            }
        }
        Ok((pictures, errors))
    }

    /// The same for an Arrow array of binaries, whose bytes are read where they are.
    fn prepare_arrow(
        &self,
        py: Python<'_>,
        photos: AnyArray,
        threads: usize,
        cancel: Option<&Cancel>,
    ) -> PyResult<(PyArray, PyArray)> {
        let photos = photos.into_chunked_array()?;
        let photos = arrow::photos(photos.chunks())?;
        let (photos, cancel) = (photos.into_iter(), cancel::flag(cancel));
        let results = prepare_all(py, &self.batch, photos, threads, &cancel)?;
        Ok(py.detach(|| arrow::columns(results)))
    }

    fn explain<'py>(&self, py: Python<'py>, photo: PyBackedBytes) -> PyResult<Bound<'py, PyDict>> {
        let cancel = cancel::flag(None);
        let plan = |pipeline: &mut prep::Pipeline| {
            pipeline.set_cancel(cancel.clone());
            pipeline.plan(&photo).map_err(Failure::from)
        };
        let planned = interruptible(py, &cancel, photo.len(), || {
            self.batch.run_one(|worker| worker.with_pipeline(plan))
        })?;
        let (header, plan) = planned.map_err(|failure| failure.into_exception(py))?;
        crate::explain::explain(py, &header, &plan)
    }
}

/// Prepares one photo into a buffer of its own.
pub(crate) fn prepare(
    worker: &mut Worker<'_>,
    photo: &[u8],
    cancel: &prep::Cancel,
) -> Result<Vec<u8>, Failure> {
    let mut picture = Vec::new();
    // There is no memory budget that the worker would have to ask.
    worker.with_pipeline(|pipeline| {
        pipeline.set_cancel(cancel.clone());
        pipeline.prepare_into(photo, &mut picture)
    })?;
    Ok(picture)
}

/// Whether two images show the same; an error if one is not an image.
#[pyfunction]
pub(crate) fn is_like(py: Python<'_>, one: PyBackedBytes, other: PyBackedBytes) -> PyResult<bool> {
    let compared = py.detach(|| {
        let one = prep::Likeness::of(&one)?;
        Ok::<_, prep::Error>(one.is_like(&prep::Likeness::of(&other)?))
    });
    compared.map_err(|error| Failure::from(error).into_exception(py))
}
