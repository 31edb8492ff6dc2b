//! ZeroBounce's `status` and `sub_status` in our words.

use captely_contact::{CatchAll, Confidence, Credits, EmailStatus, Safety};
use serde_json::Value;

use crate::{CheckedEmail, json};

/// What a pair of words means. The percentages are our judgement.
struct Verdict {
    status: EmailStatus,
    safety: Safety,
    percent: Option<u8>,
}

/// The finding in an answer, with words that are still to be cleaned; `None` where it has no `status`, the one thing that was bought.
pub(super) fn read(body: &Value) -> Option<CheckedEmail> {
    let status = json::text(body, "status")?.to_ascii_lowercase();
    let sub = json::text(body, "sub_status").unwrap_or_default().to_ascii_lowercase();
    let catch_all = catch_all(body, &status, &sub);
    let verdict = judge(&status, &sub, catch_all);
    let unknown = status == "unknown";
    Some(CheckedEmail {
        status: verdict.status,
        safety: verdict.safety,
        catch_all,
        confidence: verdict.percent.map(Confidence::percent),
        free_provider: json::flag(body, "free_email"),
        disposable: (sub == "disposable").then_some(true),
        role: sub.starts_with("role_based").then_some(true),
        suggestion: json::text(body, "did_you_mean").and_then(|text| text.parse().ok()),
        said: said(body, &status, &sub),
        charged: if unknown { Credits::ZERO } else { Credits::whole(1) },
        retry: unknown,
    })
}

/// What the domain does with names that nobody has. "No" is believed only of a server that was heard to
/// tell one name from another.
fn catch_all(body: &Value, status: &str, sub: &str) -> CatchAll {
    let takes_all = ["accept_all", "role_based_accept_all", "role_based_catch_all"];
    match json::flag(body, "catchall_domain") {
        _ if status == "catch-all" || takes_all.contains(&sub) => CatchAll::Yes,
        Some(true) => CatchAll::Yes,
        Some(false) if status == "valid" || sub == "mailbox_not_found" => CatchAll::No,
        _ => CatchAll::NotTested,
    }
}

fn judge(status: &str, sub: &str, catch_all: CatchAll) -> Verdict {
    use EmailStatus as E;
    let (status, safety, percent) = match (status, sub) {
        // Beside "valid", a domain that takes every name leaves the mailbox unproven all the same.
        ("valid", _) if catch_all == CatchAll::Yes => (E::AcceptAll, Safety::Risky, Some(80)),
        ("valid", _) => (E::Valid, Safety::Safe, Some(97)),
        // It exists, and its owner may empty it.
        ("invalid", "mailbox_quota_exceeded") => (E::Unknown, Safety::Risky, Some(30)),
        ("invalid", _) => (E::Invalid, Safety::Invalid, Some(1)),
        ("catch-all", _) | ("do_not_mail", "role_based_catch_all") => {
            (E::AcceptAll, Safety::Risky, Some(55))
        }
        ("do_not_mail", "disposable") => (E::Disposable, Safety::Risky, None),
        ("do_not_mail", "role_based") => (E::Valid, Safety::Risky, Some(90)),
        // Its owner reports senders; its mail goes on to who knows where.
        ("abuse", _) | ("do_not_mail", "mx_forward") => (E::Unknown, Safety::Risky, None),
        // Traps take mail, and list who sends it as a spammer. The other reasons not to mail (toxic,
        // possible trap, suppressed everywhere, and what may come) are not weighed by us either.
        ("spamtrap" | "do_not_mail", _) => (E::Unknown, Safety::Invalid, None),
        _ => (E::Unknown, Safety::Unknown, None),
    };
    Verdict { status, safety, percent }
}

fn said(body: &Value, status: &str, sub: &str) -> String {
    let provider = json::text(body, "smtp_provider").unwrap_or_default();
    let words = [("status", status), ("sub_status", sub), ("smtp_provider", provider)];
    let told = words.iter().filter(|(_, word)| !word.is_empty());
    told.map(|(name, word)| format!("{name}={word}")).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(body: &Value, expected: (&str, &str, &str)) -> CheckedEmail {
        let found = read(body).unwrap();
        let got = (found.status.as_str(), found.safety.as_str(), found.catch_all.as_str());
        assert_eq!(got, expected, "{body}");
        found
    }

    #[test]
    fn every_documented_pair_of_words() {
        for (status, sub, expected) in [
            ("valid", "", ("valid", "safe", "not_tested")),
            ("valid", "gold", ("valid", "safe", "not_tested")),
            ("valid", "accept_all", ("accept_all", "risky", "yes")),
            ("valid", "role_based_accept_all", ("accept_all", "risky", "yes")),
            ("invalid", "mailbox_not_found", ("invalid", "invalid", "not_tested")),
            ("invalid", "mailbox_quota_exceeded", ("unknown", "risky", "not_tested")),
            ("invalid", "no_dns_entries", ("invalid", "invalid", "not_tested")),
            ("catch-all", "", ("accept_all", "risky", "yes")),
            ("spamtrap", "", ("unknown", "invalid", "not_tested")),
            ("abuse", "", ("unknown", "risky", "not_tested")),
            ("do_not_mail", "disposable", ("disposable", "risky", "not_tested")),
            ("do_not_mail", "role_based", ("valid", "risky", "not_tested")),
            ("do_not_mail", "role_based_catch_all", ("accept_all", "risky", "yes")),
            ("do_not_mail", "toxic", ("unknown", "invalid", "not_tested")),
            ("do_not_mail", "possible_trap", ("unknown", "invalid", "not_tested")),
            ("do_not_mail", "mx_forward", ("unknown", "risky", "not_tested")),
            ("do_not_mail", "a_new_word", ("unknown", "invalid", "not_tested")),
            ("unknown", "greylisted", ("unknown", "unknown", "not_tested")),
            ("a_new_word", "", ("unknown", "unknown", "not_tested")),
        ] {
            check(&json!({"status": status, "sub_status": sub}), expected);
        }
    }

    #[test]
    fn only_unknown_is_free_and_worth_asking_again() {
        for (status, charged, retry) in
            [("unknown", 0, true), ("invalid", 1_000, false), ("a_new_word", 1_000, false)]
        {
            let found = read(&json!({"status": status})).unwrap();
            assert_eq!((found.charged.as_millis(), found.retry), (charged, retry), "{status}");
        }
    }

    #[test]
    fn flags_come_in_many_types() {
        let body = json!({"status": "Valid", "sub_status": null, "catchall_domain": "false",
            "free_email": "true", "did_you_mean": "asha@gmail.com"});
        let found = check(&body, ("valid", "safe", "no"));
        assert_eq!(found.free_provider, Some(true));
        assert_eq!(found.suggestion.unwrap().as_str(), "asha@gmail.com");
        check(&json!({"status": "valid", "catchall_domain": true}), ("accept_all", "risky", "yes"));
        check(
            &json!({"status": "unknown", "catchall_domain": false}),
            ("unknown", "unknown", "not_tested"),
        );
        let odd = json!({"status": "valid", "catchall_domain": null, "free_email": 1, "did_you_mean": "?"});
        let found = check(&odd, ("valid", "safe", "not_tested"));
        assert_eq!((found.free_provider, found.suggestion), (None, None));
        assert!(
            read(&json!({"status": ""})).is_none() && read(&json!({"address": "a@b.c"})).is_none()
        );
    }
}
