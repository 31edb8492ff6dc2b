//! A bounded queue from many async tasks to a few threads.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a thread waits for work before it is told that it is idle.
const IDLE_AFTER: Duration = Duration::from_secs(5);

/// First in, first out; at most `max` wait.
#[derive(Debug)]
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    filled: Condvar,
    max: usize,
}

#[derive(Debug)]
struct State<T> {
    waiting: VecDeque<T>,
    closed: bool,
}

/// What became of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Push {
    Taken,
    Full,
    Closed,
}

impl<T> Queue<T> {
    pub(super) const fn new(max: usize) -> Self {
        let state = State { waiting: VecDeque::new(), closed: false };
        Self { state: Mutex::new(state), filled: Condvar::new(), max }
    }

    /// Never waits.
    pub(super) fn push(&self, item: T) -> Push {
        let mut state = self.lock();
        if state.closed {
            return Push::Closed;
        }
        if state.waiting.len() >= self.max {
            return Push::Full;
        }
        state.waiting.push_back(item);
        drop(state);
        self.filled.notify_one();
        Push::Taken
    }

    /// The next item, waited for; `None` once the queue is closed. `on_idle` is called, once a wait,
    /// when nothing came for five seconds.
    pub(super) fn pop(&self, on_idle: impl FnOnce()) -> Option<T> {
        let mut on_idle = Some(on_idle);
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            if let Some(item) = state.waiting.pop_front() {
                return Some(item);
            }
            if on_idle.is_none() {
                state = self.filled.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let waited = self.filled.wait_timeout(state, IDLE_AFTER);
            let (after, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            state = after;
            if timeout.timed_out() && state.waiting.is_empty() {
                drop(state);
                if let Some(on_idle) = on_idle.take() {
                    on_idle();
                }
                state = self.lock();
            }
        }
    }

    /// Drops what waits and sends every thread home.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.waiting.clear();
        drop(state);
        self.filled.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_bounded_and_in_order() {
        let queue = Queue::new(2);
        assert_eq!(
            [queue.push(1), queue.push(2), queue.push(3)],
            [Push::Taken, Push::Taken, Push::Full]
        );
        assert_eq!(queue.pop(|| ()), Some(1));
        assert_eq!(queue.push(4), Push::Taken);
        assert_eq!((queue.pop(|| ()), queue.pop(|| ())), (Some(2), Some(4)));
    }

    #[test]
    fn closing_drops_what_waits_and_wakes_who_waits() {
        let queue = Queue::new(2);
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| queue.pop(|| ()));
            queue.close();
            assert_eq!(waiting.join().unwrap(), None::<u8>);
        });
        assert_eq!((queue.push(1), queue.pop(|| ())), (Push::Closed, None));
    }
}
