//! What was found in a photo and what would be done, as a dictionary with the names that `explain --json` uses.

use prep::{Header, Plan, Rect, Treatment};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// Describes the header and the plan; the fields are documented at `group_picture.explain`.
pub(crate) fn explain<'py>(
    py: Python<'py>,
    header: &Header,
    plan: &Plan,
) -> PyResult<Bound<'py, PyDict>> {
    let seen = header.orientation.seen(header.size);
    let faces = PyList::empty(py);
    for face in plan.choice.faces.iter() {
        let told = rect(py, face.area)?;
        told.set_item("confidence", face.confidence)?;
        told.set_item("main", face.is_main)?;
        told.set_item("in_circle", face.is_in_circle)?;
        faces.append(told)?;
    }
    let square = header.orientation.seen_rect(header.size, plan.crop.into());

    let told = PyDict::new(py);
    told.set_item("format", header.format.to_string())?;
    told.set_item("width", seen.width)?;
    told.set_item("height", seen.height)?;
    told.set_item("orientation", header.orientation.to_exif())?;
    told.set_item("bits", header.bits)?;
    told.set_item("memory", header.memory)?;
    told.set_item("square", rect(py, square)?)?;
    told.set_item("rule", plan.choice.rule.name())?;
    told.set_item("faces", faces)?;
    told.set_item("score", plan.choice.score)?;
    told.set_item("cuts_text", plan.choice.cuts_text)?;
    told.set_item("treatment", plan.treatment.name())?;
    told.set_item("side", plan.side)?;
    let quality = (plan.treatment == Treatment::Encoded).then_some(plan.quality);
    told.set_item("quality", quality)?;
    Ok(told)
}

fn rect(py: Python<'_>, rect: Rect) -> PyResult<Bound<'_, PyDict>> {
    let told = PyDict::new(py);
    told.set_item("x", rect.x)?;
    told.set_item("y", rect.y)?;
    told.set_item("width", rect.width)?;
    told.set_item("height", rect.height)?;
    Ok(told)
}
