//! What happens when the customer presses the page's button.

use serde_json::{Value, json};

use super::super::cards::{self, Verdict};
use super::super::customers;
use super::super::failure::Failure;
use super::super::members::{Members as _, items, or_null};
use super::super::payment_intents::{self, Wanted};
use super::super::payment_methods;
use super::super::settle;
use super::super::setup_intents;
use super::super::shop::Shop;
use super::complete::{complete, subscribe};

/// Where the customer goes next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Done: to the address the seller gave.
    Done(String),
    /// To a page where they agree.
    Ask(String),
}

/// Pays an open session with a test card's number, `paypal`, or `none` where no payment method is
/// needed. An error leaves the session open for another try.
pub(crate) fn pay(shop: &mut Shop, id: &str, choice: &str, email: &str) -> Result<Next, Failure> {
    let session = shop.find("checkout.session", id, "id")?;
    if session.text("status") != "open" {
        let why = format!("This session is {}.", session.text("status"));
        return Err(Failure::invalid(why));
    }
    let mode = session.text("mode").to_owned();
    if choice == "none" {
        return without(shop, &session, email);
    }
    let accepted = if choice == "paypal" { "paypal" } else { "card" };
    let types = items(session.at("/payment_method_types"));
    let recurring = mode != "payment";
    if !types.iter().any(|kind| kind == accepted)
        || (accepted == "paypal" && recurring && !shop.conduct.stripe.paypal_recurring)
    {
        return Err(Failure::invalid(format!("This session does not take {accepted}.")));
    }
    let customer = customer(shop, &session, email);
    let method = payment_methods::chosen(shop, choice)?;
    if mode == "payment" {
        at_once(shop, id, &customer, method.text("id"))?;
    } else {
        save(shop, id, &customer, &method)?;
    }
    Ok(next(shop, id))
}

/// A trial that asks for a payment method only if it must.
fn without(shop: &mut Shop, session: &Value, email: &str) -> Result<Next, Failure> {
    let (id, mode) = (session.text("id"), session.text("mode"));
    let free = session.int("amount_total") == 0 && mode != "setup";
    if !free || session.text("payment_method_collection") != "if_required" {
        return Err(Failure::invalid("This session needs a payment method."));
    }
    customer(shop, session, email);
    if mode == "subscription" {
        subscribe(shop, id, "")?;
    } else {
        complete(shop, id, "no_payment_required");
    }
    Ok(next(shop, id))
}

/// The session's customer, made now where there is none and one is needed.
fn customer(shop: &mut Shop, session: &Value, email: &str) -> String {
    let id = session.text("id");
    let known = session.text("customer").to_owned();
    let given = session.text("customer_email");
    let email = match (known.as_str(), given) {
        ("", "") => email.to_owned(),
        ("", given) => given.to_owned(),
        (known, _) => shop.get(known).text("email").to_owned(),
    };
    let details = json!({ "email": or_null(&email), "name": null, "phone": null, "address": null,
        "tax_exempt": "none", "tax_ids": [] });
    shop.edit(id, |session| session.set("customer_details", details));
    let usage = !session.at("/_payment_intent_data/setup_future_usage").is_null();
    let needed = session.text("mode") == "subscription" || session.is("_makes_customer") || usage;
    if !known.is_empty() || !needed {
        return known;
    }
    let customer = customers::of_email(shop, &email);
    shop.edit(id, |session| session.set("customer", customer.as_str()));
    customer
}

/// One payment, now.
fn at_once(shop: &mut Shop, id: &str, customer: &str, method: &str) -> Result<(), Failure> {
    let session = shop.get(id);
    let mut intent = session.text("payment_intent").to_owned();
    if session.int("amount_total") == 0 {
        complete(shop, id, "no_payment_required");
        return Ok(());
    }
    if intent.is_empty() {
        let data = session.at("/_payment_intent_data");
        let metadata = data.get("metadata").cloned().unwrap_or_else(|| json!({}));
        let wanted = Wanted {
            amount: session.int("amount_total"),
            currency: session.text("currency"),
            customer,
            method: "",
        };
        let with = json!({ "_session": id, "metadata": metadata,
            "description": or_null(data.text("description")),
            "setup_future_usage": or_null(data.text("setup_future_usage")) });
        intent = payment_intents::make(shop, &wanted, with);
    }
    let back = back(&session);
    shop.edit(&intent, |intent| {
        intent.set("payment_method", method);
        intent.set("_return_url", back);
    });
    shop.edit(id, |session| session.set("payment_intent", intent.as_str()));
    settle::charge(shop, &intent, true)
}

/// Saves a method, for a subscription or alone; what follows, follows when it is saved.
fn save(shop: &mut Shop, id: &str, customer: &str, method: &Value) -> Result<(), Failure> {
    let session = shop.get(id);
    if session.text("mode") == "subscription"
        && let Verdict::Refused(failure) = cards::on_charging(method, true)
        && session.int("amount_total") > 0
    {
        return Err(failure);
    }
    let with = json!({ "_session": id, "_return_url": back(&session),
        "payment_method": method.text("id"), "status": "requires_confirmation" });
    let intent = setup_intents::make(shop, customer, with);
    shop.edit(id, |session| session.set("_asked", intent.as_str()));
    setup_intents::attempt(shop, &intent)
}

/// The seller's address, with the session's id where it asks for it.
pub(super) fn back(session: &Value) -> String {
    let url = session.text("success_url");
    let url = if url.is_empty() { session.text("return_url") } else { url };
    url.replace("{CHECKOUT_SESSION_ID}", session.text("id"))
}

/// Where the customer goes from a session as it stands.
fn next(shop: &Shop, id: &str) -> Next {
    let session = shop.get(id);
    if session.text("status") == "complete" {
        return Next::Done(back(&session));
    }
    let asked = session.text("payment_intent");
    let asked = if asked.is_empty() { session.text("_asked") } else { asked };
    Next::Ask(shop.page("confirm", asked))
}
