use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// How long after the first question nobody may have been heard before the way out counts as closed.
const GRACE: Duration = Duration::from_secs(3);

/// Whether any mail host was ever heard: until then a silence may be this machine's own.
#[derive(Default)]
pub(super) struct Hearing {
    heard: AtomicBool,
    asking: AtomicUsize,
    began: OnceLock<Instant>,
    news: Notify,
}

/// A question under way.
pub(super) struct Asking<'h>(&'h Hearing);

impl Hearing {
    pub(super) fn begin(&self) -> Asking<'_> {
        self.began.get_or_init(Instant::now);
        self.asking.fetch_add(1, Ordering::AcqRel);
        Asking(self)
    }

    /// A host was heard.
    pub(super) fn note(&self) {
        if !self.heard.swap(true, Ordering::AcqRel) {
            self.news.notify_waiters();
        }
    }

    /// Whether a host was heard, or is while others are still being asked in the first seconds: the
    /// order of a list shall not decide what is said of its first rows.
    pub(super) async fn soon(&self) -> bool {
        loop {
            let news = self.news.notified();
            if self.heard.load(Ordering::Acquire) {
                return true;
            }
            let alone = self.asking.load(Ordering::Acquire) == 0;
            let until = self.began.get().and_then(|began| began.checked_add(GRACE));
            let Some(until) = until.filter(|_| !alone) else { return false };
            if timeout_at(until, news).await.is_err() {
                return self.heard.load(Ordering::Acquire);
            }
        }
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        if self.0.asking.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.news.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn whoever_hears_nothing_waits_for_those_who_still_ask() {
        let hearing = Hearing::default();
        assert!(!hearing.soon().await, "nobody is asked");
        let other = hearing.begin();
        let (heard, ()) = tokio::join!(hearing.soon(), async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            hearing.note();
        });
        assert!(heard && hearing.soon().await);
        drop(other);
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_waits_long_or_for_nobody() {
        let hearing = Hearing::default();
        let began = Instant::now();
        let slow = hearing.begin();
        assert!(!hearing.soon().await);
        assert_eq!(began.elapsed(), GRACE);
        assert!(!hearing.soon().await, "the first seconds are over");
        assert_eq!(began.elapsed(), GRACE);
        drop(slow);
        let hearing = Hearing::default();
        let other = hearing.begin();
        let began = Instant::now();
        let (heard, ()) = tokio::join!(hearing.soon(), async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            drop(other);
        });
        assert!(!heard);
        assert_eq!(began.elapsed(), Duration::from_secs(1));
    }
}
