//! Answers remembered for a while, each worked out by one caller at a time.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::Instant;

/// An answer, and the moment it goes stale.
type Slot<V> = Arc<OnceCell<(V, Instant)>>;

/// A bounded map of answers with their own life times. Many callers that miss the same key at once
/// wait for the one that asks; if that one is cancelled, the next takes over.
///
/// Entries live in two generations: when the young one holds half the limit it becomes the old one,
/// and what nobody asked for since is dropped. No entry is ever searched for to make room.
pub(crate) struct AnswerCache<K, V> {
    generations: Mutex<Generations<K, V>>,
    half_max: usize,
}

struct Generations<K, V> {
    young: HashMap<K, Slot<V>>,
    old: HashMap<K, Slot<V>>,
}

impl<K: Eq + Hash + Clone, V: Clone> AnswerCache<K, V> {
    /// Remembers about `entries_max` answers.
    pub(crate) fn new(entries_max: usize) -> Self {
        let generations = Generations { young: HashMap::new(), old: HashMap::new() };
        Self { generations: Mutex::new(generations), half_max: entries_max.div_euclid(2).max(1) }
    }

    /// The fresh answer for the key, if there is one.
    pub(crate) fn peek(&self, key: &K) -> Option<V> {
        let slot = {
            let generations = self.lock();
            generations.young.get(key).or_else(|| generations.old.get(key)).cloned()
        };
        slot.as_ref().and_then(|slot| fresh(slot))
    }

    /// The answer for the key; `ask` gives it and how long it is good for.
    pub(crate) async fn get(&self, key: &K, ask: impl AsyncFnOnce() -> (V, Duration)) -> V {
        let slot = self.slot(key);
        let answer = slot
            .get_or_init(async || {
                let (value, good_for) = ask().await;
                (value, later(good_for))
            })
            .await;
        answer.0.clone()
    }

    /// Puts an answer that came by another way in the place of whatever stands there.
    pub(crate) fn put(&self, key: &K, value: V, good_for: Duration) {
        let slot = Arc::new(OnceCell::new_with(Some((value, later(good_for)))));
        self.lock().insert(key.clone(), slot, self.half_max);
    }

    /// The slot to wait on: the one that stands there, or a new one where it is missing or stale.
    fn slot(&self, key: &K) -> Slot<V> {
        let mut generations = self.lock();
        if let Some(slot) = generations.young.get(key)
            && !is_stale(slot)
        {
            return Arc::clone(slot);
        }
        let slot = generations.old.remove(key).filter(|slot| !is_stale(slot)).unwrap_or_default();
        generations.insert(key.clone(), Arc::clone(&slot), self.half_max);
        slot
    }

    fn lock(&self) -> MutexGuard<'_, Generations<K, V>> {
        // Nothing panics while the lock is held; a poisoned map is still a map.
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Eq + Hash, V> Generations<K, V> {
    fn insert(&mut self, key: K, slot: Slot<V>, half_max: usize) {
        if self.young.len() >= half_max && !self.young.contains_key(&key) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(key, slot);
    }
}

fn fresh<V: Clone>(slot: &OnceCell<(V, Instant)>) -> Option<V> {
    slot.get().filter(|(_, until)| *until > Instant::now()).map(|(value, _)| value.clone())
}

/// A slot that nobody has filled yet is being worked on: not stale.
fn is_stale<V>(slot: &OnceCell<(V, Instant)>) -> bool {
    slot.get().is_some_and(|(_, until)| *until <= Instant::now())
}

fn later(by: Duration) -> Instant {
    let now = Instant::now();
    now.checked_add(by).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn many_callers_ask_once_until_the_answer_is_stale() {
        let cache = AnswerCache::<u8, usize>::new(10);
        let asked = AtomicUsize::new(0);
        let get = || {
            cache.get(&1, async || {
                tokio::time::sleep(Duration::from_millis(5)).await;
                (asked.fetch_add(1, Ordering::Relaxed), Duration::from_secs(10))
            })
        };
        let (a, b, c) = tokio::join!(get(), get(), get());
        assert_eq!((a, b, c, asked.load(Ordering::Relaxed)), (0, 0, 0, 1));
        assert_eq!(cache.peek(&1), Some(0));
        tokio::time::advance(Duration::from_secs(11)).await;
        assert_eq!(cache.peek(&1), None);
        assert_eq!(get().await, 1);
        cache.put(&1, 9, Duration::from_secs(1));
        assert_eq!(get().await, 9);
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_caller_leaves_the_question_to_the_next() {
        let cache = AnswerCache::<u8, u8>::new(10);
        let slow = cache.get(&1, async || {
            tokio::time::sleep(Duration::from_mins(1)).await;
            (1, Duration::from_mins(1))
        });
        assert!(tokio::time::timeout(Duration::from_secs(1), slow).await.is_err());
        assert_eq!(cache.get(&1, async || (2, Duration::from_mins(1))).await, 2);
    }

    #[tokio::test]
    async fn bounded_and_keeps_what_is_used() {
        let cache = AnswerCache::<usize, usize>::new(100);
        for key in 0..10_000 {
            cache.put(&key, key, Duration::from_mins(1));
            // Asked for all the time, so carried from generation to generation.
            cache.get(&7, async || (7, Duration::from_mins(1))).await;
        }
        let held = {
            let generations = cache.lock();
            generations.young.len() + generations.old.len()
        };
        assert!(held <= 101, "{held}");
        assert_eq!(
            (cache.peek(&7), cache.peek(&5), cache.peek(&9_999)),
            (Some(7), None, Some(9_999))
        );
    }
}
