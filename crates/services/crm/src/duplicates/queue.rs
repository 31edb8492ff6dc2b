use captely_contact::Timestamp;
use captely_matching::{Explainer, Limits};
use captely_platform::db::Tx;
use captely_platform::ids::{ContactId, Ids, WorkspaceId};

use super::{DuplicateError, NewPair, PairWhy, compare, compared_of, form_of, told};
use crate::store::{extras, merges::record, pairs};

/// Asks about pairs whose exact marks say that they are one and two: the upsert tells them. Pairs of contacts that
/// are not there or were merged are passed over. How many questions are new or asked anew.
pub async fn queue_pairs(
    tx: &mut Tx,
    ids: &Ids,
    workspace: WorkspaceId,
    asked: &[(ContactId, ContactId)],
    now: Timestamp,
) -> Result<u64, DuplicateError> {
    let among = u32::try_from(extras::count(tx, workspace).await?).unwrap_or(u32::MAX);
    let mut new = Vec::with_capacity(asked.len());
    for (one, other) in asked {
        let (a, b) = ((*one).min(*other), (*one).max(*other));
        if a == b || new.iter().any(|known: &NewPair| (known.a, known.b) == (a, b)) {
            continue;
        }
        let a = record::get(tx, workspace, a).await?.filter(|record| record.merged_into.is_none());
        let b = record::get(tx, workspace, b).await?.filter(|record| record.merged_into.is_none());
        let (Some(a), Some(b)) = (a, b) else { continue };
        let (a, b) = (compared_of(&a), compared_of(&b));
        let (mut builder, model) = compare::start(Limits::default(), among)?;
        builder.push(&a.values)?;
        builder.push(&b.values)?;
        let table = builder.finish();
        let Some(explanation) = Explainer::new(&table, &model)?.explain(0, 1) else { continue };
        new.push(NewPair {
            a: a.id,
            b: b.id,
            keep: a.id,
            millionths: told::millionths(explanation.probability),
            why: PairWhy::Marks,
            parts: told::parts(explanation),
            form: form_of(&a, &b),
        });
    }
    Ok(pairs::add(tx, ids, workspace, &new, now).await?)
}
