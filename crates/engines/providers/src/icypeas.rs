//! Icypeas, `https://app.icypeas.com/api`: every search is submitted first and read later.

mod item;
mod read;
mod settle;
mod submit;
mod walk;

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use captely_contact::{Credits, Field, Person, Usd};
use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::Url;
use reqwest::header::AUTHORIZATION;
use serde_json::Value;

use self::walk::{Read, Walk};
use crate::endpoint::{Credential, Endpoint};
use crate::{
    Asked, Http, Outcome, Provider, ProviderError, ProviderSettings, Question, Reply, Searched,
    SetupError, Sheet, Ticket, json, words,
};

const BASE: &str = "https://app.icypeas.com/api";

/// Searches of one bulk: as many as one page of reading shows. The contract allows 5,000.
const BULK_ROWS_MAX: usize = 100;
/// Tickets looked for in one page: it may show any of those that are open.
const TICKETS_PER_POLL_MAX: usize = 5_000;
/// Single searches a second, where no bulks are made.
const SINGLES_LIMIT: &[(u32, Duration)] = &[(10, Duration::from_secs(1))];
/// Bulks a second. Single searches are allowed more often, but are counted together with them.
const BULKS_LIMIT: &[(u32, Duration)] = &[(1, Duration::from_secs(1))];

/// Client of Icypeas' e-mail search. One question is asked as a single search, several as a bulk;
/// one read of a bulk, or of the list of single searches, brings forward up to 100 searches.
pub struct Icypeas {
    sheet: Sheet,
    endpoint: Endpoint,
    submit: Url,
    bulk: Url,
    read: Url,
    files: Url,
    subscription: Url,
    account_email: Option<String>,
    walk: Walk,
    /// Where the next read of a bulk goes on, of those that were not shown whole.
    cursors: Mutex<HashMap<String, Value>>,
}

impl Icypeas {
    /// No I/O.
    pub fn new(http: Http, settings: &ProviderSettings) -> Result<Self, SetupError> {
        let mut sheet = settings.applied_to(Self::SHEET);
        if sheet.questions_per_call == 1 {
            sheet.own_limits = SINGLES_LIMIT;
        }
        // The raw key, without "Bearer".
        let endpoint = Endpoint::new(
            http,
            &settings.account(&sheet),
            BASE,
            Credential::Header(AUTHORIZATION),
        )?;
        Ok(Self {
            submit: endpoint.url("/email-search"),
            bulk: endpoint.url("/bulk-search"),
            read: endpoint.url("/bulk-single-searchs/read"),
            files: endpoint.url("/search-files/read"),
            subscription: endpoint.url("/a/actions/subscription-information"),
            account_email: settings.account_email.clone(),
            walk: Walk::default(),
            cursors: Mutex::default(),
            sheet,
            endpoint,
        })
    }

    /// The sheet with our defaults; the price of a credit is an assumption.
    pub(crate) const SHEET: Sheet = Sheet {
        name: "icypeas",
        title: "Icypeas",
        docs: "https://api-doc.icypeas.com",
        key_variables: &["ICYPEAS_API_KEY", "ICYPEAS_API_SECRET"],
        gives: &[Field::Email],
        rides_along: &[],
        email_credits_max: Credits::whole(1),
        phone_credits_max: Credits::ZERO,
        usd_per_credit: Usd::micros(15_000),
        calls_per_minute: 60,
        own_limits: BULKS_LIMIT,
        questions_per_call: BULK_ROWS_MAX,
        credits_cover_whole_call: false,
        polled: true,
        polls_per_minute: Some(30),
        // files of bulks may be listed 15 times a minute only
        polls_per_settle: 2,
        poll_every: Duration::from_secs(3),
        poll_for: Duration::from_mins(3),
        tickets_per_poll: TICKETS_PER_POLL_MAX,
        can_settle: true,
        charged_when: "1 credit if an address is found",
    };

    /// The body of an answer that says `success: true`. Most refusals come with HTTP 200 too.
    fn accepted(&self, reply: &Reply) -> Result<Value, ProviderError> {
        if !(200..300).contains(&reply.status) {
            return Err(self.endpoint.refusal(reply));
        }
        let body = self.endpoint.json(reply)?;
        match json::flag(&body, "success") {
            Some(true) => Ok(body),
            Some(false) => Err(self.unsuccessful(reply, &body)),
            None => Err(self.endpoint.garbled("the answer does not say \"success\"")),
        }
    }

    fn unsuccessful(&self, reply: &Reply, body: &Value) -> ProviderError {
        let detail = self.endpoint.words(reply);
        if !json::list(body, "validationErrors").is_empty() {
            return ProviderError::BadQuestion { detail };
        }
        // The named errors' place in the body is not documented, so all of it is searched. These
        // answers hold no data of ours that could contain the words by chance.
        let text = String::from_utf8_lossy(&reply.body).to_ascii_lowercase();
        let says = |word: &str| text.contains(word);
        if says("unpaidsubscription") {
            ProviderError::NotInPlan { detail }
        } else if says("insufficient") {
            ProviderError::OutOfCredits
        } else if says("unauthorized") {
            ProviderError::KeyRefused { detail }
        } else if says("max number of requests") {
            ProviderError::RateLimited { after: reply.retry_after }
        } else if says("searchnotfound") {
            ProviderError::Failed { status: 404, detail }
        } else {
            ProviderError::Failed { status: reply.status, detail }
        }
    }
}

impl Provider for Icypeas {
    fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    /// A name and a domain or company are needed.
    fn refuses(&self, person: &Person) -> Option<ProviderError> {
        submit::row(person).err()
    }

    fn ask<'a>(&'a self, questions: &'a [Question]) -> BoxFuture<'a, Result<Asked, ProviderError>> {
        async move {
            let tickets = match questions {
                [] => Vec::new(),
                [question] => vec![self.submit_one(question).await?],
                several => self.submit_bulk(several).await?,
            };
            Ok(Asked::Pending(tickets))
        }
        .boxed()
    }

    /// A single search is read by its id. Several are looked for in a page of the list of single
    /// searches; `None` also stands for a ticket that the page did not show, which later polls look
    /// for on the following pages and, where the list is of no use, by its id. The searches of a
    /// bulk are read together.
    fn poll<'a>(
        &'a self,
        tickets: &'a [Ticket],
    ) -> BoxFuture<'a, Result<Vec<Option<Outcome>>, ProviderError>> {
        async move {
            let file = tickets.first().map_or("", |ticket| self.poll_group(&ticket.ticket));
            if !file.is_empty() {
                return self.read_file(file, tickets).await;
            }
            match self.walk.next(tickets.len()) {
                Read::Nothing => Ok(Vec::new()),
                Read::ById(slot) => {
                    let mut outcomes = vec![None; tickets.len()];
                    if let (Some(ticket), Some(outcome)) =
                        (tickets.get(slot), outcomes.get_mut(slot))
                    {
                        *outcome = self.read_one(&ticket.ticket).await?;
                    }
                    Ok(outcomes)
                }
                Read::List(sorts) => self.read_list(sorts.as_ref(), tickets).await,
            }
        }
        .boxed()
    }

    /// The bulk's file; the single searches are one group.
    fn poll_group<'t>(&self, ticket: &'t str) -> &'t str {
        submit::place_in_file(ticket).map_or("", |(file, _)| file)
    }

    fn settle<'a>(
        &'a self,
        questions: &'a [Question],
        ago: Duration,
        page: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Searched, ProviderError>> {
        self.look_for(questions, ago, page).boxed()
    }

    /// The subscription call tells the credits, but only for the account's mail address; without
    /// one, a page of the list shows whether the key is taken.
    fn check_key(&self) -> BoxFuture<'_, Result<Option<i64>, ProviderError>> {
        async move {
            let Some(email) = &self.account_email else {
                return self.read_page(None).await.map(|_page| None);
            };
            let body = serde_json::json!({ "email": email });
            let reply = self.endpoint.post(&self.subscription, &body).await?;
            if !(200..300).contains(&reply.status) {
                return Err(self.endpoint.refusal(&reply));
            }
            let body = self.endpoint.json(&reply)?;
            if json::flag(&body, "success") == Some(false) {
                return Err(self.unsuccessful(&reply, &body));
            }
            Ok(item::credits(&body, 0))
        }
        .boxed()
    }
}

/// The provider's word as it is kept in `Answer::said`.
fn said(status: &str, certainty: Option<&str>) -> String {
    match certainty {
        Some(certainty) => words::cut(&format!("status={status} certainty={certainty}")),
        None => words::cut(&format!("status={status}")),
    }
}
