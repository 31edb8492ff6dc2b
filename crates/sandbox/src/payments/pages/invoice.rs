//! The page of an invoice: what `hosted_invoice_url` leads to.

use super::super::failure::Failure;
use super::super::invoices;
use super::super::members::{Members as _, items};
use super::super::payment_methods;
use super::super::shop::Shop;
use super::{Sent, card_field, gone, lead, page, sum};
use crate::server::html::escaped;
use crate::server::reply::Reply;

pub(super) fn show(shop: &Shop, id: &str, why: &str) -> Reply {
    let invoice = match shop.find("invoice", id, "id") {
        Ok(invoice) => invoice,
        Err(failure) => return gone(&failure),
    };
    let currency = invoice.text("currency");
    let row = |line: &serde_json::Value| {
        let what = escaped(line.text("description"));
        format!("<li>{what}: {}</li>", sum(line.int("amount"), currency))
    };
    let rows: String = items(invoice.at("/lines/data")).iter().map(row).collect();
    let status = escaped(invoice.text("status"));
    let form = if invoice.text("status") == "open" {
        format!(
            "<form method=\"post\"><p>{}</p><button name=\"method\" value=\"card\">Pay by card\
             </button> <button name=\"method\" value=\"paypal\">PayPal</button></form>",
            card_field()
        )
    } else {
        String::new()
    };
    let due = sum(invoice.int("amount_remaining"), currency);
    let body =
        format!("<p>Status: {status}</p><ul>{rows}</ul><p>Due: <strong>{due}</strong></p>{form}");
    page(
        if why.is_empty() { 200 } else { 402 },
        &format!("Invoice {}", invoice.text("number")),
        why,
        &body,
    )
}

pub(super) fn press(shop: &mut Shop, id: &str, sent: &Sent<'_>) -> Reply {
    let choice = if sent.text("method") == "paypal" { "paypal" } else { sent.text("card") };
    match pay(shop, id, choice) {
        Ok(url) => lead(&url),
        Err(failure) => show(shop, id, failure.message()),
    }
}

/// Pays an open invoice with its owner there; where they go then.
pub(crate) fn pay(shop: &mut Shop, id: &str, choice: &str) -> Result<String, Failure> {
    let invoice = shop.find("invoice", id, "id")?;
    if invoice.text("status") != "open" {
        return Err(Failure::invalid(format!("This invoice is {}.", invoice.text("status"))));
    }
    let method = payment_methods::chosen(shop, choice)?;
    let (intent, page) = (invoice.text("_payment_intent").to_owned(), shop.page("invoice", id));
    shop.edit(&intent, |intent| intent.set("_return_url", page.as_str()));
    invoices::pay(shop, id, method.text("id"), true)?;
    if shop.get(&intent).text("status") == "requires_action" {
        return Ok(shop.page("confirm", &intent));
    }
    Ok(page)
}
