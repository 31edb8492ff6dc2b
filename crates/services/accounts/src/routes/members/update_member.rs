use axum::extract::State;
use axum::http::StatusCode;
use captely_contact::Credits;
use captely_platform::access::Role;
use captely_platform::http::{Admin, Body, Path, Problem};
use serde::{Deserialize, Deserializer};
use utoipa::ToSchema;

use crate::ids::UserId;
use crate::members::MemberChange;
use crate::routes::origin::From;
use crate::service::Accounts;

/// What of a member is to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"role": "user", "spending_limit": "250"}))]
pub(crate) struct UpdateMemberInput {
    #[serde(default)]
    role: Option<Role>,
    /// Credits that they may spend in a month, as a decimal number; null for no limit of their own.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 30)]
    #[expect(clippy::option_option, reason = "left out, null and a value are three wishes")]
    spending_limit: Option<Option<String>>,
}

/// Tells null from what is left out.
#[expect(clippy::option_option, reason = "left out, null and a value are three wishes")]
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// Change a member's role or spending limit
///
/// Admins give and take the roles viewer, user and admin; only owners give and take owner. The last
/// owner stays owner.
#[utoipa::path(
    patch, path = "/api/members/{user_id}", operation_id = "update_member", tag = "members",
    params(("user_id" = String, Path, description = "Which member.", example = "usr_019900000000700080000000000000ab")),
    request_body = UpdateMemberInput,
    responses(
        (status = 204, description = "Changed."),
        (status = 409, description = "No owner would be left."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn update_member(
    State(accounts): State<Accounts>,
    who: Admin,
    From(from): From,
    Path(user): Path<UserId>,
    Body(input): Body<UpdateMemberInput>,
) -> Result<StatusCode, Problem> {
    let spending_limit = match input.spending_limit {
        None => None,
        Some(None) => Some(None),
        Some(Some(text)) => {
            let read = text.parse::<Credits>();
            Some(Some(read.map_err(|said| {
                Problem::invalid("spending_limit", format!("spending_limit {said}."))
            })?))
        }
    };
    let change = MemberChange { role: input.role, spending_limit };
    accounts.change_member(&who, user, change, &from).await?;
    Ok(StatusCode::NO_CONTENT)
}
