//! What waits to be delivered to webhook endpoints, and what came of it.

use serde::Serialize;
use serde_json::Value;

use super::members::{Members as _, shown};
use super::shop::Shop;
use super::signature;
use crate::chance::{again, happens};

/// The most deliveries that wait; more are not made, as if they had been lost.
const WAITING_MAX: usize = 20_000;
/// The most attempts that are kept for reading; the oldest go first.
const ATTEMPTS_MAX: usize = 1_000;
/// "live retries up to 3 days with back-off" (contract, Webhooks).
const RETRIED_FOR_MS: u64 = 3 * 86_400_000;
/// The longest pause between two attempts; the contract gives none.
const RETRY_MS_MAX: u64 = 3_600_000;
/// How old the time stamp of a stale signature is: twice the 300 s that clients tolerate.
const STALE_S: i64 = 600;

/// An event on its way to an endpoint.
#[derive(Debug, Clone)]
pub(super) struct Delivery {
    event: String,
    endpoint: String,
    first_ms: u64,
    due_ms: u64,
    tries: u32,
}

/// What came of one attempt.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Attempt {
    pub(super) event: String,
    pub(super) r#type: String,
    pub(super) url: String,
    /// Unix seconds, as the signature says.
    pub(super) at: i64,
    /// HTTP status; 0 where there was no answer.
    pub(super) status: u16,
    /// What the sandbox did wrong on purpose.
    pub(super) fault: Option<&'static str>,
}

/// A request that is to be made now.
#[derive(Debug)]
pub(super) struct Letter {
    delivery: Delivery,
    pub(super) attempt: Attempt,
    pub(super) signature: String,
    pub(super) body: String,
    /// Whether it is to be sent at all, or the endpoint is played as unreachable.
    pub(super) is_sent: bool,
}

/// Puts an event on its way, as late and as often as the settings say.
pub(super) fn queue(shop: &mut Shop, event: &str, endpoint: &str) {
    let (conduct, drawn) = (shop.conduct.stripe.clone(), shop.chance());
    if happens(again(drawn, 1), conduct.webhook_lost_permille) {
        return;
    }
    let mut due_ms = shop.now_ms.saturating_add(conduct.webhook_delay_ms.at(again(drawn, 2)));
    if happens(again(drawn, 3), conduct.webhook_reorder_permille) {
        due_ms = due_ms.saturating_add(conduct.webhook_reorder_ms);
    }
    let delivery = Delivery {
        event: event.to_owned(),
        endpoint: endpoint.to_owned(),
        first_ms: due_ms,
        due_ms,
        tries: 0,
    };
    if happens(again(drawn, 4), conduct.webhook_repeat_permille) {
        wait(shop, delivery.clone());
    }
    wait(shop, delivery);
}

/// Sends an event once more, at once.
pub(super) fn resend(shop: &mut Shop, event: &str) -> usize {
    let endpoints = shop.these("webhook_endpoint", |_| true);
    for endpoint in &endpoints {
        let (first_ms, due_ms) = (shop.now_ms, shop.now_ms);
        let (event, endpoint) = (event.to_owned(), endpoint.text("id").to_owned());
        wait(shop, Delivery { event, endpoint, first_ms, due_ms, tries: 0 });
    }
    endpoints.len()
}

fn wait(shop: &mut Shop, delivery: Delivery) {
    if shop.waiting.len() >= WAITING_MAX {
        tracing::warn!("A webhook of the sandbox was not sent: too many wait");
        return;
    }
    shop.waiting.push_back(delivery);
    shop.rung.notify_one();
}

/// How many are still to arrive: those that wait, be it for another attempt, and those that the courier carries.
pub(super) fn left(shop: &Shop) -> usize {
    shop.waiting.len().saturating_add(shop.under_way)
}

/// The next delivery that is due, ready to be sent.
pub(super) fn next(shop: &mut Shop) -> Option<Letter> {
    let now_ms = shop.now_ms;
    let due = shop.waiting.iter().enumerate().filter(|(_, d)| d.due_ms <= now_ms);
    let (position, _) = due.min_by_key(|(position, d)| (d.due_ms, *position))?;
    let delivery = shop.waiting.remove(position)?;
    let (event, endpoint) = (shop.get(&delivery.event), shop.get(&delivery.endpoint));
    let conduct = shop.conduct.stripe.clone();
    let drawn = shop.chance();
    let wrong = happens(again(drawn, 1), conduct.webhook_wrong_secret_permille);
    let stale = happens(again(drawn, 2), conduct.webhook_old_permille);
    let secret = if wrong { "whsec_of_somebody_else" } else { endpoint.text("_secret") };
    // Like a test clock, billing time that was moved on leaves the time of the signature alone.
    let at = shop.now.saturating_sub(shop.ahead_s) - if stale { STALE_S } else { 0 };
    let body = body(&event, &endpoint);
    let fault = match (conduct.webhooks_down, wrong, stale) {
        (true, _, _) => Some("down"),
        (_, true, _) => Some("wrong_secret"),
        (_, _, true) => Some("old"),
        _ => None,
    };
    let attempt = Attempt {
        event: delivery.event.clone(),
        r#type: event.text("type").to_owned(),
        url: endpoint.text("url").to_owned(),
        at,
        status: 0,
        fault,
    };
    let signature = signature::header(secret, at, &body);
    let is_sent = !conduct.webhooks_down && event.is_object() && endpoint.is_object();
    shop.under_way = shop.under_way.saturating_add(1);
    Some(Letter { delivery, attempt, signature, body, is_sent })
}

/// "Shape follows the endpoint's `api_version`"; the sandbox has the shape of basil and later alone.
fn body(event: &Value, endpoint: &Value) -> String {
    let mut event = shown(event);
    event.set("api_version", endpoint.at("/api_version").clone());
    event.to_string()
}

/// Notes what came of it; what was not taken with 2xx is tried again later.
pub(super) fn settle(shop: &mut Shop, letter: Letter, status: u16) {
    shop.under_way = shop.under_way.saturating_sub(1);
    if shop.attempts.len() >= ATTEMPTS_MAX {
        shop.attempts.pop_front();
    }
    shop.attempts.push_back(Attempt { status, ..letter.attempt });
    let mut delivery = letter.delivery;
    if (200..300).contains(&status) {
        shop.edit(&delivery.event, |event| {
            let left = event.int("pending_webhooks") - 1;
            event.set("pending_webhooks", left.max(0));
        });
        return;
    }
    let pause = shop.conduct.stripe.webhook_retry_ms.max(1);
    let pause = pause.saturating_mul(1 << delivery.tries.min(20)).min(RETRY_MS_MAX);
    delivery.tries += 1;
    delivery.due_ms = shop.now_ms.saturating_add(pause);
    let gone = !shop.get(&delivery.endpoint).is_object() || !shop.get(&delivery.event).is_object();
    if !gone && delivery.due_ms <= delivery.first_ms.saturating_add(RETRIED_FOR_MS) {
        wait(shop, delivery);
    }
}
