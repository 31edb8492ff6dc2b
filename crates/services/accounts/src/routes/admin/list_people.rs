use axum::extract::State;
use captely_platform::http::{Fields, Page, Paged, Picked, Problem, Query, Superadmin};
use serde::Serialize;
use utoipa::ToSchema;

use crate::ids::UserId;
use crate::model::Person;
use crate::routes::origin::From;
use crate::service::Accounts;

/// Somebody with an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonItem {
    #[schema(value_type = String, example = "usr_019900000000700080000000000000ab")]
    id: UserId,
    #[schema(example = "Ada Example")]
    name: String,
    #[schema(example = "ada@example.com")]
    email: String,
    /// Whether they run the installation.
    superadmin: bool,
    /// Whether they are shut out.
    disabled: bool,
    #[schema(example = "2026-01-05T09:00:00Z")]
    created_at: String,
}

/// Everybody with an account
///
/// For superadmins, from an allowed address. That they looked is in the log.
#[utoipa::path(
    get, path = "/api/admin/people", operation_id = "list_people", tag = "admin",
    params(Page),
    responses((status = 200, description = "The newest first.", body = Paged<PersonItem>)),
    security(("session" = [])),
)]
pub(crate) async fn list_people(
    State(accounts): State<Accounts>,
    who: Superadmin,
    From(from): From,
    Query(page): Query<Page>,
    fields: Fields,
) -> Result<Picked, Problem> {
    let limit = page.limit()?;
    let more = limit.saturating_add(1);
    let found = accounts.people(&who.0, page.after()?, more, &from).await?;
    let found = Paged::of(found, limit, |person| person.id);
    let items = found.items.into_iter().map(|person| item(&accounts, person));
    let items = items.collect::<Result<_, _>>()?;
    fields.pick(&Paged::<PersonItem> { items, next: found.next })
}

fn item(accounts: &Accounts, person: Person) -> Result<PersonItem, Problem> {
    Ok(PersonItem {
        id: person.id,
        email: accounts.open_email(&person.email_sealed)?.to_string(),
        name: person.name,
        superadmin: person.superadmin,
        disabled: person.disabled,
        created_at: person.created_at.to_string(),
    })
}
