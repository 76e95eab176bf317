//! Marks: what the page is sorted and filtered by.

use crate::input::overrides::Override;
use crate::report::explanation::{self, Explanation};
use crate::report::failure::Failure;
use crate::report::record;

/// A reason to check a photo, or that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// There is no picture.
    Failed,
    /// It has a warning.
    Warned,
    /// Faces, or the salient content, lie outside the circle.
    Circle,
    /// A part of the photo is lost.
    Damaged,
    /// Its color profile is unusable.
    Profile,
    /// Its picture is enlarged.
    Enlarged,
    /// It has no warning.
    Fine,
    /// Its options are overridden.
    Overridden,
    /// It is left out.
    Skipped,
}

impl Mark {
    /// In the order in which they are offered.
    pub(super) const ALL: [Self; 9] = [
        Self::Failed,
        Self::Warned,
        Self::Circle,
        Self::Damaged,
        Self::Profile,
        Self::Enlarged,
        Self::Fine,
        Self::Overridden,
        Self::Skipped,
    ];

    /// The name of the class in the page.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Warned => "warned",
            Self::Circle => "circle",
            Self::Damaged => "damaged",
            Self::Profile => "profile",
            Self::Enlarged => "enlarged",
            Self::Fine => "fine",
            Self::Overridden => "overridden",
            Self::Skipped => "skipped",
        }
    }

    /// For people.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Failed => "Failed",
            Self::Warned => "Warnings",
            Self::Circle => "Outside the circle",
            Self::Damaged => "Damaged",
            Self::Profile => "Color profile",
            Self::Enlarged => "Enlarged",
            Self::Fine => "No warning",
            Self::Overridden => "Overridden",
            Self::Skipped => "Skipped",
        }
    }
}

/// The marks of one photo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Marks(u16);

impl Marks {
    pub(super) fn has(self, mark: Mark) -> bool {
        self.0 & bit(mark) != 0
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Mark> {
        Mark::ALL.into_iter().filter(move |mark| self.has(*mark))
    }

    fn add(&mut self, mark: Mark) {
        self.0 |= bit(mark);
    }
}

impl Extend<Mark> for Marks {
    fn extend<I: IntoIterator<Item = Mark>>(&mut self, marks: I) {
        for mark in marks {
            self.add(mark);
        }
    }
}

impl FromIterator<Mark> for Marks {
    fn from_iter<I: IntoIterator<Item = Mark>>(marks: I) -> Self {
        let mut all = Self::default();
        all.extend(marks);
        all
    }
}

fn bit(mark: Mark) -> u16 {
    1 << mark as u16
}

/// The marks of a photo of which this was made, and what there is to warn of.
pub(super) fn judge(
    made: &Result<Explanation, Failure>,
    instead: Override,
) -> (Marks, Vec<String>) {
    let mut marks = Marks::default();
    let mut warnings = Vec::new();
    let mut warn = |mark, warning| {
        marks.add(mark);
        warnings.push(warning);
    };
    match made {
        Err(failure) => warn(Mark::Failed, failure.to_string()),
        Ok(explanation) => {
            let prepared = &explanation.prepared;
            if let Some(doubt) = explanation::doubt(&prepared.plan.choice) {
                warn(Mark::Circle, doubt);
            }
            if prepared.lost > 0.0 {
                warn(Mark::Damaged, record::damage(prepared.lost));
            } else if prepared.is_truncated {
                warn(Mark::Damaged, record::TRUNCATED.to_owned());
            }
            if prepared.header.profile == prep::Profile::Unusable {
                warn(Mark::Profile, record::UNUSABLE_PROFILE.to_owned());
            }
            if let Some(times) = explanation.enlargement() {
                warn(
                    Mark::Enlarged,
                    format!("enlarged {times:.1} times: it will look soft"),
                );
            }
        }
    }
    let is_failed = made.is_err();
    if !is_failed {
        marks.add(match warnings.is_empty() {
            true => Mark::Fine,
            false => Mark::Warned,
        });
    }
    if instead.skip {
        // What is wrong with it does not matter any more.
        marks = Marks::default();
        marks.add(Mark::Skipped);
    }
    if !instead.is_none() {
        marks.add(Mark::Overridden);
    }
    (marks, warnings)
}
