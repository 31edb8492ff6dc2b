//! Payment methods: cards by their test numbers, and PayPal.

use serde_json::{Value, json};

use super::cards::{self, Card, Verdict};
use super::customers;
use super::events::announce;
use super::failure::Failure;
use super::form::Form;
use super::list;
use super::members::{Members as _, items};
use super::shop::Shop;

/// POST `/payment_methods`.
pub(super) fn create(shop: &mut Shop, form: &Form) -> Result<Value, Failure> {
    form.only(&["type", "card", "paypal", "billing_details", "metadata"])?;
    let mut method = described(shop, form)?;
    method.set("metadata", form.metadata(&Value::Null)?);
    shop.put(method.clone());
    Ok(method)
}

/// A method from `type` and what goes with it, as `payment_method_data` says too.
pub(super) fn described(shop: &mut Shop, form: &Form) -> Result<Value, Failure> {
    match form.required("type")? {
        "paypal" => Ok(paypal(shop)),
        "card" => {
            let card = form.below("card");
            let number = card.required("number")?;
            let known = cards::by_number(number).ok_or_else(|| unknown_number(&card))?;
            Ok(of_card(shop, known))
        }
        _ => Err(form.wrong("type", "the sandbox takes card and paypal")),
    }
}

fn unknown_number(form: &Form) -> Failure {
    Failure::card("incorrect_number", None, "Your card number is incorrect.")
        .param(form.full("number"))
}

pub(super) fn of_card(shop: &mut Shop, card: Card) -> Value {
    let last4 = card.number.get(card.number.len().saturating_sub(4)..).unwrap_or_default();
    let method = shop.make(
        "pm",
        "payment_method",
        json!({ "type": "card", "customer": null, "billing_details": {}, "_number": card.number,
            "card": { "brand": card.brand, "last4": last4, "exp_month": 12, "exp_year": 2039,
                "country": "US", "funding": "credit", "fingerprint": card.ready } }),
    );
    shop.put(method.clone());
    method
}

/// A payer of PayPal; nobody real stands behind it.
pub(super) fn paypal(shop: &mut Shop) -> Value {
    let payer = shop.id("payer");
    let method = shop.make(
        "pm",
        "payment_method",
        json!({ "type": "paypal", "customer": null, "billing_details": {},
            "paypal": { "payer_email": format!("{}@payer.test", payer.to_lowercase()),
                "payer_id": payer, "country": "DE" } }),
    );
    shop.put(method.clone());
    method
}

/// The method that a parameter names: its id, or one of the ready ones, which is then made.
pub(super) fn named(shop: &mut Shop, id: &str, param: &str) -> Result<Value, Failure> {
    match cards::CARDS.into_iter().find(|card| card.ready == id) {
        Some(card) => Ok(of_card(shop, card)),
        None => shop.find("payment_method", id, param),
    }
}

/// A method chosen on a page: a test card's number, or `paypal`.
pub(super) fn chosen(shop: &mut Shop, method: &str) -> Result<Value, Failure> {
    if method == "paypal" {
        return Ok(paypal(shop));
    }
    let card = cards::by_number(method)
        .ok_or_else(|| Failure::card("incorrect_number", None, "Your card number is incorrect."))?;
    Ok(of_card(shop, card))
}

/// POST `/payment_methods/{id}`.
pub(super) fn update(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    form.only(&["billing_details", "card", "metadata"])?;
    let mut method = shop.find("payment_method", id, "id")?;
    let card = form.below("card");
    for name in ["exp_month", "exp_year"] {
        if let (Some(number), Some(inner)) = (card.integer(name)?, method.get_mut("card")) {
            inner.set(name, number);
        }
    }
    method.set("metadata", form.metadata(method.at("/metadata"))?);
    shop.put(method.clone());
    announce(shop, "payment_method.updated", id);
    Ok(method)
}

/// POST `/payment_methods/{id}/attach`.
pub(super) fn attach_call(shop: &mut Shop, id: &str, form: &Form) -> Result<Value, Failure> {
    form.only(&["customer"])?;
    let customer = form.required("customer")?.to_owned();
    customers::alive(shop, &customer, "customer")?;
    let method = named(shop, id, "id")?;
    if !method.at("/customer").is_null() && method.text("customer") != customer {
        return Err(Failure::invalid(
            "The payment method is attached to another customer already.",
        ));
    }
    if let Verdict::Refused(failure) = cards::on_saving(&method) {
        return Err(failure);
    }
    attach(shop, method.text("id"), &customer);
    Ok(shop.get(method.text("id")))
}

/// Attaches a method that is good to a customer; once is enough.
pub(super) fn attach(shop: &mut Shop, id: &str, customer: &str) {
    if customer.is_empty() || shop.get(id).text("customer") == customer {
        return;
    }
    shop.edit(id, |method| method.set("customer", customer));
    announce(shop, "payment_method.attached", id);
}

/// POST `/payment_methods/{id}/detach`.
pub(super) fn detach(shop: &mut Shop, id: &str) -> Result<Value, Failure> {
    let method = shop.find("payment_method", id, "id")?;
    let customer = method.text("customer").to_owned();
    if customer.is_empty() {
        return Err(Failure::invalid("The payment method is not attached to a customer."));
    }
    shop.edit(id, |method| method.set("customer", Value::Null));
    let is_it = |value: &Value| value == id;
    shop.edit(&customer, |customer| {
        if is_it(customer.at("/invoice_settings/default_payment_method"))
            && let Some(settings) = customer.get_mut("invoice_settings")
        {
            settings.set("default_payment_method", Value::Null);
        }
    });
    for sub in shop.these("subscription", |sub| is_it(sub.at("/default_payment_method"))) {
        shop.edit(sub.text("id"), |sub| sub.set("default_payment_method", Value::Null));
    }
    announce(shop, "payment_method.detached", id);
    Ok(shop.get(id))
}

/// GET `/customers/{id}/payment_methods`.
pub(super) fn of_customer(shop: &Shop, customer: &str, form: &Form) -> Result<Value, Failure> {
    list::only(form, &["type"])?;
    shop.find("customer", customer, "id")?;
    let kind = form.text("type");
    let url = format!("/v1/customers/{customer}/payment_methods");
    list::page(shop, form, "payment_method", &url, |method| {
        method.text("customer") == customer && kind.is_none_or(|kind| method.text("type") == kind)
    })
}

/// The method that an invoice of this customer is paid with: the subscription's, or the customer's.
pub(super) fn default_of(shop: &Shop, customer: &str, subscription: &str) -> String {
    let own = shop.get(subscription).text("default_payment_method").to_owned();
    if !own.is_empty() {
        return own;
    }
    let customer = shop.get(customer);
    let default = customer.at("/invoice_settings/default_payment_method");
    default.as_str().unwrap_or_default().to_owned()
}

/// Makes a method the one that the customer's invoices are paid with.
pub(super) fn make_default(shop: &mut Shop, customer: &str, method: &str) {
    let before = shop.get(customer);
    shop.edit(customer, |customer| {
        if let Some(settings) = customer.get_mut("invoice_settings") {
            settings.set("default_payment_method", method);
        }
    });
    super::events::announce_change(shop, "customer.updated", customer, &before);
}

/// Whether the account takes this type for what is paid again and again ("needs recurring payments
/// enabled for PayPal", second contract).
pub(super) fn check_types(shop: &Shop, form: &Form, is_recurring: bool) -> Result<(), Failure> {
    for kind in items(form.fields.at("/payment_method_types")) {
        match kind.as_str() {
            Some("paypal") if is_recurring && !shop.conduct.stripe.paypal_recurring => {
                return Err(Failure::invalid(
                    "The payment method type \"paypal\" is not enabled for recurring payments on this account.",
                )
                .param("payment_method_types"));
            }
            Some("card" | "paypal") => {}
            _ => {
                return Err(form.wrong("payment_method_types", "the sandbox takes card and paypal"));
            }
        }
    }
    Ok(())
}
