//! Invoices.

use captely_payments::{
    Currency, InvoicePreview, NewInvoiceItem, PayInvoice, PreviewedPlan, Price, ProrationBehavior,
};
use serde_json::json;

use super::{at, check, went_out};
use crate::loopback::key;

fn invoice() -> serde_json::Value {
    json!({"id": "in_1", "status": "open", "currency": "usd"})
}

#[tokio::test]
async fn invoices() {
    let asked = went_out(invoice(), async |stripe| stripe.get_invoice("in_1").await);
    let pairs = [("expand[]", "payments"), ("expand[]", "confirmation_secret")];
    check(&asked.await, "GET", "/invoices/in_1", &pairs);

    let pay = PayInvoice { payment_method: Some("pm_1".to_owned()), off_session: Some(false) };
    let asked = went_out(invoice(), async |stripe| stripe.pay_invoice("in_1", &key(), &pay).await);
    let pairs = [("off_session", "false"), ("payment_method", "pm_1")];
    check(&asked.await, "POST", "/invoices/in_1/pay", &pairs);

    let asked = went_out(invoice(), async |stripe| stripe.finalize_invoice("in_1", &key()).await);
    check(&asked.await, "POST", "/invoices/in_1/finalize", &[]);
    let asked = went_out(invoice(), async |stripe| stripe.void_invoice("in_1", &key()).await);
    check(&asked.await, "POST", "/invoices/in_1/void", &[]);

    let preview = InvoicePreview {
        customer: None,
        subscription: Some("sub_1".to_owned()),
        plan: Some(PreviewedPlan {
            item: Some("si_1".to_owned()),
            price: "price_2".to_owned(),
            quantity: 1,
            proration: Some(ProrationBehavior::CreateProrations),
            proration_date: Some(at(5)),
            anchor_now: true,
        }),
    };
    let asked = went_out(invoice(), async |stripe| stripe.preview_invoice(&key(), &preview).await);
    let pairs = [
        ("subscription", "sub_1"),
        ("subscription_details[billing_cycle_anchor]", "now"),
        ("subscription_details[items][0][id]", "si_1"),
        ("subscription_details[items][0][price]", "price_2"),
        ("subscription_details[items][0][quantity]", "1"),
        ("subscription_details[proration_behavior]", "create_prorations"),
        ("subscription_details[proration_date]", "5"),
    ];
    check(&asked.await, "POST", "/invoices/create_preview", &pairs);

    let new = NewInvoiceItem::new("cus_1", Price::new(-500, Currency::USD));
    let answer = json!({"id": "ii_1", "amount": -500, "currency": "usd"});
    let asked = went_out(answer, async |stripe| stripe.create_invoice_item(&key(), &new).await);
    let pairs = [("amount", "-500"), ("currency", "usd"), ("customer", "cus_1")];
    check(&asked.await, "POST", "/invoiceitems", &pairs);
}
