//! A person as Apollo shows one at once: everything but the mobile.

use captely_contact::{Credits, EmailStatus, Field, PhoneType};
use serde_json::Value;

use crate::{Answer, FoundPhone, json, values, words};

/// Stands where an address is not unlocked; the domain behind it varies.
const LOCKED: &str = "email_not_unlocked@";

/// A question's person and what is known at once.
#[derive(Debug)]
pub(super) struct Matched {
    /// Apollo's id of the person; `None` for a miss.
    pub(super) person_id: Option<String>,
    pub(super) answer: Answer,
}

impl Matched {
    pub(super) fn miss() -> Self {
        let answer = Answer { said: "person=null".to_owned(), ..Answer::default() };
        Self { person_id: None, answer }
    }
}

/// What a single match cost: what Apollo says, or by its price list.
pub(super) fn price(body: &Value, person: &Value) -> Credits {
    let said = json::whole(body, "credits_consumed").map(|credits| Credits::whole(credits.max(0)));
    said.unwrap_or_else(|| if is_found(person) { Credits::whole(1) } else { Credits::ZERO })
}

/// What each match of a bulk call cost: Apollo says the sum, which those found share; the shares add
/// up to it exactly.
pub(super) fn prices(body: &Value, people: &[Value]) -> Vec<Credits> {
    match json::whole(body, "credits_consumed") {
        Some(credits) => share(credits, people, is_found),
        None => people.iter().map(|person| price(&Value::Null, person)).collect(),
    }
}

/// Splits whole credits among the people that `owes` picks, or among all if it picks none.
pub(super) fn share(credits: i64, people: &[Value], owes: impl Fn(&Value) -> bool) -> Vec<Credits> {
    let owing: Vec<bool> = people.iter().map(owes).collect();
    let nobody = !owing.contains(&true);
    let heads = i64::try_from(owing.iter().filter(|owes| **owes || nobody).count()).unwrap_or(0);
    let millis = Credits::whole(credits.max(0)).as_millis();
    let each = millis.checked_div(heads).unwrap_or(0);
    let mut rest = millis.checked_rem(heads).unwrap_or(0);
    let part = |owes: bool| {
        if !(owes || nobody) {
            return Credits::ZERO;
        }
        let extra = i64::from(rest > 0);
        rest = rest.saturating_sub(extra);
        Credits::millis(each.saturating_add(extra))
    };
    owing.into_iter().map(part).collect()
}

/// "Demographics or email found", which is what is charged: a thin person with only a name is not.
fn is_found(person: &Value) -> bool {
    let texts = ["title", "linkedin_url", "headline", "city", "country", "seniority"];
    unlocked_email(person).is_some()
        || texts.iter().any(|key| json::text(person, key).is_some())
        || !json::list(person, "employment_history").is_empty()
        || person.get("organization").is_some_and(Value::is_object)
}

fn unlocked_email(person: &Value) -> Option<&str> {
    json::text(person, "email").filter(|email| !email.to_ascii_lowercase().starts_with(LOCKED))
}

/// Reads a person; `price` is what the match cost.
pub(super) fn read(person: &Value, price: Credits) -> Matched {
    let word = json::text(person, "email_status");
    let email = unlocked_email(person).and_then(|text| {
        let (percent, status) = judge(word.unwrap_or_default(), extrapolated(person));
        values::email(text, percent, status)
    });
    let locked = json::text(person, "email").is_some() && unlocked_email(person).is_none();
    let said = format!("email_status={}", if locked { "locked" } else { word.unwrap_or("null") });
    let mut extras =
        values::extras(person, &[(Field::Title, "title"), (Field::LinkedinUrl, "linkedin_url")]);
    let mut phones = Vec::new();
    if let Some(company) = person.get("organization") {
        let keys = [(Field::Company, "name"), (Field::Domain, "primary_domain")];
        extras.extend(values::extras(company, &keys));
        phones.extend(company_phone(company));
    }
    let answer = Answer {
        emails: email.into_iter().collect(),
        phones,
        extras,
        charged: price,
        said: words::cut(&said),
    };
    Matched { person_id: json::id(person, "id"), answer }
}

/// The employer's number: the first answer never has the person's own, so this one is a company-wide
/// number with little weight.
fn company_phone(company: &Value) -> Option<FoundPhone> {
    let primary = company.get("primary_phone");
    let primary =
        primary.and_then(|p| json::text(p, "sanitized_number").or_else(|| json::text(p, "number")));
    let raw = primary.or_else(|| json::text(company, "phone"))?;
    Some(values::phone(raw, PhoneType::Uan, 15))
}

/// Our percentage for Apollo's words; the numbers are our judgement. A word that the contract does not
/// know is taken for a weak find.
fn judge(word: &str, extrapolated: Option<u8>) -> (u8, Option<EmailStatus>) {
    match word.to_ascii_lowercase().as_str() {
        "verified" => (95, Some(EmailStatus::Valid)),
        "likely to engage" | "likely_to_engage" => (85, None),
        // A guess by the company's pattern, however sure Apollo is of the pattern, is not verified.
        "extrapolated" | "guessed" => (extrapolated.unwrap_or(40).min(80), None),
        "unverified" => (50, Some(EmailStatus::Unknown)),
        "unavailable" => (10, Some(EmailStatus::Unknown)),
        _ => (40, None),
    }
}

/// The scale is not documented: a number up to 1 is taken for a share, a larger one for percent.
fn extrapolated(person: &Value) -> Option<u8> {
    let number = person.get("extrapolated_email_confidence")?.as_f64()?;
    let percent = if number <= 1.0 { number * 100.0 } else { number };
    (0..=100_u8).rev().find(|whole| f64::from(*whole) <= percent)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn words_and_guesses() {
        for (word, guess, percent) in [
            ("verified", json!(null), 95),
            ("Verified", json!(null), 95),
            ("likely to engage", json!(null), 85),
            ("guessed", json!(0.63), 63),
            ("extrapolated", json!(97), 80),
            ("extrapolated", json!("high"), 40),
            ("guessed", json!(-1), 40),
            ("unverified", json!(null), 50),
            ("a word of tomorrow", json!(null), 40),
        ] {
            let person = json!({"id": "1", "email": "a@example.com", "email_status": word,
                "extrapolated_email_confidence": guess});
            let answer = read(&person, Credits::whole(1)).answer;
            assert_eq!(answer.emails[0].confidence.as_percent(), percent, "{word} {guess}");
        }
    }

    #[test]
    fn a_locked_address_is_none_and_a_thin_person_is_free() {
        let thin = json!({"id": "1", "name": "A B", "email": "email_not_unlocked@domain.com"});
        let matched = read(&thin, price(&json!({}), &thin));
        assert!(matched.answer.emails.is_empty());
        assert_eq!(matched.answer.charged, Credits::ZERO);
        assert_eq!(matched.answer.said, "email_status=locked");
    }

    #[test]
    fn shares_add_up() {
        let person = json!({"title": "x"});
        let people = [person.clone(), json!(null), person.clone(), person];
        let shares = prices(&json!({"credits_consumed": 2}), &people);
        let millis: Vec<i64> = shares.iter().map(|credits| credits.as_millis()).collect();
        assert_eq!(millis, [667, 0, 667, 666]);
        assert_eq!(share(1, &[json!(null)], |_| false), [Credits::whole(1)]);
        assert_eq!(share(1, &[], |_| true), []);
    }
}
