use std::sync::Arc;
use std::time::Duration;

use captely_contact::Timestamp;
use tokio::sync::Mutex;

use super::OidcError;

/// After a failure nobody asks again for this long, so that people who wait for a provider that
/// does not answer wait once and not in a row.
const FAILURE_KEPT: Duration = Duration::from_secs(5);

/// Least time between two fetches before the lifetime is over: tokens with made-up key ids cannot
/// turn us against the provider.
pub(super) const RENEWAL_PAUSE: Duration = Duration::from_mins(1);

/// Something fetched from the provider, kept for a while; one fetch at a time.
#[derive(Debug)]
pub(super) struct Kept<T> {
    slot: Mutex<Slot<T>>,
}

#[derive(Debug)]
struct Slot<T> {
    current: Option<Current<T>>,
    failure: Option<(Timestamp, OidcError)>,
}

#[derive(Debug)]
struct Current<T> {
    value: Arc<T>,
    fetched_at: Timestamp,
    fresh_until: Timestamp,
}

impl<T> Kept<T> {
    pub(super) const fn empty() -> Self {
        Self { slot: Mutex::const_new(Slot { current: None, failure: None }) }
    }

    /// What is kept, or what `fetch` brings with its lifetime.
    pub(super) async fn get(
        &self,
        now: Timestamp,
        fetch: impl Future<Output = Result<(T, Duration), OidcError>>,
    ) -> Result<Arc<T>, OidcError> {
        let mut slot = self.slot.lock().await;
        match &slot.current {
            Some(current) if now < current.fresh_until => Ok(current.value.clone()),
            _ => slot.fill(now, fetch).await,
        }
    }

    /// Something newer than `seen`, which lacks what is needed; `seen` itself where the last fetch
    /// was less than [`RENEWAL_PAUSE`] ago.
    pub(super) async fn newer_than(
        &self,
        seen: &Arc<T>,
        now: Timestamp,
        fetch: impl Future<Output = Result<(T, Duration), OidcError>>,
    ) -> Result<Arc<T>, OidcError> {
        let mut slot = self.slot.lock().await;
        if let Some(current) = &slot.current {
            let too_early = now.since(current.fetched_at) < RENEWAL_PAUSE;
            if too_early || !Arc::ptr_eq(&current.value, seen) {
                return Ok(current.value.clone());
            }
        }
        slot.fill(now, fetch).await
    }
}

impl<T> Slot<T> {
    async fn fill(
        &mut self,
        now: Timestamp,
        fetch: impl Future<Output = Result<(T, Duration), OidcError>>,
    ) -> Result<Arc<T>, OidcError> {
        if let Some((at, why)) = &self.failure
            && now.since(*at) < FAILURE_KEPT
        {
            return Err(why.clone());
        }
        match fetch.await {
            Ok((value, lifetime)) => {
                let value = Arc::new(value);
                let fresh_until = now.plus(lifetime);
                self.failure = None;
                self.current = Some(Current { value: value.clone(), fetched_at: now, fresh_until });
                Ok(value)
            }
            Err(why) => {
                self.failure = Some((now, why.clone()));
                Err(why)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use captely_platform::clock::TestClock;

    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    /// Counts how often it is fetched, and brings the count.
    #[derive(Default)]
    struct Source(AtomicU32);

    impl Source {
        async fn fetch(&self) -> Result<(u32, Duration), OidcError> {
            tokio::task::yield_now().await;
            Ok((self.0.fetch_add(1, Ordering::SeqCst) + 1, 10 * MINUTE))
        }

        async fn fail(&self) -> Result<(u32, Duration), OidcError> {
            tokio::task::yield_now().await;
            self.0.fetch_add(1, Ordering::SeqCst);
            Err(OidcError::Mismatched)
        }
    }

    #[tokio::test]
    async fn many_at_once_fetch_once_until_the_lifetime_is_over() {
        let (kept, source, start) = (Kept::empty(), Source::default(), TestClock::START);
        let both = tokio::join!(kept.get(start, source.fetch()), kept.get(start, source.fetch()));
        assert_eq!((*both.0.unwrap(), *both.1.unwrap()), (1, 1));
        let just_before = start.plus(10 * MINUTE).minus(Duration::from_micros(1));
        assert_eq!(*kept.get(just_before, source.fetch()).await.unwrap(), 1);
        assert_eq!(*kept.get(start.plus(10 * MINUTE), source.fetch()).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn newer_ones_are_fetched_once_a_minute_at_most() {
        let (kept, source, start) = (Kept::empty(), Source::default(), TestClock::START);
        let first = kept.get(start, source.fetch()).await.unwrap();
        for _ in 0..100 {
            let same = kept.newer_than(&first, start.plus(MINUTE / 2), source.fetch()).await;
            assert_eq!(*same.unwrap(), 1);
        }
        let later = start.plus(MINUTE);
        for _ in 0..100 {
            assert_eq!(*kept.newer_than(&first, later, source.fetch()).await.unwrap(), 2);
        }
        assert_eq!(source.0.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_failure_is_remembered_for_seconds() {
        let (kept, source, start) = (Kept::empty(), Source::default(), TestClock::START);
        for _ in 0..10 {
            assert_eq!(kept.get(start, source.fail()).await, Err(OidcError::Mismatched));
        }
        assert_eq!(source.0.load(Ordering::SeqCst), 1);
        assert_eq!(*kept.get(start.plus(FAILURE_KEPT), source.fetch()).await.unwrap(), 2);
    }
}
