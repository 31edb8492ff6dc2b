//! What was done after an import stands upon what the import did: where that is taken back, it stands upon what was
//! there before.

use std::collections::{BTreeMap, BTreeSet};

use captely_platform::db::{DbError, Tx};
use captely_platform::ids::WorkspaceId;
use uuid::Uuid;

use crate::MergeId;
use crate::store::later;
use crate::store::merges::{json, read_json};

/// A value that something gave a record and that something else replaced since.
#[derive(Debug, Clone)]
pub(crate) struct Replaced {
    pub(crate) record: Uuid,
    /// The import that gave it; none for a merge.
    pub(crate) origin: Option<Uuid>,
    /// When it was given, in microseconds: of two changes or merges of a workspace the later has the later time.
    pub(crate) at: i64,
    pub(crate) word: String,
    /// What was there before; none where nothing was known.
    pub(crate) before: Option<String>,
    /// The value.
    pub(crate) after: Option<String>,
}

/// Fields before a change. No value and an empty one are the same.
type Fields = BTreeMap<String, Option<String>>;

enum What {
    Change(Uuid, i64),
    Merge(MergeId),
}

/// What was done with a record: undone, it sets these fields.
struct Later {
    record: Uuid,
    at: i64,
    what: What,
    before: Fields,
    is_new: bool,
}

impl Later {
    fn replaced(&mut self, value: &Replaced) -> bool {
        let own = matches!(self.what, What::Change(origin, _) if Some(origin) == value.origin);
        if own || self.record != value.record || self.at < value.at {
            return false;
        }
        let Some(before) = self.before.get_mut(&value.word) else { return false };
        let is_it = known(before.as_ref()) == known(value.after.as_ref());
        if is_it {
            before.clone_from(&value.before);
            self.is_new = true;
        }
        is_it
    }
}

fn known(value: Option<&String>) -> &str {
    value.map_or("", String::as_str)
}

/// Lets what replaced each of these values give back what was there before it, instead of a value that is no more.
pub(crate) async fn carry(
    tx: &mut Tx,
    workspace: WorkspaceId,
    values: &[Replaced],
) -> Result<(), DbError> {
    let records: BTreeSet<Uuid> = values.iter().map(|value| value.record).collect();
    if records.is_empty() {
        return Ok(());
    }
    let records: Vec<Uuid> = records.into_iter().collect();
    let mut all = Vec::new();
    for (record, at, origin, number, before) in later::changes(tx, workspace, &records).await? {
        let (what, before) = (What::Change(origin, number), read_json(&before)?);
        all.push(Later { record, at, what, before, is_new: false });
    }
    for (record, at, merge, before) in later::merges(tx, workspace, &records).await? {
        let (what, before) = (What::Merge(merge), read_json(&before)?);
        all.push(Later { record, at, what, before, is_new: false });
    }
    all.sort_by_key(|later| later.at);
    for value in values {
        for later in &mut all {
            if later.replaced(value) {
                break;
            }
        }
    }
    for Later { what, before, .. } in all.into_iter().filter(|later| later.is_new) {
        match what {
            What::Change(origin, number) => {
                let texts: BTreeMap<_, _> =
                    before.iter().map(|(word, value)| (word, known(value.as_ref()))).collect();
                later::set_change(tx, workspace, (origin, number), json(&texts)?).await?;
            }
            What::Merge(merge) => {
                let before: Fields = before
                    .into_iter()
                    .map(|(word, value)| (word, value.filter(|value| !value.is_empty())))
                    .collect();
                later::set_merge(tx, workspace, merge, json(&before)?).await?;
            }
        }
    }
    Ok(())
}
