use axum::extract::State;
use captely_platform::http::{Fields, Page, Paged, Picked, Problem, Query, Superadmin, Text};
use captely_platform::ids::WorkspaceId;
use captely_platform::jobs::{JobFilter, State as JobState};
use serde::Deserialize;
use utoipa::IntoParams;

use super::job_item::{JobItem, page_of};
use crate::service::Accounts;

/// Which jobs of all workspaces somebody wants.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct AllJobsWanted {
    /// Items of the page, 1 to 200; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200, example = 50)]
    limit: Option<u32>,
    /// Where the page begins: `next` of the page before.
    #[param(max_length = 600)]
    after: Option<String>,
    /// Which fields of each item, with commas between them; all where nothing is said.
    #[param(max_length = 2000, example = "id")]
    fields: Option<String>,
    /// Only of this workspace.
    #[param(value_type = Option<String>, example = "ws_019900000000700080000000000000ab")]
    workspace_id: Option<WorkspaceId>,
    /// Only of this kind of work.
    #[param(value_type = Option<String>, max_length = 200, example = "enrich_batch.v1")]
    queue: Option<Text<1, 200>>,
    /// Only in this state.
    #[param(example = "failed")]
    state: Option<JobState>,
}

/// Background jobs of all workspaces
#[utoipa::path(
    get, path = "/api/admin/jobs", operation_id = "admin_list_jobs", tag = "admin",
    params(AllJobsWanted),
    responses((status = 200, description = "The youngest first.", body = Paged<JobItem>)),
    security(("session" = [])),
)]
pub(crate) async fn admin_list_jobs(
    State(accounts): State<Accounts>,
    _who: Superadmin,
    Query(wanted): Query<AllJobsWanted>,
    fields: Fields,
) -> Result<Picked, Problem> {
    let AllJobsWanted { limit, after, fields: named, workspace_id, queue, state } = wanted;
    let filter = JobFilter {
        workspace: workspace_id,
        queue: queue.map(Text::into_string),
        state,
        after: None,
    };
    let page = Page { limit, after, fields: named };
    page_of(&accounts, filter, &page, &fields, JobItem::of_installation).await
}
