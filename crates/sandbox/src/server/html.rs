//! Pages that people look at.

use super::reply::Reply;

/// A page; `title` and `body` are HTML.
pub(crate) fn page(status: u16, title: &str, body: &str) -> Reply {
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
         <body style=\"font-family:sans-serif;max-width:60rem;margin:2rem auto\">{body}</body></html>"
    );
    Reply::raw(status, "text/html; charset=utf-8", page)
}

/// For text and for attributes in double quotes.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
