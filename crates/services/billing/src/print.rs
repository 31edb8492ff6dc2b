//! An invoice on paper.

use std::fmt::Write as _;

use captely_payments::Price;

use crate::invoice::{Invoice, InvoiceStatus};
use crate::service::BillingSettings;

const STYLE: &str = "\
body{font:14px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}\
table{width:100%;border-collapse:collapse;margin:1.5rem 0}td,th{padding:.3rem;text-align:left;\
border-bottom:1px solid #ccc}.n{text-align:right}.sum td{border:0;font-weight:bold}pre{font:inherit;\
white-space:pre-wrap;margin:0}@media print{body{margin:0}}";

/// A page without scripts, everything in it escaped.
pub(crate) fn page(invoice: &Invoice, settings: &BillingSettings) -> String {
    let number = invoice.shown_number().unwrap_or_else(|| "draft".to_owned());
    let money = |amount| Price::new(amount, invoice.total.currency).to_string();
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Invoice {number}</title>\
         <style>{STYLE}</style></head><body><h1>Invoice {number}</h1><p><strong>From</strong></p>\
         <pre>{}</pre><p><strong>To</strong></p><pre>{}</pre>",
        escaped(&settings.seller),
        escaped(&buyer(invoice)),
    );
    let _ = write!(out, "<p>Issued: {}", day(&invoice.issued_at.to_string()));
    if let Some(period) = invoice.period {
        let (start, end) = (period.start.to_string(), period.end.to_string());
        let _ = write!(out, "<br>For: {} to {}", day(&start), day(&end));
    }
    if let Some(due) = invoice.due_at.filter(|_| invoice.due() > 0) {
        let _ = write!(out, "<br>To be paid until: {}", day(&due.to_string()));
    }
    out.push_str(
        "</p><table><tr><th>What</th><th class=\"n\">Quantity</th><th class=\"n\">Amount</th></tr>",
    );
    for line in &invoice.lines {
        let (what, amount) = (escaped(&line.description), money(line.amount));
        let quantity = line.quantity;
        let _ = write!(
            out,
            "<tr><td>{what}</td><td class=\"n\">{quantity}</td><td class=\"n\">{amount}</td></tr>"
        );
    }
    for (what, amount) in sums(invoice) {
        let amount = money(amount);
        let _ = write!(
            out,
            "<tr class=\"sum\"><td>{what}</td><td></td><td class=\"n\">{amount}</td></tr>"
        );
    }
    let _ = write!(out, "</table><p>{}</p>", escaped(&standing(invoice, settings)));
    out.push_str("</body></html>");
    out
}

fn sums(invoice: &Invoice) -> Vec<(String, i64)> {
    let mut out = Vec::new();
    if invoice.tax != 0 {
        let (whole, part) = (invoice.rate_bp / 100, invoice.rate_bp % 100);
        out.push(("Without tax".to_owned(), invoice.net));
        out.push((format!("Tax {whole}.{part:02} %"), invoice.tax));
    }
    out.push(("Total".to_owned(), invoice.total.minor_units));
    if invoice.refunded > 0 {
        out.push(("Paid back".to_owned(), invoice.refunded.saturating_neg()));
    }
    out
}

fn buyer(invoice: &Invoice) -> String {
    let mut out = invoice.buyer.clone();
    for more in [&invoice.country, &invoice.vat_id].into_iter().flatten() {
        out.push('\n');
        out.push_str(more);
    }
    out
}

fn standing(invoice: &Invoice, settings: &BillingSettings) -> String {
    match (invoice.status, invoice.paid_at) {
        (InvoiceStatus::Paid, Some(at)) => format!("Paid on {}.", day(&at.to_string())),
        (InvoiceStatus::Void, _) => "This invoice is void: nothing is to be paid.".to_owned(),
        _ => settings.payment_terms.clone(),
    }
}

/// The day of a moment in RFC 3339.
fn day(moment: &str) -> &str {
    moment.get(..10).unwrap_or(moment)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
