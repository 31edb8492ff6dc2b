//! A search as Icypeas shows it: its state, and what it found.

use std::time::Duration;

use captely_contact::{Credits, EmailStatus, PhoneType, Timestamp};
use serde_json::Value;

use super::said;
use crate::{Answer, FoundEmail, FoundPhone, Outcome, ProviderError, json, values, words};

/// How deep the credits are looked for in an answer whose nesting is not documented.
const DEPTH_MAX: u8 = 6;

/// The outcome of a search; `None` while it runs. Final is every state that is not a running one.
pub(super) fn outcome(item: &Value) -> Option<Outcome> {
    let status = json::text(item, "status").map(str::to_ascii_uppercase);
    let Some(status) = status else {
        let detail = "the search has no status".to_owned();
        return Some(Err(ProviderError::Garbled { detail }));
    };
    match status.as_str() {
        "NONE" | "SCHEDULED" | "IN_PROGRESS" => None,
        "BAD_INPUT" => {
            let detail = "the search ended as BAD_INPUT".to_owned();
            Some(Err(ProviderError::BadQuestion { detail }))
        }
        "INSUFFICIENT_FUNDS" => Some(Err(ProviderError::OutOfCredits)),
        "ABORTED" => {
            let detail = "the search was aborted".to_owned();
            Some(Err(ProviderError::Failed { status: 200, detail }))
        }
        _ => Some(Ok(answer(item, &status))),
    }
}

/// Our mark, which comes back with the search.
pub(super) fn mark(item: &Value) -> Option<&str> {
    json::text(item.get("userData")?, "externalId")
}

/// Searches are looked for so much further back than they were asked.
const BACK_MARGIN: Duration = Duration::from_hours(1);

/// When a search was made, microseconds since 1970 by Icypeas' clock.
fn made(item: &Value) -> Option<i64> {
    let text = json::text(item.get("system")?, "createdAt")?;
    text.parse().ok().map(Timestamp::as_micros)
}

/// When the first search of a page was made.
pub(super) fn made_first(items: &[Value]) -> Option<i64> {
    items.first().and_then(made)
}

/// Whether whatever follows this page of the list was made longer than `ago` before the search of
/// `newest`, and so before now: the page shows the newest first, and its last one is as old. Only
/// Icypeas' own clock counts. The list's order is not documented; where it is another one, or the
/// times cannot be read, this is false.
pub(super) fn all_behind_are_older(items: &[Value], newest: Option<i64>, ago: Duration) -> bool {
    let times: Vec<Option<i64>> = items.iter().map(made).collect();
    let falling = times.is_sorted_by(|one, next| one.is_some() && next.is_some() && one >= next);
    let back = i64::try_from(ago.saturating_add(BACK_MARGIN).as_micros()).unwrap_or(i64::MAX);
    let oldest = times.last().copied().flatten();
    let apart = newest.zip(oldest).map(|(newest, oldest)| newest.saturating_sub(oldest));
    falling && apart.is_some_and(|apart| apart > back)
}

fn answer(item: &Value, status: &str) -> Answer {
    let none = Value::Null;
    let results = item.get("results").unwrap_or(&none);
    let listed = json::list(results, "emails");
    let best = listed.iter().find_map(|entry| json::text(entry, "certainty"));
    let mut emails: Vec<FoundEmail> = listed.iter().filter_map(found).collect();
    emails.sort_by_key(|found| std::cmp::Reverse(found.confidence));
    // FOUND and DEBITED are charged by the contract's words; so is, to be on the safe side, any
    // other final state that brings an address.
    let charged = matches!(status, "FOUND" | "DEBITED") || !emails.is_empty();
    Answer {
        emails,
        phones: json::list(results, "phones").iter().filter_map(phone).collect(),
        extras: Vec::new(),
        charged: if charged { Credits::whole(1) } else { Credits::ZERO },
        said: said(status, best),
    }
}

fn found(entry: &Value) -> Option<FoundEmail> {
    let text = entry.as_str().or_else(|| json::text(entry, "email"))?;
    let (percent, status) = judge(json::text(entry, "certainty").unwrap_or_default())?;
    values::email(text, percent, status)
}

/// The certainties' documented percentages. `sure` stands in older documentation only; a word that
/// nobody documents is taken for a weak find.
fn judge(certainty: &str) -> Option<(u8, Option<EmailStatus>)> {
    match certainty.to_ascii_lowercase().as_str() {
        "ultra_sure" | "very_sure" => Some((99, Some(EmailStatus::Valid))),
        "sure" => Some((97, None)),
        "probable" => Some((95, None)),
        "undeliverable" => Some((0, Some(EmailStatus::Invalid))),
        "not_found" => None,
        _ => Some((50, None)),
    }
}

/// The list of phones is normally empty and its shape is not documented.
fn phone(entry: &Value) -> Option<FoundPhone> {
    let named = || json::text(entry, "phone").or_else(|| json::text(entry, "number"));
    let raw = entry.as_str().or_else(named)?;
    Some(values::phone(&words::cut(raw), PhoneType::Unknown, 40))
}

/// The first number called `credits` in an answer, wherever it stands.
pub(super) fn credits(value: &Value, depth: u8) -> Option<i64> {
    if depth > DEPTH_MAX {
        return None;
    }
    if let Some(credits) = json::whole(value, "credits") {
        return Some(credits);
    }
    let deeper = depth.saturating_add(1);
    match value {
        Value::Object(map) => map.values().find_map(|inner| credits(inner, deeper)),
        Value::Array(items) => items.iter().find_map(|inner| credits(inner, deeper)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn states() {
        let state = |status: &str| outcome(&json!({"_id": "a", "status": status}));
        for running in ["NONE", "SCHEDULED", "IN_PROGRESS", "in_progress"] {
            assert_eq!(state(running), None, "{running}");
        }
        let charged = |status: &str| state(status).unwrap().unwrap().charged;
        assert_eq!(charged("DEBITED"), Credits::whole(1));
        for free in ["NOT_FOUND", "DEBITED_NOT_FOUND", "A_STATE_OF_TOMORROW"] {
            assert_eq!(charged(free), Credits::ZERO, "{free}");
        }
        assert_eq!(state("INSUFFICIENT_FUNDS"), Some(Err(ProviderError::OutOfCredits)));
        assert!(matches!(outcome(&json!({})), Some(Err(ProviderError::Garbled { .. }))));
    }

    #[test]
    fn the_surest_address_comes_first() {
        let item = json!({"status": "FOUND", "results": {"emails": [
            {"email": "a@example.com", "certainty": "not_documented"},
            {"email": "b@example.com", "certainty": "probable"},
            {"email": "no address", "certainty": "ultra_sure"},
            {"email": "c@example.com", "certainty": "ULTRA_SURE"},
            {"email": "d@example.com", "certainty": "not_found"}]}});
        let answer = outcome(&item).unwrap().unwrap();
        let got: Vec<_> =
            answer.emails.iter().map(|e| (e.email.local(), e.confidence.as_percent())).collect();
        assert_eq!(got, [("c", 99), ("b", 95), ("a", 50)]);
    }

    #[test]
    fn what_follows_is_older_only_where_the_list_falls() {
        let item = |hour: u32| json!({"system": {"createdAt": format!("2026-01-01T{hour:02}:00:00.000Z")}});
        let check = |hours: &[u32], expected: bool| {
            let items: Vec<Value> = hours.iter().map(|hour| item(*hour)).collect();
            let (newest, ago) = (made_first(&[item(20)]), Duration::from_hours(5));
            assert_eq!(all_behind_are_older(&items, newest, ago), expected, "{hours:?}");
        };
        check(&[20, 16, 13], true);
        check(&[13, 12], true);
        check(&[20, 16, 14], false);
        check(&[12, 16, 20], false);
        check(&[20, 12, 15, 10], false);
        check(&[], false);
        assert!(!all_behind_are_older(&[item(1)], None, Duration::ZERO));
        assert!(!all_behind_are_older(
            &[item(1), json!({})],
            made_first(&[item(9)]),
            Duration::ZERO
        ));
    }

    #[test]
    fn credits_wherever_they_stand() {
        assert_eq!(credits(&json!({"item": [{"plan": {"credits": 812.5}}]}), 0), Some(812));
        assert_eq!(credits(&json!({"credits": "7"}), 0), Some(7));
        assert_eq!(credits(&json!({"success": true}), 0), None);
    }
}
