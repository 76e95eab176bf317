//! Restart intervals: where they end, and what is missing if a marker is not the expected one (T.81, E.2.4).

use crate::stream::Stream;

/// Which data is known to be missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Missing {
    /// None, as far as is known.
    Nothing,
    /// This interval.
    Interval,
    /// Everything from here on.
    Rest,
}

/// Counts MCUs from restart marker to restart marker.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Restarts {
    /// MCUs in an interval; 0 if the whole scan is one.
    interval: usize,
    /// MCUs to the end of the current interval.
    left: usize,
    /// The expected number of the next marker.
    number: u8,
    /// How many whole intervals are missing, the current one included.
    lost: usize,
    is_over: bool,
    /// Whether the current interval was skipped.
    was_skipped: bool,
}

impl Restarts {
    pub(crate) fn new(interval: u32) -> Self {
        let interval = interval as usize;
        let left = if interval == 0 { usize::MAX } else { interval };
        Self {
            interval,
            left,
            number: 0,
            lost: 0,
            is_over: false,
            was_skipped: false,
        }
    }

    /// Returns whether the current interval is at its end.
    pub(crate) fn is_due(&self) -> bool {
        self.left == 0
    }

    /// Returns how many of the next `count` MCUs lie in the current interval.
    pub(crate) fn limit(&self, count: usize) -> usize {
        count.min(self.left)
    }

    /// Returns whether the next `count` MCUs are a whole interval, so that it can be skipped if it is not wanted.
    pub(crate) fn may_skip(&self, count: usize) -> bool {
        self.interval != 0 && count == self.interval && self.left == self.interval
    }

    /// Returns what is missing here.
    pub(crate) fn missing(&self) -> Missing {
        match self {
            Self { is_over: true, .. } => Missing::Rest,
            Self { lost: 1.., .. } => Missing::Interval,
            _ => Missing::Nothing,
        }
    }

    /// Counts MCUs that were read.
    pub(crate) fn advance(&mut self, mcus: usize) {
        if self.interval != 0 {
            self.left -= mcus;
        }
    }

    /// Counts MCUs that are missing or not wanted.
    pub(crate) fn skip(&mut self, mcus: usize) {
        self.was_skipped = true;
        self.advance(mcus);
    }

    /// Ends the scan: no more data comes.
    pub(crate) fn end(&mut self) {
        self.is_over = true;
    }

    /// Begins the next interval; returns whether everything before it was sound.
    pub(crate) fn resume(&mut self, stream: &mut Stream<'_>, was_sound: bool) -> bool {
        self.left = self.interval;
        let expected = self.number;
        self.number = (self.number + 1) % 8;
        let was_skipped = std::mem::take(&mut self.was_skipped);
        if self.is_over {
            return false;
        }
        if self.lost > 0 {
            // The marker in hand belongs to a later interval.
            self.lost -= 1;
            return false;
        }
        loop {
            let Some((number, is_exact)) = stream.restart() else {
                self.is_over = true;
                return false;
            };
            match (number + 8 - expected) % 8 {
                0 => return was_sound && (is_exact || was_skipped),
                // Some intervals never came.
                ahead @ 1..=4 => {
                    self.lost = usize::from(ahead);
                    return false;
                }
                // A late marker repeats an interval that was given up: skip it.
                _ => {}
            }
        }
    }
}
