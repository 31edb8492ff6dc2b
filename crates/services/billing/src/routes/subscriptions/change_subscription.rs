use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use captely_accounts::{Actor, Entry, RequestOrigin};
use captely_payments::Price;
use captely_platform::db::Tx;
use captely_platform::http::{Admin, Http, Idempotent, Problem, Text};
use captely_platform::ids::WorkspaceId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::Changed;
use crate::change::Change;
use crate::cycle::Cycle;
use crate::error::BillingError;
use crate::routes::act::carry_out;
use crate::routes::show::{LineItem, Money};
use crate::service::Billing;

/// What of the subscription is to change.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"package_id": "professional", "preview": true}))]
pub(crate) struct ChangeSubscriptionInput {
    /// Another plan; without it the present one.
    #[schema(value_type = Option<Text<1, 50>>)]
    package_id: Option<Text<1, 50>>,
    /// Another cycle; without it the present one.
    billing_cycle: Option<Cycle>,
    /// Only tell what it would cost now.
    #[serde(default)]
    preview: bool,
}

/// What a change would cost now, to the smallest unit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangePreview {
    /// `none`, `now` or `at_period_end`.
    #[schema(example = "now")]
    takes_effect: &'static str,
    /// When; null is at once.
    #[schema(example = "2026-02-05T09:00:00Z")]
    at: Option<String>,
    lines: Vec<LineItem>,
    net: Money,
    tax: Money,
    total: Money,
    /// Credits that come with it now.
    #[schema(example = "2000")]
    credits: String,
}

/// What came of it, or with `preview` what would.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum ChangeAnswer {
    Changed(Box<Changed>),
    Preview(Box<ChangePreview>),
}

/// Change plan or cycle
///
/// More takes effect now, once the difference for the rest of the period is paid; less at the end of the period.
#[utoipa::path(
    patch, path = "/api/subscriptions", operation_id = "change_subscription", tag = "billing",
    params(("Idempotency-Key" = Option<String>, Header, description = "Repeated, nothing happens twice.", max_length = 255)),
    request_body = ChangeSubscriptionInput,
    responses(
        (status = 200, description = "Changed, or ordered; with preview what it would cost.", body = ChangeAnswer),
        (status = 402, description = "The payment was declined; nothing was changed."),
        (status = 409, description = "There is no subscription, an invoice is open, or billing is off."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn change_subscription(
    State(billing): State<Billing>,
    State(http): State<Http>,
    who: Admin,
    RequestOrigin(from): RequestOrigin,
    Idempotent { input, once }: Idempotent<ChangeSubscriptionInput>,
) -> Result<Response, Problem> {
    let (plan, cycle) = (input.package_id.as_deref(), input.billing_cycle);
    if input.preview {
        let found = preview(&billing, who.workspace, plan, cycle).await?;
        return Ok(Json(ChangeAnswer::Preview(Box::new(found))).into_response());
    }
    let done = once.run(&http, StatusCode::OK, async |tx: &mut Tx| {
        let outcome = Box::pin(billing.change(tx, who.workspace, plan, cycle)).await?;
        let detail = json!({ "plan": plan, "cycle": cycle });
        let entry = Entry::new(who.workspace, Actor::of(&who), "billing.changed").with(detail);
        billing.accounts.audit(tx, &from, entry).await?;
        Ok::<_, BillingError>(ChangeAnswer::Changed(Box::new(Changed::of(&outcome))))
    });
    carry_out(&billing, who.workspace, Box::pin(done).await?).await
}

async fn preview(
    billing: &Billing,
    workspace: WorkspaceId,
    plan: Option<&str>,
    cycle: Option<Cycle>,
) -> Result<ChangePreview, BillingError> {
    let mut tx = billing.db.writer().await?;
    let found = Box::pin(billing.preview(&mut tx, workspace, plan, cycle)).await?;
    drop(tx);
    let money = |amount| Money::from(Price::new(amount, billing.catalogue.currency));
    let (takes_effect, at) = match &found.change {
        Change::None => ("none", None),
        Change::Swap | Change::Now(_) | Change::NowAnew(_) => ("now", None),
        Change::AtPeriodEnd(at) => ("at_period_end", Some(at.to_string())),
    };
    let like = Price::new(0, billing.catalogue.currency);
    Ok(ChangePreview {
        takes_effect,
        at,
        lines: found.lines.iter().map(|line| LineItem::of(line, like)).collect(),
        net: money(found.taxed.net),
        tax: money(found.taxed.tax),
        total: money(found.taxed.gross),
        credits: found.change.credits().to_string(),
    })
}
