//! The native half of the Python package `group_picture`; its other half gives it names and documentation.
//!
//! Everything here translates: options from keywords, errors to exceptions, bytes both ways. The work is done by `prep`
//! and `upload`, with the interpreter released.

#![forbid(unsafe_code)]

mod arrow;
mod cancel;
mod client;
mod error;
mod explain;
mod many;
mod options;
mod pipeline;
mod process;
mod session;

use pyo3::prelude::pymodule;

#[pymodule(gil_used = false)]
mod _native {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::cancel::Cancel;
    #[pymodule_export]
    use crate::client::{AsyncClient, Client};
    #[pymodule_export]
    use crate::pipeline::{Pipeline, is_like};
    #[pymodule_export]
    use crate::session::Session;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
