//! The mail that was handed over: as JSON, and as pages.

use super::{refuse, shown, value};
use crate::outbox::CaughtMail;
use crate::server::html::{escaped, page as page_of};
use crate::server::reply::Reply;
use crate::sim::Sim;

/// GET `/_sandbox/mail`: the latest thousand, oldest first.
pub(super) fn list(sim: &Sim) -> Reply {
    shown(&sim.outbox.mails())
}

/// GET `/_sandbox/mail.html`: the same as a page, newest first; with `?number=` one mail.
pub(super) fn page(sim: &Sim, query: &[(String, String)]) -> Reply {
    let mails = sim.outbox.mails();
    let Some(wanted) = value(query, "number") else {
        return html(&list_page(&mails));
    };
    let mail = wanted.parse().ok().and_then(|n: u64| mails.iter().find(|mail| mail.number == n));
    mail.map_or_else(
        || refuse(404, "there is no such mail; GET /_sandbox/mail lists them"),
        |mail| html(&mail_page(mail)),
    )
}

fn html(body: &str) -> Reply {
    page_of(200, "Mail in the sandbox", body)
}

fn list_page(mails: &[CaughtMail]) -> String {
    let rows: String = mails.iter().rev().map(row).collect();
    format!(
        "<h1>Mail in the sandbox</h1><p>Nothing is delivered. Newest first.</p>\
         <table><thead><tr><th>No.</th><th>To</th><th>Subject</th></tr></thead>\
         <tbody>{rows}</tbody></table>"
    )
}

fn row(mail: &CaughtMail) -> String {
    let (to, subject) = (escaped(&mail.to.join(", ")), escaped(&mail.subject));
    let number = mail.number;
    format!(
        "<tr><td>{number}</td><td>{to}</td>\
         <td><a href=\"/_sandbox/mail.html?number={number}\">{subject}</a></td></tr>"
    )
}

fn mail_page(mail: &CaughtMail) -> String {
    let (from, to) = (escaped(&mail.from), escaped(&mail.to.join(", ")));
    let text = mail.text.as_deref().or(mail.raw.as_deref()).unwrap_or_default();
    let frame = mail.html.as_deref().map_or_else(String::new, |html| {
        format!(
            "<iframe sandbox title=\"The mail as HTML\" style=\"width:100%;height:48rem\" \
             srcdoc=\"{}\"></iframe>",
            escaped(html)
        )
    });
    format!(
        "<p><a href=\"/_sandbox/mail.html\">All mail</a></p><h1>{}</h1>\
         <p>From {from} to {to}</p><pre style=\"white-space:pre-wrap\">{}</pre>{frame}",
        escaped(&mail.subject),
        escaped(text)
    )
}
