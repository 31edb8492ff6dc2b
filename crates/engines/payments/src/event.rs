//! Events: Stripe says that something changed (contract, "Webhooks/signatures").

use captely_contact::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::client::Stripe;
use crate::error::StripeError;
use crate::listing::{Listed, Listing};
use crate::read;

/// The longest words that are kept of an event, in characters: ids and kinds of Stripe's are shorter.
const WORD_CHARS_MAX: usize = 255;

/// Something changed. What it holds besides is left out on purpose: events come twice and out of
/// order, so what counts is the object as it is when it is fetched.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub struct Event {
    /// `evt_…`; the same event comes again under the same id.
    pub id: String,
    /// `invoice.paid`, `customer.subscription.updated` … Stripe's word; there are many.
    pub kind: String,
    /// When it happened.
    pub created: Timestamp,
    /// One of live mode.
    pub livemode: bool,
    /// The version in whose shape it came: the webhook endpoint's.
    pub api_version: Option<String>,
    /// What changed.
    pub object: EventObject,
    /// The key of the call that caused it, where it was a call.
    pub idempotency_key: Option<String>,
}

/// What an event is about: enough to fetch it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventObject {
    /// `invoice`, `subscription`, `checkout.session` …
    pub kind: String,
    /// Its id; an upcoming invoice has none.
    pub id: Option<String>,
    /// Whose (`cus_…`); its own id where it is a customer.
    pub customer: Option<String>,
    /// Of which subscription; its own id where it is one.
    pub subscription: Option<String>,
    /// Of which payment; its own id where it is one. Disputes and refunds have nothing else.
    pub payment_intent: Option<String>,
    /// How much, in the smallest unit: a dispute's amount.
    pub amount: Option<i64>,
    /// Paid back in all, in the smallest unit: of a charge. It only grows, so an old event does no harm.
    pub amount_refunded: Option<i64>,
    /// How it stood, such as the `won` of a dispute.
    pub status: Option<String>,
}

/// Why a body is no event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnreadEvent {
    /// No JSON.
    #[error("the body is not JSON")]
    NotJson,
    /// Stripe's newer kind, which does not hold its object.
    #[error(
        "the event {kind:?} is a thin one (v2), which is not read here; in Stripe's dashboard \
         choose the snapshot payload style for this endpoint"
    )]
    Thin {
        /// Its kind.
        kind: String,
    },
    /// JSON, and something else.
    #[error("the body is no event of Stripe's: {missing} is missing")]
    NotAnEvent {
        /// What an event has.
        missing: &'static str,
    },
}

impl Event {
    /// Reads the body of a webhook call whose signature was checked.
    pub(crate) fn read(body: &[u8]) -> Result<Self, UnreadEvent> {
        let value: Value = serde_json::from_slice(body).map_err(|_why| UnreadEvent::NotJson)?;
        Self::try_from(value)
    }
}

impl TryFrom<Value> for Event {
    type Error = UnreadEvent;

    fn try_from(value: Value) -> Result<Self, UnreadEvent> {
        let missing = |missing| UnreadEvent::NotAnEvent { missing };
        let kind = word(&value, "type").unwrap_or_default();
        match value.get("object").and_then(Value::as_str) {
            Some("event") => {}
            Some("v2.core.event") => return Err(UnreadEvent::Thin { kind }),
            _ => return Err(missing("object: event")),
        }
        let object = value.get("data").and_then(|data| data.get("object"));
        let request = value.get("request").unwrap_or(&Value::Null);
        Ok(Self {
            id: word(&value, "id").ok_or(missing("id"))?,
            kind: Some(kind).filter(|kind| !kind.is_empty()).ok_or(missing("type"))?,
            created: value
                .get("created")
                .and_then(Value::as_i64)
                .map(read::from_seconds)
                .ok_or(missing("created"))?,
            livemode: value.get("livemode").and_then(Value::as_bool).unwrap_or(false),
            api_version: word(&value, "api_version"),
            object: EventObject::read(object.ok_or(missing("data.object"))?),
            idempotency_key: word(request, "idempotency_key"),
        })
    }
}

impl EventObject {
    fn read(object: &Value) -> Self {
        let kind = word(object, "object").unwrap_or_default();
        let id = word(object, "id");
        let of = |own: &str, name: &str| {
            if kind == own { id.clone() } else { reference(object.get(name)) }
        };
        // From basil on an invoice names its subscription inside `parent`.
        let parent = object.get("parent").and_then(|parent| parent.get("subscription_details"));
        let parent = reference(parent.and_then(|details| details.get("subscription")));
        Self {
            customer: of("customer", "customer"),
            subscription: of("subscription", "subscription").or(parent),
            payment_intent: of("payment_intent", "payment_intent"),
            amount: object.get("amount").and_then(Value::as_i64),
            amount_refunded: object.get("amount_refunded").and_then(Value::as_i64),
            status: word(object, "status"),
            kind,
            id,
        }
    }
}

/// The non-empty text under `name`.
fn word(value: &Value, name: &str) -> Option<String> {
    let text = value.get(name)?.as_str().filter(|text| !text.is_empty())?;
    Some(text.chars().take(WORD_CHARS_MAX).collect())
}

/// Another object, by its id or in full.
fn reference(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(id) if !id.is_empty() => Some(id.chars().take(WORD_CHARS_MAX).collect()),
        object => word(object, "id"),
    }
}

impl Listed for Event {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Which events to list; Stripe keeps them for 30 days (its API reference, "List all events").
#[derive(Debug, Clone, Default, Serialize)]
pub struct EventFilter {
    /// Of these kinds, at most 20; empty is all.
    #[serde(rename = "types")]
    pub kinds: Vec<String>,
    /// Not older than this, to the second.
    #[serde(rename = "created", serialize_with = "as_lower_end")]
    pub created_from: Option<Timestamp>,
    /// Only older ones than this (`evt_…`).
    pub starting_after: Option<String>,
}

/// `created[gte]`.
#[expect(clippy::ref_option, reason = "serde's serialize_with passes the field by reference")]
fn as_lower_end<S: serde::Serializer>(from: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
    serde_json::json!({"gte": from.map(read::to_seconds)}).serialize(to)
}

impl Stripe {
    /// GET `/events/{id}`.
    pub async fn get_event(&self, id: &str) -> Result<Event, StripeError> {
        self.get(&["events", id], &()).await
    }

    /// GET `/events`, at most `max`, newest first: to catch up with what no webhook brought.
    pub async fn list_events(
        &self,
        filter: &EventFilter,
        max: usize,
    ) -> Result<Listing<Event>, StripeError> {
        self.list(&["events"], filter, max).await
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn about(object: &Value) -> EventObject {
        let event = json!({"id": "evt_1", "object": "event", "type": "x.y", "created": 1,
            "data": {"object": object}});
        Event::try_from(event).unwrap().object
    }

    #[test]
    fn an_event_says_what_to_fetch() {
        let body = json!({"id": "evt_1", "object": "event", "api_version": "2026-06-24.dahlia",
            "created": 1_700_000_000, "type": "invoice.paid", "livemode": false,
            "pending_webhooks": 1, "request": {"id": "req_1", "idempotency_key": "renewal:1"},
            "data": {"object": {"id": "in_1", "object": "invoice", "customer": "cus_1",
                "parent": {"type": "subscription_details",
                    "subscription_details": {"subscription": "sub_1"}}},
                "previous_attributes": {}}});
        let event = Event::read(body.to_string().as_bytes()).unwrap();
        assert_eq!((event.id.as_str(), event.kind.as_str()), ("evt_1", "invoice.paid"));
        assert_eq!(event.created.to_string(), "2023-11-14T22:13:20Z");
        assert_eq!(event.idempotency_key.as_deref(), Some("renewal:1"));
        assert_eq!(event.api_version.as_deref(), Some("2026-06-24.dahlia"));
        assert_eq!(
            (event.object.kind.as_str(), event.object.id.as_deref()),
            ("invoice", Some("in_1"))
        );
        assert_eq!(event.object.customer.as_deref(), Some("cus_1"));
        assert_eq!(event.object.subscription.as_deref(), Some("sub_1"));
    }

    #[test]
    fn objects_name_themselves_and_others() {
        let customer = about(&json!({"object": "customer", "id": "cus_1"}));
        assert_eq!(customer.customer.as_deref(), Some("cus_1"));
        let subscription = about(&json!({"object": "subscription", "id": "sub_1",
            "customer": {"id": "cus_1"}}));
        assert_eq!(subscription.subscription.as_deref(), Some("sub_1"));
        assert_eq!(subscription.customer.as_deref(), Some("cus_1"));
        let invoice = about(&json!({"object": "invoice", "subscription": "sub_1"}));
        assert_eq!((invoice.id, invoice.subscription.as_deref()), (None, Some("sub_1")));
        let dispute = about(&json!({"object": "dispute", "id": "dp_1", "payment_intent": "pi_1"}));
        assert_eq!(dispute.payment_intent.as_deref(), Some("pi_1"));
    }

    #[test]
    fn what_is_no_event_is_told() {
        assert_eq!(Event::read(b"<html>"), Err(UnreadEvent::NotJson));
        let thin = br#"{"id":"evt_1","object":"v2.core.event","type":"v1.billing.meter.error"}"#;
        let why = Event::read(thin).unwrap_err();
        assert_eq!(why, UnreadEvent::Thin { kind: "v1.billing.meter.error".to_owned() });
        assert!(why.to_string().contains("snapshot payload"));
        for (body, missing) in [
            ("[]", "object: event"),
            (r#"{"object":"invoice"}"#, "object: event"),
            (r#"{"object":"event","type":"a","created":1,"data":{"object":{}}}"#, "id"),
            (r#"{"object":"event","id":"e","created":1,"data":{"object":{}}}"#, "type"),
            (r#"{"object":"event","id":"e","type":"a","data":{"object":{}}}"#, "created"),
            (r#"{"object":"event","id":"e","type":"a","created":1}"#, "data.object"),
        ] {
            let why = Event::read(body.as_bytes());
            assert_eq!(why, Err(UnreadEvent::NotAnEvent { missing }), "{body}");
        }
    }
}
