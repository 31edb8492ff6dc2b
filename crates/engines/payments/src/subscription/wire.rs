//! A subscription as it travels, before and from basil on (contract, "Shape change at basil").

use captely_contact::Timestamp;
use captely_providers::Key;
use serde::Deserialize;

use super::{Subscription, SubscriptionItem, SubscriptionStatus};
use crate::catalog::CatalogPrice;
use crate::form::Metadata;
use crate::read::{self, Confirmation, Inner, Reference};

#[derive(Deserialize)]
pub(super) struct Wire {
    id: String,
    status: SubscriptionStatus,
    #[serde(deserialize_with = "read::id")]
    customer: String,
    #[serde(default, deserialize_with = "read::or_empty")]
    items: Inner<Item>,
    /// Before basil the period was the subscription's.
    #[serde(default, deserialize_with = "read::maybe_moment")]
    current_period_start: Option<Timestamp>,
    #[serde(default, deserialize_with = "read::maybe_moment")]
    current_period_end: Option<Timestamp>,
    #[serde(default, deserialize_with = "read::maybe_moment")]
    trial_start: Option<Timestamp>,
    #[serde(default, deserialize_with = "read::maybe_moment")]
    trial_end: Option<Timestamp>,
    #[serde(default)]
    cancel_at_period_end: bool,
    #[serde(default, deserialize_with = "read::maybe_moment")]
    cancel_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "read::maybe_moment")]
    canceled_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "read::maybe_moment")]
    ended_at: Option<Timestamp>,
    #[serde(default, deserialize_with = "read::maybe_id")]
    default_payment_method: Option<String>,
    #[serde(default)]
    latest_invoice: Option<Reference<LatestInvoice>>,
    #[serde(default, deserialize_with = "read::maybe_id")]
    pending_setup_intent: Option<String>,
    #[serde(default)]
    livemode: bool,
    #[serde(default, deserialize_with = "read::maybe_moment")]
    created: Option<Timestamp>,
    #[serde(default, deserialize_with = "read::or_empty")]
    metadata: Metadata,
}

#[derive(Deserialize)]
struct Item {
    id: String,
    #[serde(default)]
    price: Option<CatalogPrice>,
    #[serde(default)]
    quantity: Option<u64>,
    #[serde(default, deserialize_with = "read::maybe_moment")]
    current_period_start: Option<Timestamp>,
    #[serde(default, deserialize_with = "read::maybe_moment")]
    current_period_end: Option<Timestamp>,
}

#[derive(Deserialize)]
struct LatestInvoice {
    id: String,
    #[serde(default)]
    confirmation_secret: Option<Confirmation>,
    /// Before basil; expanded or not.
    #[serde(default)]
    payment_intent: Option<Reference<Confirmation>>,
}

impl LatestInvoice {
    fn client_secret(self) -> Option<Key> {
        let earlier = match self.payment_intent {
            Some(Reference::Object(intent)) => intent.client_secret,
            Some(Reference::Id(_)) | None => None,
        };
        self.confirmation_secret.and_then(|held| held.client_secret).or(earlier)
    }
}

impl From<Wire> for Subscription {
    fn from(wire: Wire) -> Self {
        let (start, end) = (wire.current_period_start, wire.current_period_end);
        let items = wire.items.data.into_iter().map(|item| SubscriptionItem {
            id: item.id,
            price: item.price,
            quantity: item.quantity,
            period_start: item.current_period_start.or(start),
            period_end: item.current_period_end.or(end),
        });
        let (latest_invoice, client_secret) = match wire.latest_invoice {
            Some(Reference::Id(id)) => (Some(id), None),
            Some(Reference::Object(invoice)) => (Some(invoice.id.clone()), invoice.client_secret()),
            None => (None, None),
        };
        Self {
            id: wire.id,
            status: wire.status,
            customer: wire.customer,
            items: items.collect(),
            trial_start: wire.trial_start,
            trial_end: wire.trial_end,
            cancel_at_period_end: wire.cancel_at_period_end,
            cancel_at: wire.cancel_at,
            canceled_at: wire.canceled_at,
            ended_at: wire.ended_at,
            default_payment_method: wire.default_payment_method,
            latest_invoice,
            client_secret,
            pending_setup_intent: wire.pending_setup_intent,
            livemode: wire.livemode,
            created: wire.created,
            metadata: wire.metadata,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(value: Value) -> Subscription {
        serde_json::from_value(value).unwrap()
    }

    fn seconds(moment: Option<Timestamp>) -> Option<i64> {
        moment.map(read::to_seconds)
    }

    #[test]
    fn the_contracts_own_example() {
        let text = r#"{"id":"sub_1","object":"subscription","status":"trialing","customer":"cus_1","cancel_at_period_end":false,"trial_end":1701209600,"latest_invoice":"in_1",
 "items":{"object":"list","data":[{"id":"si_1","object":"subscription_item","quantity":1,"current_period_start":1700000000,"current_period_end":1702592000,"price":{"id":"price_1","unit_amount":2000,"currency":"usd","recurring":{"interval":"month","interval_count":1},"product":"prod_1"}}],"has_more":false,"url":"/v1/subscription_items?subscription=sub_1"},"metadata":{}}"#;
        let read: Subscription = serde_json::from_str(text).unwrap();
        assert_eq!(
            (read.status.clone(), read.customer.as_str()),
            (SubscriptionStatus::Trialing, "cus_1")
        );
        assert_eq!(seconds(read.period_start()), Some(1_700_000_000));
        assert_eq!(seconds(read.period_end()), Some(1_702_592_000));
        assert_eq!(seconds(read.trial_end), Some(1_701_209_600));
        assert_eq!(read.latest_invoice.as_deref(), Some("in_1"));
        let item = read.item().unwrap();
        let price = item.price.as_ref().unwrap();
        assert_eq!((item.id.as_str(), price.id.as_str()), ("si_1", "price_1"));
        assert_eq!(price.amount().unwrap().to_string(), "20.00 USD");
        assert_eq!(price.product.as_deref(), Some("prod_1"));
        assert_eq!(read.ending(), None);
    }

    #[test]
    fn the_shape_before_basil() {
        let read = read(json!({"id": "sub_1", "status": "active", "customer": {"id": "cus_1"},
            "current_period_start": 5, "current_period_end": 9, "cancel_at_period_end": true,
            "items": {"data": [{"id": "si_1", "price": null}]}, "metadata": null,
            "latest_invoice": {"id": "in_1", "payment_intent": {"id": "pi_1", "client_secret": "s"}}}));
        assert_eq!((seconds(read.period_start()), seconds(read.period_end())), (Some(5), Some(9)));
        assert_eq!(seconds(read.ending()), Some(9));
        assert_eq!(read.client_secret.unwrap().reveal(), "s");
    }

    #[test]
    fn the_secret_from_basil_on_and_unknown_words() {
        let read = read(json!({"id": "sub_1", "status": "hibernating", "customer": "cus_1",
            "cancel_at": 7, "latest_invoice": {"id": "in_1",
            "confirmation_secret": {"client_secret": "pi_1_secret_x", "type": "payment_intent"}}}));
        assert_eq!(read.status, SubscriptionStatus::Other("hibernating".to_owned()));
        assert_eq!(read.latest_invoice.as_deref(), Some("in_1"));
        assert_eq!(seconds(read.ending()), Some(7));
        assert!(!format!("{read:?}").contains("pi_1_secret_x"));
        assert_eq!(read.client_secret.unwrap().reveal(), "pi_1_secret_x");
    }
}
