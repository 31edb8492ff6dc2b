use std::collections::{BTreeSet, HashMap};

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
    let pairs: BTreeSet<(ContactId, ContactId)> = asked
        .iter()
        .filter(|(one, other)| one != other)
        .map(|(one, other)| ((*one).min(*other), (*one).max(*other)))
        .collect();
    let both: Vec<ContactId> = pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
    let records = record::bare(tx, workspace, &both).await?;
    let (mut builder, model) = compare::start(Limits::default(), among)?;
    let (mut rows, mut compared) = (HashMap::new(), Vec::new());
    for record in records.values().filter(|record| record.merged_into.is_none()) {
        let contact = compared_of(record);
        builder.push(&contact.values)?;
        rows.insert(record.id, compared.len());
        compared.push(contact);
    }
    let table = builder.finish();
    let explainer = Explainer::new(&table, &model)?;
    let mut new = Vec::with_capacity(pairs.len());
    for (a, b) in pairs {
        let (Some(x), Some(y)) = (rows.get(&a), rows.get(&b)) else { continue };
        let (Some(one), Some(other)) = (compared.get(*x), compared.get(*y)) else { continue };
        let Some(explanation) = explainer.explain(*x, *y) else { continue };
        new.push(NewPair {
            a,
            b,
            keep: a,
            millionths: told::millionths(explanation.probability),
            why: PairWhy::Marks,
            parts: told::parts(explanation),
            form: form_of(one, other),
        });
    }
    Ok(pairs::add(tx, ids, workspace, &new, now).await?)
}
