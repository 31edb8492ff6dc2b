use axum::extract::State;
use axum::http::StatusCode;
use captely_accounts::{Actor, Entry, Origin};
use captely_platform::http::{Body, Problem, Writer};
use captely_platform::jobs;
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use super::CrmRoutes;
use crate::{Search, find_duplicates_job};

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
/// All contacts are compared, in the background. The event `duplicates.found` says what came of it.
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
    let search = Search { after: None, merge_same };
    let mut tx = all.crm.db.writer().await?;
    let job = find_duplicates_job(who.workspace, search, all.crm.clock.now());
    jobs::push(&mut tx, &all.crm.ids, vec![job]).await?;
    let entry = Entry::new(who.workspace, Actor::of(&who), "duplicates.searched");
    all.accounts.audit(&mut tx, &from, entry.with(json!({ "merge_same": merge_same }))).await?;
    tx.commit().await?;
    Ok(StatusCode::ACCEPTED)
}
