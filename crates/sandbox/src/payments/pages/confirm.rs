//! The page of a bank (3-D Secure) or of PayPal, where a customer agrees or not.

use super::super::failure::Failure;
use super::super::members::Members as _;
use super::super::settle;
use super::super::shop::Shop;
use super::{Sent, gone, lead, page, sum};
use crate::server::reply::Reply;

pub(super) fn show(shop: &Shop, id: &str) -> Reply {
    let intent = shop.get(id);
    if intent.text("status") != "requires_action" {
        return page(410, "Nothing to agree to", "This payment does not wait for you.", "");
    }
    let what = if intent.text("object") == "setup_intent" {
        "Allow payments in the future?".to_owned()
    } else {
        format!("Pay {}?", sum(intent.int("amount"), intent.text("currency")))
    };
    let paypal = shop.get(intent.text("payment_method")).text("type") == "paypal";
    let title = if paypal { "PayPal (test)" } else { "3-D Secure (test)" };
    let body = format!(
        "<p>{what}</p><form method=\"post\"><button name=\"action\" value=\"authorise\">Authorise\
         </button> <button name=\"action\" value=\"fail\">Fail</button></form>"
    );
    page(200, title, "", &body)
}

pub(super) fn press(shop: &mut Shop, id: &str, sent: &Sent<'_>) -> Reply {
    match decide(shop, id, sent.text("action")) {
        Ok(url) if url.is_empty() => page(200, "Done", "", "<p>You can close this page.</p>"),
        Ok(url) => lead(&url),
        Err(failure) => gone(&failure),
    }
}

/// What was pressed, and where the customer goes then: back to the session's page while that is open,
/// else to the seller; empty where no address was given.
pub(crate) fn decide(shop: &mut Shop, id: &str, action: &str) -> Result<String, Failure> {
    let agreed = match action {
        "authorise" => true,
        "fail" => false,
        _ => return Err(Failure::invalid("action must be authorise or fail").param("action")),
    };
    let back = settle::answered(shop, id, agreed)?;
    let session = shop.get(shop.get(id).text("_session"));
    if session.text("status") == "open" {
        return Ok(shop.page("checkout", session.text("id")));
    }
    Ok(back)
}
