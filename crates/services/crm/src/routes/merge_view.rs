use std::collections::BTreeMap;

use captely_platform::ids::{ContactId, ImportId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::merges::record::COMPANY_ID;
use crate::{Merge, MergeId};

/// Two contacts that were made one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ContactMerge)]
pub(super) struct MergeView {
    #[schema(value_type = String, example = "merge_019900000000700080000000000000ab")]
    pub(super) id: MergeId,
    /// Who stayed.
    #[schema(value_type = String, example = "con_019900000000700080000000000000ab")]
    kept: ContactId,
    /// Who went into it.
    #[schema(value_type = String, example = "con_019900000000700080000000000000cd")]
    gone: ContactId,
    /// The import that did it; null where a person or a search did.
    #[schema(value_type = Option<String>, example = "imp_019900000000700080000000000000ab")]
    import_id: Option<ImportId>,
    /// The fields of the kept one that changed, by their words, before and after; none once it is undone.
    changes: BTreeMap<String, ChangeView>,
    #[schema(example = "2026-01-05T09:00:00Z")]
    at: String,
    /// Null while it holds.
    #[schema(example = "2026-01-06T09:00:00Z")]
    undone_at: Option<String>,
}

/// A field before and after; null where nothing was known.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldChange)]
pub(super) struct ChangeView {
    #[schema(example = "A.")]
    before: Option<String>,
    #[schema(example = "Asha")]
    after: Option<String>,
}

impl MergeView {
    pub(super) fn of(merge: Merge) -> Self {
        let changes = merge.changes.into_iter().filter(|(word, _)| word != COMPANY_ID);
        let changes = changes.map(|(word, change)| {
            (word, ChangeView { before: change.before, after: change.after })
        });
        Self {
            id: merge.id,
            kept: merge.kept,
            gone: merge.gone,
            import_id: merge.origin.map(ImportId::from),
            changes: changes.collect(),
            at: merge.at.to_string(),
            undone_at: merge.undone_at.map(|at| at.to_string()),
        }
    }
}
