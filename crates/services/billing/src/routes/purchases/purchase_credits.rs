use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use captely_accounts::{Actor, Entry, RequestOrigin};
use captely_platform::db::Tx;
use captely_platform::http::{Admin, Http, Idempotent, Problem, Text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::error::BillingError;
use crate::ids::{PaymentMethodId, PurchaseId};
use crate::model::PurchaseStatus;
use crate::routes::act::carry_out;
use crate::routes::key::Keyed;
use crate::routes::show::InvoiceItem;
use crate::service::Billing;
use crate::stripe::ToDo;

/// Credits to buy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"package_id": "credits_500"}))]
pub(crate) struct PurchaseInput {
    /// Which credit package: `id` of GET /api/packages.
    #[schema(value_type = Text<1, 50>)]
    package_id: Text<1, 50>,
    /// A stored payment method; without it the answer has the address of a page where it is paid.
    #[schema(value_type = Option<String>)]
    payment_method_id: Option<PaymentMethodId>,
}

/// A purchase of credits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PurchaseItem {
    #[schema(value_type = String, example = "pur_019900000000700080000000000000ab")]
    id: PurchaseId,
    #[schema(example = "credits_500")]
    package_id: String,
    #[schema(example = "500")]
    credits: String,
    status: PurchaseStatus,
    invoice: InvoiceItem,
    /// Where it is paid, with Stripe.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "https://checkout.stripe.com/c/pay/cs_example")]
    checkout_url: Option<String>,
    /// The call to Stripe that follows; not shown.
    #[schema(ignore)]
    todo: Option<ToDo>,
}

/// Buy credits once
///
/// They come with the payment.
#[utoipa::path(
    post, path = "/api/credit-packages/purchase", operation_id = "purchase_credits", tag = "billing",
    params(("Idempotency-Key" = String, Header, description = "Repeated, nothing is bought twice.", max_length = 255)),
    request_body = PurchaseInput,
    responses(
        (status = 201, description = "Ordered, or paid.", body = PurchaseItem),
        (status = 402, description = "The payment was declined; nothing was bought."),
        (status = 409, description = "Billing is off."),
    ),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn purchase_credits(
    State(billing): State<Billing>,
    State(http): State<Http>,
    who: Admin,
    _key: Keyed,
    RequestOrigin(from): RequestOrigin,
    Idempotent { input, once }: Idempotent<PurchaseInput>,
) -> Result<Response, Problem> {
    let done = once.run(&http, StatusCode::CREATED, async |tx: &mut Tx| {
        let bought =
            billing.purchase(tx, who.workspace, &input.package_id, input.payment_method_id);
        let (purchase, invoice, todo) = Box::pin(bought).await?;
        let entry = Entry::new(who.workspace, Actor::of(&who), "billing.credits_ordered");
        let entry = entry.of(purchase.id).with(json!({ "package": purchase.package.id }));
        billing.accounts.audit(tx, &from, entry).await?;
        Ok::<_, BillingError>(PurchaseItem {
            id: purchase.id,
            package_id: purchase.package.id,
            credits: purchase.package.credits.to_string(),
            status: purchase.status,
            invoice: InvoiceItem::of(&invoice),
            checkout_url: None,
            todo,
        })
    });
    carry_out(&billing, who.workspace, Box::pin(done).await?).await
}
