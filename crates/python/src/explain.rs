//! What was found in a photo and what would be done, as a dictionary.

use prep::{Header, Plan};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// Describes the header and the plan; the fields are documented at `group_picture.explain`.
pub(crate) fn explain<'py>(
    py: Python<'py>,
    header: &Header,
    plan: &Plan,
) -> PyResult<Bound<'py, PyDict>> {
    let told = PyDict::new(py);
    told.set_item("format", header.format.to_string())?;
    told.set_item("width", header.size.width)?;
    told.set_item("height", header.size.height)?;
    told.set_item("bits", header.bits)?;
    told.set_item("orientation", format!("{:?}", header.orientation))?;
    told.set_item("memory", header.memory)?;
    told.set_item("crop", (plan.crop.x, plan.crop.y, plan.crop.side))?;
    told.set_item("side", plan.side)?;
    told.set_item("quality", plan.quality)?;
    Ok(told)
}
