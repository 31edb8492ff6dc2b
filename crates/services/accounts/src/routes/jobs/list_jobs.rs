use axum::extract::State;
use captely_platform::http::{Admin, Fields, Page, Paged, Picked, Problem, Query, Text};
use captely_platform::jobs::{JobFilter, State as JobState};
use serde::Deserialize;
use utoipa::IntoParams;

use super::job_item::{JobItem, page_of};
use crate::service::Accounts;

/// Which jobs somebody wants.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobsWanted {
    /// Items of the page, 1 to 200; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200, example = 50)]
    limit: Option<u32>,
    /// Where the page begins: `next` of the page before.
    #[param(max_length = 600)]
    after: Option<String>,
    /// Which fields of each item, with commas between them; all where nothing is said.
    #[param(max_length = 2000, example = "id")]
    fields: Option<String>,
    /// Only of this kind of work.
    #[param(value_type = Option<String>, max_length = 200, example = "enrich_batch.v1")]
    queue: Option<Text<1, 200>>,
    /// Only in this state.
    #[param(example = "failed")]
    state: Option<JobState>,
}

/// Background jobs of the workspace
#[utoipa::path(
    get, path = "/api/jobs", operation_id = "list_jobs", tag = "jobs",
    params(JobsWanted),
    responses((status = 200, description = "The youngest first.", body = Paged<JobItem>)),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn list_jobs(
    State(accounts): State<Accounts>,
    who: Admin,
    Query(wanted): Query<JobsWanted>,
    fields: Fields,
) -> Result<Picked, Problem> {
    let JobsWanted { limit, after, fields: named, queue, state } = wanted;
    let workspace = Some(who.workspace);
    let filter = JobFilter { workspace, queue: queue.map(Text::into_string), state, after: None };
    let page = Page { limit, after, fields: named };
    page_of(&accounts, filter, &page, &fields, JobItem::of_workspace).await
}
