use axum::extract::State;
use axum::http::StatusCode;
use captely_accounts::{Actor, Entry, Origin};
use captely_platform::http::{Path, Problem, Writer};

use super::CrmRoutes;
use crate::PairId;

/// Say that two contacts are two people
///
/// They are asked about again only where a field that is compared changes.
#[utoipa::path(
    post, path = "/api/duplicates/{id}/dismiss", operation_id = "dismiss_duplicate", tag = "contacts",
    params(("id" = String, Path, example = "pair_019900000000700080000000000000ab")),
    responses((status = 204, description = "Kept.")),
    security(("session" = []), ("api_key" = [])),
)]
pub(super) async fn dismiss_duplicate(
    State(all): State<CrmRoutes>,
    who: Writer,
    from: Origin,
    Path(id): Path<PairId>,
) -> Result<StatusCode, Problem> {
    let mut tx = all.crm.db.writer().await?;
    let done = all.crm.dismiss_pair(&mut tx, who.workspace, id, Some(who.user)).await;
    done.map_err(|why| all.problem(why))?;
    let entry = Entry::new(who.workspace, Actor::of(&who), "duplicate.dismissed").of(id);
    all.accounts.audit(&mut tx, &from, entry).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
