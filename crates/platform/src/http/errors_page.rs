//! `/docs/errors`: every code with what it means and what to do, where `type` of a problem points.

use std::fmt::Write as _;

use super::Code;

const STYLE: &str = "\
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}body{max-width:46rem;margin:2rem auto;\
padding:0 1rem}h2{margin-top:2rem;font-size:1.1rem}code{font-size:1rem}h2 small{font-weight:normal}\
:target{outline:2px solid;outline-offset:.5rem}";

/// The page.
pub(super) fn page(codes: &[&Code]) -> String {
    let mut codes = codes.to_vec();
    codes.sort_by_key(|code| (code.status, code.name));
    let mut out = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>Captely: error codes</title><style>{STYLE}</style></head>\
         <body><main><h1>Error codes</h1><p>A refused request is answered as \
         <code>application/problem+json</code> (RFC 9457). Programs branch on <code>code</code>, which \
         does not change; people read <code>detail</code>. <code>trace</code> names the request in the \
         server's log.</p>"
    );
    for code in codes {
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "<section><h2 id=\"{0}\"><code>{0}</code> <small>HTTP {1}</small></h2><p>{2} {3}</p></section>",
            code.name,
            code.status,
            escaped(code.title),
            escaped(code.help)
        );
    }
    out.push_str("</main></body></html>");
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_an_anchor() {
        let page = page(crate::http::codes::ALL);
        for code in crate::http::codes::ALL {
            assert!(page.contains(&format!("id=\"{}\"", code.name)), "{}", code.name);
        }
    }
}
