//! Making, listing and expiring sessions.

use serde_json::{Value, json};

use super::super::catalogue;
use super::super::customers;
use super::super::events::announce;
use super::super::failure::Failure;
use super::super::form::Form;
use super::super::list;
use super::super::members::{Members as _, items, or_null};
use super::super::moments::{DAY, MINUTE};
use super::super::payment_methods;
use super::super::shop::Shop;
use super::super::subscriptions;

/// "`expires_at` (30 min–24 h)" (contract, Request fields).
const OPEN_S_MIN: i64 = 30 * MINUTE;
const OPEN_S_MAX: i64 = DAY;
/// "`client_reference_id` (≤200)".
const REFERENCE_CHARS_MAX: usize = 200;
/// The most lines of a session; a bound of the sandbox's own.
const LINES_MAX: usize = 100;
/// From this version on `ui_mode` has new words.
const DAHLIA: &str = "2026-03-25";

const FIELDS: [&str; 28] = [
    "mode",
    "line_items",
    "success_url",
    "cancel_url",
    "return_url",
    "customer",
    "customer_email",
    "client_reference_id",
    "metadata",
    "allow_promotion_codes",
    "payment_method_types",
    "payment_method_collection",
    "subscription_data",
    "payment_intent_data",
    "setup_intent_data",
    "automatic_tax",
    "tax_id_collection",
    "billing_address_collection",
    "customer_update",
    "locale",
    "expires_at",
    "ui_mode",
    "currency",
    "customer_creation",
    "invoice_creation",
    "payment_method_options",
    "saved_payment_method_options",
    "submit_type",
];
const SUBSCRIPTION_FIELDS: [&str; 7] = [
    "trial_period_days",
    "trial_end",
    "trial_settings",
    "metadata",
    "billing_cycle_anchor",
    "proration_behavior",
    "description",
];

/// POST `/checkout/sessions`.
pub(crate) fn create(shop: &mut Shop, form: &Form) -> Result<Value, Failure> {
    form.only(&FIELDS)?;
    form.required("mode")?;
    let mode = form.word("mode", &["payment", "subscription", "setup"], "payment")?;
    let hosted = is_hosted(shop, form)?;
    let target = if hosted { "success_url" } else { "return_url" };
    form.required(target)?;
    check_customer(shop, form)?;
    payment_methods::check_types(shop, form, mode != "payment")?;
    let expires_at = expires_at(shop, form)?;
    let subscription = form.below("subscription_data");
    if form.has("subscription_data") && mode != "subscription" {
        return Err(form.wrong("subscription_data", "is for mode=subscription alone"));
    }
    subscription.only(&SUBSCRIPTION_FIELDS)?;
    subscriptions::trial_end(shop, &subscription)?;
    subscriptions::trial_settings(&subscription)?;
    subscription.metadata(&Value::Null)?;
    let collection =
        form.word("payment_method_collection", &["always", "if_required"], "always")?;
    let lines = lines(shop, form, mode)?;
    let trial = subscriptions::trial_end(shop, &subscription)?.is_some();
    let total = if trial { 0 } else { catalogue::total(&lines) };
    let currency = items(&lines).first().map_or("", |line| line.text("currency")).to_owned();
    let mut session = shop.make("cs_test", "checkout.session", json!({}));
    let id = session.text("id").to_owned();
    let url = hosted.then(|| shop.page("checkout", &id));
    let payment_status = if total == 0 { "no_payment_required" } else { "unpaid" };
    let with = json!({ "mode": mode, "status": "open", "payment_status": payment_status, "url": url,
        "ui_mode": form.at_or_null("ui_mode"), "success_url": form.at_or_null("success_url"),
        "cancel_url": form.at_or_null("cancel_url"), "return_url": form.at_or_null("return_url"),
        "customer": form.at_or_null("customer"), "customer_email": form.at_or_null("customer_email"),
        "customer_details": null, "client_reference_id": form.at_or_null("client_reference_id"),
        "subscription": null, "payment_intent": null, "setup_intent": null, "invoice": null,
        "amount_subtotal": total, "amount_total": total, "currency": or_null(&currency),
        "expires_at": expires_at, "payment_method_collection": collection,
        "payment_method_types": types(form), "locale": form.at_or_null("locale"),
        "allow_promotion_codes": form.flag("allow_promotion_codes")?,
        "metadata": form.metadata(&Value::Null)?, "_line_items":
            list::whole(items(&lines), false, &format!("/v1/checkout/sessions/{id}/line_items")),
        "_subscription_data": subscription.fields,
        "_payment_intent_data": form.below("payment_intent_data").fields,
        "_makes_customer": form.plain("customer_creation") == "always" });
    if let (Some(members), Value::Object(with)) = (session.as_object_mut(), with) {
        members.extend(with);
    }
    shop.put(session.clone());
    shop.wake(&id, expires_at);
    Ok(session)
}

fn types(form: &Form) -> Vec<String> {
    let given = form.texts("payment_method_types");
    if given.is_empty() { vec!["card".to_owned(), "paypal".to_owned()] } else { given }
}

/// Whether Stripe shows the page itself. The words differ from dahlia on (contract, Request fields).
fn is_hosted(shop: &Shop, form: &Form) -> Result<bool, Failure> {
    let words: &[&str] = if shop.version.as_str() >= DAHLIA {
        &["hosted_page", "embedded_page", "elements", "form"]
    } else {
        &["hosted", "embedded", "custom"]
    };
    let default = words.first().copied().unwrap_or_default();
    Ok(form.word("ui_mode", words, default)? == default)
}

fn check_customer(shop: &Shop, form: &Form) -> Result<(), Failure> {
    let customer = form.plain("customer");
    if !customer.is_empty() {
        if form.has("customer_email") {
            let why = "You may only specify one of these parameters: customer, customer_email.";
            return Err(Failure::invalid(why).param("customer"));
        }
        customers::alive(shop, customer, "customer")?;
    }
    if form.plain("client_reference_id").chars().count() > REFERENCE_CHARS_MAX {
        return Err(form.wrong("client_reference_id", "has 200 characters at most"));
    }
    Ok(())
}

fn expires_at(shop: &Shop, form: &Form) -> Result<i64, Failure> {
    let at = form.integer("expires_at")?.unwrap_or(shop.now + OPEN_S_MAX);
    if (OPEN_S_MIN..=OPEN_S_MAX).contains(&(at - shop.now)) {
        return Ok(at);
    }
    Err(form.wrong("expires_at", "must be 30 minutes to 24 hours after the creation"))
}

/// The session's line items: prices that suit the mode.
fn lines(shop: &mut Shop, form: &Form, mode: &str) -> Result<Value, Failure> {
    let given = form.list("line_items");
    if given.len() > LINES_MAX {
        return Err(form.wrong("line_items", "are 100 at most"));
    }
    if given.is_empty() && mode != "setup" {
        return Err(form.absent("line_items"));
    }
    let mut all = Vec::new();
    for line in &given {
        let (price, quantity) = catalogue::line_price(shop, line)?;
        let recurring = !price.at("/recurring").is_null();
        if recurring && mode == "payment" {
            let why = "You specified `payment` mode but passed a recurring price.";
            return Err(Failure::invalid(why).param(line.full("price")));
        }
        let amount = price.int("unit_amount").saturating_mul(quantity);
        let name = shop.get(price.text("product")).text("name").to_owned();
        all.push(json!({ "id": shop.id("li"), "object": "item", "quantity": quantity,
            "currency": price.at("/currency"), "description": name, "amount_subtotal": amount,
            "amount_total": amount, "amount_tax": 0, "amount_discount": 0, "price": price }));
    }
    let recurring = |line: &Value| !line.at("/price/recurring").is_null();
    if mode == "subscription" && !all.iter().any(recurring) {
        let why = "You must provide at least one recurring price in `subscription` mode.";
        return Err(Failure::invalid(why).param("line_items"));
    }
    if mode == "subscription" && !all.iter().all(recurring) {
        let why = "the sandbox takes recurring prices alone in this mode";
        return Err(form.wrong("line_items", why));
    }
    Ok(Value::Array(all))
}

/// GET `/checkout/sessions/{id}/line_items`.
pub(crate) fn line_items(shop: &Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    let session = shop.find("checkout.session", id, "id")?;
    let url = format!("/v1/checkout/sessions/{id}/line_items");
    list::cut(form, items(session.at("/_line_items/data")).to_vec(), &url)
}

/// POST `/checkout/sessions/{id}/expire`.
pub(crate) fn expire(shop: &mut Shop, id: &str) -> Result<Value, Failure> {
    let session = shop.find("checkout.session", id, "id")?;
    if session.text("status") != "open" {
        let why =
            format!("Only open sessions can be expired; this one is {}.", session.text("status"));
        return Err(Failure::invalid(why));
    }
    shop.edit(id, |session| {
        session.set("status", "expired");
        session.set("url", Value::Null);
    });
    announce(shop, "checkout.session.expired", id);
    Ok(shop.get(id))
}

/// The session's timer.
pub(crate) fn tick(shop: &mut Shop, id: &str) {
    // One that is not open any more has nothing to expire.
    let _closed = expire(shop, id);
}
