//! What is used of the limits that are counted: by provider and month, by member and month, by run.

use std::collections::BTreeMap;

use captely_contact::{Timestamp, month_of};
use captely_platform::db::{DbError, Insert, Tx};
use captely_platform::ids::{RunId, UserId, WorkspaceId};

use crate::store::counter::{self, CounterKey};

const PROVIDER: &str = "provider";

/// Calls of a provider in a month.
pub(crate) fn of_provider(provider: &str, at: Timestamp) -> CounterKey {
    CounterKey { kind: PROVIDER, subject: provider.to_owned(), period: month_of(at) }
}

/// Thousandths of a credit of a member in a month.
pub(crate) fn of_member(member: UserId, at: Timestamp) -> CounterKey {
    CounterKey { kind: "member", subject: member.to_string(), period: month_of(at) }
}

/// Thousandths of a credit of a run.
pub(crate) fn of_run(run: RunId) -> CounterKey {
    CounterKey { kind: "run", subject: run.to_string(), period: 0 }
}

/// Counters as they were read, and what is added to them.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    known: BTreeMap<CounterKey, i64>,
    added: BTreeMap<CounterKey, i64>,
}

impl Counters {
    /// Reads those whose limits will be asked for.
    pub(crate) async fn read(
        tx: &mut Tx,
        workspace: WorkspaceId,
        mut keys: Vec<CounterKey>,
    ) -> Result<Self, DbError> {
        keys.sort();
        keys.dedup();
        // The others change under the account's lock alone; runs count a provider's calls without it.
        let (shared, own): (Vec<_>, Vec<_>) =
            keys.into_iter().partition(|key| key.kind == PROVIDER);
        let mut known = BTreeMap::new();
        if !shared.is_empty() {
            known.append(&mut counter::lock(tx, workspace, &shared).await?);
        }
        if !own.is_empty() {
            known.append(&mut counter::of(tx, workspace, &own).await?);
        }
        Ok(Self { known, added: BTreeMap::new() })
    }

    /// What one stands at, which must have been read.
    pub(crate) fn used(&self, key: &CounterKey) -> i64 {
        let of = |all: &BTreeMap<CounterKey, i64>| all.get(key).copied().unwrap_or(0);
        of(&self.known) + of(&self.added)
    }

    pub(crate) fn add(&mut self, key: CounterKey, by: i64) {
        *self.added.entry(key).or_default() += by;
    }

    /// Adds credits to what a member and a run have used; below zero where they come back. `at` is when they
    /// were set aside.
    pub(crate) fn credits(
        &mut self,
        member: Option<UserId>,
        run: Option<RunId>,
        at: Timestamp,
        by: i64,
    ) {
        if let Some(member) = member {
            self.add(of_member(member, at), by);
        }
        if let Some(run) = run {
            self.add(of_run(run), by);
        }
    }

    /// What was added, to be written.
    pub(crate) fn insert(&self, workspace: WorkspaceId) -> Insert {
        counter::insert(workspace, &self.added)
    }

    /// Adds what others have added.
    pub(crate) fn join(&mut self, others: Self) {
        for (key, by) in others.added {
            self.add(key, by);
        }
    }
}
