//! Joins a photo with every decision about its picture.

use crate::error::Error;
use crate::geometry::Rect;
use crate::plan::{Plan, Planner};
use crate::source::Opened;

/// An opened photo and the plan for its picture.
pub(super) struct Planned<'a> {
    pub(super) opened: Opened<'a>,
    pub(super) plan: Plan,
    planner: Planner,
}

/// Plans a picture of the content.
pub(super) fn plan<'a>(
    opened: Opened<'a>,
    content: Rect,
    planner: Planner,
) -> Result<Planned<'a>, Error> {
    let plan = planner.within(content)?;
    Ok(Planned {
        opened,
        plan,
        planner,
    })
}

impl<'a> Planned<'a> {
    /// A photo that is kept, with the plan that says so.
    pub(super) fn kept(opened: Opened<'a>, plan: Plan, planner: Planner) -> Self {
        Self {
            opened,
            plan,
            planner,
        }
    }

    /// Plans for the part of the photo that comes before a loss; `None` if it is too small.
    pub(super) fn before_loss(&self, lost: f32, margin: u32) -> Option<Plan> {
        self.planner.before_loss(&self.plan, lost, margin)
    }
}
