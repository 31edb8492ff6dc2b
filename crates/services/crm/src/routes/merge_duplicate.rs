use axum::Json;
use axum::extract::State;
use captely_accounts::{Actor, Entry, Origin};
use captely_platform::http::{Body, Path, Problem, Writer};
use captely_platform::ids::ContactId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::CrmRoutes;
use crate::{Choices, MergeId, PairId, Take};

/// Which of the two stays, and whose values.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"choices": {"title": "gone"}}))]
pub(super) struct MergeDuplicateInput {
    /// The contact that stays; where nothing is said, the one of whom more is known.
    #[schema(value_type = Option<String>, example = "con_019900000000700080000000000000ab")]
    keep: Option<ContactId>,
    /// Whose value is taken, by the field's word. Where nothing is said, the kept contact's value stays and its
    /// blanks are filled.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, Take>)]
    choices: Choices,
}

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MergedDuplicate {
    /// What undoes it: `POST /api/merges/{id}/undo`.
    #[schema(value_type = String, example = "merge_019900000000700080000000000000ab")]
    merge_id: MergeId,
}

/// Make two contacts one
///
/// It can be undone. What was paid for twice is given back, as the plan says. The same again is the same merge.
#[utoipa::path(
    post, path = "/api/duplicates/{id}/merge", operation_id = "merge_duplicate", tag = "contacts",
    params(("id" = String, Path, example = "pair_019900000000700080000000000000ab")),
    request_body = MergeDuplicateInput,
    responses((status = 200, description = "They are one.", body = MergedDuplicate)),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn merge_duplicate(
    State(all): State<CrmRoutes>,
    who: Writer,
    from: Origin,
    Path(id): Path<PairId>,
    Body(input): Body<MergeDuplicateInput>,
) -> Result<Json<MergedDuplicate>, Problem> {
    let mut tx = all.crm.db.writer().await?;
    let what = (id, input.keep, input.choices);
    let done = all.crm.merge_pair(&mut tx, who.workspace, what, Some(who.user)).await;
    let merge_id = done.map_err(|why| all.problem(why))?;
    let entry = Entry::new(who.workspace, Actor::of(&who), "contact.merged").of(merge_id);
    all.accounts.audit(&mut tx, &from, entry.with(json!({ "pair": id }))).await?;
    tx.commit().await?;
    Ok(Json(MergedDuplicate { merge_id }))
}
