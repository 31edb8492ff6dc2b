//! Connections for single reads, kept in hand between them.
//!
//! sqlx's pool asks each connection that comes back whether it is well, in a task of its own: on a server
//! one more round trip, on SQLite two more changes of thread. For one short SELECT that is half of all
//! work, and a connection whose SELECT was answered whole has just shown that it is well. Any other, of
//! a read that failed or was given up, goes back to the pool and is looked at there.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use sqlx::pool::PoolConnection;
use sqlx::{Database, Error, Pool};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::DbError;

/// How long a connection may rest here; after that the pool looks at it first. Servers and firewalls
/// end connections that lie idle, after minutes at the least.
const REST_MAX: Duration = Duration::from_secs(10);

/// Up to so many connections of a pool, lent for one read each.
pub(super) struct Kept<DB: Database> {
    pool: Pool<DB>,
    places: Semaphore,
    wait_max: Duration,
    resting: Mutex<Vec<Resting<DB>>>,
}

struct Resting<DB: Database> {
    connection: PoolConnection<DB>,
    since: Instant,
}

impl<DB: Database> Kept<DB> {
    /// At most `most` at once; the pool must be able to open more, for what else is done with it.
    pub(super) fn of(pool: &Pool<DB>, most: u32, wait_max: Duration) -> Self {
        let most = usize::try_from(most).unwrap_or(1).max(1);
        let pool = pool.clone();
        Self { pool, places: Semaphore::new(most), wait_max, resting: Mutex::default() }
    }

    /// One of them, for one read.
    pub(super) async fn lend(&self) -> Result<Lent<'_, DB>, Error> {
        let place = tokio::time::timeout(self.wait_max, self.places.acquire()).await;
        let place =
            place.map_err(|_elapsed| Error::PoolTimedOut)?.map_err(|_closed| Error::PoolClosed)?;
        let connection = match self.rested() {
            Some(connection) => connection,
            None => self.pool.acquire().await?,
        };
        Ok(Lent { connection, kept: self, _place: place })
    }

    /// The one that rested the shortest. Those that rested too long go back to the pool.
    fn rested(&self) -> Option<PoolConnection<DB>> {
        let last = self.resting().pop()?;
        if last.since.elapsed() <= REST_MAX {
            return Some(last.connection);
        }
        self.give_back();
        None
    }

    /// How many rest here; to the pool they are in use.
    pub(super) fn idle(&self) -> usize {
        self.resting().len()
    }

    /// A connection broke: most likely the server was gone and took all of them along. The pool looks at
    /// each that rests or lies idle, else each would fail somebody who comes later.
    pub(super) fn distrust(&self) {
        self.give_back();
        // All of them before the first goes back, else that one would be taken again.
        let idle: Vec<_> = std::iter::from_fn(|| self.pool.try_acquire()).collect();
        drop(idle);
    }

    /// Gives those that rest back to the pool.
    fn give_back(&self) {
        let resting = std::mem::take(&mut *self.resting());
        drop(resting);
    }

    /// Gives all of them back, so that the pool can be closed.
    pub(super) fn close(&self) {
        self.places.close();
        self.give_back();
    }

    /// A poisoned lock is taken all the same: every change is one push or pop.
    fn resting(&self) -> MutexGuard<'_, Vec<Resting<DB>>> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection for one read. Dropped, it goes back to the pool and is looked at there.
pub(super) struct Lent<'k, DB: Database> {
    pub(super) connection: PoolConnection<DB>,
    kept: &'k Kept<DB>,
    // Last, so that whoever waits for the place finds the connection.
    _place: SemaphorePermit<'k>,
}

impl<DB: Database> Lent<'_, DB> {
    /// What the read gave. If it was answered, the connection is kept for the next one.
    pub(super) fn ended<T>(self, found: Result<T, Error>) -> Result<T, DbError> {
        let Self { connection, kept, _place } = self;
        let found = found.map_err(DbError::from);
        if let Err(why) = &found {
            if matches!(why, DbError::Connection(_)) {
                kept.distrust();
            }
            return found;
        }
        let mut resting = kept.resting();
        // Asked under the lock that closing takes: afterwards nothing is put here any more.
        if !kept.places.is_closed() {
            resting.push(Resting { connection, since: Instant::now() });
        }
        drop(resting);
        found
    }
}
