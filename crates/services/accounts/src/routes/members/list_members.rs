use axum::extract::State;
use captely_platform::access::Role;
use captely_platform::http::{Fields, Member, Page, Paged, Picked, Problem, Query};
use serde::Serialize;
use utoipa::ToSchema;

use crate::ids::UserId;
use crate::model::Colleague;
use crate::service::Accounts;

/// A member of the workspace.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemberItem {
    #[schema(value_type = String, example = "usr_019900000000700080000000000000ab")]
    user_id: UserId,
    #[schema(example = "Ada Example")]
    name: String,
    #[schema(example = "ada@example.com")]
    email: String,
    role: Role,
    /// Credits that they may spend in a month; null where they have no limit of their own.
    #[schema(example = "250")]
    spending_limit: Option<String>,
    /// Whether whoever runs the installation has shut them out.
    disabled: bool,
    #[schema(example = "2026-01-05T09:00:00Z")]
    joined_at: String,
}

/// Members of the workspace
#[utoipa::path(
    get, path = "/api/members", operation_id = "list_members", tag = "members",
    params(Page),
    responses((status = 200, description = "In the order of joining.", body = Paged<MemberItem>)),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn list_members(
    State(accounts): State<Accounts>,
    who: Member,
    Query(page): Query<Page>,
    fields: Fields,
) -> Result<Picked, Problem> {
    let limit = page.limit()?;
    let found = accounts.members(who.workspace, page.after()?, limit.saturating_add(1)).await?;
    let found = Paged::of(found, limit, |member| (member.joined_at, member.user));
    let items = found.items.into_iter().map(|member| item(&accounts, member));
    let items = items.collect::<Result<_, _>>()?;
    fields.pick(&Paged::<MemberItem> { items, next: found.next })
}

fn item(accounts: &Accounts, member: Colleague) -> Result<MemberItem, Problem> {
    Ok(MemberItem {
        user_id: member.user,
        name: member.name,
        email: accounts.open_email(&member.email_sealed)?.to_string(),
        role: member.role,
        spending_limit: member.spending_limit.map(|credits| credits.to_string()),
        disabled: member.disabled,
        joined_at: member.joined_at.to_string(),
    })
}
