//! The customer portal: end a subscription or take that back, another card, the invoices.

use serde_json::{Value, json};

use super::super::cards::{self, Verdict};
use super::super::failure::Failure;
use super::super::members::Members as _;
use super::super::payment_methods;
use super::super::portal::OPEN_S;
use super::super::setup_intents;
use super::super::shop::Shop;
use super::super::subscriptions;
use super::{Sent, card_field, gone, lead, page, sum};
use crate::server::html::escaped;
use crate::server::reply::Reply;

fn open(shop: &Shop, id: &str) -> Result<Value, Failure> {
    let session = shop.find("billing_portal.session", id, "id")?;
    if shop.now - session.int("created") > OPEN_S {
        return Err(Failure::invalid("This address is no longer good; ask for a new one."));
    }
    Ok(session)
}

pub(super) fn show(shop: &Shop, id: &str, why: &str) -> Reply {
    let session = match open(shop, id) {
        Ok(session) => session,
        Err(failure) => return gone(&failure),
    };
    let customer = session.text("customer");
    let of = |object: &Value| object.text("customer") == customer;
    let subs: String = shop
        .these("subscription", |sub| of(sub) && !subscriptions::is_over(sub))
        .iter()
        .map(subscription)
        .collect();
    let invoices: String = shop.these("invoice", of).iter().rev().map(invoice).collect();
    let default = payment_methods::default_of(shop, customer, "");
    let last4 = shop.get(&default).at("/card").text("last4").to_owned();
    let current =
        if last4.is_empty() { "none".to_owned() } else { format!("•••• {last4}") };
    let url = escaped(session.text("return_url"));
    let body = format!(
        "<h2>Subscriptions</h2>{subs}<h2>Payment method</h2><p>{current}</p><form method=\"post\">\
         <p>{}</p><button name=\"action\" value=\"card\">Use this card</button></form>\
         <h2>Invoices</h2><ul>{invoices}</ul><p><a href=\"{url}\">Back</a></p>",
        card_field()
    );
    page(if why.is_empty() { 200 } else { 402 }, "Your account", why, &body)
}

fn subscription(sub: &Value) -> String {
    let (id, status) = (escaped(sub.text("id")), escaped(sub.text("status")));
    let (action, label) = if sub.at("/cancel_at").is_null() {
        ("cancel", "Cancel at the end of the period")
    } else {
        ("renew", "Do not cancel")
    };
    format!(
        "<form method=\"post\"><p>{id}: {status} <input type=\"hidden\" name=\"subscription\" \
         value=\"{id}\"><button name=\"action\" value=\"{action}\">{label}</button></p></form>"
    )
}

fn invoice(invoice: &Value) -> String {
    let total = sum(invoice.int("total"), invoice.text("currency"));
    let (number, status) = (escaped(invoice.text("number")), escaped(invoice.text("status")));
    let url = escaped(invoice.text("hosted_invoice_url"));
    format!("<li><a href=\"{url}\">{number}</a>: {total}, {status}</li>")
}

pub(super) fn press(shop: &mut Shop, id: &str, sent: &Sent<'_>) -> Reply {
    let done = open(shop, id).and_then(|session| act(shop, &session, sent));
    match done {
        Ok(url) => lead(&url),
        Err(failure) => show(shop, id, failure.message()),
    }
}

fn act(shop: &mut Shop, session: &Value, sent: &Sent<'_>) -> Result<String, Failure> {
    let (customer, url) = (session.text("customer"), session.text("url").to_owned());
    let sub = sent.text("subscription");
    let own = |shop: &Shop| {
        shop.find("subscription", sub, "subscription")
            .ok()
            .filter(|sub| sub.text("customer") == customer && !subscriptions::is_over(sub))
            .ok_or_else(|| Failure::missing("subscription", sub, "subscription"))
    };
    match sent.text("action") {
        action @ ("cancel" | "renew") => {
            own(shop)?;
            subscriptions::schedule_end(shop, sub, action == "cancel");
            Ok(url)
        }
        "card" => use_card(shop, customer, sent.text("card"), &url),
        _ => Err(Failure::invalid("action must be cancel, renew or card").param("action")),
    }
}

/// Saves a card and makes it the one that is charged; a card that asks leads to its bank's page first.
pub(crate) fn use_card(
    shop: &mut Shop,
    customer: &str,
    card: &str,
    back: &str,
) -> Result<String, Failure> {
    super::super::customers::alive(shop, customer, "customer")?;
    let method = payment_methods::chosen(shop, card)?;
    let with = json!({ "_return_url": back, "payment_method": method.text("id"),
        "status": "requires_confirmation", "_becomes_default": true });
    if let Verdict::Refused(failure) = cards::on_saving(&method) {
        return Err(failure);
    }
    let intent = setup_intents::make(shop, customer, with);
    setup_intents::attempt(shop, &intent)?;
    if shop.get(&intent).text("status") == "requires_action" {
        return Ok(shop.page("confirm", &intent));
    }
    Ok(back.to_owned())
}
