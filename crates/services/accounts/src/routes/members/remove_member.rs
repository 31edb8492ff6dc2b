use axum::extract::State;
use axum::http::StatusCode;
use captely_platform::access::Role;
use captely_platform::http::{Member, Path, Problem, codes};

use crate::ids::UserId;
use crate::routes::origin::From;
use crate::service::Accounts;

/// Remove a member, or leave
///
/// Admins remove others; everybody may leave, but the last owner. Their API keys and open invitations
/// end at once.
#[utoipa::path(
    delete, path = "/api/members/{user_id}", operation_id = "remove_member", tag = "members",
    params(("user_id" = String, Path, description = "Which member; one's own id to leave.", example = "usr_019900000000700080000000000000ab")),
    responses(
        (status = 204, description = "Removed."),
        (status = 409, description = "No owner would be left."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn remove_member(
    State(accounts): State<Accounts>,
    who: Member,
    From(from): From,
    Path(user): Path<UserId>,
) -> Result<StatusCode, Problem> {
    if user == who.user {
        who.in_person()?;
    } else if who.role < Role::Admin {
        return Err(Problem::new(&codes::FORBIDDEN, "Only admins remove other members."));
    }
    accounts.remove_member(&who, user, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
