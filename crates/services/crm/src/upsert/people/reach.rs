//! Who is stored under given marks.

use std::collections::{BTreeSet, HashMap};

use captely_platform::db::{DbError, Tx};
use captely_platform::ids::{ContactId, WorkspaceId};
use uuid::Uuid;

use crate::keys::{Mark, Marks};
use crate::store::keys::Keys;
use crate::store::people::ContactRow;
use crate::{Sieve, store};

/// How often a merged contact may itself have been merged before the chain is taken to be broken.
pub(super) const MERGES_DEEP_MAX: usize = 32;

/// What is stored of people with given marks.
pub(crate) struct Reach {
    /// Whose marks they are; merged contacts' too.
    pub(crate) found: HashMap<Mark, Uuid>,
    /// Those, and whom they were merged into.
    pub(crate) rows: HashMap<Uuid, ContactRow>,
}

impl Reach {
    pub(crate) async fn of(
        tx: &mut Tx,
        workspace: WorkspaceId,
        marks: &[Marks],
        sieve: Option<&Sieve>,
    ) -> Result<Self, DbError> {
        let mut asked: Vec<Mark> = marks.iter().flatten().flatten().copied().collect();
        if let Some(sieve) = sieve {
            sieve.hold_back(tx, workspace, &mut asked).await?;
        }
        let found = store::keys::find(tx, workspace, Keys::Contacts, asked).await?;
        let asked: BTreeSet<ContactId> = found.values().map(|id| ContactId::from(*id)).collect();
        let rows = with_kept(tx, workspace, asked).await?;
        Ok(Self { found, rows })
    }
}

/// Contacts and whom they were merged into: the marks of a merged contact are those of the kept one.
async fn with_kept(
    tx: &mut Tx,
    workspace: WorkspaceId,
    mut asked: BTreeSet<ContactId>,
) -> Result<HashMap<Uuid, ContactRow>, DbError> {
    let mut found: HashMap<Uuid, ContactRow> = HashMap::new();
    for _ in 0..MERGES_DEEP_MAX {
        if asked.is_empty() {
            break;
        }
        let ids: Vec<ContactId> = asked.into_iter().collect();
        let rows = store::people::load(tx, workspace, &ids).await?;
        asked = rows.iter().filter_map(|row| row.merged_into).map(ContactId::from).collect();
        found.extend(rows.into_iter().map(|row| (row.id.as_uuid(), row)));
        asked.retain(|id| !found.contains_key(&id.as_uuid()));
    }
    Ok(found)
}

/// Whom a contact is now, by who went into whom.
pub(crate) fn kept(into: &HashMap<Uuid, Uuid>, mut id: Uuid) -> Uuid {
    for _ in 0..MERGES_DEEP_MAX {
        let Some(next) = into.get(&id) else { break };
        id = *next;
    }
    id
}
