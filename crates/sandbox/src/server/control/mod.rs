//! `/_sandbox`: the world's truth, the ledger, and the settings.

mod addresses;
mod lists;
mod mail;
mod tune;

use std::sync::Arc;

use hyper::Method;
use serde_json::{Value, json};

use super::reply::Reply;
use crate::payments;
use crate::provider::Provider;
use crate::sim::Sim;
use crate::world::Guest;

/// Answers a call that is no provider's.
pub(super) fn control(
    sim: &Arc<Sim>,
    method: &Method,
    path: &str,
    query: &[(String, String)],
    body: &[u8],
) -> Reply {
    match (method, path) {
        (&Method::GET, "/_sandbox") => about(sim),
        (&Method::GET, "/_sandbox/leads.csv") => lists::leads(sim, query),
        (&Method::GET, "/_sandbox/lists") => lists::is_own(sim, query),
        (&Method::GET, "/_sandbox/addresses.csv") => addresses::addresses(sim, query),
        (&Method::GET, "/_sandbox/truth.csv") => lists::truth(sim, query),
        (&Method::GET, "/_sandbox/mail") => mail::list(sim),
        (&Method::GET, "/_sandbox/mail.html") => mail::page(sim, query),
        (&Method::GET, "/_sandbox/calls") => shown(&sim.ledger.report()),
        (&Method::GET, "/_sandbox/calls/log") => log(sim, query),
        (&Method::POST, "/_sandbox/people") => invite(sim, body),
        (&Method::POST, "/_sandbox/reset") => {
            sim.reset();
            Reply::json(200, &json!({ "reset": true }))
        }
        (&Method::GET, "/_sandbox/settings") => shown(sim.conduct().as_ref()),
        (&Method::POST, "/_sandbox/settings") => tune::settings(sim, body),
        (&Method::POST, "/_sandbox/advance") => tune::advance(sim, query),
        (_, path) if path.starts_with(payments::PAGES) => {
            payments::page(sim, method, path, &sent(query, body))
        }
        (_, path) if path.starts_with(payments::CONTROL) => {
            payments::control(sim, method, path, &sent(query, body))
        }
        _ => {
            refuse(404, "there is nothing here; docs/sandbox.md lists the addresses of the sandbox")
        }
    }
}

/// What was sent in the address and in a form.
fn sent(query: &[(String, String)], body: &[u8]) -> Vec<(String, String)> {
    let form = form_urlencoded::parse(body).into_owned();
    query.iter().cloned().chain(form).collect()
}

fn refuse(status: u16, why: &str) -> Reply {
    Reply::json(status, &json!({ "error": why }))
}

fn shown<T: serde::Serialize>(what: &T) -> Reply {
    match serde_json::to_value(what) {
        Ok(value) => Reply::json(200, &value),
        Err(error) => refuse(500, &error.to_string()),
    }
}

fn value<'q>(query: &'q [(String, String)], name: &str) -> Option<&'q str> {
    query.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
}

fn about(sim: &Sim) -> Reply {
    let mut about = sim.addresses.get().map_or(json!({}), |addresses| json!(addresses));
    let conduct = sim.conduct();
    if let Some(about) = about.as_object_mut() {
        about.insert("limits".to_owned(), json!(conduct.limits));
        about.insert("latency_ms".to_owned(), json!(conduct.latency_ms));
        about.insert("companies".to_owned(), json!(sim.world.companies()));
        about.insert("guests".to_owned(), json!(sim.world.guest_ids().len()));
        about.insert("now".to_owned(), json!(sim.clock.iso(sim.clock.now_ms())));
    }
    Reply::json(200, &about)
}

fn log(sim: &Sim, query: &[(String, String)]) -> Reply {
    let wanted = value(query, "provider").unwrap_or_default();
    if let Some(provider) = Provider::ALL.into_iter().find(|p| p.as_str() == wanted) {
        return shown(&sim.ledger.log(provider));
    }
    let names = Provider::ALL.map(Provider::as_str).join(", ");
    refuse(400, &format!("say ?provider= and one of {names}"))
}

/// POST `/_sandbox/people`: a JSON array of [`Guest`].
fn invite(sim: &Sim, body: &[u8]) -> Reply {
    match serde_json::from_slice::<Vec<Guest>>(body) {
        Ok(guests) => {
            let invited = sim.world.invite(&guests);
            let passed_over = guests.len() - invited;
            let answer: Value = json!({ "invited": invited, "passed_over": passed_over });
            Reply::json(200, &answer)
        }
        Err(error) => refuse(400, &format!("the body must be a JSON array of people: {error}")),
    }
}
