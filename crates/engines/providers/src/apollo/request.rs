//! What Apollo is told of people.

use captely_contact::{Domain, Person};
use reqwest::Url;
use serde::Serialize;

use crate::Question;

/// A person as Apollo identifies one.
#[derive(Serialize)]
pub(super) struct Identity<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    first_name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    last_name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    organization_name: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    domain: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    linkedin_url: &'a str,
}

/// The body of `/people/match`. The documentation lists these as query parameters; the body is taken
/// too, and keeps names and the webhook's secret address out of URLs.
#[derive(Serialize)]
pub(super) struct Single<'a> {
    #[serde(flatten)]
    identity: Identity<'a>,
    reveal_personal_emails: bool,
    reveal_phone_number: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_url: Option<&'a str>,
}

/// The body of `/people/bulk_match`.
#[derive(Serialize)]
pub(super) struct Bulk<'a> {
    details: Vec<Identity<'a>>,
}

/// Whether Apollo can tell who is meant.
pub(super) fn is_fit(person: &Person) -> bool {
    person.is_searchable() || !person.linkedin_url.trim().is_empty()
}

fn identity(person: &Person) -> Identity<'_> {
    Identity {
        first_name: person.first_name.trim(),
        last_name: person.last_name.trim(),
        organization_name: person.company.trim(),
        domain: person.domain.as_ref().map_or("", Domain::as_str),
        linkedin_url: person.linkedin_url.trim(),
    }
}

/// Phones are revealed where there is a webhook address.
pub(super) fn single<'a>(question: &'a Question, webhook: Option<&'a str>) -> Single<'a> {
    Single {
        identity: identity(&question.person),
        reveal_personal_emails: false,
        reveal_phone_number: webhook.is_some(),
        webhook_url: webhook,
    }
}

pub(super) fn bulk<'a>(questions: &[&'a Question]) -> Bulk<'a> {
    Bulk { details: questions.iter().map(|question| identity(&question.person)).collect() }
}

/// In bulk the flags are query parameters.
pub(super) fn bulk_url(bulk: &Url, webhook: Option<&str>) -> Url {
    let mut url = bulk.clone();
    let mut query = url.query_pairs_mut();
    query.append_pair("reveal_personal_emails", "false");
    query.append_pair("reveal_phone_number", if webhook.is_some() { "true" } else { "false" });
    if let Some(webhook) = webhook {
        query.append_pair("webhook_url", webhook);
    }
    drop(query);
    url
}
