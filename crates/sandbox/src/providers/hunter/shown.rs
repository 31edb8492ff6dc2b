//! Pieces that several of Hunter's answers share.

use serde_json::{Value, json};

use crate::chance::{again, below, happens};
use crate::knowledge::Verdict;
use crate::server::call::Call;

/// Hunter's word for a verdict.
pub(super) const fn status_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "valid",
        Verdict::Invalid => "invalid",
        Verdict::AcceptAll => "accept_all",
        Verdict::Webmail => "webmail",
        Verdict::Disposable => "disposable",
        Verdict::Unknown => "unknown",
    }
}

/// A day within the last four months.
pub(super) fn date(call: &Call<'_>, drawn: u64) -> String {
    call.sim.clock.day_before(call.now_ms, below(drawn, 120))
}

/// Where an address was seen.
pub(super) fn source(call: &Call<'_>, domain: &str, drawn: u64) -> Value {
    json!({
        "domain": domain,
        "uri": format!("https://{domain}/team"),
        "extracted_on": call.sim.clock.day_before(call.now_ms, 200 + below(again(drawn, 1), 300)),
        "last_seen_on": date(call, again(drawn, 2)),
        "still_on_page": happens(again(drawn, 3), 700),
    })
}

/// A value that is known of most people.
pub(super) fn sometimes(text: &str, drawn: u64) -> Option<String> {
    happens(drawn, 650).then(|| text.to_owned())
}
