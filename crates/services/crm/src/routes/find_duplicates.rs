use axum::extract::State;
use axum::http::StatusCode;
use captely_accounts::{Actor, Entry, Origin};
use captely_platform::http::{Body, Problem, Writer};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::CrmRoutes;

/// How to look.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"merge_same": false}))]
pub(super) struct FindDuplicatesInput {
    /// Whether contacts that are the same beyond doubt are merged without asking. Each merge can be undone.
    #[serde(default)]
    merge_same: bool,
}

/// Look for contacts that may be one
///
/// All contacts are compared, in the background, once where the same search waits already. The event
/// `duplicates.found` says what came of it.
#[utoipa::path(
    post, path = "/api/duplicates/find", operation_id = "find_duplicates", tag = "contacts",
    request_body = FindDuplicatesInput,
    responses((status = 202, description = "It is looked for.")),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn find_duplicates(
    State(all): State<CrmRoutes>,
    who: Writer,
    from: Origin,
    Body(input): Body<FindDuplicatesInput>,
) -> Result<StatusCode, Problem> {
    let FindDuplicatesInput { merge_same } = input;
    let mut tx = all.crm.db.writer().await?;
    if all.crm.push_search(&mut tx, who.workspace, merge_same).await? {
        let entry = Entry::new(who.workspace, Actor::of(&who), "duplicates.searched");
        all.accounts.audit(&mut tx, &from, entry.with(json!({ "merge_same": merge_same }))).await?;
    }
    tx.commit().await?;
    Ok(StatusCode::ACCEPTED)
}
