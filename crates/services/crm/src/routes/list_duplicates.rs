use axum::extract::State;
use captely_platform::http::{Fields, Member, Page, Paged, Picked, Problem, Query};
use serde::Deserialize;
use utoipa::IntoParams;

use super::CrmRoutes;
use super::pair_view::PairView;
use crate::{PairQuery, PairState};

/// Millionths of one in a hundredth.
const MILLIONTHS_PER_PERCENT: u32 = 10_000;

/// Which pairs, and which page of them.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct DuplicatesQuery {
    /// Items of the page, 1 to 200; 50 where nothing is said.
    #[param(minimum = 1, maximum = 200, example = 50)]
    limit: Option<u32>,
    /// Where the page begins: `next` of the page before.
    #[param(max_length = 600)]
    after: Option<String>,
    /// Which fields of each item, with commas between them.
    #[param(max_length = 2000, example = "id,probability,a,b")]
    fields: Option<String>,
    /// `open` (where nothing is said), `merged` or `dismissed`.
    #[param(max_length = 20, example = "open")]
    state: Option<String>,
    /// Only those at least so likely to be one person, in percent.
    #[param(minimum = 0, maximum = 100, example = 90)]
    min_percent: Option<u32>,
}

/// Contacts that may be one
#[utoipa::path(
    get, path = "/api/duplicates", operation_id = "list_duplicates", tag = "contacts",
    params(DuplicatesQuery),
    responses((status = 200, description = "The likeliest first.", body = Paged<PairView>)),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn list_duplicates(
    State(all): State<CrmRoutes>,
    who: Member,
    Query(query): Query<DuplicatesQuery>,
    fields: Fields,
) -> Result<Picked, Problem> {
    let DuplicatesQuery { limit, after, fields: picked, state, min_percent } = query;
    let page = Page { limit, after, fields: picked };
    let (limit, after) = (page.limit()?, page.after()?);
    let query = PairQuery {
        state: state.as_deref().map_or(Ok(PairState::Open), state_of)?,
        millionths_min: i64::from(min_percent.map_or(Ok(0), percent)?),
        after,
    };
    let found = all.crm.duplicates(who.workspace, &query, limit.saturating_add(1)).await;
    let found = found.map_err(|why| all.problem(why))?;
    let page = Paged::of(found, limit, |shown| (shown.pair.millionths, shown.pair.id));
    let items = page.items.into_iter().map(PairView::of).collect();
    fields.pick(&Paged { items, next: page.next })
}

fn state_of(word: &str) -> Result<PairState, Problem> {
    PairState::named(word).ok_or_else(|| {
        Problem::invalid("state", format!("state is one of {}.", PairState::WORDS.join(", ")))
    })
}

fn percent(percent: u32) -> Result<u32, Problem> {
    if percent > 100 {
        return Err(Problem::invalid("min_percent", "min_percent is from 0 to 100."));
    }
    Ok(percent.saturating_mul(MILLIONTHS_PER_PERCENT))
}
