//! `/payment_intents`.

use serde_json::{Value, json};

use super::cards;
use super::charges;
use super::customers;
use super::events::announce;
use super::failure::Failure;
use super::form::Form;
use super::members::{Members as _, or_null};
use super::payment_methods;
use super::settle;
use super::shop::Shop;

/// The smallest and largest amounts; bounds of the sandbox's own.
const AMOUNT_MIN: i64 = 50;
const AMOUNT_MAX: i64 = 99_999_999;

const FIELDS: [&str; 21] = [
    "amount",
    "currency",
    "customer",
    "payment_method",
    "payment_method_data",
    "payment_method_types",
    "payment_method_options",
    "automatic_payment_methods",
    "setup_future_usage",
    "confirm",
    "off_session",
    "return_url",
    "metadata",
    "description",
    "capture_method",
    "confirmation_method",
    "receipt_email",
    "mandate_data",
    "error_on_requires_action",
    "statement_descriptor",
    "use_stripe_sdk",
];

/// What an intent is made from.
#[derive(Debug, Default)]
pub(super) struct Wanted<'a> {
    pub(super) amount: i64,
    pub(super) currency: &'a str,
    pub(super) customer: &'a str,
    pub(super) method: &'a str,
}

/// A new intent, kept and announced.
pub(super) fn make(shop: &mut Shop, wanted: &Wanted<'_>, with: Value) -> String {
    let mut intent = shop.make(
        "pi",
        "payment_intent",
        json!({ "amount": wanted.amount, "amount_received": 0, "amount_capturable": 0,
            "currency": wanted.currency, "customer": or_null(wanted.customer),
            "payment_method": or_null(wanted.method), "payment_method_types": ["card", "paypal"],
            "capture_method": "automatic", "confirmation_method": "automatic",
            "description": null, "last_payment_error": null, "latest_charge": null,
            "next_action": null, "setup_future_usage": null, "receipt_email": null,
            "cancellation_reason": null, "canceled_at": null }),
    );
    let id = intent.text("id").to_owned();
    let secret = shop.id("secret");
    intent.set("client_secret", format!("{id}_{secret}"));
    intent.set(
        "status",
        if wanted.method.is_empty() { "requires_payment_method" } else { "requires_confirmation" },
    );
    if let (Some(members), Value::Object(with)) = (intent.as_object_mut(), with) {
        members.extend(with);
    }
    shop.put(intent);
    announce(shop, "payment_intent.created", &id);
    id
}

/// POST `/payment_intents`.
pub(super) fn create(shop: &mut Shop, form: &Form) -> Result<Value, Failure> {
    form.only(&FIELDS)?;
    let amount = amount(form)?.ok_or_else(|| form.absent("amount"))?;
    let currency = form.required("currency")?.to_ascii_lowercase();
    let customer = form.plain("customer").to_owned();
    if !customer.is_empty() {
        customers::alive(shop, &customer, "customer")?;
    }
    let usage = form.word("setup_future_usage", &["on_session", "off_session"], "")?;
    payment_methods::check_types(shop, form, usage == "off_session")?;
    let capture =
        form.word("capture_method", &["automatic", "automatic_async", "manual"], "automatic")?;
    let with = json!({ "setup_future_usage": or_null(usage), "capture_method": capture,
        "description": or_null(form.plain("description")),
        "receipt_email": or_null(form.plain("receipt_email")),
        "metadata": form.metadata(&Value::Null)? });
    let method = method_of(shop, form)?;
    let confirm = form.flag("confirm")?.unwrap_or_default();
    if confirm && method.is_empty() {
        return Err(no_method());
    }
    let wanted = Wanted { amount, currency: &currency, customer: &customer, method: &method };
    let id = make(shop, &wanted, with);
    if confirm { run(shop, &id, form) } else { Ok(shop.get(&id)) }
}

fn amount(form: &Form) -> Result<Option<i64>, Failure> {
    let amount = form.integer("amount")?;
    match amount {
        Some(n) if n < AMOUNT_MIN => {
            let why = form.wrong("amount", "must be at least 50 of the smallest unit");
            Err(why.code("amount_too_small"))
        }
        Some(n) if n > AMOUNT_MAX => {
            Err(form.wrong("amount", "must be no more than 99999999").code("amount_too_large"))
        }
        other => Ok(other),
    }
}

/// The method named or described; empty for none.
fn method_of(shop: &mut Shop, form: &Form) -> Result<String, Failure> {
    if form.has("payment_method_data") {
        let method = payment_methods::described(shop, &form.below("payment_method_data"))?;
        return Ok(method.text("id").to_owned());
    }
    match form.text("payment_method").filter(|id| !id.is_empty()) {
        Some(id) => {
            let method = payment_methods::named(shop, id, "payment_method")?;
            let (of, customer) = (method.text("customer"), form.plain("customer"));
            if !of.is_empty() && !customer.is_empty() && of != customer {
                let why = "The payment method belongs to another customer.";
                return Err(Failure::invalid(why).param("payment_method"));
            }
            Ok(method.text("id").to_owned())
        }
        None => Ok(String::new()),
    }
}

fn no_method() -> Failure {
    Failure::invalid("You cannot confirm this PaymentIntent because it's missing a payment method.")
        .code("payment_intent_unexpected_state")
}

/// POST `/payment_intents/{id}`.
pub(super) fn update(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    form.only(&FIELDS)?;
    let mut intent = in_state(shop, id, &["requires_payment_method", "requires_confirmation"])?;
    if let Some(amount) = amount(form)? {
        intent.set("amount", amount);
    }
    if let Some(text) = form.text("description") {
        intent.set("description", or_null(text));
    }
    let method = method_of(shop, form)?;
    if !method.is_empty() {
        intent.set("payment_method", method);
        intent.set("status", "requires_confirmation");
    }
    intent.set("metadata", form.metadata(intent.at("/metadata"))?);
    shop.put(intent.clone());
    Ok(intent)
}

/// POST `/payment_intents/{id}/confirm`.
pub(super) fn confirm(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    form.only(&FIELDS)?;
    let states = ["requires_payment_method", "requires_confirmation", "requires_action"];
    let mut intent = in_state(shop, id, &states)?;
    let method = method_of(shop, form)?;
    if !method.is_empty() {
        intent.set("payment_method", method);
    }
    if intent.text("payment_method").is_empty() {
        return Err(no_method());
    }
    if let Some(usage) = form.text("setup_future_usage") {
        intent.set("setup_future_usage", or_null(usage));
    }
    shop.put(intent);
    run(shop, id, form)
}

/// Confirms with what the call says on who is there and where the customer returns to.
fn run(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    let off_session = form.flag("off_session")?.unwrap_or_default();
    let return_url = form.plain("return_url").to_owned();
    let method = shop.get(shop.get(id).text("payment_method"));
    let asks = cards::on_charging(&method, !off_session) == cards::Verdict::Asks;
    if asks && return_url.is_empty() && method.text("type") == "paypal" {
        return Err(form.absent("return_url"));
    }
    if asks && form.flag("error_on_requires_action")?.unwrap_or_default() {
        let why = "This payment required an authentication action to complete.";
        return Err(Failure::card("authentication_required", None, why));
    }
    shop.edit(id, |intent| intent.set("_return_url", return_url));
    settle::charge(shop, id, !off_session)?;
    Ok(shop.get(id))
}

/// POST `/payment_intents/{id}/capture`.
pub(super) fn capture(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    form.only(&["amount_to_capture", "metadata"])?;
    let intent = in_state(shop, id, &["requires_capture"])?;
    let amount = form.integer("amount_to_capture")?.unwrap_or_else(|| intent.int("amount"));
    if amount < 1 || amount > intent.int("amount") {
        return Err(form.wrong("amount_to_capture", "must be from 1 to the amount authorised"));
    }
    charges::capture(shop, intent.text("latest_charge"), amount);
    shop.edit(id, |intent| intent.set("amount", amount));
    settle::succeed(shop, id);
    Ok(shop.get(id))
}

/// POST `/payment_intents/{id}/cancel`.
pub(super) fn cancel(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    form.only(&["cancellation_reason"])?;
    let states =
        ["requires_payment_method", "requires_confirmation", "requires_action", "requires_capture"];
    in_state(shop, id, &states)?;
    cancel_quietly(shop, id, form.plain("cancellation_reason"));
    Ok(shop.get(id))
}

/// Cancels an intent that is nobody's to cancel by a call, such as a void invoice's.
pub(super) fn cancel_quietly(shop: &mut Shop, id: &str, reason: &str) {
    let now = shop.now;
    if ["succeeded", "canceled", ""].contains(&shop.get(id).text("status")) {
        return;
    }
    shop.edit(id, |intent| {
        intent.set("status", "canceled");
        intent.set("canceled_at", now);
        intent.set("cancellation_reason", or_null(reason));
        intent.set("next_action", Value::Null);
    });
    announce(shop, "payment_intent.canceled", id);
}

fn in_state(shop: &Shop, id: &str, states: &[&str]) -> Result<Value, Failure> {
    let intent = shop.find("payment_intent", id, "id")?;
    if states.contains(&intent.text("status")) {
        return Ok(intent);
    }
    let why = format!("This PaymentIntent's status is {}.", intent.text("status"));
    Err(Failure::invalid(why).code("payment_intent_unexpected_state").with_intent(&intent))
}
