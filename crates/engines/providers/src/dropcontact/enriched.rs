//! The records that came back, given to the questions they belong to.

use captely_contact::{Credits, Field, PhoneType};
use serde_json::Value;

use super::qualification::judge;
use crate::{Answer, Outcome, ProviderError, Ticket, json, values, words};

/// For each ticket of `request` its outcome; `None` for tickets of other requests.
pub(super) fn outcomes(
    records: &[Value],
    request: &str,
    tickets: &[Ticket],
) -> Vec<Option<Outcome>> {
    let of_request = |ticket: &&Ticket| ticket.ticket == request;
    let alone = tickets.iter().filter(of_request).count() == 1;
    let outcome = |ticket: &Ticket| {
        if !of_request(&ticket) {
            return None;
        }
        let marked =
            records.iter().find(|record| mark(record).as_ref() == Some(&ticket.question.mark));
        // A lone record for a lone question is its answer even if the mark was lost on the way, but
        // not if it carries another question's mark.
        let lone = match records {
            [record] if alone && mark(record).is_none() => Some(record),
            _ => None,
        };
        Some(match marked.or(lone) {
            Some(record) => Ok(answer(record)),
            None => Err(ProviderError::Garbled {
                detail: "the answer has no record with the question's mark".to_owned(),
            }),
        })
    };
    tickets.iter().map(outcome).collect()
}

fn mark(record: &Value) -> Option<String> {
    json::id(record.get("custom_fields")?, "row")
}

fn answer(record: &Value) -> Answer {
    let mut answer = Answer { said: "email=none".to_owned(), ..Answer::default() };
    let mut said = Vec::new();
    for (address, qualification) in addresses(record) {
        let verdict = judge(qualification);
        said.push(qualification);
        if verdict.charged {
            answer.charged = Credits::whole(1); // one credit, however many addresses
        }
        if !verdict.withheld {
            answer.emails.extend(values::email(address, verdict.percent, verdict.status));
        }
    }
    if !said.is_empty() {
        answer.said = words::cut(&format!("qualification={}", said.join(",")));
    }
    answer.emails.sort_by_key(|found| std::cmp::Reverse(found.confidence));
    let numbers = [("mobile_phone", PhoneType::Mobile, 70), ("phone", PhoneType::Unknown, 40)];
    for (key, kind, percent) in numbers {
        answer.phones.extend(json::text(record, key).map(|raw| values::phone(raw, kind, percent)));
    }
    let keys = [
        (Field::Title, "job"),
        (Field::Company, "company"),
        (Field::Domain, "website"),
        (Field::LinkedinUrl, "linkedin"),
    ];
    answer.extras = values::extras(record, &keys);
    answer
}

/// Addresses with their verdicts: a list of objects by the contract; a bare text, alone or in a
/// list, is understood too.
fn addresses(record: &Value) -> Vec<(&str, &str)> {
    match record.get("email") {
        Some(Value::Array(entries)) => entries.iter().filter_map(address).collect(),
        Some(entry) => address(entry).into_iter().collect(),
        None => Vec::new(),
    }
}

fn address(entry: &Value) -> Option<(&str, &str)> {
    match entry {
        Value::String(text) if !text.trim().is_empty() => Some((text.trim(), "")),
        _ => {
            let qualification = json::text(entry, "qualification").unwrap_or_default();
            json::text(entry, "email").map(|address| (address, qualification))
        }
    }
}
