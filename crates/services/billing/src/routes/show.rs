//! Plans, subscriptions, invoices and payments as answers show them.

use captely_payments::Price;
use serde::Serialize;
use utoipa::ToSchema;

use crate::catalogue::{Catalogue, Package, Plan};
use crate::cycle::Cycle;
use crate::ids::{InvoiceId, SubscriptionId};
use crate::invoice::{Invoice, InvoiceKind, InvoiceLine, InvoiceStatus};
use crate::subscription::{Status, Subscription};

/// An amount of money.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Money {
    /// In the smallest unit of the currency: cents.
    #[schema(example = 4900)]
    amount: i64,
    /// Its three letters, in small.
    #[schema(example = "usd")]
    currency: String,
    /// The same for people.
    #[schema(example = "49.00 USD")]
    text: String,
}

impl From<Price> for Money {
    fn from(price: Price) -> Self {
        let (amount, currency) = (price.minor_units, price.currency.as_str().to_owned());
        Self { amount, currency, text: price.to_string() }
    }
}

/// A plan.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PlanItem {
    #[schema(example = "starter")]
    id: String,
    #[schema(example = "Starter")]
    name: String,
    monthly: Money,
    yearly: Money,
    /// Credits of each month.
    #[schema(example = "1000")]
    credits: String,
    /// The most that may be spent in a day; null is no limit.
    #[schema(example = "500")]
    daily_max: Option<String>,
    /// Credits of a trial; "0" where there is none.
    #[schema(example = "100")]
    trial_credits: String,
    /// What of a month moves into the next at most; null is nothing.
    #[schema(example = "5000")]
    rollover_max: Option<String>,
    /// Which providers; null is all.
    #[schema(example = json!(["icypeas", "dropcontact", "hunter"]))]
    providers: Option<Vec<String>>,
    /// Which features; null is all.
    #[schema(example = json!(["email_reveal", "phone_reveal"]))]
    features: Option<Vec<String>>,
    /// Null is no limit.
    imports_per_month: Option<u32>,
    /// Null is no limit.
    contacts_max: Option<u32>,
    /// Null is no limit.
    members_max: Option<u32>,
}

impl PlanItem {
    pub(super) fn of(catalogue: &Catalogue, plan: &Plan) -> Self {
        let words = |set: &Option<std::collections::BTreeSet<String>>| {
            set.as_ref().map(|set| set.iter().cloned().collect())
        };
        Self {
            id: plan.id.clone(),
            name: plan.name.clone(),
            monthly: catalogue.price(plan, Cycle::Monthly).into(),
            yearly: catalogue.price(plan, Cycle::Yearly).into(),
            credits: plan.credits.to_string(),
            daily_max: plan.daily_max.map(|credits| credits.to_string()),
            trial_credits: plan.trial_credits.to_string(),
            rollover_max: plan.rollover_max.map(|credits| credits.to_string()),
            providers: words(&plan.providers),
            features: words(&plan.features),
            imports_per_month: plan.imports_per_month,
            contacts_max: plan.contacts_max,
            members_max: plan.members_max,
        }
    }
}

/// Credits that are bought once.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackageItem {
    #[schema(example = "credits_500")]
    id: String,
    #[schema(example = "500 credits")]
    name: String,
    price: Money,
    #[schema(example = "500")]
    credits: String,
    /// Months until they end; null is never.
    valid_months: Option<u32>,
}

impl PackageItem {
    pub(super) fn of(catalogue: &Catalogue, package: &Package) -> Self {
        Self {
            id: package.id.clone(),
            name: package.name.clone(),
            price: Price::new(package.price, catalogue.currency).into(),
            credits: package.credits.to_string(),
            valid_months: package.valid_months,
        }
    }
}

/// A subscription.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SubscriptionItem {
    #[schema(value_type = String, example = "sub_019900000000700080000000000000ab")]
    id: SubscriptionId,
    /// Its plan.
    #[schema(example = "starter")]
    package_id: String,
    billing_cycle: Cycle,
    status: Status,
    #[schema(example = "2026-01-05T09:00:00Z")]
    period_start: String,
    #[schema(example = "2026-02-05T09:00:00Z")]
    period_end: String,
    cancel_at_period_end: bool,
    /// The plan from the end of the period on; null where it stays.
    #[schema(example = "free")]
    next_package_id: Option<String>,
    /// How that is paid.
    next_billing_cycle: Option<Cycle>,
    /// The invoice that waits for its payment.
    #[schema(value_type = Option<String>, example = "ivc_019900000000700080000000000000ab")]
    open_invoice: Option<InvoiceId>,
    /// Since when a payment is missing.
    #[schema(example = "2026-02-05T09:00:00Z")]
    payment_missing_since: Option<String>,
}

impl SubscriptionItem {
    pub(super) fn of(one: &Subscription) -> Self {
        Self {
            id: one.id,
            package_id: one.plan.id.clone(),
            billing_cycle: one.cycle,
            status: one.status,
            period_start: one.period.start.to_string(),
            period_end: one.period.end.to_string(),
            cancel_at_period_end: one.cancel_at_period_end,
            next_package_id: one.scheduled.as_ref().map(|next| next.plan.id.clone()),
            next_billing_cycle: one.scheduled.as_ref().map(|next| next.cycle),
            open_invoice: one.open_invoice,
            payment_missing_since: one.failed_at.map(|at| at.to_string()),
        }
    }
}

/// A line of an invoice.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineItem {
    #[schema(example = "Starter, monthly")]
    description: String,
    quantity: u32,
    amount: Money,
}

impl LineItem {
    pub(super) fn of(line: &InvoiceLine, like: Price) -> Self {
        let amount = Price::new(line.amount, like.currency).into();
        Self { description: line.description.clone(), quantity: line.quantity, amount }
    }
}

/// An invoice.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvoiceItem {
    #[schema(value_type = String, example = "ivc_019900000000700080000000000000ab")]
    id: InvoiceId,
    /// Null while it is a draft.
    #[schema(example = "2026-000042")]
    number: Option<String>,
    status: InvoiceStatus,
    kind: InvoiceKind,
    net: Money,
    tax: Money,
    /// In basis points: 1900 is 19 %.
    tax_rate_bp: u16,
    total: Money,
    /// What is still to be paid.
    due: Money,
    refunded: Money,
    #[schema(example = "2026-01-05T09:00:00Z")]
    issued_at: String,
    #[schema(example = "2026-01-19T09:00:00Z")]
    due_at: Option<String>,
    #[schema(example = "2026-01-06T09:00:00Z")]
    paid_at: Option<String>,
    #[schema(example = "2026-01-05T09:00:00Z")]
    period_start: Option<String>,
    #[schema(example = "2026-02-05T09:00:00Z")]
    period_end: Option<String>,
    /// How it was paid.
    #[schema(example = "Bank statement 2026-01, line 12")]
    reference: Option<String>,
    #[schema(example = "Example Ltd")]
    buyer: Option<String>,
    #[schema(example = "DE")]
    country: Option<String>,
    #[schema(example = "DE123456789")]
    vat_id: Option<String>,
    /// Empty in lists.
    lines: Vec<LineItem>,
}

impl InvoiceItem {
    pub(super) fn of(one: &Invoice) -> Self {
        let money = |amount| Money::from(Price::new(amount, one.total.currency));
        let text = |at: Option<captely_contact::Timestamp>| at.map(|at| at.to_string());
        Self {
            id: one.id,
            number: one.shown_number(),
            status: one.status,
            kind: one.kind,
            net: money(one.net),
            tax: money(one.tax),
            tax_rate_bp: one.rate_bp,
            total: one.total.into(),
            due: money(one.due()),
            refunded: money(one.refunded),
            issued_at: one.issued_at.to_string(),
            due_at: text(one.due_at),
            paid_at: text(one.paid_at),
            period_start: text(one.period.map(|period| period.start)),
            period_end: text(one.period.map(|period| period.end)),
            reference: one.reference.clone(),
            buyer: Some(one.buyer.clone()).filter(|buyer| !buyer.is_empty()),
            country: one.country.clone(),
            vat_id: one.vat_id.clone(),
            lines: one.lines.iter().map(|line| LineItem::of(line, one.total)).collect(),
        }
    }
}
