//! What an event of Stripe's makes us look at.

use captely_payments::Event;

use super::Billing;
use crate::error::BillingError;

impl Billing {
    /// Deals with an event that was fetched; a few words say what came of it. What is unknown is left alone.
    pub(crate) async fn deal_with(&self, event: &Event) -> Result<&'static str, BillingError> {
        let object = &event.object;
        let id = object.id.as_deref();
        match (object.kind.as_str(), id) {
            ("checkout.session", Some(id)) => Box::pin(self.refresh_checkout(id)).await,
            ("subscription", Some(id)) => Box::pin(self.refresh_subscription(id, None)).await,
            ("invoice", _) => match &object.subscription {
                Some(subscription) => Box::pin(self.refresh_subscription(subscription, id)).await,
                None => Ok("no subscription"),
            },
            ("payment_intent", Some(id)) => Box::pin(self.refresh_payment(id)).await,
            ("payment_method", _) | ("customer" | "setup_intent", Some(_)) => {
                match &object.customer {
                    Some(customer) => self.refresh_methods_of(customer).await,
                    None => Ok("no customer"),
                }
            }
            ("charge", _) if event.kind == "charge.refunded" => {
                Box::pin(self.refunded(event)).await
            }
            ("dispute", _) => Box::pin(self.disputed(event)).await,
            _ => Ok("not looked at"),
        }
    }
}
