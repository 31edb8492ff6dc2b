use axum::extract::State;
use captely_platform::http::{Member, Problem, Tagged};

use super::{CreditRoutes, CreditsView};

/// How the workspace stands
///
/// Balance, holds, grants, alerts, and what its plan allows. The same at `/api/credits/`.
#[utoipa::path(
    get, path = "/api/credits", operation_id = "get_credits", tag = "credits",
    responses((status = 200, description = "As it is now.", body = CreditsView)),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn get_credits(
    State(all): State<CreditRoutes>,
    who: Member,
) -> Result<Tagged<CreditsView>, Problem> {
    let standing = all.ledger.standing(who.workspace).await.map_err(|why| all.problem(why))?;
    Ok(Tagged(CreditsView::of(standing)))
}
