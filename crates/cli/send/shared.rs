//! Photos that several groups share: each is prepared once.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::digest::Digest;
use crate::input::groups::Assignment;
use crate::report::failure::Failure;
use crate::report::picture::Picture;

/// A picture that was made.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) picture: Picture,
    pub(crate) jpeg: Bytes,
    pub(crate) digest: Digest,
}

/// The photos of a list that several groups share.
#[derive(Debug)]
pub(crate) struct Shared<'a>(HashMap<&'a Path, Slot>);

/// What is made of a photo, kept until the last group that shares it has asked for it.
#[derive(Debug)]
struct Slot {
    state: Mutex<State>,
    /// It is not being made any more.
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    /// How many groups have not asked for it.
    left: usize,
    made: Progress,
}

#[derive(Debug)]
enum Progress {
    /// Nobody has made it, or making it panicked.
    None,
    Making,
    Made(Box<Result<Made, Failure>>),
}

impl<'a> Shared<'a> {
    pub(crate) fn of(groups: &'a [Assignment]) -> Self {
        let mut counts: HashMap<&Path, usize> = HashMap::new();
        for assignment in groups {
            *counts.entry(&assignment.photo).or_default() += 1;
        }
        let shared = counts.into_iter().filter(|(_, count)| *count > 1);
        Self(
            shared
                .map(|(photo, left)| (photo, Slot::new(left)))
                .collect(),
        )
    }

    /// Returns what is made of the photo; `make` is called by the first who asks, and the others wait for it.
    pub(crate) fn get_or_make(
        &self,
        photo: &Path,
        make: impl FnOnce() -> Result<Made, Failure>,
    ) -> Result<Made, Failure> {
        let Some(slot) = self.0.get(photo) else {
            return make();
        };
        slot.get().unwrap_or_else(|| slot.make(make))
    }

    /// Gives those who wait for the photo this failure, though it is still being made: that takes too long.
    pub(crate) fn give_up(&self, photo: &Path, failure: &Failure) {
        if let Some(slot) = self.0.get(photo) {
            slot.end(Progress::Made(Box::new(Err(failure.clone()))));
        }
    }
}

impl Slot {
    fn new(left: usize) -> Self {
        Self {
            state: Mutex::new(State {
                left,
                made: Progress::None,
            }),
            changed: Condvar::new(),
        }
    }

    /// Returns what was made, once it is; `None` makes it the caller's to make.
    fn get(&self) -> Option<Result<Made, Failure>> {
        let is_making = |state: &mut State| matches!(state.made, Progress::Making);
        let state = self.changed.wait_while(self.state(), is_making);
        let mut state = state.unwrap_or_else(PoisonError::into_inner);
        state.left = state.left.saturating_sub(1);
        let made = match &state.made {
            Progress::Made(made) => made.as_ref().clone(),
            Progress::None | Progress::Making => {
                state.made = Progress::Making;
                return None;
            }
        };
        if state.left == 0 {
            state.made = Progress::None;
        }
        Some(made)
    }

    fn make(&self, make: impl FnOnce() -> Result<Made, Failure>) -> Result<Made, Failure> {
        let panicked = Panicked(self);
        let made = make();
        std::mem::forget(panicked);
        self.end(Progress::Made(Box::new(made.clone())));
        made
    }

    /// Ends the making, unless it has ended already.
    fn end(&self, made: Progress) {
        let mut state = self.state();
        if matches!(state.made, Progress::Making) {
            state.made = match state.left {
                0 => Progress::None,
                _ => made,
            };
            self.changed.notify_all();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is one step, so a panic elsewhere leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets another make it when dropped.
struct Panicked<'a>(&'a Slot);

impl Drop for Panicked<'_> {
    fn drop(&mut self) {
        self.0.end(Progress::None);
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::path::PathBuf;
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;
    use crate::input::overrides::Override;
    use crate::report::failure::Cause;
    use crate::target::Target;

    fn groups() -> Vec<Assignment> {
        let group = |number: i64| Assignment {
            target: Target::Group(format!("-{number}").parse().unwrap()),
            photo: PathBuf::from("a.png"),
            instead: Override::default(),
            place: String::new(),
        };
        (1..=3).map(group).collect()
    }

    fn failure(message: &str) -> Failure {
        Failure::new(Cause::NotReadable, message.to_owned())
    }

    #[test]
    fn those_who_wait_for_a_photo_that_takes_too_long_are_told_before_it_ends() {
        let groups = groups();
        let shared = Shared::of(&groups);
        let photo = &*groups[0].photo;
        let (begun, has_begun) = channel();
        let (end, may_end) = channel();

        let told = thread::scope(|scope| {
            let shared = &shared;
            let maker = scope.spawn(move || {
                shared.get_or_make(photo, || {
                    begun.send(()).unwrap();
                    may_end.recv().unwrap();
                    Err(failure("late"))
                })
            });
            has_begun.recv().unwrap();
            let waiter = scope.spawn(move || shared.get_or_make(photo, || unreachable!()));
            shared.give_up(photo, &failure("too slow"));
            let waited = waiter.join().unwrap();
            let asked = shared.get_or_make(photo, || unreachable!());
            end.send(()).unwrap();
            [waited, asked, maker.join().unwrap()]
        });

        let told = told.map(|made| made.unwrap_err().message);
        assert_eq!(told, ["too slow", "too slow", "late"]);
    }

    #[test]
    fn another_makes_what_one_panicked_at() {
        let groups = groups();
        let shared = Shared::of(&groups);
        let photo = &*groups[0].photo;

        let panicked = catch_unwind(AssertUnwindSafe(|| {
            shared.get_or_make(photo, || panic!("a decoder"))
        }));
        let second = shared.get_or_make(photo, || Err(failure("made")));
        let third = shared.get_or_make(photo, || unreachable!());

        assert!(panicked.is_err());
        for made in [second, third] {
            assert_eq!(made.unwrap_err().message, "made");
        }
    }
}
