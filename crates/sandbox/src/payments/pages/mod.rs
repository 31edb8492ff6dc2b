//! The pages of Stripe's that customers see: payment, agreement, invoice, portal. A `POST` of a page's
//! form does what its button says and leads on with 303.

mod checkout;
mod confirm;
mod invoice;
mod portal;

pub(super) use confirm::decide;
pub(super) use invoice::pay as pay_invoice;
pub(super) use portal::use_card;

use hyper::Method;

use super::failure::Failure;
use super::shop::Shop;
use crate::server::html;
use crate::server::reply::Reply;

/// What a page's form sent.
pub(super) struct Sent<'a>(pub(super) &'a [(String, String)]);

impl Sent<'_> {
    /// A field; empty where it is absent.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.trim())
    }
}

/// Answers below [`super::PAGES`]: `/checkout/cs_…` and the like.
pub(super) fn answer(shop: &mut Shop, method: &Method, path: &str, sent: &Sent<'_>) -> Reply {
    let mut segments = path.trim_start_matches('/').splitn(2, '/');
    let (page, id) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
    let is_post = method == Method::POST;
    if !is_post && method != Method::GET {
        return Reply::text(405, "GET shows the page, POST presses its button");
    }
    match (page, is_post) {
        ("checkout", false) => checkout::show(shop, id, ""),
        ("checkout", true) => checkout::press(shop, id, sent),
        ("confirm", false) => confirm::show(shop, id),
        ("confirm", true) => confirm::press(shop, id, sent),
        ("invoice", false) => invoice::show(shop, id, ""),
        ("invoice", true) => invoice::press(shop, id, sent),
        ("portal", false) => portal::show(shop, id, ""),
        ("portal", true) => portal::press(shop, id, sent),
        _ => Reply::text(404, "There is no such page."),
    }
}

/// A page; `why` says what went wrong before.
fn page(status: u16, title: &str, why: &str, body: &str) -> Reply {
    let alert = if why.is_empty() {
        String::new()
    } else {
        format!("<p role=\"alert\">{}</p>", html::escaped(why))
    };
    let title = html::escaped(title);
    let note = "<p><small>A page of the sandbox: nothing is charged anywhere.</small></p>";
    html::page(status, &title, &format!("<h1>{title}</h1>{alert}{body}{note}"))
}

fn gone(failure: &Failure) -> Reply {
    page(failure.status(), "Nothing to see", failure.message(), "")
}

/// Leads on to another address.
fn lead(to: &str) -> Reply {
    // The seller's address goes into a header, where a line break would start another.
    let to: String = to.chars().filter(|c| !c.is_control() && c.is_ascii()).collect();
    Reply::text(303, "").with("location", to)
}

/// A sum with its currency, for people.
fn sum(amount: i64, currency: &str) -> String {
    let (sign, amount) = (if amount < 0 { "-" } else { "" }, amount.unsigned_abs());
    format!("{sign}{}.{:02} {}", amount / 100, amount % 100, currency.to_ascii_uppercase())
}

/// A field for a test card's number.
fn card_field() -> String {
    let option = |card: super::cards::Card| {
        let (number, name) = (card.number, card.ready);
        format!("<option value=\"{number}\">{name}</option>")
    };
    let options: String = super::cards::CARDS.into_iter().map(option).collect();
    format!(
        "<label>Test card <input name=\"card\" list=\"cards\" value=\"4242424242424242\" \
         inputmode=\"numeric\"></label><datalist id=\"cards\">{options}</datalist>"
    )
}
