//! Icypeas: submit, then read. Errors come inside a 200; reads are few.

mod account;
mod bulk;
mod errors;
mod item;
mod outcome;
mod read;
mod reverse;
mod submit;

use hyper::Method;

pub(crate) use errors::{broken, slow_down};
pub(crate) use item::Jobs;

use crate::meter::Rule;
use crate::server::call::Call;
use crate::server::reply::Reply;
use item::Task;

/// 10 submits a second of each kind, 1 bulk submit, 30 reads a minute, 15 of files (contract, Limits).
const BURST_CALLS_PER_SECOND: u32 = 10;
const READ: Rule = Rule::per_minute("read", 30);
const READ_FILES: Rule = Rule::per_minute("search-files", 15);
const BULK: Rule = Rule::per_second("bulk-search", 1);
const REVERSE: Rule = Rule::per_second("reverse", 20);

/// Routes a call.
pub(crate) fn answer(call: &mut Call<'_>) -> Reply {
    let key = call.header("authorization").to_owned();
    // The raw key and nothing else: no "Bearer", and not the old "key:signature".
    if !call.opens(&key) {
        return errors::unauthorized(call);
    }
    if call.method != Method::POST {
        return errors::no_route(call);
    }
    match call.path {
        "/email-search" => single(call, "email-search", Task::EmailSearch),
        "/email-verification" => single(call, "email-verification", Task::EmailVerification),
        "/domain-search" => single(call, "domain-search", Task::DomainSearch),
        "/bulk-search" => {
            call.at("bulk-search");
            if call.admit_lookup(BULK).is_err() {
                return slow_down(call);
            }
            bulk::submit(call)
        }
        "/bulk-single-searchs/read" => {
            call.at("bulk-single-searchs/read");
            if call.admit(&[READ]).is_err() {
                return slow_down(call);
            }
            read::read(call)
        }
        "/search-files/read" => {
            call.at("search-files/read");
            if call.admit(&[READ_FILES]).is_err() {
                return slow_down(call);
            }
            bulk::read_files(call)
        }
        "/reverse-email-lookup" => {
            call.at("reverse-email-lookup");
            if call.admit_lookup(REVERSE).is_err() {
                return slow_down(call);
            }
            reverse::look_up(call)
        }
        "/a/actions/subscription-information" => {
            call.at("subscription-information");
            account::subscription(call)
        }
        _ => errors::no_route(call),
    }
}

fn single(call: &mut Call<'_>, endpoint: &'static str, task: Task) -> Reply {
    call.at(endpoint);
    if call.admit_lookup(Rule::per_second(endpoint, BURST_CALLS_PER_SECOND)).is_err() {
        return slow_down(call);
    }
    submit::single(call, task)
}
