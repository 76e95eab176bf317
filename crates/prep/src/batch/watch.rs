//! Which photos are being decoded, since when, and what they hold.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::memory::Permit;
use crate::cancel::Cancel;
use crate::error::Error;
use crate::geometry::Size;

/// How long the work on one photo may take: a time for any photo, and more for each million pixels.
///
/// Waiting for memory does not count, nor does reading what can only be read from beginning to end, such as a pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeLimit {
    /// For any photo, however small.
    pub base: Duration,
    /// For each whole million of pixels.
    pub per_megapixel: Duration,
}

impl Default for TimeLimit {
    /// 30 s, and 1 s for each megapixel: some twenty times what the slowest decoder takes on one core.
    fn default() -> Self {
        Self {
            base: Duration::from_secs(30),
            per_megapixel: Duration::from_secs(1),
        }
    }
}

impl TimeLimit {
    /// Returns the limit of a photo of this size.
    pub fn of(&self, size: Size) -> Duration {
        let pixels = u64::from(size.width) * u64::from(size.height);
        let megapixels = u32::try_from(pixels / 1_000_000).unwrap_or(u32::MAX);
        let for_pixels = self.per_megapixel.saturating_mul(megapixels);
        self.base.saturating_add(for_pixels)
    }
}

/// The items in progress.
#[derive(Debug, Default)]
pub(super) struct Watch(Mutex<BTreeMap<usize, Item>>);

/// What is known of one.
#[derive(Debug, Default)]
struct Item {
    /// When its photo's time is over, and how long that was.
    until: Option<(Instant, Duration)>,
    is_overdue: bool,
    /// Ends its photo once that is overdue.
    cancel: Cancel,
    /// Its room in the memory budget.
    file: Option<Permit>,
    pixels: Option<Permit>,
}

/// A photo is over its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Overdue {
    pub(super) index: usize,
    pub(super) limit: Duration,
}

impl From<Overdue> for Error {
    fn from(Overdue { limit, .. }: Overdue) -> Self {
        Self::TooSlow { limit }
    }
}

impl Watch {
    /// Keeps an item's room for a file while `work` is done.
    pub(super) fn holding<R>(
        &self,
        index: usize,
        permit: Option<Permit>,
        work: impl FnOnce() -> R,
    ) -> R {
        {
            let mut items = self.items();
            let item = items.entry(index).or_default();
            item.file = permit.filter(|_| !item.is_overdue);
        }
        let _ends = OnDrop(|| self.change(index, |item| item.file = None));
        work()
    }

    /// Keeps an item's room for pixels while `work` is done, and counts its time if there is a limit.
    ///
    /// # Errors
    ///
    /// If its time was over before `work` ended: then the caller already has its event.
    pub(super) fn decoding<R>(
        &self,
        index: usize,
        permit: Option<Permit>,
        limit: Option<Duration>,
        work: impl FnOnce() -> R,
    ) -> Result<R, Overdue> {
        {
            let mut items = self.items();
            let item = items.entry(index).or_default();
            item.pixels = permit;
            let until = |limit| Some((Instant::now().checked_add(limit)?, limit));
            item.until = limit.filter(|_| !item.is_overdue).and_then(until);
        }
        let ends = OnDrop(|| self.change(index, |item| (item.pixels, item.until) = (None, None)));
        let begun = Instant::now();
        let result = work();
        drop(ends);
        let is_told = self.items().get(&index).is_some_and(|item| item.is_overdue);
        match limit {
            Some(limit) if is_told || begun.elapsed() >= limit => Err(Overdue { index, limit }),
            _ => Ok(result),
        }
    }

    /// Returns the flag that is set when an item's photo is over its time.
    pub(super) fn cancel(&self, index: usize) -> Cancel {
        self.items().entry(index).or_default().cancel.clone()
    }

    /// Finds the photos whose time has ended since the last look, cancels them, and frees the room that they hold: nothing else waits
    /// for a decoder that may never return.
    pub(super) fn overdue(&self, now: Instant) -> Vec<Overdue> {
        let mut found = Vec::new();
        for (&index, item) in self.items().iter_mut() {
            if let Some((_, limit)) = item.until.take_if(|(until, _)| *until <= now) {
                item.is_overdue = true;
                item.cancel.cancel();
                (item.file, item.pixels) = (None, None);
                found.push(Overdue { index, limit });
            }
        }
        found
    }

    /// Forgets an item that has ended.
    pub(super) fn end(&self, index: usize) {
        self.items().remove(&index);
    }

    fn change(&self, index: usize, change: impl FnOnce(&mut Item)) {
        if let Some(item) = self.items().get_mut(&index) {
            change(item);
        }
    }

    fn items(&self) -> MutexGuard<'_, BTreeMap<usize, Item>> {
        // Each change is one step, so a panic elsewhere leaves nothing half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct OnDrop<F: Fn()>(F);

impl<F: Fn()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_limit_grows_with_each_megapixel() {
        let limit = TimeLimit::default();

        let sizes = [(1, 1), (999, 1000), (1000, 1000), (16_384, 16_384)];
        let seconds = sizes.map(|(width, height)| limit.of(Size { width, height }).as_secs());

        assert_eq!(seconds, [30, 30, 31, 298]);
        let endless = TimeLimit {
            base: SECOND,
            per_megapixel: Duration::MAX,
        };
        let largest = Size {
            width: u32::MAX,
            height: u32::MAX,
        };
        assert_eq!(endless.of(largest), Duration::MAX);
    }

    #[test]
    fn a_photo_over_its_time_is_found_once_and_its_work_fails() {
        let watch = Watch::default();
        let later = Instant::now() + 10 * SECOND;

        let done = watch.decoding(3, None, Some(SECOND), || {
            assert_eq!(watch.overdue(Instant::now()), []);
            let found = watch.overdue(later);
            assert_eq!(watch.overdue(later), []);
            found
        });
        let in_time = watch.decoding(4, None, Some(SECOND), || "a picture");
        let unwatched = watch.decoding(5, None, None, || watch.overdue(later));

        let overdue = Overdue {
            index: 3,
            limit: SECOND,
        };
        assert_eq!(done, Err(overdue));
        assert_eq!(in_time, Ok("a picture"));
        assert_eq!(unwatched, Ok(vec![]));
    }
}
