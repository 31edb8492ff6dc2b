//! The mobiles that Apollo finds after its first answer.

use captely_contact::{Credits, PhoneType};
use serde_json::Value;

use super::person::share;
use crate::{Answer, FoundPhone, json, values, words};

/// What a mobile costs.
pub(super) const MOBILE_CREDITS: i64 = 8;

/// The end of a search for phones.
#[derive(Debug, Default)]
pub(super) struct Found {
    people: Vec<Person>,
    /// Set where Apollo no longer has the result.
    lost: Option<String>,
}

#[derive(Debug)]
struct Person {
    id: Option<String>,
    phones: Vec<FoundPhone>,
    charged: Credits,
    said: Option<String>,
}

/// `None` while the result is not there.
pub(super) fn read(body: &Value) -> Option<Found> {
    let Some(result) = body.get("webhook_result").filter(|result| result.is_object()) else {
        let status = json::text(body, "webhook_status").unwrap_or_default();
        let ended = ["success", "failed", "failure", "error"].contains(&status);
        return ended.then(Found::default);
    };
    let people = json::list(result, "people");
    let prices = match json::whole(result, "credits_consumed") {
        Some(credits) => share(credits, people, has_mobile),
        None => people.iter().map(listed_price).collect(),
    };
    let people = people.iter().zip(prices).map(|(person, charged)| Person {
        id: json::id(person, "id"),
        phones: json::list(person, "phone_numbers").iter().filter_map(number).collect(),
        charged,
        said: json::list(person, "phone_numbers").first().map(said),
    });
    Some(Found { people: people.collect(), lost: None })
}

impl Found {
    /// The result is gone at Apollo, by its own `code`; what was known before stays.
    pub(super) fn lost(code: &str) -> Self {
        Self { people: Vec::new(), lost: Some(code.to_owned()) }
    }

    /// `answer` with the phones of the person `id` before the employer's, and their price.
    pub(super) fn added_to(&self, mut answer: Answer, id: &str) -> Answer {
        let own = self.people.iter().find(|person| match &person.id {
            Some(found) => found == id,
            None => self.people.len() == 1,
        });
        let phone_said = match own {
            Some(person) => {
                let mut phones = person.phones.clone();
                phones.append(&mut answer.phones);
                answer.phones = phones;
                answer.charged = answer.charged.plus(person.charged);
                person.said.clone()
            }
            None => self.lost.clone(),
        };
        let phone_said = phone_said.unwrap_or_else(|| "none".to_owned());
        answer.said = words::cut(&format!("{} phone={phone_said}", answer.said));
        answer
    }
}

fn is_mobile(entry: &Value) -> bool {
    json::text(entry, "type_cd").is_some_and(|kind| kind.eq_ignore_ascii_case("mobile"))
}

fn has_mobile(person: &Value) -> bool {
    json::list(person, "phone_numbers").iter().any(is_mobile)
}

fn listed_price(person: &Value) -> Credits {
    Credits::whole(if has_mobile(person) { MOBILE_CREDITS } else { 0 })
}

fn number(entry: &Value) -> Option<FoundPhone> {
    let sanitized = json::text(entry, "sanitized_number");
    let raw = json::text(entry, "raw_number").or(sanitized)?;
    let kind = match json::text(entry, "type_cd").unwrap_or_default().to_ascii_lowercase().as_str()
    {
        "mobile" => PhoneType::Mobile,
        "work_hq" => PhoneType::Uan,
        "work_direct" | "home" => PhoneType::Fixed,
        "other" => PhoneType::Other,
        _ => PhoneType::Unknown,
    };
    let mut phone = values::phone(raw, kind, percent(entry));
    phone.e164 = sanitized.and_then(values::international).or(phone.e164);
    Some(phone)
}

/// Our percentage for Apollo's words; the numbers are our judgement.
fn percent(entry: &Value) -> u8 {
    let word = json::text(entry, "confidence_cd").unwrap_or_default().to_ascii_lowercase();
    let percent: u8 = match word.as_str() {
        "high" => 90,
        "medium" => 70,
        "low" => 40,
        _ => 50,
    };
    let status = json::text(entry, "status_cd").unwrap_or_default().to_ascii_lowercase();
    match status.as_str() {
        "valid_number" => percent,
        status if status.starts_with("invalid") => 5,
        _ => percent.min(60),
    }
}

fn said(entry: &Value) -> String {
    let word = |key| json::text(entry, key).unwrap_or("null");
    let words = [word("type_cd"), word("confidence_cd"), word("status_cd"), word("dnc_status_cd")];
    let [kind, confidence, status, do_not_call] = words;
    format!("{kind}/{confidence}/{status} dnc={do_not_call}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn each_person_gets_their_own_phones_and_price() {
        let body = json!({"webhook_status": "success", "webhook_result": {"credits_consumed": 8,
            "people": [
                {"id": "a", "phone_numbers": []},
                {"id": "b", "phone_numbers": [
                    {"raw_number": "+91 98200 00000", "sanitized_number": "+919820000000",
                     "confidence_cd": "high", "status_cd": "valid_number", "type_cd": "mobile"}]}]}});
        let found = read(&body).unwrap();
        let a = found.added_to(Answer::default(), "a");
        assert_eq!((a.phones.len(), a.charged), (0, Credits::ZERO));
        let b = found.added_to(Answer::default(), "b");
        assert_eq!((b.phones[0].kind, b.charged), (PhoneType::Mobile, Credits::whole(8)));
        assert_eq!(b.phones[0].confidence.as_percent(), 90);
        assert_eq!(found.added_to(Answer::default(), "nobody").said, "phone=none");
    }

    #[test]
    fn pending_and_ended() {
        assert!(read(&json!({"webhook_status": "pending"})).is_none());
        assert!(read(&json!({})).is_none());
        assert!(read(&json!({"webhook_status": "success", "webhook_result": null})).is_some());
    }

    #[test]
    fn doubtful_numbers_weigh_less() {
        let of = |confidence: &str, status: &str| {
            percent(&json!({"confidence_cd": confidence, "status_cd": status}))
        };
        assert_eq!(of("high", "valid_number"), 90);
        assert_eq!(of("high", "no_status"), 60);
        assert_eq!(of("high", "invalid_number"), 5);
        assert_eq!(of("new word", "valid_number"), 50);
    }
}
