//! Hunter, `https://api.hunter.io/v2`: the e-mail finder, answered at once or, now and then, later.

mod account;
mod verifier;

use std::time::Duration;

use captely_contact::{Credits, EmailStatus, Field, PhoneType, Usd};
use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::Url;
use serde_json::Value;

pub use self::verifier::HunterVerifier;
use crate::endpoint::Endpoint;
use crate::turn::Turn;
use crate::{
    Answer, Asked, Http, Outcome, Provider, ProviderError, ProviderSettings, Question, Reply,
    SetupError, Sheet, Ticket, json, values, words,
};

/// The ticket of a question that Hunter answered with 202: the same request, sent again later. The
/// repeat is not charged twice.
const REPEAT: &str = "repeat";

/// Client of Hunter's e-mail finder. One call carries one question.
pub struct Hunter {
    sheet: Sheet,
    endpoint: Endpoint,
    finder: Url,
    account: Url,
    turn: Turn,
}

impl Hunter {
    /// No I/O.
    pub fn new(http: Http, settings: &ProviderSettings) -> Result<Self, SetupError> {
        let sheet = settings.applied_to(Self::SHEET);
        let endpoint = account::endpoint(http, &settings.account(&sheet))?;
        let (finder, account) = (endpoint.url("/email-finder"), endpoint.url("/account"));
        Ok(Self { sheet, endpoint, finder, account, turn: Turn::default() })
    }

    /// The sheet with our defaults; the price of a credit is an assumption.
    pub(crate) const SHEET: Sheet = Sheet {
        name: "hunter",
        title: "Hunter",
        docs: "https://hunter.io/api-documentation/v2",
        key_variables: &["HUNTER_API_KEY"],
        gives: &[Field::Email],
        rides_along: &[Field::Title, Field::Company, Field::Domain, Field::LinkedinUrl],
        email_credits_max: Credits::whole(1),
        phone_credits_max: Credits::ZERO,
        usd_per_credit: Usd::micros(34_000),
        calls_per_minute: 20,
        own_limits: &[(15, Duration::from_secs(1)), (500, Duration::from_mins(1))],
        questions_per_call: 1,
        credits_cover_whole_call: false,
        polled: true,
        polls_per_minute: None,
        polls_per_settle: 1,
        poll_every: Duration::from_secs(5),
        poll_for: Duration::from_mins(2),
        tickets_per_poll: 1,
        can_settle: false,
        charged_when: "1 credit if an address is found",
    };

    /// The finder's address for a question: (domain, or company, or LinkedIn handle) and a name.
    fn finder_url(&self, question: &Question) -> Result<Url, ProviderError> {
        let person = &question.person;
        let handle = linkedin_handle(&person.linkedin_url);
        let place = match (&person.domain, person.company.trim(), handle) {
            (Some(domain), _, _) => ("domain", domain.as_str()),
            (None, company, _) if !company.is_empty() => ("company", company),
            (None, _, Some(handle)) => ("linkedin_handle", handle),
            _ => return Err(bad_question("there is no domain, company or LinkedIn address")),
        };
        let mut url = self.finder.clone();
        let mut query = url.query_pairs_mut();
        query.append_pair(place.0, place.1);
        match (person.first_name.trim(), person.last_name.trim()) {
            ("", "") if place.0 == "linkedin_handle" => {}
            ("", "") => return Err(bad_question("there is no name")),
            (first, "") => drop(query.append_pair("full_name", first)),
            ("", last) => drop(query.append_pair("full_name", last)),
            (first, last) => {
                query.append_pair("first_name", first).append_pair("last_name", last);
            }
        }
        drop(query);
        Ok(url)
    }

    /// One finder call: `None` while Hunter works on it. An inner error concerns the question, an
    /// outer one every call.
    async fn find(&self, question: &Question) -> Result<Option<Outcome>, ProviderError> {
        let url = match self.finder_url(question) {
            Ok(url) => url,
            Err(faulty) => return Ok(Some(Err(faulty))),
        };
        let reply = self.endpoint.get(url).await?;
        match reply.status {
            200 | 201 => self.read(&reply).map(|answer| Some(Ok(answer))),
            202 => Ok(None),
            404 if self.endpoint.json(&reply).is_ok() => {
                let said = self.endpoint.words(&reply);
                Ok(Some(Ok(Answer { said, ..Answer::default() })))
            }
            _ => match account::refusal(&self.endpoint, &reply) {
                error @ (ProviderError::BadQuestion { .. } | ProviderError::PersonRefused) => {
                    Ok(Some(Err(error)))
                }
                error => Err(error),
            },
        }
    }

    fn read(&self, reply: &Reply) -> Result<Answer, ProviderError> {
        let body = self.endpoint.json(reply)?;
        let Some(data) = body.get("data").filter(|data| data.is_object()) else {
            return Err(self.endpoint.garbled("the answer has no object \"data\""));
        };
        match data.get("email") {
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(found(data, text)),
            None | Some(Value::Null | Value::String(_)) => {
                Ok(Answer { said: "email=null".to_owned(), ..Answer::default() })
            }
            Some(_other) => Err(self.endpoint.garbled("\"email\" is no text")),
        }
    }
}

fn bad_question(detail: &str) -> ProviderError {
    ProviderError::BadQuestion { detail: detail.to_owned() }
}

/// `https://www.linkedin.com/in/asharao/` → `asharao`.
fn linkedin_handle(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("/in/")?;
    rest.split(['/', '?', '#']).next().filter(|handle| !handle.is_empty())
}

fn found(data: &Value, email: &str) -> Answer {
    let score = json::percent(data, "score");
    let accept_all = json::flag(data, "accept_all").unwrap_or(false);
    let verdict = data.get("verification").and_then(|v| json::text(v, "status"));
    let (percent, status) = judge(score, verdict, accept_all);
    let keys = [
        (Field::Title, "position"),
        (Field::Company, "company"),
        (Field::Domain, "domain"),
        (Field::LinkedinUrl, "linkedin_url"),
    ];
    let phones = json::text(data, "phone_number");
    let score = score.map_or_else(|| "null".to_owned(), |score| score.to_string());
    Answer {
        emails: values::email(email, percent, status).into_iter().collect(),
        phones: phones.map(|p| values::phone(p, PhoneType::Unknown, 40)).into_iter().collect(),
        extras: values::extras(data, &keys),
        charged: Credits::whole(1),
        said: words::cut(&format!(
            "score={score} status={} accept_all={accept_all}",
            verdict.unwrap_or("null")
        )),
    }
}

/// Our percentage from Hunter's two: `score` says how sure Hunter is that the address is the
/// person's, `verification.status` whether it takes mail. The caps are our judgement.
fn judge(score: Option<u8>, verdict: Option<&str>, accept_all: bool) -> (u8, Option<EmailStatus>) {
    let at_most = |cap: u8| score.unwrap_or(cap).min(cap);
    let status = verdict.and_then(|word| word.to_ascii_lowercase().parse().ok());
    match (status, accept_all) {
        // A mailbox that exists halves the doubt that the score leaves.
        (Some(EmailStatus::Valid), false) => {
            let doubt = 100_u8.saturating_sub(score.unwrap_or(80));
            (100_u8.saturating_sub(doubt / 2), status)
        }
        // A domain that takes all mail proves nothing, whatever else is said.
        (Some(EmailStatus::Valid | EmailStatus::AcceptAll), _) | (None, true) => {
            (at_most(80), Some(EmailStatus::AcceptAll))
        }
        (Some(EmailStatus::Webmail | EmailStatus::Unknown), _) => (at_most(70), status),
        (Some(EmailStatus::Disposable), _) => (at_most(10), status),
        (Some(EmailStatus::Invalid), _) => (0, status),
        (None, false) => (at_most(85), None),
    }
}

impl Provider for Hunter {
    fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    fn ask<'a>(&'a self, questions: &'a [Question]) -> BoxFuture<'a, Result<Asked, ProviderError>> {
        async move {
            let [question] = questions else {
                return Err(bad_question("one call carries exactly one question"));
            };
            Ok(match self.find(question).await? {
                Some(outcome) => Asked::Answered(vec![outcome]),
                None => Asked::Pending(vec![Ok(REPEAT.to_owned())]),
            })
        }
        .boxed()
    }

    fn poll<'a>(
        &'a self,
        tickets: &'a [Ticket],
    ) -> BoxFuture<'a, Result<Vec<Option<Outcome>>, ProviderError>> {
        async move {
            let mut outcomes = vec![None; tickets.len()];
            let slots: Vec<usize> = (0..tickets.len()).collect();
            if let Some(slot) = self.turn.pick(&slots)
                && let (Some(ticket), Some(outcome)) = (tickets.get(slot), outcomes.get_mut(slot))
            {
                *outcome = self.find(&ticket.question).await?;
            }
            Ok(outcomes)
        }
        .boxed()
    }

    fn check_key(&self) -> BoxFuture<'_, Result<Option<i64>, ProviderError>> {
        account::credits_left(&self.endpoint, &self.account, "searches").boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(score: Option<u8>, verdict: &str, accept_all: bool, percent: u8, status: &str) {
        let verdict = Some(verdict).filter(|word| !word.is_empty());
        let (got, kind) = judge(score, verdict, accept_all);
        let kind = kind.map_or("", EmailStatus::as_str);
        assert_eq!((got, kind), (percent, status), "{score:?} {verdict:?} {accept_all}");
    }

    #[test]
    fn score_and_status_make_one_percentage() {
        check(Some(92), "valid", false, 96, "valid");
        check(Some(40), "Valid", false, 70, "valid");
        check(None, "valid", false, 90, "valid");
        check(Some(97), "valid", true, 80, "accept_all");
        check(Some(97), "accept_all", true, 80, "accept_all");
        check(Some(60), "accept_all", false, 60, "accept_all");
        check(Some(97), "", true, 80, "accept_all");
        check(Some(97), "", false, 85, "");
        check(Some(97), "pending", false, 85, "");
        check(Some(97), "unknown", false, 70, "unknown");
        check(Some(97), "invalid", false, 0, "invalid");
        check(Some(97), "disposable", false, 10, "disposable");
        check(Some(97), "webmail", false, 70, "webmail");
    }

    #[test]
    fn handles_of_linkedin_addresses() {
        assert_eq!(linkedin_handle("https://www.linkedin.com/in/asharao/?x=1"), Some("asharao"));
        assert_eq!(linkedin_handle("https://www.linkedin.com/company/x"), None);
    }
}
