use std::collections::{HashMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Triples remembered; the oldest is forgotten first, and its client is then new again.
const TRIPLES_MAX: usize = 200_000;

/// Who has tried to write to whom, and since when.
#[derive(Debug, Default)]
pub(super) struct Greylist {
    triples: Mutex<Triples>,
}

#[derive(Debug, Default)]
struct Triples {
    first_seen: HashMap<u64, Instant>,
    in_order: VecDeque<u64>,
}

impl Greylist {
    /// Whether this client may write from `sender` to `recipient` now. The first try is noted and
    /// refused, and so is every one until `delay` has passed since it.
    pub(super) fn lets_pass(
        &self,
        triple: (IpAddr, &str, &str),
        now: Instant,
        delay: Duration,
    ) -> bool {
        let mut hasher = DefaultHasher::new();
        triple.hash(&mut hasher);
        let key = hasher.finish();
        let mut triples = self.triples.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = triples.first_seen.get(&key) {
            return now.saturating_duration_since(*first) >= delay;
        }
        if triples.in_order.len() >= TRIPLES_MAX
            && let Some(oldest) = triples.in_order.pop_front()
        {
            triples.first_seen.remove(&oldest);
        }
        triples.first_seen.insert(key, now);
        triples.in_order.push_back(key);
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_triple_passes_after_the_delay_and_not_before() {
        let greylist = Greylist::default();
        let client = IpAddr::from([127, 0, 0, 1]);
        let (start, delay) = (Instant::now(), Duration::from_mins(1));
        let at = |seconds| start + Duration::from_secs(seconds);
        let ada = (client, "me@c.test", "ada@x.test");
        assert!(!greylist.lets_pass(ada, at(0), delay));
        assert!(!greylist.lets_pass(ada, at(59), delay));
        assert!(greylist.lets_pass(ada, at(60), delay));
        assert!(greylist.lets_pass(ada, at(61), delay));
        for other in [
            (client, "", "ada@x.test"),
            (client, "me@c.test", "bob@x.test"),
            (IpAddr::from([127, 0, 0, 9]), "me@c.test", "ada@x.test"),
        ] {
            assert!(!greylist.lets_pass(other, at(61), delay), "{other:?}");
        }
    }

    #[test]
    fn memory_is_bounded() {
        let greylist = Greylist::default();
        let client = IpAddr::from([127, 0, 0, 1]);
        let now = Instant::now();
        for n in 0..=TRIPLES_MAX {
            greylist.lets_pass((client, "", &n.to_string()), now, Duration::ZERO);
        }
        let triples = greylist.triples.lock().unwrap();
        assert_eq!((triples.first_seen.len(), triples.in_order.len()), (TRIPLES_MAX, TRIPLES_MAX));
    }
}
