//! Photos that several groups share: each is prepared once.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
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
pub(crate) struct Shared<'a> {
    slots: HashMap<&'a Path, Slot>,
    room: Room,
}

/// The room for the pictures that are kept.
#[derive(Debug)]
struct Room {
    free: AtomicUsize,
}

/// What is made of a photo, kept until the last group that shares it has asked for it, unless there is no room: an account that is
/// slow must not let all that a fast one has sent pile up.
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
    /// Not made yet, or making it panicked.
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
        Self {
            slots: shared
                .map(|(photo, left)| (photo, Slot::new(left)))
                .collect(),
            room: Room::of(MAX_KEPT),
        }
    }

    /// Returns what is made of the photo; `make` is called by the first who asks, and the others wait for it.
    pub(crate) fn get_or_make(
        &self,
        photo: &Path,
        make: impl FnOnce() -> Result<Made, Failure>,
    ) -> Result<Made, Failure> {
        let Some(slot) = self.slots.get(photo) else {
            return make();
        };
        let room = &self.room;
        slot.get(room).unwrap_or_else(|| slot.make(make, room))
    }

    /// Gives those who wait for the photo this failure, though it is still being made: that takes too long.
    pub(crate) fn give_up(&self, photo: &Path, failure: &Failure) {
        if let Some(slot) = self.slots.get(photo) {
            slot.end(Progress::Made(Box::new(Err(failure.clone()))), &self.room);
        }
    }
}

impl Room {
    fn of(bytes: usize) -> Self {
        Self {
            free: AtomicUsize::new(bytes),
        }
    }

    /// Takes the room of a picture, if there is so much.
    fn take(&self, made: &Result<Made, Failure>) -> bool {
        let take = |free: usize| free.checked_sub(size(made));
        let taken = self
            .free
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take);
        taken.is_ok()
    }

    fn give_back(&self, made: &Result<Made, Failure>) {
        self.free.fetch_add(size(made), Ordering::Relaxed);
    }
}

fn size(made: &Result<Made, Failure>) -> usize {
    made.as_ref().map_or(0, |made| made.jpeg.len())
}

/// The most bytes that are kept.
const MAX_KEPT: usize = 64 << 20;

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
    fn get(&self, room: &Room) -> Option<Result<Made, Failure>> {
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
            room.give_back(&made);
        }
        Some(made)
    }

    fn make(
        &self,
        make: impl FnOnce() -> Result<Made, Failure>,
        room: &Room,
    ) -> Result<Made, Failure> {
        let panicked = Panicked(self, room);
        let made = make();
        std::mem::forget(panicked);
        self.end(Progress::Made(Box::new(made.clone())), room);
        made
    }

    /// Ends the making, unless it has ended already.
    fn end(&self, made: Progress, room: &Room) {
        let mut state = self.state();
        if matches!(state.made, Progress::Making) {
            state.made = match made {
                Progress::Made(made) if state.left > 0 && room.take(&made) => Progress::Made(made),
                _ => Progress::None,
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
struct Panicked<'a>(&'a Slot, &'a Room);

impl Drop for Panicked<'_> {
    fn drop(&mut self) {
        self.0.end(Progress::None, self.1);
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::path::PathBuf;
    use std::sync::mpsc::channel;
    use std::thread;

    use prep::{Options, Pipeline};

    use super::*;
    use crate::input::overrides::Override;
    use crate::report::explanation::Explanation;
    use crate::report::failure::Cause;
    use crate::target::Target;

    fn groups() -> Vec<Assignment> {
        let group = |number: i64| Assignment {
            target: Target::group(format!("-{number}").parse().unwrap()),
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

    #[test]
    fn what_there_is_no_room_for_is_made_again() {
        let group = |chat: &str, photo: &str| Assignment {
            target: Target::group(chat.parse().unwrap()),
            photo: PathBuf::from(photo),
            instead: Override::default(),
            place: String::new(),
        };
        let groups = [
            ("-1", "a"),
            ("-2", "b"),
            ("-3", "a"),
            ("-4", "b"),
            ("-5", "b"),
        ];
        let groups = groups.map(|(chat, photo)| group(chat, photo));
        let mut jpeg = Vec::new();
        let photo: &[u8] = b"P5 1 1 255 x";
        let prepared = Pipeline::new(Options::new().side(1).minimum_side(1))
            .and_then(|mut pipeline| pipeline.prepare_into(photo, &mut jpeg))
            .unwrap();
        let made = Made {
            picture: Explanation {
                prepared,
                photo_bytes: photo.len() as u64,
                picture_bytes: jpeg.len() as u64,
            }
            .into(),
            digest: Digest::of(&jpeg),
            jpeg: jpeg.clone().into(),
        };

        for (pictures, expected) in [(2, 2), (1, 3), (0, 5)] {
            let bytes = pictures * jpeg.len();
            let shared = Shared {
                room: Room::of(bytes),
                ..Shared::of(&groups)
            };
            let count = Cell::new(0);
            for group in &groups {
                let make = || {
                    count.set(count.get() + 1);
                    Ok(made.clone())
                };
                shared.get_or_make(&group.photo, make).unwrap();
            }

            assert_eq!(count.get(), expected, "room for {pictures}");
            assert_eq!(shared.room.free.into_inner(), bytes);
        }
    }
}
