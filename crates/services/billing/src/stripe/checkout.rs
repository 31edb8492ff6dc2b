//! Stripe's pages for paying.

use captely_payments::{
    CheckoutMode, CheckoutSession, FutureUsage, LineItem, MethodCollection, MissingMethod,
    NewCheckoutSession, NewPaymentIntent, PaymentIntentStatus, Price, SubscriptionData,
};
use captely_platform::ids::WorkspaceId;

use super::prices::{Sold, key};
use super::{Billing, META_INVOICE, META_SUBSCRIPTION, META_WORKSPACE};
use crate::catalogue::{Package, Plan};
use crate::cycle::Cycle;
use crate::error::BillingError;
use crate::ids::{IntentId, InvoiceId, SubscriptionId};

/// What came of a payment that was begun.
#[derive(Debug)]
pub(crate) enum Begun {
    /// The buyer goes there.
    Page {
        /// Stripe's object.
        id: String,
        /// Its address; none once it was used.
        url: Option<String>,
    },
    /// It was paid with a method that was there.
    Paid {
        /// Stripe's payment.
        id: String,
    },
}

impl From<CheckoutSession> for Begun {
    fn from(session: CheckoutSession) -> Self {
        Self::Page { id: session.id, url: session.url }
    }
}

impl Billing {
    pub(super) async fn subscribe_page(
        &self,
        workspace: WorkspaceId,
        intent: IntentId,
        subscription: SubscriptionId,
        plan: &Plan,
        cycle: Cycle,
        trial_days: Option<u16>,
    ) -> Result<Begun, BillingError> {
        let stripe = &self.stripe_access()?.client;
        let customer = self.stripe_customer(workspace).await?;
        let price = self.plan_price(plan, cycle).await?;
        let metadata: captely_payments::Metadata = [
            (META_WORKSPACE.to_owned(), workspace.to_string()),
            (META_SUBSCRIPTION.to_owned(), subscription.to_string()),
        ]
        .into();
        let data = SubscriptionData {
            trial_period_days: trial_days.map(u32::from),
            trial_end: None,
            missing_method: trial_days.map(|_days| MissingMethod::Cancel),
            metadata: metadata.clone(),
        };
        let new = NewCheckoutSession {
            line_items: vec![LineItem { price, quantity: 1 }],
            customer: Some(customer),
            client_reference_id: Some(subscription.to_string()),
            subscription_data: Some(data),
            payment_method_collection: trial_days.map(|_days| MethodCollection::Always),
            metadata,
            ..self.page(CheckoutMode::Subscription)
        };
        Ok(stripe.create_checkout_session(&key(intent.to_string())?, &new).await?.into())
    }

    fn page(&self, mode: CheckoutMode) -> NewCheckoutSession {
        NewCheckoutSession {
            cancel_url: Some(self.link("/settings/billing?checkout=cancelled")),
            ..NewCheckoutSession::new(mode, self.link("/settings/billing?checkout=done"))
        }
    }

    pub(super) async fn buy(
        &self,
        workspace: WorkspaceId,
        intent: IntentId,
        invoice: InvoiceId,
        package: &Package,
        amount: i64,
        method: Option<&str>,
    ) -> Result<Begun, BillingError> {
        let stripe = &self.stripe_access()?.client;
        let customer = self.stripe_customer(workspace).await?;
        let price = Price::new(amount, self.catalogue.currency);
        let metadata: captely_payments::Metadata = [
            (META_WORKSPACE.to_owned(), workspace.to_string()),
            (META_INVOICE.to_owned(), invoice.to_string()),
        ]
        .into();
        if let Some(method) = method {
            let new = NewPaymentIntent {
                customer: Some(customer),
                payment_method: Some(method.to_owned()),
                setup_future_usage: None::<FutureUsage>,
                confirm: true,
                off_session: None,
                return_url: Some(self.link("/settings/billing?checkout=done")),
                description: Some(package.name.clone()),
                metadata,
                ..NewPaymentIntent::new(price)
            };
            let made = stripe.create_payment_intent(&key(intent.to_string())?, &new).await?;
            return Ok(match made.status {
                PaymentIntentStatus::Succeeded => Begun::Paid { id: made.id },
                _ => Begun::Page { id: made.id, url: made.next_url },
            });
        }
        let lookup = format!("captely:package:{}:{}", package.id, price.currency.as_str());
        let product = format!("captely_package_{}", package.id);
        let sold = Sold { lookup, product, name: &package.name, price, cycle: None };
        let price = self.stripe_price(&sold).await?;
        let new = NewCheckoutSession {
            line_items: vec![LineItem { price, quantity: 1 }],
            customer: Some(customer),
            client_reference_id: Some(invoice.to_string()),
            metadata,
            ..self.page(CheckoutMode::Payment)
        };
        Ok(stripe.create_checkout_session(&key(intent.to_string())?, &new).await?.into())
    }
}
