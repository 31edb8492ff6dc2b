#![doc = include_str!("../README.md")]

mod catalog;
mod checkout;
mod client;
mod customer;
mod error;
mod event;
mod form;
mod idempotency;
mod invoice;
mod listing;
mod payment_intent;
mod payment_method;
mod portal;
mod price;
mod read;
mod refund;
mod setup_intent;
mod subscription;
mod version;
pub mod webhook;
mod words;

pub use catalog::{CatalogPrice, Interval, NewCatalogPrice, NewProduct, Product, Recurring};
pub use checkout::{
    CheckoutMode, CheckoutSession, CheckoutStatus, LineItem, MethodCollection, MissingMethod,
    NewCheckoutSession, PaymentStatus, SubscriptionData,
};
pub use client::{BASE_URL, Stripe, StripeSetupError};
pub use customer::{Customer, CustomerChange, NewCustomer};
pub use error::{Decline, Fault, StripeError};
pub use event::{Event, EventFilter, EventObject, UnreadEvent};
pub use form::Metadata;
pub use idempotency::{IdempotencyKey, IdempotencyKeyError};
pub use invoice::{
    BillingReason, Invoice, InvoiceFilter, InvoiceItem, InvoiceLine, InvoicePreview, InvoiceStatus,
    NewInvoiceItem, PayInvoice, PreviewedPlan,
};
pub use listing::{LISTED_MAX, Listing};
pub use payment_intent::{
    ConfirmPayment, FutureUsage, NewPaymentIntent, PaymentFailure, PaymentIntent,
    PaymentIntentStatus,
};
pub use payment_method::{Card, PaymentMethod};
pub use portal::{NewPortalSession, PortalFlow, PortalSession};
pub use price::{Currency, CurrencyError, Price};
pub use refund::{NewRefund, Refund, RefundReason, RefundStatus};
pub use setup_intent::{SetupIntent, SetupIntentStatus};
pub use subscription::{
    CancelNow, NewSubscription, PaymentBehavior, PlanChange, ProrationBehavior, Resume,
    Subscription, SubscriptionChange, SubscriptionFilter, SubscriptionItem, SubscriptionStatus,
};
pub use version::{API_VERSION, ApiVersion, VersionError};
