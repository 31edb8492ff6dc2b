//! Lists: newest first, paged by id (contract, "Pagination").

use serde_json::{Value, json};

use super::failure::Failure;
use super::form::Form;
use super::members::Members as _;
use super::shop::Shop;

/// "`limit` 1–100 (10)".
const LIMIT_DEFAULT: usize = 10;
const LIMIT_MAX: i64 = 100;

/// What every list takes besides its filters.
const PAGING: [&str; 4] = ["limit", "starting_after", "ending_before", "created"];

/// Refuses parameters that are neither paging nor one of the list's `filters`.
pub(super) fn only(form: &Form, filters: &[&str]) -> Result<(), Failure> {
    form.only(&[PAGING.as_slice(), filters].concat())
}

/// A page of the objects of a type of whom `test` holds.
pub(super) fn page(
    shop: &Shop,
    form: &Form,
    kind: &str,
    url: &str,
    test: impl Fn(&Value) -> bool,
) -> Result<Value, Failure> {
    let created = form.below("created");
    let (from, after) = (created.integer("gte")?, created.integer("gt")?);
    let (to, before) = (created.integer("lte")?, created.integer("lt")?);
    let in_time = |at: i64| {
        from.is_none_or(|n| at >= n)
            && after.is_none_or(|n| at > n)
            && to.is_none_or(|n| at <= n)
            && before.is_none_or(|n| at < n)
    };
    let fits = |object: &&Value| in_time(object.int("created")) && test(object);
    cut(form, shop.all(kind).rev().filter(fits).cloned().collect(), url)
}

/// The page of `all`, newest first, that the call asks for.
pub(super) fn cut(form: &Form, mut all: Vec<Value>, url: &str) -> Result<Value, Failure> {
    let limit = match form.integer("limit")? {
        None => LIMIT_DEFAULT,
        Some(n) if (1..=LIMIT_MAX).contains(&n) => usize::try_from(n).unwrap_or(LIMIT_DEFAULT),
        Some(_) => return Err(form.wrong("limit", "must be from 1 to 100")),
    };
    let position = |name: &str, all: &[Value]| match form.text(name) {
        None => Ok(None),
        Some(id) => all
            .iter()
            .position(|object| object.text("id") == id)
            .map(Some)
            .ok_or_else(|| form.wrong(name, &format!("no such object: '{id}'"))),
    };
    let has_more;
    if let Some(before) = position("ending_before", &all)? {
        let first = before.saturating_sub(limit);
        has_more = first > 0;
        all.truncate(before);
        all.drain(..first);
    } else {
        if let Some(after) = position("starting_after", &all)? {
            all.drain(..=after);
        }
        has_more = all.len() > limit;
        all.truncate(limit);
    }
    Ok(whole(&all, has_more, url))
}

/// A list object.
pub(super) fn whole(data: &[Value], has_more: bool, url: &str) -> Value {
    json!({ "object": "list", "data": data, "has_more": has_more, "url": url })
}
