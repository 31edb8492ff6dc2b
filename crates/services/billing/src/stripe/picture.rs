//! A subscription of Stripe's as it was fetched, with its invoices: also those before the latest, which may be paid, or fail,
//! when another one is the latest already.

use std::collections::HashSet;

use captely_contact::Timestamp;
use captely_payments::{
    BillingReason, Invoice as Theirs, InvoiceFilter, InvoiceStatus, Subscription as AtStripe,
};

use super::Billing;
use super::fetched::Fetched;
use crate::error::BillingError;
use crate::invoice::InvoiceKind;
use crate::period::Period;
use crate::store;

/// Invoices of one subscription that are looked at, the newest: eight years of months.
const INVOICES_MAX: usize = 100;

/// What was fetched.
#[derive(Debug, Clone)]
pub(crate) struct Picture {
    pub(super) theirs: AtStripe,
    /// The oldest first.
    pub(super) invoices: Vec<Theirs>,
    /// Those of them that were kept here by then.
    pub(super) known: HashSet<String>,
    pub(super) fetched: Fetched,
}

impl Picture {
    /// The one that Stripe judges the subscription by.
    pub(super) fn latest(&self) -> Option<&Theirs> {
        let id = self.theirs.latest_invoice.as_deref()?;
        self.invoices.iter().find(|one| one.id.as_deref() == Some(id))
    }

    /// The one that its order was paid with.
    pub(super) fn first(&self) -> Option<&Theirs> {
        let began = |one: &&Theirs| one.billing_reason == Some(BillingReason::SubscriptionCreate);
        self.invoices.iter().find(began).or(self.latest())
    }

    /// Whether nothing of `period` is missing: neither the latest invoice nor another one for that time is open.
    pub(super) fn is_paid(&self, period: Period) -> bool {
        self.is_latest_paid()
            && !self.invoices.iter().any(|one| is_owed(one) && is_for(one, period.start))
    }

    /// Those that may be new here.
    pub(super) fn unknown(&self) -> impl Iterator<Item = &Theirs> {
        self.invoices.iter().filter(|one| !is_in(&self.known, one))
    }

    /// Whether the latest invoice is paid, if there is one.
    pub(super) fn is_latest_paid(&self) -> bool {
        self.latest().is_none_or(Theirs::is_paid)
    }

    /// The one that paid for the time of `period`.
    pub(super) fn payer(&self, period: Period) -> Option<&Theirs> {
        self.invoices.iter().rev().find(|one| one.is_paid() && is_for(one, period.start))
    }

    /// Those before the latest that are to be paid and are not; a draft is still on its way.
    pub(super) fn overdue(&self) -> impl Iterator<Item = &Theirs> {
        let latest = self.theirs.latest_invoice.as_deref();
        let late = |one: &Theirs| is_owed(one) && one.status != Some(InvoiceStatus::Draft);
        self.invoices.iter().filter(move |one| late(one) && one.id.as_deref() != latest)
    }
}

fn is_in(known: &HashSet<String>, one: &Theirs) -> bool {
    one.id.as_ref().is_some_and(|id| known.contains(id))
}

/// Whether it is to be paid and is not.
pub(super) fn is_owed(one: &Theirs) -> bool {
    let waits = matches!(
        one.status,
        Some(InvoiceStatus::Draft | InvoiceStatus::Open | InvoiceStatus::Uncollectible)
    );
    waits && one.amount_remaining.minor_units > 0
}

/// Whether a period that holds `at` stands on it, and not only what corrects one.
fn is_for(one: &Theirs, at: Timestamp) -> bool {
    time_of(one).is_some_and(|time| time.holds(at))
}

/// For what time it is, where a period stands on it.
pub(super) fn time_of(one: &Theirs) -> Option<Period> {
    let lines = one.lines.iter().filter(|line| !line.proration);
    let periods = lines.filter_map(|line| line.period_start.zip(line.period_end));
    periods.map(|(start, end)| Period { start, end }).find(|time| time.start < time.end)
}

/// What it is in our words.
pub(super) fn kind_of(one: &Theirs) -> InvoiceKind {
    match one.billing_reason {
        Some(BillingReason::SubscriptionCreate) => InvoiceKind::Subscription,
        Some(BillingReason::SubscriptionUpdate) => InvoiceKind::Upgrade,
        _ => InvoiceKind::Renewal,
    }
}

impl Billing {
    /// A subscription that was fetched, with its invoices, the oldest first, and `named` among them. Those that are new here and
    /// paid come with their payments, which a list leaves out.
    pub(super) async fn picture_of(
        &self,
        theirs: AtStripe,
        named: Option<&str>,
        fetched: Fetched,
    ) -> Result<Picture, BillingError> {
        let stripe = &self.stripe_access()?.client;
        let filter =
            InvoiceFilter { subscription: Some(theirs.id.clone()), ..InvoiceFilter::default() };
        let mut all = stripe.list_invoices(&filter, INVOICES_MAX).await?.objects;
        all.reverse();
        for id in named.into_iter().chain(theirs.latest_invoice.as_deref()) {
            if !all.iter().any(|one| one.id.as_deref() == Some(id)) {
                let one = match stripe.get_invoice(id).await {
                    Ok(one) => one,
                    // The preview of one that is still to come has an id too.
                    Err(why) if why.is_not_found() => continue,
                    Err(why) => return Err(why.into()),
                };
                // Behind those that are listed there are only older ones.
                if one.subscription.as_deref() == Some(&theirs.id) {
                    all.insert(0, one);
                }
            }
        }
        let mut tx = self.db.reader().await?;
        let ids = all.iter().filter_map(|one| one.id.as_deref());
        let known = store::mirrored::known(&mut tx, ids).await?;
        drop(tx);
        for one in all.iter_mut().filter(|one| one.is_paid() && one.total.minor_units > 0) {
            if is_in(&known, one) {
                continue;
            }
            let Some(id) = one.id.clone() else { continue };
            *one = stripe.get_invoice(&id).await?;
        }
        Ok(Picture { theirs, invoices: all, known, fetched })
    }
}
