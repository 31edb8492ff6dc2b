use axum::extract::State;
use captely_platform::http::{Admin, Fields, Page, Paged, Picked, Problem, Query};

use super::InvitationItem;
use crate::service::Accounts;

/// Invitations that nobody has accepted or withdrawn
#[utoipa::path(
    get, path = "/api/invitations", operation_id = "list_invitations", tag = "invitations",
    params(Page),
    responses((status = 200, description = "The newest first.", body = Paged<InvitationItem>)),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn list_invitations(
    State(accounts): State<Accounts>,
    who: Admin,
    Query(page): Query<Page>,
    fields: Fields,
) -> Result<Picked, Problem> {
    let limit = page.limit()?;
    let more = limit.saturating_add(1);
    let found = accounts.invitations(who.workspace, page.after()?, more).await?;
    let found = Paged::of(found, limit, |invitation| invitation.id);
    let items = found.items.into_iter().map(|one| InvitationItem::of(&accounts, one));
    let items = items.collect::<Result<_, _>>()?;
    fields.pick(&Paged::<InvitationItem> { items, next: found.next })
}
