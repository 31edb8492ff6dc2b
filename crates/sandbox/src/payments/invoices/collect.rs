//! Finalising an invoice and getting it paid: attempts, retries, and what comes of them.

use serde_json::{Value, json};

use super::super::events::announce;
use super::super::failure::Failure;
use super::super::list::whole;
use super::super::members::{Members as _, or_null};
use super::super::moments::DAY;
use super::super::payment_intents::{self, Wanted};
use super::super::payment_methods;
use super::super::settle;
use super::super::shop::Shop;
use super::super::subscriptions;

/// Draft → open, or paid where nothing is due. The customer's balance is used up first.
pub(crate) fn finalize(shop: &mut Shop, id: &str) {
    let invoice = shop.get(id);
    if invoice.text("status") != "draft" {
        return;
    }
    let customer = invoice.text("customer").to_owned();
    let (now, total) = (shop.now, invoice.int("total"));
    let balance = shop.get(&customer).int("balance") + total;
    let due = balance.max(0);
    shop.edit(&customer, |customer| customer.set("balance", balance.min(0)));
    let count = shop.all("invoice").filter(|other| other.text("customer") == customer).count();
    let tail = customer.get(customer.len().saturating_sub(8)..).unwrap_or_default();
    let number = format!("{}-{count:04}", tail.to_ascii_uppercase());
    let url = shop.page("invoice", id);
    shop.edit(id, |invoice| {
        invoice.set("status", "open");
        invoice.set("number", number);
        invoice.set("amount_due", due);
        invoice.set("amount_remaining", due);
        invoice.set("ending_balance", balance.min(0));
        invoice.set("hosted_invoice_url", url);
        if let Some(moments) = invoice.get_mut("status_transitions") {
            moments.set("finalized_at", now);
        }
    });
    if due > 0 {
        intent(shop, id);
    }
    announce(shop, "invoice.finalized", id);
    if due == 0 {
        paid(shop, id);
    }
    let due_date = shop.get(id).int("due_date");
    if due_date > 0 {
        shop.wake(id, due_date);
    }
}

/// The payment intent of an invoice, and the record that joins the two.
fn intent(shop: &mut Shop, id: &str) {
    let invoice = shop.get(id);
    let subscription = subscriptions::of_invoice(&invoice);
    let wanted = Wanted {
        amount: invoice.int("amount_due"),
        currency: invoice.text("currency"),
        customer: invoice.text("customer"),
        method: "",
    };
    let usage = or_null(if subscription.is_empty() { "" } else { "off_session" });
    let with = json!({ "_invoice": id, "setup_future_usage": usage,
        "description": if subscription.is_empty() { "Invoice" } else { "Subscription" } });
    let intent = payment_intents::make(shop, &wanted, with);
    let payment = shop.make(
        "inpay",
        "invoice_payment",
        json!({ "invoice": id, "amount_requested": wanted.amount, "amount_paid": null,
            "currency": wanted.currency, "status": "open", "is_default": true,
            "payment": { "type": "payment_intent", "payment_intent": &intent } }),
    );
    shop.put(payment);
    let secret = shop.get(&intent).text("client_secret").to_owned();
    shop.edit(id, |invoice| {
        invoice.set("_payment_intent", intent);
        invoice.set(
            "_confirmation_secret",
            json!({ "client_secret": secret, "type": "payment_intent" }),
        );
    });
    show_payments(shop, id);
}

fn show_payments(shop: &mut Shop, id: &str) {
    let payments = shop.these("invoice_payment", |payment| payment.text("invoice") == id);
    let list = whole(&payments, false, "/v1/invoice_payments");
    shop.edit(id, |invoice| invoice.set("_payments", list));
}

/// Tries to get an open invoice paid with `method`, or with the customer's own where that is empty.
pub(crate) fn pay(
    shop: &mut Shop,
    id: &str,
    method: &str,
    on_session: bool,
) -> Result<(), Failure> {
    let invoice = shop.get(id);
    let subscription = subscriptions::of_invoice(&invoice);
    let mut method = method.to_owned();
    if method.is_empty() {
        invoice.text("default_payment_method").clone_into(&mut method);
    }
    if method.is_empty() {
        method = payment_methods::default_of(shop, invoice.text("customer"), &subscription);
    }
    if method.is_empty() {
        let why = "Cannot charge customer that has no default payment method.";
        let failure = Failure::invalid(why);
        attempt_failed(shop, id, &failure);
        return Err(failure);
    }
    let intent = invoice.text("_payment_intent").to_owned();
    if shop.get(&intent).text("status") == "processing" {
        return Err(Failure::invalid("A payment of this invoice is being processed."));
    }
    shop.edit(&intent, |intent| intent.set("payment_method", method));
    match settle::charge(shop, &intent, on_session) {
        Ok(()) if shop.get(&intent).text("status") == "requires_action" => {
            announce(shop, "invoice.payment_action_required", id);
            Ok(())
        }
        Ok(()) => Ok(()),
        Err(failure) => {
            attempt_failed(shop, id, &failure);
            Err(failure)
        }
    }
}

/// The same for an invoice that is charged by itself: what fails is tried again later.
pub(crate) fn collect(shop: &mut Shop, id: &str) {
    let invoice = shop.get(id);
    if invoice.text("status") == "open" && invoice.text("collection_method") != "send_invoice" {
        // The failure is on the invoice, its intent and in the events.
        let _failed = pay(shop, id, "", false);
    }
}

/// An attempt failed: when is the next, and what becomes of the subscription.
pub(crate) fn attempt_failed(shop: &mut Shop, id: &str, failure: &Failure) {
    let invoice = shop.get(id);
    let attempts = invoice.int("attempt_count");
    let days = shop.conduct.stripe.retry_days.clone();
    // The first invoice of a subscription is its customer's to pay; the others are tried again.
    let first = ["subscription_create", "manual"].contains(&invoice.text("billing_reason"));
    let pause = usize::try_from(attempts).ok().and_then(|n| days.get(n)).filter(|_| !first);
    let next = pause.map(|days| shop.now + i64::from(*days) * DAY);
    shop.edit(id, |invoice| {
        invoice.set("attempted", true);
        invoice.set("attempt_count", attempts + 1);
        invoice.set("next_payment_attempt", next);
    });
    if let Some(next) = next {
        shop.wake(id, next);
    }
    announce(shop, "invoice.payment_failed", id);
    if failure.is_authentication() {
        announce(shop, "invoice.payment_action_required", id);
    }
    let subscription = subscriptions::of_invoice(&invoice);
    subscriptions::payment_failed(shop, &subscription, next.is_none() && !first);
}

/// A payment intent has paid an invoice.
pub(crate) fn paid_by(shop: &mut Shop, id: &str, intent: &str) {
    let now = shop.now;
    let amount = shop.get(intent).int("amount_received");
    for payment in shop.these("invoice_payment", |payment| payment.text("invoice") == id) {
        shop.edit(payment.text("id"), |payment| {
            payment.set("status", "paid");
            payment.set("amount_paid", amount);
            payment.set("status_transitions", json!({ "paid_at": now, "canceled_at": null }));
        });
    }
    show_payments(shop, id);
    shop.edit(id, |invoice| {
        let attempts = invoice.int("attempt_count") + 1;
        invoice.set("attempted", true);
        invoice.set("attempt_count", attempts);
        invoice.set("amount_paid", amount);
    });
    paid(shop, id);
}

/// The invoice is paid, by whatever means.
pub(super) fn paid(shop: &mut Shop, id: &str) {
    let now = shop.now;
    shop.edit(id, |invoice| {
        invoice.set("status", "paid");
        invoice.set("amount_remaining", 0);
        invoice.set("next_payment_attempt", Value::Null);
        if let Some(moments) = invoice.get_mut("status_transitions") {
            moments.set("paid_at", now);
        }
    });
    announce(shop, "invoice.paid", id);
    announce(shop, "invoice.payment_succeeded", id);
    let subscription = subscriptions::of_invoice(&shop.get(id));
    subscriptions::invoice_paid(shop, &subscription, id);
}

/// Open → void, with its payment intent.
pub(crate) fn void_quietly(shop: &mut Shop, id: &str) {
    let now = shop.now;
    payment_intents::cancel_quietly(shop, shop.get(id).text("_payment_intent"), "void_invoice");
    shop.edit(id, |invoice| {
        invoice.set("status", "void");
        invoice.set("next_payment_attempt", Value::Null);
        if let Some(moments) = invoice.get_mut("status_transitions") {
            moments.set("voided_at", now);
        }
    });
    announce(shop, "invoice.voided", id);
}

/// Nothing more is tried for the invoices of a subscription that is over; they stay as they are.
pub(crate) fn stop_collecting(shop: &mut Shop, subscription: &str) {
    let open = shop.these("invoice", |invoice| {
        ["draft", "open"].contains(&invoice.text("status"))
            && subscriptions::of_invoice(invoice) == subscription
    });
    for invoice in open {
        shop.edit(invoice.text("id"), |invoice| {
            invoice.set("auto_advance", false);
            invoice.set("next_payment_attempt", Value::Null);
        });
    }
}

/// The invoice's timer: a draft is finalised and charged, an open one charged again.
pub(crate) fn tick(shop: &mut Shop, id: &str) {
    let invoice = shop.get(id);
    if !invoice.is("auto_advance") {
        return;
    }
    let next = invoice.int("next_payment_attempt");
    match invoice.text("status") {
        "draft" if invoice.int("_finalize_at") <= shop.now => {
            finalize(shop, id);
            collect(shop, id);
        }
        "open" if next > 0 && next <= shop.now => collect(shop, id),
        "open" if invoice.int("due_date") > 0 && invoice.int("due_date") <= shop.now => {
            announce(shop, "invoice.overdue", id);
            let subscription = subscriptions::of_invoice(&invoice);
            subscriptions::payment_failed(shop, &subscription, false);
        }
        _ => {}
    }
}
