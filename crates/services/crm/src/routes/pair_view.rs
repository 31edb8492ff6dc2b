use std::collections::BTreeMap;

use captely_platform::ids::ContactId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{MergeId, PairId, PairPart, PairShown};

/// Two contacts that may be one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DuplicatePair)]
pub struct PairView {
    #[schema(value_type = String, example = "pair_019900000000700080000000000000ab")]
    id: PairId,
    /// `open`, `merged` or `dismissed`.
    #[schema(example = "open")]
    state: &'static str,
    /// How probable it is that they are one, from 0 to 1.
    #[schema(example = 0.914)]
    probability: f64,
    /// Why it is asked: `same`, `unsure`, `conflict`, `chain` or `marks`.
    #[schema(example = "unsure")]
    why: &'static str,
    a: SideView,
    b: SideView,
    /// Which is kept where nobody says otherwise: of whom more is known.
    #[schema(value_type = String, example = "con_019900000000700080000000000000ab")]
    keep: ContactId,
    /// What speaks for one person and what for two.
    reasons: Vec<PairPart>,
    /// The merge, where they were merged.
    #[schema(value_type = Option<String>, example = "merge_019900000000700080000000000000ab")]
    merge_id: Option<MergeId>,
    #[schema(example = "2026-01-05T09:00:00Z")]
    found_at: String,
    #[schema(example = "2026-01-06T09:00:00Z")]
    decided_at: Option<String>,
}

/// A contact of a pair, as it is now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DuplicateContact)]
pub struct SideView {
    #[schema(value_type = String, example = "con_019900000000700080000000000000ab")]
    id: ContactId,
    /// What is known, by the field's word; null where the contact is there no more.
    #[schema(example = json!({"first_name": "Asha", "last_name": "Rao", "company": "Mills"}))]
    fields: Option<BTreeMap<String, String>>,
}

impl PairView {
    /// As a pair is shown.
    pub fn of(shown: PairShown) -> Self {
        let PairShown { pair, a, b, keep } = shown;
        #[expect(clippy::cast_precision_loss, clippy::as_conversions, reason = "at most a million")]
        let probability = pair.millionths as f64 / 1e6;
        Self {
            id: pair.id,
            state: pair.state.as_str(),
            probability,
            why: pair.why.as_str(),
            a: SideView { id: pair.a, fields: a },
            b: SideView { id: pair.b, fields: b },
            keep,
            reasons: pair.parts,
            merge_id: pair.merge,
            found_at: pair.found_at.to_string(),
            decided_at: pair.decided_at.map(|at| at.to_string()),
        }
    }
}
