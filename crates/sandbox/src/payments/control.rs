//! `/_sandbox/stripe…`: what customers and banks do, without a browser; the truth; and time.

use hyper::Method;
use serde_json::{Value, json};

use super::books::books;
use super::checkout::{self, Next};
use super::delivery;
use super::disputes;
use super::failure::Failure;
use super::members::{Members as _, shown};
use super::moments::DAY;
use super::pages::{self, Sent};
use super::shop::Shop;
use super::webhook_endpoints;
use super::{EVERY_EVENT, pass_time};
use crate::server::reply::Reply;

/// The farthest that billing time is moved by one call, in seconds.
const ADVANCE_S_MAX: i64 = 800 * DAY;

/// Answers below `/_sandbox/stripe`.
pub(super) fn answer(shop: &mut Shop, method: &Method, path: &str, sent: &Sent<'_>) -> Reply {
    let done = match (method.as_str(), path) {
        ("GET", "") => serde_json::to_value(books(shop)).map_err(|_json| Failure::server()),
        ("GET", "/deliveries") => Ok(json!(shop.attempts)),
        ("POST", "/pay") => pay(shop, sent),
        ("POST", "/confirm") => pages::decide(shop, sent.text("intent"), sent.text("action"))
            .map(|url| json!({ "intent": shown(&shop.get(sent.text("intent"))), "next": url })),
        ("POST", "/card") => pages::use_card(shop, sent.text("customer"), sent.text("card"), "")
            .map(|url| json!({ "customer": shown(&shop.get(sent.text("customer"))), "next": url })),
        ("POST", "/dispute") => dispute(shop, sent),
        ("POST", "/webhook") => webhook(shop, sent),
        ("POST", "/resend") => Ok(json!({ "sent_to": delivery::resend(shop, sent.text("event")) })),
        ("POST", "/advance") => advance(shop, sent),
        _ => {
            let why = "there is nothing here; docs/sandbox.md lists the addresses of the sandbox";
            return Reply::json(404, &json!({ "error": why }));
        }
    };
    match done {
        Ok(value) => Reply::json(200, &value),
        Err(failure) => failure.reply(),
    }
}

/// Pays a session, or an invoice, as its page's button does. A refusal is an answer, not an error.
fn pay(shop: &mut Shop, sent: &Sent<'_>) -> Result<Value, Failure> {
    let choice = match sent.text("method") {
        "" => sent.text("card"),
        method => method,
    };
    let (session, invoice) = (sent.text("session"), sent.text("invoice"));
    let object = if session.is_empty() {
        shop.find("invoice", invoice, "invoice")?;
        invoice
    } else {
        shop.find("checkout.session", session, "session")?;
        session
    };
    let done = if session.is_empty() {
        pages::pay_invoice(shop, invoice, choice)
    } else {
        checkout::pay(shop, session, choice, sent.text("email")).map(|next| match next {
            Next::Done(url) | Next::Ask(url) => url,
        })
    };
    let failure = done.as_ref().err().map(Failure::as_last_error);
    let url = done.unwrap_or_default();
    let status = if failure.is_some() {
        "declined"
    } else if url.contains("/confirm/") {
        "requires_action"
    } else {
        "complete"
    };
    Ok(json!({ "status": status, "next": url, "error": failure,
        "object": shown(&shop.get(object)) }))
}

fn dispute(shop: &mut Shop, sent: &Sent<'_>) -> Result<Value, Failure> {
    let (intent, charge) = (sent.text("payment_intent"), sent.text("charge"));
    let amount = match sent.text("amount") {
        "" => None,
        text => Some(text.parse().map_err(|_no_number| {
            Failure::invalid("amount must be a whole number").param("amount")
        })?),
    };
    let id = match sent.text("close") {
        "" => disputes::open(shop, intent, charge, amount)?,
        outcome @ ("won" | "lost") => disputes::close(shop, intent, outcome)?,
        _ => return Err(Failure::invalid("close must be won or lost").param("close")),
    };
    Ok(shown(&shop.get(&id)))
}

/// Sets where webhooks go; all that were set before go nowhere any more.
fn webhook(shop: &mut Shop, sent: &Sent<'_>) -> Result<Value, Failure> {
    let secret = match sent.text("secret") {
        "" => shop.webhook_secret.clone(),
        secret => secret.to_owned(),
    };
    for endpoint in shop.these("webhook_endpoint", |_| true) {
        shop.remove(&endpoint);
    }
    let mut endpoint =
        webhook_endpoints::add(shop, sent.text("url"), &secret, &[EVERY_EVENT.to_owned()])?;
    endpoint.set("secret", secret);
    Ok(shown(&endpoint))
}

/// Moves billing time on; what falls due on the way happens in its order.
fn advance(shop: &mut Shop, sent: &Sent<'_>) -> Result<Value, Failure> {
    let seconds = sent.text("seconds").parse::<i64>().ok();
    let Some(seconds) = seconds.filter(|s| (0..=ADVANCE_S_MAX).contains(s)) else {
        return Err(
            Failure::invalid("say how far: ?seconds=86400, 800 days at most").param("seconds")
        );
    };
    shop.ahead_s += seconds;
    let now = shop.now + seconds;
    pass_time(shop, now);
    Ok(json!({ "now": now }))
}
