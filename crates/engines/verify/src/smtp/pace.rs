//! When a host or a provider may be asked: so many recipients a minute, and not at all for a while after
//! a trouble.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::trouble::Trouble;

/// What may be asked at once after a rest: the share of this much time.
const BURST: Duration = Duration::from_secs(10);

/// Hands out moments to ask at, evenly spaced but for a burst after a rest (the generic cell rate
/// algorithm of ITU-T I.371).
pub(super) struct Pace {
    interval: Duration,
    burst: Duration,
    /// When the next one would be due if all came evenly.
    due: Mutex<Option<Instant>>,
}

impl Pace {
    /// `None` where there is no limit.
    pub(super) fn new(per_minute: u32) -> Option<Self> {
        let interval = Duration::from_mins(1).checked_div(per_minute)?;
        Some(Self { interval, burst: BURST.saturating_sub(interval), due: Mutex::default() })
    }

    /// How long to wait before asking `count` recipients, which are then counted; or, where that is
    /// longer than `wait_max`, how long it would be, and nothing is counted.
    pub(super) fn reserve(&self, count: usize, wait_max: Duration) -> Result<Duration, Duration> {
        let now = Instant::now();
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let at = due.map_or(now, |due| due.max(now));
        let wait = at.saturating_duration_since(now).saturating_sub(self.burst);
        if wait > wait_max {
            return Err(wait);
        }
        let cost = self.interval.saturating_mul(u32::try_from(count).unwrap_or(u32::MAX));
        *due = at.checked_add(cost);
        Ok(wait)
    }
}

/// A time in which nobody asks, and why.
#[derive(Default)]
pub(super) struct Pause {
    until: Mutex<Option<(Instant, Trouble)>>,
}

impl Pause {
    pub(super) fn start(&self, length: Duration, why: &Trouble) {
        if let Some(until) = Instant::now().checked_add(length) {
            *self.until.lock().unwrap_or_else(PoisonError::into_inner) = Some((until, why.clone()));
        }
    }

    /// What to say instead of asking, while it lasts.
    pub(super) fn trouble(&self) -> Option<Trouble> {
        let mut pause = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, why) = pause.as_ref()?;
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            *pause = None;
            return None;
        }
        Some(Trouble::Paused(Box::new(why.clone()), left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_burst_then_evenly_then_no_more_than_one_may_wait_for() {
        let pace = Pace::new(60).unwrap();
        let wait_max = Duration::from_secs(5);
        let waits: Vec<_> = (0..16).map(|_| pace.reserve(1, wait_max)).collect();
        let ready = waits.iter().filter(|wait| **wait == Ok(Duration::ZERO)).count();
        assert_eq!(ready, 10, "{waits:?}");
        assert_eq!(waits[14], Ok(Duration::from_secs(5)));
        assert_eq!(waits[15], Err(Duration::from_secs(6)));
        tokio::time::advance(Duration::from_secs(4)).await;
        assert_eq!(pace.reserve(1, wait_max), Ok(Duration::from_secs(2)));
        tokio::time::advance(Duration::from_hours(1)).await;
        let ready = (0..100).filter(|_| pace.reserve(1, wait_max) == Ok(Duration::ZERO)).count();
        assert_eq!(ready, 10, "a rest is not saved up");
        assert!(Pace::new(0).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn any_stretch_of_time_keeps_the_rate() {
        let pace = Pace::new(600).unwrap();
        let start = Instant::now();
        let mut asked = 0_u32;
        while start.elapsed() < Duration::from_mins(3) {
            let wait = pace.reserve(1, Duration::from_mins(1)).unwrap();
            tokio::time::sleep(wait).await;
            asked += 1;
        }
        assert!((1_795..=1_905).contains(&asked), "{asked}");
    }
}
