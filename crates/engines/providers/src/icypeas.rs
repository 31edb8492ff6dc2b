//! Icypeas, `https://app.icypeas.com/api`: every search is submitted first and read later.

mod item;
mod walk;

use std::collections::HashMap;
use std::time::Duration;

use captely_contact::{Credits, Field, Usd};
use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::Url;
use reqwest::header::AUTHORIZATION;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::walk::{Page, Read, Walk};
use crate::endpoint::Endpoint;
use crate::{
    Asked, Http, Outcome, Provider, ProviderError, ProviderSettings, Question, Reply, Searched,
    SetupError, Sheet, Ticket, json, values, words,
};

const BASE: &str = "https://app.icypeas.com/api";

/// Searches that one page of the list is asked to hold.
const PAGE_ITEMS_MAX: usize = 100;
/// Tickets looked for in one page: it may show any of those that are open.
const TICKETS_PER_POLL_MAX: usize = 5_000;

/// Client of Icypeas' single e-mail search. One call carries one question; one read of the list
/// brings forward up to 100 searches.
pub struct Icypeas {
    sheet: Sheet,
    endpoint: Endpoint,
    submit: Url,
    read: Url,
    subscription: Url,
    account_email: Option<String>,
    walk: Walk,
}

#[derive(Serialize)]
struct Submit<'a> {
    firstname: &'a str,
    lastname: &'a str,
    #[serde(rename = "domainOrCompany")]
    domain_or_company: &'a str,
    custom: Custom<'a>,
}

#[derive(Serialize)]
struct Custom<'a> {
    #[serde(rename = "externalId")]
    external_id: &'a str,
}

#[derive(Serialize)]
struct ReadOne<'a> {
    id: &'a str,
}

/// Where [`Provider::settle`] goes on.
#[derive(Serialize, Deserialize)]
struct NextPage {
    /// The list's own cursor.
    sorts: Value,
    /// When the first search of the first page was made, microseconds by Icypeas' clock.
    newest: Option<i64>,
}

/// A page of the list; `sorts` of the page before, with `next`, asks for the following one.
#[derive(Serialize)]
struct ReadPage<'a> {
    mode: &'static str,
    #[serde(rename = "type")]
    task: &'static str,
    limit: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    sorts: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<bool>,
}

impl Icypeas {
    /// No I/O.
    pub fn new(http: Http, settings: &ProviderSettings) -> Result<Self, SetupError> {
        let sheet = settings.applied_to(Self::SHEET);
        // The raw key, without "Bearer".
        let endpoint = Endpoint::new(http, settings, &sheet, BASE, AUTHORIZATION)?;
        Ok(Self {
            submit: endpoint.url("/email-search"),
            read: endpoint.url("/bulk-single-searchs/read"),
            subscription: endpoint.url("/a/actions/subscription-information"),
            account_email: settings.account_email.clone(),
            walk: Walk::default(),
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
        own_limits: &[(10, Duration::from_secs(1))],
        questions_per_call: 1,
        credits_cover_whole_call: false,
        polled: true,
        polls_per_minute: Some(30),
        poll_every: Duration::from_secs(3),
        poll_for: Duration::from_mins(3),
        tickets_per_poll: TICKETS_PER_POLL_MAX,
        can_settle: true,
        charged_when: "1 credit if an address is found",
    };

    async fn submit(
        &self,
        question: &Question,
    ) -> Result<Result<String, ProviderError>, ProviderError> {
        let person = &question.person;
        let place = values::domain_or_company(person).trim();
        let (first, last) = (person.first_name.trim(), person.last_name.trim());
        if place.is_empty() || (first.is_empty() && last.is_empty()) {
            let detail = "a name and a domain or company are needed".to_owned();
            return Ok(Err(ProviderError::BadQuestion { detail }));
        }
        let body = Submit {
            firstname: first,
            lastname: last,
            domain_or_company: place,
            custom: Custom { external_id: &question.mark },
        };
        let reply = self.endpoint.post(&self.submit, &body).await?;
        let body = match self.accepted(&reply) {
            Err(faulty @ ProviderError::BadQuestion { .. }) => return Ok(Err(faulty)),
            other => other?,
        };
        match body.get("item").and_then(|item| json::id(item, "_id")) {
            Some(ticket) => Ok(Ok(ticket)),
            None => Err(self.endpoint.garbled("the search has no item._id")),
        }
    }

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

    /// One search by its id: `None` while it runs or is not to be seen yet.
    async fn read_one(&self, id: &str) -> Result<Option<Outcome>, ProviderError> {
        let reply = self.endpoint.post(&self.read, &ReadOne { id }).await?;
        let body = match self.accepted(&reply) {
            // The question concerns this search alone; whoever asks next may poll others.
            Err(
                lost @ (ProviderError::Failed { status: 404, .. }
                | ProviderError::BadQuestion { .. }),
            ) => {
                return Ok(Some(Err(lost)));
            }
            other => other?,
        };
        let items = json::list(&body, "items");
        let own = items.iter().find(|item| json::id(item, "_id").is_none_or(|found| found == id));
        Ok(own.and_then(item::outcome))
    }

    async fn read_page(&self, sorts: Option<&Value>) -> Result<Value, ProviderError> {
        let page = ReadPage {
            mode: "single",
            task: "email-search",
            limit: PAGE_ITEMS_MAX,
            sorts,
            next: sorts.map(|_| true),
        };
        let reply = self.endpoint.post(&self.read, &page).await?;
        self.accepted(&reply)
    }

    /// One page of the list, and what it says of each ticket.
    async fn read_list(
        &self,
        sorts: Option<&Value>,
        tickets: &[Ticket],
    ) -> Result<Vec<Option<Outcome>>, ProviderError> {
        let body = self.read_page(sorts).await?;
        let items = json::list(&body, "items");
        let by_id: HashMap<&str, &Value> =
            items.iter().filter_map(|item| Some((json::text(item, "_id")?, item))).collect();
        let mut shown = 0_usize;
        let find = |ticket: &Ticket| {
            let item = by_id.get(ticket.ticket.as_str())?;
            shown = shown.saturating_add(1);
            item::outcome(item)
        };
        let outcomes = tickets.iter().map(find).collect();
        let sorts = body.get("sorts").filter(|_| !items.is_empty()).cloned();
        self.walk.saw(Page { shown, wanted: tickets.len(), sorts });
        Ok(outcomes)
    }
}

impl Provider for Icypeas {
    fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    fn ask<'a>(&'a self, questions: &'a [Question]) -> BoxFuture<'a, Result<Asked, ProviderError>> {
        async move {
            let [question] = questions else {
                let detail = "one call carries exactly one question".to_owned();
                return Err(ProviderError::BadQuestion { detail });
            };
            Ok(Asked::Pending(vec![self.submit(question).await?]))
        }
        .boxed()
    }

    /// One ticket is read by its id. Several are looked for in a page of the list of single
    /// searches; `None` also stands for a ticket that the page did not show, which later polls look
    /// for on the following pages and, where the list is of no use, by its id.
    fn poll<'a>(
        &'a self,
        tickets: &'a [Ticket],
    ) -> BoxFuture<'a, Result<Vec<Option<Outcome>>, ProviderError>> {
        async move {
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

    fn poll_group<'t>(&self, _ticket: &'t str) -> &'t str {
        ""
    }

    /// Looks for our marks in a page of the list of single searches.
    fn settle<'a>(
        &'a self,
        questions: &'a [Question],
        ago: Duration,
        page: Option<&'a str>,
    ) -> BoxFuture<'a, Result<Searched, ProviderError>> {
        async move {
            if questions.is_empty() {
                return Ok(Searched { tickets: Vec::new(), next: None });
            }
            let page: Option<NextPage> = page.and_then(|page| serde_json::from_str(page).ok());
            let sorts = page.as_ref().map(|page| &page.sorts);
            let body = self.read_page(sorts).await?;
            let items = json::list(&body, "items");
            let by_mark: HashMap<&str, &Value> =
                items.iter().filter_map(|item| Some((item::mark(item)?, item))).collect();
            let ticket =
                |question: &Question| json::id(by_mark.get(question.mark.as_str())?, "_id");
            let newest = page.as_ref().map_or_else(|| item::made_first(items), |page| page.newest);
            let over = items.is_empty() || item::all_behind_are_older(items, newest, ago);
            let next = body.get("sorts").filter(|next| !over && Some(*next) != sorts);
            let next = next.map(|sorts| NextPage { sorts: sorts.clone(), newest });
            Ok(Searched {
                tickets: questions.iter().map(ticket).collect(),
                next: next.and_then(|next| serde_json::to_string(&next).ok()),
            })
        }
        .boxed()
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
