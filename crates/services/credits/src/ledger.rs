use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use captely_platform::clock::Clock;
use captely_platform::db::{Db, Tx};
use captely_platform::ids::{Ids, WorkspaceId};

use crate::store;
use crate::{CreditError, Policy};

/// Policies kept in memory; beyond it the memory is begun anew.
const POLICIES_MAX: usize = 20_000;

/// The ledger. Clones are cheap.
#[derive(Clone)]
pub struct Ledger(Arc<Parts>);

struct Parts {
    db: Db,
    ids: Arc<Ids>,
    clock: Arc<dyn Clock>,
    /// What holds for a workspace of which nobody has said anything.
    usual: Arc<Policy>,
    /// By version, which an account's row says: that is of what is in it, so that what was written in a transaction
    /// that did not become lasting is right all the same.
    known: Mutex<HashMap<i64, Arc<Policy>>>,
}

impl Ledger {
    /// `usual` holds for workspaces that have no policy of their own.
    pub fn new(db: Db, ids: Arc<Ids>, clock: Arc<dyn Clock>, usual: Policy) -> Self {
        let usual = Arc::new(usual);
        Self(Arc::new(Parts { db, ids, clock, usual, known: Mutex::default() }))
    }

    pub(crate) fn db(&self) -> &Db {
        &self.0.db
    }

    pub(crate) fn ids(&self) -> &Ids {
        &self.0.ids
    }

    pub(crate) fn clock(&self) -> &dyn Clock {
        self.0.clock.as_ref()
    }

    /// The policy of this version.
    pub(crate) async fn policy_of(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        version: i64,
    ) -> Result<Arc<Policy>, CreditError> {
        if version == 0 {
            return Ok(Arc::clone(&self.0.usual));
        }
        if let Some(known) = self.remembered(version) {
            return Ok(known);
        }
        let read = store::policy::get(tx, workspace).await?;
        let (version, policy) = read.ok_or(CreditError::Broken("a policy is missing"))?;
        let policy = Arc::new(policy);
        self.remember(version, &policy);
        Ok(policy)
    }

    fn remembered(&self, version: i64) -> Option<Arc<Policy>> {
        let known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&version).cloned()
    }

    fn remember(&self, version: i64, policy: &Arc<Policy>) {
        let mut known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= POLICIES_MAX {
            known.clear();
        }
        known.insert(version, Arc::clone(policy));
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ledger")
    }
}
