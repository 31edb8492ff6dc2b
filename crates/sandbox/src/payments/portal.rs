//! `/billing_portal`: a page where customers see to their subscriptions and cards themselves.

use serde_json::{Value, json};

use super::customers;
use super::failure::Failure;
use super::form::Form;
use super::members::{Members as _, or_null};
use super::moments::HOUR;
use super::shop::Shop;

/// The address is "short-lived" (contract, Request fields); an hour is the sandbox's own.
pub(super) const OPEN_S: i64 = HOUR;
const FLOWS: [&str; 4] = [
    "payment_method_update",
    "subscription_cancel",
    "subscription_update",
    "subscription_update_confirm",
];

/// POST `/billing_portal/sessions`.
pub(super) fn create(shop: &mut Shop, form: &Form) -> Result<Value, Failure> {
    form.only(&["customer", "return_url", "configuration", "flow_data", "locale"])?;
    let customer = form.required("customer")?.to_owned();
    customers::alive(shop, &customer, "customer")?;
    let flow = form.below("flow_data");
    let flow = if form.has("flow_data") {
        flow.required("type")?;
        flow.word("type", &FLOWS, "")?;
        flow.fields
    } else {
        Value::Null
    };
    let mut session = shop.make(
        "bps",
        "billing_portal.session",
        json!({ "customer": customer, "return_url": or_null(form.plain("return_url")),
            "configuration": or_null(form.plain("configuration")), "flow": flow,
            "locale": or_null(form.plain("locale")) }),
    );
    let url = shop.page("portal", session.text("id"));
    session.set("url", url);
    shop.put(session.clone());
    Ok(session)
}

/// POST `/billing_portal/configurations`.
pub(super) fn configure(shop: &mut Shop, form: &Form) -> Result<Value, Failure> {
    form.only(&["features", "business_profile", "default_return_url", "metadata", "name"])?;
    let configuration = shop.make(
        "bpc",
        "billing_portal.configuration",
        json!({ "active": true, "features": form.below("features").fields,
            "business_profile": form.below("business_profile").fields, "is_default": false,
            "default_return_url": or_null(form.plain("default_return_url")),
            "metadata": form.metadata(&Value::Null)? }),
    );
    shop.put(configuration.clone());
    Ok(configuration)
}
