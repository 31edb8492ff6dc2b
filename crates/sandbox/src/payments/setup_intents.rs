//! `/setup_intents`: saving a payment method for later.

use serde_json::{Value, json};

use super::cards::{self, Verdict};
use super::checkout;
use super::customers;
use super::events::announce;
use super::failure::Failure;
use super::form::Form;
use super::members::{Members as _, or_null};
use super::payment_methods;
use super::settle;
use super::shop::Shop;
use super::subscriptions;

const FIELDS: [&str; 12] = [
    "customer",
    "payment_method",
    "payment_method_data",
    "payment_method_types",
    "payment_method_options",
    "automatic_payment_methods",
    "usage",
    "confirm",
    "return_url",
    "metadata",
    "description",
    "mandate_data",
];

/// A new intent for a customer, kept and announced.
pub(super) fn make(shop: &mut Shop, customer: &str, with: Value) -> String {
    let mut intent = shop.make(
        "seti",
        "setup_intent",
        json!({ "customer": or_null(customer), "payment_method": null, "usage": "off_session",
            "payment_method_types": ["card", "paypal"], "status": "requires_payment_method",
            "description": null, "last_setup_error": null, "next_action": null, "mandate": null,
            "latest_attempt": null, "cancellation_reason": null }),
    );
    let id = intent.text("id").to_owned();
    let secret = shop.id("secret");
    intent.set("client_secret", format!("{id}_{secret}"));
    if let (Some(members), Value::Object(with)) = (intent.as_object_mut(), with) {
        members.extend(with);
    }
    shop.put(intent);
    announce(shop, "setup_intent.created", &id);
    id
}

/// POST `/setup_intents`.
pub(super) fn create(shop: &mut Shop, form: &Form) -> Result<Value, Failure> {
    form.only(&FIELDS)?;
    let customer = form.plain("customer").to_owned();
    if !customer.is_empty() {
        customers::alive(shop, &customer, "customer")?;
    }
    payment_methods::check_types(shop, form, true)?;
    let usage = form.word("usage", &["on_session", "off_session"], "off_session")?;
    let with = json!({ "usage": usage, "metadata": form.metadata(&Value::Null)?,
        "description": or_null(form.plain("description")) });
    let confirm = form.flag("confirm")?.unwrap_or_default();
    let id = make(shop, &customer, with);
    if confirm { run(shop, &id, form) } else { choose(shop, &id, form) }
}

/// POST `/setup_intents/{id}/confirm`.
pub(super) fn confirm(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    form.only(&FIELDS)?;
    open(shop, id)?;
    run(shop, id, form)
}

/// POST `/setup_intents/{id}/cancel`.
pub(super) fn cancel(shop: &mut Shop, id: &str) -> Result<Value, Failure> {
    open(shop, id)?;
    shop.edit(id, |intent| {
        intent.set("status", "canceled");
        intent.set("next_action", Value::Null);
    });
    announce(shop, "setup_intent.canceled", id);
    Ok(shop.get(id))
}

/// POST `/setup_intents/{id}`.
pub(super) fn update(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    form.only(&FIELDS)?;
    let mut intent = open(shop, id)?;
    intent.set("metadata", form.metadata(intent.at("/metadata"))?);
    shop.put(intent);
    choose(shop, id, form)
}

fn open(shop: &Shop, id: &str) -> Result<Value, Failure> {
    let intent = shop.find("setup_intent", id, "id")?;
    if ["succeeded", "canceled"].contains(&intent.text("status")) {
        let why = format!("This SetupIntent's status is {}.", intent.text("status"));
        return Err(Failure::invalid(why).code("setup_intent_unexpected_state"));
    }
    Ok(intent)
}

fn choose(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    let method = if form.has("payment_method_data") {
        payment_methods::described(shop, &form.below("payment_method_data"))?
    } else if let Some(method) = form.text("payment_method") {
        payment_methods::named(shop, method, "payment_method")?
    } else {
        return Ok(shop.get(id));
    };
    shop.edit(id, |intent| {
        intent.set("payment_method", method.text("id"));
        intent.set("status", "requires_confirmation");
    });
    Ok(shop.get(id))
}

fn run(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    let intent = choose(shop, id, form)?;
    if intent.text("payment_method").is_empty() {
        return Err(Failure::invalid("This SetupIntent is missing a payment method."));
    }
    let return_url = form.plain("return_url").to_owned();
    shop.edit(id, |intent| intent.set("_return_url", return_url));
    attempt(shop, id)?;
    Ok(shop.get(id))
}

/// Tries to save the intent's method while its owner is there.
pub(super) fn attempt(shop: &mut Shop, id: &str) -> Result<(), Failure> {
    let method = shop.get(shop.get(id).text("payment_method"));
    match cards::on_saving(&method) {
        Verdict::Asks => {
            settle::ask(shop, id);
            announce(shop, "setup_intent.requires_action", id);
            Ok(())
        }
        Verdict::Pays => {
            succeed(shop, id);
            Ok(())
        }
        Verdict::Refused(failure) => {
            refuse(shop, id, &failure);
            Err(failure.with_intent(&shop.get(id)))
        }
    }
}

/// What the customer did on the page.
pub(super) fn answered(shop: &mut Shop, id: &str, agreed: bool) {
    if agreed {
        return succeed(shop, id);
    }
    let why = "The customer did not agree.";
    refuse(shop, id, &Failure::card("setup_intent_authentication_failure", None, why));
    let session = shop.get(id).text("_session").to_owned();
    if !session.is_empty() {
        checkout::refused(shop, &session);
    }
}

fn refuse(shop: &mut Shop, id: &str, failure: &Failure) {
    shop.edit(id, |intent| {
        intent.set("status", "requires_payment_method");
        intent.set("payment_method", Value::Null);
        intent.set("next_action", Value::Null);
        intent.set("last_setup_error", failure.as_last_error());
    });
    announce(shop, "setup_intent.setup_failed", id);
}

fn succeed(shop: &mut Shop, id: &str) {
    shop.edit(id, |intent| {
        intent.set("status", "succeeded");
        intent.set("next_action", Value::Null);
    });
    let intent = shop.get(id);
    let method = intent.text("payment_method").to_owned();
    shop.edit(&method, |method| method.set("_set_up", true));
    payment_methods::attach(shop, &method, intent.text("customer"));
    announce(shop, "setup_intent.succeeded", id);
    if intent.is("_becomes_default") {
        payment_methods::make_default(shop, intent.text("customer"), &method);
    }
    if !intent.text("_subscription").is_empty() {
        subscriptions::set_up(shop, intent.text("_subscription"), &method);
    }
    if !intent.text("_session").is_empty() {
        checkout::set_up(shop, intent.text("_session"), id);
    }
}
