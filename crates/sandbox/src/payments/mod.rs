//! Stripe, and PayPal as one of its payment methods, written from their contracts and nothing else.
//!
//! - Base URL: `{http}/stripe` in place of `https://api.stripe.com`, so calls go to `{http}/stripe/v1/…`.
//! - Key: `sk_test_sandbox`; `Stripe-Version` must be sent, basil (2025-03-31) or later.
//! - Pages of customers, without a key: `{http}/stripe-pages/checkout/cs_…`, `…/confirm/pi_…|seti_…`,
//!   `…/invoice/in_…`, `…/portal/bps_…`; a `POST` of their forms presses the button.
//! - The same without a browser, below `/_sandbox/stripe`: `GET` the books; `POST /pay`, `/confirm`,
//!   `/card`, `/dispute`, `/webhook`, `/resend`, `/advance`; `GET /deliveries`.
//!
//! Objects are kept as they are shown, in the shape of basil and later. What is only shown on request, or
//! never, is kept in members whose names begin with an underscore.

mod auth;
mod books;
mod cards;
mod catalogue;
mod charges;
mod checkout;
mod control;
mod courier;
mod customers;
mod delivery;
mod disputes;
mod events;
mod expand;
mod failure;
mod form;
mod idempotency;
mod invoices;
mod list;
mod members;
mod moments;
mod pages;
mod payment_intents;
mod payment_methods;
mod portal;
mod refunds;
mod routes;
mod settings;
mod settle;
mod setup_intents;
mod shop;
mod signature;
mod subscriptions;
mod webhook_endpoints;

use std::sync::Arc;

use hyper::Method;
use serde_json::json;

pub use books::{StripeBooks, StripeCharge, StripeMoney};
pub(crate) use courier::Courier;
pub use settings::{AfterRetries, StripeConduct, StripeSettings};
pub(crate) use shop::Shop;

use self::failure::Failure;
use self::form::Form;
use self::members::Members as _;
use self::pages::Sent;
use crate::chance::{below, happens};
use crate::server::call::Call;
use crate::server::reply::Reply;
use crate::sim::Sim;

/// The path of the pages that customers see.
pub(crate) const PAGES: &str = "/stripe-pages";
/// The path of the control endpoints.
pub(crate) const CONTROL: &str = "/_sandbox/stripe";
/// What an endpoint that gets everything is subscribed to.
const EVERY_EVENT: &str = "*";
/// "Header `Idempotency-Key` (≤255)" (contract, Idempotency).
const KEY_CHARS_MAX: usize = 255;
/// The most timers that one call plays; what is left is played by the next.
const TIMERS_MAX: usize = 100_000;

/// Does something at the account as it is now: time has passed, and what fell due has happened.
pub(crate) fn visit<T>(sim: &Sim, work: impl FnOnce(&mut Shop) -> T) -> T {
    let mut shop = sim.stripe();
    shop.now_ms = sim.clock.now_ms();
    shop.conduct = sim.conduct();
    if shop.http.is_empty() {
        let addresses = sim.addresses.get();
        shop.http = addresses.map(|addresses| addresses.http.clone()).unwrap_or_default();
    }
    let now = sim.clock.unix_ms(shop.now_ms) / 1_000 + shop.shift_s + shop.ahead_s;
    pass_time(&mut shop, now);
    work(&mut shop)
}

/// Plays what falls due until `now`, each at its moment.
fn pass_time(shop: &mut Shop, now: i64) {
    let (request, mut played) = (std::mem::take(&mut shop.request), 0);
    while let Some((at, id)) = shop.due(now) {
        shop.now = shop.now.max(at);
        match shop.get(&id).text("object") {
            "subscription" => subscriptions::tick(shop, &id),
            "invoice" => invoices::tick(shop, &id),
            "payment_intent" => settle::processed(shop, &id),
            "checkout.session" => checkout::tick(shop, &id),
            _ => {}
        }
        played += 1;
        if played >= TIMERS_MAX {
            tracing::warn!(
                "Much falls due at the sandbox's Stripe; the rest happens with the next call"
            );
            break;
        }
    }
    shop.now = shop.now.max(now);
    shop.request = request;
}

/// The account as it starts.
pub(crate) fn opened(seed: u64, settings: &crate::Settings) -> Shop {
    let stripe = &settings.stripe;
    let started_at = stripe.started_at.unwrap_or(settings.started_at);
    let shift = started_at.as_micros() - settings.started_at.as_micros();
    let mut shop = Shop::new(seed, shift / 1_000_000);
    stripe.webhook_secret.clone_into(&mut shop.webhook_secret);
    if let Some(url) = &stripe.webhook {
        let every = [EVERY_EVENT.to_owned()];
        if let Err(failure) = webhook_endpoints::add(&mut shop, url, &stripe.webhook_secret, &every)
        {
            // The sandbox checks the address before it starts.
            tracing::warn!(?failure, "The sandbox's Stripe webhooks go nowhere");
        }
    }
    shop
}

/// Answers a call of the API.
pub(crate) fn answer(call: &mut Call<'_>) -> Reply {
    let request = request_id(call);
    let reply = match admitted(call) {
        Ok(form) => worked(call, &form, &request),
        Err(failure) => failure.reply(),
    };
    let version = call.header("stripe-version").to_owned();
    reply.with("request-id", request).with("stripe-version", version)
}

fn request_id(call: &Call<'_>) -> String {
    visit(call.sim, |shop| shop.id("req"))
}

/// Key, version, limits and parameters.
fn admitted(call: &mut Call<'_>) -> Result<Form, Failure> {
    let path = call.path.strip_prefix("/v1/").unwrap_or_default().to_owned();
    call.at(routes::endpoint(&path));
    auth::key(call)?;
    auth::version(call)?;
    auth::limits(call, &path)?;
    let mut pairs = call.query.clone();
    if call.method == Method::POST {
        let kind = call.header("content-type");
        if !call.body.is_empty() && !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(Failure::invalid(format!(
                "Invalid Content-Type: {kind}; send application/x-www-form-urlencoded."
            )));
        }
    }
    pairs.extend(form_urlencoded::parse(call.body).into_owned());
    Form::parse(&pairs)
}

/// The work of a call that was let in, once for each idempotency key.
fn worked(call: &Call<'_>, form: &Form, request: &str) -> Reply {
    let key = call.header("idempotency-key").to_owned();
    let posts = call.method == Method::POST;
    if key.chars().count() > KEY_CHARS_MAX {
        return Failure::invalid("Idempotency keys have 255 characters at most.").reply();
    }
    let mut hash = blake3::Hasher::new();
    hash.update(call.path.as_bytes()).update(b"?").update(form.fields.to_string().as_bytes());
    let asked = *hash.finalize().as_bytes();
    visit(call.sim, |shop| {
        let keyed = posts && !key.is_empty();
        if keyed && let Some(kept) = shop.keys.look(&key, asked, shop.now, shop.now_ms) {
            return kept.unwrap_or_else(|failure| failure.reply());
        }
        let drawn = shop.chance();
        if posts && happens(drawn, shop.conduct.stripe.lock_timeout_permille) {
            return Failure::locked().reply().with("stripe-rate-limited-reason", "lock".to_owned());
        }
        shop.request = json!({ "id": request,
            "idempotency_key": if keyed { Some(key.as_str()) } else { None } });
        call.header("stripe-version").clone_into(&mut shop.version);
        let done = routes::dispatch(shop, call.method.as_str(), call.path, form);
        let mut was_done = done.is_ok();
        let done = done.and_then(|object| expand::expanded(shop, &object, &form.texts("expand")));
        shop.request = serde_json::Value::Null;
        let reply = match done {
            Ok(object) => Reply::json(200, &object),
            Err(failure) => failure.reply(),
        };
        was_done |= reply.status == 402;
        // What was refused before anything was done is not kept (contract, Idempotency).
        if keyed && was_done {
            let busy_until_ms = shop.now_ms.saturating_add(call.latency_ms);
            let now = shop.now;
            shop.keys.note(&key, asked, now, busy_until_ms, &reply);
        }
        if keyed { reply.with("idempotency-key", key.clone()) } else { reply }
    })
}

/// Answers a page of the customers'.
pub(crate) fn page(
    sim: &Arc<Sim>,
    method: &Method,
    path: &str,
    sent: &[(String, String)],
) -> Reply {
    let path = path.strip_prefix(PAGES).unwrap_or_default();
    visit(sim, |shop| pages::answer(shop, method, path, &Sent(sent)))
}

/// Answers a control endpoint.
pub(crate) fn control(
    sim: &Arc<Sim>,
    method: &Method,
    path: &str,
    sent: &[(String, String)],
) -> Reply {
    let path = path.strip_prefix(CONTROL).unwrap_or_default();
    visit(sim, |shop| control::answer(shop, method, path, &Sent(sent)))
}

/// The books of a sandbox.
pub(crate) fn books_of(sim: &Sim) -> StripeBooks {
    visit(sim, |shop| books::books(shop))
}

/// How many webhooks are still to arrive, those counted that fall due now.
pub(crate) fn webhooks_waiting(sim: &Sim) -> usize {
    visit(sim, |shop| delivery::left(shop))
}

/// "Too many calls". A time to wait is not promised, so none is told.
pub(crate) fn slow_down() -> Reply {
    Failure::too_many().reply().with("stripe-rate-limited-reason", "global-rate".to_owned())
}

/// A server error; some say that it may be tried again, some say nothing.
pub(crate) fn broken(call: &Call<'_>) -> Reply {
    let reply = Failure::server().reply();
    match below(call.shape(), 2) {
        0 => reply.with("stripe-should-retry", "true".to_owned()),
        _ => reply,
    }
}
