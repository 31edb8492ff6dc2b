//! Apollo, `https://api.apollo.io/api/v1`: people at once, their mobiles some minutes later.

mod person;
mod phones;
mod request;
mod ticket;

use std::time::Duration;

use captely_contact::{Credits, Field, Usd};
use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::Url;
use reqwest::header::HeaderName;
use serde_json::Value;

use self::person::Matched;
use self::ticket::Parts;
use crate::endpoint::{Credential, Endpoint};
use crate::turn::{Turn, distinct};
use crate::{
    Answer, Asked, Http, Outcome, Provider, ProviderError, ProviderSettings, Question, Reply,
    SetupError, Sheet, Ticket, json,
};

const BASE: &str = "https://api.apollo.io/api/v1";

/// People that one bulk call may carry, by the contract.
const PEOPLE_MAX: usize = 10;

/// Client of Apollo's people enrichment. One question goes to `/people/match`, more to
/// `/people/bulk_match`.
///
/// Mobiles are asked for only if every question of a call wants a phone and the settings have a
/// webhook address, which Apollo demands; the result is fetched by polling all the same. The ticket of
/// such a question carries the e-mail part of its answer, which is paid already
/// ([`Provider::give_up`]).
pub struct Apollo {
    sheet: Sheet,
    endpoint: Endpoint,
    single: Url,
    bulk: Url,
    result: Url,
    health: Url,
    webhook: Option<String>,
    turn: Turn,
}

impl Apollo {
    /// No I/O.
    pub fn new(http: Http, settings: &ProviderSettings) -> Result<Self, SetupError> {
        let mut sheet = settings.applied_to(Self::SHEET);
        let header = HeaderName::from_static("x-api-key");
        let endpoint =
            Endpoint::new(http, &settings.account(&sheet), BASE, Credential::Header(header))?;
        let webhook = match &settings.webhook_url {
            None => None,
            Some(url) => Some(webhook(url.reveal())?),
        };
        if webhook.is_none() {
            sheet.gives = &[Field::Email];
            sheet.phone_credits_max = Credits::ZERO;
        }
        Ok(Self {
            single: endpoint.url("/people/match"),
            bulk: endpoint.url("/people/bulk_match"),
            result: endpoint.url("/webhook_result"),
            health: endpoint.url("/auth/health"),
            webhook,
            turn: Turn::default(),
            sheet,
            endpoint,
        })
    }

    /// The sheet with our defaults; the price of a credit is an assumption. Without a webhook address
    /// a client's own sheet leaves phones out.
    pub(crate) const SHEET: Sheet = Sheet {
        name: "apollo",
        title: "Apollo",
        docs: "https://docs.apollo.io",
        key_variables: &["APOLLO_API_KEY"],
        gives: &[Field::Email, Field::Phone],
        rides_along: &[Field::Title, Field::Company, Field::Domain, Field::LinkedinUrl],
        email_credits_max: Credits::whole(1),
        phone_credits_max: Credits::whole(phones::MOBILE_CREDITS),
        usd_per_credit: Usd::micros(50_000),
        calls_per_minute: 30,
        own_limits: &[(1_000, Duration::from_mins(1))],
        questions_per_call: PEOPLE_MAX,
        credits_cover_whole_call: false,
        polled: true,
        polls_per_minute: Some(30),
        polls_per_settle: 1,
        poll_every: Duration::from_mins(1),
        poll_for: Duration::from_mins(30),
        tickets_per_poll: PEOPLE_MAX,
        can_settle: false,
        charged_when: "1 credit if the person is found, 8 more if a mobile is",
    };

    async fn enrich(&self, questions: &[Question]) -> Result<Asked, ProviderError> {
        if questions.len() > PEOPLE_MAX {
            let detail = format!("one call carries at most {PEOPLE_MAX} questions");
            return Err(ProviderError::BadQuestion { detail });
        }
        let fit: Vec<&Question> = questions.iter().filter(|q| request::is_fit(&q.person)).collect();
        let all_want = fit.iter().all(|question| question.wants(Field::Phone));
        let webhook = self.webhook.as_deref().filter(|_| all_want);
        let (matched, request) = match fit.as_slice() {
            [] => (Vec::new(), None),
            [question] => self.one(question, webhook).await?,
            several => self.several(several, webhook).await?,
        };
        let mut matched = matched.into_iter();
        let each = questions.iter().map(|question| {
            if !request::is_fit(&question.person) {
                let detail = "a name with a company or domain, or a LinkedIn address, is needed";
                return Err(ProviderError::BadQuestion { detail: detail.to_owned() });
            }
            matched.next().unwrap_or_else(|| Err(self.endpoint.garbled("a match is missing")))
        });
        let each: Vec<Result<Matched, ProviderError>> = each.collect();
        Ok(match (webhook, request) {
            (Some(_), Some(request)) if each.iter().flatten().any(|m| m.person_id.is_some()) => {
                let ticket = |m: Matched| ticket::write(&request, m);
                Asked::Pending(each.into_iter().map(|matched| matched.map(ticket)).collect())
            }
            _ => Asked::Answered(each.into_iter().map(|m| m.map(|m| m.answer)).collect()),
        })
    }

    async fn one(
        &self,
        question: &Question,
        webhook: Option<&str>,
    ) -> Result<Enriched, ProviderError> {
        let body = request::single(question, webhook);
        let reply = self.endpoint.post(&self.single, &body).await?;
        if reply.status != 200 {
            return match self.refusal(&reply) {
                faulty @ (ProviderError::BadQuestion { .. } | ProviderError::PersonRefused) => {
                    Ok((vec![Err(faulty)], None))
                }
                error => Err(error),
            };
        }
        let body = self.endpoint.json(&reply)?;
        let Some(person) = body.get("person") else {
            return Err(self.endpoint.garbled("the answer has no \"person\""));
        };
        let matched = self.matched(person, person::price(&body, person));
        Ok((vec![matched], request_id(&body)))
    }

    async fn several(
        &self,
        questions: &[&Question],
        webhook: Option<&str>,
    ) -> Result<Enriched, ProviderError> {
        let url = request::bulk_url(&self.bulk, webhook);
        let reply = self.endpoint.post(&url, &request::bulk(questions)).await?;
        if reply.status != 200 {
            return Err(self.refusal(&reply));
        }
        let body = self.endpoint.json(&reply)?;
        let matches = json::list(&body, "matches");
        if matches.len() != questions.len() {
            let what = format!("{} matches for {} people", matches.len(), questions.len());
            return Err(self.endpoint.garbled(&what));
        }
        let prices = person::prices(&body, matches);
        let each = matches.iter().zip(prices).map(|(person, price)| self.matched(person, price));
        Ok((each.collect(), request_id(&body)))
    }

    fn matched(&self, person: &Value, price: Credits) -> Result<Matched, ProviderError> {
        match person {
            Value::Null => Ok(Matched::miss()),
            Value::Object(_) => Ok(person::read(person, price)),
            _ => Err(self.endpoint.garbled("a person is no object")),
        }
    }

    /// Out of credits surfaces as 422 (by clients' reports), told from a faulty question by its words.
    fn refusal(&self, reply: &Reply) -> ProviderError {
        if reply.status == 422 {
            let words = self.endpoint.words(reply).to_ascii_lowercase();
            let short = ["insufficient", "not enough", "out of", "no more", "exhausted"];
            if words.contains("credit") && short.iter().any(|word| words.contains(word)) {
                return ProviderError::OutOfCredits;
            }
        }
        self.endpoint.refusal(reply)
    }

    /// Reads the result that the webhook got; `None` while it is not there.
    async fn read_result(&self, request: &str) -> Result<Option<phones::Found>, ProviderError> {
        let mut url = self.result.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.push(request);
        }
        let reply = self.endpoint.get(url).await?;
        match reply.status {
            200 => Ok(phones::read(&self.endpoint.json(&reply)?)),
            // Which code comes with which status is inferred by clients; the code decides.
            400 | 404 | 410 => {
                let body = self.endpoint.json(&reply)?;
                match json::text(&body, "error_code").unwrap_or_default() {
                    "result_pending" => Ok(None),
                    "" if reply.status == 404 => Err(self.endpoint.refusal(&reply)),
                    ended => Ok(Some(phones::Found::lost(&self.endpoint.clean(ended)))),
                }
            }
            _ => Err(self.refusal(&reply)),
        }
    }
}

/// What came of one call: each person, and the id under which phones will be found.
type Enriched = (Vec<Result<Matched, ProviderError>>, Option<String>);

/// Apollo's ids are signed 64-bit numbers.
fn request_id(body: &Value) -> Option<String> {
    json::id(body, "request_id").filter(|id| id.parse::<i64>().is_ok())
}

fn webhook(text: &str) -> Result<String, SetupError> {
    match text.parse::<Url>() {
        Ok(url) if url.scheme() == "https" => Ok(text.to_owned()),
        _ => Err(SetupError::BadWebhook { provider: "apollo" }),
    }
}

impl Provider for Apollo {
    fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    fn ask<'a>(&'a self, questions: &'a [Question]) -> BoxFuture<'a, Result<Asked, ProviderError>> {
        self.enrich(questions).boxed()
    }

    /// Reads ONE request's phones; tickets of other requests stay `None` and are read in turn. A
    /// ticket of a person who was not found costs no call.
    fn poll<'a>(
        &'a self,
        tickets: &'a [Ticket],
    ) -> BoxFuture<'a, Result<Vec<Option<Outcome>>, ProviderError>> {
        async move {
            let parts: Vec<Option<Parts>> =
                tickets.iter().map(|ticket| ticket::read(&ticket.ticket)).collect();
            let open = parts.iter().flatten().filter(|part| part.person_id.is_some());
            let request = self.turn.pick(&distinct(open.map(|part| part.request.as_str())));
            let found = match request {
                Some(request) => self.read_result(request).await?,
                None => None,
            };
            let outcome = |part: &Option<Parts>| match part {
                None => Some(Err(self.endpoint.garbled("the ticket is not one of ours"))),
                Some(part) => match (&part.person_id, &found) {
                    (None, _) => Some(Ok(part.answer.clone())),
                    (Some(id), Some(found)) if request == Some(part.request.as_str()) => {
                        Some(Ok(found.added_to(part.answer.clone(), id)))
                    }
                    _ => None,
                },
            };
            Ok(parts.iter().map(outcome).collect())
        }
        .boxed()
    }

    fn poll_group<'t>(&self, ticket: &'t str) -> &'t str {
        ticket::request_of(ticket)
    }

    fn give_up(&self, ticket: &Ticket) -> Option<Answer> {
        ticket::read(&ticket.ticket).map(|parts| parts.answer)
    }

    fn check_key(&self) -> BoxFuture<'_, Result<Option<i64>, ProviderError>> {
        async move {
            let reply = self.endpoint.get(self.health.clone()).await?;
            if reply.status != 200 {
                return Err(self.refusal(&reply));
            }
            let body = self.endpoint.json(&reply)?;
            match json::flag(&body, "is_logged_in") {
                Some(false) => Err(ProviderError::KeyRefused {
                    detail: "the health check does not know the key".to_owned(),
                }),
                _ => Ok(None),
            }
        }
        .boxed()
    }
}
