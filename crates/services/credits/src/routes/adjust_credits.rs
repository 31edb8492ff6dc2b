use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use captely_accounts::Origin;
use captely_contact::Credits;
use captely_platform::http::{Body, Problem, Superadmin, Text, idempotency_key};
use captely_platform::ids::{UserId, WorkspaceId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::CreditRoutes;
use crate::error::KEY_MISSING;
use crate::{Adjustment, CreditError, Key};

/// Credits to add or to take away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "workspace": "ws_019900000000700080000000000000ab", "change": "-12.5", "reason": "Granted twice on 5 January",
}))]
pub(super) struct AdjustCreditsInput {
    #[schema(value_type = String)]
    workspace: WorkspaceId,
    /// How many, as a decimal number to three decimals; with a minus to take them away.
    #[schema(max_length = 30)]
    change: String,
    /// Why: members read it in their history.
    #[schema(value_type = Text<1, 500>)]
    reason: Text<1, 500>,
}

/// What was done.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdjustedCredits {
    #[schema(value_type = String, example = "ws_019900000000700080000000000000ab")]
    workspace: WorkspaceId,
    #[schema(example = "-12.500")]
    change: String,
    /// What is available now.
    #[schema(example = "928")]
    balance: String,
}

type Replayed = Option<[(HeaderName, HeaderValue); 1]>;

/// Add credits to a workspace, or take them away
///
/// For superadmins, from an allowed address. Never takes more than is available. It is noted in the log of
/// the workspace and in that of the installation. The same key stands for the same change for ever. The same at
/// `/api/credits/`.
#[utoipa::path(
    post, path = "/api/credits", operation_id = "adjust_credits", tag = "credits",
    params(("Idempotency-Key" = String, Header, max_length = 255, example = "ticket-4711",
        description = "Needed. Sent again with it, nothing more is added or taken away.")),
    request_body = AdjustCreditsInput,
    responses(
        (status = 200, description = "Done, now or before.", body = AdjustedCredits),
        (status = 409, description = "More was to be taken away than is available."),
    ),
    security(("session" = [])),
)]
pub(super) async fn adjust_credits(
    State(all): State<CreditRoutes>,
    who: Superadmin,
    from: Origin,
    headers: HeaderMap,
    Body(input): Body<AdjustCreditsInput>,
) -> Result<(Replayed, Json<AdjustedCredits>), Problem> {
    let key = key_of(&headers, who.0.user)?;
    let workspace = input.workspace;
    let by_millis = change_of(&input.change)?;
    let reason = input.reason.into_string();
    let what = Adjustment { by_millis, reason, by: Some(who.0.user) };
    let done = all.ledger.adjust_by_hand(&all.accounts, &who.0, &from, (workspace, &key), &what);
    let done = done.await.map_err(|why| {
        let field = match &why {
            CreditError::NotFound(_) => "workspace",
            CreditError::Amount(_) | CreditError::TooLittle { .. } => "change",
            _ => return all.problem(why),
        };
        all.problem(why).at(field)
    })?;
    let name = HeaderName::from_static("idempotency-replayed");
    let again = done.again.then(|| [(name, HeaderValue::from_static("true"))]);
    let change = Credits::millis(by_millis).to_string();
    let balance = done.available.to_string();
    Ok((again, Json(AdjustedCredits { workspace, change, balance })))
}

/// The caller's key, apart from those of others and of the program itself.
fn key_of(headers: &HeaderMap, user: UserId) -> Result<Key, Problem> {
    let given = idempotency_key(headers)?;
    let missing = || {
        let said = "A change of credits needs the header Idempotency-Key, so that it is done once.";
        Problem::new(&KEY_MISSING, said).at("Idempotency-Key")
    };
    given.map(|key| Key::new(format!("by hand:{user}:{key}"))).ok_or_else(missing)
}

/// Thousandths of a credit, with their sign.
fn change_of(text: &str) -> Result<i64, Problem> {
    let text = text.trim();
    let (digits, sign) = text.strip_prefix('-').map_or((text, 1), |digits| (digits, -1));
    match digits.parse::<Credits>() {
        Ok(amount) => Ok(amount.as_millis().saturating_mul(sign)),
        Err(said) => Err(Problem::invalid("change", format!("change {said}."))),
    }
}
