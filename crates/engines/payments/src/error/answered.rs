//! Stripe's answers that are no objects (contract, "Errors").

use captely_providers::{Key, Reply, clean_words};
use reqwest::header::{HeaderMap, HeaderName};
use serde_json::Value;

use super::{Decline, Fault, StripeError};

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const SHOULD_RETRY: HeaderName = HeaderName::from_static("stripe-should-retry");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const LIMITED_REASON: HeaderName = HeaderName::from_static("stripe-rate-limited-reason");

/// The longest of Stripe's names for a call that is kept; they have some 20 characters.
const REQUEST_ID_CHARS_MAX: usize = 64;

/// Stripe's name for this call.
pub(crate) fn request_id(headers: &HeaderMap) -> Option<&str> {
    text_of(headers, &REQUEST_ID)
}

fn text_of<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok().map(str::trim).filter(|text| !text.is_empty())
}

/// An answer of another status than 2xx.
pub(crate) fn refusal(reply: &Reply, key: &Key) -> StripeError {
    let said = Said::read(reply, key);
    answered(fault(reply, said), reply)
}

/// An answer of status 2xx that is not the object asked for. Its words are left out: an answer holds
/// customers' data.
pub(crate) fn garbled(what: &str, reply: &Reply, why: &serde_json::Error) -> StripeError {
    let place = format!("line {} column {}", why.line(), why.column());
    let detail = format!("the answer to {what} is not as agreed at {place}");
    answered(Fault::Garbled { detail }, reply)
}

fn answered(fault: Fault, reply: &Reply) -> StripeError {
    let flag = |name| match text_of(&reply.headers, name) {
        Some("true") => Some(true),
        Some("false") => Some(false),
        _ => None,
    };
    StripeError {
        fault,
        status: Some(reply.status),
        request_id: request_id(&reply.headers)
            .map(|id| id.chars().take(REQUEST_ID_CHARS_MAX).collect()),
        replayed: flag(&REPLAYED) == Some(true),
        should_retry: flag(&SHOULD_RETRY),
        retry_after: reply.retry_after,
    }
}

/// The part `error` of an answer; what is missing is missing.
struct Said {
    kind: Option<String>,
    code: Option<String>,
    decline_code: Option<String>,
    advice_code: Option<String>,
    param: Option<String>,
    payment_intent: Option<String>,
    detail: String,
}

impl Said {
    fn read(reply: &Reply, key: &Key) -> Self {
        let body: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        let error = body.get("error").unwrap_or(&Value::Null);
        let of = |value: &Value, name: &str| {
            let word = value.get(name).and_then(Value::as_str).unwrap_or_default();
            Some(clean_words(word, std::slice::from_ref(key))).filter(|word| !word.is_empty())
        };
        let word = |name: &str| of(error, name);
        Self {
            kind: word("type"),
            code: word("code"),
            decline_code: word("decline_code"),
            advice_code: word("advice_code"),
            param: word("param"),
            payment_intent: error.get("payment_intent").and_then(|intent| of(intent, "id")),
            detail: word("message").unwrap_or_else(|| format!("status {}", reply.status)),
        }
    }
}

/// The body's `type` says more than the status where both speak; a `resource_missing` comes as 404
/// for the object of a call and as 400 for one that a parameter names.
fn fault(reply: &Reply, said: Said) -> Fault {
    let Said { code, param, detail, .. } = said;
    match (said.kind.as_deref(), reply.status) {
        (Some("card_error"), _) | (_, 402) => Fault::CardDeclined(Box::new(Decline {
            code: code.unwrap_or_else(|| "card_declined".to_owned()),
            decline_code: said.decline_code,
            advice_code: said.advice_code,
            payment_intent: said.payment_intent,
            detail,
        })),
        (_, 429) | (Some("rate_limit_error"), _) => {
            let reason = text_of(&reply.headers, &LIMITED_REASON).map(str::to_owned);
            Fault::RateLimited { reason: reason.or(code).unwrap_or(detail) }
        }
        (_, 409) => Fault::Conflict { detail },
        (Some("idempotency_error"), _) => Fault::KeyReused { detail },
        (_, 401) | (Some("authentication_error"), _) => Fault::KeyRefused { detail },
        (_, 403) => Fault::NotAllowed { detail },
        (_, 404) => Fault::NotFound { param, detail },
        (_, status) if status >= 500 || status == 424 => Fault::Failed { status, detail },
        (_, 400..500) if code.as_deref() == Some("resource_missing") => {
            Fault::NotFound { param, detail }
        }
        (_, 400..500) => Fault::Invalid { param, code, detail },
        // A redirect or a status that there is not: something between us and Stripe answered.
        (_, status) => Fault::Garbled { detail: format!("status {status}") },
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use reqwest::header::HeaderValue;

    use super::*;

    fn said(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> StripeError {
        let headers = headers
            .iter()
            .map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v)))
            .collect();
        let reply = Reply {
            status,
            retry_after: (status == 429).then_some(Duration::from_secs(2)),
            headers,
            body: body.to_owned().into(),
        };
        refusal(&reply, &Key::from("sk_test_1234567890"))
    }

    #[track_caller]
    fn check(status: u16, body: &str, retryable: bool, text: &str) {
        let error = said(status, &[], body);
        assert_eq!(error.to_string(), text);
        assert_eq!(error.is_retryable(), retryable, "{text}");
    }

    #[test]
    fn each_kind_says_what_to_do() {
        check(
            402,
            r#"{"error":{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds","message":"Your card has insufficient funds.","payment_intent":{"id":"pi_1"}}}"#,
            false,
            "Stripe says that the payment was declined (insufficient_funds): Your card has \
             insufficient funds.; the customer needs another card or payment method",
        );
        check(
            402,
            r#"{"error":{"type":"card_error","code":"authentication_required","message":"Confirm."}}"#,
            false,
            "Stripe says that the payment was declined (authentication_required): Confirm.; the \
             bank wants the customer to confirm the payment",
        );
        check(
            400,
            r#"{"error":{"type":"invalid_request_error","message":"Received unknown parameter","param":"foo"}}"#,
            false,
            "Stripe does not accept the request (foo): Received unknown parameter; repeating it \
             does not help",
        );
        check(
            400,
            r#"{"error":{"type":"idempotency_error","message":"Keys can only be used once"}}"#,
            false,
            "Stripe has seen the idempotency key with other parameters: Keys can only be used \
             once; another intent needs another key",
        );
        check(
            503,
            "<html>",
            true,
            "Stripe had a failure (503): status 503; it may have been done: look at the object, \
             or repeat the call with the same key",
        );
        check(
            424,
            "",
            false,
            "Stripe had a failure (424): status 424; it may have been done: look at the object, \
             or repeat the call with the same key",
        );
        check(
            302,
            "",
            true,
            "Stripe gave an answer that cannot be read: status 302; it may have been done, repeat \
             the call with the same key",
        );
    }

    #[test]
    fn what_is_missing_is_told_for_both_statuses() {
        let body = r#"{"error":{"type":"invalid_request_error","code":"resource_missing","message":"No such customer: 'cus_x'","param":"customer"}}"#;
        for status in [400, 404] {
            let error = said(status, &[], body);
            let param = Some("customer".to_owned());
            let detail = "No such customer: 'cus_x'".to_owned();
            assert_eq!(error.fault, Fault::NotFound { param, detail }, "{status}");
            assert!(error.is_not_found() && !error.is_retryable());
        }
    }

    #[test]
    fn the_account_and_the_pace() {
        let body = r#"{"error":{"type":"invalid_request_error","message":"Invalid API Key provided: SK_TEST_1234567890"}}"#;
        let error = said(401, &[("request-id", "req_1")], body);
        assert_eq!(
            error.to_string(),
            "Stripe refused the secret key: Invalid API Key provided: [key]; take a new one from \
             Stripe's dashboard under API keys (request req_1)"
        );
        assert!(matches!(said(403, &[], "{}").fault, Fault::NotAllowed { .. }));
        let limited = said(429, &[], r#"{"error":{"code":"lock_timeout"}}"#);
        assert_eq!(limited.fault, Fault::RateLimited { reason: "lock_timeout".to_owned() });
        assert_eq!(limited.retry_after, Some(Duration::from_secs(2)));
        assert!(limited.is_retryable() && !limited.may_have_happened());
        let reason = [("stripe-rate-limited-reason", "global-concurrency")];
        let limited = said(429, &reason, r#"{"error":{"code":"rate_limit"}}"#);
        assert_eq!(limited.fault, Fault::RateLimited { reason: "global-concurrency".to_owned() });
        let conflict = said(409, &[], r#"{"error":{"type":"idempotency_error"}}"#);
        assert!(matches!(conflict.fault, Fault::Conflict { .. }) && conflict.is_retryable());
    }

    #[test]
    fn stripes_own_word_about_repeats_wins() {
        let no = [("stripe-should-retry", "false")];
        let yes = [("stripe-should-retry", "true")];
        assert!(!said(503, &no, "").is_retryable());
        assert!(said(400, &yes, "").is_retryable());
        assert!(said(503, &[("stripe-should-retry", "perhaps")], "").is_retryable());
        let replayed = said(500, &[("idempotent-replayed", "true")], "");
        assert!(replayed.replayed && replayed.may_have_happened() && !replayed.is_retryable());
    }
}
