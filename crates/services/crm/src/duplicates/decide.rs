use std::collections::{BTreeMap, HashMap};

use captely_platform::db::Tx;
use captely_platform::ids::{ContactId, UserId, WorkspaceId};
use uuid::Uuid;

use super::{DuplicateError, Pair, PairState, compared_of, form_of, queue_pairs};
use crate::merge::Record;
use crate::service::Crm;
use crate::store::merges::{self, record};
use crate::store::pairs::{self, Decision, PairFilter};
use crate::{
    Choices, Merge, MergeError, MergeId, MergePair, PairId, Unmerged, barred, merge_contacts,
    unmerge_contacts,
};

/// A pair with both contacts as they are now; none of a contact that is there no more.
#[derive(Debug, Clone, PartialEq)]
pub struct PairShown {
    /// The pair.
    pub pair: Pair,
    /// What is known of the older one, by the field's word.
    pub a: Option<BTreeMap<String, String>>,
    /// What is known of the other.
    pub b: Option<BTreeMap<String, String>>,
    /// Which of them is kept where nobody says otherwise: of whom more is known, else the older.
    pub keep: ContactId,
}

/// Which pairs to show.
#[derive(Debug, Clone, Copy)]
pub struct PairQuery {
    /// Of this state.
    pub state: PairState,
    /// At least so probable, in millionths.
    pub millionths_min: i64,
    /// Behind this pair: its probability and its id.
    pub after: Option<(i64, PairId)>,
}

impl Crm {
    /// Up to `most` pairs, the likeliest first.
    pub async fn duplicates(
        &self,
        workspace: WorkspaceId,
        query: &PairQuery,
        most: u32,
    ) -> Result<Vec<PairShown>, DuplicateError> {
        let after = query.after.map_or((i64::MAX, Uuid::max()), |(at, id)| (at, id.as_uuid()));
        let (state, millionths_min) = (query.state, query.millionths_min);
        let filter = PairFilter { state, millionths_min, after };
        let mut tx = self.db.reader().await?;
        let page = pairs::page(&mut tx, workspace, &filter, most).await?;
        let ids: Vec<ContactId> = page.iter().flat_map(|pair| [pair.a, pair.b]).collect();
        let records = record::bare(&mut tx, workspace, &ids).await?;
        Ok(page.into_iter().map(|pair| shown(&records, pair)).collect())
    }

    /// One pair.
    pub async fn duplicate(
        &self,
        workspace: WorkspaceId,
        id: PairId,
    ) -> Result<PairShown, DuplicateError> {
        let mut tx = self.db.reader().await?;
        let pair = pairs::get(&mut tx, workspace, id).await?.ok_or(DuplicateError::NoPair(id))?;
        let records = record::bare(&mut tx, workspace, &[pair.a, pair.b]).await?;
        Ok(shown(&records, pair))
    }

    /// Merges the two of a pair, in the caller's transaction. `keep` is one of them; where there is none, the one of
    /// whom more is known. The same again is that merge.
    pub async fn merge_pair(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        (id, keep, choices): (PairId, Option<ContactId>, Choices),
        by: Option<UserId>,
    ) -> Result<MergeId, DuplicateError> {
        barred::lock(tx, workspace).await?;
        let pair = pairs::get(tx, workspace, id).await?.ok_or(DuplicateError::NoPair(id))?;
        if let (PairState::Merged, Some(merge)) = (pair.state, pair.merge)
            && merges::get(tx, workspace, merge).await?.is_some_and(|done| done.undone_at.is_none())
        {
            return Ok(merge);
        }
        let records = record::bare(tx, workspace, &[pair.a, pair.b]).await?;
        let shown = shown(&records, pair);
        let kept = keep.unwrap_or(shown.keep);
        let gone = match (kept == shown.pair.a, kept == shown.pair.b) {
            (true, _) => shown.pair.b,
            (_, true) => shown.pair.a,
            _ => return Err(DuplicateError::Keep(id)),
        };
        let form = form(&records, &shown.pair)?;
        let pair = MergePair { kept, gone, origin: None, choices };
        let (now, ledger) = (self.clock.now(), self.ledger.as_ref());
        let merge = merge_contacts(tx, &self.ids, ledger, workspace, &pair, now).await?;
        let state = PairState::Merged;
        let decision = Decision { state, form: &form, merge: Some(merge), by };
        pairs::decide(tx, workspace, id, &decision, now).await?;
        Ok(merge)
    }

    /// Keeps that the two of a pair are two people, in the caller's transaction. They are asked about again where a
    /// field that is compared changes.
    pub async fn dismiss_pair(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        id: PairId,
        by: Option<UserId>,
    ) -> Result<(), DuplicateError> {
        barred::lock(tx, workspace).await?;
        let pair = pairs::get(tx, workspace, id).await?.ok_or(DuplicateError::NoPair(id))?;
        match pair.state {
            PairState::Dismissed => Ok(()),
            PairState::Merged => {
                Err(DuplicateError::Decided { pair: id, state: pair.state.as_str() })
            }
            PairState::Open => self.dismiss(tx, workspace, &pair, by).await,
        }
    }

    /// Undoes a merge, in the caller's transaction. Whoever undoes it says that they are two people: that is kept like
    /// a dismissed question, so that no search and no list merges them again.
    pub async fn undo_merge(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        merge: MergeId,
        by: Option<UserId>,
    ) -> Result<Unmerged, DuplicateError> {
        let (now, ledger) = (self.clock.now(), self.ledger.as_ref());
        let done = unmerge_contacts(tx, &self.ids, ledger, workspace, merge, now).await?;
        if done.again {
            return Ok(done);
        }
        let (kept, gone) = (done.merge.kept, done.merge.gone);
        let both = (kept.min(gone), kept.max(gone));
        let mut pair = pairs::of_two(tx, workspace, both).await?;
        if pair.is_none() {
            // A search or an import merged them without asking.
            queue_pairs(tx, &self.ids, workspace, &[both], now).await?;
            pair = pairs::of_two(tx, workspace, both).await?;
        }
        if let Some(pair) = pair {
            self.dismiss(tx, workspace, &pair, by).await?;
        }
        Ok(done)
    }

    /// Merges before `before`, undone ones too, the newest first.
    pub async fn merges(
        &self,
        workspace: WorkspaceId,
        before: Option<MergeId>,
        most: u32,
    ) -> Result<Vec<Merge>, DuplicateError> {
        let mut tx = self.db.reader().await?;
        let before = before.unwrap_or_else(|| Uuid::max().into());
        Ok(merges::page(&mut tx, workspace, before, most).await?)
    }

    async fn dismiss(
        &self,
        tx: &mut Tx,
        workspace: WorkspaceId,
        pair: &Pair,
        by: Option<UserId>,
    ) -> Result<(), DuplicateError> {
        let records = record::bare(tx, workspace, &[pair.a, pair.b]).await?;
        let form = form(&records, pair)?;
        let state = PairState::Dismissed;
        let decision = Decision { state, form: &form, merge: None, by };
        Ok(pairs::decide(tx, workspace, pair.id, &decision, self.clock.now()).await?)
    }
}

type Records = HashMap<ContactId, Record>;

/// What stands for the compared fields of both.
fn form(records: &Records, pair: &Pair) -> Result<Vec<u8>, DuplicateError> {
    let of = |id| records.get(&id).map(compared_of).ok_or(MergeError::NoContact(id));
    Ok(form_of(&of(pair.a)?, &of(pair.b)?))
}

fn shown(records: &Records, pair: Pair) -> PairShown {
    let fields = |id: &ContactId| {
        let mut fields = records.get(id)?.fields.clone();
        // What the company is called is known; its number is ours.
        fields.remove(record::COMPANY_ID);
        Some(fields)
    };
    let (a, b) = (fields(&pair.a), fields(&pair.b));
    let known = |fields: &Option<_>| fields.as_ref().map_or(0, BTreeMap::len);
    let keep = if known(&b) > known(&a) { pair.b } else { pair.a };
    PairShown { pair, a, b, keep }
}
