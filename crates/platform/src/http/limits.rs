//! How many requests somebody may make in a minute.
//!
//! Windows are the minutes of the clock. Of each limit a process takes a twentieth at a time from the
//! row that all processes share, and counts that down in memory: a limit of 1,000 costs 20 small
//! writes a minute, not 1,000. What a process took and did not use is lost to the others until the
//! minute ends, so with many processes a client may be refused a little early, never late.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use captely_contact::Timestamp;

use super::codes::RATE_LIMITED;
use super::{Problem, store};
use crate::db::{Db, Engine};

/// Clients that are counted at once; beyond it those of past minutes are forgotten, then any.
const CLIENTS_MAX: usize = 200_000;
/// Locks over which clients are spread.
const SHARDS: usize = 16;
/// Shares that a limit is cut into.
const SHARES: u32 = 20;
const MINUTE_MICROS: i64 = 60_000_000;

type Key = [u8; 32];

/// Counts the requests of everybody.
pub struct RateLimits {
    /// The rows that processes share; none where this process is alone.
    shared: Option<Db>,
    shards: Vec<Mutex<HashMap<Key, Window>>>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    minute: i64,
    /// Of how many.
    limit: u32,
    /// What this process may still use.
    left: u32,
    /// What nobody has taken yet, as far as is known here.
    open: u32,
}

/// How a limit stands after a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Which limit: `address`, `tier`, `login`.
    pub name: &'static str,
    /// Requests a minute.
    pub limit: u32,
    /// Requests left in this minute, as far as this process knows.
    pub left: u32,
    /// Seconds until the minute ends.
    pub reset_s: u64,
}

impl RateLimits {
    /// For one process alone, as on SQLite, or for all processes of a PostgreSQL.
    pub fn new(db: &Db) -> Self {
        let shared = (db.engine() == Engine::Postgres).then(|| db.clone());
        Self { shared, shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }

    /// Counts a request of `who` against `limit` a minute.
    pub async fn count(
        &self,
        name: &'static str,
        who: &str,
        limit: u32,
        now: Timestamp,
    ) -> Result<Standing, Problem> {
        let key = key(name, who);
        let minute = now.as_micros().div_euclid(MINUTE_MICROS);
        let passed = now.as_micros().rem_euclid(MINUTE_MICROS);
        let reset_s =
            u64::try_from((MINUTE_MICROS.saturating_sub(passed)) / 1_000_000).unwrap_or(60).max(1);
        let standing = |left| Standing { name, limit, left, reset_s };
        loop {
            match self.use_one(&key, minute, limit) {
                Used::Yes { left } => return Ok(standing(left)),
                Used::Over => return Err(over(standing(0))),
                Used::Ask { share } => {
                    let taken = match &self.shared {
                        None => true,
                        Some(db) => store::take(db, &key, minute, share, limit).await?,
                    };
                    self.note(key, minute, limit, share, taken);
                    if !taken {
                        return Err(over(standing(0)));
                    }
                }
            }
        }
    }

    /// How many clients are counted at present.
    pub fn clients(&self) -> usize {
        let held = |shard: &Mutex<HashMap<Key, Window>>| {
            shard.lock().unwrap_or_else(PoisonError::into_inner).len()
        };
        self.shards.iter().map(held).sum()
    }

    fn use_one(&self, key: &Key, minute: i64, limit: u32) -> Used {
        let used = self.with(key, |windows| match windows.get_mut(key) {
            Some(window) if window.minute == minute => match window.left.checked_sub(1) {
                Some(left) => {
                    window.left = left;
                    Used::Yes { left: left.saturating_add(window.open) }
                }
                None if window.open == 0 => Used::Over,
                None => Used::Ask { share: share(limit) },
            },
            _ => Used::Ask { share: share(limit) },
        });
        used.unwrap_or(Used::Over)
    }

    fn note(&self, key: Key, minute: i64, limit: u32, share: u32, taken: bool) {
        let _noted = self.with(&key, |windows| {
            make_room(windows, minute);
            let fresh = Window { minute, limit, left: 0, open: limit };
            let window = windows.entry(key).or_insert(fresh);
            if window.minute != minute {
                *window = fresh;
            }
            if taken {
                // Alone, two at once may both have seen the last share; the database gives it to one.
                let given = if self.shared.is_some() { share } else { share.min(window.open) };
                window.left = window.left.saturating_add(given);
                window.open = window.open.saturating_sub(given);
            } else {
                window.open = 0;
            }
        });
    }

    /// A poisoned lock is taken all the same: a window is always a valid count.
    fn with<T>(&self, key: &Key, look: impl FnOnce(&mut HashMap<Key, Window>) -> T) -> Option<T> {
        let [first, ..] = *key;
        let shard = self.shards.get(usize::from(first) % SHARDS)?;
        Some(look(&mut shard.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Window {
    /// What was used, in quarters of the limit.
    fn quarters(&self) -> u64 {
        let rest = self.left.saturating_add(self.open);
        let used = u64::from(self.limit.saturating_sub(rest));
        used.saturating_mul(4) / u64::from(self.limit.max(1))
    }
}

/// Forgets those of past minutes where there are too many, then whoever used least: a flood of
/// addresses with a request each frees nobody who is at the limit.
fn make_room(windows: &mut HashMap<Key, Window>, minute: i64) {
    const MOST: usize = CLIENTS_MAX / SHARDS;
    if windows.len() < MOST {
        return;
    }
    windows.retain(|_, window| window.minute == minute);
    for least in 1..=5 {
        if windows.len() <= MOST / 2 {
            return;
        }
        windows.retain(|_, window| window.quarters() >= least);
    }
}

enum Used {
    Yes { left: u32 },
    Over,
    Ask { share: u32 },
}

/// The largest share up to a twentieth that goes into `limit` without a rest, so that the shares of
/// all processes together are the limit exactly.
fn share(limit: u32) -> u32 {
    let most = (limit / SHARES).max(1);
    (1..=most).rev().find(|share| limit.is_multiple_of(*share)).unwrap_or(1)
}

fn key(name: &str, who: &str) -> Key {
    let mut hasher = blake3::Hasher::new();
    hasher.update(name.as_bytes()).update(&[0]).update(who.as_bytes());
    *hasher.finalize().as_bytes()
}

fn over(standing: Standing) -> Problem {
    let Standing { name, limit, reset_s, .. } = &standing;
    Problem::new(
        &RATE_LIMITED,
        format!("The limit {name:?} of {limit} requests a minute is used up for {reset_s} s."),
    )
    .retry_after(Duration::from_secs(*reset_s))
    .limited(standing)
}

impl fmt::Debug for RateLimits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RateLimits(shared: {})", self.shared.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_add_up_to_the_limit() {
        for limit in [1, 3, 5, 10, 60, 97, 100, 1_000, 1_000_000] {
            let share = share(limit);
            assert!(limit.is_multiple_of(share) && share <= (limit / SHARES).max(1), "{limit}");
        }
        assert_eq!((share(100), share(1_000), share(10)), (5, 50, 1));
    }
}
