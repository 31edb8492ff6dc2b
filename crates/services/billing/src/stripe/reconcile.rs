//! Stripe's books are compared with ours; what differs is kept until it does not any more. Nothing is changed: whatever is
//! only late is mended by fetching it, or by calling again, the rest is for people.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use captely_contact::Timestamp;
use captely_payments::{
    EventFilter, InvoiceFilter, InvoiceStatus, Subscription as AtStripe, SubscriptionFilter,
    SubscriptionStatus,
};

use super::Billing;
use super::apply::Followed;
use super::fetched::Fetched;
use crate::error::BillingError;
use crate::model::Finding;
use crate::store;
use crate::store::subscription::AtStripe as Ours;

/// What is compared in one run.
const COMPARED_MAX: usize = 10_000;
const PAGE: u32 = 1_000;
/// How far back events are looked for that never came: the comparison is daily, and Stripe itself tries for three days.
const EVENTS_BACK: Duration = Duration::from_hours(24 * 4);
/// What tells of money that no list of subscriptions or invoices shows.
const MONEY: [&str; 6] = [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "payment_intent.succeeded",
    "charge.refunded",
    "charge.dispute.created",
    "charge.dispute.closed",
];
/// Findings that are shown.
const SHOWN_MAX: u32 = 1_000;

impl Billing {
    /// Fetches what Stripe has, lets ours follow, and notes what still differs. How many differences there are.
    pub(crate) async fn reconcile(&self) -> Result<usize, BillingError> {
        self.make_up_for_events().await?;
        let stripe = &self.stripe_access()?.client;
        let filter = SubscriptionFilter::default();
        // Before the list: what another worker keeps meanwhile stays.
        let (at, marks) = (self.now(), self.marks().await?);
        let theirs = stripe.list_subscriptions(&filter, COMPARED_MAX).await?.objects;
        let mut found = Vec::new();
        for one in &theirs {
            let fetched = Fetched { at, over: marks.get(&one.id).copied() };
            match Box::pin(self.follow_listed(one, fetched)).await {
                Ok(overdue) => found.extend(overdue),
                Err(why) => {
                    tracing::warn!(subscription = one.id, error = %why, "Ours could not follow Stripe's");
                }
            }
        }
        let ours = self.all_at_stripe().await?;
        let there: BTreeSet<&str> = theirs.iter().map(|one| one.id.as_str()).collect();
        for one in ours.iter().filter(|one| !there.contains(one.stripe_id.as_str())) {
            if let Err(why) = Box::pin(self.refresh_subscription(&one.stripe_id, None)).await {
                tracing::warn!(subscription = one.stripe_id, error = %why, "Ours could not follow Stripe's");
            }
        }
        found.extend(compare(&self.all_at_stripe().await?, &theirs));
        found.extend(self.missing_invoices().await?);
        found.extend(self.call_again().await?);
        let mut tx = self.db.writer().await?;
        store::finding::note(&mut tx, &found, self.now()).await?;
        tx.commit().await?;
        Ok(found.len())
    }

    /// Makes ours like one of a list; that may have taken a while, so that ours is newer by now. Which of its invoices are not
    /// paid although later ones may be.
    async fn follow_listed(
        &self,
        theirs: &AtStripe,
        fetched: Fetched,
    ) -> Result<Vec<Finding>, BillingError> {
        let picture = self.picture_of(theirs.clone(), None, fetched).await?;
        if self.follow(&picture).await? == Followed::Older {
            self.refresh_subscription(&theirs.id, None).await?;
        }
        let overdue = picture.overdue().filter_map(|one| {
            let left = one.amount_remaining.to_string();
            Some(finding(one.id.as_deref()?, "invoice_unpaid", &theirs.id, &left))
        });
        Ok(overdue.collect())
    }

    /// Deals again with what moved money of late, the oldest first: what was dealt with before does no more.
    async fn make_up_for_events(&self) -> Result<(), BillingError> {
        let stripe = &self.stripe_access()?.client;
        let filter = EventFilter {
            kinds: MONEY.map(str::to_owned).to_vec(),
            created_from: Some(self.now().minus(EVENTS_BACK)),
            starting_after: None,
        };
        let events = stripe.list_events(&filter, COMPARED_MAX).await?.objects;
        for event in events.iter().rev() {
            if let Err(why) = Box::pin(self.deal_with(event)).await {
                tracing::warn!(event = event.id, error = %why, "An event of Stripe's could not be made up for");
            }
        }
        Ok(())
    }

    /// When each subscription was fetched as it stands here, by Stripe's names.
    async fn marks(&self) -> Result<BTreeMap<String, Timestamp>, BillingError> {
        let mut out: BTreeMap<String, Timestamp> = BTreeMap::new();
        loop {
            let after = out.last_key_value().map(|(id, _)| id.clone()).unwrap_or_default();
            let page = store::subscription::marks(&self.db, &after, PAGE).await?;
            if page.is_empty() {
                return Ok(out);
            }
            out.extend(page);
        }
    }

    async fn all_at_stripe(&self) -> Result<Vec<Ours>, BillingError> {
        let mut out: Vec<Ours> = Vec::new();
        while out.len() < COMPARED_MAX {
            let after = out.last().map(|one| one.stripe_id.clone()).unwrap_or_default();
            let page = store::subscription::at_stripe(&self.db, &after, PAGE).await?;
            if page.is_empty() {
                break;
            }
            out.extend(page);
        }
        Ok(out)
    }

    /// Invoices that Stripe collected and that we do not have.
    async fn missing_invoices(&self) -> Result<Vec<Finding>, BillingError> {
        let stripe = &self.stripe_access()?.client;
        let filter = InvoiceFilter { status: Some(InvoiceStatus::Paid), ..Default::default() };
        let theirs = stripe.list_invoices(&filter, COMPARED_MAX).await?.objects;
        let mut found = Vec::new();
        let mut tx = self.db.reader().await?;
        let ids = theirs.iter().filter_map(|one| one.id.as_deref());
        let known = store::mirrored::known(&mut tx, ids).await?;
        drop(tx);
        for one in theirs {
            let Some(id) = one.id.filter(|_| one.total.minor_units > 0) else { continue };
            if !known.contains(&id) {
                found.push(finding(&id, "invoice_missing_here", "-", &one.total.to_string()));
            }
        }
        Ok(found)
    }

    /// What the last comparison found.
    pub(crate) async fn findings(&self) -> Result<Vec<Finding>, BillingError> {
        self.stripe_access()?;
        Ok(store::finding::list(&self.db, SHOWN_MAX).await?)
    }
}

pub(super) fn finding(subject: &str, kind: &str, ours: &str, theirs: &str) -> Finding {
    let zero = Timestamp::default();
    Finding {
        subject: subject.to_owned(),
        kind: kind.to_owned(),
        ours: ours.to_owned(),
        theirs: theirs.to_owned(),
        first_seen_at: zero,
        last_seen_at: zero,
    }
}

fn compare(ours: &[Ours], theirs: &[AtStripe]) -> Vec<Finding> {
    let mut open: BTreeMap<&str, &Ours> =
        ours.iter().map(|one| (one.stripe_id.as_str(), one)).collect();
    let mut found = Vec::new();
    for there in theirs {
        let id = there.id.as_str();
        let status = there.status.as_str();
        let Some(here) = open.remove(id) else {
            if !matches!(there.status, SubscriptionStatus::Incomplete) {
                found.push(finding(id, "missing_here", "-", status));
            }
            continue;
        };
        let same = match here.status.as_str() {
            "unpaid" => matches!(status, "unpaid" | "paused"),
            ours => ours == status,
        };
        if !same {
            found.push(finding(id, "status", &here.status, status));
        }
        if here.cancel_at_period_end != there.ending().is_some() {
            let word = |ends: bool| if ends { "ends with its period" } else { "goes on" };
            let (ours, theirs) = (word(here.cancel_at_period_end), word(there.ending().is_some()));
            found.push(finding(id, "ending", ours, theirs));
        }
        let end = there.period_end().map(|end| end.to_string()).unwrap_or_default();
        if here.period_end.to_string() != end {
            found.push(finding(id, "period_end", &here.period_end.to_string(), &end));
        }
    }
    for (id, here) in open {
        let ours = format!("{} of {}", here.status, here.workspace);
        found.push(finding(id, "missing_there", &ours, "-"));
    }
    found
}
