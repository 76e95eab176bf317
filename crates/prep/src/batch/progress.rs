//! Which items are begun, finished and delivered, and in which order they are.

use std::collections::BTreeMap;

use super::Order;

/// The state of a batch's items. It is independent of threads.
#[derive(Debug)]
pub(super) struct Progress<R> {
    order: Order,
    /// The most items that may be begun and not delivered.
    window: usize,
    begun: usize,
    finished: usize,
    delivered: usize,
    /// The results that were not delivered, with their items' places, by the place in the order of delivery.
    waiting: BTreeMap<usize, (usize, R)>,
}

impl<R> Progress<R> {
    pub(super) fn new(order: Order, window: usize) -> Self {
        Self {
            order,
            window,
            begun: 0,
            finished: 0,
            delivered: 0,
            waiting: BTreeMap::new(),
        }
    }

    /// Whether there is room for one more item.
    ///
    /// The next item to deliver has always begun, or may: nothing waits for what cannot come.
    pub(super) fn may_begin(&self) -> bool {
        self.begun - self.delivered < self.window
    }

    /// Begins the next item; returns its place.
    pub(super) fn begin(&mut self) -> usize {
        let index = self.begun;
        self.begun += 1;
        index
    }

    /// Keeps an item's result until it is its turn.
    pub(super) fn finish(&mut self, index: usize, result: R) {
        let turn = match self.order {
            Order::Input => index,
            Order::Completion => self.finished,
        };
        self.finished += 1;
        self.waiting.insert(turn, (index, result));
    }

    /// Takes the result whose turn it is, with its item's place, if it is there.
    pub(super) fn deliver(&mut self) -> Option<(usize, R)> {
        let result = self.waiting.remove(&self.delivered)?;
        self.delivered += 1;
        Some(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deliver_all(progress: &mut Progress<char>) -> Vec<(usize, char)> {
        std::iter::from_fn(|| progress.deliver()).collect()
    }

    #[test]
    fn in_input_order_a_result_waits_for_those_before_it() {
        let mut progress = Progress::new(Order::Input, 3);
        (0..3).for_each(|index| assert_eq!(progress.begin(), index));

        progress.finish(2, 'c');
        progress.finish(1, 'b');
        assert_eq!(progress.deliver(), None);
        progress.finish(0, 'a');

        let delivered = deliver_all(&mut progress);
        assert_eq!(delivered, [(0, 'a'), (1, 'b'), (2, 'c')]);
    }

    #[test]
    fn in_completion_order_no_result_waits() {
        let mut progress = Progress::new(Order::Completion, 3);
        (0..3).for_each(|index| assert_eq!(progress.begin(), index));

        progress.finish(2, 'c');
        assert_eq!(progress.deliver(), Some((2, 'c')));
        progress.finish(1, 'b');
        progress.finish(0, 'a');

        assert_eq!(deliver_all(&mut progress), [(1, 'b'), (0, 'a')]);
    }

    #[test]
    fn what_is_begun_and_not_delivered_never_exceeds_the_window() {
        for order in [Order::Input, Order::Completion] {
            let mut progress = Progress::new(order, 2);
            let (first, second) = (progress.begin(), progress.begin());
            assert!(!progress.may_begin());

            // Finished is not delivered: its memory is still in use.
            progress.finish(first, 'a');
            progress.finish(second, 'b');
            assert!(!progress.may_begin());
            progress.deliver();

            assert!(progress.may_begin());
        }
    }
}
