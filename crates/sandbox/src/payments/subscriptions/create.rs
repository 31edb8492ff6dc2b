//! POST `/subscriptions`, and what Checkout makes.

use serde_json::{Value, json};

use super::super::cards::{self, Verdict};
use super::super::customers;
use super::super::events::announce;
use super::super::failure::Failure;
use super::super::form::Form;
use super::super::invoices::{self, Draft};
use super::super::list::whole;
use super::super::members::{Members as _, or_null};
use super::super::moments::{DAY, period_end};
use super::super::payment_methods;
use super::super::setup_intents;
use super::super::shop::Shop;
use super::items::{Item, items_of, lines, shown_item};
use super::proration;
use super::state::{TRIAL_NOTICE_S, wake};

/// The longest trial, in days; a bound of the sandbox's own.
const TRIAL_DAYS_MAX: i64 = 730;

const FIELDS: [&str; 18] = [
    "customer",
    "items",
    "payment_behavior",
    "payment_settings",
    "trial_period_days",
    "trial_end",
    "trial_settings",
    "cancel_at_period_end",
    "collection_method",
    "days_until_due",
    "proration_behavior",
    "metadata",
    "default_payment_method",
    "off_session",
    "description",
    "billing_cycle_anchor",
    "currency",
    "automatic_tax",
];
const BEHAVIOURS: [&str; 4] =
    ["allow_incomplete", "default_incomplete", "error_if_incomplete", "pending_if_incomplete"];

/// What a subscription is started with.
#[derive(Debug, Default)]
pub(crate) struct Start {
    pub(crate) customer: String,
    pub(crate) items: Vec<Item>,
    /// Its default payment method; empty for none of its own.
    pub(crate) method: String,
    pub(crate) trial_end: Option<i64>,
    pub(crate) trial_settings: Value,
    pub(crate) payment_settings: Value,
    pub(crate) metadata: Value,
    pub(crate) anchor: Option<i64>,
    /// Whether the time before a later anchor is paid for.
    pub(crate) prorates: bool,
    pub(crate) days_until_due: Option<i64>,
}

pub(crate) fn create(shop: &mut Shop, form: &Form) -> Result<Value, Failure> {
    form.only(&FIELDS)?;
    let customer = form.required("customer")?.to_owned();
    customers::alive(shop, &customer, "customer")?;
    let behaviour = form.word("payment_behavior", &BEHAVIOURS, "allow_incomplete")?;
    let method = match form.text("default_payment_method").filter(|id| !id.is_empty()) {
        Some(id) => own_method(shop, id, &customer)?,
        None => String::new(),
    };
    let start = Start {
        items: items_of(shop, form, "items")?,
        trial_end: trial_end(shop, form)?,
        trial_settings: trial_settings(form)?,
        payment_settings: form.below("payment_settings").fields,
        metadata: form.metadata(&Value::Null)?,
        anchor: form.integer("billing_cycle_anchor")?.filter(|at| *at > shop.now),
        prorates: form.plain("proration_behavior") != "none",
        days_until_due: invoices_due(form)?,
        method,
        customer,
    };
    if behaviour == "error_if_incomplete" {
        refuse_early(shop, &start)?;
    }
    let ends = form.flag("cancel_at_period_end")?.unwrap_or_default();
    let on_session = !form.flag("off_session")?.unwrap_or_default();
    let id = self::start(shop, &start);
    if ends {
        super::schedule_end(shop, &id, true);
    }
    let invoice = shop.get(&id).text("latest_invoice").to_owned();
    let charged = start.days_until_due.is_none() && shop.get(&invoice).text("status") == "open";
    if charged && behaviour != "default_incomplete" {
        // The subscription says what came of it: it stays incomplete until the invoice is paid.
        let _failed = invoices::pay(shop, &invoice, "", on_session);
    }
    Ok(shop.get(&id))
}

fn invoices_due(form: &Form) -> Result<Option<i64>, Failure> {
    invoices::days_until_due(form)
}

/// A method of that customer's.
pub(super) fn own_method(shop: &mut Shop, id: &str, customer: &str) -> Result<String, Failure> {
    let method = payment_methods::named(shop, id, "default_payment_method")?;
    if method.text("customer") != customer {
        let why = "The customer does not have a payment method with that id; attach it first.";
        return Err(Failure::invalid(why).param("default_payment_method"));
    }
    Ok(method.text("id").to_owned())
}

/// The end of the trial asked for, by days or by date.
pub(crate) fn trial_end(shop: &Shop, form: &Form) -> Result<Option<i64>, Failure> {
    if let Some(days) = form.integer("trial_period_days")? {
        if !(0..=TRIAL_DAYS_MAX).contains(&days) {
            return Err(form.wrong("trial_period_days", "must be from 0 to 730"));
        }
        return Ok((days > 0).then(|| shop.now + days * DAY));
    }
    if form.plain("trial_end") == "now" {
        return Ok(None);
    }
    match form.integer("trial_end")? {
        Some(at) if at <= shop.now => Err(form.wrong("trial_end", "must be in the future")),
        other => Ok(other),
    }
}

/// What happens at the end of a trial without a payment method.
pub(crate) fn trial_settings(form: &Form) -> Result<Value, Failure> {
    let behaviour = form.below("trial_settings").below("end_behavior");
    let words = ["cancel", "create_invoice", "pause"];
    let missing = behaviour.word("missing_payment_method", &words, "create_invoice")?;
    Ok(json!({ "end_behavior": { "missing_payment_method": missing } }))
}

/// Refuses before anything is made what the first payment would refuse.
pub(crate) fn refuse_early(shop: &Shop, start: &Start) -> Result<(), Failure> {
    if start.trial_end.is_some() {
        return Ok(());
    }
    let mut method = start.method.clone();
    if method.is_empty() {
        method = payment_methods::default_of(shop, &start.customer, "");
    }
    if method.is_empty() {
        let why = "This customer has no attached payment source or default payment method.";
        return Err(Failure::invalid(why).code("resource_missing"));
    }
    match cards::on_charging(&shop.get(&method), false) {
        Verdict::Refused(failure) => Err(failure),
        Verdict::Pays | Verdict::Asks => Ok(()),
    }
}

/// Makes the subscription with its first invoice, which is finalised but not charged.
pub(crate) fn start(shop: &mut Shop, start: &Start) -> String {
    let now = shop.now;
    let recurring = start.items.first().map_or(Value::Null, |i| i.price.at("/recurring").clone());
    let anchor = start.trial_end.or(start.anchor).unwrap_or(now);
    let end = if anchor > now {
        anchor
    } else {
        period_end(anchor, recurring.text("interval"), recurring.int("interval_count"), now)
    };
    let sub = shop.make("sub", "subscription", body(start, anchor, now));
    let id = sub.text("id").to_owned();
    let mut shown = Vec::new();
    for item in &start.items {
        shown.push(shown_item(shop, &id, item, (now, end)));
    }
    shop.put(sub);
    let url = format!("/v1/subscription_items?subscription={id}");
    shop.edit(&id, |sub| sub.set("items", whole(&shown, false, &url)));
    if start.trial_end.is_some() && start.method.is_empty() {
        let intent = setup_intents::make(shop, &start.customer, json!({ "_subscription": id }));
        shop.edit(&id, |sub| sub.set("pending_setup_intent", intent));
    }
    let invoice = first_invoice(shop, start, &id, (now, end));
    announce(shop, "customer.subscription.created", &id);
    if start.trial_end.is_some_and(|at| at - now <= TRIAL_NOTICE_S) {
        announce(shop, "customer.subscription.trial_will_end", &id);
    }
    invoices::finalize(shop, &invoice);
    wake(shop, &id);
    id
}

fn first_invoice(shop: &mut Shop, start: &Start, id: &str, period: (i64, i64)) -> String {
    let is_free = start.trial_end.is_some() || (start.anchor.is_some() && !start.prorates);
    let sub = shop.get(id);
    let mut lines = lines(shop, &sub, period, is_free);
    if start.anchor.is_some() && !is_free {
        // A first period that is cut short costs its share of a whole one.
        let recurring = sub.at("/items/data/0/price/recurring").clone();
        let whole_end = period_end(
            period.0,
            recurring.text("interval"),
            recurring.int("interval_count"),
            period.0,
        );
        let used = period.0 + whole_end - period.1;
        for line in &mut lines {
            let amount = proration::share(line.int("amount"), used, (period.0, whole_end));
            line.set("amount", amount);
        }
    }
    invoices::draft(
        shop,
        Draft {
            customer: &start.customer,
            subscription: id,
            reason: "subscription_create",
            lines,
            takes_pending: true,
            period: (period.0, period.0),
            currency: "usd",
            days_until_due: start.days_until_due,
        },
    )
}

fn body(start: &Start, anchor: i64, now: i64) -> Value {
    let currency = start.items.first().map_or("", |item| item.price.text("currency")).to_owned();
    let trial_start = start.trial_end.map(|_| now);
    let sent = start.days_until_due;
    let status = match (start.trial_end, sent) {
        (Some(_), _) => "trialing",
        (None, Some(_)) => "active",
        (None, None) => "incomplete",
    };
    json!({ "status": status, "customer": start.customer, "currency": currency,
        "start_date": now, "billing_cycle_anchor": anchor, "billing_mode": { "type": "classic" },
        "cancel_at": null, "cancel_at_period_end": false, "canceled_at": null, "ended_at": null,
        "cancellation_details": { "reason": null, "comment": null, "feedback": null },
        "collection_method": if sent.is_some() { "send_invoice" } else { "charge_automatically" },
        "days_until_due": sent, "default_payment_method": or_null(&start.method),
        "description": null, "discounts": [], "latest_invoice": null, "pause_collection": null,
        "pending_setup_intent": null, "pending_update": null, "schedule": null,
        "trial_start": trial_start, "trial_end": start.trial_end,
        "trial_settings": start.trial_settings, "payment_settings": start.payment_settings,
        "metadata": start.metadata })
}
