use axum::extract::State;
use captely_platform::access::Role;
use captely_platform::http::{Caller, Problem, Tagged};
use captely_platform::ids::WorkspaceId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::ids::UserId;
use crate::service::Accounts;

/// Who is signed in, and in which workspace.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Me {
    #[schema(value_type = String, example = "usr_019900000000700080000000000000ab")]
    id: UserId,
    #[schema(example = "ada@example.com")]
    email: String,
    #[schema(example = "Ada Example")]
    name: String,
    /// The workspace they act in; null where they are in none.
    #[schema(value_type = Option<String>, example = "ws_019900000000700080000000000000ab")]
    workspace_id: Option<WorkspaceId>,
    /// What they may do there.
    #[schema(example = "owner")]
    role: Option<Role>,
    /// Whether they run the installation.
    superadmin: bool,
    /// Whether they have a password, and not only other ways of signing in.
    has_password: bool,
    #[schema(example = "2026-01-05T09:00:00Z")]
    created_at: String,
}

/// Who am I?
#[utoipa::path(
    get, path = "/api/auth/me", operation_id = "get_me", tag = "auth",
    responses((status = 200, description = "Who is signed in.", body = Me)),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn get_me(
    State(accounts): State<Accounts>,
    Caller(identity): Caller,
) -> Result<Tagged<Me>, Problem> {
    let person = &identity.person;
    let email = accounts.open_email(&person.email_sealed)?;
    Ok(Tagged(Me {
        id: identity.user,
        email: email.to_string(),
        name: person.name.clone(),
        workspace_id: identity.seat.map(|seat| seat.workspace),
        role: identity.seat.map(|seat| seat.role),
        superadmin: identity.superadmin,
        has_password: person.has_password,
        created_at: person.created_at.to_string(),
    }))
}
