//! Answers of our own under what an outside verifier says.

use captely_contact::{CatchAll, Confidence, EmailStatus, PhoneType};
use captely_providers::{CheckedEmail, CheckedPhone, LineStatus};
use captely_verification::{OutsideAnswer, OutsideFound};

use super::answer::Checked;
use super::details::Details;

/// The most that a number can score of which the verifier says that it is none. This and the others stand in
/// docs/verification/phones.md too; a test holds both together.
const NO_NUMBER_MAX: u8 = 15;
/// The most that a line can score that is out of use.
const INACTIVE_MAX: u8 = 5;
/// Taken off where a line cannot be reached now.
const UNREACHABLE: u8 = 30;
/// Put on where a line is in use.
const IN_USE: u8 = 5;

/// The answer with what the outside verifier of this name says in place of what our own check left open.
pub(super) fn over(title: &str, own: Checked, said: OutsideAnswer) -> Checked {
    let words = match &said.found {
        OutsideFound::Email(found) => found.said.clone(),
        OutsideFound::Phone(found) => words_of_number(found),
    };
    let words = format!("{title} says {words} (asked {}, ${}).", said.at, said.cost);
    let mut evidence = own.evidence;
    evidence.push(words.clone());
    let reason = format!("{words} Our own check: {}", own.reason);
    let own = Checked { reason, evidence, ..own };
    match said.found {
        OutsideFound::Email(found) if found.status == EmailStatus::Unknown => own,
        OutsideFound::Email(found) => Checked { at: said.at, ..address(own, found) },
        OutsideFound::Phone(found) => Checked { at: said.at, ..number(own, found) },
    }
}

fn address(own: Checked, found: CheckedEmail) -> Checked {
    let percent = found.confidence.map(Confidence::as_percent);
    let catch_all = match found.catch_all {
        CatchAll::NotTested => own.catch_all,
        told => told.as_str(),
    };
    Checked {
        status: found.status.as_str(),
        safe: found.safety.as_str(),
        catch_all,
        percent: percent.or(own.percent),
        score: percent.unwrap_or(own.score),
        suggestion: found.suggestion.map_or(own.suggestion, |email| email.to_string()),
        retry_at: None,
        ..own
    }
}

fn number(own: Checked, found: CheckedPhone) -> Checked {
    let (status, safe, score) = match found.line {
        _ if !found.valid => ("invalid", "invalid", own.score.min(NO_NUMBER_MAX)),
        LineStatus::Inactive => ("invalid", "invalid", own.score.min(INACTIVE_MAX)),
        LineStatus::Unreachable => (own.status, "risky", own.score.saturating_sub(UNREACHABLE)),
        LineStatus::Active | LineStatus::Reachable => {
            (own.status, own.safe, own.score.saturating_add(IN_USE).min(100))
        }
        LineStatus::Unknown | LineStatus::NotAsked => (own.status, own.safe, own.score),
    };
    let details = match own.details {
        Details::Phone { own, .. } => Details::Phone { own, outside: Some(Box::new(found)) },
        other => other,
    };
    Checked { status, safe, score, details, ..own }
}

/// Its type, who serves it, and whether it is in use where that was asked: `mobile, Example Mobile, active`.
fn words_of_number(found: &CheckedPhone) -> String {
    if !found.valid {
        return found.said.clone();
    }
    let kind = match found.kind {
        PhoneType::Unknown => "unknown type".to_owned(),
        kind => kind.as_str().replace('_', " "),
    };
    let line = match found.line {
        LineStatus::NotAsked => None,
        LineStatus::Unknown => Some("line status unknown"),
        told => Some(told.as_str()),
    };
    let parts = [Some(kind.as_str()), found.carrier.as_deref(), line];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = include_str!("../../../../../docs/verification/phones.md");

    #[test]
    fn the_page_for_users_holds_these_scores() {
        for row in [
            format!("| no number | `invalid` | `invalid` | at most {NO_NUMBER_MAX} |"),
            format!("| `inactive` | `invalid` | `invalid` | at most {INACTIVE_MAX} |"),
            format!("| `unreachable` | our own | `risky` | {UNREACHABLE} off |"),
            format!("| `active`, `reachable` | our own | our own | {IN_USE} on, at most 100 |"),
        ] {
            assert!(PAGE.contains(&row), "{row}");
        }
    }

    #[test]
    fn words() {
        let found = CheckedPhone {
            valid: true,
            kind: PhoneType::TollFree,
            carrier: Some("Example Telecom".to_owned()),
            country: None,
            line: LineStatus::NotAsked,
            said: "valid=true".to_owned(),
            charged: captely_contact::Credits::ZERO,
        };
        let of = |line, kind| words_of_number(&CheckedPhone { line, kind, ..found.clone() });
        let mobile = of(LineStatus::Active, PhoneType::Mobile);
        assert_eq!(mobile, "mobile, Example Telecom, active");
        let free = of(LineStatus::NotAsked, PhoneType::TollFree);
        assert_eq!(free, "toll free, Example Telecom", "nobody asked the network");
        let untold = of(LineStatus::Unknown, PhoneType::Unknown);
        assert_eq!(untold, "unknown type, Example Telecom, line status unknown");
        let said = "valid=false errors=TOO_SHORT".to_owned();
        let none = CheckedPhone { valid: false, said, ..found };
        assert_eq!(words_of_number(&none), "valid=false errors=TOO_SHORT");
    }
}
