use axum::Json;
use axum::extract::State;
use captely_accounts::{Actor, Entry, RequestOrigin};
use captely_platform::http::{Admin, Body, Email, Problem, Text};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::details::Details;
use crate::service::Billing;

/// What of the buyer is to change; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Example Ltd", "country": "DE", "vat_id": "DE123456789"}))]
pub(crate) struct BillingDetailsInput {
    /// As on invoices.
    #[schema(value_type = Option<Text<1, 100>>)]
    name: Option<Text<1, 100>>,
    /// Where mail about money goes; left out, it stays.
    #[schema(value_type = Option<String>)]
    email: Option<Email>,
    /// Two capitals (ISO 3166-1); empty takes it away.
    #[schema(value_type = Option<Text<0, 2>>)]
    country: Option<Text<0, 2>>,
    /// A tax number; its form is checked, nothing else. Empty takes it away.
    #[schema(value_type = Option<Text<0, 20>>)]
    vat_id: Option<Text<0, 20>>,
}

/// The buyer on future invoices.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BillingDetails {
    #[schema(example = "Example Ltd")]
    name: String,
    /// Whether mail about money goes to an address of its own, and not to the owners.
    own_address: bool,
    #[schema(example = "DE")]
    country: Option<String>,
    #[schema(example = "DE123456789")]
    vat_id: Option<String>,
}

/// Change the buyer on future invoices
#[utoipa::path(
    patch, path = "/api/billing/details", operation_id = "set_billing_details", tag = "billing",
    request_body = BillingDetailsInput,
    responses((status = 200, description = "Changed.", body = BillingDetails)),
    security(("session" = []), ("api_key" = [])),
)]
pub(crate) async fn set_billing_details(
    State(billing): State<Billing>,
    who: Admin,
    RequestOrigin(from): RequestOrigin,
    Body(input): Body<BillingDetailsInput>,
) -> Result<Json<BillingDetails>, Problem> {
    let details = Details {
        name: input.name.map(Text::into_string),
        email: input.email.map(|email| email.0.as_str().to_owned()),
        country: input.country.map(Text::into_string),
        vat_id: input.vat_id.map(Text::into_string),
    };
    let entry = Entry::new(who.workspace, Actor::of(&who), "billing.details_changed");
    let changed = billing.set_details(who.workspace, details, entry, &from);
    let customer = Box::pin(changed).await?;
    Ok(Json(BillingDetails {
        name: customer.name,
        own_address: customer.email_sealed.is_some(),
        country: customer.country,
        vat_id: customer.vat_id,
    }))
}
