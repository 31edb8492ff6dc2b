//! The page of a Checkout session.

use super::super::checkout::{self, Next};
use super::super::members::{Members as _, items};
use super::super::shop::Shop;
use super::{Sent, card_field, gone, lead, page, sum};
use crate::server::html::escaped;
use crate::server::reply::Reply;

pub(super) fn show(shop: &Shop, id: &str, why: &str) -> Reply {
    let session = match shop.find("checkout.session", id, "id") {
        Ok(session) => session,
        Err(failure) => return gone(&failure),
    };
    if session.text("status") != "open" {
        let why = format!("This session is {}.", session.text("status"));
        return page(410, "Checkout", &why, "");
    }
    let currency = session.text("currency");
    let row = |line: &serde_json::Value| {
        let (what, many) = (escaped(line.text("description")), line.int("quantity"));
        format!("<li>{many} × {what}: {}</li>", sum(line.int("amount_total"), currency))
    };
    let rows: String = items(session.at("/_line_items/data")).iter().map(row).collect();
    let total = sum(session.int("amount_total"), currency);
    let cancel = session.text("cancel_url");
    let back = if cancel.is_empty() {
        String::new()
    } else {
        format!("<p><a href=\"{}\">Back</a></p>", escaped(cancel))
    };
    let button = |method: &str, label: &str| {
        format!("<button name=\"method\" value=\"{method}\">{label}</button> ")
    };
    let mut buttons = button("card", "Pay by card");
    if items(session.at("/payment_method_types")).iter().any(|kind| kind == "paypal") {
        buttons.push_str(&button("paypal", "PayPal"));
    }
    if session.text("payment_method_collection") == "if_required"
        && session.int("amount_total") == 0
    {
        buttons.push_str(&button("none", "Go on without a card"));
    }
    let email = escaped(session.text("customer_email"));
    let body = format!(
        "<ul>{rows}</ul><p>Due now: <strong>{total}</strong></p><form method=\"post\">\
         <p><label>E-mail <input name=\"email\" type=\"email\" value=\"{email}\"></label></p>\
         <p>{}</p><p>{buttons}</p></form>{back}",
        card_field()
    );
    page(if why.is_empty() { 200 } else { 402 }, "Checkout", why, &body)
}

pub(super) fn press(shop: &mut Shop, id: &str, sent: &Sent<'_>) -> Reply {
    let choice = match sent.text("method") {
        "paypal" => "paypal",
        "none" => "none",
        _ => sent.text("card"),
    };
    match checkout::pay(shop, id, choice, sent.text("email")) {
        Ok(Next::Done(url) | Next::Ask(url)) => lead(&url),
        Err(failure) => show(shop, id, failure.message()),
    }
}
