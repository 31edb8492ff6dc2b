use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use captely_accounts::{Actor, Entry, Origin};
use captely_platform::http::{Path, Problem, Writer};
use captely_platform::ids::ContactId;
use serde::Serialize;
use utoipa::ToSchema;

use super::CrmRoutes;
use crate::MergeId;

/// What was undone.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UndoneMerge {
    /// Who had stayed.
    #[schema(value_type = String, example = "con_019900000000700080000000000000ab")]
    kept: ContactId,
    /// Who is there again.
    #[schema(value_type = String, example = "con_019900000000700080000000000000cd")]
    back: ContactId,
    /// Fields of the kept contact that somebody changed since: they stay as they are.
    #[schema(example = json!(["title"]))]
    stayed: BTreeSet<String>,
}

/// Undo a merge
///
/// Both contacts are what they were, but for fields that somebody changed since. Credits that were given back stay
/// given back. The same again does nothing more.
#[utoipa::path(
    post, path = "/api/merges/{id}/undo", operation_id = "undo_merge", tag = "contacts",
    params(("id" = String, Path, example = "merge_019900000000700080000000000000ab")),
    responses((status = 200, description = "They are two.", body = UndoneMerge)),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn undo_merge(
    State(all): State<CrmRoutes>,
    who: Writer,
    from: Origin,
    Path(id): Path<MergeId>,
) -> Result<Json<UndoneMerge>, Problem> {
    let mut tx = all.crm.db.writer().await?;
    let done = all.crm.undo_merge(&mut tx, who.workspace, id, Some(who.user)).await;
    let done = done.map_err(|why| all.problem(why))?;
    if !done.again {
        let entry = Entry::new(who.workspace, Actor::of(&who), "contact.unmerged").of(id);
        all.accounts.audit(&mut tx, &from, entry).await?;
    }
    tx.commit().await?;
    Ok(Json(UndoneMerge { kept: done.merge.kept, back: done.merge.gone, stayed: done.stayed }))
}
