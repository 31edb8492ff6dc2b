use std::time::Duration;

use captely_contact::Timestamp;
use tokio::sync::Mutex;

use crate::clock::Clock;

/// An answer that is good for a moment. Who asks while it is being found out waits for it.
pub(super) struct Cached<T> {
    good_for: Duration,
    kept: Mutex<Option<(Timestamp, T)>>,
}

impl<T: Clone> Cached<T> {
    pub(super) const fn new(good_for: Duration) -> Self {
        Self { good_for, kept: Mutex::const_new(None) }
    }

    /// The kept answer, or that of `ask`. If `ask` is broken off, the next one asks anew.
    pub(super) async fn get(&self, clock: &dyn Clock, ask: impl Future<Output = T>) -> T {
        let mut kept = self.kept.lock().await;
        let now = clock.now();
        if let Some((at, answer)) = &*kept
            // A clock that was set back must not make an answer good for longer.
            && *at <= now
            && now.since(*at) < self.good_for
        {
            return answer.clone();
        }
        let answer = ask.await;
        *kept = Some((clock.now(), answer.clone()));
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::TestClock;

    #[tokio::test]
    async fn it_is_asked_once_a_moment_and_anew_when_the_clock_is_set_back() {
        let clock = TestClock::default();
        let cached = Cached::new(Duration::from_secs(1));
        assert_eq!(cached.get(&clock, async { 1 }).await, 1);
        clock.advance(Duration::from_millis(999));
        assert_eq!(cached.get(&clock, async { 2 }).await, 1);
        clock.advance(Duration::from_millis(1));
        assert_eq!(cached.get(&clock, async { 3 }).await, 3);
        let earlier = TestClock::at(TestClock::START.minus(Duration::from_hours(1)));
        assert_eq!(cached.get(&earlier, async { 4 }).await, 4);
    }
}
