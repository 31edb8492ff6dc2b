//! Dropcontact, `https://api.dropcontact.com`: batches of up to 250 people, read when they are ready.

mod enriched;
mod qualification;
mod record;

use std::time::Duration;

use captely_contact::{Credits, Field, Usd};
use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::Url;
use reqwest::header::HeaderName;
use serde_json::Value;

use crate::endpoint::{Credential, Endpoint};
use crate::turn::{Turn, distinct};
use crate::{
    Asked, Http, Outcome, Provider, ProviderError, ProviderSettings, Question, Reply, SetupError,
    Sheet, Ticket, json,
};

const BASE: &str = "https://api.dropcontact.com";

/// Records that one request may carry, by the contract.
const RECORDS_MAX: usize = 250;

/// Client of Dropcontact's batch enrichment. All questions of one call share one ticket, and one
/// poll brings all of them forward.
///
/// The whole request is refused (`OutOfCredits`) when the credits do not cover every record of it:
/// a smaller one may still be taken ([`Sheet::credits_cover_whole_call`]).
pub struct Dropcontact {
    sheet: Sheet,
    endpoint: Endpoint,
    enrich: Url,
    credits: Url,
    turn: Turn,
}

impl Dropcontact {
    /// No I/O.
    pub fn new(http: Http, settings: &ProviderSettings) -> Result<Self, SetupError> {
        let sheet = settings.applied_to(Self::SHEET);
        let header = HeaderName::from_static("x-access-token");
        let endpoint =
            Endpoint::new(http, &settings.account(&sheet), BASE, Credential::Header(header))?;
        let enrich = endpoint.url("/v1/enrich/all");
        let credits = endpoint.url("/v1/account/credits");
        Ok(Self { sheet, endpoint, enrich, credits, turn: Turn::default() })
    }

    /// The sheet with our defaults; the price of a credit is an assumption.
    pub(crate) const SHEET: Sheet = Sheet {
        name: "dropcontact",
        title: "Dropcontact",
        docs: "https://developer.dropcontact.com",
        key_variables: &["DROPCONTACT_API_KEY"],
        gives: &[Field::Email],
        rides_along: &[
            Field::Phone,
            Field::Title,
            Field::Company,
            Field::Domain,
            Field::LinkedinUrl,
        ],
        email_credits_max: Credits::whole(1),
        phone_credits_max: Credits::ZERO,
        usd_per_credit: Usd::micros(30_000),
        calls_per_minute: 10,
        own_limits: &[(60, Duration::from_secs(1))],
        questions_per_call: RECORDS_MAX,
        credits_cover_whole_call: true,
        polled: true,
        polls_per_minute: Some(60),
        polls_per_settle: 1,
        poll_every: Duration::from_secs(30),
        poll_for: Duration::from_mins(10),
        tickets_per_poll: RECORDS_MAX,
        can_settle: false,
        charged_when: "1 credit if a verified address is found; phones come along",
    };

    /// The body of an answer with a good status that does not say `error: true`.
    fn taken(&self, reply: &Reply) -> Result<Value, ProviderError> {
        if !(200..300).contains(&reply.status) {
            return Err(self.refusal(reply));
        }
        let body = self.endpoint.json(reply)?;
        if json::flag(&body, "error") == Some(true) {
            let detail = self.endpoint.words(reply);
            return Err(ProviderError::Failed { status: reply.status, detail });
        }
        Ok(body)
    }

    fn refusal(&self, reply: &Reply) -> ProviderError {
        match reply.status {
            403 => ProviderError::OutOfCredits,
            _ => self.endpoint.refusal(reply),
        }
    }

    async fn submit(&self, questions: &[Question]) -> Result<Asked, ProviderError> {
        if questions.len() > RECORDS_MAX {
            let detail = format!("one call carries at most {RECORDS_MAX} questions");
            return Err(ProviderError::BadQuestion { detail });
        }
        let (body, faults) = record::body(questions);
        let request = if faults.iter().all(Option::is_some) {
            String::new() // no record is fit to be sent
        } else {
            let reply = self.endpoint.post_bytes(&self.enrich, body).await?;
            self.request_id(&reply)?
        };
        let tickets = faults.into_iter().map(|fault| match fault {
            Some(fault) => Err(fault),
            None => Ok(request.clone()),
        });
        Ok(Asked::Pending(tickets.collect()))
    }

    fn request_id(&self, reply: &Reply) -> Result<String, ProviderError> {
        let body = self.taken(reply)?;
        if json::flag(&body, "success") == Some(false) {
            let detail = self.endpoint.words(reply);
            return Err(ProviderError::Failed { status: reply.status, detail });
        }
        json::id(&body, "request_id").ok_or_else(|| self.endpoint.garbled("there is no request_id"))
    }

    async fn read(
        &self,
        request: &str,
        tickets: &[Ticket],
    ) -> Result<Vec<Option<Outcome>>, ProviderError> {
        let mut url = self.enrich.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.push(request);
        }
        let reply = self.endpoint.get(url).await?;
        let body = self.taken(&reply)?;
        match (json::flag(&body, "success"), body.get("data").and_then(Value::as_array)) {
            // Running, unknown or in trouble: the three look the same. The run's deadline ends it.
            (Some(false), _) => Ok(vec![None; tickets.len()]),
            (_, Some(records)) => Ok(enriched::outcomes(records, request, tickets)),
            (_, None) => {
                Err(self.endpoint.garbled("the answer has neither data nor success:false"))
            }
        }
    }
}

impl Provider for Dropcontact {
    fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    /// A question without company, domain or LinkedIn address, or whose record is over 15 kB, gets a
    /// `BadQuestion` of its own and is left out of the request.
    fn ask<'a>(&'a self, questions: &'a [Question]) -> BoxFuture<'a, Result<Asked, ProviderError>> {
        self.submit(questions).boxed()
    }

    /// Reads ONE request: the tickets that carry it come forward, all others stay `None`. Give the
    /// tickets of one request to one poll; where several are mixed they are read in turn.
    fn poll<'a>(
        &'a self,
        tickets: &'a [Ticket],
    ) -> BoxFuture<'a, Result<Vec<Option<Outcome>>, ProviderError>> {
        async move {
            let requests = distinct(tickets.iter().map(|ticket| ticket.ticket.as_str()));
            match self.turn.pick(&requests) {
                None => Ok(Vec::new()),
                Some(request) => self.read(request, tickets).await,
            }
        }
        .boxed()
    }

    fn check_key(&self) -> BoxFuture<'_, Result<Option<i64>, ProviderError>> {
        async move {
            let reply = self.endpoint.get(self.credits.clone()).await?;
            let body = self.taken(&reply)?;
            Ok(json::whole(&body, "credits").or_else(|| json::whole(&body, "credits_left")))
        }
        .boxed()
    }
}
